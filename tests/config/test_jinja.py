import pytest
from django.utils import translation
from jinja2 import UndefinedError

from config.jinja import environment


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
