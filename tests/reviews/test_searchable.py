"""What of this floor is found: what readers see, whole, and no longer than they see it."""

import pytest

from publishing import actions
from publishing.writes import Refused
from reviews.actions import save_source
from search import index
from search.kinds import KINDS, entries, entry
from search.results import Results
from tests import factories as make
from tests import people
from tests.pages import parsed, text_of

pytestmark = pytest.mark.django_db


def found(text, kind):
    return index.matching_ids(text, kind)


def noted(make_one, source, note="A fictional nuance of wombats."):
    row = make_one(draft=True, sources=[source])
    row.evidence.update(note=note)
    actions.publish(row=row)
    return row


@pytest.mark.parametrize(
    ("make_one", "kind"), [(make.learning_point, "learning"), (make.recommendation, "recommendation")]
)
@pytest.mark.parametrize("make_source", [make.case_review, make.evidence_set])
def test_note_of_evidence_is_found_as_long_as_readers_see_it(make_one, kind, make_source, client):
    source = make_source()
    one = noted(make_one, source)
    assert "nuance of wombats" in text_of(parsed(client.get(one.get_absolute_url())))
    assert found("nuance of wombats", kind) == [one.pk]
    make.withdrawn(source, "court-order")
    assert "wombats" not in text_of(parsed(client.get(one.get_absolute_url())))
    assert found("wombats", kind) == []
    actions.publish(row=source, comment="It came back.")
    assert found("wombats", kind) == [one.pk]


def test_note_is_found_beside_one_that_is_not_seen():
    gone, stays = make.case_review(), make.case_review()
    one = make.learning_point(draft=True, sources=[gone, stays])
    one.evidence.filter(review=gone).update(note="Fictional wombats.")
    one.evidence.filter(review=stays).update(note="Fictional bilbies.")
    actions.publish(row=one)
    make.withdrawn(gone)
    assert (found("wombats", "learning"), found("bilbies", "learning")) == ([], [one.pk])


def test_text_of_a_document_is_read_and_found_with_its_review(client):
    document = make.document(text="## What the fictional panel saw\n\nWombats\nwere heard.\n\n- by some\n- by most")
    other, review = make.case_review(), make.case_review(documents=[document])
    assert found('"wombats were heard"', "review") == [review.pk]
    page = parsed(client.get(review.get_absolute_url()))
    [details] = [one for one in page.iter("details") if "Wombats were heard." in text_of(one)]
    assert [text_of(one) for one in details.iter("h3")] == ["What the fictional panel saw"]
    assert [text_of(one) for one in details.iter("li")] == ["by some", "by most"]
    assert "Wombats" not in text_of(parsed(client.get(other.get_absolute_url())))


def test_text_of_a_document_is_found_once_it_is_saved_and_no_longer_than_its_review():
    document = make.document()
    review = make.case_review(documents=[document])
    assert Results("wombats", "", 1, []).total == 0
    document.text = "Fictional wombats."
    save_source(row=document)
    assert Results("wombats", "", 1, []).total == 1
    make.withdrawn(review, "family-request")
    assert Results("wombats", "", 1, []).total == 0


def test_text_of_a_document_is_not_found_while_its_review_is_a_draft():
    make.case_review(draft=True, documents=[make.document(text="Fictional wombats.")])
    assert found("wombats", "review") == []


def test_rebuild_reads_what_publishing_has_indexed():
    board, document = make.publisher(), make.document(text="## Fictional\n\nA letter.")
    review = make.case_review(publishers=[board], documents=[document, make.document(text="Another.")])
    for make_one in (make.learning_point, make.recommendation):
        noted(make_one, review)
    for kind in KINDS.values():
        one_by_one = [*kind.rows().order_by("pk")]
        assert list(entries(kind)) == [entry(kind, row) for row in one_by_one], kind.name


@pytest.mark.parametrize("typed", ["Fictional Commission for Wombats", "FCW", "Wombat Commission"])
def test_review_is_found_by_any_name_of_its_publisher(typed):
    board = make.publisher("Fictional Commission for Wombats", short_name="FCW", alt_labels=["Wombat Commission"])
    review = make.case_review("A fictional review", publishers=[board])
    assert found(typed, "review") == [review.pk]


def test_what_readers_see_of_a_document_is_changed_by_who_may_publish_alone(client):
    document = make.document(text="Fictional wombats.")
    make.case_review(documents=[document])
    document.text = "Fictional quokkas."
    with pytest.raises(Refused, match="somebody who may publish"):
        save_source(row=document, by=people.contributor())
    save_source(row=document, by=people.editor())
    assert found("quokkas", "review")
    document.title = "Fictional letter"
    save_source(row=document, by=people.contributor())  # the text stays


def test_form_of_a_document_shows_a_contributor_the_text_that_readers_see(client):
    shown, waiting = make.document(text="Fictional wombats."), make.document(text="Fictional wombats.")
    make.case_review(documents=[shown])
    make.case_review(draft=True, documents=[waiting])
    client.force_login(people.contributor())
    forms = [client.get(f"/admin/reviews/document/{one.pk}/change/").content.decode() for one in (shown, waiting)]
    assert ['name="text"' in form for form in forms] == [False, True]
