"""Tables in the formats that programs and spreadsheets read."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from io import BytesIO

import orjson
import polars as pl
from xlsxwriter import Workbook


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


def json(frame: pl.DataFrame) -> bytes:
    """A JSON array of objects."""
    return orjson.dumps(rows(frame))


def csv(frame: pl.DataFrame) -> bytes:
    """CSV, UTF-8, times with their offset. A text that looks like a formula gets a quote in front."""
    texts = pl.col(pl.String).str.replace(FORMULA, "'$1")
    times = pl.selectors.datetime(time_zone="*").dt.strftime("%Y-%m-%dT%H:%M:%S%:z")
    return frame.with_columns(texts).with_columns(times).write_csv().encode()


def parquet(frame: pl.DataFrame) -> bytes:
    """Parquet, with the time zone in the schema."""
    buffer = BytesIO()
    frame.write_parquet(buffer)
    return buffer.getvalue()


def arrow(frame: pl.DataFrame) -> bytes:
    """An Arrow IPC stream."""
    buffer = BytesIO()
    frame.write_ipc_stream(buffer)
    return buffer.getvalue()


def xlsx(frame: pl.DataFrame) -> bytes:
    """A spreadsheet. Its times have no zone, so the heads of their columns name it; texts are texts, never formulas.

    Rows are written one by one and let go, so that memory does not grow with them.
    """
    buffer = BytesIO()
    with Workbook(buffer, {"constant_memory": True}) as book:
        sheet, moment = book.add_worksheet("Numbers"), book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for place, (name, kind) in enumerate(frame.schema.items()):
            zone = kind.time_zone if isinstance(kind, pl.Datetime) else None
            sheet.write_string(0, place, f"{name} ({zone})" if zone else name)
        for line, row in enumerate(frame.iter_rows(), 1):
            for place, value in enumerate(row):
                if isinstance(value, datetime):
                    sheet.write_datetime(line, place, value.replace(tzinfo=None), moment)
                elif isinstance(value, bool):
                    sheet.write_boolean(line, place, value)
                elif isinstance(value, int | float):
                    sheet.write_number(line, place, value)
                elif value is not None:
                    sheet.write_string(line, place, str(value))
    return buffer.getvalue()


WRITERS: dict[Format, Callable[[pl.DataFrame], bytes]] = {
    Format.JSON: json,
    Format.CSV: csv,
    Format.PARQUET: parquet,
    Format.ARROW: arrow,
    Format.XLSX: xlsx,
}
