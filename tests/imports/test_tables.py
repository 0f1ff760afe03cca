"""Files of unknown dialect: encodings, delimiters, quotes and headers are found out."""

import gzip
from pathlib import Path

import pytest

from app.imports.map import FileForm
from app.imports.table import Table, open_table
from core.errors import Invalid

TEXT = "id,name,note\n1,Zoë,a\n2,Grün,b\n"


def table(folder: Path, content: bytes, form: FileForm | None = None) -> Table:
    """A table of these bytes."""
    file = folder / "log.csv"
    file.write_bytes(content)
    return open_table(file, form or FileForm())


def names(found: Table) -> list[str]:
    """The second column."""
    return [record.fields[1] for record in found.records()]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "utf-32"])
def test_the_encoding_is_found_out(encoding: str, tmp_path: Path) -> None:
    found = table(tmp_path, TEXT.encode(encoding))
    assert (found.columns, names(found)) == (["id", "name", "note"], ["Zoë", "Grün"])


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_out(delimiter: str, tmp_path: Path) -> None:
    found = table(tmp_path, TEXT.replace(",", delimiter).encode())
    assert (found.delimiter, names(found)) == (delimiter, ["Zoë", "Grün"])


def test_what_the_map_says_of_the_file_holds(tmp_path: Path) -> None:
    found = table(tmp_path, b"id~name\n1~'a~b'\n", FileForm(delimiter="~", quote="'", encoding="latin-1"))
    assert names(found) == ["a~b"]


def test_gzip_is_seen_by_its_content_and_has_the_fingerprint_of_what_it_holds(tmp_path: Path) -> None:
    packed, plain = table(tmp_path, gzip.compress(TEXT.encode())), None
    assert names(packed) == ["Zoë", "Grün"]
    plain = table(tmp_path, TEXT.encode())
    assert packed.fingerprint == plain.fingerprint


def test_a_column_named_twice_gets_a_number(tmp_path: Path) -> None:
    found = table(tmp_path, b"id,name,name\n1,a,b\n")
    assert (found.columns, found.duplicates) == (["id", "name", "name#2"], ["name#2"])


def test_lines_are_counted_through_quoted_line_breaks_and_blank_lines(tmp_path: Path) -> None:
    found = table(tmp_path, b'id,name\n1,"two\nlines"\n\n2,b\n')
    assert [(record.line, record.fields[0]) for record in found.records()] == [(2, "1"), (5, "2")]


def test_a_quotation_mark_that_nobody_closed_is_told_with_its_lines(tmp_path: Path) -> None:
    found = table(tmp_path, b'id,name\n1,"open\n' + b"2,some more text\n" * 70_000)
    records = list(found.records())
    assert records[0].line == 2
    assert records[0].problem.startswith("lines 2 to ")
    assert records[-1].fields == ["2", "some more text"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (gzip.compress(TEXT.encode(), mtime=0)[:30], "damaged gzip"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_sentence(content: bytes, told: str, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=told):
        table(tmp_path, content)


def test_a_wrong_encoding_is_told_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="cannot be read as ascii"):
        table(tmp_path, TEXT.encode(), FileForm(encoding="ascii"))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="There is no file"):
        open_table(tmp_path / "none.csv", FileForm())
