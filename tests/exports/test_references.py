"""References, as reference managers read them: RIS by rispy, BibTeX by bibtexparser, CSL-JSON, and what a page's head says."""

import json

import bibtexparser
import pytest
import rispy

from exports.formats import bibtex, csl, ris
from reviews.citations import Reference
from tests import factories as make
from tests.pages import links, parsed, text_of

pytestmark = pytest.mark.django_db
HOSTILE = [
    '50% of {children} & \\"families\\" _seen_ #1 ~ ^ $x$',
    "\\input{/etc/passwd}",
    "ends with a backslash \\",
    "} , title = {taken over",
    "two\r\nER  - \r\nTY  - RPRT\r\nlines",
    "Ysgol Gŵyr: ‘quotes’ – and “more” 🙂",
]


def reference(**fields):
    given = {
        "id": "R-1",
        "report": True,
        "title": "T",
        "authors": ("Ofsted",),
        "date": "2020-06",
        "url": "http://a.example/b/",
    }
    return Reference(**{**given, **fields})


def plain(text):
    return " ".join(text.split())


def read_bibtex(text):
    library = bibtexparser.parse_string(text)
    assert not library.failed_blocks
    [entry] = library.entries
    return entry


def untexed(text):
    """What TeX would set."""
    for sign, escape in sorted(bibtex.ESCAPES.items(), key=lambda pair: -len(pair[1])):
        text = text.replace(escape, f"\0{ord(sign)}\0")
    assert not bibtex.SPECIAL.search(text), text
    for sign in bibtex.ESCAPES:
        text = text.replace(f"\0{ord(sign)}\0", sign)
    return text


@pytest.mark.parametrize("text", HOSTILE)
def test_ris_keeps_every_text_in_its_field(text):
    [found] = rispy.loads(ris.record(reference(title=text, abstract=text, keywords=(text, "second"))))
    assert found["title"] == found["abstract"] == plain(text)
    assert found["keywords"] == [plain(text), "second"]
    assert found["type_of_reference"] == "RPRT"


@pytest.mark.parametrize("text", HOSTILE)
def test_bibtex_keeps_every_text_in_its_field(text):
    entry = read_bibtex(bibtex.entry(reference(title=text, abstract=text, authors=(text, "Police and crime"))))
    title = entry["title"]
    assert (title[0], title[-1]) == ("{", "}")
    assert untexed(title[1:-1]) == untexed(entry["abstract"]) == plain(text)
    assert entry["author"].endswith("and {Police and crime}")


def test_bibtex_address_stays_as_it_is():
    entry = read_bibtex(bibtex.entry(reference(url="https://a.example/b_c/?x=50%25&y=~#z")))
    assert entry["url"] == "https://a.example/b_c/?x=50%25&y=~#z"


@pytest.mark.parametrize(
    ("date", "year", "parts", "month"),
    [
        ("2020", "2020//", [2020], None),
        ("2020-06", "2020/06/", [2020, 6], "6"),
        ("2020-06-30", "2020/06/30", [2020, 6, 30], "6"),
    ],
)
def test_date_is_given_as_far_as_it_is_known(date, year, parts, month):
    one = reference(date=date)
    assert rispy.loads(ris.record(one))[0]["date"] == year
    assert csl.item(one)["issued"] == {"date-parts": [parts]}
    entry = read_bibtex(bibtex.entry(one))
    assert entry["year"] == "2020"
    assert entry.get("month", None) == month or entry["month"] == month


def test_unknown_date_is_left_out_and_said_in_words():
    one = reference(date="")
    assert "issued" not in csl.item(one)
    assert "year" not in rispy.loads(ris.record(one))[0]
    assert one.harvard.startswith("Ofsted (no date) T. Available at: http://a.example/b/ (read ")


THINGS = [
    (make.case_review, "reviews/{0.slug}", "RPRT", "techreport", "report"),
    (make.learning_point, "learning/{0.code}", "ELEC", "misc", "webpage"),
    (make.recommendation, "recommendations/{0.code}", "ELEC", "misc", "webpage"),
    (make.briefing, "briefings/{0.slug}", "RPRT", "techreport", "report"),
]


@pytest.mark.parametrize(("maker", "path", "ris_type", "bib_type", "csl_type"), THINGS)
def test_every_form_of_a_reference_cites_the_same_page(client, settings, maker, path, ris_type, bib_type, csl_type):
    settings.SITE_URL = "https://site.example"
    row = maker("Fictional words on a thing")
    path = f"/{path.format(row)}"
    url = f"https://site.example{path}/"
    for prefix in ("", "/cy"):  # what is cited is in English, and so is its reference
        [as_ris] = rispy.loads(client.get(f"{prefix}{path}.ris").getvalue().decode())
        as_bib = read_bibtex(client.get(f"{prefix}{path}.bib").content.decode())
        [as_csl] = json.loads(client.get(f"{prefix}{path}.json").content)
        assert (as_ris["type_of_reference"], as_bib.entry_type, as_csl["type"]) == (ris_type, bib_type, csl_type)
        assert as_ris["urls"] == [url]
        assert as_bib["url"] == as_csl["URL"] == url
        assert as_ris["title"] == as_csl["title"] == as_bib["title"].strip("{}")
        assert "Fictional words on a thing" in as_ris["title"]
        page = parsed(client.get(f"{prefix}{path}/"))
        assert as_ris["title"] in text_of(list(page.iter("blockquote"))[-1])
        assert {f"{prefix}{path}.{one}" for one in ("ris", "bib", "json")} <= set(links(page))


@pytest.mark.parametrize(("maker", "path", "ris_type", "bib_type", "csl_type"), THINGS)
def test_head_of_a_page_says_what_zotero_and_search_engines_read(client, maker, path, ris_type, bib_type, csl_type):
    row = maker('Fictional "words" </script><b>&')
    page = parsed(client.get(row.get_absolute_url()))
    metas = {one.attrib["name"]: one.attrib["content"] for one in page.iter("meta") if "name" in one.attrib}
    title = metas.get("citation_title") or metas["dc.title"]
    assert 'Fictional "words" </script><b>&' in title
    assert ("citation_technical_report_institution" in metas) == (csl_type == "report")
    assert ("dc.creator" in metas) == (csl_type == "webpage")
    [block] = [one for one in page.iter("script") if one.attrib.get("type") == "application/ld+json"]
    data = json.loads(block.text)
    assert data["name"] == title
    assert data["@context"] == "https://schema.org"
    assert data["url"].endswith(row.get_absolute_url())


def test_data_of_a_page_names_the_sources_that_readers_may_see(client):
    review, gone = make.case_review(), make.case_review()
    point = make.learning_point(sources=[review, gone])
    make.withdrawn(gone, "court-order")
    page = parsed(client.get(point.get_absolute_url()))
    [block] = [one for one in page.iter("script") if one.attrib.get("type") == "application/ld+json"]
    assert [url.endswith(review.get_absolute_url()) for url in json.loads(block.text)["isBasedOn"]] == [True]


def test_reference_of_a_listing_is_that_of_its_things(client):
    reviews = [make.case_review(f"Fictional review {n}") for n in range(3)]
    found = rispy.loads(client.get("/reviews.ris?sort=oldest").getvalue().decode())
    assert {one["id"] for one in found} == {one.reference for one in reviews}
    single = rispy.loads(client.get(f"/reviews/{reviews[0].slug}.ris").getvalue().decode())
    assert single[0] in found


def test_reference_to_a_fictional_thing_says_so():
    review = make.case_review()
    review.fictional = True
    [found] = rispy.loads(ris.record(ris.MAKERS["review"](review)))
    assert found["notes"] == ["Not a real review: made up for demonstration."]
