"""A row with all that belongs to it, as plain data: fields, relations and parts.

One shape serves the shipped fixtures, the hash that says whether a curator has touched a row, and pending
versions. Foreign keys and many-to-many relations stand as natural keys, parts (evidence, sections) as
nested snapshots in their order:

    {"model": "reviews.learningpoint", "key": "LP-0042", "fields": {...}, "parts": {"evidence": [{...}]}}
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist, ValidationError
from django.db import IntegrityError, models, transaction

#: Fields that say where a row stands, not what it says; a model adds its derived figures by `derived_fields`.
BOOKKEEPING = frozenset(
    [
        "id",
        "status",
        "published_at",
        "publish_at",
        "withdrawn_on",
        "withdrawn_reason",
        "created_at",
        "changed_at",
        "created_by",
        "changed_by",
    ]
)


class SnapshotError(ValueError):
    """The data do not describe a row: the message names the row, the field and what is wrong."""


def key_field(model: type[models.Model]) -> str:
    """Name of the field that is the model's natural key."""
    return getattr(model, "natural_key_field", "slug")


def key_of(row: models.Model) -> str:
    return str(getattr(row, key_field(type(row))))


def content_fields(model: type[models.Model], parent: str = "") -> list[models.Field[Any, Any]]:
    """The concrete fields that a snapshot holds, without the key, the parent and bookkeeping."""
    skip = set(BOOKKEEPING) | set(getattr(model, "derived_fields", ())) | {parent, "order" if parent else ""}
    skip.add("" if parent else key_field(model))
    return [field for field in model._meta.concrete_fields if field.name not in skip]


def _value(row: models.Model, field: models.Field[Any, Any]) -> Any:
    if isinstance(field, models.ForeignKey):
        other = getattr(row, field.name)
        return key_of(other) if other is not None else None
    value = getattr(row, field.name)
    if value is None or isinstance(value, (bool, int, str, list, dict)):
        return value
    return field.value_to_string(row)


def _links_name(field: models.ManyToManyField[Any, Any]) -> str:
    """Name under which a row knows the rows of the relation's own table."""
    through = field.remote_field.through
    return str(through._meta.get_field(field.m2m_field_name()).remote_field.get_accessor_name())


def _m2m_keys(row: models.Model, field: models.ManyToManyField[Any, Any]) -> list[str]:
    through, theirs = field.remote_field.through, field.m2m_reverse_field_name()
    if through._meta.auto_created:
        return sorted(key_of(other) for other in getattr(row, field.name).all())
    return [key_of(getattr(link, theirs)) for link in getattr(row, _links_name(field)).all()]


def _part_parent(model: type[models.Model], part: str) -> tuple[type[models.Model], str]:
    relation = model._meta.get_field(part)
    return relation.related_model, relation.field.name  # type: ignore[union-attr,return-value]


def _body(row: models.Model, parent: str = "") -> dict[str, Any]:
    """Of a row that `_with_all` fetched."""
    fields = {field.name: _value(row, field) for field in content_fields(type(row), parent)}
    fields |= {field.name: _m2m_keys(row, field) for field in row._meta.many_to_many}
    for part in getattr(row, "parts", ()):
        _child_model, child_parent = _part_parent(type(row), part)
        fields[part] = [_body(child, child_parent) for child in getattr(row, part).all()]
    return fields


def _with_all(rows: models.QuerySet[Any], parent: str = "") -> models.QuerySet[Any]:
    """The rows with all that a snapshot of them needs: a statement for each relation and part, not for each row."""
    model = rows.model
    keys = [field.name for field in content_fields(model, parent) if isinstance(field, models.ForeignKey)]
    found = rows.select_related(*keys) if keys else rows
    for field in model._meta.many_to_many:
        through = field.remote_field.through
        if through._meta.auto_created:
            found = found.prefetch_related(field.name)
        else:
            links = through._default_manager.select_related(field.m2m_reverse_field_name()).order_by("order")
            found = found.prefetch_related(models.Prefetch(_links_name(field), links))
    for part in getattr(model, "parts", ()):
        child_model, child_parent = _part_parent(model, part)
        children = _with_all(child_model._default_manager.order_by("order", "pk"), child_parent)
        found = found.prefetch_related(models.Prefetch(part, children))
    return found


def snapshot_many(model: type[models.Model], pks: Iterable[Any]) -> Iterator[tuple[models.Model, dict[str, Any]]]:
    """These rows of one model as the database has them, each with its snapshot, in a fixed number of statements."""
    for row in _with_all(model._default_manager.filter(pk__in=list(pks)).order_by("pk")):
        body = _body(row)
        parts = {name: body.pop(name) for name in getattr(row, "parts", ())}
        yield row, {"model": row._meta.label_lower, "key": key_of(row), "fields": body, "parts": parts}


def snapshot(row: models.Model) -> dict[str, Any]:
    """The row as the database has it, as plain data, ready for JSON."""
    return next(content for _row, content in snapshot_many(type(row), [row.pk]))


def _default(field: models.Field[Any, Any]) -> Any:
    """What a new row says in that field, as a snapshot has it."""
    value = field.get_default()
    return value if value is None or isinstance(value, (bool, int, str, list, dict)) else str(value)


def _pruned(model: type[models.Model], body: dict[str, Any], parent: str = "") -> dict[str, Any]:
    fields = {field.name: _default(field) for field in content_fields(model, parent)}
    fields |= {field.name: [] for field in model._meta.many_to_many}
    said = {name: body[name] for name, default in fields.items() if name in body and body[name] != default}
    for part in getattr(model, "parts", ()):
        if children := body.get(part):
            child, owner = _part_parent(model, part)
            said[part] = [_pruned(child, one, owner) for one in children]
    return said


def said(content: dict[str, Any]) -> dict[str, Any]:
    """What a snapshot says beyond what a new row would: the same before and after its model gained a field.

    A field that the model no longer has says nothing.
    """
    model = apps.get_model(content["model"])
    body = {**content.get("fields", {}), **content.get("parts", {})}
    return {"model": content["model"], "key": content["key"], "body": _pruned(model, body)}


def fingerprint(row: models.Model) -> str:
    """Hash of what the row says and of its status, so that a withdrawal or a retirement counts as a change."""
    return hash_of(said(snapshot(row)) | {"status": getattr(row, "status", "")})


def hash_of(data: dict[str, Any]) -> str:
    """Hash of plain data, whatever the order of its names."""
    return hashlib.sha256(json.dumps(data, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def find(model: type[models.Model], key: str) -> models.Model | None:
    """The row with that natural key, or None."""
    return model._default_manager.filter(**{key_field(model): key}).first()


def _related(field: Any, key: str, owner: str) -> models.Model:
    try:
        return field.related_model._default_manager.get(**{key_field(field.related_model): key})
    except ObjectDoesNotExist:
        raise SnapshotError(f"{owner}: {field.name} names ‘{key}’, which does not exist.") from None


def _python(field: Any, value: Any, owner: str) -> Any:
    try:
        return value if isinstance(value, (list, dict)) else field.to_python(value)
    except ValidationError as error:
        raise SnapshotError(f"{owner}: {field.name}: {' '.join(error.messages)}") from error


def _set_fields(row: models.Model, values: dict[str, Any], owner: str) -> dict[str, list[str]]:
    """Set plain fields and foreign keys; give back the many-to-many keys, which need the saved row."""
    many: dict[str, list[str]] = {}
    for name, value in values.items():
        try:
            field = row._meta.get_field(name)
        except FieldDoesNotExist:
            raise SnapshotError(f"{owner}: there is no field called ‘{name}’.") from None
        if isinstance(field, models.ManyToManyField):
            many[name] = list(value)
        elif isinstance(field, models.ForeignKey):
            setattr(row, name, _related(field, value, owner) if value is not None else None)
        else:
            setattr(row, name, _python(field, value, owner))
    return many


def _all_related(field: Any, keys: list[str], owner: str) -> list[models.Model]:
    found = field.related_model._default_manager.in_bulk(keys, field_name=key_field(field.related_model))
    return [found.get(key) or _related(field, key, owner) for key in keys]


def _set_many(row: models.Model, many: dict[str, list[str]], owner: str) -> None:
    for name, keys in many.items():
        field: Any = row._meta.get_field(name)
        others = _all_related(field, keys, owner)
        through = field.remote_field.through
        if through._meta.auto_created:
            getattr(row, name).set(others)
            continue
        mine, theirs = field.m2m_field_name(), field.m2m_reverse_field_name()
        through._default_manager.filter(**{mine: row}).delete()
        through._default_manager.bulk_create(
            through(**{mine: row, theirs: other, "order": n}) for n, other in enumerate(others, 1)
        )


def _save(row: models.Model, many: dict[str, list[str]], owner: str) -> None:
    """What the database checks by itself (keys, what is unique, named constraints) is left to it: a third of the time."""
    checked = [field.name for field in row._meta.fields if isinstance(field, models.ForeignKey)]
    try:
        row.full_clean(exclude=checked, validate_unique=False, validate_constraints=False)
        row.save()
    except ValidationError as error:
        raise SnapshotError(f"{owner}: {error.message_dict}") from error
    except IntegrityError as error:
        raise SnapshotError(f"{owner}: {error}") from error
    _set_many(row, many, owner)


def _identity(child: models.Model | dict[str, Any], name: str) -> Any:
    return child.get(name) if isinstance(child, dict) else getattr(child, name)


def _provisional_key(owner: str) -> int:
    """The same primary key for the same place of the same row, far from the real ones (see `restore`)."""
    return 10**15 + int(hashlib.sha256(owner.encode()).hexdigest()[:10], 16)


def _set_part(
    row: models.Model, part: str, bodies: list[dict[str, Any]], owner: str, provisional: bool = False
) -> None:
    """Make the row's children of that part equal to `bodies`: matched by natural key where they have one."""
    model, parent = _part_parent(type(row), part)
    name = getattr(model, "natural_key_field", None)
    old = list(model._default_manager.filter(**{parent: row}))
    by_key = {_identity(child, name): child for child in old} if name else {}
    kept = {_identity(body, name) for body in bodies} if name else set()
    for child in old:
        if not name or _identity(child, name) not in kept:
            child.delete()
    for order, body in enumerate(bodies, 1):
        place = f"{owner}, {part} {order}"
        child = by_key.get(_identity(body, name)) if name else None
        new = model(**{parent: row}, **({"pk": _provisional_key(place)} if provisional else {}))
        write_body(child or new, body, place, order, provisional)


def write_body(
    row: models.Model, body: dict[str, Any], owner: str, order: int | None = None, provisional: bool = False
) -> None:
    """Write fields, relations and parts into the row and save it; see `restore` for `provisional`."""
    own_parts = getattr(row, "parts", ())
    many = _set_fields(row, {k: v for k, v in body.items() if k not in own_parts}, owner)
    if order is not None:
        row.order = order  # type: ignore[attr-defined]
    _save(row, many, owner)
    for part in own_parts:
        if part in body:
            _set_part(row, part, body[part], owner, provisional)


@transaction.atomic
def restore(data: dict[str, Any], row: models.Model | None = None, provisional: bool = False) -> models.Model:
    """Write a snapshot into `row`, or into the row with its key, or into a new one; raises SnapshotError.

    `provisional`: the transaction will be undone, and done again at the next request (a form that shows a pending
    version): new parts get primary keys that will be the same then.
    """
    model = apps.get_model(data["model"])
    row = row or find(model, data["key"]) or model(**{key_field(model): data["key"]})
    owner = f"{data['model']} {data['key']}"
    write_body(row, {**data.get("fields", {}), **data.get("parts", {})}, owner, provisional=provisional)
    return row
