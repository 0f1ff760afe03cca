"""What people of the demo company do next: each act picks a ticket that asks for it and sends the real command."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Self, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.identity.asking import actor_of
from app.imports.demo.canned import canned_replies
from app.imports.demo.company import AGENTS, FIRST_LINE, KEY_ACCOUNTS, QUEUES, Agent
from app.imports.demo.demand import CHANNELS
from app.imports.demo.texts import LANGUAGES, Speaker
from app.imports.demo.topics import BY_NAME, TOPICS, Topic
from app.macros.macro import CannedReply
from app.people.person import Organisation, Person
from app.queues.house import State, house_of
from app.queues.queue import Queue
from app.ratings.rate import RatingWish, rate
from app.ratings.row import Rating
from app.tickets.commands import Assign, Close, Move, Note, Open, Prioritise, Reply, SetField, Solve, Tag
from app.tickets.decider import handle
from app.tickets.ticket import Ticket
from app.worktime.activities import activities
from app.worktime.book import NewTime, book_time
from core import clock
from core.actor import SYSTEM, Actor
from core.events import Category

Row = TypeVar("Row", Ticket, Person)

UNSOLVED = ("NEW", "OPEN", "PENDING", "HOLD")
FOND = 0.8
"""How often somebody begins with a canned reply where there is one."""


@dataclass(slots=True)
class Cast:
    """Who acts: the agents by home queue, queues and canned replies by name. `topics`: what new tickets are about."""

    agents: dict[UUID, Agent]
    queues: dict[str, UUID]
    canned: dict[str, UUID]
    usual_unsolved: int
    topics: dict[UUID, Topic] = field(default_factory=dict)

    @classmethod
    def of(cls, session: Session) -> Self | None:
        """The cast, if the demo company is here."""
        by_email = {agent.email: agent for agent in AGENTS if not agent.is_supervisor}
        people = session.execute(
            sa.select(col(Person.id), col(Person.email)).where(col(Person.email).in_(by_email), col(Person.is_active))
        )
        agents = {person_id: by_email[email] for person_id, email in people}
        queues = session.execute(sa.select(col(Queue.name), col(Queue.id)).where(col(Queue.name).in_(QUEUES)))
        places = {row.name: row.id for row in queues}
        if len(agents) < len(by_email) or len(places) < len(QUEUES):
            return None
        kept = sa.select(col(CannedReply.name), col(CannedReply.id)).where(col(CannedReply.audience) == "global")
        cast = cls(agents, places, {row.name: row.id for row in session.execute(kept)}, 0)
        cast.usual_unsolved = min(max(cast.unsolved(session), 40), 450)
        return cast

    def unsolved(self, session: Session) -> int:
        """How many tickets ask something of somebody."""
        return session.scalar(sa.select(sa.func.count()).where(col(Ticket.category).in_(UNSOLVED))) or 0

    def someone(self, session: Session, queue_id: UUID, dice: random.Random) -> Actor | None:
        """An agent of that queue, of those on shift if there are any."""
        team = [
            person_id
            for person_id, agent in self.agents.items()
            if queue_id in (self.queues[agent.queue], self.queues.get(agent.helps or ""))
        ]
        on_shift = [person_id for person_id in team if _is_on_shift(self.agents[person_id])]
        person = session.get(Person, dice.choice(on_shift or team)) if team else None
        return actor_of(session, person) if person else None

    def topic(self, ticket: Ticket) -> Topic:
        """What a ticket is about, as far as anybody knows."""
        known = BY_NAME.get(ticket.custom.get("area", "")) or self.topics.get(ticket.id)
        return known or TOPICS[ticket.id.int % len(TOPICS)]


Act = Callable[[Session, Cast, random.Random], str]
"""Does something if there is something to do; returns what."""


def open_new(session: Session, cast: Cast, dice: random.Random) -> str:
    """A customer writes."""
    person = _pick(session, sa.select(Person).where(col(Person.role) == "customer", col(Person.is_active)), dice)
    if person is None:
        return "nobody"
    topic = dice.choices(TOPICS, [each.weight for each in TOPICS])[0]
    customer = actor_of(session, person)
    organisation = session.get(Organisation, person.organisation_id) if person.organisation_id else None
    queue = KEY_ACCOUNTS if organisation and organisation.tier == "gold" else topic.queue
    if queue != KEY_ACCOUNTS and dice.random() < 0.5:
        queue = FIRST_LINE
    speaker = Speaker(topic, person.locale, person.name, dice)
    opened = Open(
        title=speaker.subject(),
        body=speaker.first(),
        queue_id=cast.queues[queue],
        channel=dice.choices(list(CHANNELS), list(CHANNELS.values()))[0],
        priority=dice.choices((1, 2, 3, 4), (10, 66, 18, 6))[0],
        language=person.locale,
    )
    ticket = handle(session, customer, opened, source="email" if opened.channel == "email" else "ui")
    cast.topics[ticket.id] = topic
    return "open"


def answer(session: Session, cast: Cast, dice: random.Random) -> str:
    """A customer whom we asked something writes back; now and then one whose ticket was just solved."""
    pending = sa.select(Ticket).where(col(Ticket.category) == "PENDING", col(Ticket.requester_id).is_not(None))
    solved = sa.select(Ticket).where(col(Ticket.category) == "SOLVED", col(Ticket.requester_id).is_not(None))
    again = dice.random() < 0.12
    ticket = _pick(session, solved if again else pending, dice, ticket_first="newest")
    if ticket is None:
        return "nothing"
    person = session.get_one(Person, ticket.requester_id)
    text = _speaker(cast, ticket, person).customer_says("still" if again else "answer")
    handle(session, actor_of(session, person), Reply(body=text), ticket_id=ticket.id, source="email")
    return "answer"


def rate_it(session: Session, cast: Cast, dice: random.Random) -> str:
    """Somebody whose ticket was solved says how content they are: less so the longer it took, and after reopenings."""
    rated = sa.select(col(Rating.ticket_id))
    solved = sa.select(Ticket).where(
        col(Ticket.category) == "SOLVED", col(Ticket.requester_id).is_not(None), col(Ticket.id).not_in(rated)
    )
    ticket = _pick(session, solved, dice, ticket_first="newest")
    if ticket is None or ticket.solved_at is None:
        return "nothing"
    days = (ticket.solved_at - ticket.created_at) / timedelta(days=1)
    mood = dice.gauss(4.6, 0.9) - min(days / 4, 2)
    beside = {"effort": _on(1.4 * mood - 0.4, 1, 7), "recommendation": _on(2.6 * mood - 2.5, 0, 10)}
    wish = RatingWish(score=_on(mood, 1, 5), **(beside if dice.random() < 0.6 else {}))
    rate(session, actor_of(session, session.get_one(Person, ticket.requester_id)), ticket.id, wish, source="ui")
    return "rate"


def _on(mood: float, least: int, most: int) -> int:
    """A mood as an answer on a scale."""
    return max(least, min(most, round(mood)))


def triage(session: Session, cast: Cast, dice: random.Random) -> str:
    """Somebody takes a ticket that nobody has, tags it, and sees whether it is in the right place."""
    free = sa.select(Ticket).where(col(Ticket.category).in_(("NEW", "OPEN")), col(Ticket.agent_id).is_(None))
    ticket = _pick(session, free, dice, ticket_first="oldest")
    agent = cast.someone(session, ticket.queue_id, dice) if ticket else None
    if ticket is None or agent is None:
        return "nothing"
    topic = cast.topic(ticket)
    handle(session, agent, Tag(add=list(topic.tags)), ticket_id=ticket.id, source="ui")
    handle(session, agent, SetField(field="area", value=topic.name), ticket_id=ticket.id, source="ui")
    home = cast.queues[topic.queue]
    if ticket.queue_id == cast.queues[FIRST_LINE] and home != ticket.queue_id and dice.random() < 0.7:
        handle(session, agent, Move(queue_id=home), ticket_id=ticket.id, source="ui")
        return "move"
    if dice.random() < 0.08:
        priority = max(1, min(4, ticket.priority + dice.choice((-1, 1))))
        handle(session, agent, Prioritise(priority=priority), ticket_id=ticket.id, source="ui")
    handle(session, agent, Assign(agent_id=agent.person_id), ticket_id=ticket.id, source="ui")
    return "take"


def work(session: Session, cast: Cast, dice: random.Random) -> str:
    """An agent answers what waits longest in their hands: asks back, or settles it."""
    waiting = sa.select(Ticket).where(col(Ticket.category).in_(("NEW", "OPEN")), col(Ticket.agent_id).in_(cast.agents))
    ticket = _pick(session, waiting, dice, ticket_first="oldest")
    if ticket is None:
        return "nothing"
    owner = session.get_one(Person, ticket.agent_id)
    agent = actor_of(session, owner)
    requester = session.get(Person, ticket.requester_id) if ticket.requester_id else None
    speaker = _speaker(cast, ticket, requester)
    if dice.random() < 0.15:
        handle(session, agent, Note(body=speaker.note()), ticket_id=ticket.id, source="ui")
    roll = dice.random()
    if roll < 0.4:
        pending = _state(session, Category.PENDING)
        asked = _reply(cast, speaker, "ask", owner, dice, state_id=pending.id)
        handle(session, agent, asked, ticket_id=ticket.id, source="ui")
        return "ask"
    if roll < 0.45:
        hold = _reply(cast, speaker, "hold", owner, dice, state_id=_state(session, Category.HOLD).id)
        handle(session, agent, hold, ticket_id=ticket.id, source="ui")
        return "hold"
    handle(session, agent, _reply(cast, speaker, "fix", owner, dice), ticket_id=ticket.id, source="ui")
    handle(session, agent, Solve(), ticket_id=ticket.id, source="ui")
    if dice.random() < 0.7:
        book_it(session, agent, ticket, dice)
    return "solve"


def _reply(  # noqa: PLR0917 — whose words, on what, to which state
    cast: Cast, speaker: Speaker, what: str, agent: Person, dice: random.Random, state_id: UUID | None = None
) -> Reply:
    """An agent's words; where a canned reply says the same they mostly began with it."""
    body = speaker.agent_says(what, agent.name)
    canned = canned_replies().get(speaker.last)
    begun = cast.canned.get(canned.name) if canned and dice.random() < FOND else None
    return Reply(body=body, canned_reply_id=begun, state_id=state_id)


def book_it(session: Session, agent: Actor, ticket: Ticket, dice: random.Random) -> None:
    """The agent books the time that it took, on a kind of work that there is."""
    kinds = [one.id for one in activities(session, active=True)]
    minutes = max(1, round(min(dice.lognormvariate(2.2, 0.6), 90)))
    wish = NewTime(minutes=minutes, activity_id=dice.choice(kinds) if kinds else None)
    book_time(session, agent, ticket.id, wish, source="ui")


def tidy(session: Session, cast: Cast, dice: random.Random) -> str:
    """The clock closes what was solved days ago, and takes up again what was on hold for long."""
    solved = sa.select(Ticket).where(
        col(Ticket.category) == "SOLVED", col(Ticket.solved_at) < clock.now() - timedelta(days=4)
    )
    ticket = _pick(session, solved, dice, ticket_first="oldest")
    if ticket is None:
        return "nothing"
    handle(session, SYSTEM, Close(), ticket_id=ticket.id, source="automation")
    return "close"


def _pick(session: Session, wanted: sa.Select[Row], dice: random.Random, *, ticket_first: str = "") -> Row | None:
    """One of those that come first: the longest waiting, the newest, or anybody."""
    waited = sa.func.coalesce(col(Ticket.awaiting_reply_since), col(Ticket.updated_at))
    order = {"oldest": waited.asc(), "newest": col(Ticket.updated_at).desc()}.get(ticket_first, sa.func.random())
    few = session.scalars(wanted.order_by(order).limit(12 if ticket_first else 1)).all()
    return dice.choice(few) if few else None


def _speaker(cast: Cast, ticket: Ticket, requester: Person | None) -> Speaker:
    """Whose words fit the ticket: its codes and devices stay the same, what is said of them does not."""
    language = ticket.language if ticket.language in LANGUAGES else "en"
    name = requester.name if requester else "customer"
    speaker = Speaker(cast.topic(ticket), language or "en", name, random.Random(ticket.id.int))  # noqa: S311
    speaker.dice.seed(ticket.id.int + ticket.message_count)
    return speaker


def _state(session: Session, category: Category) -> State:
    return house_of(session).state_for(category)


def _is_on_shift(agent: Agent) -> bool:
    shift = agent.shift
    now = clock.now()
    local = now.astimezone(ZoneInfo(shift.timezone))
    return local.weekday() in shift.weekdays and shift.begins <= local.hour + local.minute / 60 < shift.ends
