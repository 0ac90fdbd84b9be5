"""The curators' start page: what is waiting, what is wrong, what is next, who did what last.

It knows no word of the domain: each floor registers its tiles when the apps are ready. A tile costs a fixed number of
statements, however many rows there are; its lines lead to lists that show just those rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.contrib.admin import AdminSite
from django.db.models import Count, Model, Q
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from publishing.models import PendingVersion, Publishable, Status, Version

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
    """Something to look after. `lines` gives what there is to say now, nothing where all is well."""

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


def may_view(user: Any, model: type[Model]) -> bool:
    return bool(user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}"))


def kinds() -> list[type[Publishable]]:
    return [model for model in apps.get_models() if issubclass(model, Publishable)]


# -- the way to publication ------------------------------------------------------------------------------------------


def work(user: Any) -> dict[str, list[Line]]:
    """What stands where on its way to the readers: a statement for each kind, and one for the changes that wait."""
    lines: dict[str, list[Line]] = {"review": [], "drafts": [], "overdue": [], "scheduled": []}
    changes = _changes()
    for model in kinds():
        if not may_view(user, model):
            continue
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
    """What an editor sent back and nobody has taken up since, the newest first."""
    return _visible(user, Version.objects.newest().filter(step=Version.Step.SENT_BACK).order_by("-pk")[:NAMED])


def last_changes(user: Any) -> list[Version]:
    return _visible(user, Version.objects.order_by("-pk")[:LAST])


def _visible(user: Any, versions: Iterable[Version]) -> list[Version]:
    """Those of rows that the person may see, each with the address of its row."""
    found = []
    for version in versions:
        try:
            model = apps.get_model(version.model)
            version.url = f"{listed(model)}?{urlencode({'q': version.key})}"  # type: ignore[attr-defined]
        except (LookupError, NoReverseMatch):
            continue
        if may_view(user, model):
            version.kind = str(model._meta.verbose_name)  # type: ignore[attr-defined]
            found.append(version)
    return found


class DeskSite(AdminSite):
    """Django's admin with the desk as its first page."""

    site_header = "The curators’ desk"
    site_title = "Learning Repository"
    index_title = "What is waiting, what is wrong, what is next"
    index_template = "admin/desk.html"

    def index(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        user = request.user
        tiles = [(tile, list(tile.lines())) for tile in TILES.values() if may_view(user, tile.model)]
        shown = {
            "work": work(user),
            "sent_back": sent_back(user),
            "last": last_changes(user),
            "tiles": [(tile, lines) for tile, lines in tiles if lines],
            "well": [tile for tile, lines in tiles if not lines],
        }
        return super().index(request, {**shown, **(extra_context or {})})
