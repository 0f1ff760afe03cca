"""How text becomes words: one analyser for documents, questions and highlights, whatever the engine.

A word is a run of letters and digits, in lower case, without accents; scripts that write no spaces give one word a
character, so that a phrase finds them. A stem is a word without its English ending ("printing" → "print").
"""

import re
from functools import lru_cache

import tantivy

UNSPACED = "\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f"
"""Thai, Lao, Khmer, kana and Han: each character stands for itself."""

PATTERN = rf"[{UNSPACED}]|[^\W_{UNSPACED}]+"
"""A word, as a regular expression that finds where words stand in a text."""

CHARACTER = re.compile(f"[{UNSPACED}]")

LONGEST = 60
"""Bytes of the longest word kept: what is longer is a key or a picture in base64, and nobody types it."""

_STOP_WORDS = """
    a about an and any are as at be been but by can could did do does for from get got had has have how i if in into is
    it its just like me my no not of on or our please should so some than that the their them then there these they
    this to up us want was we what when where which who why will with would you your d id im ll m re s t ve
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
"""Words of English questions that say nothing of their subject; ignored unless a question has no others."""


def _builder() -> tantivy.TextAnalyzerBuilder:
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(LONGEST))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
    )


WORDS = _builder().build()
STEMS = _builder().filter(tantivy.Filter.stemmer("english")).build()


def spaced(text: str) -> str:
    """`text` as the analysers need it: with spaces where a script writes none. (Four times faster than to have them
    split by a regular expression.)
    """
    return text if text.isascii() else CHARACTER.sub(r" \g<0> ", text)


def words(text: str) -> tuple[str, ...]:
    """The words of `text` in order."""
    return tuple(WORDS.analyze(spaced(text)))


def is_character(word: str) -> bool:
    """Whether a word is one character of a script that writes no spaces."""
    return len(word) == 1 and CHARACTER.match(word) is not None


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """The stem of one word that `words` gave."""
    return next(iter(STEMS.analyze(word)), word)


def edits_allowed(word: str) -> int:
    """How many slips of the finger a word may have: none below 4 letters, one below 8, then two."""
    if len(word) < 4 or word.isdigit():
        return 0
    return 1 if len(word) < 8 else 2


def is_near(word: str, other: str, edits: int) -> bool:
    """Whether at most `edits` insertions, deletions, replacements or swaps of neighbours lie between two words."""
    if abs(len(word) - len(other)) > edits:
        return False
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(word, 1):
        earlier, before, row = before, row, [i]
        for j, against in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != against))
            if i > 1 and j > 1 and letter == other[j - 2] and word[i - 2] == against:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > edits:
            return False
    return row[-1] <= edits
