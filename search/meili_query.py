"""From a parsed question and the asker's scope to Meilisearch's filters and searches.

Its filter language gets values in quotes, escaped; its search box gets words of letters and digits only. The wall is in
every search, also in those that only count.
"""

from collections.abc import Sequence
from typing import Any

from core.actor import Scope
from search.filters import Between, Condition, Named
from search.meili_schema import INTERNAL_FIELDS, LIST, PUBLIC_FIELDS, TITLE_FIELDS
from search.query import Clause, SearchQuery, Sort
from search.words import stem

NOTHING = "kind = nothing"

ORDERS: dict[Sort, list[str]] = {
    Sort.NEWEST: ["updated:desc", "number:desc"],
    Sort.OLDEST: ["updated:asc", "number:asc"],
    Sort.CREATED: ["created:desc", "number:desc"],
}


def wall(scope: Scope) -> str:
    """What `scope` covers, as `Scope.covers` has it."""
    if scope.everything:
        return "kind = ticket"
    sides = {
        "queue_id": scope.queue_ids,
        "requester_id": scope.requester_ids,
        "organisation_id": scope.organisation_ids,
    }
    inside = [_any_of(field, sorted(map(str, ids))) for field, ids in sides.items() if ids]
    return f"({' OR '.join(inside)})" if inside else NOTHING


class Searches:
    """The searches that one question needs, on one index."""

    def __init__(self, index: str, query: SearchQuery, scope: Scope) -> None:
        self._index = index
        self._query = query
        self._wall = wall(scope)
        self._filter = " AND ".join([self._wall, *(_condition(one, scope) for one in query.conditions)])
        self._fields = [*TITLE_FIELDS, *PUBLIC_FIELDS, *(INTERNAL_FIELDS if scope.internal else ())]
        self._frame = [
            *(_quoted(phrase) for phrase in query.phrases),
            *("-" + (_related(clause) if len(clause) == 1 else _quoted(clause)) for clause in query.without),
        ]

    def page(self, limit: int, offset: int) -> dict[str, Any]:
        """Everything inside the frame, in order: for questions without words to weigh."""
        order = ORDERS.get(self._query.sort, [] if self._query.phrases else ORDERS[Sort.NEWEST])
        return self._search(self._frame, limit=limit, offset=offset, sort=order, show=("source",))

    def count(self) -> dict[str, Any]:
        """How many tickets there are inside the frame: the measure of how rare a word is."""
        return self._search(self._frame, limit=0)

    def having(self, clause: Clause, *, in_title: bool = False) -> dict[str, Any]:
        """Tickets with the word or a relative of it, or with several words in this order."""
        return self._list(_related(clause) if len(clause) == 1 else _quoted(clause), in_title)

    def near(self, word: str, *, in_title: bool = False) -> dict[str, Any]:
        """Tickets with a word that lies a slip away."""
        return self._list(word, in_title)

    def beginning(self, word: str, *, in_title: bool = False) -> dict[str, Any]:
        """Tickets with a word that begins so, or nearly so: Meilisearch completes the last word if no space follows."""
        frame = [] if in_title else self._frame
        return self._search([*frame, word], is_complete=False, fields=TITLE_FIELDS if in_title else None)

    def number(self, number: int) -> dict[str, Any]:
        """The ticket of that number."""
        return {**self._search([], limit=1), "filter": f"{self._wall} AND number = {number}"}

    def _list(self, word: str, in_title: bool) -> dict[str, Any]:
        """One word inside the frame. In titles it only adds weight to what was found so, and the frame stays out:
        its phrases and exclusions are about the whole ticket."""
        return self._search([word], fields=TITLE_FIELDS) if in_title else self._search([word, *self._frame])

    def _search(
        self,
        parts: Sequence[str],
        *,
        fields: Sequence[str] | None = None,
        is_complete: bool = True,
        limit: int = LIST,
        offset: int = 0,
        show: Sequence[str] = ("id", "updated", "created", "number"),
        sort: Sequence[str] | None = None,
    ) -> dict[str, Any]:
        order = ORDERS.get(self._query.sort) if sort is None else sort
        return {
            "indexUid": self._index,
            "q": " ".join(parts) + (" " if is_complete else ""),
            "filter": self._filter,
            "matchingStrategy": "all",
            "attributesToSearchOn": list(fields or self._fields),
            "attributesToRetrieve": list(show),
            "limit": limit,
            "offset": offset,
            **({"sort": order} if order else {}),
        }


def titles(index: str, query: SearchQuery, scope: Scope, limit: int) -> list[dict[str, Any]]:
    """The searches behind a suggestion: the ticket of that number, then titles with these words, some if not all."""
    searches = Searches(index, query, scope)
    typed = [" ".join(clause) for clause in query.wanted if clause != (query.beginning,)]
    by_title = searches._search(
        [*typed, *([query.beginning] if query.beginning else [])],
        fields=TITLE_FIELDS,
        is_complete=not query.beginning,
        limit=limit,
        show=("source",),
    )
    numbered = {**searches.number(query.number or 0), "attributesToRetrieve": ["source"]}
    return [numbered, {**by_title, "matchingStrategy": "last"}]


def _condition(condition: Condition, scope: Scope) -> str:
    return f"(NOT {_positive(condition, scope)})" if condition.is_negated else _positive(condition, scope)


def _positive(condition: Condition, scope: Scope) -> str:
    if isinstance(condition, Named):
        return "(" + " AND ".join(f"{condition.field}_words = {_value(word)}" for word in condition.words) + ")"
    if isinstance(condition, Between):
        bounds = [(">=", condition.low), ("<", condition.high)]
        return "(" + " AND ".join(f"{condition.field} {sign} {edge}" for sign, edge in bounds if edge is not None) + ")"
    if condition.field == "tag" and not scope.internal:
        return f"({NOTHING})"
    if condition.field == "state":
        return f"({_any_of('state', condition.values)} OR {_any_of('category', condition.values)})"
    return _any_of(condition.field, condition.values)


def _any_of(field: str, values: Sequence[str]) -> str:
    return f"{field} IN [{', '.join(map(_value, values))}]"


def _value(text: str) -> str:
    """A value in quotes, with what would end them escaped."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _quoted(clause: Clause) -> str:
    """Exactly these words in this order: no slips, no endings."""
    return '"' + " ".join(clause) + '"'


def _related(clause: Clause) -> str:
    """The word or a relative: those whose stem differs from themselves list it beside their words."""
    return _quoted((stem(clause[0]),))
