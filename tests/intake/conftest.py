"""Files for the tests of the intake, and a place for those that wait."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from intake import actions
from intake.models import Line, Run
from tests import factories as make


@pytest.fixture(autouse=True)
def place_for_files(settings: Any, tmp_path: Path) -> None:
    settings.INTAKE_DIR = tmp_path / "intake"


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Path]:
    """Writes a CSV file: table(["title"], ["A fictional review"], encoding="utf-16")."""

    def write(*rows: list[str], name: str = "table.csv", encoding: str = "utf-8", delimiter: str = ",") -> Path:
        path = tmp_path / name
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file, delimiter=delimiter).writerows(rows)
        return path

    return write


@pytest.fixture
def vocabulary(db: None, settings: Any) -> None:
    """The shipped vocabularies and mappings, and the publishers that the twins name."""
    fixtures = settings.BASE_DIR / "fixtures"
    call_command("load_content", fixtures / "01_vocabularies.json", fixtures / "05_mappings.json", verbosity=0)
    for name in ("Ofsted", "Care Quality Commission"):
        make.publisher(name)


def tried(path: Path, kind: str, **options: Any) -> list[Any]:
    """What each row of the file would do."""
    run = actions.receive(path=path, name=path.name, kind=kind, by=None, **options)
    return list(actions.try_out(run=run, path=path, tell=lambda share, rows: None, keep_lines=False))


def imported(path: Path, kind: str, **options: Any) -> Run:
    """The run that imported the file."""
    run = actions.receive(path=path, name=path.name, kind=kind, by=options.pop("by", None), **options)
    actions.carry_out(run=run, path=path, tell=lambda share, rows: None)
    return run


def outcomes(run: Run) -> list[tuple[int, str]]:
    return list(Line.objects.filter(run=run).order_by("number").values_list("number", "outcome"))


def faults(planned: list[Any]) -> list[tuple[int, str, str]]:
    """Row, column and text of everything that is refused."""
    return [
        (part.number, message["column"], message["text"])
        for one in planned
        for part in (one, *one.joined)
        for message in part.messages
        if message["level"] == "error"
    ]
