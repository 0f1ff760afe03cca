"""GET /tickets/{number}/access: who can see a ticket and why, in words."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.identity.view_as import is_for
from app.tickets.access import MOST_PEOPLE, access_of
from app.web.face import Face
from app.web.pages import demand_actor
from app.web.ticket_page import find, staff
from core.actor import Role
from core.errors import Invalid


def routes(face: Face) -> APIRouter:
    """The page; `?person=` asks about one person."""
    router = APIRouter(include_in_schema=False)

    @router.get("/tickets/{number}/access")
    def access_page(request: Request, number: int, person: str = "") -> HTMLResponse:
        actor = demand_actor(request)
        with face.database.reading() as session:
            ticket = find(session, actor, number)
            found = access_of(session, actor, ticket, _id(person) if person else None)
            return face.pages.page(
                request, "access.html", here="tickets", ticket=ticket, asked=person,
                found=found[:MOST_PEOPLE], is_whole=len(found) <= MOST_PEOPLE,
                may_view_as=actor.role is Role.ADMIN, is_for=is_for,
                people=[("", "Everybody who can"), *[(str(row.id), row.name) for row in staff(session)]],
            )  # fmt: skip

    return router


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid("This is no person's id; choose somebody from the list.") from None
