"""Accounts for tests, by role. All are fictional; each has the role's group as `migrate` made it."""

from itertools import count
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from publishing import roles

numbers = count(1)


def person(*names: str, **fields: Any) -> Any:
    """A member of staff with these roles: person(roles.EDITOR)."""
    name = f"fictional-{'-'.join(names) or 'nobody'}-{next(numbers)}"
    user = get_user_model().objects.create_user(name, **{"is_staff": True, **fields})
    user.groups.set(Group.objects.filter(name__in=names))
    return user


def contributor() -> Any:
    return person(roles.CONTRIBUTOR)


def editor() -> Any:
    return person(roles.EDITOR)


def viewer() -> Any:
    return person(roles.VIEWER)


def administrator() -> Any:
    return person(roles.ADMINISTRATOR)
