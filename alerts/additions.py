"""What is new: everything that readers can see gets a number when alerts first meet it, once and for ever."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, OuterRef

from alerts.models import Addition, Ledger
from search.listings import LISTINGS


def lock_ledger() -> None:
    """Let nobody else number additions, or add or forget followed lists, until this transaction ends."""
    Ledger.objects.get_or_create(pk=1)
    Ledger.objects.select_for_update().get(pk=1)


@transaction.atomic
def note_additions() -> int:
    """Number what is published and has no number yet, in the order of first publication; gives the last number.

    A scan, not a listener of what is published: numbers given inside publishing transactions could be committed out of
    order, and whoever had looked in between would miss the smaller one for ever.
    """
    lock_ledger()
    for kind, listing in LISTINGS.items():
        noted = Addition.objects.filter(kind=kind, object_id=OuterRef("pk"))
        fresh = listing.rows().filter(~Exists(noted)).order_by("published_at", "pk").values_list("pk", flat=True)
        Addition.objects.bulk_create((Addition(kind=kind, object_id=pk) for pk in fresh), batch_size=2000)
    return last_number()


def last_number() -> int:
    return Addition.objects.order_by("-number").values_list("number", flat=True).first() or 0
