"""Who may do what: four roles, kept as groups, and what each step asks for.

Roles add up: one person may have several. What a role may do follows from the models themselves: what is published
and its parts are written by contributors and let go by editors; any other model names in `kept_by` the role that keeps
it. `migrate` makes the groups and puts their permissions right, every time: for another cut make another group.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import AppConfig, apps
from django.db import DEFAULT_DB_ALIAS
from django.db.models import ManyToManyField, Model

from publishing.models import Publishable

VIEWER, CONTRIBUTOR, EDITOR, ADMINISTRATOR = ROLES = ("viewer", "contributor", "editor", "administrator")

_SEES = ("view",)
_WRITES = ("view", "add", "change")
_HOLDS = ("view", "add", "change", "delete")

#: What each step asks for, as the action of a permission of the row's model.
STEPS = {
    "preview": "view",
    "history": "view",
    "save": "change",
    "submit": "change",
    "restore": "change",
    "share": "change",
    "send_back": "publish",
    "publish": "publish",
    "publish_pending": "publish",
    "discard": "publish",
    "schedule": "publish",
    "unschedule": "publish",
    "withdraw": "publish",
    "delete": "delete",
}


def may(user: Any, step: str, model: type[Model]) -> bool:
    """Whether the user may take this step with rows of this model.

    >>> may(editor, "publish", LearningPoint)
    True
    """
    meta = model._meta
    return bool(user.has_perm(f"{meta.app_label}.{STEPS[step]}_{meta.model_name}"))


def parts_of(model: type[Model]) -> Iterator[type[Model]]:
    """The models whose rows are written in the form of a row of `model`: its parts, theirs, and ordered relations."""
    for part in getattr(model, "parts", ()):
        child = model._meta.get_field(part).related_model
        yield child  # type: ignore[misc]
        yield from parts_of(child)  # type: ignore[arg-type]
    for field in model._meta.many_to_many:
        through = field.remote_field.through if isinstance(field, ManyToManyField) else None
        if through is not None and not through._meta.auto_created:
            yield through


def rights(model: type[Model], parts: frozenset[type[Model]] = frozenset()) -> dict[str, tuple[str, ...]]:
    """role -> actions that it may take with rows of the model."""
    if issubclass(model, Publishable):
        return {
            VIEWER: _SEES,
            CONTRIBUTOR: _WRITES,
            EDITOR: (*_HOLDS, "publish"),
            ADMINISTRATOR: _SEES,
        }
    if model in parts:
        return {VIEWER: _SEES, CONTRIBUTOR: _HOLDS, EDITOR: _HOLDS, ADMINISTRATOR: _SEES}
    keeper = getattr(model, "kept_by", None)
    if keeper is None:
        return _RIGHTS_OF_OTHERS.get(model._meta.label_lower, {})
    keepers = {CONTRIBUTOR: (CONTRIBUTOR, EDITOR), EDITOR: (EDITOR,), ADMINISTRATOR: (ADMINISTRATOR,)}[keeper]
    return {role: (_WRITES if role in keepers else _SEES) for role in ROLES}


#: Models that are not content. People are kept by administrators; an account is switched off, never deleted.
_RIGHTS_OF_OTHERS: dict[str, dict[str, tuple[str, ...]]] = {
    "auth.user": {ADMINISTRATOR: _WRITES},
    "auth.group": {ADMINISTRATOR: _SEES},
    "signin.auditentry": {ADMINISTRATOR: _SEES},
    "publishing.version": {ADMINISTRATOR: _SEES},
    "publishing.pendingversion": {CONTRIBUTOR: _SEES, EDITOR: _SEES, ADMINISTRATOR: _SEES},
}


def establish(sender: AppConfig, using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    """Give the roles their permissions on the models of one app, and no others. Run after each `migrate`."""
    from django.contrib.auth.models import Group, Permission

    parts = frozenset(part for model in apps.get_models() for part in parts_of(model))
    wanted: dict[str, set[str]] = {role: set() for role in ROLES}
    for model in sender.get_models():
        for role, actions in rights(model, parts).items():
            wanted[role] |= {f"{action}_{model._meta.model_name}" for action in actions}
    known = {one.codename: one for one in Permission.objects.using(using).filter(content_type__app_label=sender.label)}
    if not known:
        return
    for role, codenames in wanted.items():
        group, _made = Group.objects.using(using).get_or_create(name=role)
        held = set(group.permissions.filter(content_type__app_label=sender.label))
        right = {known[codename] for codename in codenames & known.keys()}
        group.permissions.remove(*held - right)
        group.permissions.add(*right - held)
