import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
PINNED = ["requirements.txt", "requirements-dev.txt"]


@pytest.mark.parametrize("name", PINNED)
def test_every_pin_has_a_hash_and_no_host_is_named(name):
    text = (ROOT / name).read_text()
    assert "://" not in text
    assert "--index-url" not in text
    for pin in re.findall(r"^\S+==.*(?:\n    .*)*", text, re.MULTILINE):
        assert "--hash=sha256:" in pin


def test_development_adds_to_what_the_site_runs_on():
    pins = {name: set(re.findall(r"^(\S+==\S+)", (ROOT / name).read_text(), re.MULTILINE)) for name in PINNED}
    assert pins["requirements.txt"] <= pins["requirements-dev.txt"]
