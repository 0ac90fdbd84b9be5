"""Welsh pages: valid, and what exists in English alone is marked as English, so that a voice can change."""

import pytest

from briefings.models import Briefing
from reviews.models import CaseReview, EvidenceSet, LearningPoint, Recommendation
from tests import factories
from tests.pages import parsed, text_of

pytestmark = pytest.mark.django_db
MARK = "Fictional english"


@pytest.fixture
def content():
    """One of each thing; every text of a curator begins with the same words."""
    theme = factories.theme("Thema", label_cy="Thema", scope_note=f"{MARK} scope", is_mission=True)
    sector = factories.sector("Sector ffug", label_cy="Sector", scope_note=f"{MARK} scope")
    principle = factories.principle("Egwyddor", label_cy="Egwyddor", scope_note=f"{MARK} scope")
    terms = {"themes": [theme], "sectors": [sector]}
    report = factories.document(f"{MARK} report", url="https://report.example/")
    review = factories.case_review(
        f"{MARK} review", summary=f"{MARK} summary", content_note=f"{MARK} note", documents=[report], **terms
    )
    one = factories.evidence_set(f"{MARK} set", description=f"{MARK} description", documents=[report], members=[review])
    point = factories.learning_point(
        f"{MARK} statement.",
        draft=True,
        sources=[],
        detail=f"{MARK} detail",
        questions=f"{MARK} question",
        context_note=f"{MARK} context",
        principles=[principle],
        **terms,
    )
    for source in (review, one):
        factories.evidence(point, source, locator=f"{MARK} place", note=f"{MARK} note", document=report)
    factories.actions.publish(row=point)
    asked = factories.recommendation(
        f"{MARK} text",
        sources=[review, one],
        group_heading=f"{MARK} group",
        themes=[theme],
        addressed_to=[sector],
        answers=[point],
    )
    factories.briefing(
        f"{MARK} briefing",
        summary=f"{MARK} summary",
        content_note=f"{MARK} note",
        items=[point, asked],
        based_on=[one],
        documents=[report],
        **terms,
    )
    return theme, sector


def marked_otherwise(element, lang="cy"):
    """Texts with the mark that do not stand in an element marked as English."""
    lang = element.attrib.get("lang", lang)
    wrong = []
    for text, own in [(element.text, lang), *((child.tail, lang) for child in element)]:
        if text and MARK in text and not own.startswith("en"):
            wrong.append(text.strip())
    for child in element:
        wrong += marked_otherwise(child, lang)
    return wrong


def paths(theme, sector):
    rows = [model.objects.get() for model in (Briefing, CaseReview, EvidenceSet, LearningPoint, Recommendation)]
    lists = [
        "",
        "briefings/",
        "reviews/",
        "learning/",
        "recommendations/",
        "themes/",
        "sectors/",
        "principles/",
        "glossary/",
    ]
    lists += ["search/?q=Fictional", f"reviews/?theme={theme.slug}", "help/", "about/", "accessibility/", "privacy/"]
    own = [one.get_absolute_url().removeprefix("/") for one in (*rows, theme, sector)]
    return [f"/cy/{path}" for path in [*lists, "cover-your-tracks/", *own]]


def test_welsh_pages_are_valid_and_mark_what_is_in_english_alone(client, content):
    wrong = {}
    for path in paths(*content):
        body = parsed(client.get(path)).find("body")
        if found := marked_otherwise(body):
            wrong[path] = found
    assert {path: sorted(set(found)) for path, found in wrong.items()} == {}


def test_english_pages_mark_nothing(client, content):
    for path in paths(*content):
        root = parsed(client.get(path.removeprefix("/cy")))
        found = [one.attrib["lang"] for one in root.iter() if one.attrib.get("lang", "en-GB") not in ("en-GB", "cy")]
        assert found == [], path


def test_terms_are_shown_under_their_welsh_names(client):
    theme = factories.theme("Fictional theme", label_cy="Thema ffuglennol")
    factories.learning_point(themes=[theme])
    assert "Thema ffuglennol" in text_of(parsed(client.get(f"/cy/themes/{theme.slug}/")).find("body/main"))
    assert "Thema ffuglennol" in client.get("/cy/learning/").content.decode()


def test_home_page_that_was_read_for_one_language_is_drawn_in_the_other(client):
    factories.learning_point(sources=[factories.case_review()])
    english, welsh = client.get("/").text, client.get("/cy/").text
    assert "Thin evidence" in english
    assert "Thin evidence" not in welsh
