"""Keeping the vocabularies: terms are merged and retired, never deleted."""

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.urls import reverse

from search import index
from tests import factories as make
from tests.pages import form_data, parsed
from themes import actions
from themes.models import Sector, Theme

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    client.force_login(get_user_model().objects.create_superuser("fictional-curator"))
    return client


def merge(client, term, into=None):
    name = f"admin:themes_{term._meta.model_name}_changelist"
    data = {"action": "merge", "_selected_action": [term.pk], **({"into": into.pk} if into else {})}
    return client.post(reverse(name), data, follow=True)


@pytest.mark.parametrize("factory", [make.theme, make.sector])
@pytest.mark.parametrize("prefix", ["", "/cy"])
def test_old_address_of_a_merged_term_leads_to_the_other_for_good(desk, factory, prefix):
    old, new = factory("Old fictional term"), factory("New fictional term")
    old_address, new_address = prefix + old.get_absolute_url(), prefix + new.get_absolute_url()
    assert desk.get(old_address).status_code == 200
    assert "New fictional term" in merge(desk, old).content.decode()  # it asks first which one
    merge(desk, old, into=new)
    answer = desk.get(old_address)
    assert (answer.status_code, answer["Location"]) == (301, new_address)


def test_what_carried_the_merged_term_carries_the_other_once(desk):
    old, new = make.theme("Old fictional term"), make.theme("New fictional term")
    both, one = make.learning_point(themes=[old, new]), make.learning_point(themes=[old])
    review, briefing = make.case_review(themes=[old]), make.briefing(themes=[old])
    merge(desk, old, into=new)
    for row in (both, one, review, briefing):
        assert list(row.themes.all()) == [new]
    page = desk.get("/learning/?theme=old-fictional-term").content.decode()
    assert 'data-total="2"' in page


@pytest.mark.parametrize("into", ["²", "0", "9" * 30, "-1"])
def test_term_is_not_merged_into_one_that_is_not_there(desk, into):
    term = make.theme("Old fictional term")
    data = {"action": "merge", "_selected_action": [term.pk], "into": into}
    assert desk.post(reverse("admin:themes_theme_changelist"), data).status_code == 200
    term.refresh_from_db()
    assert not term.retired


def test_names_of_a_merged_term_find_the_other(desk):
    old, new = make.theme("Quokka", alt_labels=["wombat"]), make.theme("New fictional term")
    merge(desk, old, into=new)
    new.refresh_from_db()
    assert new.alt_labels == ["Quokka", "wombat"]
    assert index.matching_ids("wombat", "theme") == [new.pk]


def test_children_of_a_merged_theme_move_with_it():
    old, new = make.theme("Old fictional term"), make.theme("New fictional term")
    child = make.theme(parent=old)
    Theme.objects.filter(pk=new.pk).update(parent=old)
    actions.merge(term=old, into=Theme.objects.get(pk=new.pk))
    child.refresh_from_db()
    assert child.parent == new
    assert Theme.objects.get(pk=new.pk).parent_id != new.pk


@pytest.mark.parametrize(
    "other",
    [lambda theme: theme, lambda theme: make.sector(), lambda theme: make.theme(retired=True)],
    ids=["itself", "another vocabulary", "retired"],
)
def test_term_is_not_merged_into_itself_another_kind_or_a_retired_one(other):
    theme = make.theme()
    with pytest.raises(ValidationError):
        actions.merge(term=theme, into=other(theme))
    assert not Theme.objects.get(pk=theme.pk).retired


def test_old_address_leads_on_after_a_second_merge(client):
    first, second, third = make.theme("First"), make.theme("Second"), make.theme("Third")
    actions.merge(term=first, into=second)
    actions.merge(term=Theme.objects.get(pk=second.pk), into=third)
    answer = client.get("/themes/first/", follow=True)
    assert answer.redirect_chain[-1] == ("/themes/third/", 301)
    assert answer.status_code == 200


def test_retired_term_leaves_the_choices_and_stays_on_what_carries_it(desk):
    theme = make.theme("Old fictional term")
    point = make.learning_point(themes=[theme])
    desk.post(reverse("admin:themes_theme_changelist"), {"action": "retire", "_selected_action": [theme.pk]})
    assert list(point.themes.all()) == [theme]
    assert "Old fictional term" not in desk.get("/themes/").content.decode()
    assert index.matching_ids("old fictional term", "theme") == []
    assert desk.get(point.get_absolute_url()).status_code == 200


def test_retired_term_is_not_offered_where_one_is_chosen(desk):
    make.theme("Fictional theme in use")
    make.theme("Fictional theme out of use", retired=True)
    query = {"app_label": "reviews", "model_name": "learningpoint", "field_name": "themes", "term": "fictional"}
    found = desk.get(reverse("admin:autocomplete"), query).json()["results"]
    assert [one["text"] for one in found] == ["Fictional theme in use"]


def test_terms_cannot_be_deleted(desk):
    theme = make.theme()
    assert desk.post(reverse("admin:themes_theme_delete", args=[theme.pk]), {"post": "yes"}).status_code == 403


def test_new_label_shows_at_once_and_the_slug_stays(desk):
    sector = make.sector("Fictional sector")
    path = reverse("admin:themes_sector_change", args=[sector.pk])
    fields = form_data(parsed(desk.get(path), strict=False), "sector_form")
    assert "slug" not in fields
    assert "Fictional sector" in desk.get("/sectors/").content.decode()
    desk.post(path, fields | {"label": "Renamed sector"})
    sector = Sector.objects.get()
    assert (sector.label, sector.slug) == ("Renamed sector", "fictional-sector")
    assert "Renamed sector" in desk.get("/sectors/").content.decode()
