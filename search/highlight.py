"""Marking the words that matched, in texts that the asker may read, the same for every engine.

RELIABILITY.md rule 22: matches are marked with control characters (documents hold none, see `document.clean`), the
whole is escaped, and only then do the marks become tags.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from search.document import clean
from search.query import SearchQuery
from search.words import PATTERN, edits_allowed, is_near, stem, words

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
    """Marks one question's words in many texts; it remembers what it learnt of each word."""

    def __init__(self, query: SearchQuery) -> None:
        self._asked = dict.fromkeys(word for clause in (*query.wanted, *query.phrases) for word in clause)
        self._by_stem = {stem(word): word for word in reversed(self._asked)}
        self._beginning = query.beginning
        self._answers: dict[str, str | None] = {}
        self._folded: dict[str, str] = {}

    def show(self, title: str, bodies: Sequence[tuple[str, bool]]) -> tuple[Markup, Markup, bool]:
        """The marked title, a marked snippet of the body that answers best, and whether that body is internal."""
        texts, left = [title], MOST_TEXT
        for body, _ in bodies:
            texts.append(body[:left])
            left -= len(texts[-1])
        found = [self._matches(text) for text in texts]
        missing = [word for word in self._asked if not any(match.asked == word for some in found for match in some)]
        if misspelt := [word for word in missing if edits_allowed(word)]:
            found = [self._with_near(text, some, misspelt) for text, some in zip(texts, found, strict=True)]
        title_html = mark(title, found[0])
        if not bodies:
            return title_html, Markup(), False
        windows = [_best_window(matches) for matches in found[1:]]
        chosen = max(range(len(windows)), key=lambda index: (windows[index][1], -index))
        snippet = _snippet(texts[1 + chosen], found[1 + chosen], windows[chosen][0])
        return title_html, snippet, bodies[chosen][1]

    def _matches(self, text: str) -> list[Match]:
        if not self._asked:
            return []
        return [Match(*word.span(), asked) for word in WORD.finditer(text) if (asked := self._answer(word.group()))]

    def _answer(self, written: str) -> str | None:
        """Which asked word `written` is a form of."""
        if written not in self._answers:
            self._answers[written] = self._look_up(self._fold(written))
        return self._answers[written]

    def _look_up(self, word: str) -> str | None:
        if word in self._asked:
            return word
        if self._beginning and word.startswith(self._beginning):
            return self._beginning
        return self._by_stem.get(stem(word)) if word else None

    def _fold(self, written: str) -> str:
        if written not in self._folded:
            self._folded[written] = "".join(words(written))
        return self._folded[written]

    def _with_near(self, text: str, found: list[Match], misspelt: Sequence[str]) -> list[Match]:
        """`found` and the words that lie a slip away from words that occur nowhere as they were typed."""
        taken = {match.start for match in found}
        near: dict[str, str | None] = {}
        more = []
        for word in WORD.finditer(text):
            written = self._fold(word.group())
            if word.start() in taken or len(written) < 3:
                continue
            if written not in near:
                near[written] = next((one for one in misspelt if self._is_slip(one, written)), None)
            if asked := near[written]:
                more.append(Match(*word.span(), asked))
        return sorted(found + more, key=lambda match: match.start)

    def _is_slip(self, asked: str, written: str) -> bool:
        edits = edits_allowed(asked)
        if is_near(asked, written, edits):
            return True
        lengths = range(len(asked) - edits, len(asked) + edits + 1) if asked == self._beginning else ()
        return any(is_near(asked, written[:length], edits) for length in lengths)


def mark(text: str, matches: Sequence[Match]) -> Markup:
    """`text`, safe for HTML, with `matches` in <mark>."""
    parts, done = [], 0
    for match in matches:
        parts += [clean(text[done : match.start]), START, clean(text[match.start : match.end]), END]
        done = match.end
    escaped = str(escape("".join([*parts, clean(text[done:])])))
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
