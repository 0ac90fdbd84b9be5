"""The words that a form puts around the content, in the reader's language: the same in every form."""

from __future__ import annotations

from django.utils.translation import gettext as _


def labels() -> dict[str, str]:
    """Each label by its name."""
    return {
        "answers": _("Answers"),
        "by_source": _("Sources, and what was learned from each"),
        "care": _("Before you read"),
        "changes": _("What changed"),
        "cite": _("Cite this page"),
        "contents": _("Contents"),
        "danger": _("Call 999 if a child, or anyone, is in danger."),
        "fictional": _("Not a real review"),
        "help": _("Where to find help"),
        "newer": _("A newer learning point takes its place:"),
        "online": _("Read it online, where it is kept up to date:"),
        "page": _("Page {n} of {of}"),
        "questions": _("Questions to talk about"),
        "references": _("References"),
        "resources": _("Resources"),
        "sets": _("Learned from these sets of reviews"),
        "stay": _("Nobody has to stay or to speak."),
        "source": _("Source"),
        "source_withdrawn": _("Source withdrawn"),
        "statements": _("What was learned from it"),
        "themes": _("Themes"),
        "to": _("For:"),
        "what_it_is": _("What it is"),
        "words": _("Words explained"),
    }
