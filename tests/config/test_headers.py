from django.http import HttpResponse

from config.middleware import headers


def test_pages_may_load_nothing_from_elsewhere_and_not_be_framed(client):
    policy = client.get("/static/nothing.css")["Content-Security-Policy"].split("; ")
    assert set(policy) == {
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    }


def test_other_sites_do_not_learn_where_a_reader_came_from(client):
    answer = client.get("/static/nothing.css")
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "geolocation=()" in answer["Permissions-Policy"]


def test_header_of_a_view_comes_first():
    view = headers(lambda request: HttpResponse(headers={"Cross-Origin-Resource-Policy": "cross-origin"}))
    assert view(None)["Cross-Origin-Resource-Policy"] == "cross-origin"
