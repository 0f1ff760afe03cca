"""What a policy would change: open tickets under the rules as they might be, without writing anything."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import col

from app.filters.sql import is_unsolved
from app.queues.house import house_of
from app.sla.answers import ChangedClock, ChangedTicket, PreviewAnswer
from app.sla.facts import facts_of
from app.sla.follow import follow_update
from app.sla.keeping import Follower, follower_of
from app.sla.reading import policy_of
from app.sla.row import SlaPolicy
from app.sla.rules import Policy, Rules
from app.sla.step import Step
from app.tickets.ticket import Ticket
from core import clock
from core.events import ClockTold, SlaReviewed

MOST_LOOKED_AT = 5_000
MOST_SHOWN = 25


def preview(session: Session, drafted: SlaPolicy) -> PreviewAnswer:
    """Every open ticket is matched; of those that change, the first are lived through."""
    now, rules = clock.now(), house_of(session).sla
    might_be = with_draft(rules, policy_of(drafted))
    newest = sa.select(Ticket).where(is_unsolved()).order_by(col(Ticket.created_at).desc(), col(Ticket.id).desc())
    tickets = list(session.execute(newest.limit(MOST_LOOKED_AT)).scalars())
    changed = [
        ticket
        for ticket in tickets
        if _version(might_be.match(facts_of(ticket), now)) != (ticket.sla_policy_id, ticket.sla_policy_version)
    ]
    shown = [_changed(session, ticket, might_be) for ticket in changed[:MOST_SHOWN]]
    breaches = sum(any(one.breaches for one in ticket.clocks) for ticket in shown)
    return PreviewAnswer(looked_at=len(tickets), changed=len(changed), breaches=breaches, tickets=shown)


def with_draft(rules: Rules, drafted: Policy) -> Rules:
    """The rules, with one version more."""
    before: Sequence[Policy] = rules.policies.get(drafted.id, ())
    return replace(rules, policies={**rules.policies, drafted.id: (*before, drafted)})


def _changed(session: Session, ticket: Ticket, rules: Rules) -> ChangedTicket:
    follower = follower_of(session, ticket, rules, clock.now())
    assert follower is not None
    before = {one.target: one.due_at for one in follower.book.clocks.values()}
    had = follower.book.policy
    told = _lived(follower)
    return ChangedTicket(
        ticket_id=ticket.id,
        number=ticket.number,
        policy_before=had.name if had else None,
        policy_after=follower.book.policy.name if follower.book.policy else None,
        clocks=[
            ChangedClock(
                target=one.target, due_before=before.get(one.target), due_after=one.due_at,
                breaches=one.breached_at == follower.instant, what=one.kind.removeprefix("sla.clock."),
            )
            for one in told
        ],
    )  # fmt: skip


def _lived(follower: Follower) -> list[ClockTold]:
    """The last word of each clock, if the ticket were looked at anew."""
    follower.overdue()
    facts = facts_of(follower.ticket)
    so_far = len(follower.book.told)
    follow_update(follower.book, [Step(SlaReviewed(), facts, facts)], follower.instant)
    last: dict[UUID, ClockTold] = {}
    for _, event in follower.book.told[so_far:]:
        if isinstance(event, ClockTold):
            last[event.clock_id] = event
    return list(last.values())


def _version(policy: Policy | None) -> tuple[UUID | None, int | None]:
    return (policy.id, policy.version) if policy else (None, None)
