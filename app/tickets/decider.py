"""The life of a command: decide (pure), evolve (pure), and handle, which puts both into one transaction."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app import policy
from app.drafts.erase import erase_drafts
from app.files.attaching import attach, uploads
from app.macros.begun import begun_with
from app.mentions.noting import note_mentions
from app.people.facts import somebodies
from app.queues.house import house_of
from app.sla.keeping import clock_rows, due_times, follower_of
from app.tickets import commands, late, store
from app.tickets.children import must_not_leave_children
from app.tickets.command import Command, Confirmable, Now, Prepared, WithBody, WithTitle, decide, effect
from app.tickets.due import keep_time
from app.tickets.happened import Happened
from app.tickets.involved import involve
from app.tickets.link import TicketLink
from app.tickets.locking import locked
from app.tickets.numbers import next_number
from app.tickets.store import blank
from app.tickets.ticket import Message, Ticket
from app.wall import lift
from core import clock
from core.actor import SYSTEM, Actor
from core.errors import VersionMismatch
from core.events import Category, Event, MessageAdded, StatusChanged, TicketLinked
from core.ids import new_id
from core.ledger import Envelope, wrap

__all__ = ["blank", "commands", "decide", "evolve", "handle", "locked", "message_row"]


Keep = Callable[[Session, Ticket, Sequence[Message], Sequence[Envelope]], Ticket]


def evolve(event: Event, ticket: Ticket, occurred_at: datetime, actor_id: UUID | None) -> None:
    """What one event does to a ticket's row. Folding a ticket's events over `blank` gives its row, words aside."""
    effect(event, ticket, occurred_at)
    involve(event, ticket, actor_id)
    ticket.version += 1
    if event.is_derived:
        return  # what clocks tell follows from the rest: nobody touched the ticket
    ticket.updated_at, ticket.touched_version = occurred_at, ticket.version


def handle(
    session: Session,
    actor: Actor,
    do: Command,
    *,
    ticket_id: UUID | None = None,
    expected_version: int | None = None,
    source: str = "api",
    command_id: UUID | None = None,
    cause_id: UUID | None = None,
    correlation_id: UUID | None = None,
    prepared: Prepared | None = None,
    keep: Keep = store.keep,
) -> Ticket:
    """Do what is asked, in the caller's transaction: lock the row, ask policy, decide, evolve, append.

    `Open` takes no `ticket_id`; every other command does. Raises `NotFound` for what the actor may not see,
    `NotAllowed`, `VersionMismatch` if the ticket is no longer at `expected_version`, and the command's own refusals.
    `prepared` is the text that a reply is, word for word, where a macro says it.
    `keep` writes what came of it: at once, or (store.keep_later) with the rest of the request. A reply may come out
    on another ticket than it was sent to (late.py): then that one is returned, unless the actor may not see it.
    """
    now_at = clock.now()
    asked, ticket = _addressed(session, actor, do, ticket_id, now_at)
    must_be_at(asked, expected_version)
    house = house_of(session)
    is_confirmed = isinstance(do, Confirmable) and do.confirm
    now = Now(now_at, actor, house, somebodies(session, house, do.people(ticket)), is_confirmed=is_confirmed)
    policy.demand_full_agent(actor, is_for_light_agents=do.is_for_light_agents)
    is_third_party = ticket is not asked and not policy.may_see(actor, ticket)
    held_against = asked if is_third_party else ticket
    policy.demand(actor, do.needs(held_against, now), held_against)
    prepared = prepared or begun_with(session, actor, ticket, do)
    now = replace(now, uploads=uploads(session, actor, do), prepared=prepared)
    if isinstance(do, commands.SetDue):
        now = replace(now, dues=due_times(session, ticket.id))
    if isinstance(do, commands.Reply) and late.begins_anew(do, ticket, now):
        return _begun_anew(session, do, ticket, now, source=source, keep=keep)
    events = _decided(session, do, ticket, now)
    if not events:
        return ticket
    if is_third_party:
        events = late.overheard(events)
    attach(session, events)
    note_mentions(session, ticket.id, events, actor.person_id, now_at)
    must_not_leave_children(session, ticket, events, now)
    envelopes = told(
        session, actor, ticket, events, now,
        source=source, command_id=command_id, cause_id=cause_id, correlation_id=correlation_id,
    )  # fmt: skip
    if ticket is asked and not isinstance(do, commands.Open) and not policy.may_see(actor, ticket):
        lift(session)  # they give it out of their own sight: the wall would refuse the row as it becomes
    kept = keep(session, ticket, _words(do, ticket, events, now), envelopes)
    return asked if is_third_party else kept


def told(
    session: Session,
    actor: Actor,
    ticket: Ticket,
    events: Sequence[Event],
    now: Now,
    *,
    source: str,
    command_id: UUID | None = None,
    cause_id: UUID | None = None,
    correlation_id: UUID | None = None,
) -> Happened:
    """Let events happen to a ticket that is locked: its row changes, its timer is kept, its history grows by these.

    Its clocks follow (app/sla): what fell due before comes first, what they do in answer comes last.
    """
    command_id = command_id or new_id(now.instant)
    happened = Happened()
    around = {"command_id": command_id, "correlation_id": correlation_id}
    follower = follower_of(session, ticket, now.house.sla, now.instant)
    if follower:
        clocks_tell(happened, ticket, follower.overdue(), around)
    for event in events:
        before = follower.before() if follower else None
        evolve(event, ticket, now.instant, actor.person_id)
        happened.append(
            wrap(
                event, actor,
                source=source, ticket_id=ticket.id, ticket_version=ticket.version, occurred_at=now.instant,
                cause_id=cause_id, **around,
            )
        )  # fmt: skip
        if follower:
            follower.happened(event, before)
    if follower:
        clocks_tell(happened, ticket, follower.follow(), around)
        happened.keep_beside(clock_rows(happened), follower.timer())
    keep_time(session, ticket, events, now)
    if any(isinstance(event, StatusChanged) and event.category == Category.DELETED for event in events):
        erase_drafts(session, ticket.id)
    return happened


def clocks_tell(
    happened: Happened, ticket: Ticket, told: Sequence[tuple[datetime, Event]], around: dict[str, UUID | None]
) -> None:
    """Let the ticket's clocks have their say, each thing at its own time."""
    for occurred_at, event in told:
        evolve(event, ticket, occurred_at, None)
        happened.append(
            wrap(event, SYSTEM, source="sla", ticket_id=ticket.id, ticket_version=ticket.version,
                 occurred_at=occurred_at, **around)
        )  # fmt: skip


def _begun_anew(session: Session, do: commands.Reply, ticket: Ticket, now: Now, *, source: str, keep: Keep) -> Ticket:
    """A customer's reply to a closed ticket becomes a new one that follows it up."""
    wish, made = late.as_new(do, ticket), blank(new_id(now.instant))
    link = TicketLinked(link="follow_up", source_id=made.id, target_id=ticket.id)
    events = [*_decided(session, wish, made, now), link]
    attach(session, events)
    envelopes = told(session, now.actor, made, events, now, source=source)
    made = store.keep(session, made, _words(wish, made, events, now), envelopes)
    keep(session, ticket, (), told(session, now.actor, ticket, [link], now, source=source))
    session.add(TicketLink(from_id=made.id, to_id=ticket.id, kind=link.link, created_at=now.instant))
    session.flush()
    return made


def must_be_at(ticket: Ticket, expected_version: int | None) -> None:
    """Refuse who saw an older ticket. What only its clocks told since is no change that anybody must have read."""
    if expected_version is not None and not ticket.touched_version <= expected_version <= ticket.version:
        raise VersionMismatch(
            "Somebody changed the ticket since you last read it; read it again, then decide.", version=ticket.version
        )


def message_row(event: MessageAdded, body: str, ticket_id: UUID, author_id: UUID | None, at: datetime) -> Message:
    """The row that keeps the words of a message, which its event does not carry."""
    return store.message(
        id=event.message_id,
        ticket_id=ticket_id,
        direction=event.direction,
        visibility=event.visibility,
        author_id=author_id,
        author_kind=event.author_kind,
        channel=event.channel,
        is_first=event.is_first,
        is_auto=event.is_auto,
        body=body,
        created_at=at,
    )


def _addressed(
    session: Session, actor: Actor, do: Command, ticket_id: UUID | None, now_at: datetime
) -> tuple[Ticket, Ticket]:
    """The ticket that was asked and the one that it comes to, which is locked: the same, but for late replies."""
    if isinstance(do, commands.Reply) and ticket_id:
        return late.addressed(session, actor, ticket_id)
    ticket = blank(new_id(now_at)) if isinstance(do, commands.Open) else locked(session, actor, ticket_id)
    return ticket, ticket


def _decided(session: Session, do: Command, ticket: Ticket, now: Now) -> list[Event]:
    if not isinstance(do, commands.Open):
        return decide(do, ticket, now)
    return decide(do, ticket, replace(now, number=next_number(session)))


def _words(do: Command, ticket: Ticket, events: Sequence[Event], now: Now) -> list[Message]:
    """What the events only point at: the subject goes into the ticket's row, bodies into rows of their own."""
    if isinstance(do, WithTitle):
        ticket.title = do.title
    if not isinstance(do, WithBody):
        return []
    said = [event for event in events if isinstance(event, MessageAdded)]
    return [message_row(event, do.body, ticket.id, now.actor.person_id, now.instant) for event in said]
