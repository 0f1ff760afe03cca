"""A ticket's conversation: messages as written, and between them what happened, told in sentences."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.db import Ready
from app.fields.masks import told_payload
from app.files.answers import FileAnswer
from app.files.seeing import files_of
from app.mentions.mine import called_in
from app.policy import messages_for
from app.queues.house import House
from app.tickets.shown import readable, shown_in
from app.tickets.ticket import Message, Ticket
from app.web.around import Around
from app.web.sentences import SPOKEN, Names, sentence
from core.actor import Scope
from core.events import Assigned, Event, FieldChanged, Mentioned, MessageAdded, TicketCreated, Unwatched, Watched
from core.ledger import Envelope, history
from core.upcasters import read_event

NAMED = Ready("select id, name from person where id = any(%(ids)s)")
MOST_KEPT = 1_000
SHOWN_LAST = 12
FOLD_FROM = 20
"""A thread longer than this shows its first entry and the last few; the rest opens with one click."""
TOGETHER = timedelta(seconds=90)
"""What one person did within this time is one line."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the thread: a message (`body` set) or something that happened (`words`)."""

    kind: str
    who: str
    words: str
    instant: datetime
    version: int
    actor_id: UUID | None = None
    id: UUID | None = None
    body: str = ""
    visibility: str = "public"
    author_kind: str = ""
    channel: str = ""
    is_auto: bool = False
    folded: tuple["Entry", ...] = ()
    files: tuple[FileAnswer, ...] = ()
    called: tuple[str, ...] = ()
    """The names of those whom a note calls."""
    calls: tuple[UUID, ...] = ()
    """Those of them who have not seen it."""


def thread(session: Session, ticket: Ticket, house: House, scope: Scope, has: Around | None = None) -> list[Entry]:
    """The whole conversation that this scope may read, oldest first. Customers see no events, only messages.

    `has`: what a look around found, if there was one; what is not there is then not asked for.
    """
    told = [(envelope, _worded(read_event(envelope.kind, envelope.schema_version, payload), house))
            for envelope in history(session, ticket.id)
            if (payload := told_payload(scope, ticket.queue_id, envelope.kind, envelope.payload)) is not None
            ]  # fmt: skip
    is_plain = has is not None and not has.merged and not has.moved
    messages = _own_messages(session, ticket, scope) if is_plain else _messages(session, ticket, scope)
    names = _names(session, house, told, messages.values())

    def name(thing_id: UUID) -> str:
        return names.get(thing_id, "somebody")

    entries = [entry for pair in told if (entry := _entry(*pair, messages, name, scope))]
    own = {entry.id for entry in entries if entry.id}
    if others := [_written(row, name, version=0) for row in messages.values() if row.id not in own]:
        entries = sorted([*entries, *others], key=lambda entry: entry.instant)
    joined = _joined(entries)
    if not (is_plain and has and not has.files):
        joined = _with_files(session, joined)
    return _with_names(session, joined, scope)


def _with_names(session: Session, entries: Sequence[Entry], scope: Scope) -> list[Entry]:
    """Each note with whom it calls."""
    notes = [entry.id for entry in entries if entry.id and entry.visibility != "public" and "@" in entry.body]
    found = called_in(session, notes) if scope.internal else {}
    return [
        replace(
            entry,
            called=tuple(name for _, name, _ in found[entry.id]),
            calls=tuple(person_id for person_id, _, seen_at in found[entry.id] if not seen_at),
        )
        if entry.id in found
        else entry
        for entry in entries
    ]


def _worded(event: Event, house: House) -> Event:
    """A custom field's change with the label and the words that people know it by."""
    known = house.fields.get(event.field) if isinstance(event, FieldChanged) else None
    if known is None or not isinstance(event, FieldChanged):
        return event
    words = {"field": known.label, "value": known.words(event.value) if event.value else event.value}
    return event.model_copy(update=words)


def _with_files(session: Session, entries: Sequence[Entry]) -> list[Entry]:
    """Each message with what came along with it."""
    files = files_of(session, [entry.id for entry in entries if entry.id])
    if not files:
        return list(entries)
    told = {message_id: tuple(FileAnswer.of(*file) for file in found) for message_id, found in files.items()}
    return [replace(entry, files=told[entry.id]) if entry.id in told else entry for entry in entries]


def folded(entries: Sequence[Entry]) -> list[Entry]:
    """A long thread with its middle folded away."""
    if len(entries) <= FOLD_FROM:
        return list(entries)
    middle = tuple(entries[1:-SHOWN_LAST])
    count = sum(entry.kind == "message" for entry in middle)
    words = f"Show {len(middle)} earlier entries" + (f", {count} of them messages" if count else "")
    return [entries[0], replace(middle[0], kind="fold", words=words, folded=middle), *entries[-SHOWN_LAST:]]


def _entry(envelope: Envelope, event: Event, messages: Mapping[UUID, Any], name: Names, scope: Scope) -> Entry | None:
    if isinstance(event, MessageAdded):
        return _said(envelope, event, messages, name)
    if isinstance(event, Mentioned) and event.message_id not in messages:
        return None
    words = sentence(event, name, envelope.actor_id) if scope.internal else ""
    if not words:
        return None
    return Entry("happened", _who(envelope, name), words, envelope.occurred_at, envelope.ticket_version or 0,
                 envelope.actor_id)  # fmt: skip


def _said(envelope: Envelope, event: MessageAdded, messages: Mapping[UUID, Any], name: Names) -> Entry | None:
    row = messages.get(event.message_id)
    return _written(row, name, version=envelope.ticket_version or 0) if row else None


def _written(row: Any, name: Names, *, version: int) -> Entry:
    """A message. `version` is 0 if it was written on another ticket, which this one shows too."""
    who = (
        name(row.author_id)
        if row.author_id
        else {"end_user": "Customer", "agent": "An agent"}.get(row.author_kind, "Clearqueue")
    )
    return Entry(
        kind="message",
        who=who,
        words=SPOKEN[row.visibility],
        instant=row.created_at,
        version=version,
        actor_id=row.author_id,
        id=row.id,
        body=row.body,
        visibility=row.visibility,
        author_kind=row.author_kind,
        channel="" if row.channel == "note" else row.channel,
        is_auto=row.is_auto,
    )


def _joined(entries: Iterable[Entry]) -> list[Entry]:
    lines: list[Entry] = []
    for entry in entries:
        last = lines[-1] if lines else None
        if last and _belongs(entry, last):
            lines[-1] = replace(last, words=f"{last.words}, {entry.words}", version=entry.version)
        else:
            lines.append(entry)
    return lines


def _belongs(entry: Entry, last: Entry) -> bool:
    return (
        entry.kind == last.kind == "happened"
        and (entry.actor_id, entry.who) == (last.actor_id, last.who)
        and entry.instant - last.instant <= TOGETHER
    )


def _who(envelope: Envelope, name: Names) -> str:
    if envelope.actor_id:
        return name(envelope.actor_id)
    return "The customer" if envelope.actor_kind == "end_user" else "Clearqueue"


def _messages(session: Session, ticket: Ticket, scope: Scope) -> dict[UUID, Any]:
    rows = session.execute(
        sa.select(*sa.inspect(Message).columns)
        .where(shown_in(session, ticket.id, scope).clause, readable(scope, ticket))
        .order_by(col(Message.created_at), col(Message.id))
    )
    return {row.id: row for row in rows}


def _own_messages(session: Session, ticket: Ticket, scope: Scope) -> dict[UUID, Any]:
    """The same for a ticket that shows what was written on it, and nothing else."""
    question = _own(scope, reads_restricted=scope.reads("restricted", None, ticket))
    return {row.id: row for row in question.rows(session, ticket=ticket.id)}


@lru_cache(MOST_KEPT)
def _own(scope: Scope, *, reads_restricted: bool) -> Ready:
    return Ready.of(
        sa.select(*sa.inspect(Message).columns)
        .where(
            col(Message.ticket_id) == sa.bindparam("ticket", type_=sa.Uuid),
            messages_for(scope, reads_restricted=reads_restricted),
        )
        .order_by(col(Message.created_at), col(Message.id))
    )


def _names(
    session: Session, house: House, told: Sequence[tuple[Envelope, Event]], messages: Iterable[Any]
) -> dict[UUID, str]:
    people = {envelope.actor_id for envelope, _ in told} | {message.author_id for message in messages}
    for _, event in told:
        if isinstance(event, Assigned):
            people |= {event.agent_id, event.before}
        elif isinstance(event, TicketCreated):
            people.add(event.agent_id)
        elif isinstance(event, Mentioned):
            people |= set(event.person_ids)
        elif isinstance(event, Watched | Unwatched):
            people.add(event.person_id)
    if not (ids := [one for one in people if one]):
        return {queue.id: queue.name for queue in house.queues.values()}
    known = NAMED.rows(session, ids=ids)
    return {queue.id: queue.name for queue in house.queues.values()} | {row.id: row.name for row in known}
