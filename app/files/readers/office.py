"""The words in office files (docx, xlsx, pptx, odt, ods, odp): archives of XML, read part by part and counted.

Nothing is unpacked to disk, archives inside are not opened, a document type ends it: no entity is ever resolved.
"""

import re
import zipfile
from collections.abc import Iterator
from typing import Any
from xml.parsers import expat

MOST_BYTES = 64 * 1024 * 1024
"""All that is read of one file, unpacked."""
PIECE = 65_536

WORD = r"word/(document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml"
SLIDES = r"ppt/(slides|notesSlides)/\w+\.xml"
SHEETS = r"xl/(sharedStrings|comments\d*|worksheets/\w+)\.xml"
PARTS = {"word/document.xml": WORD, "ppt/presentation.xml": SLIDES, "xl/workbook.xml": SHEETS}
"""By the part that tells the kind: which parts have words."""
OPEN_DOCUMENT = b"application/vnd.oasis.opendocument."

LINES = frozenset({"p", "h", "si", "row", "tr", "table-row"})
GAPS = frozenset({"c", "tc", "tab", "br", "s", "line-break", "table-cell"})


class Refused(Exception):
    """No words are taken out of this."""


def text(path: str, most_chars: int) -> str:
    """The words, as far as `most_chars`; nothing for an archive that is no office file."""
    with zipfile.ZipFile(path) as archive:
        words, budget = Words(most_chars, is_everything=_is_open_document(archive)), [MOST_BYTES]
        for name in _parts(archive):
            words.read(_pieces(archive, name, budget))
            if words.is_full:
                break
    return words.text()


class Words:
    """Collects words while expat reads."""

    def __init__(self, most_chars: int, *, is_everything: bool) -> None:
        self._most, self._chars, self._found = most_chars, 0, list[str]()
        self._is_everything = is_everything
        self._inside = 0
        self._is_reference = False

    @property
    def is_full(self) -> bool:
        return self._chars > self._most

    def text(self) -> str:
        lines = "".join(self._found)[: self._most].splitlines()
        return "\n".join(line for line in (" ".join(line.split()) for line in lines) if line)

    def read(self, pieces: Iterator[bytes]) -> None:
        parser: Any = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._said
        for piece in pieces:
            parser.Parse(piece, False)
            if self.is_full:
                return
        parser.Parse(b"", True)

    def _refuse(self, *_: object) -> None:
        raise Refused

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "c":
            self._is_reference = attributes.get("t") == "s"  # the number of a shared string
        self._inside += self._has_words(name)

    def _end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        self._inside -= self._has_words(name)
        if name in LINES:
            self._add("\n")
        elif name in GAPS:
            self._add(" ")

    def _said(self, words: str) -> None:
        if self._inside > 0:
            self._add(words)

    def _has_words(self, name: str) -> bool:
        if self._is_everything:
            return name in ("p", "h")
        return name == "t" or (name == "v" and not self._is_reference)

    def _add(self, words: str) -> None:
        self._chars += len(words)
        self._found.append(words)


def _is_open_document(archive: zipfile.ZipFile) -> bool:
    try:
        with archive.open("mimetype") as kind:
            return kind.read(100).startswith(OPEN_DOCUMENT)
    except KeyError:
        return False


def _parts(archive: zipfile.ZipFile) -> list[str]:
    names = archive.namelist()
    if _is_open_document(archive):
        return ["content.xml"]
    having = next((shape for mark, shape in PARTS.items() if mark in names), None)
    return sorted({name for name in names if having and re.fullmatch(having, name)}, key=_in_order)


def _in_order(name: str) -> tuple[object, ...]:
    """Slide 2 before slide 10; headers and notes behind the document."""
    number = re.search(r"(\d+)\.xml$", name)
    return ("document" not in name, re.sub(r"\d", "", name), int(number[1]) if number else 0)


def _pieces(archive: zipfile.ZipFile, name: str, budget: list[int]) -> Iterator[bytes]:
    with archive.open(name) as part:
        while piece := part.read(PIECE):
            budget[0] -= len(piece)
            if budget[0] < 0:
                raise Refused
            yield piece
