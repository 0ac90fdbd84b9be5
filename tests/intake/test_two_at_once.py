"""A curator and a file that write the same row at once: neither overwrites what the other has not seen."""

import threading
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from intake.undoing import NotUndoneError, Undoing, undo
from intake.writing import Writer
from publishing import actions
from reviews.models import CaseReview
from tests import factories as make
from tests.intake.conftest import imported

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor == "sqlite", reason="SQLite has one writer: a transaction holds it from its start"
    ),
]
REVIEW = ["reference", "title", "review_type"]


def is_held(reference: str) -> bool:
    """Whether somebody else's transaction holds the row."""
    found: list[bool] = []

    def try_it() -> None:
        try:
            with transaction.atomic():
                CaseReview.objects.select_for_update(nowait=True, of=("self",)).get(reference=reference)
            found.append(False)
        except DatabaseError:
            found.append(True)
        finally:
            connection.close()

    other = threading.Thread(target=try_it)
    other.start()
    other.join()
    return found[0]


@pytest.fixture
def draft() -> CaseReview:
    kind = make.review_type("Fictional kind of review", abbreviation="FKR")
    return make.case_review(reference="F-1", title="Here", review_type=kind, draft=True)


def test_rows_that_a_file_changes_are_held_from_the_look_to_the_writing(draft, table, monkeypatch):
    held, write = [], Writer.write

    def spied(self: Any, batch: Any) -> None:
        held.append(is_held("F-1"))
        write(self, batch)

    monkeypatch.setattr(Writer, "write", spied)
    imported(table(REVIEW, ["F-1", "Changed", "FKR"]), "reviews")
    assert held == [True]
    assert not is_held("F-1")


def test_edit_while_a_file_is_undone_is_not_lost(draft, table, monkeypatch):
    run = imported(table(REVIEW, ["F-1", "Changed", "FKR"]), "reviews")
    held, look = [], Undoing._touched

    def spied(self: Any, model: Any, rows: Any) -> Any:
        held.append(is_held("F-1"))
        return look(self, model, rows)

    monkeypatch.setattr(Undoing, "_touched", spied)
    undo(run=run)
    assert held[0]


def test_edit_just_before_a_file_is_undone_stands_in_the_way(draft, table):
    run = imported(table(REVIEW, ["F-1", "Changed", "FKR"]), "reviews")
    row = CaseReview.objects.get()
    row.title = "Written by a curator in fiction"
    actions.save_draft(row=row)
    with pytest.raises(NotUndoneError, match="has changed it since"):
        undo(run=run)
    assert CaseReview.objects.get().title == "Written by a curator in fiction"
