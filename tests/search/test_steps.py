"""Every way of writing says truly which rows it moves: the bit sets that follow it are those that are built anew.

`move_on(rows)` may leave out no row whose place in a list has changed. A new way of writing gets a line in STEPS.
"""

import ast
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings

from publishing import actions
from publishing.management.commands import load_content
from publishing.snapshots import snapshot
from reviews import merging
from reviews.actions import save_source
from search.bitsets import LAST, FacetIndex
from search.listings import LISTINGS
from tests import factories as make
from tests.search.test_bitsets import same
from themes import actions as term_actions

pytestmark = pytest.mark.django_db


class World:
    """Two of everything, tied to each other in each way that a list can see."""

    def __init__(self) -> None:
        self.themes, self.types = [make.theme(), make.theme()], [make.review_type(), make.review_type()]
        self.sectors, self.boards = [make.sector(), make.sector()], [make.publisher(), make.publisher()]
        self.document = make.document()
        self.reviews = [
            make.case_review(review_type=one, themes=[theme], publishers=[board], documents=[self.document])
            for one, theme, board in zip(self.types, self.themes, self.boards, strict=True)
        ]
        self.spare, self.draft = make.case_review(review_type=self.types[0]), make.case_review(draft=True)
        self.set = make.evidence_set(members=[self.reviews[0]])
        self.point = make.learning_point(sources=[self.reviews[0], self.set], themes=self.themes[:1])
        self.other = make.learning_point(sources=[self.reviews[1]], themes=self.themes[1:])
        self.asked = make.recommendation(sources=[self.reviews[0]], addressed_to=self.sectors[:1])
        self.briefing = make.briefing(items=[self.point], themes=self.themes[:1], publisher=self.boards[0])
        self.withdrawn = make.withdrawn(make.learning_point(sources=[self.spare]))


def changed(row: Any, fields: dict[str, Any] | None = None, evidence: dict[str, Any] | None = None) -> dict[str, Any]:
    """What the row would say with these fields, and with its first piece of evidence so."""
    content = snapshot(row)
    content["fields"] |= fields or {}
    if evidence:
        content["parts"]["evidence"][0] |= evidence
    return content


def change(row: Any, **how: Any) -> None:
    row.refresh_from_db()
    actions.save_pending(row=row, content=changed(row, **how))
    actions.publish_pending(row=row)


def load(row: Any, **how: Any) -> None:
    """As a newer shipped content would say it."""
    load_content._write(changed(row, **how), type(row).objects.get(pk=row.pk))


def of(review: Any) -> dict[str, Any]:
    """Evidence of that review."""
    return {"evidence": {"review": review.reference, "evidence_set": None}}


def rename(board: Any) -> None:
    board.slug = "another-fictional-board"
    save_source(row=board)


STEPS: dict[str, Callable[[World], None]] = {
    "publish a review": lambda w: actions.publish(row=w.draft),
    "publish a point": lambda w: make.learning_point(sources=w.reviews),
    "publish a withdrawn point again": lambda w: actions.publish(row=w.withdrawn),
    "publish a recommendation": lambda w: make.recommendation(sources=[w.set]),
    "publish a set": lambda w: make.evidence_set(members=w.reviews),
    "publish a briefing": lambda w: make.briefing(items=[w.other]),
    "withdraw a review": lambda w: actions.withdraw(row=w.reviews[0], reason="error"),
    "withdraw a set": lambda w: actions.withdraw(row=w.set, reason="error"),
    "withdraw a point": lambda w: actions.withdraw(row=w.other, reason="error"),
    "withdraw a recommendation": lambda w: actions.withdraw(row=w.asked, reason="error"),
    "withdraw a briefing": lambda w: actions.withdraw(row=w.briefing, reason="error"),
    "change a review": lambda w: change(
        w.reviews[0], fields={"review_type": w.types[1].slug, "themes": [w.themes[1].slug], "nation": "wales"}
    ),
    "change the date of a review": lambda w: change(
        w.reviews[0], fields={"publication_date": "2019-01-01", "publication_precision": "year"}
    ),
    "change what a point rests on": lambda w: change(w.other, **of(w.spare)),
    "change what a recommendation rests on": lambda w: change(w.asked, **of(w.reviews[1])),
    "change the members of a set": lambda w: change(w.set, fields={"members": [w.reviews[1].reference]}),
    "change a briefing": lambda w: change(w.briefing, fields={"publisher": w.boards[1].slug, "title": "Fictional A"}),
    "merge two points": lambda w: merging.merge(point=w.point, into=w.other),
    "load a newer review": lambda w: load(w.reviews[0], fields={"review_type": w.types[1].slug}),
    "load a newer point": lambda w: load(w.other, **of(w.spare)),
    "load a newer set": lambda w: load(w.set, fields={"members": [w.reviews[1].reference]}),
    "save a document": lambda w: save_source(row=w.document),
    "save a publisher": lambda w: rename(w.boards[0]),
    "save a theme": lambda w: term_actions.save(term=w.themes[0]),
    "merge two themes": lambda w: term_actions.merge(term=w.themes[0], into=w.themes[1]),
    "retire a theme": lambda w: term_actions.retire(term=w.themes[0]),
    "save a helpline": lambda w: make.helpline() and None,
}


@pytest.mark.parametrize("step", STEPS)
def test_bit_sets_that_followed_a_step_are_those_built_anew(step):
    world = World()
    for listing in LISTINGS.values():
        for sort in (*listing.sorts, LAST):
            listing.index().page(None, sort, 0, 1)
    STEPS[step](world)
    for kind, listing in LISTINGS.items():
        assert same(listing.index(), FacetIndex(listing)), kind


def test_all_who_say_which_rows_moved_are_tried_here():
    """Who calls `move_on` with rows says that no other row has moved. Whoever is new here adds a step above."""
    found = set()
    for path in sorted(settings.BASE_DIR.glob("*/**/*.py")):
        where = path.relative_to(settings.BASE_DIR)
        if where.parts[0] in {".venv", "tests", "var"}:
            continue
        for call in ast.walk(ast.parse(path.read_text())):
            if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("move_on") and call.args:
                found.add(f"{where}: {ast.unparse(call)}")
    assert found == {
        "briefings/actions.py: move_on([])",
        "publishing/writes.py: move_on([row, *touched, *before])",
        "reviews/actions.py: move_on(reviews)",
        "search/management/commands/reindex.py: move_on([SearchDocument(pk=0)])",
    }


def test_no_list_looks_at_what_moves_no_row():
    """Documents and helplines move no row in a list: no facet and no order may lead through them."""
    for listing in LISTINGS.values():
        model = listing.rows().model
        paths = [path for facet in listing.filterset.facets().values() for path in facet.paths]
        for path in [*paths, *(path for sort in listing.sorts.values() for path in sort.paths)]:
            assert not {"Document", "Helpline"} & models_along(model, path), path


def models_along(model: Any, path: str) -> set[str]:
    found = set()
    names = {field.name for field in model._meta.get_fields()}
    for name in path.split("__"):
        if name not in names or not (model := model._meta.get_field(name).related_model):
            break
        found.add(model.__name__)
        names = {field.name for field in model._meta.get_fields()}
    return found
