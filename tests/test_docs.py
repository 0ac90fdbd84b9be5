"""What the guides claim of the code is there: they are read by people who cannot check."""

import re

import pytest
from django.conf import settings
from django.utils.formats import date_format

from config.views import STATEMENT_WRITTEN

DOCS = settings.BASE_DIR / "docs"
ACCESSIBILITY = (DOCS / "accessibility.md").read_text()
TESTS = "\n".join(path.read_text() for path in (settings.BASE_DIR / "tests").rglob("*.py"))
#: The success criteria of WCAG 2.2: how many of each guideline are of level A or AA.
LEVELS = {"A": 31, "AA": 24}
ROW = re.compile(r"^\| (\d\.\d\.\d+) [^|]+ \((A{1,2})\) \|([^|]+)\| (met|nothing of the kind) \|$", re.MULTILINE)


def test_every_criterion_of_wcag_22_at_a_and_aa_has_its_evidence_once():
    rows = ROW.findall(ACCESSIBILITY)
    assert len({number for number, *_ in rows}) == len(rows)
    assert {level: sum(row[1] == level for row in rows) for level in LEVELS} == LEVELS


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(test_\w+)`", ACCESSIBILITY))))
def test_named_test_exists(name):
    assert f"def {name}(" in TESTS


def test_statement_and_evidence_carry_one_date():
    assert f"Last gone through: {date_format(STATEMENT_WRITTEN, 'j F Y')}." in ACCESSIBILITY


@pytest.mark.parametrize("path", sorted(DOCS.rglob("*.md")), ids=lambda path: path.stem)
def test_links_between_guides_lead_somewhere(path):
    links = re.findall(r"\]\(([^)#:]+)\)", path.read_text())
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_pictures_of_the_curators_guide_are_small_and_each_is_shown():
    pictures = sorted((DOCS / "curating").glob("*.png"))
    assert {path.name for path in pictures} == set(
        re.findall(r"curating/([\w-]+\.png)", (DOCS / "curating.md").read_text())
    )
    assert [path.name for path in pictures if path.stat().st_size > 60_000] == []


OPERATING = (DOCS / "operating.md").read_text()
COMMANDS = {
    path.stem for path in settings.BASE_DIR.glob("[a-z]*/**/management/commands/[a-z]*.py") if ".venv" not in path.parts
}
VARIABLES = set(re.findall(r"^# ?([A-Z][A-Z_]+)=", (settings.BASE_DIR / ".env.example").read_text(), re.MULTILINE))


def test_there_are_commands_and_variables_to_look_for():
    assert len(COMMANDS) > 10
    assert len(VARIABLES) > 20


@pytest.mark.parametrize("name", sorted(COMMANDS | VARIABLES))
def test_operators_guide_says_what_every_command_and_variable_is_for(name):
    assert f"`{name}`" in OPERATING


def test_operators_guide_names_no_command_or_variable_that_is_not_there():
    known = COMMANDS | {"clearsessions", "createsuperuser", "migrate", "collectstatic", "axes_reset_username", "shell"}
    assert set(re.findall(r"manage\.py (\w+)", OPERATING)) <= known
    assert set(re.findall(r"`([A-Z]+(?:_[A-Z]+)+)`", OPERATING)) <= VARIABLES


def test_pictures_of_the_forms_are_each_named_and_small_together():
    forms = DOCS / "forms"
    named = set(re.findall(r"\]\(([\w-]+\.(?:webp|png))\)", (forms / "README.md").read_text()))
    pictures = [*forms.glob("*.webp"), *forms.glob("*.png")]
    assert {path.name for path in pictures} == named
    assert sum(path.stat().st_size for path in pictures) < 3_000_000
