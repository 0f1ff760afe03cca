"""Our ranking on Meilisearch: one search for each word, weighed and added up here.

Meilisearch itself ranks by how many of the words match, dropping some until enough tickets do; on questions in whole
sentences that finds the right ticket among the first five in three of four cases at best, this in more than nine of
ten (tests/search/test_recall.py).
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from search.meili_query import Searches
from search.meili_schema import LIST
from search.meili_server import Server
from search.query import Clause, SearchQuery, Sort
from search.ranking import A_SLIP_AWAY, ALSO, BEGINS_SO, RARE, SAME_STEM, TEXT, TITLE, needed, rarity, recency
from search.words import edits_allowed

Found = dict[str, Any]
"""One ticket in an answer: id, updated, created, number."""
Answer = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Ids in order; whether they are all; whether none had enough of the words; which words hardly occur."""

    ids: Sequence[str]
    is_exact: bool
    is_relaxed: bool
    misspelt: Sequence[str]


@dataclass(frozen=True, slots=True)
class Listed:
    """What one search said of one wanted word: everywhere, and in titles alone."""

    clause: Clause
    share: float
    anywhere: Answer
    in_title: Answer


def ranked(server: Server, searches: Searches, query: SearchQuery) -> Ranking:
    """The tickets that have enough of the wanted words, in the order that was asked for."""
    lists, tickets, numbered = _first_look(server, searches, query)
    near = _second_look(server, searches, lists)
    lists += near
    weights = _weights(lists, tickets)
    parts: dict[str, dict[Clause, list[float]]] = defaultdict(lambda: defaultdict(list))
    facts: dict[str, Found] = {}
    for listed, weight in zip(lists, weights, strict=True):
        for found in listed.anywhere["hits"]:
            facts[found["id"]] = found
            parts[found["id"]][listed.clause].append(weight * TEXT)
        for found in listed.in_title["hits"]:
            if listed.clause in parts.get(found["id"], ()):
                parts[found["id"]][listed.clause].append(weight * TITLE)
    enough = {one for one, clauses in parts.items() if len(clauses) >= needed(len(query.wanted))}
    is_relaxed = not enough and len(query.wanted) > 1
    scores = {
        one: sum(map(_best_and_also, parts[one].values())) * recency(facts[one]["updated"])
        for one in (parts if is_relaxed else enough)
    }
    for found in numbered["hits"]:
        facts[found["id"]], scores[found["id"]] = found, float("inf")
    is_exact = all(len(listed.anywhere["hits"]) < LIST for listed in lists)
    misspelt = [listed.clause[0] for listed in near]
    return Ranking(_in_order(scores, facts, query.sort), is_exact, is_relaxed and bool(scores), misspelt)


def _first_look(server: Server, searches: Searches, query: SearchQuery) -> tuple[list[Listed], int, Answer]:
    """Every wanted word, how many tickets there are to compare with, and the ticket of the number asked for."""
    asked = [searches.count()]
    for clause in query.wanted:
        asked += [searches.having(clause), searches.having(clause, in_title=True)]
    begins = [query.beginning] if len(query.beginning) > 1 else []
    for word in begins:
        asked += [searches.beginning(word), searches.beginning(word, in_title=True)]
    if query.number is not None:
        asked.append(searches.number(query.number))
    count, *answers = server.ask(asked)
    shares = [(clause, SAME_STEM) for clause in query.wanted] + [((word,), BEGINS_SO) for word in begins]
    lists = _pairs(shares, answers)
    return lists, count["estimatedTotalHits"], answers[-1] if query.number is not None else {"hits": []}


def _second_look(server: Server, searches: Searches, lists: Sequence[Listed]) -> list[Listed]:
    """Words that hardly occur may be misspelt: what lies a slip away from them."""
    having: dict[Clause, int] = defaultdict(int)
    for listed in lists:
        having[listed.clause] = max(having[listed.clause], listed.anywhere["estimatedTotalHits"])
    rare = [one for one, many in having.items() if many < RARE and len(one) == 1 and edits_allowed(one[0])]
    if not rare:
        return []
    asked = [search for (word,) in rare for search in (searches.near(word), searches.near(word, in_title=True))]
    return _pairs([(clause, A_SLIP_AWAY) for clause in rare], server.ask(asked))


def _pairs(shares: Sequence[tuple[Clause, float]], answers: Sequence[Answer]) -> list[Listed]:
    anywhere, in_title = answers[0 : 2 * len(shares) : 2], answers[1 : 2 * len(shares) : 2]
    return [
        Listed(clause, share, everywhere, title)
        for (clause, share), everywhere, title in zip(shares, anywhere, in_title, strict=True)
    ]


def _weights(lists: Sequence[Listed], tickets: int) -> list[float]:
    """What each list's tickets get for being on it; a word that is a slip away never more than the word itself."""
    own: dict[Clause, float] = {}
    weights = []
    for listed in lists:
        weight = rarity(tickets, listed.anywhere["estimatedTotalHits"])
        weight = min(weight, own.setdefault(listed.clause, weight))
        weights.append(weight * listed.share)
    return weights


def _best_and_also(weights: Sequence[float]) -> float:
    best = max(weights)
    return best + ALSO * (sum(weights) - best)


def _in_order(scores: dict[str, float], facts: dict[str, Found], sort: Sort) -> list[str]:
    def newest(one: str) -> tuple[int, int]:
        return facts[one]["updated"], facts[one]["number"]

    if sort is Sort.OLDEST:
        return sorted(scores, key=newest)
    if sort is Sort.CREATED:
        return sorted(scores, key=lambda one: (facts[one]["created"], facts[one]["number"]), reverse=True)
    ordered = sorted(scores, key=newest, reverse=True)
    return ordered if sort is Sort.NEWEST else sorted(ordered, key=lambda one: -scores[one])
