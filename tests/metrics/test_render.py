"""Tables as files."""

from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZipFile

import polars as pl

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


def test_csv_states_the_offset_and_defuses_formulas_but_not_numbers() -> None:
    assert render.csv(FRAME) == b"period,queue,state,net_flow\n2026-03-29T01:00:00+01:00,'=1+1,'-,-3\n"


def test_json_states_the_offset() -> None:
    assert b'"2026-03-29T01:00:00+01:00"' in render.json(FRAME)


def test_the_format_asked_for_goes_before_what_is_accepted() -> None:
    assert render.wanted(Format.CSV, "application/vnd.apache.parquet") is Format.CSV
    assert render.wanted(None, "text/html, text/csv;q=0.9") is Format.CSV
    assert render.wanted(None, "*/*") is Format.JSON


def test_a_spreadsheet_names_the_zone_and_holds_no_formula() -> None:
    with ZipFile(BytesIO(render.xlsx(FRAME))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<t>period (Europe/Berlin)</t>" in sheet
    assert "<t>=1+1</t>" in sheet
    assert "<f>" not in sheet
    assert "<v>46110.0416666" in sheet  # 2026-03-29 01:00 on the wall
