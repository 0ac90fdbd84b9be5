import gzip
import zlib

import brotli
import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from config.middleware import Compression

PAGE = "<p>What the child said was written down.</p>" * 50


def answer(accepted, response=None):
    request = RequestFactory().get("/", headers={"Accept-Encoding": accepted})
    return Compression(lambda request: response or HttpResponse(PAGE, headers={"ETag": '"one"'}))(request)


@pytest.mark.parametrize("accepted", ["br", "gzip, deflate, br, zstd", "gzip, br;q=0.5"])
def test_browser_that_takes_brotli_gets_it(accepted):
    response = answer(accepted)
    assert response["Content-Encoding"] == "br"
    assert brotli.decompress(response.content).decode() == PAGE
    assert response["Content-Length"] == str(len(response.content))
    assert response["Vary"] == "Accept-Encoding"
    assert response["ETag"] == 'W/"one"'


@pytest.mark.parametrize("accepted", ["gzip", "gzip, br;q=0", "br;q=0.0, gzip", "gzip, bromide"])
def test_another_gets_gzip(accepted):
    response = answer(accepted)
    assert response["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.content).decode() == PAGE


def test_who_takes_neither_gets_the_page_as_it_is():
    response = answer("")
    assert not response.has_header("Content-Encoding")
    assert response.content.decode() == PAGE
    assert response["Vary"] == "Accept-Encoding"


def test_what_is_compressed_already_stays_as_it_is():
    made = HttpResponse(PAGE, headers={"Content-Encoding": "zstd"})
    assert answer("br", made).content.decode() == PAGE


@pytest.mark.parametrize(("accepted", "encoding"), [("br, gzip", "br"), ("gzip", "gzip"), ("", None)])
def test_file_that_is_streamed_is_not_held_up(accepted, encoding):
    """Each piece can be read when it was made."""
    made = []
    pieces = (made.append(n) or PAGE.encode() for n in range(2))
    response = answer(accepted, StreamingHttpResponse(pieces, headers={"ETag": '"one"'}))
    assert response.get("Content-Encoding") == encoding
    assert response["ETag"] == ('W/"one"' if encoding else '"one"')
    unpack, sent = UNPACK[encoding](), iter(response)
    assert unpack(next(sent)) == PAGE.encode()
    assert made == [0]
    assert b"".join(map(unpack, sent)) == PAGE.encode()


UNPACK = {
    "br": lambda: brotli.Decompressor().process,
    "gzip": lambda: zlib.decompressobj(16 + zlib.MAX_WBITS).decompress,
    None: lambda: bytes,
}
