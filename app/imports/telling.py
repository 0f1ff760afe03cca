"""From the moments of a case to its history: which facts each row tells, and what the whole log tells about it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from app.imports.cases import Note, RawCase
from app.imports.ending import Ending, ending
from app.imports.facts import (
    CaseHistory,
    Fact,
    FieldIs,
    Opened,
    OwnerIs,
    PriorityIs,
    QueueIs,
    Record,
    Said,
    StateIs,
    TagsAre,
    TitleIs,
)
from app.imports.map import LogMap, MessageRule, StateValue
from app.imports.moments import Moment, Sorter
from app.imports.names import Known, Names
from app.imports.times import TimeReader
from app.queues.house import State
from core.actor import SYSTEM, Actor, Role


@dataclass(frozen=True, slots=True)
class Told:
    """A case as history (None if no row could be used), and the notes about its rows."""

    history: CaseHistory | None
    notes: list[Note]


class Teller:
    """Tells histories from raw cases, under one map, with the names of one house."""

    def __init__(self, log_map: LogMap, names: Names, now: datetime) -> None:
        self.map = log_map
        self.names = names
        self.times = TimeReader(log_map.time.formats, log_map.time.tzinfo)
        self.sorter = Sorter(log_map, self.times, now)

    def tell(self, case: RawCase) -> Told:
        """One case's history: how it began, what each row changed, how it ended."""
        moments, notes = self.sorter.moments(case)
        if not moments:
            return Told(None, notes)
        created_at = self._created_at(moments[0], case.id, notes)
        records = [*self._beginning(moments[0], created_at, case.id, notes)]
        before: Moment | None = None
        end = ending(moments, created_at, self.map, self.times)
        notes.extend(Note(end.line, case.id, "noted", cause, detail) for cause, detail in end.notes)
        for index, moment in enumerate(moments):
            if end.solved and end.solved.before_index == index:
                records.append(self._derived(end.solved.occurred_at, end.solved.state, end))
            records += (
                Record(moment.occurred_at, self._actor(moment), fact, moment.row.line)
                for fact in self._facts(moment, before)
            )
            before = moment
        if end.solved and end.solved.before_index == len(moments):
            records.append(self._derived(end.solved.occurred_at, end.solved.state, end))
        if end.closed:
            records.append(self._derived(end.closed.occurred_at, end.closed.state, end))
        self._compare_reopens(moments, case.id, notes)
        title = self._title(moments[0]) or case.id
        return Told(CaseHistory(f"{self.map.system}:{case.id}", title, records), notes)

    def _created_at(self, first: Moment, case_id: str, notes: list[Note]) -> datetime:
        """When it was opened; never after its first row."""
        text = first.get(self.map.time.opened)
        opened_at = self.times.read(text)
        if text and opened_at is None:
            told = f"{self.map.time.opened} is {text!r}; the first row's time is taken"
            notes.append(Note(first.row.line, case_id, "noted", "unreadable_opened", told))
        elif opened_at and opened_at > first.occurred_at:
            told = f"opened {text} is after the first row, whose time is taken"
            notes.append(Note(first.row.line, case_id, "noted", "opened_after_first_row", told))
        return min(opened_at or first.occurred_at, first.occurred_at)

    def _beginning(self, first: Moment, created_at: datetime, case_id: str, notes: list[Note]) -> Iterator[Record]:
        is_complete = self._begins_at_the_beginning(first, created_at)
        if not is_complete:
            told = (
                f"the log begins {first.occurred_at - created_at} after the case was opened: earlier changes are lost"
            )
            notes.append(Note(first.row.line, case_id, "noted", "begins_late", told))
        by = self._opener(first, created_at)
        yield Record(created_at, by, self._opened(first, created_at, is_complete), first.row.line)
        is_first = True
        for rule in self.map.message:
            if rule.on == "first" and _matches(rule, first):
                yield Record(created_at, *self._said(rule, first, is_first=is_first), first.row.line)
                is_first = False

    def _begins_at_the_beginning(self, first: Moment, created_at: datetime) -> bool:
        if first.number is not None:
            return first.number <= self.map.time.first_number
        return first.occurred_at - created_at <= timedelta(minutes=self.map.time.complete_within_minutes)

    def _opened(self, first: Moment, created_at: datetime, is_complete: bool) -> Opened:
        requester = self._requester(first)
        organisation = self.map.organisation.read(first.get(self.map.organisation.column))
        return Opened(
            queue_id=self.names.queue(self._queue(first) or self.map.queue.default, created_at),
            state=self._state(self._first_state(first, created_at), created_at),
            channel=(self.map.channel.read(first.get(self.map.channel.column)) or "other")[:20],
            priority=self._priority(first) or self.map.priority.default,
            agent_id=agent.id if (agent := self._agent(first)) else None,
            requester_id=requester.id if requester else None,
            organisation_id=self.names.organisation(organisation, created_at) if organisation else None,
            tags=tuple(self._tags(first)),
            language=(self.map.language.read(first.get(self.map.language.column)) or "")[:16] or None,
            custom={name: value[:1000] for name, column in self.map.custom.items() if (value := first.get(column))},
            history_complete=is_complete,
        )

    def _first_state(self, first: Moment, created_at: datetime) -> StateValue:
        """Between its opening and its first row a case stood in the map's initial state."""
        initial = self.map.state.values[self.map.state.initial] if self.map.state.initial else None
        if first.state and (initial is None or created_at == first.occurred_at):
            return first.state
        return initial or next(value for value in self.map.state.values.values() if value.category.is_unsolved)

    def _facts(self, moment: Moment, before: Moment | None) -> Iterator[Fact]:
        """What this row says that the row before it did not."""
        at = moment.occurred_at
        if before:
            if self._differs(moment, before, self.map.queue.column):
                queue = self._queue(moment) or (
                    self.map.queue.default if self.map.queue.when_empty == "default" else None
                )
                if queue:
                    yield QueueIs(self.names.queue(queue, at))
            if self._differs(moment, before, self.map.agent.column):
                agent = self._agent(moment)
                if agent or self.map.agent.when_empty == "clear":
                    yield OwnerIs(agent.id if agent else None)
            if (priority := self._priority(moment)) and self._differs(moment, before, self.map.priority.column):
                yield PriorityIs(priority)
            for name, column in self.map.custom.items():
                if self._differs(moment, before, column):
                    yield FieldIs(name, (moment.get(column) or "")[:1000] or None)
            if self._differs(moment, before, self.map.tags.column):
                yield TagsAre(frozenset(self._tags(moment)))
            if any(self._differs(moment, before, column) for column in self.map.case.title):
                if title := self._title(moment):
                    yield TitleIs(title)
        for rule in self.map.message:
            if rule.on != "first" and _matches(rule, moment) and _is_news(rule, moment, before):
                yield self._said(rule, moment, is_first=False)[1]
        if moment.state:
            yield StateIs(self._state(moment.state, at))

    @staticmethod
    def _differs(moment: Moment, before: Moment, column: str | None) -> bool:
        return column is not None and moment.row.values[column] != before.row.values[column]

    def _said(self, rule: MessageRule, moment: Moment, *, is_first: bool) -> tuple[Actor, Said]:
        author = self._author(rule, moment)
        body = "\n".join(dict.fromkeys(value for column in rule.body if (value := moment.get(column))))
        return author, Said(
            body=body,
            author_kind=author.kind.value,
            author_id=author.person_id,
            visibility=rule.visibility,
            is_first=is_first,
            is_auto=rule.is_auto,
        )

    def _author(self, rule: MessageRule, moment: Moment) -> Actor:
        person = {"requester": self._requester, "agent": self._agent}.get(rule.author, lambda m: None)(moment)
        return self.names.actor(person) if person else self._actor(moment)

    def _requester(self, moment: Moment) -> Known | None:
        name = moment.get(self.map.requester.column)
        return self.names.person(name, Role.CUSTOMER, moment.occurred_at) if name else None

    def _agent(self, moment: Moment) -> Known | None:
        name = moment.get(self.map.agent.column)
        return self.names.person(name, Role.AGENT, moment.occurred_at, is_certain=True) if name else None

    def _actor(self, moment: Moment) -> Actor:
        name = moment.get(self.map.actor.column)
        if name is None or name in self.map.actor.system:
            return SYSTEM
        is_requester = name == moment.get(self.map.requester.column)
        role = Role.CUSTOMER if is_requester else Role.AGENT
        return self.names.actor(self.names.person(name, role, moment.occurred_at))

    def _opener(self, first: Moment, created_at: datetime) -> Actor:
        opener = first.get(self.map.opener.column)
        if opener and opener not in self.map.opener.system:
            role = Role.CUSTOMER if opener == first.get(self.map.requester.column) else Role.AGENT
            return self.names.actor(self.names.person(opener, role, created_at))
        requester = self._requester(first)
        return self.names.actor(requester) if requester else self._actor(first)

    def _queue(self, moment: Moment) -> str | None:
        value = moment.get(self.map.queue.column)
        return self.map.queue.values.get(value, value) if value else None

    def _priority(self, moment: Moment) -> int | None:
        return self.map.priority.values.get(moment.get(self.map.priority.column) or "")

    def _tags(self, moment: Moment) -> Sequence[str]:
        words = (moment.get(self.map.tags.column) or "").split(self.map.tags.separator)
        return [word for text in words if (word := text.replace(",", " ").strip()[:50].strip())]

    def _title(self, moment: Moment) -> str:
        return " · ".join(dict.fromkeys(value for column in self.map.case.title if (value := moment.get(column))))

    def _state(self, value: StateValue, first_at: datetime) -> State:
        return self.names.state(value.state, value.category, first_at)

    def _derived(self, occurred_at: datetime, state: StateValue, end: Ending) -> Record:
        return Record(occurred_at, SYSTEM, StateIs(self._state(state, occurred_at)), end.line)

    def _compare_reopens(self, moments: Sequence[Moment], case_id: str, notes: list[Note]) -> None:
        column = self.map.state.reopen_count
        counts = [int(text) for moment in moments if (text := moment.get(column)) and text.isdigit()]
        done = [moment.state.category.is_done for moment in moments if moment.state]
        shown = sum(was and not stays for was, stays in pairwise(done))
        if counts and max(counts) - counts[0] != shown and max(counts) != shown:
            told = f"{column} says {max(counts)}, the rows show {shown}; the rows are taken"
            notes.append(Note(moments[-1].row.line, case_id, "noted", "reopens_differ", told))


def _matches(rule: MessageRule, moment: Moment) -> bool:
    for column, wanted in rule.when.items():
        value = moment.get(column)
        if value is None or (wanted != "*" and value not in wanted):
            return False
    return not rule.body or any(moment.get(column) for column in rule.body)


def _is_news(rule: MessageRule, moment: Moment, before: Moment | None) -> bool:
    if rule.on == "every" or before is None:
        return True
    return any(moment.row.values[column] != before.row.values[column] for column in rule.columns)
