"""Tables in the formats that programs and spreadsheets read."""

from collections.abc import Callable, Iterable
from datetime import datetime
from enum import StrEnum
from itertools import chain
from typing import IO, TYPE_CHECKING, Any

import orjson
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

Pages = Iterable[pl.DataFrame]
"""A table in pieces of one schema, at least one of them: what is written does not stand in memory as a whole."""

SHEET_ROWS = 1_048_575
"""A sheet has one row more, for the heads."""


class Format(StrEnum):
    """How an answer is written."""

    JSON = "json"
    CSV = "csv"
    PARQUET = "parquet"
    ARROW = "arrow"
    XLSX = "xlsx"


MEDIA_TYPES = {
    Format.JSON: "application/json",
    Format.CSV: "text/csv",
    Format.PARQUET: "application/vnd.apache.parquet",
    Format.ARROW: "application/vnd.apache.arrow.stream",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

FORMULA = r"^([=+\-@\t\r])"
"""How a cell begins that a spreadsheet would take for a formula."""


def wanted(asked: Format | None, accept: str | None) -> Format:
    """The format asked for by name, else by `Accept`, else JSON."""
    if asked:
        return asked
    accepted = [part.split(";")[0].strip().lower() for part in (accept or "").split(",")]
    return next((form for form, media in MEDIA_TYPES.items() if media in accepted), Format.JSON)


def rows(frame: pl.DataFrame) -> list[dict[str, object]]:
    """The rows as JSON has them; times in ISO 8601 with their offset."""
    return frame.to_dicts()


def json(pages: Pages, out: IO[bytes]) -> None:
    """A JSON array of objects."""
    out.write(orjson.dumps([row for page in pages for row in rows(page)]))


def csv(pages: Pages, out: IO[bytes]) -> None:
    """CSV, UTF-8, times with their offset. A text that looks like a formula gets a quote in front."""
    texts = pl.col(pl.String).str.replace(FORMULA, "'$1")
    times = pl.selectors.datetime(time_zone="*").dt.strftime("%Y-%m-%dT%H:%M:%S%:z")
    for n, page in enumerate(pages):
        plain = page.with_columns(texts).with_columns(times)
        out.write(plain.write_csv(include_header=n == 0).encode())


def parquet(pages: Pages, out: IO[bytes]) -> None:
    """Parquet, a row group a page, with the time zone in the schema."""
    _tables(pages, lambda schema: pq.ParquetWriter(out, schema))


def arrow(pages: Pages, out: IO[bytes]) -> None:
    """An Arrow IPC stream, a batch a page."""
    _tables(pages, lambda schema: pa.ipc.new_stream(out, schema))


def _tables(pages: Pages, opened: Callable[[pa.Schema], Any]) -> None:
    """The pages into a writer that is opened for the schema of the first."""
    tables = (page.to_arrow() for page in pages)
    first = next(tables)
    with opened(first.schema) as writer:
        for table in chain([first], tables):
            writer.write_table(table)


def xlsx(pages: Pages, out: IO[bytes]) -> None:
    """A spreadsheet. Its times have no zone, so the heads of their columns name it; texts are texts, never formulas.

    Rows are written one by one and let go, so that memory does not grow with them; a full sheet is followed by another.
    """
    from xlsxwriter import Workbook  # of 42 modules, for people who want a spreadsheet

    with Workbook(out, {"constant_memory": True}) as book:
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet, line = None, 0
        for page in pages:
            sheet = sheet or _sheet(book, page.schema)
            for row in page.iter_rows():
                if line == SHEET_ROWS:
                    sheet, line = _sheet(book, page.schema), 0
                line += 1
                _line(sheet, line, row, moment)


def _sheet(book: "Workbook", schema: pl.Schema) -> "Worksheet":
    sheet = book.add_worksheet()
    for place, (name, kind) in enumerate(schema.items()):
        zone = kind.time_zone if isinstance(kind, pl.Datetime) else None
        sheet.write_string(0, place, f"{name} ({zone})" if zone else name)
    return sheet


def _line(sheet: "Worksheet", line: int, row: tuple[Any, ...], moment: object) -> None:
    for place, value in enumerate(row):
        if isinstance(value, datetime):
            sheet.write_datetime(line, place, value.replace(tzinfo=None), moment)
        elif isinstance(value, bool):
            sheet.write_boolean(line, place, value)
        elif isinstance(value, int | float):
            sheet.write_number(line, place, value)
        elif value is not None:
            sheet.write_string(line, place, str(value))


WRITERS: dict[Format, Callable[[Pages, IO[bytes]], None]] = {
    Format.JSON: json,
    Format.CSV: csv,
    Format.PARQUET: parquet,
    Format.ARROW: arrow,
    Format.XLSX: xlsx,
}
