"""OAI-PMH: the six verbs, and a harvest by sickle of everything, whatever happens meanwhile."""

import datetime
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.utils import timezone
from sickle import Sickle
from sickle.oaiexceptions import (
    BadArgument,
    BadResumptionToken,
    CannotDisseminateFormat,
    IdDoesNotExist,
    NoRecordsMatch,
)

from exports.oai import repository
from exports.oai.records import KINDS, Place, _after, _rows, prefix
from publishing import actions
from publishing.snapshots import snapshot
from reviews.merging import merge
from reviews.models import CaseReview
from tests import factories as make
from tests.pages import words_of

OAI = "{http://www.openarchives.org/OAI/2.0/}"
MAKERS = {
    "review": make.case_review,
    "learning": make.learning_point,
    "recommendation": make.recommendation,
    "briefing": make.briefing,
}


class InProcess(Sickle):
    """Sickle, asking the test client: quicker than a server where a single answer is looked at."""

    def __init__(self, client):
        super().__init__("http://testserver/oai")
        self.client = client

    def _request(self, kwargs):
        answer = self.client.get("/oai", kwargs)
        answer.encoding, answer.text, answer.raise_for_status = "utf-8", answer.content.decode(), lambda: None
        assert answer.status_code == 200
        return answer


@pytest.fixture
def sickle(client, db):
    return InProcess(client)


def root_of(answer):
    return ElementTree.fromstring(answer.content)


def error_of(client, **asked):
    [error] = root_of(client.get("/oai", asked)).iter(f"{OAI}error")
    return error.attrib["code"]


def identifiers(records):
    return [record.header.identifier if hasattr(record, "header") else record.identifier for record in records]


# -- the verbs -------------------------------------------------------------------------------------------------------


def test_identify_says_how_deletions_and_dates_are_kept(sickle, settings):
    settings.SITE_URL = "https://site.example"
    make.case_review()
    found = sickle.Identify()
    assert found.baseURL == "https://site.example/oai"
    assert (found.protocolVersion, found.deletedRecord) == ("2.0", "persistent")
    assert found.granularity == "YYYY-MM-DDThh:mm:ssZ"
    assert found.earliestDatestamp == CaseReview.objects.get().changed_at.strftime("%Y-%m-%dT%H:%M:%SZ")


def test_sets_and_formats(sickle):
    assert [one.setSpec for one in sickle.ListSets()] == list(KINDS)
    assert [one.metadataPrefix for one in sickle.ListMetadataFormats()] == ["oai_dc"]


@pytest.mark.parametrize("kind", KINDS)
def test_record_is_the_reference_in_dublin_core(sickle, settings, kind):
    settings.SITE_URL = "https://site.example"
    row = MAKERS[kind]("Fictional <words> & more")
    [record] = sickle.ListRecords(metadataPrefix="oai_dc", set=kind)
    assert "Fictional <words> & more" in record.metadata["title"][0]
    assert record.metadata["identifier"][0] == f"https://site.example{row.get_absolute_url()}"
    assert record.header.setSpecs == [kind]
    assert record.header.datestamp == row.changed_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    again = sickle.GetRecord(metadataPrefix="oai_dc", identifier=record.header.identifier)
    assert again.metadata == record.metadata


@pytest.mark.parametrize("kind", KINDS)
def test_draft_is_not_told_and_withdrawn_row_is_told_as_deleted_and_no_more(client, sickle, kind):
    draft, gone = MAKERS[kind]("Draft zzz", draft=True), MAKERS[kind]("Marked zzz")
    make.withdrawn(gone, "court-order")
    gone.refresh_from_db()
    found = {one.header.identifier: one for one in sickle.ListRecords(metadataPrefix="oai_dc", set=kind)}
    prefix = "oai:127.0.0.1:"
    assert f"{prefix}{kind}/{draft.pk}" not in found
    deleted = found[f"{prefix}{kind}/{gone.pk}"]
    assert deleted.deleted
    assert not deleted.metadata if hasattr(deleted, "metadata") else True
    for asked in (
        {"verb": "ListRecords", "metadataPrefix": "oai_dc"},
        {"verb": "ListIdentifiers", "metadataPrefix": "oai_dc"},
        {"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": deleted.header.identifier},
    ):
        said = words_of(client.get("/oai", asked))
        assert "zzz" not in said
        assert (getattr(gone, "slug", None) or gone.code) not in said
    [header] = root_of(client.get("/oai", asked)).iter(f"{OAI}header")
    assert header.attrib == {"status": "deleted"}
    assert [one.tag.removeprefix(OAI) for one in header] == ["identifier", "datestamp", "setSpec"]
    with pytest.raises(IdDoesNotExist):
        sickle.GetRecord(metadataPrefix="oai_dc", identifier=f"{prefix}{kind}/{draft.pk}")


def test_record_that_is_withdrawn_comes_again_with_its_new_date(sickle):
    review = make.case_review()
    long_ago = timezone.now() - datetime.timedelta(days=300)
    CaseReview.objects.filter(pk=review.pk).update(changed_at=long_ago)
    yesterday = (timezone.now() - datetime.timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    with pytest.raises(NoRecordsMatch):
        sickle.ListRecords(metadataPrefix="oai_dc", **{"from": yesterday})
    make.withdrawn(CaseReview.objects.get())
    [told] = sickle.ListRecords(metadataPrefix="oai_dc", **{"from": yesterday})
    assert told.deleted


def test_change_that_waits_is_not_told(sickle):
    review = make.case_review("As it is")
    content = snapshot(review)
    content["fields"]["title"] = "As it will be"
    actions.save_pending(row=review, content=content)
    [record] = sickle.ListRecords(metadataPrefix="oai_dc")
    assert record.metadata["title"] == ["As it is"]


def test_dates_are_meant_to_the_second_and_include_both_ends(sickle):
    review = make.case_review()
    CaseReview.objects.filter(pk=review.pk).update(
        changed_at=datetime.datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=datetime.UTC)
    )

    def found(**dates):
        try:
            return len(list(sickle.ListIdentifiers(metadataPrefix="oai_dc", **dates)))
        except NoRecordsMatch:
            return 0

    assert found(**{"from": "2026-01-02T03:04:05Z"}) == found(until="2026-01-02T03:04:05Z") == 1
    assert found(**{"from": "2026-01-02"}) == found(until="2026-01-02") == 1
    assert found(**{"from": "2026-01-02T03:04:06Z"}) == found(until="2026-01-02T03:04:04Z") == 0


def test_post_is_answered_like_get(client, db):
    make.case_review()
    asked = {"verb": "ListIdentifiers", "metadataPrefix": "oai_dc"}
    got, posted = client.get("/oai", asked), client.post("/oai", asked)
    assert [one.text for one in root_of(got).iter(f"{OAI}identifier")] == [
        one.text for one in root_of(posted).iter(f"{OAI}identifier")
    ]
    assert posted["Content-Type"] == "text/xml; charset=utf-8"


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({}, "badVerb"),
        ({"verb": "Destroy"}, "badVerb"),
        ({"verb": "GetMetadata", "metadataPrefix": "oai_dc", "identifier": "x"}, "badVerb"),
        ({"verb": ["Identify", "ListSets"]}, "badArgument"),
        ({"verb": "Identify", "more": "x"}, "badArgument"),
        ({"verb": "Identify", "more": "\x00"}, "badArgument"),
        ({"verb": "ListRecords"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "marc"}, "cannotDisseminateFormat"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "from": "soon"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "from": "2026-13-01"}, "badArgument"),
        (
            {"verb": "ListRecords", "metadataPrefix": "oai_dc", "from": "2026-01-02", "until": "2026-01-01"},
            "badArgument",
        ),
        (
            {"verb": "ListRecords", "metadataPrefix": "oai_dc", "from": "2026-01-01", "until": "2026-01-02T00:00:00Z"},
            "badArgument",
        ),
        ({"verb": "ListRecords", "metadataPrefix": "oai_dc", "set": "none"}, "noRecordsMatch"),
        ({"verb": "ListRecords", "resumptionToken": "x", "metadataPrefix": "oai_dc"}, "badArgument"),
        ({"verb": "ListRecords", "resumptionToken": "x"}, "badResumptionToken"),
        ({"verb": "ListRecords", "resumptionToken": "metadataPrefix=oai_dc&cursor=-1"}, "badResumptionToken"),
        ({"verb": "ListRecords", "resumptionToken": "metadataPrefix=oai_dc&cursor=" + "9" * 90}, "badResumptionToken"),
        ({"verb": "ListRecords", "resumptionToken": "cursor=1"}, "badResumptionToken"),
        ({"verb": "ListRecords", "resumptionToken": "metadataPrefix=oai_dc&cursor=1&from_=soon"}, "badResumptionToken"),
        ({"verb": "ListSets", "resumptionToken": "x"}, "badResumptionToken"),
        (
            {"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": "oai:127.0.0.1:review/999999"},
            "idDoesNotExist",
        ),
        ({"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": "oai:elsewhere:review/1"}, "idDoesNotExist"),
        ({"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": "review/" + "9" * 300}, "idDoesNotExist"),
        ({"verb": "ListMetadataFormats", "identifier": "none"}, "idDoesNotExist"),
    ],
)
def test_what_is_wrong_has_its_name_in_the_protocol(client, db, asked, error):
    assert error_of(client, **asked) == error


@pytest.mark.parametrize(
    ("wrong", "asked"),
    [
        (BadArgument, {"metadataPrefix": "oai_dc", "from": "soon"}),
        (BadResumptionToken, {"resumptionToken": "x"}),
        (CannotDisseminateFormat, {"metadataPrefix": "marc21"}),
        (NoRecordsMatch, {"metadataPrefix": "oai_dc", "set": "none"}),
    ],
)
def test_sickle_knows_the_errors(sickle, wrong, asked):
    make.case_review()
    with pytest.raises(wrong):
        sickle.ListRecords(**asked)


# -- harvests --------------------------------------------------------------------------------------------------------


@pytest.fixture
def short(monkeypatch):
    monkeypatch.setattr(repository, "BATCH", 3)


def test_list_in_several_answers_ends_with_an_empty_token(client, db, short):
    for _ in range(4):
        make.case_review()
    first = root_of(client.get("/oai", {"verb": "ListIdentifiers", "metadataPrefix": "oai_dc"}))
    [token] = first.iter(f"{OAI}resumptionToken")
    last = root_of(client.get("/oai", {"verb": "ListIdentifiers", "resumptionToken": token.text}))
    [end] = last.iter(f"{OAI}resumptionToken")
    assert not end.text
    assert [len(list(page.iter(f"{OAI}header"))) for page in (first, last)] == [3, 1]


def test_rows_of_one_moment_and_of_every_kind_are_told_once(sickle, short):
    for maker in MAKERS.values():
        for _ in range(3):
            maker()
    moment = timezone.now()
    for maker in (make.Statement.__subclasses__()[0], make.Statement.__subclasses__()[1], CaseReview, make.Briefing):
        maker.objects.update(changed_at=moment)
    found = identifiers(sickle.ListIdentifiers(metadataPrefix="oai_dc"))
    assert len(found) == len(set(found)) >= 12


def test_harvest_misses_nothing_that_changes_comes_or_goes_meanwhile(sickle, short):
    rows = [make.case_review(f"Fictional review {n}") for n in range(8)]
    records = sickle.ListRecords(metadataPrefix="oai_dc", set="review")
    told = [next(records) for _ in range(2)]
    make.withdrawn(rows[0])  # told already: comes again, as deleted
    make.withdrawn(rows[5], "court-order")  # not told yet: comes as deleted
    new = make.case_review("Fictional review that is new")
    told += list(records)
    last = {one.header.identifier: one for one in told}
    assert {int(one.rpartition("/")[2]) for one in last} == {*(row.pk for row in rows), new.pk}
    assert {int(one.rpartition("/")[2]) for one, record in last.items() if record.deleted} == {rows[0].pk, rows[5].pk}


@pytest.mark.parametrize("number", [1, 5])
def test_an_answer_takes_a_fixed_number_of_statements(client, db, django_assert_max_num_queries, number):
    for maker in MAKERS.values():
        for _ in range(number):
            maker()
    client.get("/oai", {"verb": "Identify"})
    with django_assert_max_num_queries(36):
        client.get("/oai", {"verb": "ListRecords", "metadataPrefix": "oai_dc"})


@pytest.mark.parametrize(
    "place", [Place(timezone.now(), 3, 2**40), Place(datetime.datetime(1970, 1, 2, tzinfo=datetime.UTC), 0, 1)]
)
def test_place_is_itself_again_after_the_way_through_a_token(place):
    assert Place.unpacked(place.packed()) == place


def test_merged_point_is_a_deleted_record_and_the_one_that_took_it_over_changed_with_it(sickle):
    old, new = make.learning_point(), make.learning_point()
    before = sickle.GetRecord(identifier=identifier("learning", old), metadataPrefix="oai_dc")
    assert not before.deleted
    merge(point=old, into=new)
    assert sickle.GetRecord(identifier=identifier("learning", old), metadataPrefix="oai_dc").deleted
    told = [one.header for one in sickle.ListRecords(metadataPrefix="oai_dc", set="learning")]
    assert {one.identifier: one.deleted for one in told} == {
        identifier("learning", old): True,
        identifier("learning", new): False,
    }


def identifier(kind, row):
    return f"{prefix()}{kind}/{row.pk}"


@pytest.mark.parametrize("kind", range(len(KINDS)))
def test_rows_are_read_in_the_order_of_an_index_and_not_sorted(db, kind):
    """At 10,000 rows: what stands before the place is not read, whatever else is asked for."""
    make_many()
    connection.cursor().execute("ANALYZE")
    after, since = Place(timezone.now() - datetime.timedelta(seconds=300), kind, 5), timezone.now().replace(tzinfo=None)
    for rows in (
        _after(_rows("review", None, None), 0, after),
        _after(_rows("review", since - datetime.timedelta(hours=1), since), 0, after),
        _rows("review", None, None),
    ):
        plan = rows.order_by("changed_at", "pk").values_list("changed_at", "pk", "status")[:251].explain()
        assert "casereview_changed" in plan
        assert "Sort" not in plan
        assert "TEMP B-TREE" not in plan


MANY = 10_000


def make_many():
    kind, now = make.review_type("Fictional type"), timezone.now()
    CaseReview.objects.bulk_create(
        CaseReview(
            reference=f"FIC-{n}",
            slug=f"fic-{n}",
            title=f"Fictional review {n}",
            review_type=kind,
            added_on=now.date(),
            status="withdrawn" if n % 10 == 0 else "published",
            withdrawn_on=now.date() if n % 10 == 0 else None,
            withdrawn_reason="error" if n % 10 == 0 else "",
            published_at=now,
            changed_at=now - datetime.timedelta(seconds=n // 7),
        )
        for n in range(MANY)
    )


def test_ten_thousand_records_are_harvested_whole(live_server):
    """Over HTTP, as a library's catalogue would."""
    make_many()
    records = list(Sickle(f"{live_server.url}/oai").ListRecords(metadataPrefix="oai_dc"))
    assert len(records) == len({one.header.identifier for one in records}) == MANY
    assert sum(one.deleted for one in records) == MANY // 10
    assert {one.metadata["title"][0] for one in records if not one.deleted} == {
        f"Fictional review {n}" for n in range(MANY) if n % 10
    }
