"""Our ranking on Meilisearch, for questions with words to weigh.

One or two words must all occur, and Meilisearch ranks and pages them itself. Of longer questions it would drop words
until enough tickets match; on whole sentences that finds the right ticket among the first five in three of four cases
at best. So the tickets that have two of the rarest words are fetched, pair by pair, and weighed here as Tantivy's are;
that finds it in more than nine of ten (tests/search/test_recall.py). Counting costs the server little, fetching much.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any

from search.matcher import Matcher
from search.meili_query import Form, Searches, begun, exact, near
from search.meili_server import Server
from search.query import Clause, SearchQuery, Sort
from search.ranking import A_SLIP_AWAY, ALSO, RARE, TEXT, TITLE, needed, rarity, recency
from search.words import edits_allowed

RAREST = 6
"""So many of a long question's words choose which tickets are weighed; all words weigh them."""
FROM_EACH = 30
"""Tickets that are weighed from each pair of words."""

Row = dict[str, Any]
"""What is fetched of a ticket to weigh it: its words, field by field, and when it changed."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """The ids of a page in order, how many there are in all, and how the question was taken."""

    ids: Sequence[str]
    total: int
    misspelt: Sequence[str]
    is_exact: bool = True
    is_relaxed: bool = False


@dataclass(frozen=True, slots=True)
class Counted:
    """How many tickets there are inside the frame, and how many have each form of each wanted word (never none)."""

    tickets: int
    having: dict[Form, int]
    misspelt: Sequence[str]

    def forms(self, clause: Clause) -> list[Form]:
        return [form for form in self.having if form.clause == clause]


def ranked(server: Server, searches: Searches, query: SearchQuery, limit: int, offset: int) -> Ranked:
    """A page of the tickets that have enough of the wanted words, in the order that was asked for."""
    counted = _count(server, searches, query)
    forms = [counted.forms(clause) for clause in query.wanted]
    need = needed(len(query.wanted))
    if need == len(query.wanted) and query.number is None and all(len(some) == 1 for some in forms):
        found = server.ask([searches.among([form for (form,) in forms], limit=limit, offset=offset)])[0]
        if found["estimatedTotalHits"]:
            ids = [hit["id"] for hit in found["hits"]]
            return Ranked(ids, found["estimatedTotalHits"], counted.misspelt)
    return _weighed(server, searches, query, counted, slice(offset, offset + limit))


def _count(server: Server, searches: Searches, query: SearchQuery) -> Counted:
    """Count every wanted word; those that hardly occur may be misspelt, so their neighbours are counted as well."""
    first = [begun(clause) if clause == (query.beginning,) else exact(clause) for clause in query.wanted]
    everything, *counts = server.ask([searches.among(), *(searches.among([form]) for form in first)])
    having = {form: int(count["estimatedTotalHits"]) for form, count in zip(first, counts, strict=True)}
    rare = [
        form.clause
        for form, many in having.items()
        if many < RARE and len(form.clause) == 1 and edits_allowed(form.clause[0])
    ]
    if rare:
        slips = [near(clause, is_begun=clause == (query.beginning,)) for clause in rare]
        counts = server.ask([searches.among([form]) for form in slips])
        having |= {form: int(count["estimatedTotalHits"]) for form, count in zip(slips, counts, strict=True)}
    present = {form: many for form, many in having.items() if many}
    return Counted(everything["estimatedTotalHits"], present, [clause[0] for clause in rare])


def _weighed(server: Server, searches: Searches, query: SearchQuery, counted: Counted, page: slice) -> Ranked:
    need = needed(len(query.wanted))
    show = ["id", "updated", "created", "number", *searches.fields]
    numbered = server.ask([searches.number(show)])[0]["hits"] if query.number is not None else []
    rows, is_exact = _fetch(server, searches, counted, need, show)
    is_relaxed = not rows and need > 1
    if is_relaxed:
        rows, is_exact = _fetch(server, searches, counted, 1, show)
    scores = _scores(rows, query, counted)
    for row in numbered:
        rows[row["id"]], scores[row["id"]] = row, float("inf")
    ids = _in_order(rows, scores, query.sort)
    return Ranked(ids[page], len(ids), counted.misspelt, is_exact, is_relaxed and bool(ids))


def _fetch(
    server: Server, searches: Searches, counted: Counted, need: int, show: Sequence[str]
) -> tuple[dict[str, Row], bool]:
    """The tickets to weigh, and whether they are all that there are."""
    clauses = sorted({form.clause for form in counted.having}, key=lambda one: _commonness(counted, one))
    groups = list(_groups(counted, clauses[:RAREST], need))
    each = FROM_EACH if need > 1 else FROM_EACH * RAREST
    answers = server.ask([searches.among(group, limit=each, show=show) for group in groups]) if groups else []
    rows = {hit["id"]: hit for answer in answers for hit in answer["hits"]}
    is_all = all(len(answer["hits"]) == answer["estimatedTotalHits"] for answer in answers)
    return rows, is_all and len(clauses) <= RAREST


def _commonness(counted: Counted, clause: Clause) -> int:
    return max(counted.having[form] for form in counted.forms(clause))


def _groups(counted: Counted, clauses: Sequence[Clause], need: int) -> Iterator[Sequence[Form]]:
    """Every choice of `need` words, each in every form."""
    for chosen in combinations(clauses, need):
        yield from product(*(counted.forms(clause) for clause in chosen))


def _scores(rows: dict[str, Row], query: SearchQuery, counted: Counted) -> dict[str, float]:
    """What each ticket is worth: per wanted word its best place, and something for the second-best."""
    matcher = Matcher(query, counted.misspelt)
    weights = {form: rarity(counted.tickets, many) for form, many in counted.having.items()}
    own = {clause: max((weights[form] for form in counted.forms(clause)), default=0.0) for clause in query.wanted}
    slips = {clause: min((weights[form] for form in counted.forms(clause)), default=0.0) for clause in query.wanted}
    scores = {}
    for one, row in rows.items():
        title, text = _likeness(row.get("title"), matcher, query), _likeness(_text(row), matcher, query)
        score = 0.0
        for clause in query.wanted:
            places = [
                likeness * share * (slips if likeness == A_SLIP_AWAY else own)[clause]
                for likeness, share in ((title.get(clause, 0.0), TITLE), (text.get(clause, 0.0), TEXT))
            ]
            score += max(places) + ALSO * min(places)
        scores[one] = score * recency(row["updated"])
    return scores


def _text(row: Row) -> list[str]:
    """Everything but the title that may be looked at; what may not was not fetched."""
    return [*row.get("public", ()), *row.get("internal", ())]


def _likeness(values: Sequence[str] | None, matcher: Matcher, query: SearchQuery) -> dict[Clause, float]:
    """How closely a field answers each wanted word."""
    best: dict[Clause, float] = {}
    for word in set(" ".join(values or ()).split()):
        if likeness := matcher(word):
            asked, share = likeness
            best[asked,] = max(best.get((asked,), 0.0), share)
    together = [clause for clause in query.wanted if len(clause) > 1]
    for clause in together:
        if any(f" {' '.join(clause)} " in f" {value} " for value in values or ()):
            best[clause] = 1.0
    return best


def _in_order(rows: dict[str, Row], scores: dict[str, float], sort: Sort) -> list[str]:
    def newest(one: str) -> tuple[int, int]:
        return rows[one]["updated"], rows[one]["number"]

    if sort is Sort.OLDEST:
        return sorted(scores, key=newest)
    if sort is Sort.CREATED:
        return sorted(scores, key=lambda one: (rows[one]["created"], rows[one]["number"]), reverse=True)
    ordered = sorted(scores, key=newest, reverse=True)
    return ordered if sort is Sort.NEWEST else sorted(ordered, key=lambda one: -scores[one])
