"""Which of the asked words a written word answers, and how closely: as typed, same stem, begins so, a slip away."""

from collections.abc import Collection

from search.query import SearchQuery
from search.ranking import A_SLIP_AWAY, AS_TYPED, BEGINS_SO, SAME_STEM
from search.words import edits_allowed, is_near, stem, words

Likeness = tuple[str, float]
"""An asked word and its share of weight."""


class Matcher:
    """Compares written words with one question's; it remembers what it learnt of each.

    `misspelt` are the asked words that hardly occur, whose neighbours count as well.
    """

    def __init__(self, query: SearchQuery, misspelt: Collection[str] = ()) -> None:
        self.asked = frozenset(word for clause in (*query.wanted, *query.phrases) for word in clause)
        self._by_stem = {stem(word): word for word in sorted(self.asked, reverse=True)}
        self._initials = {word[0] for word in self.asked}
        self._beginning = query.beginning
        self._misspelt = [word for word in misspelt if edits_allowed(word)]
        self._known: dict[str, Likeness | None] = {}

    def __call__(self, written: str) -> Likeness | None:
        """What a word, as it stands in a text, answers; None if nothing."""
        try:
            return self._known[written]
        except KeyError:
            folded = written.lower() if written.isascii() else "".join(words(written))
            answer = self._known[written] = self._compare(folded) if folded else None
            return answer

    def _compare(self, word: str) -> Likeness | None:
        if word[0] in self._initials:
            if word in self.asked:
                return word, AS_TYPED
            if related := self._by_stem.get(stem(word)):
                return related, SAME_STEM
            if self._beginning and word.startswith(self._beginning):
                return self._beginning, BEGINS_SO
        slip = next((asked for asked in self._misspelt if self._is_slip(asked, word)), None)
        return (slip, A_SLIP_AWAY) if slip else None

    def _is_slip(self, asked: str, written: str) -> bool:
        edits = edits_allowed(asked)
        if is_near(asked, written, edits):
            return True
        lengths = range(len(asked) - edits, len(asked) + edits + 1) if asked == self._beginning else ()
        return any(is_near(asked, written[:length], edits) for length in lengths)
