import io
import logging

import pytest
from django.db import OperationalError

from config.logs import PathOnly, WithoutWords
from search import views


@pytest.mark.parametrize(
    ("message", "arguments", "logged"),
    [
        ("Not Found: %s", ("/search/",), "Not Found: /search/"),
        ('"%s" %s', ("GET /search/?q=neglect&page=2 HTTP/1.1", 200), '"GET /search/ HTTP/1.1" 200'),
        ("Error handling request %s", ("/cy/search/?q=%22left+alone%22",), "Error handling request /cy/search/"),
        ("Is this a question? Yes", (), "Is this a question? Yes"),
    ],
)
def test_query_string_is_cut_out_of_a_log_line(message, arguments, logged):
    record = logging.LogRecord("django.request", logging.WARNING, __file__, 1, message, arguments, None)
    assert PathOnly().filter(record)
    assert record.getMessage() == logged


def test_error_in_a_search_is_logged_by_its_places_and_not_by_what_was_asked(client, monkeypatch, db):
    def break_down(asked):
        try:
            int(asked["q"])
        except ValueError as error:
            raise OperationalError(f"near {asked['q']}: syntax error") from error

    client.raise_request_exception = False
    [console] = [one for one in logging.getLogger("django").handlers if isinstance(one.formatter, WithoutWords)]
    monkeypatch.setattr(console, "stream", io.StringIO())
    monkeypatch.setattr(views.Results, "of", break_down)
    assert client.get("/search/?q=neglected").status_code == 500
    logged = console.stream.getvalue()
    assert "Internal Server Error: /search/\n" in logged
    assert "in break_down" in logged
    assert "builtins.ValueError (its words" in logged
    assert "django.db.utils.OperationalError (its words" in logged
    assert "neglected" not in logged
