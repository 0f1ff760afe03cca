"""From a parsed question and the asker's scope to Meilisearch's filters and searches.

Its filter language gets values in quotes, escaped; its search box gets words of letters and digits only. The wall is in
every search, also in those that only count.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.actor import Scope
from search.document import NOBODY
from search.filters import (
    CUSTOM,
    Between,
    Condition,
    Group,
    Named,
    Numbered,
    OneOf,
    Present,
    Pressing,
    Said,
    is_internal,
    named_in,
)
from search.meili_schema import ADDRESS_FIELDS, INTERNAL_FIELDS, PUBLIC_FIELDS, TITLE_FIELDS
from search.query import Clause, SearchQuery, Sort
from search.words import stem

NOTHING = "kind = nothing"
EVERY = "kind = ticket"

ORDERS: dict[Sort, list[str]] = {
    Sort.NEWEST: ["updated:desc", "number:desc"],
    Sort.OLDEST: ["updated:asc", "number:asc"],
    Sort.CREATED: ["created:desc", "number:desc"],
}

SHORTEST_BEGINNING = 4
"""Letters that a stem needs to stand for a word that is still being typed: "use" would begin too much for "using"."""


@dataclass(frozen=True, slots=True)
class Form:
    """One way to look for a wanted word: what goes into the search box for it."""

    clause: Clause
    text: str
    is_begun: bool = False
    """Whether words that only begin so count: Meilisearch completes the last word if no space follows it."""


def exact(clause: Clause) -> Form:
    """The word or a relative of it (those whose stem differs list it beside their words), or words in this order."""
    return Form(clause, _quoted((stem(clause[0]),) if len(clause) == 1 else clause))


def begun(clause: Clause) -> Form:
    """What begins so, as far as that can be told."""
    root = stem(clause[0])
    if root == clause[0] or len(root) >= SHORTEST_BEGINNING:
        return Form(clause, root, is_begun=True)
    return exact(clause)


def near(clause: Clause, *, is_begun: bool) -> Form:
    """Words that lie a slip away."""
    return Form(clause, clause[0], is_begun)


def wall(scope: Scope) -> str:
    """What `scope` covers, as `Scope.covers` has it."""
    if scope.everything:
        return EVERY
    sides = {
        "queue_id": scope.queue_ids,
        "requester_id": scope.requester_ids,
        "organisation_id": scope.organisation_ids,
    }
    inside = [_any_of(field, sorted(map(str, ids))) for field, ids in sides.items() if ids]
    inside += [
        f"({_any_of('queue_id', sorted(map(str, ids)))} AND {relation.column} = {_value(str(scope.person_id))})"
        for relation, ids in scope.related
        if scope.person_id
    ]
    return f"({' OR '.join(inside)})" if inside else NOTHING


class Searches:
    """The searches that one question needs, on one index."""

    def __init__(self, index: str, query: SearchQuery, scope: Scope) -> None:
        self._index = index
        self._query = query
        self._wall = wall(scope)
        self._filter = " AND ".join([self._wall, *(_condition(one, scope) for one in query.conditions)])
        internal = INTERNAL_FIELDS if scope.internal else ()
        addresses = ADDRESS_FIELDS if scope.sees_addresses else ()
        self.fields = [*TITLE_FIELDS, *PUBLIC_FIELDS, *internal, *addresses]
        self._frame = [
            *(_quoted(phrase) for phrase in query.phrases),
            *(f"-{exact(clause).text}" for clause in query.without),
        ]

    def among(
        self, forms: Sequence[Form] = (), *, limit: int = 0, offset: int = 0, show: Sequence[str] = ("id",)
    ) -> dict[str, Any]:
        """Tickets inside the frame that have all of `forms`; with no limit given they are only counted."""
        last = [form.text for form in forms if form.is_begun]
        parts = [*(form.text for form in forms if not form.is_begun), *self._frame, *last]
        order = [] if self._query.is_ranked else ORDERS.get(self._query.sort, ORDERS[Sort.NEWEST])
        return {
            "indexUid": self._index,
            "q": " ".join(parts) + ("" if last else " "),
            "filter": self._filter,
            "matchingStrategy": "all",
            "attributesToSearchOn": self.fields,
            "attributesToRetrieve": list(show),
            "limit": limit,
            "offset": offset,
            **({"sort": order} if order else {}),
        }

    def number(self, show: Sequence[str]) -> dict[str, Any]:
        """The ticket of the number that was asked for."""
        search = self.among(limit=1, show=show)
        return {**search, "q": "", "filter": f"{self._wall} AND number = {self._query.number or 0}"}

    def titles(self, limit: int) -> dict[str, Any]:
        """Titles with these words, the last of them perhaps only begun; with some of them if none has all."""
        typed = [" ".join(clause) for clause in self._query.wanted if clause != (self._query.beginning,)]
        asked = " ".join([*typed, self._query.beginning])
        search = self.among(limit=limit, show=("source",))
        return {**search, "q": asked, "attributesToSearchOn": list(TITLE_FIELDS), "matchingStrategy": "last"}


def _condition(condition: Condition | Said | Group, scope: Scope) -> str:
    return f"(NOT {_positive(condition, scope)})" if condition.is_negated else _positive(condition, scope)


def _positive(condition: Condition | Said | Group, scope: Scope) -> str:
    match condition:
        case Group():
            joint = " OR " if condition.is_any else " AND "
            return "(" + joint.join(_condition(one, scope) for one in condition.parts) + ")"
        case Said():
            return "(" + (" AND ".join(f"title_words = {_value(word)}" for word in condition.words) or EVERY) + ")"
        case Present():
            return f"({condition.field} EXISTS)"
        case Named():
            fields = named_in(condition, scope)
            return "(" + " AND ".join(_in_any(fields, word) for word in condition.words) + ")"
        case Between():
            bounds = [(">=", condition.low), ("<", condition.high)]
            return (
                "("
                + " AND ".join(f"{condition.field} {sign} {edge}" for sign, edge in bounds if edge is not None)
                + ")"
            )
        case OneOf():
            return _one_of(condition, scope)
        case Numbered():
            return f"number IN [{', '.join(map(str, condition.numbers))}]"
        case Pressing():
            raise TypeError("An index cannot tell what is at risk; it is looked up (search.filters.is_outside).")


def _one_of(condition: OneOf, scope: Scope) -> str:
    if is_internal(condition.field) and not scope.internal:
        return f"({NOTHING})"
    if condition.field.startswith(CUSTOM):
        return _custom(condition)
    if condition.field == "state":
        return f"({_any_of('state', condition.values)} OR {_any_of('category', condition.values)})"
    return _any_of(condition.field, condition.values)


def _custom(condition: OneOf) -> str:
    """The field has one of the values, or (`none`) has none at all."""
    name = condition.field.removeprefix(CUSTOM)
    having = _any_of("custom", [f"{name}={value}" for value in condition.values if value != NOBODY])
    return f"({having} OR NOT custom = {_value(f'{name}=')})" if NOBODY in condition.values else having


def _in_any(fields: Sequence[str], word: str) -> str:
    return "(" + " OR ".join(f"{field}_words = {_value(word)}" for field in fields) + ")"


def _any_of(field: str, values: Sequence[str]) -> str:
    return f"{field} IN [{', '.join(map(_value, values))}]"


def _value(text: str) -> str:
    """A value in quotes, with what would end them escaped."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _quoted(clause: Clause) -> str:
    """Exactly these words in this order: no slips, no endings."""
    return '"' + " ".join(clause) + '"'
