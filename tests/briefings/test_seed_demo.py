"""The fictional collection: what the command makes, and that every page says what it is."""

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from briefings.demo import collection
from briefings.demo.texts import DRAFTS_ONLY, vocabulary
from briefings.models import Briefing
from publishing import bulk
from publishing.models import Status, content_version
from reviews.models import CaseReview, Evidence, EvidenceSet, LearningPoint, Recommendation
from reviews.strength import figures_of
from search import index
from tests import factories as make
from tests.pages import parsed, text_of

REVIEWS = 60


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """One collection for all of these tests, which change nothing."""
    with django_db_blocker.unblock(), transaction.atomic():
        for term in (make.theme, make.theme, make.sector, make.age_stage, make.harm, make.principle, make.review_type):
            term()
        before = content_version()
        call_command("seed_demo", reviews=REVIEWS, seed=3, verbosity=0)
        assert content_version() != before
        yield
        transaction.set_rollback(True)


pytestmark = pytest.mark.xdist_group("demo")


@pytest.fixture
def open_demo(demo, django_db_blocker):
    with django_db_blocker.unblock():
        yield


def test_collection_has_what_was_asked_for_and_says_that_it_is_fictional(open_demo):
    assert CaseReview.objects.published().count() == REVIEWS
    assert LearningPoint.objects.published().count() == REVIEWS * 10
    for model in (CaseReview, LearningPoint, Recommendation, EvidenceSet, Briefing):
        assert model.objects.exists()
        assert not model.objects.filter(fictional=False).exists()


def test_derived_figures_are_those_that_publishing_would_give(open_demo):
    for model in (LearningPoint, Recommendation):
        for row in model.objects.published():
            pieces = list(row.evidence.select_related("review", "evidence_set"))
            found = figures_of(pieces)
            assert found == {name: getattr(row, name) for name in found}
            assert not row.refusals()


def test_evidence_knows_which_reviews_are_inside_a_cited_set(open_demo):
    for point in LearningPoint.objects.filter(evidence__evidence_set__isnull=False).distinct():
        members = set(EvidenceSet.objects.filter(evidence__learning_point=point).values_list("members", flat=True))
        for piece in point.evidence.filter(review__isnull=False):
            assert piece.inside == (piece.review_id in members)


def test_keys_of_every_piece_of_evidence_lead_somewhere(open_demo):
    pieces = Evidence.objects.all()
    assert pieces.filter(document__isnull=False).count() == pieces.count() > REVIEWS * 20
    assert not pieces.filter(review__isnull=True, evidence_set__isnull=True).exists()


def test_what_only_drafts_hold_is_in_no_index(open_demo):
    drafts = LearningPoint.objects.filter(status=Status.DRAFT)
    assert all(DRAFTS_ONLY in point.statement for point in drafts)
    assert drafts.exists()
    assert index.search(DRAFTS_ONLY).total == 0
    assert index.search("fictional").total > REVIEWS * 10


@pytest.mark.parametrize(
    "path", ["/", "/reviews/", "/learning/", "/recommendations/", "/briefings/", "/search/?q=child", "/themes/"]
)
def test_every_list_says_that_what_it_shows_is_not_real(open_demo, client, path):
    page = text_of(parsed(client.get(path)))
    assert "Not a real review" in page or "Fictional" in page


@pytest.mark.parametrize("model", [CaseReview, LearningPoint, Recommendation, EvidenceSet, Briefing])
def test_every_detail_says_that_it_is_not_real(open_demo, client, model):
    row = model.objects.published().first()
    assert "Not a real review" in text_of(parsed(client.get(row.get_absolute_url())).find("body//h1/.."))


def test_second_collection_is_refused(open_demo):
    with pytest.raises(CommandError, match="already"):
        call_command("seed_demo", reviews=1, verbosity=0)


@pytest.mark.django_db
def test_without_vocabularies_nothing_is_made_and_it_says_what_to_do():
    with pytest.raises(CommandError, match="load_content"):
        call_command("seed_demo", reviews=1, verbosity=0)
    assert not collection.exists()


@pytest.mark.django_db
def test_same_seed_gives_the_same_collection():
    for term in (make.theme, make.sector, make.age_stage, make.harm, make.principle, make.review_type):
        term()
    found = []
    for seed in (1, 1, 2):
        with transaction.atomic():
            call_command("seed_demo", reviews=3, seed=seed, verbosity=0, no_index=True)
            found.append(list(LearningPoint.objects.order_by("code").values_list("code", "statement", "strength")))
            transaction.set_rollback(True)
    assert found[0] == found[1] != found[2]


@pytest.mark.django_db
def test_batches_of_rows_may_end_anywhere(monkeypatch):
    """What rows lead to is written before them, however few are written at a time."""
    monkeypatch.setattr(bulk, "_BATCH", 2)
    for term in (make.theme, make.sector, make.age_stage, make.harm, make.principle, make.review_type):
        term()
    call_command("seed_demo", reviews=3, verbosity=0)
    assert CaseReview.objects.published().count() == 3


@pytest.mark.django_db
def test_interrupted_run_leaves_nothing():
    for term in (make.theme, make.sector, make.age_stage, make.harm, make.principle, make.review_type):
        term()

    def interrupted(more: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        collection.make(collection.Sizes(2), 1, interrupted)
    assert not collection.exists()


def test_words_run_from_the_commonest_to_the_rarest():
    words = vocabulary()
    assert words[:4] == ["the", "of", "child", "and"]
    assert len(words) == len(set(words)) == 16_000
    assert DRAFTS_ONLY not in words


@pytest.mark.django_db
def test_rows_may_be_written_before_those_that_they_lead_to(monkeypatch):
    """As they are in a large collection, whose members of sets fill a batch before the sets do."""
    for term in (make.theme, make.theme, make.sector, make.age_stage, make.harm, make.principle, make.review_type):
        term()
    monkeypatch.setattr("publishing.bulk._BATCH", 40)
    call_command("seed_demo", reviews=REVIEWS, verbosity=0, no_index=True)
    assert EvidenceSet.members.through._default_manager.count() > 40
