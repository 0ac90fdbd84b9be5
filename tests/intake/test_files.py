"""Any encoding and delimiter that a spreadsheet writes is read; what is no table is refused with place and remedy."""

import datetime
import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from intake.files import BadFileError, open_table, workbook

HEADING, ROW = ["title", "note"], ["Child’s ‘voice’ – café", "£5; one, two"]


def read(path: Path, **options) -> tuple[str, list[str], list]:
    with open_table(path, **options) as table:
        return table.how, table.heading, list(table.rows())


def written(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "file"
    path.write_bytes(content)
    return path


def workbook_of(*rows: list, path: Path) -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "mac_roman"]
)
def test_any_encoding_with_any_delimiter_gives_the_same_texts(table, encoding, delimiter):
    how, heading, rows = read(table(HEADING, ROW, ROW, encoding=encoding, delimiter=delimiter))
    assert heading == HEADING
    assert [row.cells for row in rows] == [dict(zip(HEADING, ROW, strict=True))] * 2, how
    assert [row.number for row in rows] == [2, 3]


def test_a_character_beyond_the_first_megabyte_decides_the_encoding_too(tmp_path):
    lines = b"title,note\n" + b"plain,plain\n" * 150_000 + "Café,£5\n".encode("cp1252")
    *_, last = read(written(tmp_path, lines))[2]
    assert last.cells == {"title": "Café", "note": "£5"}


def test_excels_own_first_line_names_the_delimiter(tmp_path):
    assert read(written(tmp_path, b"sep=;\ntitle;note\na,b;c\n"))[2][0].cells == {"title": "a,b", "note": "c"}


def test_cells_of_a_workbook_are_read_as_texts(tmp_path):
    path = workbook_of(
        ["title", "pages", "date", "flag", "blank"],
        ["A", 14.0, datetime.datetime(2020, 6, 3), True, None],  # noqa: DTZ001 - as a spreadsheet has it
        path=tmp_path / "a.xlsx",
    )
    [row] = read(path)[2]
    assert row.cells == {"title": "A", "pages": "14", "date": "2020-06-03", "flag": "yes", "blank": ""}


def test_a_sheet_is_chosen_by_its_name(tmp_path):
    book = Workbook()
    book.active.append(["wrong"])
    book.create_sheet("Reviews").append(["title"])
    book["Reviews"].append(["A"])
    book.save(tmp_path / "a.xlsx")
    assert read(tmp_path / "a.xlsx", sheet="Reviews")[1] == ["title"]
    with pytest.raises(BadFileError, match=r"no sheet called ‘Nothing’. Shown sheets: Sheet, Reviews"):
        read(tmp_path / "a.xlsx", sheet="Nothing")


def test_references_in_ris_are_rows_and_tags_are_columns(tmp_path):
    ris = (
        "TY  - RPRT\r\nTI  - A fictional review\r\nKW  - one\r\nKW  - two\r\nAB  - begins\r\nand goes on\r\nER  - \r\n"
    )
    how, heading, [row] = read(written(tmp_path, ris.encode()))
    assert how.startswith("RIS")
    assert heading == ["TY", "TI", "KW", "AB"]
    assert row.cells == {"TY": "RPRT", "TI": "A fictional review", "KW": "one; two", "AB": "begins and goes on"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf \r\n", "is empty"),
        (b"%PDF-1.7 ...", "is a PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel file"),
        (b"\x89PNG\r\n", "is a picture"),
        (b"<!DOCTYPE html><table>", "web page or XML"),
        (b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "web page or XML"),
        (b"PK\x03\x04 and then nothing", "cut off or damaged"),
        (b'title,note\n"never closed,b\nc,d\n', "Row 2: a quotation mark is opened and never closed"),
        (b"title,Title\na,b\n", "‘Title’|‘title’"),
        (b"\n\n", "is empty"),
        (b",,\n", "is empty"),
        (b"TY  - RPRT\nTI  - A\n", "no ‘ER  - ’ at its end"),
        (b"TY  - RPRT\nTI  - A\nTY  - RPRT\nER  - \n", "Line 3: a reference begins before that of line 1"),
    ],
)
def test_what_is_no_table_is_refused_with_a_remedy(tmp_path, content, words):
    with pytest.raises(BadFileError, match=words):
        read(written(tmp_path, content))


def test_a_truncated_workbook_is_refused(tmp_path):
    path = workbook_of(*[["a", "b"]] * 500, path=tmp_path / "a.xlsx")
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(BadFileError, match="cut off or damaged"):
        read(path)


def remade(path: Path, change: dict[str, bytes]) -> Path:
    """The workbook with other contents of some of its parts."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()} | change
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, content)
    return path


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path):
    path = workbook_of(["a"], ["b"], path=tmp_path / "a.xlsx")
    remade(path, {"xl/worksheets/sheet1.xml": b"<worksheet>" + b" " * (100 << 20) + b"</worksheet>"})
    with pytest.raises(BadFileError, match="unpacks to 100 MB"):
        read(path)


def test_a_zip_bomb_that_lies_about_its_size_is_refused(tmp_path, monkeypatch):
    path = workbook_of(["a"], ["b"], path=tmp_path / "a.xlsx")
    real = b"<worksheet>" + b" " * (1 << 20) + b"</worksheet>"
    content = remade(path, {"xl/worksheets/sheet1.xml": real}).read_bytes()
    path.write_bytes(content.replace(len(real).to_bytes(4, "little"), (50).to_bytes(4, "little")))
    with pytest.raises(BadFileError):
        read(path)


def test_an_external_entity_is_not_opened(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    path = workbook_of(["a"], ["b"], path=tmp_path / "a.xlsx")
    with zipfile.ZipFile(path) as old:
        sheet = old.read("xl/worksheets/sheet1.xml").decode()
    start = sheet.index("<worksheet")
    evil = f'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY e SYSTEM "file://{secret}">]>{sheet[start:]}'
    remade(path, {"xl/worksheets/sheet1.xml": evil.encode()})
    with pytest.raises(BadFileError, match=r"sheet1.xml defines entities"):
        read(path)


def test_an_entity_hidden_in_another_encoding_is_not_opened(tmp_path):
    path = workbook_of(["a"], ["b"], path=tmp_path / "a.xlsx")
    evil = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE s [<!ENTITY a "aaaa">]><sst>&a;</sst>'
    remade(path, {"xl/sharedStrings.xml": evil.encode("utf-16")})
    with pytest.raises(BadFileError, match="entities"):
        read(path)


def test_another_zip_is_no_workbook(tmp_path):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    with pytest.raises(BadFileError, match="no XLSX workbook"):
        read(written(tmp_path, held.getvalue()))


def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(workbook, "MAX_UNPACKED", 1000)
    with pytest.raises(BadFileError, match="Save the sheet as CSV, or split it"):
        read(workbook_of(["a"], ["b"], path=tmp_path / "a.xlsx"))


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (b"a\x00b,c", "title", "NUL"),
        (b"a,b\x07", "note", "control character"),
        (b"a,#REF!", "note", "an error of the spreadsheet"),
        (b"a,b,c,d", "note", "4 cells, the heading 2"),
        (b"a", "note", "ends after 1 of 2 cells"),
        (b"a," + b"x" * (10 << 20), "note", "10,485,760 characters in one cell"),
    ],
)
def test_a_bad_cell_is_named_by_row_and_column(tmp_path, row, column, words):
    good, bad = read(written(tmp_path, b"title,note\nfine,fine\n" + row + b"\n"))[2]
    assert not good.faults
    assert bad.number == 3
    assert words in bad.faults[column]


def test_a_file_of_two_encodings_names_the_row(tmp_path):
    path = written(tmp_path, b"\xef\xbb\xbftitle,note\n" + b"a,b\n" * 40_000 + b"caf\xe9,c\n")
    with pytest.raises(BadFileError, match=r"Below row 4\d{4}|Below row 3\d{4}"):
        read(path)


def test_an_apostrophe_before_a_formula_is_ours_and_goes(table):
    rows = read(table(["title", "note"], ["'=1+1", "'twas"]))[2]
    assert rows[0].cells == {"title": "=1+1", "note": "'twas"}
