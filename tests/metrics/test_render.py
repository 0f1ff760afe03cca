"""Tables as files."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import polars as pl
import pytest

from app.numbers import render
from app.numbers.render import Format

FRAME = pl.DataFrame(
    {
        "period": pl.Series([datetime(2026, 3, 29, tzinfo=UTC)]).dt.convert_time_zone("Europe/Berlin"),
        "queue": ["=1+1"],
        "state": ["-"],
        "net_flow": [-3],
    }
)


def said(form: Format, *pages: pl.DataFrame) -> bytes:
    out = BytesIO()
    render.WRITERS[form](pages or [FRAME], out)
    return out.getvalue()


def test_csv_states_the_offset_and_defuses_formulas_but_not_numbers() -> None:
    assert said(Format.CSV) == b"period,queue,state,net_flow\n2026-03-29T01:00:00+01:00,'=1+1,'-,-3\n"


def test_json_states_the_offset() -> None:
    assert b'"2026-03-29T01:00:00+01:00"' in said(Format.JSON)


def test_the_format_asked_for_goes_before_what_is_accepted() -> None:
    assert render.wanted(Format.CSV, "application/vnd.apache.parquet") is Format.CSV
    assert render.wanted(None, "text/html, text/csv;q=0.9") is Format.CSV
    assert render.wanted(None, "*/*") is Format.JSON


def test_a_spreadsheet_names_the_zone_and_holds_no_formula() -> None:
    with ZipFile(BytesIO(said(Format.XLSX))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<t>period (Europe/Berlin)</t>" in sheet
    assert "<t>=1+1</t>" in sheet
    assert "<f>" not in sheet
    assert "<v>46110.0416666" in sheet  # 2026-03-29 01:00 on the wall


@pytest.mark.parametrize(
    ("form", "read"),
    [(Format.CSV, pl.read_csv), (Format.PARQUET, pl.read_parquet), (Format.ARROW, pl.read_ipc_stream)],
)
def test_pages_follow_each_other_in_one_file(form: Format, read: Any) -> None:
    found = read(BytesIO(said(form, FRAME, FRAME.clear(), FRAME, FRAME)))
    assert found["net_flow"].to_list() == [-3, -3, -3]
    assert read(BytesIO(said(form, FRAME.clear()))).columns == FRAME.columns


def test_programs_find_the_zone_in_the_schema() -> None:
    for form, read in ((Format.PARQUET, pl.read_parquet), (Format.ARROW, pl.read_ipc_stream)):
        assert read(BytesIO(said(form))).schema["period"] == pl.Datetime("us", "Europe/Berlin")


def test_a_full_sheet_is_followed_by_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render, "SHEET_ROWS", 2)
    with ZipFile(BytesIO(said(Format.XLSX, FRAME, FRAME, FRAME))) as book:
        sheets = [book.read(f"xl/worksheets/sheet{n}.xml").decode().count("<row") for n in (1, 2)]
    assert sheets == [3, 2]
