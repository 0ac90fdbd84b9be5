"""Bit sets that follow the content step by step are those that would be built anew."""

import datetime
import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from publishing import actions
from publishing.models import (
    ContentChange,
    _version_of_request,
    changes_since,
    content_version,
    move_on,
    one_version,
)
from search import moving
from search.bitsets import LAST, FacetIndex
from search.listings import LISTINGS, indexes
from tests import factories as make
from themes.attach import _vocabularies, vocabulary

pytestmark = pytest.mark.django_db


def same(one: FacetIndex, other: FacetIndex) -> bool:
    """Whether both would answer everything alike."""
    if [list(one.ids), one.bits, one.year_bits] != [list(other.ids), other.bits, other.year_bits]:
        return False
    return all(
        one.page(mask, sort, 0, 99) == other.page(mask, sort, 0, 99)
        for sort in (*one.listing.sorts, LAST)
        for mask in [None, *(bits for values in one.bits.values() for bits in values.values())]
    )


@pytest.fixture
def built(monkeypatch):
    """How often an index was built from the beginning."""
    count = []
    real = FacetIndex.__init__

    def counting(self, *args):
        count.append(1)
        real(self, *args)

    monkeypatch.setattr(FacetIndex, "__init__", counting)
    return count


def some_review(chance: random.Random, themes: list) -> object:
    day = datetime.date(2015 + chance.randint(0, 9), chance.randint(1, 12), 1)
    dated = {"publication_date": day, "publication_precision": "month"} if chance.random() < 0.8 else {}
    chosen = chance.sample(themes, chance.randint(0, 3))
    return make.case_review(themes=chosen, nation=chance.choice(["england", "wales"]), draft=True, **dated)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_index_that_followed_every_step_is_the_one_built_anew(seed, built):
    chance, themes = random.Random(seed), [make.theme() for _ in range(4)]
    drafts = [some_review(chance, themes) for _ in range(12)]
    public = []
    for kind in LISTINGS:
        for sort in LISTINGS[kind].sorts:
            LISTINGS[kind].index().page(None, sort, 0, 1)
    built.clear()
    for _ in range(30):
        step = chance.random()
        if drafts and step < 0.5:
            public.append(drafts.pop())
            actions.publish(row=public[-1])
        elif public and step < 0.7:
            row = public.pop(chance.randrange(len(public)))
            row.refresh_from_db()
            actions.withdraw(row=row, reason="error")
        elif public:
            make.learning_point(sources=chance.sample(public, 1), themes=chance.sample(themes, 1))
        for kind in ("review", "learning"):
            held = LISTINGS[kind].index()
            assert same(held, FacetIndex(LISTINGS[kind], held.version))
            built.pop()
    assert not built


def test_step_of_unknown_reach_has_the_index_built_anew(built):
    make.case_review()
    LISTINGS["review"].index()
    built.clear()
    move_on()
    LISTINGS["review"].index()
    assert len(built) == 1


def test_step_that_touched_no_row_of_the_list_costs_a_few_statements(built):
    make.case_review()
    LISTINGS["review"].index()
    built.clear()
    make.helpline()
    with CaptureQueriesContext(connection) as captured:
        LISTINGS["review"].index()
    assert not built
    assert len(captured) <= 14  # the labels are read again


def test_lists_asked_together_read_the_version_and_its_steps_once(built):
    make.learning_point()
    indexes(*LISTINGS)
    built.clear()
    make.learning_point()
    with CaptureQueriesContext(connection) as captured:
        found = indexes("learning", "review", "recommendation")
    asked = [query["sql"] for query in captured]
    assert len([sql for sql in asked if "publishing_contentchange" in sql]) == 1
    assert len({index.version for index in found}) == 1
    assert not built
    for index in found:
        assert same(index, FacetIndex(index.listing, index.version))


def test_labels_are_of_the_version_of_the_bit_sets_not_of_the_request():
    theme, other = make.theme(), make.theme()
    slug = theme.slug
    make.case_review(themes=[theme])
    with one_version():
        vocabulary(type(theme))  # the request has read version and words
        type(theme).objects.filter(pk=theme.pk).update(label="Another label")
        _of_elsewhere(make.case_review, themes=[other])
        index = LISTINGS["review"].index()
    assert index.labels["theme"][slug].label == "Another label"
    assert len(index.of("theme", other.slug)) == 1


def _of_elsewhere(write, **given):
    """As another process would: this one goes on with the version and the words that it has read."""
    held, words = content_version(), _vocabularies._held
    write(**given)
    content_version()
    _version_of_request.get()[:] = [held]
    _vocabularies._held = words


def test_term_that_the_labels_lack_is_asked_of_the_database(monkeypatch):
    theme = make.theme()
    make.case_review(themes=[theme])
    monkeypatch.setattr(LISTINGS["review"].filterset.facets()["theme"], "labels", dict)
    assert len(FacetIndex(LISTINGS["review"]).of("theme", theme.slug)) == 1


def test_steps_that_are_not_remembered_any_more_are_not_guessed():
    move_on()
    before = content_version()
    move_on([])
    move_on([])
    assert changes_since([before], content_version()) == {before: {}}
    ContentChange.objects.order_by("number").first().delete()
    assert changes_since([before], content_version()) == {before: None}


def test_steps_of_another_history_are_not_taken_for_ours():
    move_on()
    number = content_version().partition(".")[0]
    move_on([])
    other = f"{number}.20010101"
    assert changes_since([other], content_version()) == {other: None}


def test_withdrawn_review_leaves_and_what_rested_on_it_moves(built):
    theme = make.theme()
    review, other = make.case_review(themes=[theme]), make.case_review()
    point = make.learning_point(sources=[review, other])
    assert LISTINGS["review"].index().of("theme", theme.slug)
    assert LISTINGS["learning"].index().of("strength", "several")
    built.clear()
    make.withdrawn(review)
    assert list(LISTINGS["review"].index().ids) == [other.pk]
    assert not LISTINGS["review"].index().of("theme", theme.slug)
    index = LISTINGS["learning"].index()
    assert index.page(index.of("strength", "one-review"), "", 0, 9) == [point.pk]
    assert not built


@pytest.mark.parametrize("sort", ["oldest", "learning", LAST])
def test_page_of_another_order_is_found_block_by_block(sort, monkeypatch):
    monkeypatch.setattr("search.bitsets._BLOCK", 3)
    themes = [make.theme(), make.theme()]
    for n in range(10):
        make.case_review(
            themes=[themes[n % 2]], publication_date=datetime.date(2020, 1, n + 1), publication_precision="day"
        )
    index = FacetIndex(LISTINGS["review"])
    mask = index.of("theme", themes[0].slug)
    whole = [pk for pk in index.page(None, sort, 0, 10) if index.position(pk) in mask]
    assert [index.page(mask, sort, start, start + 2) for start in range(5)] == [whole[n : n + 2] for n in range(5)]


def test_orders_that_were_made_before_are_not_made_for_a_reader():
    for number in range(3):
        make.learning_point(
            sources=[make.case_review(publication_date=datetime.date(2020, 1, 1 + number), publication_precision="day")]
        )
    for listing in LISTINGS.values():
        index = listing.index()
        index.make_orders()
        with CaptureQueriesContext(connection) as captured:
            pages = {sort: index.page(index.all, sort, 0, 9) for sort in (*listing.sorts, LAST)}
        assert not captured
        anew = FacetIndex(listing, index.version)
        assert pages == {sort: anew.page(anew.all, sort, 0, 9) for sort in pages}


def test_order_that_is_asked_for_while_the_index_moves_on_breaks_nothing():
    reviews = [
        make.case_review(publication_date=datetime.date(2020, 1, n), publication_precision="day") for n in (1, 2)
    ]
    index = LISTINGS["review"].index()

    class Watched(type(index.orders[index.default])):
        def copy(self):
            index.page(None, "oldest", 0, 9)  # another reader, in another thread
            return super().copy()

    index.orders[index.default].__class__ = Watched
    later = moving.later(index, [reviews[0].pk], "later")
    assert later.page(None, "oldest", 0, 9) == [reviews[0].pk, reviews[1].pk]
