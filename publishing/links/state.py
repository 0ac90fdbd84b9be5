"""What the rest of the desk asks about links: which are dead, for the look before publishing and the start page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import Count

from publishing.checks import Draft, Finding
from publishing.desk import Line, Tile, listed, register
from publishing.links.addresses import in_text
from publishing.links.models import Link


def findings(named: Iterable[tuple[str, str, str]]) -> Iterator[Finding]:
    """Of (place, what it is called, address) those whose address is dead; one statement."""
    wanted = [one for one in named if one[2]]
    dead = (
        set(
            Link.objects.filter(status=Link.Status.DEAD, url__in={url for _, _, url in wanted}).values_list(
                "url", flat=True
            )
        )
        if wanted
        else set()
    )
    for place, name, url in wanted:
        if url in dead:
            yield Finding(
                place,
                f"The link{f' of ‘{name}’' if name else ''} did not work when it was last checked.",
                "Find where it stands now, or leave the link blank and say so in its note.",
                url,
            )


def dead_links(draft: Draft) -> Iterator[Finding]:
    """Addresses in the row itself and in its texts."""
    in_texts = [(text.place, "", url) for text in draft.texts for url in in_text(text.text)]
    return findings([*((place, "", url) for place, url in draft.addresses), *in_texts])


def failed_links() -> Iterator[Line]:
    """Lines for the start page."""
    counts = dict(Link.objects.order_by().values_list("status").annotate(number=Count("pk")))
    if not counts:
        yield Line("No link was ever checked: the operator runs ‘manage.py check_links’.", listed(Link))
    for status, words in (
        (Link.Status.DEAD, "dead: they failed in two runs or more"),
        (Link.Status.UNCLEAR, "unclear to a machine: open them yourself"),
        (Link.Status.FAILED, "failed once: the next run tries again"),
        (Link.Status.UNCHECKED, "not checked yet"),
    ):
        if counts.get(status):
            yield Line(words, listed(Link, status__exact=status.value), counts[status])


def register_tile() -> None:
    explained = (
        "Each says where it stands. Mend the address there, or leave it blank and say where the text can be found."
    )
    register(Tile("failed-links", "Links that failed", explained, Link, failed_links))
