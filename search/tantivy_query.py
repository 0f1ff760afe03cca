"""From a parsed question and the asker's scope to Tantivy's query objects. No text is ever parsed by Tantivy.

The wall comes first and everything else stands inside it: also the counts that decide how much a word weighs.
"""

from collections.abc import Callable, Sequence

from tantivy import FieldType, Occur, Query

from core.actor import Scope
from search.filters import Between, Condition, Named, OneOf
from search.query import Clause, SearchQuery
from search.ranking import A_SLIP_AWAY, ALSO, AS_TYPED, BEGINS_SO, RARE, SAME_STEM, TEXT, TITLE, needed, rarity
from search.tantivy_schema import INTERNAL_FIELDS, PUBLIC_FIELDS, SCHEMA, TITLE_FIELDS
from search.words import edits_allowed, stem

Parts = list[tuple[Occur, Query]]
Count = Callable[[Query], int]
"""How many documents a query finds."""

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
    return _silent(_either(inside))


def compiled(
    query: SearchQuery, scope: Scope, count: Count, *, only_title: bool = False, need: int | None = None
) -> Query:
    """The whole question. `need` is how many of its words a ticket must have, if not as many as usual."""
    return _Compiler(query, scope, count, only_title).whole(need)


class _Compiler:
    def __init__(self, query: SearchQuery, scope: Scope, count: Count, only_title: bool) -> None:
        self._query = query
        self._scope = scope
        others = () if only_title else (*PUBLIC_FIELDS, *(INTERNAL_FIELDS if scope.internal else ()))
        self._fields = {**dict.fromkeys(TITLE_FIELDS, TITLE), **dict.fromkeys(others, TEXT)}
        self._base = self._frame()
        self._count = count
        self._tickets = count(Query.boolean_query(self._base))

    def whole(self, need: int | None) -> Query:
        """The frame, and inside it the words, weighed; a ticket of the number asked for needs none of them."""
        query = self._query
        weighed: Parts = [(Occur.Should, self._phrase(phrase)) for phrase in query.phrases]
        if query.wanted:
            words: Parts = [(Occur.Should, self._word(clause)) for clause in query.wanted]
            least = needed(len(words)) if need is None else need
            worded = Query.boolean_query(words, minimum_number_should_match=least)
            if query.number is not None:
                number = Query.term_query(SCHEMA, "number", query.number)
                worded = _either([worded, Query.const_score_query(number, JUMP)])
            weighed.append((Occur.Must, worded))
        return Query.boolean_query([*self._base, *weighed])

    def _frame(self) -> Parts:
        """What must hold whatever the ranking: the wall, the filters, the phrases, the exclusions."""
        frame: Parts = [(Occur.Must, wall(self._scope))]
        for condition in self._query.conditions:
            occur = Occur.MustNot if condition.is_negated else Occur.Must
            frame.append((occur, _silent(_condition(condition, self._scope))))
        for phrase in self._query.phrases:
            frame.append((Occur.Must, _silent(_either(self._forms(phrase, 1.0, as_typed=True)))))
        for clause in self._query.without:
            frame.append((Occur.MustNot, _either(self._forms(clause, 1.0))))
        return frame

    def _within(self, forms: Sequence[Query]) -> int:
        return self._count(Query.boolean_query([*self._base, (Occur.Must, _either(forms))]))

    def _phrase(self, phrase: Clause) -> Query:
        return Query.disjunction_max_query(
            self._forms(phrase, rarity(self._tickets, self._tickets), as_typed=True), ALSO
        )

    def _word(self, clause: Clause) -> Query:
        """A wanted word in all forms that count; how rare each is, is counted inside the frame."""
        forms = self._forms(clause, 1.0)
        if clause == (self._query.beginning,):
            forms += self._beginnings(clause[0], 1.0)
        having = self._within(forms)
        weight = rarity(self._tickets, having)
        forms = self._forms(clause, weight)
        if clause == (self._query.beginning,):
            forms += self._beginnings(clause[0], weight)
        edits = edits_allowed(clause[0]) if len(clause) == 1 else 0
        if having < RARE and edits:
            near = self._near(clause, edits, 1.0)
            forms += self._near(clause, edits, min(weight, rarity(self._tickets, self._within(near))))
        return Query.disjunction_max_query(forms, ALSO)

    def _forms(self, clause: Clause, weight: float, *, as_typed: bool = False) -> list[Query]:
        """The clause as typed and, if it is one word (and `as_typed` is not asked for), its stem, field by field."""
        forms = []
        for field, share in self._fields.items():
            forms.append(Query.const_score_query(_in_order(field, clause), weight * share * AS_TYPED))
            if len(clause) == 1 and not as_typed:
                related = Query.term_query(SCHEMA, f"{field}_stem", stem(clause[0]))
                forms.append(Query.const_score_query(related, weight * share * SAME_STEM))
        return forms

    def _beginnings(self, word: str, weight: float) -> list[Query]:
        if len(word) < 2:
            return []
        return self._fuzzy(word, 0, weight * BEGINS_SO, is_beginning=True)

    def _near(self, clause: Clause, edits: int, weight: float) -> list[Query]:
        return self._fuzzy(clause[0], edits, weight * A_SLIP_AWAY, is_beginning=clause == (self._query.beginning,))

    def _fuzzy(self, word: str, edits: int, weight: float, *, is_beginning: bool) -> list[Query]:
        return [
            Query.const_score_query(
                Query.fuzzy_term_query(SCHEMA, field, word, distance=edits, prefix=is_beginning), weight * share
            )
            for field, share in self._fields.items()
        ]


def _in_order(field: str, clause: Clause) -> Query:
    """One word, or several in this order. (Tantivy's phrase query panics on a single word.)"""
    if len(clause) == 1:
        return Query.term_query(SCHEMA, field, clause[0])
    return Query.phrase_query(SCHEMA, field, list(clause))


def _condition(condition: Condition, scope: Scope) -> Query:
    if isinstance(condition, Named):
        return Query.boolean_query(
            [(Occur.Must, Query.term_query(SCHEMA, condition.field, word)) for word in condition.words]
        )
    if isinstance(condition, Between):
        return _between(condition)
    return _one_of(condition, scope)


def _one_of(condition: OneOf, scope: Scope) -> Query:
    if condition.field == "tag" and not scope.internal:
        return Query.empty_query()
    if condition.field == "state":
        return _either([_any_of("state", condition.values), _any_of("category", condition.values)])
    return _any_of(condition.field, condition.values)


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


def _silent(query: Query) -> Query:
    """The same documents without weight: how rare a queue is in the index must not move anyone's hits."""
    return Query.const_score_query(query, 0.0)
