"""What is held of one state of the content: bounded, and gone when something is published."""

import threading

import pytest

from publishing.held import Shelf, once
from publishing.models import move_on


def test_shelf_is_bounded_and_what_was_used_longest_ago_goes_first():
    shelf, state = Shelf(80_000), ("1", "day")
    for n in range(40):
        shelf.put(state, n, "thing", 4500)
        shelf.get(state, 0)
    assert shelf.bytes <= 80_000
    assert shelf.get(state, 0)
    assert shelf.get(state, 39)
    assert not shelf.get(state, 2)


def test_thing_of_another_version_is_not_given():
    shelf = Shelf(80_000)
    shelf.put(("1", "day"), "key", "old", 10)
    assert shelf.get(("2", "day"), "key") is None
    shelf.put(("2", "day"), "key", "new", 10)
    assert shelf.get(("1", "day"), "key") is None
    assert shelf.get(("2", "day"), "key") == "new"


def test_shelf_counts_its_bytes_right_when_many_write_at_once():
    shelf = Shelf(100_000)

    def write(first: int) -> None:
        for n in range(200):
            shelf.put(("1", "day"), first + n, "thing", n * 10)

    threads = [threading.Thread(target=write, args=(n * 150,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert shelf.bytes == sum(size for _thing, size in shelf._things.values()) <= 100_000


@pytest.mark.django_db
def test_what_was_found_once_is_found_anew_after_a_publication():
    found = []

    def find():
        found.append(len(found))
        return found[-1]

    assert [once("a", find), once("a", find), once("b", find)] == [0, 0, 1]
    move_on()
    assert once("a", find) == 2
