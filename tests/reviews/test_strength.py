"""Strength of evidence, rule by rule (docs/design: it counts distinct reviews, never documents)."""

import pytest

from reviews import pages
from reviews.filters import MOST_SOURCES
from reviews.models import Evidence, LearningPoint
from reviews.strength import Strength, also_words, flag
from search.listings import LISTINGS, drawn
from tests import factories as make
from themes import pages as theme_pages

pytestmark = pytest.mark.django_db

SEVERAL, ANALYSIS, REVIEW, NONE = (
    Strength.SEVERAL,
    Strength.ONE_ANALYSIS,
    Strength.ONE_REVIEW,
    Strength.NONE,
)


def a_set(*members, size: int | None = None, **fields):
    document = make.document() if size else None
    return make.evidence_set(members=members, reported_size=size, size_document=document, **fields)


def one_review():
    return [make.case_review()]


def one_review_in_two_documents():
    return one_review() * 2


def two_reviews():
    return [make.case_review(), make.case_review()]


def one_set_without_a_size():
    return [a_set()]


def one_set_of_72():
    return [a_set(size=72)]


def one_set_in_two_documents():
    return [a_set(size=72)] * 2


def two_sets_of_one_report():
    return [a_set(size=72, analysis="fictional-report"), a_set(kind="literature", analysis="fictional-report")]


def two_sets_of_two_reports():
    return [a_set(size=72), a_set(size=30)]


def a_set_and_its_member():
    review = make.case_review()
    return [a_set(review, size=72), review]


def a_set_and_another_review():
    return [a_set(make.case_review()), make.case_review()]


def two_members_of_a_set():
    members = two_reviews()
    return [a_set(*members), *members]


def two_overlapping_sets_of_one_report():
    reviews = two_reviews()
    return [a_set(*reviews, analysis="fictional-report"), a_set(reviews[0], analysis="fictional-report")]


def research_alone():
    return [a_set(kind="literature")]


def a_review_and_research():
    return [make.case_review(), a_set(kind="literature")]


# sources -> strength, reviews known one by one, words, flag
RULES = [
    (one_review, REVIEW, 1, "Learned from one review", "Thin evidence"),
    (one_review_in_two_documents, REVIEW, 1, "Learned from one review", "Thin evidence"),
    (two_reviews, SEVERAL, 2, "Learned from 2 reviews", ""),
    (one_set_without_a_size, ANALYSIS, 0, "Learned from a set of reviews, number not stated", "One analysis"),
    (one_set_of_72, ANALYSIS, 0, "Learned from a set of 72 reviews", "One analysis"),
    (one_set_in_two_documents, ANALYSIS, 0, "Learned from a set of 72 reviews", "One analysis"),
    (two_sets_of_one_report, ANALYSIS, 0, "Learned from a set of 72 reviews and a review of research", "One analysis"),
    (two_sets_of_two_reports, SEVERAL, 0, "Learned from a set of 72 reviews and a set of 30", ""),
    (a_set_and_its_member, ANALYSIS, 1, "Learned from a set of 72 reviews", "One analysis"),
    (a_set_and_another_review, SEVERAL, 2, "Learned from one review and a set of reviews, number not stated", ""),
    (two_members_of_a_set, ANALYSIS, 2, "Learned from a set of reviews, number not stated", "One analysis"),
    (two_overlapping_sets_of_one_report, ANALYSIS, 2, None, "One analysis"),
    (research_alone, ANALYSIS, 0, "Learned from a review of research", "One analysis"),
    (a_review_and_research, SEVERAL, 1, "Learned from one review and a review of research", ""),
]


@pytest.mark.parametrize(("sources", "strength", "reviews", "words", "flag"), RULES, ids=[r[0].__name__ for r in RULES])
def test_reviews_are_counted_and_not_documents(sources, strength, reviews, words, flag):
    point = make.learning_point(sources=sources())
    assert (point.strength, point.review_count) == (strength, reviews)
    view = point.evidence_view
    assert view.basis.strength == strength
    assert view.flag == flag
    assert words is None or view.words == words


@pytest.mark.parametrize("sources", [rule[0] for rule in RULES])
def test_recommendations_are_counted_by_the_same_rules(sources):
    found = sources()
    point, recommendation = make.learning_point(sources=found), make.recommendation(sources=found)
    for name in ("strength", "review_count", "evidence_count"):
        assert getattr(point, name) == getattr(recommendation, name)


def test_sizes_of_sets_are_never_added_up():
    words = make.learning_point(sources=two_sets_of_two_reports()).evidence_view.words
    assert "102" not in words


def test_member_that_is_cited_too_is_named():
    sources = a_set_and_its_member()
    titles = [line.title for line in make.learning_point(sources=sources).evidence_view.lines]
    assert titles == [sources[1].title, sources[0].title]


def test_two_places_in_one_source_are_one_node_with_two_lines():
    view = make.learning_point(sources=one_review_in_two_documents()).evidence_view
    assert view.nodes == (["review"], False)
    assert [line.same for line in view.lines] == [False, True]


def test_nodes_end_at_six_with_a_sign_of_more():
    view = make.learning_point(sources=[make.case_review() for _ in range(7)]).evidence_view
    assert (view.nodes, len(view.lines)) == ((["review"] * 6, True), 7)


def test_row_of_a_list_names_the_first_sources_and_leads_to_all_of_them():
    point = make.learning_point(sources=[make.case_review() for _ in range(12)])
    [row] = [str(one.__html__()) for one in drawn({"learning": [point.pk]})["learning"]]
    assert row.count("data-evidence") == MOST_SOURCES
    assert f'<a href="{point.get_absolute_url()}">All 12 sources</a>' in row


def test_row_of_a_list_names_all_sources_where_hardly_more_would_be_left_out():
    point = make.learning_point(sources=[make.case_review() for _ in range(MOST_SOURCES + 2)])
    [row] = [str(one.__html__()) for one in drawn({"learning": [point.pk]})["learning"]]
    assert row.count("data-evidence") == MOST_SOURCES + 2
    assert "sources</a>" not in row


# -- withdrawn and unpublished sources -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sources", "gone", "strength", "reviews", "words"),
    [
        (one_review, 0, NONE, 0, "One source withdrawn"),
        (two_reviews, 0, REVIEW, 1, "Learned from one review, one source withdrawn"),
        (a_set_and_another_review, 0, REVIEW, 1, "Learned from one review, one source withdrawn"),
        (a_set_and_another_review, 1, ANALYSIS, 1, None),
        (a_set_and_its_member, 0, REVIEW, 1, "Learned from one review, one source withdrawn"),
        (a_set_and_its_member, 1, ANALYSIS, 0, "Learned from a set of 72 reviews, one source withdrawn"),
    ],
)
def test_withdrawn_source_is_said_and_counts_no_longer(sources, gone, strength, reviews, words):
    found = sources()
    point = make.learning_point(sources=found)
    make.withdrawn(found[gone])
    point = LearningPoint.objects.get(pk=point.pk)
    assert (point.strength, point.review_count) == (strength, reviews)
    view = point.evidence_view
    assert view.basis.strength == strength
    assert words is None or view.words == words
    assert [line.state for line in view.lines].count("withdrawn") == 1


def test_member_of_a_set_that_was_withdrawn_counts_no_longer():
    member = make.case_review()
    point = make.learning_point(sources=[a_set(member, make.case_review())])
    make.withdrawn(member)
    assert LearningPoint.objects.get(pk=point.pk).review_count == 1


def test_draft_never_counts_even_where_it_got_in():
    review = make.case_review()
    point = make.learning_point(sources=[review])
    Evidence.objects.create(
        code="EV-draft",
        learning_point=point,
        review=make.case_review("Fictional draft", draft=True),
        document=make.document(),
    )
    point.recount()
    point = LearningPoint.objects.get(pk=point.pk)
    assert (point.strength, point.review_count) == (REVIEW, 1)
    assert [line.title for line in point.evidence_view.lines] == [review.citation_label]


def test_withdrawn_source_shows_no_title_no_place_and_no_note():
    review = make.case_review("Fictional title", area_name="Nowhere", publication_precision="")
    point = make.learning_point(draft=True, sources=[])
    make.evidence(point, review, locator="page 7", note="A nuance.")
    make.evidence(point, make.case_review())
    make.actions.publish(row=point)
    make.withdrawn(review)
    line = LearningPoint.objects.get(pk=point.pk).evidence_view.lines[-1]
    assert (line.place, line.note, line.kind_words, line.year) == ("", "", "", None)
    assert "Fictional" not in line.title
    assert line.withdrawn_text.startswith("Withdrawn on ")


@pytest.mark.parametrize("address", ["/learning/{}/", "/learning.csv", "/learning.jsonl", "/api/v1/learning-points/{}"])
def test_report_of_a_withdrawn_review_is_not_named_by_what_another_source_says_of_it(client, address):
    """A piece may be of one source and read in a document of another: in the report of a review that a court withdrew."""
    report = make.document("Fictional report on Child Nobody")
    review = make.case_review(documents=[report])
    point = make.learning_point(draft=True, sources=[])
    make.evidence(point, make.evidence_set(), document=report, locator="page 77")
    make.evidence(point, make.case_review())
    make.actions.publish(row=point)
    assert "on Child Nobody" in read(client, address, point)
    make.withdrawn(review, "court-order")
    assert "on Child Nobody" not in read(client, address, point)
    assert "page 77" in read(client, address, point)


def read(client, address, point):
    answer = client.get(address.format(point.code))
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()


@pytest.mark.parametrize(
    ("reason", "leads"), [("time-limit", True), ("error", True), ("court-order", False), ("family-request", False)]
)
def test_address_of_a_tombstone_is_not_given_where_a_court_or_a_family_asked(reason, leads):
    review = make.case_review()
    point = make.learning_point(sources=[review])
    make.withdrawn(review, reason)
    assert bool(LearningPoint.objects.get(pk=point.pk).evidence_view.lines[0].href) == leads


# -- words -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sources", "begins"),
    [
        (one_review, "All this rests on one review."),
        (one_set_of_72, "All this rests on one analysis, of 72 reviews."),
        (one_set_without_a_size, "All this rests on one analysis. "),
        (two_reviews, ""),
    ],
)
def test_flag_says_what_it_means_without_shame(sources, begins):
    sentence = make.learning_point(sources=sources()).evidence_view.flag_sentence
    assert sentence.startswith(begins)
    assert bool(sentence) == bool(begins)


def test_page_of_a_review_says_where_else_a_point_was_found():
    review, others = make.case_review(), [make.case_review(), make.case_review()]
    make.learning_point("Alone.", sources=[review])
    make.learning_point("Shared.", sources=[review, *others, a_set(size=72), make.withdrawn(make.case_review())])
    found = {item["point"].statement: (item["also_words"], item["flag"]) for item in pages.of_review(review)["points"]}
    assert found == {
        "Alone.": ("Found in this review alone.", "Thin evidence"),
        "Shared.": ("Also found in 2 other reviews and a set of 72.", ""),
    }


def test_page_of_a_review_counts_as_the_page_of_the_point_does():
    review, gone = make.case_review(), make.case_review()
    cited = [
        [review],
        [review, make.case_review(), gone],
        [review, a_set(review)],
        [review, a_set(make.case_review())],
        [review, a_set(kind="literature"), a_set(size=30), make.case_review(), gone],
    ]
    codes = {make.learning_point(sources=sources).code for sources in cited}
    make.withdrawn(gone)
    found = {item["point"].code: (item["also_words"], item["flag"]) for item in pages.of_review(review)["points"]}
    for code in codes:
        basis = LearningPoint.objects.get(code=code).evidence_view.basis
        beside = basis.beside(review)
        assert found[code] == (also_words(len(beside.alone), beside.sizes), flag(basis.strength))


# -- themes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kinds", "flag"),
    [
        ([one_review, one_review], "Thin evidence"),
        ([one_set_of_72, one_set_without_a_size], "One analysis"),
        ([one_review, two_reviews], ""),
        ([one_set_of_72, two_reviews], ""),
        ([], ""),
    ],
)
def test_theme_carries_a_flag_when_all_its_learning_points_do(kinds, flag):
    theme = make.theme()
    for sources in kinds:
        make.learning_point(sources=sources(), themes=[theme])
    assert theme_pages.of_theme(theme)["flag"] == flag
    [shown] = [one for one in theme_pages.of_themes()["other_themes"] if one["term"] == theme]
    assert shown["flag"] == flag


def test_drafts_do_not_weigh_on_the_flag_of_a_theme():
    theme = make.theme()
    make.learning_point(sources=one_review(), themes=[theme])
    make.learning_point(sources=two_reviews(), themes=[theme], draft=True)
    assert theme_pages.of_theme(theme)["flag"] == "Thin evidence"


def test_list_narrows_and_sorts_by_the_stored_strength():
    thin, strong = make.learning_point(sources=one_review()), make.learning_point(sources=two_reviews())
    index = LISTINGS["learning"].index()
    assert index.page(index.all, "", 0, 10) == [strong.pk, thin.pk]
    assert index.bits["strength"].keys() == {"one-review", "several"}
