"""Two languages: every word of the pages has its Welsh, and the address alone decides which one is shown."""

import datetime
import re
from functools import cache
from io import BytesIO

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import ngettext

from config.messages import for_readers

ROOT = settings.BASE_DIR
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")


@cache
def extracted():
    """Every message of the pages: its id, or (one, many)."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    keywords = DEFAULT_KEYWORDS | parse_keywords(["_t", "gettext_lazy"])
    found = extract_from_dir(ROOT, methods, options, keywords)
    return {message if isinstance(message, str) else tuple(message) for _file, _line, message, *_rest in found}


@cache
def welsh():
    with (ROOT / "locale/cy/LC_MESSAGES/django.po").open("rb") as file:
        return read_po(file, locale="cy")


def placeholders(text):
    return set(PLACEHOLDER.findall(text))


def test_every_message_of_the_pages_has_a_translation():
    translated = {message.id for message in welsh() if message.id and all(_forms(message))}
    translated |= {message[0] for message in translated if isinstance(message, tuple)}
    assert sorted(map(str, extracted() - translated)) == []


def test_catalogue_holds_no_message_that_no_page_has():
    assert sorted(map(str, {message.id for message in welsh() if message.id} - extracted())) == []


def _forms(message):
    return message.string if isinstance(message.string, tuple) else (message.string,)


def test_translations_have_the_placeholders_of_their_messages():
    wrong = []
    for message in welsh():
        many = message.id[-1] if isinstance(message.id, tuple) else message.id
        one = message.id[0] if isinstance(message.id, tuple) else message.id
        for number, form in enumerate(_forms(message)):
            allowed = placeholders(one) | placeholders(many) if number else placeholders(many)
            if not placeholders(form) <= allowed or (number != 1 and placeholders(form) != placeholders(many)):
                wrong.append((message.id, form))
    assert wrong == []


def test_links_of_a_message_are_kept_in_its_translation():
    tags = re.compile(r"<[^>]+>")
    for message in welsh():
        if message.id and isinstance(message.id, str):
            assert sorted(tags.findall(message.id)) == sorted(tags.findall(message.string)), message.id


def test_no_two_messages_share_a_singular():
    """gettext finds a plural by its singular: two that share one would show each other's words."""
    plurals = [message for message in extracted() if isinstance(message, tuple)]
    assert len({one for one, _many in plurals}) == len(plurals)


@pytest.mark.parametrize(
    ("n", "words"),
    [
        (0, "0 pwynt dysgu"),
        (1, "Un pwynt dysgu"),
        (2, "2 bwynt dysgu"),
        (3, "3 phwynt dysgu"),
        (4, "4 pwynt dysgu"),
        (6, "6 phwynt dysgu"),
        (28, "28 pwynt dysgu"),
    ],
)
def test_welsh_numbers_change_the_word_after_them(n, words):
    with translation.override("cy"):
        assert ngettext("One learning point", "%(n)d learning points", n) % {"n": n} == words


def test_dates_are_in_welsh():
    with translation.override("cy"):
        assert date_format(datetime.date(2025, 2, 27), "j F Y") == "27 Chwefror 2025"


def test_words_for_curators_alone_are_not_asked_for():
    source = (
        b'name = models.CharField(\n    _("name"),\n    help_text=_("for curators"),\n)\n'
        b'class Meta:\n    verbose_name = _("thing")\nclass Kind(models.TextChoices):\n    ONE = "one", _("for readers")\n'
    )
    assert [message for _line, _name, message, _c in for_readers(BytesIO(source), ["_"], [], {})] == ["for readers"]


@pytest.mark.django_db
class TestAddress:
    def test_english_is_shown_at_the_bare_address_whatever_the_browser_prefers(self, client):
        response = client.get("/about/", headers={"accept-language": "cy"})
        assert response.status_code == 200
        assert b'<html lang="en-GB">' in response.content

    @pytest.mark.parametrize("path", ["/", "/cy/", "/reviews/", "/cy/reviews/", "/no-such-page/"])
    def test_no_page_differs_by_the_language_that_the_browser_prefers(self, client, path):
        assert "accept-language" not in client.get(path).headers.get("Vary", "").lower()

    @pytest.mark.parametrize("cookie", ["cy", "fr", "<"])
    def test_no_cookie_changes_the_language(self, client, cookie):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = cookie
        assert b'<html lang="en-GB">' in client.get("/about/").content

    def test_welsh_is_shown_under_its_own_address(self, client):
        response = client.get("/cy/about/")
        assert b'<html lang="cy">' in response.content
        assert response.headers["Content-Language"] == "cy"

    def test_switch_leads_to_the_same_page_with_its_choices(self, client):
        assert 'href="/cy/reviews/?nation=england"' in client.get("/reviews/?nation=england").content.decode()
        assert 'href="/reviews/?nation=england"' in client.get("/cy/reviews/?nation=england").content.decode()

    def test_where_there_is_no_such_page_the_switch_leads_home(self, client):
        assert 'href="/cy/" hreflang="cy"' in client.get("/no-such-page/").content.decode()

    def test_english_has_no_second_address(self, client):
        assert client.get("/en-gb/about/").status_code == 404

    def test_admin_is_in_english_alone(self, client):
        assert client.get("/cy/admin/").status_code == 404
