"""Service levels over HTTP: policies for administrators, clocks and notices for colleagues."""

from uuid import UUID

from fastapi import APIRouter

from app import policy
from app.audience import demand_staff
from app.rest import PREFIX
from app.rest.ask import Reading, Route, Writing
from app.rest.page import After, Limit, Page, page_of
from app.rest.problem import responses
from app.sla.answers import (
    NoticeAnswer,
    Order,
    PolicyAnswer,
    PreviewAnswer,
    PreviewWish,
    ReviewAnswer,
    Seen,
    SeenAnswer,
    TicketClocks,
)
from app.sla.notice import mark_seen, notices_of
from app.sla.policy import Shape
from app.sla.preview import preview
from app.sla.reviewing import review_open_tickets
from app.sla.setup import current, define_policy, draft, newest, set_order, versions
from app.sla.told import ticket_clocks
from app.tickets.queries import seen_ticket
from core import clock
from core.errors import NotFound

ANY = responses(401, 403, 404, 422, 503)
policies = APIRouter(prefix=f"{PREFIX}/sla/policies", tags=["service levels"], route_class=Route, responses=ANY)
levels = APIRouter(prefix=f"{PREFIX}/sla", tags=["service levels"], route_class=Route, responses=ANY)
notices = APIRouter(prefix=f"{PREFIX}/notices", tags=["service levels"], route_class=Route, responses=ANY)
of_tickets = APIRouter(prefix=f"{PREFIX}/tickets", tags=["service levels"], route_class=Route, responses=ANY)


@policies.get("")
def list_sla_policies(ask: Reading) -> Page[PolicyAnswer]:
    """All policies in the order in which they are asked. For colleagues."""
    demand_staff(ask.actor)
    return Page(items=[PolicyAnswer.of(row) for row in current(ask.session)])


@policies.post("", status_code=201, responses=responses(409))
def create_sla_policy(ask: Writing, body: Shape) -> PolicyAnswer:
    """Set up a policy, behind all others. It holds for what happens from now on (administrators only)."""
    policy.demand_admin(ask.actor)
    return PolicyAnswer.of(define_policy(ask.session, ask.actor, body))


@levels.put("/policy-order", responses=responses(409))
def order_sla_policies(ask: Writing, body: Order) -> Page[PolicyAnswer]:
    """Say in which order policies are asked (administrators only)."""
    policy.demand_admin(ask.actor)
    return Page(items=[PolicyAnswer.of(row) for row in set_order(ask.session, ask.actor, body.policy_ids)])


@levels.post("/preview", responses=responses(409))
def preview_sla_policy(ask: Writing, body: PreviewWish) -> PreviewAnswer:
    """Which open tickets a policy would change, and how. Nothing is changed (administrators only)."""
    policy.demand_admin(ask.actor)
    before = newest(ask.session, body.policy_id) if body.policy_id else None
    if body.policy_id and before is None:
        raise NotFound("There is no such policy.")
    shape = Shape.model_validate(body.model_dump(exclude={"policy_id"}))
    return preview(ask.session, draft(ask.session, ask.actor, shape, before=before))


@levels.post("/review", responses=responses(409))
def review_open_tickets_anew(ask: Writing) -> ReviewAnswer:
    """Put all open tickets under the policies and versions of now: one by one, soon (administrators only)."""
    policy.demand_admin(ask.actor)
    return ReviewAnswer(tickets=review_open_tickets(ask.session, clock.now()))


@policies.get("/{policy_id}")
def read_sla_policy(ask: Reading, policy_id: UUID) -> PolicyAnswer:
    """One policy as it stands. For colleagues."""
    demand_staff(ask.actor)
    row = newest(ask.session, policy_id)
    if row is None:
        raise NotFound("There is no such policy.")
    return PolicyAnswer.of(row)


@policies.put("/{policy_id}", responses=responses(409))
def change_sla_policy(ask: Writing, policy_id: UUID, body: Shape) -> PolicyAnswer:
    """Give a policy a new version. Tickets keep the version that they are under (administrators only)."""
    policy.demand_admin(ask.actor)
    return PolicyAnswer.of(define_policy(ask.session, ask.actor, body, policy_id=policy_id))


@policies.get("/{policy_id}/versions")
def list_sla_policy_versions(ask: Reading, policy_id: UUID) -> Page[PolicyAnswer]:
    """How a policy was set up over time, the newest first. For colleagues."""
    demand_staff(ask.actor)
    found = versions(ask.session, policy_id)
    if not found:
        raise NotFound("There is no such policy.")
    return Page(items=[PolicyAnswer.of(row) for row in found])


@of_tickets.get("/{ticket_id}/sla")
def read_ticket_sla(ask: Reading, ticket_id: UUID) -> TicketClocks:
    """Every clock of a ticket: how it stands, why, and the spans that it ran or stood still in. For colleagues."""
    return ticket_clocks(ask.session, ask.actor, seen_ticket(ask.session, ask.actor, ticket_id))


@notices.get("")
def list_notices(ask: Reading, unseen: bool = False, limit: Limit = 50, after: After = None) -> Page[NoticeAnswer]:
    """Warnings and escalations of clocks that you were told of, the newest first; `unseen`: those not put away yet."""
    demand_staff(ask.actor)
    found = notices_of(ask.session, ask.actor, unseen=unseen, limit=limit, after=after)
    items, more = page_of(found, limit, NoticeAnswer.of, lambda one: (one.notice.created_at, one.notice.id))
    return Page(items=items, next=more)


@notices.post("/seen")
def put_notices_away(ask: Writing, body: Seen) -> SeenAnswer:
    """Put notices of yours away: these, or all."""
    demand_staff(ask.actor)
    return SeenAnswer(seen=mark_seen(ask.session, ask.actor, body.notice_ids))
