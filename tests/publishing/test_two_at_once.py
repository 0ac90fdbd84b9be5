"""Two steps at once that touch one statement: each counts what the other did."""

import threading
import time

import pytest
from django.db import connection, transaction

from publishing import actions
from reviews.models import LearningPoint
from tests import factories as make

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor == "sqlite", reason="SQLite has one writer: a transaction holds it from its start"
    ),
]


def test_of_two_sources_withdrawn_at_once_none_is_counted():
    reviews = [make.case_review(), make.case_review()]
    point = make.learning_point(sources=reviews)
    failures = []

    def withdraw_the_other():
        try:
            actions.withdraw(row=reviews[1], reason="court-order")
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    other = threading.Thread(target=withdraw_the_other)
    with transaction.atomic():
        actions.withdraw(row=reviews[0], reason="court-order")
        other.start()
        time.sleep(1)  # until it waits for us
    other.join()
    assert not failures
    point = LearningPoint.objects.get(pk=point.pk)
    assert (point.strength, point.review_count) == ("none", 0)
