"""Reading a delimited file of unknown dialect: encoding, delimiter, quotes and header found out, lines counted."""

import codecs
import csv
import gzip
import hashlib
import io
import itertools
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from app.imports.map import FileForm
from core.errors import Invalid

csv.field_size_limit(1_000_000)
"""A longer field is taken for a quotation mark that nobody closed."""

DELIMITERS = ",;\t|"
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip

NOT_IN_CP1252 = b"\x81\x8d\x8f\x90\x9d"


@dataclass(frozen=True, slots=True)
class Record:
    """One row: the line that it starts on, and its fields, or why it has none."""

    line: int
    fields: list[str]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A file whose dialect is known. `columns` are unique: a second `name` is called `name#2`."""

    path: Path
    encoding: str
    delimiter: str
    quote: str
    columns: list[str]
    fingerprint: str
    size_bytes: int

    def records(self) -> Iterator[Record]:
        """Every row after the header, in the file's order. A row that cannot be read comes with its problem."""
        with _text(self.path, self.encoding) as lines:
            reader = csv.reader(lines, delimiter=self.delimiter, quotechar=self.quote)
            next(reader)
            while True:
                start = reader.line_num + 1
                try:
                    fields = next(reader)
                except StopIteration:
                    return
                except UnicodeError as error:
                    raise _unreadable(self.path, self.encoding, error) from error
                except csv.Error as error:
                    yield Record(start, [], f"lines {start} to {reader.line_num}: {error}")
                    continue
                if fields:
                    yield Record(start, fields)

    @property
    def duplicates(self) -> list[str]:
        """The columns that got a number because their name was taken."""
        return [column for column in self.columns if "#" in column]


def open_table(path: Path, form: FileForm) -> Table:
    """Find out how a file is written; what `form` says holds. Raises `Invalid` where nothing sensible comes out."""
    if not path.is_file():
        raise Invalid(f"There is no file {path}.")
    try:
        fingerprint, size, encoding = _survey(path)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise Invalid(f"{path.name} is a damaged gzip file: {error}. Fetch it again.") from error
    encoding = form.encoding or encoding
    try:
        with _text(path, encoding) as lines:
            sample = list(itertools.islice(lines, 200))
    except (LookupError, UnicodeError) as error:
        raise _unreadable(path, encoding, error) from error
    if not any(line.strip() for line in sample):
        raise Invalid(f"{path.name} is empty.")
    quote = form.quote or _quote(sample[0])
    delimiter = form.delimiter or _delimiter(sample, quote)
    header = next(csv.reader(sample, delimiter=delimiter, quotechar=quote))
    return Table(path, encoding, delimiter, quote, _unique(header), fingerprint, size)


def _unreadable(path: Path, encoding: str, error: Exception) -> Invalid:
    return Invalid(f"{path.name} cannot be read as {encoding}: {error}. Set file.encoding in the map.")


def _bytes(path: Path) -> BinaryIO:
    with path.open("rb") as start:
        is_gzip = start.read(2) == b"\x1f\x8b"
    return cast(BinaryIO, gzip.open(path)) if is_gzip else path.open("rb")


def _text(path: Path, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(_bytes(path), encoding=encoding, errors="strict", newline="")


def _survey(path: Path) -> tuple[str, int, str]:
    """SHA-256 of the content, its size, and the encoding: a byte order mark, else UTF-8 if it fits, else Windows's."""
    digest, size, is_windows = hashlib.sha256(), 0, True
    decoder: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()
    with _bytes(path) as content:
        head = content.read(4)
        content.seek(0)
        while block := content.read(1 << 20):
            digest.update(block)
            size += len(block)
            decoder = decoder if decoder and _decodes(decoder, block) else None
            is_windows = is_windows and len(block.translate(None, NOT_IN_CP1252)) == len(block)
        if decoder and not _decodes(decoder, b"", final=True):
            decoder = None
    marked = next((name for mark, name in BOMS if head.startswith(mark)), None)
    if marked is None and b"\0" in head:
        marked = "utf-16-le" if head[1:2] == b"\0" else "utf-16-be"
    return digest.hexdigest(), size, marked or ("utf-8" if decoder else "cp1252" if is_windows else "latin-1")


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def _quote(header: str) -> str:
    return "'" if '"' not in header and header.count("'") >= 2 else '"'


def _delimiter(sample: Sequence[str], quote: str) -> str:
    """The delimiter that cuts most rows into the same number of fields as the header, and the header into most."""

    def fit(delimiter: str) -> tuple[float, int]:
        rows = [row for row in csv.reader(sample, delimiter=delimiter, quotechar=quote) if row]
        width = len(rows[0])
        return (sum(len(row) == width for row in rows) / len(rows) if width > 1 else 0.0, width)

    return max(DELIMITERS, key=fit)


def _unique(header: Sequence[str]) -> list[str]:
    seen: Counter[str] = Counter()
    columns = []
    for name in (column.strip() for column in header):
        seen[name] += 1
        columns.append(name if seen[name] == 1 else f"{name}#{seen[name]}")
    return columns
