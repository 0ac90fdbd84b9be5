"""Feeds, as feedparser reads them."""

import datetime

import feedparser
import pytest

from publishing import actions
from publishing.models import ContentVersion
from publishing.snapshots import snapshot
from reviews.models import CaseReview
from tests import factories as make
from tests.pages import parsed

pytestmark = pytest.mark.django_db


def read(client, path):
    found = feedparser.parse(client.get(path).getvalue())
    assert not found.bozo, found.get("bozo_exception")
    return found


def test_feed_of_a_list_has_its_things_newest_first_whatever_the_order_of_the_list(client):
    theme = make.theme("Fictional theme")
    points = [make.learning_point(f"Fictional sentence {n}.", themes=[theme] if n else []) for n in range(4)]
    found = read(client, f"/learning.atom?theme={theme.slug}&sort=code")
    assert [entry.title for entry in found.entries] == [f"{one.code}: {one.statement}" for one in reversed(points[1:])]
    assert found.feed.title == "Learning points: Theme: Fictional theme - Learning Repository"
    assert found.feed.links[1].href.endswith(f"/learning.atom?theme={theme.slug}&sort=code")
    assert [tag.term for tag in found.entries[0].tags] == ["Fictional theme"]


def test_entry_keeps_its_id_and_its_dates_are_those_of_the_thing(client):
    review = make.case_review()
    published = datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)
    CaseReview.objects.filter(pk=review.pk).update(published_at=published, changed_at=published)
    [before] = read(client, "/reviews.atom").entries
    assert before.published == before.updated == "2026-01-02T03:04:05+00:00"
    review.refresh_from_db()
    content = snapshot(review)
    content["fields"]["title"] = "Fictional review with another title"
    actions.save_pending(row=review, content=content)
    assert read(client, "/reviews.atom").entries[0].title == before.title
    actions.publish_pending(row=review)
    found = read(client, "/reviews.atom")
    [after] = found.entries
    assert (after.id, after.published) == (before.id, before.published)
    assert after.title == "Fictional review with another title"
    assert found.feed.updated == after.updated > before.updated


def test_feed_that_is_empty_does_not_change_by_itself(client):
    make.case_review(nation="england")
    changed = ContentVersion.objects.get().changed_at.isoformat()
    assert [read(client, "/reviews.atom?nation=wales").feed.updated for _ in range(2)] == [changed] * 2


def test_welsh_feed_has_the_same_ids(client):
    make.case_review()
    english, welsh = read(client, "/reviews.atom"), read(client, "/cy/reviews.atom")
    assert english.entries[0].id == welsh.entries[0].id
    assert "/cy/reviews/" in welsh.entries[0].link
    assert welsh.feed.title == "Adolygiadau - Learning Repository"


def test_withdrawn_thing_leaves_the_feed_at_once(client):
    review = make.case_review()
    make.withdrawn(review)
    assert read(client, "/reviews.atom").entries == []


@pytest.mark.parametrize("path", ["/reviews/", "/learning/?sort=code", "/cy/briefings/", "/recommendations/"])
def test_page_of_a_list_tells_feed_readers_of_its_feed(client, path):
    [link] = [one.attrib for one in parsed(client.get(path)).iter("link") if one.attrib["rel"] == "alternate"]
    assert link["type"] == "application/atom+xml"
    page, mark, query = path.partition("?")
    assert link["href"] == f"{page[:-1]}.atom{mark}{query}"


def test_feed_brings_the_newest_few_in_a_fixed_number_of_statements(client, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr("exports.formats.atom.ENTRIES", 5)
    for n in range(7):
        make.case_review(f"Fictional review {n}")
    client.get("/reviews.atom")
    with django_assert_max_num_queries(10):
        found = read(client, "/reviews.atom")
    assert [entry.title for entry in found.entries] == [f"Fictional review {n}" for n in (6, 5, 4, 3, 2)]
