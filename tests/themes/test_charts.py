"""The numbers of a theme's charts, and sentences that say no more than the numbers do."""

import datetime

import pytest

from search.listings import LISTINGS
from tests import factories
from tests.pages import parsed, text_of, total
from themes import charts, pages
from themes.models import Theme

pytestmark = pytest.mark.django_db


def review_of(year, *themes):
    dated = {"publication_date": datetime.date(year, 6, 1), "publication_precision": "day"} if year else {}
    return factories.case_review(themes=themes, **dated)


def chart_of(theme):
    return pages.of_theme(theme)["chart"]


def row_of(chart, year):
    return next(row for row in chart["years"] if row["year"] == year)


def test_reviews_and_learning_points_are_told_apart_with_their_own_years():
    theme = factories.theme()
    review_of(2016, theme)
    factories.learning_point(themes=[theme], sources=[review_of(2020)])
    assert chart_of(theme)["sentence"] == (
        "One review carries this theme, published in 2016. "
        "One learning point: first read in a review published in 2020."
    )


def test_learning_without_a_dated_review_is_not_said_to_be_of_a_year():
    theme = factories.theme()
    factories.learning_point(themes=[theme], sources=[review_of(2016)])
    factories.learning_point(themes=[theme], sources=[factories.evidence_set()])
    chart = chart_of(theme)
    assert chart["sentence"].startswith("No review with a date carries this theme.")
    assert chart["rest"] == "One more learning point was read in a set of reviews, or in a review without a date."


def test_learning_point_stands_in_the_year_of_its_earliest_review():
    theme = factories.theme()
    factories.learning_point(themes=[theme], sources=[review_of(2019), review_of(2017)])
    assert row_of(chart_of(theme), 2017)["points"] == 1


def test_learning_point_stands_in_the_year_that_its_withdrawn_review_leaves_it():
    theme = factories.theme()
    earliest = review_of(2017)
    factories.learning_point(themes=[theme], sources=[earliest, review_of(2019)])
    assert row_of(chart_of(theme), 2017)["points"] == 1
    factories.withdrawn(earliest)
    assert row_of(chart_of(theme), 2019)["points"] == 1


def test_years_without_anything_are_drawn_and_named():
    theme = factories.theme()
    for year in (2016, 2018, 2022):
        review_of(year, theme)
    chart = chart_of(theme)
    assert [row["year"] for row in chart["years"]] == list(range(2016, 2023))
    assert "No review here carries it in 2017, 2019–2021; that says what was added" in chart["sentence"]


def test_chart_says_how_many_reviews_have_no_date():
    theme = factories.theme()
    review_of(2016, theme)
    review_of(None, theme)
    assert "One review of this theme has no date, and stands in no year." in chart_of(theme)["rest"]


def test_theme_without_any_year_has_no_chart():
    theme = factories.theme()
    review_of(None, theme)
    assert chart_of(theme) is None


def test_chart_and_its_table_give_the_same_numbers(client):
    theme = factories.theme()
    review_of(2016, theme)
    review_of(2016, theme)
    factories.learning_point(themes=[theme], sources=[review_of(2017)])
    root = parsed(client.get(theme.get_absolute_url()))
    [figure] = root.iter("figure")
    assert [text_of(row) for row in figure.iter("tr")][1:] == ["201620", "201701"]
    assert sum(one.tag.endswith("circle") for one in figure.iter()) == 2


def test_drafts_are_in_no_chart():
    theme = factories.theme()
    factories.case_review(
        draft=True, themes=[theme], publication_date=datetime.date(2016, 1, 1), publication_precision="year"
    )
    assert chart_of(theme) is None


def test_matrix_counts_what_carries_both_and_leads_to_exactly_that(client):
    one, other = factories.theme(is_mission=True), factories.theme(is_mission=True)
    factories.learning_point(themes=[one, other])
    factories.learning_point(themes=[one])
    rows = charts.matrix([one, other], LISTINGS["learning"].index())
    cells = [[(cell["n"], cell["own"]) for cell in row["cells"]] for row in rows]
    assert cells == [[(2, True), (1, False)], [(1, False), (1, True)]]
    assert total(parsed(client.get(rows[0]["cells"][1]["href"]))) == 1


def test_number_of_a_theme_that_occurs_with_it_leads_to_what_carries_both(client):
    one, other = factories.theme(), factories.theme()
    factories.learning_point(themes=[one, other])
    factories.learning_point(themes=[one])
    [shared] = pages.of_theme(one)["together"]
    assert (shared["n"], shared["of"], shared["theme"]) == (1, 2, other)
    assert total(parsed(client.get(shared["both_href"]))) == 1


def test_page_of_the_themes_draws_the_matrix_of_the_mission(client):
    themes = [factories.theme(is_mission=True) for _ in range(2)]
    factories.learning_point(themes=themes)
    root = parsed(client.get("/themes/"))
    [table] = root.iter("table")
    assert len(list(table.iter("tr"))) == 1 + Theme.objects.filter(is_mission=True).count()


def test_second_theme_is_carried_by_the_form_of_the_filters_and_stands_among_the_chosen(client):
    one, other = factories.theme("Fictional first"), factories.theme("Fictional second")
    factories.learning_point(themes=[one, other])
    root = parsed(client.get(f"/learning/?theme={one.slug}&also={other.slug}"))
    carried = [field.attrib["value"] for field in root.iter("input") if field.attrib.get("name") == "also"]
    assert carried == [other.slug]
    assert any("And also: Fictional second" in text_of(item) for item in root.iter("li"))
