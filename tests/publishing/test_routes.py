"""Every route of the desk, read from the URL configuration, by role: who gets it, who may send it. No route is left out."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.urls import URLPattern, get_resolver, reverse

from alerts.models import Mail, Subscriber
from publishing import roles
from publishing.models import Publishable, Version
from tests import factories as make
from tests import people
from tests.publishing.test_admin import ROWS
from themes.models import Term

pytestmark = pytest.mark.django_db

ALL, NONE, NOBODY = set(roles.ROLES), set(), "nobody"
WRITERS, EDITOR, KEEPER = {"contributor", "editor"}, {"editor"}, {"administrator"}

#: model -> (who sees its rows, who writes them, who deletes one); kinds of content and vocabularies are added below.
WHO: dict[str, tuple[set[str], set[str], set[str]]] = {
    "reviews.publisher": (ALL, WRITERS, NONE),
    "reviews.document": (ALL, WRITERS, NONE),
    "reviews.evidence": (ALL, NONE, NONE),
    "briefings.helpline": (ALL, EDITOR, NONE),
    "coding.reading": (ALL, WRITERS, WRITERS),
    "intake.run": (ALL, WRITERS, NONE),
    "intake.mapping": (ALL, WRITERS, NONE),
    "links.link": (ALL, NONE, NONE),
    "publishing.pendingversion": (WRITERS | KEEPER, NONE, NONE),
    "publishing.version": (KEEPER, NONE, NONE),
    "publishing.shippedrow": (NONE, NONE, NONE),
    "publishing.contentversion": (NONE, NONE, NONE),
    "signin.auditentry": (KEEPER, NONE, NONE),
    "auth.user": (KEEPER, KEEPER, NONE),
    "auth.group": (KEEPER, NONE, NONE),
    "alerts.subscriber": (NONE, NONE, NONE),
    "alerts.mail": (NONE, NONE, NONE),
}
for one in apps.get_models():
    if issubclass(one, Publishable):
        WHO[one._meta.label_lower] = (ALL, WRITERS, EDITOR)
    elif issubclass(one, Term):
        WHO[one._meta.label_lower] = (ALL, KEEPER, NONE)

#: The other routes -> (who gets it, who may send it).
OTHERS = {
    "coding_code": (ALL, WRITERS),
    "coding_aside": (NONE, WRITERS),
    "intake_out": (ALL, ALL),
    "intake_match": (WRITERS, WRITERS),
    "intake_do": (NONE, WRITERS),
    "intake_refused": (WRITERS, WRITERS),
}
#: Open to whoever is signed in: they show nothing but what belongs to the person, or ask for the rights of each row.
OWN = {"index", "login", "logout", "password_change", "password_change_done", "jsi18n", "autocomplete", "view_on_site"}
OWN |= {
    "row",
    "app_list",
    "auth_user_password_change",
    "second-factor",
    "log-in",
    "log-out",
    "second-step",
    "new",
    "codes",
    "off",
}


#: The page of a run takes nothing that is sent to it, and its history leads to that page, which asks again.
DIFFERENT = {"intake_run_change": (ALL, ALL), "intake_run_history": ({*ALL, NOBODY}, {*ALL, NOBODY})}


def pages_of(model: Any, page: str) -> tuple[set[str], set[str]]:
    """Who gets a page of the model, and who may send it."""
    sees, writes, deletes = WHO[model._meta.label_lower]
    return {
        "changelist": (sees, sees),
        "add": (writes, writes),
        "change": (sees, writes),
        "history": (sees, sees),
        "delete": (deletes, deletes),
        "version": (sees, writes),
        "preview": (sees, sees),
        "share": (NONE, writes),
        "step": (writes, writes),
    }[page]


def desk_routes(patterns: list[Any] | None = None, space: str = "") -> Iterator[tuple[str, str]]:
    """(namespace, name) of every route behind the log-in."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if not isinstance(pattern, URLPattern):
            yield from desk_routes(pattern.url_patterns, pattern.namespace or space)
        elif space in {"admin", "signin"} and pattern.name:
            yield space, pattern.name


def model_of(name: str) -> tuple[Any, str] | None:
    parts = name.split("_")
    try:
        return (apps.get_model(parts[0], parts[1]), parts[2]) if len(parts) == 3 else None
    except LookupError:
        return None


MODEL_ROUTES = [name for space, name in desk_routes() if space == "admin" and model_of(name)]
ROW_OF = {
    **ROWS,
    people.get_user_model(): people.viewer,
    Group: lambda: Group.objects.create(name="Fictional group"),
    Subscriber: lambda: Subscriber.objects.create(address="nobody@fictional.example"),
    Mail: lambda: Mail.objects.create(what="confirm", language="en-gb"),
}


def test_every_route_of_the_desk_is_in_a_table():
    others = {name for _space, name in desk_routes() if not model_of(name)}
    assert others == {*OTHERS, *OWN}
    assert {model_of(name)[0]._meta.label_lower for name in MODEL_ROUTES} == set(WHO)
    assert len(MODEL_ROUTES) > 150


def address(name: str, row: Any) -> str:
    _model, page = model_of(name)
    if page in {"changelist", "add"}:
        return reverse(f"admin:{name}")
    more = {"version": lambda: [Version.objects.of(row).first().pk], "step": lambda: ["submit"]}.get(page, list)
    return reverse(f"admin:{name}", args=[row.pk, *more()])


@pytest.fixture
def rows():
    """One of each model; of content a draft, which may still be changed and deleted."""
    drafts = [make.case_review, make.evidence_set, make.learning_point, make.recommendation, make.briefing]
    found = {type(row): row for row in (factory(draft=True) for factory in drafts)}
    return found | {model: made() for model, made in ROW_OF.items() if model not in found}


@pytest.mark.parametrize("role", [*roles.ROLES, NOBODY])
def test_role_gets_and_sends_the_routes_of_the_tables_and_no_others(client, rows, role):
    client.force_login(people.person() if role == NOBODY else people.person(role))
    wrong = []
    for name in MODEL_ROUTES:
        model, page = model_of(name)
        gets, sends = DIFFERENT.get(name) or pages_of(model, page)
        path = address(name, rows[model])
        status = client.get(path).status_code
        if (status != 403) != (role in gets) and status not in {404, 405}:
            wrong.append(("GET", path, status))
        if role not in sends and page != "changelist":
            status = client.post(path, {"post": "yes", "confirmed": "yes"}).status_code
            if status not in {403, 404}:
                wrong.append(("POST", path, status))
    for name in OTHERS:
        gets, sends = OTHERS[name]
        path = other_address(name, rows)
        if (client.get(path).status_code in {200, 302}) != (role in gets):
            wrong.append(("GET", path, client.get(path).status_code))
        if role not in sends and client.post(path, {"step": "import"}).status_code not in {403, 405}:
            wrong.append(("POST", path, ""))
    assert not wrong, "\n".join(map(str, wrong))


def other_address(name: str, rows: dict[Any, Any]) -> str:
    run, reading = (next(row for model, row in rows.items() if model.__name__ == kind) for kind in ("Run", "Reading"))
    args = {"intake_out": [], "coding_code": [reading.pk], "coding_aside": [reading.pk, 1]}.get(name, [run.pk])
    return reverse(f"admin:{name}", args=args)


def test_stranger_is_sent_to_the_log_in_from_every_route(client, rows):
    paths = [address(name, rows[model_of(name)[0]]) for name in MODEL_ROUTES]
    for path in [*paths, *(other_address(name, rows) for name in OTHERS if name != "intake_do")]:
        for answer in (client.get(path), client.post(path)):
            assert answer.status_code == 302, path
            assert answer["Location"].startswith("/admin/login/"), path
