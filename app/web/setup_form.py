"""What the forms of the setup pages share: administrators only, one transaction, and a page to go on to."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from app import policy
from app.web.face import Face
from app.web.pages import demand_actor, done
from app.web.ticket_forms import words_of
from app.web.uploads import MOST_BYTES
from core.actor import Actor
from core.errors import Invalid, NotFound, Refusal

MOST_FIELDS = 400
Work = Callable[[Session, Actor, str, FormData], str]
"""Keeps what a form asks for; returns the page to go on to."""

Again = Callable[[Request, str, FormData, Refusal], Response]
"""The form again, with what was typed and what was wrong."""


def form_of(face: Face, work: Work, again: Again, *, forgets: bool = False) -> Callable[..., Awaitable[Response]]:
    """A route for a form. `forgets`: it can change what people see, so everybody is looked up again."""

    async def submit(request: Request, which: str) -> Response:
        policy.demand_admin(demand_actor(request))
        sent = await request.form(max_fields=MOST_FIELDS, max_files=0, max_part_size=MOST_BYTES)
        return await run_in_threadpool(_submit, request, which, sent)

    def _submit(request: Request, which: str, sent: FormData) -> Response:
        refused: Refusal
        try:
            with face.database.transaction() as session:
                onward = work(session, demand_actor(request), which, sent)
        except ValidationError as error:
            refused = Invalid(words_of(error))
        except ValueError:
            refused = Invalid("A number is missing or odd; look at what was typed.")
        except NotFound:
            raise
        except Refusal as refusal:
            refused = refusal
        else:
            if forgets:
                face.doorkeeper.forget_all()
            return done(onward, "Kept.")
        return again(request, which, sent, refused)

    return submit


def text(sent: FormData, name: str) -> str:
    """What was typed into a field."""
    value = sent.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def row(session: Session, model: type[Any], which: str) -> Any:
    """The row that an address names."""
    found = session.get(model, UUID(which)) if _is_id(which) else None
    if found is None:
        raise NotFound("There is no such page.")
    return found


def _is_id(which: str) -> bool:
    try:
        return str(UUID(which)) == which
    except ValueError:
        return False
