"""Composing a briefing: sections, what stands in them by its code, and helplines."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from briefings.models import Helpline, SectionItem
from publishing import actions
from tests import factories as make
from tests.pages import form_data, hooks, parsed

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client, settings):
    settings.TWO_PAIRS_OF_EYES = False
    client.force_login(get_user_model().objects.create_superuser("fictional-curator"))
    return client


def path(briefing) -> str:
    return reverse("admin:briefings_briefing_change", args=[briefing.pk])


def fields(client, briefing) -> dict:
    return form_data(parsed(client.get(path(briefing)), strict=False), "briefing_form")


def codes(briefing) -> list[str]:
    return [item.included.code for item in SectionItem.objects.filter(section__briefing=briefing).order_by("order")]


def test_lines_of_codes_put_what_stands_in_a_section_in_order(desk):
    first, second, asked = make.learning_point(), make.learning_point(), make.recommendation()
    briefing = make.briefing(items=[first, second], draft=True)
    form = fields(desk, briefing)
    assert form["sections-0-codes"] == f"{first.code}\n{second.code}"
    desk.post(path(briefing), form | {"sections-0-codes": f" {asked.code}\n{second.code.lower()}\n\n{first.code}"})
    assert codes(briefing) == [asked.code, second.code, first.code]
    assert fields(desk, briefing)["sections-0-codes"].split() == codes(briefing)


def test_line_that_is_taken_out_takes_the_item_out_and_the_rest_keep_their_short_text(desk):
    first, second = make.learning_point(), make.learning_point()
    briefing = make.briefing(items=[first, second], draft=True)
    SectionItem.objects.update(short_text="Short and fictional.")
    desk.post(path(briefing), fields(desk, briefing) | {"sections-0-codes": second.code})
    assert codes(briefing) == [second.code]
    assert SectionItem.objects.get().short_text == "Short and fictional."


def test_code_that_stands_twice_is_taken_once(desk):
    point = make.learning_point()
    briefing = make.briefing(items=[], draft=True)
    desk.post(path(briefing), fields(desk, briefing) | {"sections-0-codes": f"{point.code}\n{point.code}"})
    assert codes(briefing) == [point.code]


def test_code_that_does_not_exist_is_named_and_nothing_is_saved(desk):
    briefing = make.briefing(draft=True)
    before = codes(briefing)
    answer = desk.post(path(briefing), fields(desk, briefing) | {"sections-0-codes": "LP-0000\nNONSENSE"})
    assert "There is no LP-0000, NONSENSE." in answer.content.decode()
    assert codes(briefing) == before


def test_new_section_gets_its_items(desk):
    briefing, point = make.briefing(draft=True), make.learning_point()
    new = {"heading": "Second", "slug": "second", "order": "2", "passages": "[]", "codes": point.code, "body": ""}
    form = fields(desk, briefing) | {"sections-TOTAL_FORMS": "2", "sections-1-speaker_notes": ""}
    desk.post(path(briefing), form | {f"sections-1-{name}": value for name, value in new.items()})
    assert briefing.sections.get(slug="second").items.get().included == point


def test_order_of_a_published_briefing_waits_until_it_is_published(desk):
    first, second = make.learning_point(), make.learning_point()
    briefing = make.briefing(items=[first, second])
    turned = [second.code, first.code]
    desk.post(path(briefing), fields(desk, briefing) | {"sections-0-codes": "\n".join(turned)})
    assert codes(briefing) == [first.code, second.code]
    assert fields(desk, briefing)["sections-0-codes"].split() == turned
    actions.publish_pending(row=briefing)
    page = parsed(desk.get(briefing.get_absolute_url()))
    assert [code for code in hooks(page, "data-id") if code.startswith("LP")] == turned


def test_briefing_that_would_include_a_draft_is_refused_in_words(desk):
    briefing, draft = make.briefing(), make.learning_point(draft=True)
    desk.post(path(briefing), fields(desk, briefing) | {"sections-0-codes": draft.code})
    chosen = {"action": "publish_changes", "_selected_action": [briefing.pk], "confirmed": "yes"}
    page = desk.post(reverse("admin:briefings_briefing_changelist"), chosen, follow=True).content.decode()
    assert f"it includes {draft.code}, which is not published" in page


def test_helpline_shows_once_both_its_dates_are_set(desk):
    line = make.helpline("Fictional helpline", verified_on=None, expires_on=None)
    assert "Fictional helpline" not in desk.get("/help/").content.decode()
    form = reverse("admin:briefings_helpline_change", args=[line.pk])
    sent = form_data(parsed(desk.get(form), strict=False), "helpline_form")
    desk.post(form, sent | {"verified_on": "2026-01-01", "expires_on": "2999-01-01"})
    assert Helpline.objects.get().expires_on.year == 2999
    assert "Fictional helpline" in desk.get("/help/").content.decode()


def test_helpline_that_expires_before_it_was_verified_is_refused_in_words(desk):
    line = make.helpline()
    form = reverse("admin:briefings_helpline_change", args=[line.pk])
    sent = form_data(parsed(desk.get(form), strict=False), "helpline_form")
    answer = desk.post(form, sent | {"verified_on": "2026-01-02", "expires_on": "2026-01-01"})
    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()
