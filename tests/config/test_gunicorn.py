"""How the server is begun (config/gunicorn.conf.py)."""

import runpy
import socket

import pytest

from tests.config.test_settings import ROOT


@pytest.fixture
def conf():
    return runpy.run_path(str(ROOT / "config" / "gunicorn.conf.py"))


def test_port_that_another_site_serves_is_refused(conf):
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(SystemExit, match="Choose another"):
            conf["_refuse_taken"]([other.getsockname()])


def test_port_that_is_free_is_taken(conf):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        free = other.getsockname()
    conf["_refuse_taken"]([free])


@pytest.mark.parametrize(
    ("name", "value", "own"),
    [("BIND", "unix:/run/site.sock", False), ("LISTEN_FDS", "1", False), ("PORT", "8001", True)],
)
def test_workers_listen_each_for_itself_but_on_a_socket_of_others(monkeypatch, name, value, own):
    monkeypatch.delenv("BIND", raising=False)
    monkeypatch.setenv(name, value)
    assert runpy.run_path(str(ROOT / "config" / "gunicorn.conf.py"))["reuse_port"] is own
