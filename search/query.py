"""The language of the search box. `parse` reads whatever people type and never raises.

    printer jam              both words, or words near them; from three words on, at least two
    "paper jam"              these words in this order
    -scanner -"out of ink"   without these
    state:open,pending       filters; commas mean "or", a minus before means "not"
    created>2026-01-01       dates: > >= < <= or :a..b; a year, month or day; :7d for the last seven days
    tag:vip or (is:waiting not org:acme)    brackets, or, not: joined filters; words among them mean the subject
    #1234 or 1234            the ticket of that number first
    sort:newest              also oldest, created; without it the best match first

What is not understood is searched for as words. Engines get the parsed form only, never this text. Lists, views and
bulk edits read the same language strictly (search/filter_text.py; docs/filters.md).
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby, pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

from core import clock
from search.document import clean, key
from search.filters import Condition, Group, Numbered, Reading, Said, indexed_condition_of
from search.parts import parts
from search.structure import MOST_PARTS, Branch, Misshapen, Node, structure
from search.words import STOP_WORDS, is_character, words

LONGEST_QUERY = 1_000
"""Characters that are read; nobody types more, and programs may not make us."""
MOST_CLAUSES = 16
"""Words that are searched for, and as many phrases and exclusions."""

Clause = tuple[str, ...]
"""Words that stand together: one word, or several in this order, such as the parts of an address."""


class Sort(StrEnum):
    """In which order hits come."""

    BEST = "best"
    NEWEST = "newest"
    OLDEST = "oldest"
    CREATED = "created"


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What was asked, in parts that an engine can use. An empty one asks for the newest tickets."""

    wanted: tuple[Clause, ...] = ()
    """What hits are ranked by; not all of it must occur."""
    beginning: str = ""
    """The one of `wanted` that is still being typed: it may be the beginning of a word."""
    phrases: tuple[Clause, ...] = ()
    without: tuple[Clause, ...] = ()
    conditions: tuple[Condition | Group, ...] = ()
    number: int | None = None
    sort: Sort = Sort.BEST

    @property
    def is_ranked(self) -> bool:
        """Whether there is anything to rank by; otherwise the newest come first."""
        return self.sort is Sort.BEST and bool(self.wanted or self.phrases or self.number is not None)


NUMBER = re.compile(r"#?([0-9]{1,18})")
TOGETHER = re.compile(r"\w[@.:/\\_]\w")
"""Joins that make one thing of several words: addresses, hosts, versions, paths, constants."""


def parse(
    text: str,
    *,
    zone: ZoneInfo | None = None,
    me: UUID | None = None,
    queues: Mapping[str, Collection[UUID]] | None = None,
    masked: Collection[str] = frozenset(),
    found: Callable[[Condition], Numbered | None] | None = None,
) -> SearchQuery:
    """The question in `text`. `zone`: the reader's, for dates; `me`: who `agent:me` means; `queues`: by name the ids of
    each with all below it; `masked`: custom fields that the reader may not ask for; `found`: who looks up what only the
    desk's database knows (without it such filters are words).
    """
    by_name = {key(name): branch for name, branch in (queues or {}).items()}
    reading = Reading(clock.now(), zone or ZoneInfo("UTC"), me, by_name, masked, found)
    text = clean(text[:LONGEST_QUERY])
    question = _Question()
    for node in _nodes(text):
        question.read(node, reading)
    wanted = question.ranked()
    is_begun = (question.beginning,) in wanted and not text[-1:].isspace()
    number = NUMBER.fullmatch(text.strip())
    return SearchQuery(
        wanted=wanted,
        beginning=question.beginning if is_begun else "",
        phrases=_few(question.phrases),
        without=_few(question.without),
        conditions=tuple(question.conditions[:MOST_PARTS]),
        number=int(number[1]) if number else None,
        sort=question.sort,
    )


def _nodes(text: str) -> Sequence[Node]:
    """What must hold; without any structure if brackets or operators do not fit together."""
    try:
        return structure(text, is_kind=True)
    except Misshapen:
        return list(parts(text))


class _Question:
    """What has been read so far."""

    def __init__(self) -> None:
        self.wanted: list[Clause] = []
        self.phrases: list[Clause] = []
        self.without: list[Clause] = []
        self.conditions: list[Condition | Group] = []
        self.sort = Sort.BEST
        self.beginning = ""

    def read(self, part: Node, reading: Reading) -> None:
        self.beginning = ""
        if isinstance(part, Branch):
            self.conditions.append(_group(part, reading))
            return
        if part.field and self._read_field(part.field, part.value, part.is_negated, reading):
            return
        if part.phrase is not None:
            (self.without if part.is_negated else self.phrases).append(words(part.phrase))
        elif part.is_negated:
            self.without.append(words(part.written))
        else:
            clauses = _clauses(part.written)
            self.wanted += clauses
            if clauses and len(clauses[-1]) == 1 and part.written[-1].isalnum():
                self.beginning = clauses[-1][0]

    def _read_field(self, name: str, value: str, is_negated: bool, reading: Reading) -> bool:
        if name == "sort":
            if value.lower() in set(Sort):
                self.sort = Sort(value.lower())
                return True
            return False
        condition = indexed_condition_of(name, value, is_negated, reading)
        if condition:
            self.conditions.append(condition)
        return condition is not None

    def ranked(self) -> tuple[Clause, ...]:
        """Words that tell something, each once; the stop words only if there is nothing else."""
        telling = [clause for clause in self.wanted if clause[0] not in STOP_WORDS or len(clause) > 1]
        return _few(telling or self.wanted)


def _group(branch: Branch, reading: Reading) -> Group:
    return Group(tuple(_joined(node, reading) for node in branch.parts), branch.is_any, branch.is_negated)


def _joined(node: Node, reading: Reading) -> Condition | Said | Group:
    if isinstance(node, Branch):
        return _group(node, reading)
    condition = indexed_condition_of(node.field, node.value, node.is_negated, reading) if node.field else None
    if numbered := NUMBER.fullmatch(node.word or "") if node.written.startswith("#") else None:
        return Numbered((int(numbered[1]),), node.is_negated)
    return condition or Said(words(node.phrase if node.phrase is not None else node.written), node.is_negated)


def _clauses(written: str) -> list[Clause]:
    """One clause for an address or path, otherwise one for each word ("wi-fi" and "can't" are two); where words are not
    spaced, one for each pair of neighbours.
    """
    parts = words(written)
    if len(parts) > 1 and TOGETHER.search(written):
        return [parts]
    clauses: list[Clause] = []
    for is_unspaced, run in groupby(parts, is_character):
        letters = tuple(run)
        clauses += pairwise(letters) if is_unspaced and len(letters) > 1 else [(letter,) for letter in letters]
    return clauses


def _few(clauses: list[Clause]) -> tuple[Clause, ...]:
    return tuple(clause[:MOST_CLAUSES] for clause in dict.fromkeys(clauses) if clause)[:MOST_CLAUSES]
