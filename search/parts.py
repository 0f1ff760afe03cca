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


def parts(text: str) -> Iterator[Part]:
    """The parts of `text` in order. Any quote is a quote."""
    for found in SHAPE.finditer(clean(text).translate(QUOTES)):
        minus = found["minus"] or ""
        field = found["field"].lower() if found["field"] else None
        yield Part(
            found.start(), found[0].removeprefix(minus), bool(minus), field, found["value"] or "", found["phrase"],
            found["word"],
        )  # fmt: skip
