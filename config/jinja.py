"""The Jinja2 environment of the public pages."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.template.backends.jinja2 import Jinja2
from django.templatetags.static import static
from django.urls import get_script_prefix, reverse
from django.utils import translation
from jinja2 import Environment, StrictUndefined, Template, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, _escape_inner, escape  # type: ignore[attr-defined]

from exports.linked_data import schema_org
from exports.links import forms_of, handouts_of
from publishing.addresses import address_of
from publishing.html import markdown, marked
from reviews.dates import Precision, date_text
from themes.drawing import link, tag
from themes.glossary import explained, new_words


def url(name: str, *args: Any, **kwargs: Any) -> str:
    """The path of a named route: url("reviews:detail", review.slug)."""
    if kwargs or len(args) > 1:
        return reverse(name, args=args, kwargs=kwargs)
    return address_of(name, str(args[0])) if args else address_of(name)


def day(value: Any) -> str:
    """'18 November 2026' in the reader's language; a text passes as it is."""
    return value if isinstance(value, str) else date_text(value, Precision.DAY)


def english() -> Markup:
    """The lang attribute of text that exists in English alone, on a page in another language."""
    return Markup("") if (translation.get_language() or "en").startswith("en") else Markup(' lang="en"')


@lru_cache(maxsize=100)
def icon(name: str) -> Markup:
    """A symbol of static/icons.svg: always beside a word, hidden from a screen reader."""
    return Markup('<svg class="icon" aria-hidden="true"><use href="{}#{}"/></svg>').format(static("icons.svg"), name)


# What every template can call. A new one is one line here; it comes from the app that owns it.
GLOBALS: dict[str, Any] = {
    "English": english,
    "Icon": icon,
    "explained": explained,
    "forms_of": forms_of,
    "handouts_of": handouts_of,
    "get_language": translation.get_language,
    "markdown": markdown,
    "link": link,
    "marked": marked,
    "new_words": new_words,
    "schema_org": schema_org,
    "static": static,
    "tag": tag,
    "url": url,
}
FILTERS: dict[str, Any] = {"day": day, "tenths": "{:.1f}".format}
#: What gives the same for the same words as long as the process, the language and the prefix of the site are the same.
LASTING = ("English", "Icon", "_", "gettext", "get_language", "static", "url")


class Pages(Jinja2):
    """The public pages' engine: one environment for each language and prefix of the site (docs/adr/0013)."""

    def __init__(self, params: dict[str, Any]) -> None:
        self._settled: dict[tuple[str, str], Environment] = {}
        super().__init__(params)

    @property
    def env(self) -> Environment:
        """The environment of the language in force."""
        key = translation.get_language() or settings.LANGUAGE_CODE, get_script_prefix()
        found = self._settled.get(key)
        if found is None:
            found = self._settled[key] = settled(self._first, key[0])
        return found

    @env.setter
    def env(self, first: Environment) -> None:
        self._first = first


class _Template(Template):
    """One whose components are found at once: nobody here loads one with globals of its own, which Jinja2 looks for."""

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        return super()._get_default_module()


def escaped(value: Any) -> str:
    """The same as markupsafe's escape, for a place in a page: text escaped, and what is safe as it is. A page has a thousand
    such places; to make each of them Markup, as escape does, takes five times as long as to escape it."""
    kind = type(value)
    if kind is str:
        text: str = _escape_inner(value)
        return text
    if kind is int or kind is float:
        return str(value)
    return value if kind is Markup else escape(value)


class _Compiling(CodeGenerator):
    """Writes templates that escape by `escaped`."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.escaped(")


class Settling(Environment):
    """An environment that puts what lasts into a template when it compiles it, where it is for one language."""

    template_class = _Template
    code_generator_class = _Compiling
    escaped = staticmethod(escaped)
    language = ""

    def _generate(self, source: nodes.Template, *args: Any, **kwargs: Any) -> str:
        # The hook that Jinja2 offers for this.
        with translation.override(self.language or translation.get_language()):
            return super()._generate(_Lasting(self).visit(source) if self.language else source, *args, **kwargs)


class _Lasting(NodeTransformer):
    """Calls that last, of words that stand in the template, become what they give."""

    def __init__(self, env: Environment) -> None:
        self._env = env

    def visit_Call(self, node: nodes.Call) -> nodes.Expr:  # noqa: N802 - named by Jinja2
        self.generic_visit(node)
        called = node.node
        plain = not (node.kwargs or node.dyn_args or node.dyn_kwargs)
        if isinstance(called, nodes.Name) and called.name in LASTING and plain:
            words = [one.value for one in node.args if isinstance(one, nodes.Const)]
            if len(words) == len(node.args):
                return nodes.Const(self._env.globals[called.name](*words), lineno=node.lineno)
        return node


def settled(first: Environment, language: str) -> Environment:
    """The environment with its words in that language, looked up once: Django looks for them by the thread's language
    and through a chain of catalogues, fifteen microseconds, two hundred times a page."""
    env = first.overlay()
    env.language = language  # type: ignore[attr-defined]

    def found_in(find: Callable[..., str]) -> Callable[..., Markup]:
        @lru_cache(maxsize=20_000)
        def found(*message: Any) -> Markup:
            with translation.override(language):
                return Markup(find(*message))  # noqa: S704 - our own words, as Jinja2 takes them

        return found

    env.globals = {**first.globals, **_words(*map(found_in, _FINDS))}
    return env


_FINDS = translation.gettext, translation.ngettext, translation.pgettext, translation.npgettext


def _words(
    one: Callable[..., Markup],
    many: Callable[..., Markup],
    in_context: Callable[..., Markup],
    many_in: Callable[..., Markup],
) -> dict[str, Any]:
    """What templates call for words. As with Jinja2's own: always formatted, so that a per cent sign stands doubled, and
    what is put in is escaped."""

    def gettext(message: str, **values: Any) -> Markup:
        return one(message) % values

    def ngettext(single: str, plural: str, num: int, **values: Any) -> Markup:
        return many(single, plural, num) % {"num": num, **values}

    def pgettext(context: str, message: str, **values: Any) -> Markup:
        return in_context(context, message) % {"context": context, **values}

    def npgettext(context: str, single: str, plural: str, num: int, **values: Any) -> Markup:
        return many_in(context, single, plural, num) % {"context": context, "num": num, **values}

    return {"_": gettext, "gettext": gettext, "ngettext": ngettext, "pgettext": pgettext, "npgettext": npgettext}


def environment(**options: Any) -> Environment:
    options |= {
        "autoescape": True,
        "extensions": ["jinja2.ext.i18n"],
        "lstrip_blocks": True,
        "trim_blocks": True,
        "undefined": StrictUndefined,
    }
    env = Settling(**options)
    # In the language of the thread; `Pages` binds them to one language for each environment.
    env.install_gettext_callables(  # type: ignore[attr-defined]
        translation.gettext,
        translation.ngettext,
        newstyle=True,
        pgettext=translation.pgettext,
        npgettext=translation.npgettext,
    )
    env.globals.update(GLOBALS)
    env.filters.update(FILTERS)
    return env
