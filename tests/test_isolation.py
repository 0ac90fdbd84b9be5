"""Tests reach nothing outside this machine, and nothing of each other (see conftest.py)."""

import socket

import pytest
from django.core.cache import cache

from tests.conftest import NetworkError


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "learning.example"])
def test_network_is_out_of_reach(host):
    with pytest.raises(NetworkError):
        socket.create_connection((host, 80), timeout=1)


def test_own_machine_is_within_reach():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as connection:
        assert connection.getpeername() == server.getsockname()


@pytest.mark.parametrize("turn", [1, 2])
def test_cache_is_empty_at_the_start(turn):
    assert cache.get("turn") is None
    cache.set("turn", turn)
