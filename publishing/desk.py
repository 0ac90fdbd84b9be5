"""The curators' start page: what is waiting, what is wrong, what is next, who did what last.

It knows no word of the domain: each floor registers its tiles when the apps are ready. A tile costs a fixed number of
statements, however many rows there are; its lines lead to lists that show just those rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.contrib import admin, messages
from django.contrib.admin import AdminSite
from django.db.models import BooleanField, Case, Count, Model, OuterRef, Q, Subquery, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone

from publishing.kept import KeptAdmin
from publishing.models import PendingVersion, Publishable, Status, Version
from publishing.roles import may
from publishing.snapshots import find

#: Rows that a tile names one by one.
NAMED = 8
LAST = 12


@dataclass(frozen=True)
class Line:
    """So many rows of a sort, and where they are listed; or one row by name, with no number."""

    words: str
    url: str
    number: int | None = None


@dataclass(frozen=True)
class Tile:
    """Something to look after, for those who may change rows of `model`.

    `lines` gives what there is to say now, nothing where all is well.
    """

    name: str
    title: str
    explained: str
    model: type[Model]
    lines: Callable[[], Iterable[Line]]


#: In the order in which the floors registered them.
TILES: dict[str, Tile] = {}


def register(tile: Tile) -> None:
    TILES[tile.name] = tile


def listed(model: type[Model], **query: Any) -> str:
    """The address of the model's list, narrowed: listed(CaseReview, status__exact="in-review")."""
    meta = model._meta
    path = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
    return f"{path}?{urlencode(query)}" if query else path


def kept_models() -> Iterator[type[Model]]:
    """The models whose rows have forms and a history."""
    return (model for model, form in admin.site._registry.items() if isinstance(form, KeptAdmin))


def written_by(user: Any) -> list[type[Publishable]]:
    """The kinds of published things of which the person may write rows: whoever only looks has no work here."""
    return [model for model in apps.get_models() if issubclass(model, Publishable) and may(user, "save", model)]


# -- the way to publication ------------------------------------------------------------------------------------------


def work(user: Any) -> dict[str, list[Line]]:
    """What stands where on its way to the readers: a statement for each kind, and one for the changes that wait."""
    lines: dict[str, list[Line]] = {"review": [], "drafts": [], "overdue": [], "scheduled": []}
    models = written_by(user)
    changes = _changes() if models else {}
    for model in models:
        name, now = str(model._meta.verbose_name_plural).capitalize(), timezone.now()
        is_open = Q(status__in=[Status.DRAFT, Status.IN_REVIEW])
        counts = model._default_manager.aggregate(
            review=Count("pk", filter=Q(status=Status.IN_REVIEW)),
            drafts=Count("pk", filter=Q(status=Status.DRAFT)),
            overdue=Count("pk", filter=is_open & Q(publish_at__lte=now)),
            scheduled=Count("pk", filter=is_open & Q(publish_at__gt=now)),
        )
        queries = {
            "review": {"status__exact": Status.IN_REVIEW.value},
            "drafts": {"status__exact": Status.DRAFT.value},
            "overdue": {"publish_at__lte": now.isoformat()},
            "scheduled": {"publish_at__gt": now.isoformat()},
        }
        for what, number in counts.items():
            if number:
                lines[what].append(Line(name, listed(model, **queries[what]), number))
        for what, number in changes.get(model._meta.label_lower, {}).items():
            lines[what].append(Line(f"{name}, changed", listed(model, pending=_PENDING[what]), number))
    return lines


_PENDING = {"review": "in-review", "drafts": "draft", "overdue": "scheduled", "scheduled": "scheduled"}


def _changes() -> dict[str, dict[str, int]]:
    """model -> where its changes that wait stand -> how many."""
    now = timezone.now()
    found: dict[str, dict[str, int]] = {}
    rows = PendingVersion.objects.values("model").annotate(
        review=Count("pk", filter=Q(status=PendingVersion.Status.IN_REVIEW)),
        drafts=Count("pk", filter=Q(status=PendingVersion.Status.DRAFT)),
        overdue=Count("pk", filter=Q(publish_at__lte=now)),
        scheduled=Count("pk", filter=Q(publish_at__gt=now)),
    )
    for row in rows:
        model = row.pop("model")
        found[model] = {what: number for what, number in row.items() if number}
    return found


def sent_back(user: Any) -> list[Version]:
    """What an editor sent back and nobody has taken up since: first what the person wrote, then the newest."""
    labels = [model._meta.label_lower for model in written_by(user)]
    if not labels:
        return []
    of_row = Version.objects.filter(model=OuterRef("model"), key=OuterRef("key"), step__in=Version.WRITES)
    wrote = of_row.order_by("-pk")
    found = Version.objects.newest().filter(step=Version.Step.SENT_BACK, model__in=labels)
    found = found.annotate(writer=Subquery(wrote.values("by_name")[:1]), writer_id=Subquery(wrote.values("by")[:1]))
    own = Case(When(writer_id=user.pk, then=True), default=False, output_field=BooleanField())
    return list(found.annotate(own=own).order_by("-own", "-pk")[:NAMED])


def last_changes(user: Any) -> list[Version]:
    """The last steps taken with rows that the person may look at."""
    seen = {model._meta.label_lower: model for model in kept_models() if may(user, "history", model)}
    found = list(Version.objects.filter(model__in=seen).order_by("-pk")[:LAST])
    for version in found:
        version.kind = str(seen[version.model]._meta.verbose_name)  # type: ignore[attr-defined]
    return found


class DeskSite(AdminSite):
    """Django's admin with the desk as its first page."""

    site_header = "The curators’ desk"
    site_title = "Learning Repository"
    index_title = "What is waiting, what is wrong, what is next"
    index_template = "admin/desk.html"

    def index(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        user = request.user
        tiles = [(tile, list(tile.lines())) for tile in TILES.values() if may(user, "save", tile.model)]
        shown = {
            "has_work": bool(written_by(user)),
            "work": work(user),
            "sent_back": sent_back(user),
            "last": last_changes(user),
            "tiles": [(tile, lines) for tile, lines in tiles if lines],
            "well": [tile for tile, lines in tiles if not lines],
        }
        return super().index(request, {**shown, **(extra_context or {})})

    def get_urls(self) -> list[Any]:
        row = path("row/<str:label>/<path:key>/", self.admin_view(self.row), name="row")
        return [row, *super().get_urls()]

    def row(self, request: HttpRequest, label: str, key: str) -> HttpResponse:
        """To the form of the row with that natural key: a version knows no other name of it."""
        model = next((one for one in kept_models() if one._meta.label_lower == label), None)
        if model is None or "\0" in key or not may(request.user, "history", model):
            raise Http404
        found = find(model, key)
        if found is not None:
            meta = model._meta
            return redirect(f"{self.name}:{meta.app_label}_{meta.model_name}_change", found.pk)
        messages.warning(request, f"‘{key}’ is no longer there: it was a draft, and was deleted.")
        return redirect(f"{self.name}:index")
