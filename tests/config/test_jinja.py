import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy
from jinja2 import UndefinedError
from markupsafe import Markup, escape

from config.jinja import environment, escaped, settled


class Drawn:
    def __html__(self) -> str:
        return "<i>drawn</i>"


def render(source: str, **context: object) -> str:
    return environment().from_string(source).render(context)


def test_text_is_escaped():
    assert render("{{ text }}", text="<b>") == "&lt;b&gt;"


def test_name_that_is_not_there_is_an_error():
    with pytest.raises(UndefinedError):
        render("{{ nothing }}")


def test_routes_are_reversed_by_name_with_their_arguments():
    assert render("{{ url('admin:login') }}") == "/admin/login/"
    assert render("{{ url('admin:auth_user_change', 7) }}") == "/admin/auth/user/7/change/"


def test_variables_of_a_translation_are_escaped_and_counted():
    template = (
        "{% trans n=items|length, name=name %}{{ name }}: {{ n }} thing"
        "{% pluralize n %}{{ name }}: {{ n }} things{% endtrans %}"
    )
    assert render(template, items=[1], name="<i>") == "&lt;i&gt;: 1 thing"
    assert render(template, items=[1, 2], name="<i>") == "&lt;i&gt;: 2 things"


def test_one_compiled_template_serves_each_language():
    template = environment().from_string("{{ get_language() }}")
    with translation.override("cy"):
        assert template.render() == "cy"
    assert template.render() == "en-gb"


def test_pages_of_two_languages_are_each_in_their_own_whichever_was_asked_first(client, db):
    english, welsh = "Leave this site", "Gadael y safle hwn"
    for _turn in range(2):
        assert english in client.get("/reviews/").text
        page = client.get("/cy/reviews/").text
        assert welsh in page
        assert english not in page


def compiled(source: str, language: str = "cy") -> str:
    """The template as Python."""
    env = settled(environment(), language)
    return env.compile(source, raw=True)


def test_words_and_addresses_that_last_stand_in_the_compiled_template():
    python = compiled(
        "<p{{ English() }}><a href='{{ url('home') }}'>{{ _('Search') }}</a>{{ url(name) }}{{ _('%(n)s pages', n=n) }}"
    )
    assert """<p lang="en"><a href='/cy/'>Chwilio</a>""" in python.replace("\\'", "'")
    assert "'name'" in python  # asked for when the page is made
    assert "%(n)s pages" in python


def test_words_that_were_put_in_are_escaped_and_per_cent_signs_stand_doubled():
    env = settled(environment(), "en-gb")
    assert env.from_string("{{ _('%(name)s: 5%%', name=name) }}").render(name="<b>") == "&lt;b&gt;: 5%"
    assert env.from_string("{{ _('5%%') }}").render() == "5%"


@pytest.mark.parametrize(
    "value",
    ["<b>&'\"</b>", "", Markup("<i>kept</i>"), 5, None, 1.5, gettext_lazy("Home"), Drawn()],
    ids=lambda value: type(value).__name__,
)
def test_what_stands_in_a_page_is_escaped_as_markupsafe_does(value):
    assert escaped(value) == escape(value)


def test_what_macros_are_given_is_escaped_once():
    assert render("{% macro M(x) %}<b>{{ x }}</b>{% endmacro %}{{ M(text) }}", text="<") == "<b>&lt;</b>"
