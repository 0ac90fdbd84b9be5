"""The house: every floor may use those below it, and none above (CONTRIBUTING.md: config -> ... -> publishing)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
# From the roof to the cellar; the apps of one floor do not know each other.
FLOORS = [
    {"config"},
    {"intake"},
    {"exports", "alerts"},
    {"briefings"},
    {"reviews"},
    {"themes"},
    {"search"},
    {"publishing"},
]
HOUSE = set().union(*FLOORS)
# Names that say nothing about what is inside, and so end up holding everything.
NO_SUCH_ROOM = {"core", "common", "utils", "util", "helpers", "misc", "shared", "base", "home"}
IGNORED = {"tests", "var", ".venv", "node_modules"}


def allowed_from(app: str) -> set[str]:
    """What `app` may import: itself and every floor below.

    >>> sorted(allowed_from("themes"))
    ['publishing', 'search', 'themes']
    """
    floor = next(number for number, apps in enumerate(FLOORS) if app in apps)
    return {app}.union(*FLOORS[floor + 1 :])


def imported_modules(source: str, package: str) -> Iterator[str]:
    """Every module that `source`, which stands in `package`, imports: anywhere in it, by its full name."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            yield ".".join([*parents, *([node.module] if node.module else [])])
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            yield from (argument.value for argument in node.args[:1] if isinstance(argument, ast.Constant))


def migration_dependencies(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in {"dependencies", "run_before"}:
            yield from (pair[0] for pair in ast.literal_eval(node.value) if isinstance(pair, tuple))


def python_files(app: str) -> list[Path]:
    return sorted((ROOT / app).rglob("*.py"))


def present_apps() -> list[str]:
    return sorted(app for app in HOUSE if (ROOT / app).is_dir())


@pytest.mark.parametrize("app", present_apps())
def test_imports_run_downwards(app):
    upwards = []
    for path in python_files(app):
        package = ".".join(path.relative_to(ROOT).parent.parts)
        for module in imported_modules(path.read_text(), package):
            top = module.split(".")[0]
            if top == "tests" or (top in HOUSE and top not in allowed_from(app)):
                upwards.append(f"{path.relative_to(ROOT)} imports {module}")
    assert not upwards


@pytest.mark.parametrize("app", present_apps())
def test_migrations_depend_downwards(app):
    upwards = []
    for path in sorted((ROOT / app / "migrations").glob("*.py")):
        try:
            dependencies = list(migration_dependencies(path.read_text()))
        except ValueError:  # migrations.swappable_dependency(...) is not a literal, and names no app of ours
            dependencies = [name for name in HOUSE - allowed_from(app) if f'("{name}",' in path.read_text()]
        upwards += [f"{path.name} of {app} needs {name}" for name in dependencies if name in HOUSE - allowed_from(app)]
    assert not upwards


def test_every_package_has_its_floor():
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - IGNORED
    assert packages <= HOUSE


def test_no_app_is_a_lumber_room():
    names = {path.stem for path in ROOT.glob("*") if path.is_dir() or path.suffix == ".py"}
    assert not names & NO_SUCH_ROOM


def test_installed_apps_of_the_house_have_a_floor():
    ours = {app.split(".")[0] for app in settings.INSTALLED_APPS if (ROOT / app.split(".")[0]).is_dir()}
    assert ours <= HOUSE - {"config"}


# The reader of imports itself: each way to write one is seen.


@pytest.mark.parametrize(
    ("source", "module"),
    [
        ("import reviews.models", "reviews.models"),
        ("from reviews import models", "reviews"),
        ("def late():\n    from reviews.models import CaseReview", "reviews.models"),
        ("from . import facets", "search.listings"),
        ("from .facets import Facet", "search.listings.facets"),
        ("from .. import facets", "search"),
        ("importlib.import_module('reviews.models')", "reviews.models"),
    ],
)
def test_import_is_seen(source, module):
    assert list(imported_modules(source, "search.listings")) == [module]


@pytest.mark.parametrize(
    ("app", "upstairs"),
    [
        ("publishing", "search"),
        ("search", "themes"),
        ("reviews", "briefings"),
        ("exports", "alerts"),
        ("alerts", "config"),
    ],
)
def test_floor_above_or_beside_is_not_allowed(app, upstairs):
    assert upstairs not in allowed_from(app)
