"""What each role may do with each model, as `migrate` leaves it."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission

from briefings.models import Briefing, Helpline, Section
from publishing import roles
from publishing.models import PERMISSIONS, Publishable, Version
from reviews.models import Document, Evidence, LearningPoint, ReviewPublisher
from tests import people
from themes.models import Theme

pytestmark = pytest.mark.django_db

# model -> role -> what it may do, by the first letters of view, add, change, delete, publish
TABLE = {
    LearningPoint: {"viewer": "v", "contributor": "vac", "editor": "vacdp", "administrator": "v"},
    Briefing: {"viewer": "v", "contributor": "vac", "editor": "vacdp", "administrator": "v"},
    Evidence: {"viewer": "v", "contributor": "vacd", "editor": "vacd", "administrator": "v"},
    Section: {"viewer": "v", "contributor": "vacd", "editor": "vacd", "administrator": "v"},
    ReviewPublisher: {"viewer": "v", "contributor": "vacd", "editor": "vacd", "administrator": "v"},
    Document: {"viewer": "v", "contributor": "vac", "editor": "vac", "administrator": "v"},
    Helpline: {"viewer": "v", "contributor": "v", "editor": "vac", "administrator": "v"},
    Theme: {"viewer": "v", "contributor": "v", "editor": "v", "administrator": "vac"},
    Version: {"viewer": "", "contributor": "", "editor": "", "administrator": "v"},
    people.get_user_model(): {"viewer": "", "contributor": "", "editor": "", "administrator": "vac"},
    Group: {"viewer": "", "contributor": "", "editor": "", "administrator": "v"},
}


@pytest.mark.parametrize("role", roles.ROLES)
@pytest.mark.parametrize("model", TABLE, ids=lambda model: model.__name__)
def test_role_may_do_with_the_model_what_the_table_says(model, role):
    user, meta = people.person(role), model._meta
    letters = {action[0]: f"{meta.app_label}.{action}_{meta.model_name}" for action in PERMISSIONS}
    assert {letter for letter, name in letters.items() if user.has_perm(name)} == set(TABLE[model][role])


def test_every_publishable_kind_has_the_right_to_publish():
    kinds = [model for model in apps.get_models() if issubclass(model, Publishable)]
    assert len(kinds) == 5
    for model in kinds:
        assert Permission.objects.filter(codename=f"publish_{model._meta.model_name}").exists()


def test_nobody_may_delete_what_is_not_content():
    deletes = Permission.objects.filter(codename__startswith="delete_", group__name__in=roles.ROLES)
    models = {one.content_type.model_class() for one in deletes}
    parts = {part for model in apps.get_models() for part in roles.parts_of(model)}
    assert {model for model in models if not issubclass(model, Publishable)} <= parts


def test_roles_add_up():
    both = people.person(roles.EDITOR, roles.ADMINISTRATOR)
    assert roles.may(both, "publish", LearningPoint)
    assert both.has_perm("themes.change_theme")


def test_next_migrate_puts_a_role_right_and_leaves_other_groups_alone():
    right = Permission.objects.get(codename="publish_learningpoint")
    viewer, own = Group.objects.get(name=roles.VIEWER), Group.objects.create(name="Of our own")
    viewer.permissions.add(right)
    own.permissions.add(right)
    Group.objects.get(name=roles.EDITOR).permissions.remove(right)
    roles.establish(apps.get_app_config("reviews"))
    assert right not in viewer.permissions.all()
    assert right in Group.objects.get(name=roles.EDITOR).permissions.all()
    assert list(own.permissions.all()) == [right]


@pytest.mark.parametrize("step", roles.STEPS)
def test_account_without_a_role_may_take_no_step(step):
    assert not roles.may(people.person(), step, LearningPoint)


def test_account_that_is_switched_off_may_take_no_step():
    editor = people.person(roles.EDITOR, is_active=False)
    assert not any(roles.may(editor, step, LearningPoint) for step in roles.STEPS)
