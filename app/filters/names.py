"""From names that people type to ids, as far as the asker knows them; what does not exist is refused in its place."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from typing import cast
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app import policy
from app.filters.columns import CUSTOM, TAGS, is_internal
from app.filters.tree import Among, AtRisk, Called, Given, Group, Leaf, Says, Span, Tree
from app.people.person import Organisation, Person
from app.queues.house import House, house_of
from app.sla.horizons import horizons
from core import clock
from core.actor import Actor, Role
from core.events import Category
from search.document import key, milliseconds
from search.filter_text import Contains, FilterText, NotUnderstood, Term, Terms, read_filter
from search.filters import Between, Condition, Named, Numbered, OneOf, Present, Pressing, Reading, is_outside
from search.words import words

MOST_NAMED = 500
"""More people than this of one name are no answer to anybody's question."""

COLUMNS = {
    "created": "created_at",
    "updated": "updated_at",
    "solved": "solved_at",
    "closed": "closed_at",
    "replied": "first_replied_at",
    "waiting": "awaiting_reply_since",
    "due": "due_at",
    "tag": TAGS,
}
STAFF = [role.value for role in Role if role.is_staff]


def tree_of(session: Session, actor: Actor, text: str) -> Tree:
    """What `text` asks, when this actor asks it now; `NotUnderstood` tells what is wrong and where.

    A page asks for the same few again and again: while house and actor are the same, so is a tree that does not move.
    """
    house = house_of(session)
    reader, tree = house.read_filters.get((id(actor), text), (None, None))
    if reader is actor and tree is not None:
        return cast("Tree", tree)
    tree = _Names(session, actor, house).tree(read_filter(text, reading_of(actor, house)))
    if not tree.is_moving:
        house.read_filters[id(actor), text] = actor, tree
    return tree


def tree_of_condition(session: Session, actor: Actor, condition: Condition) -> tuple[Tree, bool]:
    """One condition as a tree that does not negate it, and whether it was negated."""
    leaf = _Names(session, actor, house_of(session)).leaf(Term(replace(condition, is_negated=False), 0, ""))
    return Tree((leaf,), is_moving=True), condition.is_negated


def reading_of(actor: Actor, house: House) -> Reading:
    """What search needs to read a text of this actor's: zone, "me", and the queues by name."""
    return Reading(clock.now(), ZoneInfo(actor.timezone), actor.person_id, queues_by_name(actor, house),
                   actor.scope.masked_fields)  # fmt: skip


def queues_by_name(actor: Actor, house: House) -> dict[str, tuple[UUID, ...]]:
    """The queues that the actor knows, each with those below it: whoever asks for a queue means its branch."""
    branches: dict[UUID, list[UUID]] = defaultdict(list)
    for below in house.queues:
        for above in house.line(below):
            branches[above].append(below)
    known = [place for place in house.queues.values() if policy.knows_queue(actor, place.id)]
    return {key(place.name): tuple(branches[place.id]) for place in known}


def called(actor: Actor, person_ids: Iterable[str], *, is_negated: bool = False) -> Called:
    """Where notes that the actor may read call one of these people."""
    scope = actor.scope
    queues = tuple(sorted(map(str, scope.admin_queue_ids)))
    reader = str(actor.person_id) if actor.person_id else None
    return Called(tuple(person_ids), reader, queues, scope.everything, is_negated)


@dataclass(frozen=True, slots=True)
class _Names:
    session: Session
    actor: Actor
    house: House

    def tree(self, read: FilterText) -> Tree:
        return Tree(tuple(self.leaf(term) for term in read.terms), read.is_moving)

    def leaf(self, term: Term | Terms) -> Leaf:
        """One term with its names turned into ids."""
        if isinstance(term, Terms):
            return Group(tuple(self.leaf(one) for one in term.parts), term.is_any, term.is_negated)
        asked = term.condition
        if is_outside(asked) and not self.actor.scope.internal:
            raise NotUnderstood("Due times and mentions are for colleagues.", term.position)
        if isinstance(asked, Contains):
            return Says(asked.text.lower(), asked.is_negated)
        if isinstance(asked, Present):
            return Given(COLUMNS[asked.field], asked.is_negated)
        if isinstance(asked, Between):
            return Span(COLUMNS.get(asked.field, asked.field), asked.low, asked.high, asked.is_negated)
        if isinstance(asked, Named):
            return self._of_people(f"{asked.field}_id", self._named(asked, term), is_negated=asked.is_negated)
        if isinstance(asked, Pressing):
            return self._at_risk(asked)
        if isinstance(asked, Numbered):
            return Among("number", tuple(map(str, asked.numbers)), asked.is_negated)
        return self._among(asked, term)

    def _of_people(self, column: str, ids: tuple[str, ...], *, is_negated: bool) -> Leaf:
        if column != "mentioned_id":
            return Among(column, ids, is_negated)
        return called(self.actor, ids, is_negated=is_negated)

    def _at_risk(self, asked: Pressing) -> AtRisk:
        near = horizons(self.house.sla, clock.now())
        written = tuple(
            (str(calendar), version, seconds, milliseconds(until)) for calendar, version, seconds, until in near
        )
        return AtRisk(asked.now, written, asked.is_negated)

    def _among(self, asked: OneOf, term: Term) -> Leaf:
        column = COLUMNS.get(asked.field, asked.field)
        if is_internal(column) and not self.actor.scope.internal:
            raise NotUnderstood("Tags and custom fields are for colleagues.", term.position)
        if asked.field == "state":
            return Among("state_id", self._states(asked.values, term), asked.is_negated)
        if asked.field == "category":
            return Among("category", _categories(asked.values, term), asked.is_negated)
        if column == TAGS or column.startswith(CUSTOM) or column in ("channel", "language"):
            return Among(column, tuple(sorted({value.lower() for value in asked.values})), asked.is_negated)
        return self._of_people(column, tuple(sorted(set(asked.values))), is_negated=asked.is_negated)

    def _states(self, names: Collection[str], term: Term) -> tuple[str, ...]:
        """By a state's own name or by what it means, as search does, or by its id."""
        found: set[str] = set()
        for name in names:
            ids = {
                str(state.id)
                for state in self.house.states.values()
                if name in (key(state.name), key(state.category), str(state.id))
            }
            if not ids:
                raise NotUnderstood(f"There is no state {name!r}.", term.position)
            found |= ids
        return tuple(sorted(found))

    def _named(self, asked: Named, term: Term) -> tuple[str, ...]:
        """Whoever has all the words in the name, or in the address as far as the asker may have addresses."""
        people = asked.field != "organisation"
        rows = self._people(asked, _typed(term)) if people else self._organisations(_typed(term))
        found = [row_id for row_id, text in rows if set(asked.words) <= set(words(text))]
        if not found:
            raise NotUnderstood(f"Nobody that you know is called {' '.join(asked.words)!r}.", term.position)
        if len(found) > MOST_NAMED:
            raise NotUnderstood(f"More than {MOST_NAMED} are called so; write more of the name.", term.position)
        return tuple(sorted(map(str, found)))

    def _people(self, asked: Named, typed: Collection[str]) -> Iterable[tuple[UUID, str]]:
        """Colleagues are few and looked at one by one; of customers those whose name or address holds the words."""
        name = col(Person.name)
        email = col(Person.email) if self.actor.scope.sees_addresses else sa.literal("")
        query = sa.select(col(Person.id), name, email).where(policy.person_filter(self.actor))
        if asked.field in ("agent", "mentioned"):
            query = query.where(col(Person.role).in_(STAFF))
        else:
            query = query.where(_holding(lambda word: sa.func.lower(name + " " + email).contains(word), typed))
        return [(row[0], f"{row[1]} {row[2]}") for row in self.session.execute(query.limit(MOST_NAMED * 4))]

    def _organisations(self, typed: Collection[str]) -> Iterable[tuple[UUID, str]]:
        name = col(Organisation.name)
        query = sa.select(col(Organisation.id), name).where(
            policy.organisation_filter(self.actor), _holding(lambda word: sa.func.lower(name).contains(word), typed)
        )
        return [(row[0], row[1]) for row in self.session.execute(query.limit(MOST_NAMED * 4))]


def _typed(term: Term) -> list[str]:
    """The words as they were typed, accents and all: Postgres compares them so."""
    return re.findall(r"[^\W_]+", term.written.partition(":")[2].lower())


def _holding(clause: Callable[[str], sa.ColumnElement[bool]], typed: Collection[str]) -> sa.ColumnElement[bool]:
    """A first sieve in SQL."""
    return sa.and_(sa.true(), *(clause(word) for word in typed))


def _categories(names: Collection[str], term: Term) -> tuple[str, ...]:
    known = {category.value.lower(): category.value for category in Category}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise NotUnderstood(f"There is no category {unknown[0]!r}; there are {', '.join(known)}.", term.position)
    return tuple(sorted({known[name] for name in names}))
