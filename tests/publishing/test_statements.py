"""Statements whose text stays the same: PostgreSQL plans each once for a connection, and nothing that happens to it shows."""

import psycopg
import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import OperationalError, connection, transaction
from django.db.transaction import TransactionManagementError
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from publishing import statements
from publishing.answers import KeptAnswers
from publishing.models import ContentVersion, content_version, move_on, read_version
from publishing.prepared import ByName, Prepared
from publishing.statements import rows_of
from reviews.models import CaseReview, Document
from search.index import entries, rebuild, search
from tests import factories as make

on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite's driver keeps statements by itself"
)
on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="of SQLite's driver alone")
pytestmark = pytest.mark.django_db


def reviews(status: str = "published") -> Prepared:
    return Prepared(lambda keys: CaseReview.objects.filter(pk__in=keys, status=status).values_list("pk"))


def kept(part: str) -> list[tuple[int, int]]:
    """How often each kept statement with that in its text was planned for any values, and for its own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans, custom_plans FROM pg_prepared_statements WHERE statement LIKE %s", [f"%{part}%"]
        )
        return cursor.fetchall()


@on_postgresql
def test_statement_is_planned_once_for_any_number_of_keys():
    keys, read = [make.case_review().pk for _ in range(12)], reviews("in-review")
    for n in (2, 3, 12, 5):
        read(keys[:n])
    assert kept("'in-review'") == [(4, 0)]
    read(keys[:1]), read(keys[1:2])
    assert sorted(kept("'in-review'")) == [(2, 0), (4, 0)]


@on_postgresql
def test_what_readers_look_for_is_neither_prepared_nor_held():
    read_version()
    search("grandmother")
    assert not kept("grandmother")
    assert connection.connection.prepare_threshold is None


@on_postgresql
def test_without_prepared_statements_the_same_is_answered(settings):
    settings.PREPARED_STATEMENTS = False
    keys, read = [make.case_review().pk for _ in range(3)], reviews("published")
    before = kept("")
    assert {pk for (pk,) in read(keys)} == set(keys)
    assert read_version() == content_version()
    assert kept("") == before


@on_postgresql
def test_value_that_stands_where_no_key_is_taken_is_refused():
    with pytest.raises(ValueError, match="stands where none can be given"):
        Prepared(lambda keys: CaseReview.objects.filter(pk__gt=keys[0]).values_list("pk"))([1])


def test_statement_is_counted_with_its_text():
    read = reviews()
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            read([1, 2])
            read_version()
        assert ["reviews_casereview" in one["sql"] for one in captured] == [True, False]
        assert "contentversion" in captured[1]["sql"]


def test_percent_sign_in_a_filter_is_only_a_percent_sign():
    review = make.case_review(area_name="100% Town")
    make.case_review(area_name="100 Town")
    read = Prepared(lambda keys: CaseReview.objects.filter(pk__in=keys, area_name="100% Town").values_list("pk"))
    assert read(CaseReview.objects.values_list("pk", flat=True)) == [(review.pk,)]


def test_text_of_an_address_is_only_a_text():
    make.document(slug="a")
    read = ByName(Document.objects.all, "slug")
    assert read("a").slug == "a"


def test_statement_is_answered_after_a_transaction_was_rolled_back():
    review, read = make.case_review(), reviews()
    with transaction.atomic():
        assert read([review.pk]) == read([review.pk, -1])
        transaction.set_rollback(True)
    assert read([review.pk]) == read([review.pk, -1]) == [(review.pk,)]


def test_results_are_read_from_an_index_that_was_made_anew():
    review = make.case_review(title="A fictional grandmother")
    for _ in range(2):
        rebuild(entries())
        assert [hit.object_id for hit in search("grandmother").hits] == [review.pk]


class Server:
    """The site as a server asks it: the connection stays open between requests."""

    def __init__(self) -> None:
        self.asked = 0
        self.wsgi = KeptAnswers(self._django, 2_000_000)

    def _django(self, environ, start_response):
        self.asked += 1
        return WSGIHandler()(environ, start_response)

    def status_of(self, path: str) -> str:
        told = []
        answer = self.wsgi(RequestFactory().get(path).environ, lambda status, *_: told.append(status))
        b"".join(answer)
        getattr(answer, "close", lambda: None)()
        return told[0]


@pytest.mark.django_db(transaction=True)
def test_connection_over_which_the_version_was_read_is_not_tried_out(monkeypatch):
    move_on()
    tried = []
    monkeypatch.setattr(connection, "is_usable", lambda: tried.append(1) or True)
    server = Server()
    server.status_of("/about/")
    read_version()
    tried.clear()
    assert server.status_of("/reviews/") == "200 OK"
    assert (server.asked, tried) == (2, [])


def backend() -> int:
    return connection.connection.info.backend_pid


@on_postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("health", [True, False])
def test_page_is_answered_when_the_connection_was_lost_since_the_last_one(health):
    move_on()
    server = Server()
    assert [server.status_of("/about/") for _ in range(2)] == ["200 OK"] * 2
    assert server.asked == 1
    lost, connection.health_check_done = backend(), health  # not looked at since: a cursor would look first
    with psycopg.connect(connection.connection.info.dsn, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [lost])
    assert [server.status_of("/about/") for _ in range(3)] == ["200 OK"] * 3
    assert server.asked == 1 + health, "Django mended it where nobody else did; then the page is kept as before"
    assert backend() != lost


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_kept_page_asks_the_database_each_time(monkeypatch):
    """On its own connection, by the statement that it has; another process may publish in between."""
    move_on()
    first = read_version()
    assert len(kept("publishing_contentversion")) == 1
    with psycopg.connect(connection.connection.info.dsn, autocommit=True) as other:
        other.execute("UPDATE publishing_contentversion SET number = number + 1")
    assert read_version() == first.replace(first.partition(".")[0], str(int(first.partition(".")[0]) + 1), 1)


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_version_is_read_where_the_server_has_dropped_what_it_kept():
    move_on()
    connection.close()  # whatever tests before have left on it
    assert read_version()
    before = read_version()
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    connection.connection._prepared.clear()
    assert [read_version() for _ in range(2)] == [before] * 2
    with connection.cursor() as cursor:
        cursor.execute("SELECT generic_plans FROM pg_prepared_statements WHERE name = 'look'")
        assert cursor.fetchall() == [(1,)]


@pytest.mark.django_db(transaction=True)
def test_version_is_the_present_one_inside_a_transaction_and_after_it():
    move_on()
    before = read_version()
    with transaction.atomic():
        move_on()
        assert read_version() != before
        transaction.set_rollback(True)
    assert read_version() == before


@on_sqlite
def test_statement_that_nobody_listens_to_is_asked_as_django_would_ask_it():
    assert rows_of("SELECT %s, 'a%%b%%s'", [5]) == [(5, "a%b%s")]
    with CaptureQueriesContext(connection) as captured:
        assert rows_of("SELECT %s, 'a%%b%%s'", [5]) == [(5, "a%b%s")]
    assert len(captured) == 1


@on_sqlite
def test_error_of_a_statement_is_one_of_djangos():
    with pytest.raises(OperationalError):
        rows_of("SELECT nothing FROM nowhere")


@on_sqlite
def test_nothing_is_asked_within_a_broken_transaction():
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(TransactionManagementError):
            rows_of("SELECT 1")


@pytest.mark.django_db(transaction=True)
def test_without_a_row_the_version_is_a_version_all_the_same():
    ContentVersion.objects.all().delete()
    assert read_version() == "0."


@on_sqlite
def test_only_keys_are_values_of_a_statement(monkeypatch):
    asked = []
    monkeypatch.setattr(statements, "rows_of", lambda text, values: asked.append((text, values)) or [])
    reviews("in-review")([1])
    [(text, values)] = asked
    assert "'in-review'" in text
    assert values == [1]


def test_values_that_stand_in_the_text_are_what_they_were():
    title = 'It\'s 100% "of" %s; -- \\ ?'
    review = make.case_review(title)
    found = Prepared(lambda keys: CaseReview.objects.filter(pk__in=keys, title=title).values_list("title"))
    assert found([review.pk]) == [(title,)]
    with CaptureQueriesContext(connection):
        assert found([review.pk]) == [(title,)]
