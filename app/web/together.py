"""Pages for deeds on two tickets: merge with both in view, what to do after an unmerge, split, links."""

from collections.abc import Callable
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, Response
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from app.policy import can
from app.queues.house import House, house_of
from app.tickets.connect import Link, link, unlink
from app.tickets.duplicates import duplicates_of
from app.tickets.merge import PlaceMessages, merge, place, since_merge, unmerge
from app.tickets.split import Split, split
from app.tickets.ticket import Ticket
from app.tickets.together import Deed
from app.web.face import Face
from app.web.pages import demand_actor, done
from app.web.search import find_words
from app.web.thread import Entry, thread
from app.web.ticket_forms import words_of
from app.web.ticket_page import find, sheet
from core.actor import Actor
from core.errors import Invalid, NotAllowed, Refusal
from core.events import Category

MOST_FIELDS = 600
MOST_BYTES = 200_000

Work = Callable[[Session, Deed, Ticket, FormData], Response]


def routes(face: Face) -> APIRouter:
    """`/tickets/{number}/merge`, `/split`, and the forms that lead from there."""
    router = APIRouter(include_in_schema=False)

    @router.get("/tickets/{number}/merge")
    def merge_page(request: Request, number: int, into: str = "") -> HTMLResponse:
        return _merge_page(face, request, demand_actor(request), number, into.strip()[:200])

    @router.get("/tickets/{number}/since-merge/{other}")
    def since_page(request: Request, number: int, other: int) -> HTMLResponse:
        actor = demand_actor(request)
        with face.database.reading() as session:
            target, source = find(session, actor, number), find(session, actor, other)
            messages = since_merge(Deed(session, actor), source, target)
            entries = {entry.id: entry for entry in thread(session, target, house_of(session), actor.scope)}
            chosen = [entries[one.id] for one in messages if one.id in entries]
            return face.pages.page(
                request, "since_merge.html", here="tickets", ticket=target, other=source, entries=chosen
            )

    @router.get("/tickets/{number}/split")
    def split_page(request: Request, number: int) -> HTMLResponse:
        actor = demand_actor(request)
        with face.database.reading() as session:
            ticket, house = find(session, actor, number), house_of(session)
            _must_be_staff(actor)
            entries = [one for one in thread(session, ticket, house, actor.scope) if one.kind == "message"]
            queues = [
                (queue.id, queue.name)
                for queue in house.queues.values()
                if queue.is_active and can(actor, "create", queue.id)
            ]
            return face.pages.page(
                request, "split.html", here="tickets", ticket=sheet(session, ticket), entries=entries, queues=queues
            )

    for name, work in WORKS.items():
        router.add_api_route(f"/tickets/{{number}}/{name}", _form(face, work), methods=["POST"], name=name)
    return router


def _form(face: Face, work: Work) -> Callable[..., object]:
    async def submit(request: Request, number: int) -> Response:
        actor = demand_actor(request)
        typed = await request.form(max_fields=MOST_FIELDS, max_files=0, max_part_size=MOST_BYTES)
        return await run_in_threadpool(_submit, face, actor, number, work, typed)

    return submit


def _submit(face: Face, actor: Actor, number: int, work: Work, typed: FormData) -> Response:
    try:
        with face.database.transaction() as session:
            ticket = find(session, actor, number)
            return work(
                session, Deed(session, actor, source="web", is_confirmed=bool(typed.get("confirm"))), ticket, typed
            )
    except ValidationError as error:
        raise Invalid(words_of(error)) from error
    except ValueError as error:
        raise Invalid("This form was not filled in by our page; open the ticket again.") from error


def _merge_page(face: Face, request: Request, actor: Actor, number: int, into: str) -> HTMLResponse:
    with face.database.transaction() as session:  # the merge is tried and undone
        house, source = house_of(session), find(session, actor, number)
        wanted = into.removeprefix("#")
        target = find(session, actor, int(wanted)) if wanted.isdecimal() and len(wanted) < 19 else None
        found = find_words(face, session, actor, house, into) if into and target is None else ()
        alike = duplicates_of(session, actor, source) if actor.role.is_staff else []
        pair = [one for one in (source, target) if one]
        return face.pages.page(
            request, "merge.html", here="tickets", asked=into, found=[one for one in found if one.number != number],
            source=sheet(session, source), target=sheet(session, target) if target else None,
            alike=[(sheet(session, one.ticket), one.reasons) for one in alike], queues=house.queues,
            spoken=_spoken(session, actor, house, pair), refused=_refused(session, actor, pair),
            states={one.number: house.states[one.state_id].name for one in (*pair, *(one.ticket for one in alike))},
            merged=house.state_for(Category.MERGED).name,
        )  # fmt: skip


def _spoken(session: Session, actor: Actor, house: House, pair: list[Ticket]) -> list[tuple[int, Entry]]:
    """The messages of all of them as one conversation, each with its ticket's number."""
    both = [(one.number, entry) for one in pair for entry in thread(session, one, house, actor.scope)]
    return sorted((one for one in both if one[1].kind == "message"), key=lambda one: one[1].instant)


def _refused(session: Session, actor: Actor, pair: list[Ticket]) -> str:
    """Why the merge would be refused; empty: it would not. It is tried and undone."""
    if len(pair) < 2:
        return ""
    attempt = session.begin_nested()
    try:
        merge(Deed(session, actor, source="web", is_confirmed=True), pair[0].id, pair[1].id)
    except Refusal as refusal:
        return refusal.sentence
    finally:
        attempt.rollback()
        session.expire_all()
    return ""


def _merge(session: Session, deed: Deed, ticket: Ticket, typed: FormData) -> Response:
    target = find(session, deed.actor, int(_text(typed, "into")))
    merge(deed, ticket.id, target.id, int(_text(typed, "version")))
    return done(f"/tickets/{target.number}", f"Ticket {ticket.number} is part of this one now.")


def _unmerge(session: Session, deed: Deed, ticket: Ticket, typed: FormData) -> Response:
    source, target, since = unmerge(deed, ticket.id, int(_text(typed, "version")))
    onward = f"/tickets/{target.number}/since-merge/{source.number}" if since else f"/tickets/{source.number}"
    return done(onward, f"Ticket {source.number} stands alone again.")


def _place(session: Session, deed: Deed, ticket: Ticket, typed: FormData) -> Response:
    source = find(session, deed.actor, int(_text(typed, "other")))
    if ids := [UUID(str(one)) for one in typed.getlist("message")]:
        place(deed, ticket.id, PlaceMessages(ticket_id=source.id, message_ids=ids))
    return done(f"/tickets/{source.number}", "The messages belong where you said.")


def _split(session: Session, deed: Deed, ticket: Ticket, typed: FormData) -> Response:
    _must_be_staff(deed.actor)
    ids = [UUID(str(one)) for one in typed.getlist("message")]
    if not ids:
        raise Invalid("Choose at least one message for the new ticket.")
    wish = Split(title=_text(typed, "title").strip(), message_ids=ids, queue_id=UUID(_text(typed, "queue")))
    made = split(deed, ticket.id, wish, int(_text(typed, "version")))
    return done(f"/tickets/{made.number}", f"The new ticket shows what you chose from ticket {ticket.number}.")


def _link(session: Session, deed: Deed, ticket: Ticket, typed: FormData) -> Response:
    other = find(session, deed.actor, int(_text(typed, "other")))
    start, end = (other, ticket) if _text(typed, "kind") == "child" else (ticket, other)
    kind = "parent" if _text(typed, "kind") == "child" else _text(typed, "kind")
    deed_of = unlink if typed.get("remove") else link
    deed_of(deed, start.id, Link.model_validate({"kind": kind, "to_id": end.id}))
    return done(f"/tickets/{ticket.number}", "The link is gone." if typed.get("remove") else "The tickets are linked.")


WORKS: dict[str, Work] = {
    "merge": _merge, "unmerge": _unmerge, "place": _place, "split": _split, "link": _link,
}  # fmt: skip


def _text(typed: FormData, name: str) -> str:
    value = typed.get(name)
    return value if isinstance(value, str) else ""


def _must_be_staff(actor: Actor) -> None:
    if not actor.role.is_staff:
        raise NotAllowed("Only colleagues split tickets.")
