"""Tables in the formats that programs and spreadsheets read."""

from collections.abc import Callable
from enum import StrEnum
from io import BytesIO

import orjson
import polars as pl


class Format(StrEnum):
    """How an answer is written."""

    JSON = "json"
    CSV = "csv"
    PARQUET = "parquet"
    ARROW = "arrow"


MEDIA_TYPES = {
    Format.JSON: "application/json",
    Format.CSV: "text/csv",
    Format.PARQUET: "application/vnd.apache.parquet",
    Format.ARROW: "application/vnd.apache.arrow.stream",
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


WRITERS: dict[Format, Callable[[pl.DataFrame], bytes]] = {
    Format.JSON: json,
    Format.CSV: csv,
    Format.PARQUET: parquet,
    Format.ARROW: arrow,
}
