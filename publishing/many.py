"""Snapshots of many rows at once, and many drafts from snapshots: what snapshots.py does row by row, in a fixed number
of statements.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from publishing.models import Publishable
from publishing.snapshots import SnapshotError, content_fields, key_field, key_of


def snapshots(rows: Sequence[models.Model]) -> list[dict[str, Any]]:
    """The snapshot of each row of one model, as `snapshot` makes it."""
    if not rows:
        return []
    model = type(rows[0])
    names = getattr(model, "parts", ())
    made = []
    for row, body in zip(rows, _bodies(model, rows), strict=True):
        own_parts = {name: body.pop(name) for name in names}
        made.append({"model": model._meta.label_lower, "key": key_of(row), "fields": body, "parts": own_parts})
    return made


def _bodies(model: type[models.Model], rows: Sequence[models.Model], parent: str = "") -> list[dict[str, Any]]:
    fields = content_fields(model, parent)
    others = {field: _keys_of_related(field, rows) for field in fields if isinstance(field, models.ForeignKey)}
    many = {field.name: _keys_of_many(field, rows) for field in model._meta.many_to_many}
    parts = {name: _parts(model, name, rows) for name in getattr(model, "parts", ())}
    bodies = []
    for row in rows:
        body = {
            field.name: others[field].get(getattr(row, field.attname)) if field in others else _plain(row, field)
            for field in fields
        }
        body |= {name: keys.get(row.pk, []) for name, keys in many.items()}
        body |= {name: children.get(row.pk, []) for name, children in parts.items()}
        bodies.append(body)
    return bodies


def _plain(row: models.Model, field: models.Field[Any, Any]) -> Any:
    value = getattr(row, field.attname)
    return value if value is None or isinstance(value, (bool, int, str, list, dict)) else field.value_to_string(row)


def _keys_of_related(field: Any, rows: Sequence[models.Model]) -> dict[Any, str]:
    wanted = {getattr(row, field.attname) for row in rows} - {None}
    related = field.related_model
    pairs = related._default_manager.filter(pk__in=wanted).values_list("pk", key_field(related)) if wanted else ()
    return {pk: str(key) for pk, key in pairs}


def _keys_of_many(field: Any, rows: Sequence[models.Model]) -> dict[Any, list[str]]:
    through = field.remote_field.through
    mine, theirs = field.m2m_field_name(), field.m2m_reverse_field_name()
    links = through._default_manager.filter(**{f"{mine}__in": [row.pk for row in rows]})
    links = links.order_by() if through._meta.auto_created else links.order_by("order")
    found: dict[Any, list[str]] = {}
    for pk, key in links.values_list(f"{mine}_id", f"{theirs}__{key_field(field.related_model)}"):
        found.setdefault(pk, []).append(str(key))
    return {pk: sorted(keys) for pk, keys in found.items()} if through._meta.auto_created else found


def _parts(model: type[models.Model], name: str, rows: Sequence[models.Model]) -> dict[Any, list[dict[str, Any]]]:
    relation: Any = model._meta.get_field(name)
    child, parent = relation.related_model, relation.field.name
    wanted = child._default_manager.filter(**{f"{parent}__in": [row.pk for row in rows]}).order_by("order", "pk")
    children = list(wanted)
    found: dict[Any, list[dict[str, Any]]] = {}
    for one, body in zip(children, _bodies(child, children, parent), strict=True):
        found.setdefault(getattr(one, f"{parent}_id"), []).append(body)
    return found


@transaction.atomic
def make_drafts(contents: Sequence[dict[str, Any]], by: Any = None) -> list[Any]:
    """New rows of one publishable model from snapshots, none of which is here yet; raises SnapshotError.

    What the caller has not checked the database refuses: texts are checked for their length and choices by the caller
    (`full_clean` of one row after another is half of the time).
    """
    if not contents:
        return []
    from django.apps import apps

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
