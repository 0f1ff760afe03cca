"""Marking the words that matched, in texts that the asker may read, the same for every engine.

RELIABILITY.md rule 22: matches are marked with control characters (documents hold none, see `document.clean`), the
whole is escaped, and only then do the marks become tags.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from search.document import CONTROL
from search.matcher import Matcher
from search.words import PATTERN

START, END = "\x02", "\x03"
SNIPPET = 220
"""Characters of a snippet, about."""
BEFORE = 60
"""Characters before the first match in a snippet."""
MOST_TEXT = 40_000
"""Characters of one ticket that are looked through for a snippet."""
MOST_MATCHES = 400
"""Matches in one body that are weighed."""
WORD = re.compile(PATTERN)


@dataclass(frozen=True, slots=True)
class Match:
    """A word of a text that answers the question: where it stands, and to which of the asked words it belongs."""

    start: int
    end: int
    asked: str


class Highlighter:
    """Marks what one question's `matcher` knows, in many texts."""

    def __init__(self, matcher: Matcher) -> None:
        self._matcher = matcher

    def title(self, title: str) -> Markup:
        """The title with its matches marked."""
        return mark(title, self._matches(title))

    def snippet(self, bodies: Sequence[tuple[str, bool]]) -> tuple[Markup, bool]:
        """A marked stretch of the first body that has all words, or else most of them, and the flag of that body."""
        best, worth, left = None, (-1, -1), MOST_TEXT
        for body, flag in bodies:
            text, left = body[:left], left - len(body[:left])
            matches = self._matches(text)
            anchor, found = _best_window(matches)
            if found > worth:
                best, worth = (text, matches, anchor, flag), found
            if found[0] == len(self._matcher.asked):
                break
        if best is None:
            return Markup(), False
        text, matches, anchor, flag = best
        return _snippet(text, matches, anchor), flag

    def _matches(self, text: str) -> list[Match]:
        if not self._matcher.asked:
            return []
        answers = {written: likeness[0] for written in set(WORD.findall(text)) if (likeness := self._matcher(written))}
        if not answers:
            return []
        return [Match(*word.span(), answers[word[0]]) for word in WORD.finditer(text) if word[0] in answers]


def mark(text: str, matches: Sequence[Match]) -> Markup:
    """`text`, safe for HTML, with `matches` in <mark>."""
    text = CONTROL.sub(" ", text)
    parts, done = [], 0
    for match in matches:
        parts += [text[done : match.start], START, text[match.start : match.end], END]
        done = match.end
    escaped = str(escape("".join([*parts, text[done:]])))
    return Markup(escaped.replace(START, "<mark>").replace(END, "</mark>"))  # noqa: S704 — escaped just above


def _best_window(matches: Sequence[Match]) -> tuple[int, tuple[int, int]]:
    """Where the stretch with most different asked words begins, and how many it has: different ones, and in all."""
    best, worth, first = 0, (0, 0), 0
    inside: dict[str, int] = {}
    some = matches[:MOST_MATCHES]
    for last, match in enumerate(some):
        inside[match.asked] = inside.get(match.asked, 0) + 1
        while match.end - some[first].start > SNIPPET - BEFORE:
            out = some[first].asked
            inside[out] -= 1
            if not inside[out]:
                del inside[out]
            first += 1
            if first > last:
                break
        if (len(inside), last - first + 1) > worth and first <= last:
            best, worth = some[first].start, (len(inside), last - first + 1)
    return best, worth


def _snippet(text: str, matches: Sequence[Match], anchor: int) -> Markup:
    """About `SNIPPET` characters around `anchor`, cut between words, with an ellipsis where something is left out."""
    start = max(anchor - BEFORE, 0)
    if start:
        space = re.compile(r"\s").search(text, start, anchor)
        start = space.end() if space else start
    end = min(start + SNIPPET, len(text))
    if end < len(text):
        space_before = max(text.rfind(" ", start, end), text.rfind("\n", start, end))
        end = space_before if space_before > anchor + 20 else end
    inside = [
        Match(match.start - start, match.end - start, match.asked)
        for match in matches
        if match.start >= start and match.end <= end
    ]
    marked = mark(text[start:end], inside)
    return escape("…" if start else "") + marked + escape("…" if end < len(text) else "")
