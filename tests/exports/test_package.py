"""The data package: its tables are as its description says, and hold what is published and nothing else."""

import csv
import io
import json
import re
import zipfile

import pytest

from exports.package import tables
from tests import factories as make

pytestmark = pytest.mark.django_db
CHECKS = {
    "integer": r"-?\d+",
    "boolean": "true|false",
    "date": r"\d{4}-\d\d-\d\d",
    "datetime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
}


@pytest.fixture
def world():
    theme = make.theme("Fictional theme, with a comma", alt_labels=["one, two", "three"])
    board = make.publisher()
    report = make.document("Fictional report", publisher=board, pages=3, url="https://report.example/")
    review = make.case_review(themes=[theme], publishers=[board], documents=[report], summary="=1+1")
    one_set = make.evidence_set(members=[review], documents=[report])
    point = make.learning_point(sources=[review, one_set], themes=[theme], questions="One, and?\nTwo?")
    asked = make.recommendation(sources=[review], answers=[point])
    make.briefing(items=[point, asked], based_on=[one_set], documents=[report])
    return review, point


def opened(client):
    archive = zipfile.ZipFile(io.BytesIO(client.get("/data/datapackage.zip").getvalue()))
    assert archive.testzip() is None
    description = json.loads(archive.read("datapackage.json"))
    found = {
        one["name"]: list(csv.DictReader(io.TextIOWrapper(archive.open(one["path"]), "utf-8", newline="")))
        for one in description["resources"]
    }
    assert {one["path"] for one in description["resources"]} | {"datapackage.json"} == set(archive.namelist())
    return description, found


def wrong(field, text):
    """What is wrong with a cell by its column's description, or ''."""
    if text in ("", None):
        return ""
    if field["type"] == "array":
        return "" if isinstance(json.loads(text), list) else "not an array"
    rules = field.get("constraints", {})
    if "enum" in rules and text not in rules["enum"]:
        return "not one of its values"
    pattern = rules.get("pattern") or CHECKS.get(field["type"], ".*")
    return "" if re.fullmatch(pattern, text, re.DOTALL) else f"not {field['type']}"


def test_every_cell_is_as_its_column_is_described(client, world):
    description, found = opened(client)
    for resource in description["resources"]:
        fields = {one["name"]: one for one in resource["schema"]["fields"]}
        assert all(one["description"] for one in fields.values())
        for row in found[resource["name"]]:
            assert row.keys() == fields.keys()
            assert {name: bad for name, text in row.items() if (bad := wrong(fields[name], text))} == {}


def test_keys_are_unique_and_lead_to_rows_that_are_there(client, world):
    description, found = opened(client)
    for resource in description["resources"]:
        rows = found[resource["name"]]
        assert rows or resource["name"] in {"age_stages", "harms", "principles", "sectors"}, resource["name"]
        for key in resource["schema"].get("primaryKey", []):
            assert len({row[key] for row in rows}) == len(rows)
        for one in resource["schema"].get("foreignKeys", []):
            [name], [key] = one["fields"], one["reference"]["fields"]
            there = {row[key] for row in found[one["reference"]["resource"]]}
            assert {row[name] for row in rows} - {""} <= there


def test_lists_of_a_row_are_kept(client, world):
    _review, point = world
    _description, found = opened(client)
    [row] = found["learning_points"]
    assert json.loads(row["questions"]) == ["One, and?", "Two?"]
    assert row["themes"] == "fictional-theme-with-a-comma"
    assert {one["source"]: one["learning_point"] for one in found["learning_points_evidence"]} == {
        "review": point.code,
        "set": point.code,
    }
    assert found["reviews_documents"][0] | {"licence": ""} == found["reviews_documents"][0]
    assert found["reviews"][0]["summary"] == "'=1+1"
    assert found["briefings_sections"][0]["includes"].split(",")[0] == point.code


def test_what_is_hidden_is_in_no_table(client, world):
    make.case_review("Draft zzz", draft=True)
    make.withdrawn(make.case_review("Marked zzz"), "court-order")
    make.withdrawn(make.learning_point("Marked zzz."))
    _description, found = opened(client)
    assert "zzz" not in json.dumps(found)


def test_description_alone_is_that_of_the_archive(client, world):
    description, _found = opened(client)
    assert json.loads(client.get("/data/datapackage.json").content) == description
    assert [one["name"] for one in description["resources"]] == [table.name for table in tables()]


def test_archive_comes_in_pieces(client, world):
    answer = client.get("/data/datapackage.zip")
    assert answer.streaming
    assert answer["Content-Disposition"] == 'attachment; filename="learning-repository.zip"'
    assert len([piece for piece in answer.streaming_content if piece]) > 3
