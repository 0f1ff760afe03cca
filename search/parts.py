"""How a question is cut into parts: `-field:value`, `field>=value`, `"words that stand together"`, words.

One scanner for the search box, which takes everything for something, and for filters, which refuse what they cannot
read (search/filter_text.py).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from search.document import clean

SHAPE = re.compile(
    r"(?P<minus>-(?=\S))?"
    r"(?:(?P<field>[A-Za-z]{2,20}(?:\.[A-Za-z0-9_]{1,63})?)(?::|(?=[<>]))"
    r'(?P<value>(?:"[^"]*"?|[^\s"])+)|"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))'
)
TOKEN = re.compile(r"\s*(?=\S)")
OPENING = re.compile(r"-?\(")
QUOTES = str.maketrans("“”„«»", '"' * 5)


@dataclass(frozen=True, slots=True)
class Part:
    """One part. Either `field` and `value`, or `phrase`, or `word`; a comparison's sign stands in `value`."""

    position: int
    """Where it begins in the text, from 0."""
    written: str
    """As it was typed, without the minus."""
    is_negated: bool
    field: str | None
    value: str
    phrase: str | None
    word: str | None


@dataclass(frozen=True, slots=True)
class Bracket:
    """A bracket that opens (perhaps behind a minus) or closes."""

    position: int
    is_opening: bool
    is_negated: bool = False


def tokens(text: str) -> Iterator[Part | Bracket]:
    """Parts and brackets in order. A closing bracket ends a part only where one is open: `foo()` alone is a word."""
    text = clean(text).translate(QUOTES)
    position = depth = 0
    while found := TOKEN.match(text, position):
        start = found.end()
        if bracket := OPENING.match(text, start):
            depth += 1
            yield Bracket(start, is_opening=True, is_negated=bracket[0] != "(")
            position = bracket.end()
        elif text[start] == ")":
            depth = max(depth - 1, 0)
            yield Bracket(start, is_opening=False)
            position = start + 1
        else:
            whole = SHAPE.match(text, start)
            assert whole, "whatever is no space is the beginning of some part"
            end = _closing(whole[0]) if depth else None
            part = whole if end is None else SHAPE.fullmatch(text, start, start + end)
            assert part
            yield _part(part)
            position = part.end()


def _closing(written: str) -> int | None:
    """Where a bracket closes in a part, quotes aside."""
    quoted = False
    for place, letter in enumerate(written):
        quoted ^= letter == '"'
        if letter == ")" and not quoted:
            return place
    return None


def parts(text: str) -> Iterator[Part]:
    """The parts of `text` in order. Any quote is a quote."""
    for found in SHAPE.finditer(clean(text).translate(QUOTES)):
        yield _part(found)


def _part(found: re.Match[str]) -> Part:
    minus = found["minus"] or ""
    field = found["field"].lower() if found["field"] else None
    return Part(
        found.start(), found[0].removeprefix(minus), bool(minus), field, found["value"] or "", found["phrase"],
        found["word"],
    )  # fmt: skip
