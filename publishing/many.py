"""Many drafts from snapshots at once: what `restore` does row by row, in a fixed number of statements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.utils import timezone

from publishing.models import Publishable
from publishing.snapshots import SnapshotError, key_field


@transaction.atomic
def make_drafts(contents: Sequence[dict[str, Any]], by: Any = None) -> list[Any]:
    """New rows of one publishable model from snapshots, none of which is here yet; raises SnapshotError.

    What the caller has not checked the database refuses: texts are checked for their length and choices by the caller
    (`full_clean` of one row after another is half of the time).
    """
    if not contents:
        return []
    model = apps.get_model(contents[0]["model"])
    now = timezone.now()
    common = {"created_at": now, "changed_at": now, "created_by": by, "changed_by": by}
    common = common if issubclass(model, Publishable) else {}
    bodies = [
        {key_field(model): content["key"], **content.get("fields", {}), **content.get("parts", {})}
        for content in contents
    ]
    return _make(model, bodies, [common] * len(bodies))


def _make(model: type[models.Model], bodies: Sequence[dict[str, Any]], extra: Sequence[dict[str, Any]]) -> list[Any]:
    parts = [name for name in getattr(model, "parts", ()) if any(body.get(name) for body in bodies)]
    many = [field for field in model._meta.many_to_many if any(body.get(field.name) for body in bodies)]
    skip = {*getattr(model, "parts", ()), *(field.name for field in model._meta.many_to_many)}
    single = {field.name: field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)}
    ids = {name: _ids(field.related_model, (body.get(name) for body in bodies)) for name, field in single.items()}
    rows = []
    for body, more in zip(bodies, extra, strict=True):
        values = {}
        for name, value in body.items():
            if name in single:
                values[single[name].attname] = _id(ids[name], value, model, name)
            elif name not in skip:
                values[name] = model._meta.get_field(name).to_python(value)  # type: ignore[union-attr]
        rows.append(model(**values, **more))
    model._default_manager.bulk_create(rows, batch_size=500)
    for field in many:
        _link(field, rows, [body.get(field.name, []) for body in bodies])
    for name in parts:
        _make_parts(model, name, rows, [body.get(name, []) for body in bodies])
    return rows


def _ids(model: Any, keys: Iterable[str | None]) -> dict[str, Any]:
    wanted = {key for key in keys if key}
    name = key_field(model)
    if not wanted:
        return {}
    return dict(model._default_manager.filter(**{f"{name}__in": wanted}).values_list(name, "pk"))


def _id(ids: dict[str, Any], key: str | None, model: type[models.Model], name: str) -> Any:
    if key and key not in ids:
        raise SnapshotError(f"{model._meta.label_lower}: {name} names ‘{key}’, which does not exist.")
    return ids[key] if key else None


def _link(field: Any, rows: Sequence[Any], keys: Sequence[list[str]]) -> None:
    through, related = field.remote_field.through, field.related_model
    ids = _ids(related, (key for some in keys for key in some))
    mine, theirs = f"{field.m2m_field_name()}_id", f"{field.m2m_reverse_field_name()}_id"
    ordered = not through._meta.auto_created
    links = [
        through(**{mine: row.pk, theirs: _id(ids, key, type(row), field.name)}, **({"order": n} if ordered else {}))
        for row, some in zip(rows, keys, strict=True)
        for n, key in enumerate(some, 1)
    ]
    through._default_manager.bulk_create(links, batch_size=500)


def _make_parts(
    model: type[models.Model], name: str, rows: Sequence[Any], bodies: Sequence[list[dict[str, Any]]]
) -> None:
    relation: Any = model._meta.get_field(name)
    flat = [(row, n, body) for row, some in zip(rows, bodies, strict=True) for n, body in enumerate(some, 1)]
    extra = [{f"{relation.field.name}_id": row.pk, "order": n} for row, n, _body in flat]
    _make(relation.related_model, [body for _row, _n, body in flat], extra)
