"""From a parsed question and the asker's scope to Tantivy's query objects. No text is ever parsed by Tantivy.

The wall comes first and everything else stands inside it: also the counts that decide how much a word weighs.
"""

from collections.abc import Callable, Sequence

from tantivy import FieldType, Occur, Query

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
from search.query import Clause, SearchQuery
from search.ranking import A_SLIP_AWAY, ALSO, AS_TYPED, BEGINS_SO, RARE, SAME_STEM, TEXT, TITLE, needed, rarity
from search.tantivy_schema import ADDRESS_FIELDS, INTERNAL_FIELDS, PUBLIC_FIELDS, SCHEMA, TITLE_FIELDS
from search.words import edits_allowed, stem

Parts = list[tuple[Occur, Query]]
Count = Callable[[Query], int]
"""How many documents a query finds."""

EVERY = Query.term_query(SCHEMA, "kind", "ticket")
JUMP = 1e6
"""The weight of the ticket whose number was asked for: before everything else."""


def wall(scope: Scope) -> Query:
    """What `scope` covers, as `Scope.covers` has it; it never weighs."""
    if scope.everything:
        return _silent(Query.term_query(SCHEMA, "kind", "ticket"))
    sides = {
        "queue_id": scope.queue_ids,
        "requester_id": scope.requester_ids,
        "organisation_id": scope.organisation_ids,
    }
    inside = [_any_of(field, [str(one) for one in ids]) for field, ids in sides.items() if ids]
    inside += [
        _both(_any_of("queue_id", [str(one) for one in ids]), _any_of(relation.column, [str(scope.person_id)]))
        for relation, ids in scope.related
        if scope.person_id
    ]
    return _silent(_either(inside))


class Plan:
    """One question in Tantivy's terms. `count` tells how many documents a query finds in the commit searched."""

    def __init__(self, query: SearchQuery, scope: Scope, count: Count, *, only_title: bool = False) -> None:
        self._query = query
        self._scope = scope
        others = () if only_title else _texts(scope)
        self._fields = {**dict.fromkeys(TITLE_FIELDS, TITLE), **dict.fromkeys(others, TEXT)}
        self._frame = self._framed()
        self._count = count
        self.misspelt: list[str] = []
        """The wanted words that hardly occur, so that their neighbours are looked for as well."""
        self._words = self._weighed()

    def whole(self, need: int | None = None) -> Query:
        """The frame and, inside it, the words. `need` is how many a ticket must have, if not as many as usual."""
        query = self._query
        weighed: Parts = [(Occur.Should, self._phrase(phrase)) for phrase in query.phrases]
        if self._words:
            least = needed(len(self._words)) if need is None else need
            worded = Query.boolean_query(
                [(Occur.Should, word) for word in self._words], minimum_number_should_match=least
            )
            if query.number is not None:
                number = Query.term_query(SCHEMA, "number", query.number)
                worded = _either([worded, Query.const_score_query(number, JUMP)])
            weighed.append((Occur.Must, worded))
        return Query.boolean_query([*self._frame, *weighed])

    def _framed(self) -> Parts:
        """What must hold whatever the ranking: the wall, the filters, the phrases, the exclusions."""
        frame: Parts = [(Occur.Must, wall(self._scope))]
        for condition in self._query.conditions:
            frame.append(_part(condition, self._scope))
        frame += [(Occur.Must, _silent(self._phrase(phrase))) for phrase in self._query.phrases]
        frame += [(Occur.MustNot, _either(self._as_typed(one) + self._related(one))) for one in self._query.without]
        return frame

    def _weighed(self) -> list[Query]:
        """The wanted words in all their forms, weighed by how rare they are inside the frame."""
        if not self._query.wanted:
            return []
        tickets = self._count(Query.boolean_query(self._frame))
        return [self._word(clause, tickets) for clause in self._query.wanted]

    def _word(self, clause: Clause, tickets: int) -> Query:
        is_begun = clause == (self._query.beginning,)
        forms = self._as_typed(clause) + self._related(clause) + (self._begun(clause) if is_begun else [])
        having = self._within(forms)
        weight = rarity(tickets, having)
        word = [Query.boost_query(form, weight) for form in forms]
        edits = edits_allowed(clause[0]) if len(clause) == 1 else 0
        if having < RARE and edits:
            self.misspelt.append(clause[0])
            near = self._fuzzy(clause[0], edits, A_SLIP_AWAY, is_begun=is_begun)
            near_weight = min(weight, rarity(tickets, self._within(near)))
            word += [Query.boost_query(form, near_weight) for form in near]
        return Query.disjunction_max_query(word, ALSO)

    def _within(self, forms: Sequence[Query]) -> int:
        return self._count(Query.boolean_query([*self._frame, (Occur.Must, _either(forms))]))

    def _phrase(self, phrase: Clause) -> Query:
        return Query.disjunction_max_query(self._as_typed(phrase), ALSO)

    def _as_typed(self, clause: Clause) -> list[Query]:
        """The words in this order, field by field."""
        return [
            Query.const_score_query(_in_order(field, clause), share * AS_TYPED) for field, share in self._fields.items()
        ]

    def _related(self, clause: Clause) -> list[Query]:
        """Words of the same stem, if it is one word."""
        if len(clause) > 1:
            return []
        root = stem(clause[0])
        return [
            Query.const_score_query(Query.term_query(SCHEMA, f"{field}_stem", root), share * SAME_STEM)
            for field, share in self._fields.items()
        ]

    def _begun(self, clause: Clause) -> list[Query]:
        """Words that begin so."""
        return self._fuzzy(clause[0], 0, BEGINS_SO, is_begun=True) if len(clause[0]) > 1 else []

    def _fuzzy(self, word: str, edits: int, weight: float, *, is_begun: bool) -> list[Query]:
        near = {
            field: Query.fuzzy_term_query(SCHEMA, field, word, distance=edits, prefix=is_begun)
            for field in self._fields
        }
        return [Query.const_score_query(near[field], share * weight) for field, share in self._fields.items()]


def _texts(scope: Scope) -> tuple[str, ...]:
    """Where the free words of somebody's question are looked for, but for the title."""
    internal = INTERNAL_FIELDS if scope.internal else ()
    return (*PUBLIC_FIELDS, *internal, *(ADDRESS_FIELDS if scope.sees_addresses else ()))


def _in_any(fields: Sequence[str], word: str) -> Query:
    return _either([Query.term_query(SCHEMA, field, word) for field in fields])


def _in_order(field: str, clause: Clause) -> Query:
    """One word, or several in this order. (Tantivy's phrase query panics on a single word.)"""
    if len(clause) == 1:
        return Query.term_query(SCHEMA, field, clause[0])
    return Query.phrase_query(SCHEMA, field, list(clause))


def _part(condition: Condition | Said | Group, scope: Scope) -> tuple[Occur, Query]:
    occur = Occur.MustNot if condition.is_negated else Occur.Must
    return occur, _silent(_condition(condition, scope))


def _signed(condition: Condition | Said | Group, scope: Scope) -> Query:
    """What must not hold needs something to be taken from."""
    if not condition.is_negated:
        return _condition(condition, scope)
    return Query.boolean_query([(Occur.Must, EVERY), _part(condition, scope)])


def _condition(condition: Condition | Said | Group, scope: Scope) -> Query:
    match condition:
        case Group():
            if condition.is_any:
                return _either([_signed(one, scope) for one in condition.parts])
            return Query.boolean_query([(Occur.Must, _signed(one, scope)) for one in condition.parts])
        case Said():
            return _in_order("title", condition.words) if condition.words else EVERY
        case Present():
            return Query.range_query(SCHEMA, condition.field, FieldType.Integer, lower_bound=-(2**62))
        case Named():
            return Query.boolean_query(
                [(Occur.Must, _in_any(named_in(condition, scope), word)) for word in condition.words]
            )
        case Between():
            return _between(condition)
        case OneOf():
            return _one_of(condition, scope)
        case Numbered():
            return Query.term_set_query(SCHEMA, "number", list(condition.numbers))
        case Pressing():
            raise TypeError("An index cannot tell what is at risk; it is looked up (search.filters.is_outside).")


def _one_of(condition: OneOf, scope: Scope) -> Query:
    if is_internal(condition.field) and not scope.internal:
        return Query.empty_query()
    if condition.field.startswith(CUSTOM):
        return _custom(condition)
    if condition.field == "state":
        return _either([_any_of("state", condition.values), _any_of("category", condition.values)])
    return _any_of(condition.field, condition.values)


def _custom(condition: OneOf) -> Query:
    """The field has one of the values, or (`none`) has none at all."""
    name = condition.field.removeprefix(CUSTOM)
    having = [_any_of("custom", [f"{name}={value}" for value in condition.values if value != NOBODY])]
    if NOBODY in condition.values:
        having.append(Query.boolean_query([(Occur.Must, EVERY), (Occur.MustNot, _any_of("custom", [f"{name}="]))]))
    return _either(having)


def _between(condition: Between) -> Query:
    return Query.range_query(
        SCHEMA,
        condition.field,
        FieldType.Integer,
        lower_bound=condition.low,
        upper_bound=None if condition.high is None else condition.high - 1,
    )


def _any_of(field: str, values: Sequence[str]) -> Query:
    return Query.term_set_query(SCHEMA, field, list(values))


def _either(queries: Sequence[Query]) -> Query:
    return Query.boolean_query([(Occur.Should, query) for query in queries]) if queries else Query.empty_query()


def _both(one: Query, other: Query) -> Query:
    return Query.boolean_query([(Occur.Must, one), (Occur.Must, other)])


def _silent(query: Query) -> Query:
    """The same documents without weight: how rare a queue is in the index must not move anyone's hits."""
    return Query.const_score_query(query, 0.0)
