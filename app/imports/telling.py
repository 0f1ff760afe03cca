"""From the moments of a case to its history: how it began, what each row changed, how it ended."""

from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise

from app.imports.cases import Note, RawCase
from app.imports.ending import Ending, Filled, ending
from app.imports.facts import CaseHistory, Fact, Opened, Record, StateIs
from app.imports.map import LogMap, MessageRule, StateValue
from app.imports.moments import Moment, Sorter
from app.imports.names import Names
from app.imports.reading import Reading
from app.imports.times import TimeReader
from core.actor import SYSTEM

Watch = tuple[str, Callable[[Moment], Fact | None]]
"""A column, and what a change in it says."""


@dataclass(frozen=True, slots=True)
class Told:
    """A case as history (None if no row could be used), and the notes about its rows."""

    history: CaseHistory | None
    notes: list[Note]


class Teller:
    """Tells histories from raw cases, under one map. `absent` are the optional columns that the file lacks."""

    def __init__(self, log_map: LogMap, names: Names, now: datetime, absent: Set[str] = frozenset()) -> None:
        self.map = log_map
        self.times = TimeReader(log_map.time.formats, log_map.time.tzinfo)
        self.sorter = Sorter(log_map, self.times, now)
        self.reading = Reading(log_map, names)
        self.latest = now
        self._watched = [watch for watch in self._watches() if watch[0] not in absent]
        rules = [rule for rule in log_map.message if not rule.body or set(rule.body) - absent]
        self._first_rules = [rule for rule in rules if rule.on == "first"]
        self._later_rules = [rule for rule in rules if rule.on != "first"]

    def tell(self, case: RawCase) -> Told:
        """One case's history, and what there is to say about its rows."""
        moments, notes = self.sorter.moments(case)
        if not moments:
            return Told(None, notes)
        created_at = self._created_at(moments[0], case.id, notes)
        end = ending(moments, created_at, self.latest, self.map, self.times)
        records = [*self._beginning(moments[0], created_at, case.id, notes)]
        before: Moment | None = None
        for index, moment in enumerate(moments):
            if end.solved and end.solved.before_index == index:
                records.append(self._filled(end.solved, end))
            records += self._row(moment, before)
            before = moment
        records += [self._filled(gap, end) for gap in end.after(len(moments))]
        notes += (Note(end.line, case.id, "noted", cause, detail) for cause, detail in end.notes)
        self._compare_reopens(moments, case.id, notes)
        title = self.reading.title(moments[0]) or case.id
        return Told(CaseHistory(f"{self.map.system}:{case.id}", title, records), notes)

    def _watches(self) -> Iterator[Watch]:
        read = self.reading
        for column, fact in (
            (self.map.queue.column, read.queue_fact),
            (self.map.agent.column, read.owner_fact),
            (self.map.priority.column, read.priority_fact),
            (self.map.tags.column, read.tags_fact),
        ):
            if column:
                yield column, fact
        for name, column in self.map.custom.items():
            yield column, partial(read.field_fact, name, column)
        for column in self.map.case.title:
            yield column, read.title_fact

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
        opened = self._opened(first, created_at, is_complete=is_complete)
        yield Record(created_at, self.reading.opener(first), opened, first.row.line)
        is_first = True
        for rule in self._first_rules:
            if _matches(rule, first):
                author = self.reading.author(rule, first)
                said = self.reading.said(rule, first, author, is_first=is_first)
                yield Record(created_at, author, said, first.row.line)
                is_first = False

    def _begins_at_the_beginning(self, first: Moment, created_at: datetime) -> bool:
        if first.number is not None:
            return first.number <= self.map.time.first_number
        return first.occurred_at - created_at <= timedelta(minutes=self.map.time.complete_within_minutes)

    def _opened(self, first: Moment, created_at: datetime, *, is_complete: bool) -> Opened:
        read = self.reading
        requester, agent, organisation = read.requester(first), read.agent(first), read.organisation(first)
        return Opened(
            queue_id=read.names.queue(read.queue(first) or self.map.queue.default, created_at),
            state=read.state(self._first_state(first, created_at), created_at),
            channel=read.channel(first),
            priority=read.priority(first) or self.map.priority.default,
            agent_id=agent.id if agent else None,
            requester_id=requester.id if requester else None,
            organisation_id=read.names.organisation(organisation, created_at) if organisation else None,
            tags=tuple(read.tags(first)),
            language=read.language(first),
            custom=read.custom(first),
            history_complete=is_complete,
        )

    def _first_state(self, first: Moment, created_at: datetime) -> StateValue:
        """Between its opening and its first row a case stood in the map's initial state."""
        initial = self.map.state.values[self.map.state.initial] if self.map.state.initial else None
        if first.state and (initial is None or created_at == first.occurred_at):
            return first.state
        return initial or next(value for value in self.map.state.values.values() if value.category.is_unsolved)

    def _row(self, moment: Moment, before: Moment | None) -> list[Record]:
        """What this row says that the row before it did not."""
        at, line = moment.occurred_at, moment.row.line
        facts = self._facts(moment, before) if before else []
        records = [Record(at, self.reading.actor(moment), fact, line) for fact in facts if fact]
        for rule in self._later_rules:
            if _matches(rule, moment) and _is_news(rule, moment, before):
                author = self.reading.author(rule, moment)
                records.append(Record(at, author, self.reading.said(rule, moment, author, is_first=False), line))
        if moment.state and (before is None or moment.state is not before.state):
            records.append(Record(at, self.reading.actor(moment), StateIs(self.reading.state(moment.state, at)), line))
        return records

    def _facts(self, moment: Moment, before: Moment) -> list[Fact | None]:
        now, then, layout = moment.row.cells, before.row.cells, moment.row.layout
        return [fact(moment) for column, fact in self._watched if now[layout[column]] != then[layout[column]]]

    def _filled(self, gap: Filled, end: Ending) -> Record:
        return Record(gap.occurred_at, SYSTEM, StateIs(self.reading.state(gap.state, gap.occurred_at)), end.line)

    def _compare_reopens(self, moments: Sequence[Moment], case_id: str, notes: list[Note]) -> None:
        column = self.map.state.reopen_count
        counts = [int(text) for moment in moments if (text := moment.get(column)) and text.isdigit()] if column else []
        if not counts:
            return
        done = [moment.state.category.is_done for moment in moments if moment.state]
        shown = sum(was and not stays for was, stays in pairwise(done))
        if shown not in (max(counts), max(counts) - counts[0]):
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
    return any(moment.get(column) != before.get(column) for column in rule.columns)
