import logging

import pytest

from config.logs import PathOnly


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
