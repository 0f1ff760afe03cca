"""The page for a queue's rights: who holds what, and a form that says first who would gain or lose sight of tickets."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse
from sqlalchemy.orm import Session
from starlette.datastructures import FormData

from app import policy
from app.people.person import Person
from app.queues.holders import MOST_PEOPLE, at_work, colleagues, grants_at
from app.queues.house import House, house_of
from app.queues.queue import Queue
from app.queues.routes import RightsWish
from app.queues.setup import set_rights
from app.queues.sight import Part, Seer, changes, with_rights
from app.web.face import Face
from app.web.pages import demand_actor
from app.web.setup_form import form_of, row, text
from core.actor import Actor, Role
from core.errors import Invalid, Refusal
from core.relation import Relation

RELATIONS = {
    Relation.OWNER: "Whoever owns the ticket",
    Relation.CREATOR: "Whoever opened the ticket",
    Relation.INVOLVED: "Whoever wrote on the ticket or owned it",
    Relation.WATCHER: "Whoever watches the ticket",
}
ROLES = [Role.AGENT, Role.LIGHT_AGENT, Role.SUPERVISOR, Role.BOT, Role.CUSTOMER]
"""To whom rights are granted by role; administrators hold all."""

USES = {
    "read": "see the tickets", "reply": "answer customers", "note": "write notes, tags and fields",
    "create": "open tickets here", "move_into": "move tickets here", "own": "own tickets",
    "assign": "decide who owns them", "priority": "set the priority", "close": "solve and close",
    "merge": "merge tickets", "delete": "delete tickets", "export": "take data out as files",
    "contact": "see mail addresses", "admin": "read restricted notes",
}  # fmt: skip


def routes(face: Face) -> APIRouter:
    """`/setup/queues/{id}/rights`: looking, `?look=1` with a holder and rights, and keeping."""
    router = APIRouter(include_in_schema=False)

    @router.get("/setup/queues/{which}/rights")
    def page(
        request: Request, which: str, holder: str = "", look: str = "",
        rights: Annotated[list[str], Query(max_length=len(policy.RIGHTS))] = [],  # noqa: B006
    ) -> HTMLResponse:  # fmt: skip
        policy.demand_admin(demand_actor(request), reading=True)
        return _page(face, request, which, (holder, set(rights) & policy.RIGHTS if look else None))

    def again(request: Request, which: str, sent: FormData, refusal: Refusal) -> HTMLResponse:
        return _page(face, request, which, (text(sent, "holder"), _ticked(sent)), refusal)

    submit = form_of(face, _keep, again, forgets=True)
    router.add_api_route("/setup/queues/{which}/rights", submit, methods=["POST"], name="queue rights")
    return router


def _keep(session: Session, actor: Actor, which: str, sent: FormData) -> str:
    queue, (kind, holder) = row(session, Queue, which), _holder(text(sent, "holder"))
    if kind == "person":
        row(session, Person, holder)
    wish = RightsWish.model_validate({"rights": sorted(_ticked(sent))})
    set_rights(
        session, actor, queue_id=queue.id, holder_kind=kind, holder=holder, rights=wish.rights, source="web"
    )  # fmt: skip
    return f"/setup/queues/{queue.id}/rights"


def _ticked(sent: FormData) -> set[str]:
    return {str(one) for one in sent.getlist("rights")}


def _holder(chosen: str) -> tuple[Any, str]:
    """`role:agent` as its two parts."""
    kind, _, holder = chosen.partition(":")
    known = {"role": set[str](ROLES), "relation": set[str](Relation)}
    if kind not in ("person", *known) or holder not in known.get(kind, {holder}):
        raise Invalid("Choose to whom the rights are granted.")
    return kind, holder


def _page(
    face: Face, request: Request, which: str, form: tuple[str, set[str] | None], refusal: Refusal | None = None
) -> HTMLResponse:
    """`form`: the holder, and the rights that are tried out (None: those that are held)."""
    holder, asked = form
    with face.database.reading() as session:
        queue, house = row(session, Queue, which), house_of(session)
        people = colleagues(session)
        names = {str(one.person_id): one.name for one in people}
        return face.pages.page(
            request, "setup_queue_rights.html", status=refusal.status if refusal else 200, here="setup", queue=queue,
            wrong=refusal.sentence if refusal else "", queues=house.queues, uses=USES, holder=holder,
            grants=[(one, _words(session, names, one.kind, one.holder)) for one in grants_at(house, queue.id)],
            workers=_alike(at_work(house, queue.id, people[:MOST_PEOPLE])), is_whole=len(people) <= MOST_PEOPLE,
            below=[one for one in house.queues.values() if queue.id in tuple(house.line(one.id))[1:]],
            choices=_choices(people), title=_title(session, names, holder),
            ticked=_held(house, queue.id, holder) if asked is None else asked,
            looked=_looked(house, queue.id, holder, asked, people) if asked is not None else None,
        )  # fmt: skip


def _looked(
    house: House, queue_id: UUID, holder: str, asked: set[str], people: list[Seer]
) -> list[tuple[str, list[tuple[Seer, str]]]]:
    kind, name = _holder(holder)
    found = changes(house, with_rights(house, queue_id, kind, name, asked & policy.RIGHTS), people[:MOST_PEOPLE])
    return [
        ("would see more", [(one.person, _parts(house, one.gains)) for one in found if one.gains]),
        ("would see less", [(one.person, _parts(house, one.loses)) for one in found if one.loses]),
    ]


def _parts(house: House, parts: tuple[Part, ...]) -> str:
    """`all tickets of Billing, tickets of Technical that they watch`."""
    stands = {Relation.OWNER: "own", Relation.CREATOR: "opened", Relation.INVOLVED: "had a hand in",
              Relation.WATCHER: "watch"}  # fmt: skip
    return ", ".join(
        f"tickets of {house.queues[queue_id].name} that they {stands[relation]}"
        if relation
        else f"all tickets of {house.queues[queue_id].name}"
        for queue_id, relation in parts
    )


def _alike(workers: list[tuple[Seer, list[str]]]) -> list[tuple[Role, list[str], list[str]]]:
    """Those of one role who hold the same, together: role, rights, names."""
    groups: dict[tuple[Role, tuple[str, ...]], list[str]] = {}
    for person, rights in workers:
        groups.setdefault((person.role, tuple(rights)), []).append(person.name)
    return [(role, list(rights), names) for (role, rights), names in groups.items()]


def _held(house: House, queue_id: UUID, holder: str) -> frozenset[str]:
    kind, _, name = holder.partition(":")
    return house.rights.get((kind, name, queue_id), policy.NONE)


def _choices(people: list[Seer]) -> list[tuple[str, list[tuple[str, str]]]]:
    """To whom rights can be granted, in groups."""
    return [
        ("Everybody of a role", [(f"role:{role}", _role(role)) for role in ROLES]),
        ("By what they are to the ticket", [(f"relation:{one}", words) for one, words in RELATIONS.items()]),
        ("One person", [(f"person:{one.person_id}", f"{one.name} ({_role(one.role).lower()})")
                        for one in people[:MOST_PEOPLE] if one.role is not Role.ADMIN]),
    ]  # fmt: skip


def _role(role: str) -> str:
    return role.replace("_", " ").capitalize()


def _title(session: Session, names: dict[str, str], holder: str) -> str:
    kind, _, name = holder.partition(":")
    return _words(session, names, kind, name) if name else ""


def _words(session: Session, names: dict[str, str], kind: str, holder: str) -> str:
    """A holder in words. Whoever is switched off, or is one of many, is looked up by itself."""
    if kind == "role":
        return f"Every {_role(holder).lower()}"
    if kind == "relation":
        return RELATIONS[Relation(holder)] if holder in set(Relation) else holder
    return names.get(holder) or _looked_up(session, holder)


def _looked_up(session: Session, holder: str) -> str:
    try:
        person = session.get(Person, UUID(holder))
    except ValueError:
        person = None
    return f"{person.name}{'' if person.is_active else ' (switched off)'}" if person else "somebody"
