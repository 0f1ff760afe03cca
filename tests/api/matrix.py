"""The cast and the requests of the authorisation matrix (tests/api/policy_matrix.toml, test_matrix.py)."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, WebSocketRoute
from starlette.testclient import TestClient

from app.db import Database
from app.identity.token import issue_token
from app.people.person import Person
from app.people.setup import define_organisation
from app.queues.setup import define_queue, set_rights
from app.tickets.commands import Assign, Note, Open, Watch
from app.tickets.ticket import Message, Ticket
from asgi import create_app
from core import clock
from core.actor import SYSTEM, Role
from core.settings import Settings
from tests.clients import Clients
from tests.world import World

ACTORS = (
    "nobody", "expired", "requester", "colleague", "stranger", "agent", "foreigner", "watcher", "light", "supervisor",
    "admin", "reader",
)  # fmt: skip
"""Not signed in; a token that ended; the customer whose ticket it is; another of the same, sharing, organisation; a
customer of elsewhere; an agent of the queue; one of another queue; one who watches (to whom the queue grants `note`);
a light agent of the queue; its supervisor; an administrator; an administrator's token that may only read."""

SIGNS = {401: "?", 403: "n", 404: "-"}
"""How a refusal is written in the table. `y`: let through, also to a conflict with what the ticket is, or, on pages,
to a form's own complaints (of the API no invalid request counts)."""

numbers = count(1)


@dataclass(frozen=True, slots=True)
class Place:
    """The tickets of a request: `here`, where the cast is what it is called, or `hidden`, out of sight for all."""

    ticket: Ticket
    message_id: UUID
    other_id: UUID
    other_number: int = 10**9 + 1


class Stage:
    """The whole application over a database in which the cast of twelve is at work."""

    def __init__(self, database_url: str, folder: Path) -> None:
        settings = Settings(data_dir=folder, database_url=database_url, secret_key="k" * 32)
        self.database = Database(database_url, most_connections=3)
        with self.database.transaction() as session:
            self.world = world = World(session)
            define_organisation(
                session, SYSTEM, name="Acme", tier="gold", region="EU", is_shared=True, organisation_id=world.acme.id
            )
            self.crypt = define_queue(session, SYSTEM, name="Crypt").id
            self.open_state = world.state("OPEN")
            self.target = world.person("Tom", Role.AGENT)
            people: dict[str, Person] = {
                "requester": world.cleo,
                "colleague": world.person("Mara", Role.CUSTOMER, organisation_id=world.acme.id),
                "stranger": world.person("Eve", Role.CUSTOMER),
                "agent": world.ana,
                "foreigner": world.bo,
                "watcher": world.person("Wes", Role.AGENT),
                "light": world.person("Lou", Role.LIGHT_AGENT),
                "supervisor": world.dov,
                "admin": world.person("Ada", Role.ADMIN),
            }
            world.grant(world.billing, people["light"], ["read", "note"])
            set_rights(
                session, SYSTEM, queue_id=world.billing, holder_kind="relation", holder="watcher", rights=["note"]
            )
            self.people = people | {"reader": people["admin"], "expired": people["admin"]}
            tokens = {name: self._token(session, name) for name in self.people}
        self.application = create_app(settings)
        self._clients = Clients(self.application)
        self._kept: dict[str, Place] = {}
        self._things: dict[str, str] = {}
        self.clients = {name: self._client(tokens.get(name)) for name in ACTORS}

    def place(self, where: str) -> Place:
        """A new ticket and another one beside it."""
        with self.database.transaction() as session:
            world = self.world
            world.session = session
            admin = world.actor(self.people["admin"])
            now = clock.now()
            if where == "here":
                opening = Open(title="Wrong invoice", body="Hello.", queue_id=world.billing)
                ticket = world.do("cleo", opening, at=now)
                world.do(admin, Watch(person_id=self.people["watcher"].id), ticket, at=now)
            else:
                ticket = world.do(admin, Open(title="Buried", body="Deep.", queue_id=self.crypt), at=now)
            other = world.do(admin, Open(title="Beside", body="It.", queue_id=ticket.queue_id), at=now)
            world.do(admin, Note(body="Hm."), ticket, at=now)
            world.do(admin, Assign(agent_id=self.people["admin"].id), other, at=now)
            message_id = session.query(Message.id).where(Message.ticket_id == ticket.id, Message.is_first).scalar()  # type: ignore[arg-type]
            session.expunge_all()
        return Place(ticket, message_id, other.id, other.number)

    def ask(self, actor: str, route: str, where: str) -> str:
        """The sign for what a route answers. Its tickets serve again until somebody has changed them."""
        kind = "here" if where == "any" else where
        place = self._kept.get(kind) or self._kept.setdefault(kind, self.place(kind))
        answer = self.answer(actor, route, place)
        if answer.status_code < 400 and not route.startswith("GET "):
            del self._kept[kind]
        wrong = (405, 500) if is_page(route.split(" ")[1]) else (405, 422, 500)
        assert answer.status_code not in wrong, f"{actor}: {route}: {answer.text}"
        return SIGNS.get(answer.status_code, "y")

    def answer(self, actor: str, route: str, place: Place) -> Any:
        """What a route answers about the tickets of a place."""
        method, path = route.split(" ")
        path, body = self._filled(route, path, place)
        kind = "content" if isinstance(body, bytes) else "data" if is_page(path) else "json"
        how: dict[str, Any] = {kind: body}
        answer = self.clients[actor].request(method, path, **(how if body is not None else {}))
        if (method == "DELETE" or path.endswith("/remove")) and answer.status_code < 400:
            self._things.clear()
        return answer

    def thing(self, name: str) -> str:
        """One of the things of the whole house, which an administrator set up; a new one once it is removed."""
        if name not in self._things:
            path, wish, key = THINGS[name]
            made = self.clients["admin"].post(path, json=_named(wish, {"new": next(numbers)}))
            assert made.status_code in (200, 201, 202), f"{path}: {made.text}"
            self._things[name] = made.json()[key]
        return self._things[name]

    def _filled(self, route: str, path: str, place: Place) -> tuple[str, Any]:
        ids: dict[str, Any] = {
            "ticket_id": place.ticket.id, "number": place.ticket.number, "message_id": place.message_id,
            "other_id": place.other_id, "other_number": place.other_number,
            "queue_id": self.world.billing, "person_id": self.target.id,
            "state_id": self.open_state, "new": next(numbers),
            "organisation_id": self.world.acme.id, "version": place.ticket.version, "absent": uuid4(),
            "admin_id": self.people["admin"].id,
        }  # fmt: skip
        path = ADDRESSES.get(route, path)
        for name in ABSENT:
            path = path.replace(f"{{{name}}}", str(ids["absent"]))
        ids |= {name: self.thing(name) for name in THINGS if f"{{{name}}}" in path + str(BODIES.get(route))}
        body = BODIES.get(route, {} if route.startswith("POST /api/v1/tickets/") else None)
        return path.format(**ids), _named(body, ids)

    def _token(self, session: Any, name: str) -> str:
        days, scopes = (-1, ["write"]) if name == "expired" else (1, ["read"] if name == "reader" else ["write"])
        return issue_token(session, SYSTEM, person_id=self.people[name].id, name=name, scopes=scopes, days=days)[1]

    def _client(self, token: str | None) -> TestClient:
        headers = {"accept": "application/json", **({"authorization": f"Bearer {token}"} if token else {})}
        return self._clients.client(headers=headers, follow_redirects=False)

    def close(self) -> None:
        """Let go of the connections."""
        self._clients.close()
        self.database.close()
        self.application.state.desk.close()


def routes_of(routes: list[BaseRoute]) -> Iterator[str]:
    """Every address with its method: `GET /tickets/{number}`."""
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from routes_of(inner.routes)
        elif isinstance(route, APIRoute):
            yield from (f"{method} {route.path}" for method in sorted(route.methods - {"HEAD"}))
        elif isinstance(route, WebSocketRoute):
            yield f"WEBSOCKET {route.path}"
        else:
            yield f"MOUNT {getattr(route, 'path', route)}"


def is_page(path: str) -> bool:
    """Whether it takes forms rather than JSON."""
    return not path.startswith("/api/")


def _named(body: Any, ids: dict[str, Any]) -> Any:
    if isinstance(body, dict):
        return {_named(name, ids): _named(value, ids) for name, value in body.items()}
    if isinstance(body, list):
        return [_named(value, ids) for value in body]
    return body.format(**ids) if isinstance(body, str) else body


ABSENT = ("entry_id", "token_id", "timer_id", "file_id", "job_id", "reply_id", "source_id")
"""Things of one's own: somebody else's are in tests/wall/test_foreign_things.py."""

ROUND_THE_CLOCK = {"zone": "UTC", "weekly": [{"day": "mon", "starts": "00:00", "ends": "24:00"}]}
PROMISE = {
    "name": "Policy {new}",
    "targets": [{"metric": "first_reply", "basis": "calendar", "seconds": {"normal": 3600}}],
}
WHAT_IF = {
    "name": "What if", "since": "2026-01-01T00:00:00Z", "until": "2026-02-01T00:00:00Z", "policies": [PROMISE],
}  # fmt: skip
HOLIDAYS = """BEGIN:VCALENDAR\r
VERSION:2.0\r
BEGIN:VEVENT\r
UID:1\r
DTSTART;VALUE=DATE:20260501\r
SUMMARY:May Day\r
END:VEVENT\r
END:VCALENDAR\r
"""
STEPS = [{"do": "prioritise", "priority": 4}]
ALERT = {
    "name": "A{new}", "metric": "backlog", "condition": {"kind": "threshold", "side": "above", "limit": 1_000_000},
}  # fmt: skip
ALERT_FORM = {"name": "A{new}", "metric": "backlog", "grain": "hour", "kind": "threshold", "side": "above",
              "limit": "1000000", "do": "save"}  # fmt: skip
EVERYBODY: dict[str, Any] = {"audience": "global"}
THINGS: dict[str, tuple[str, dict[str, Any], str]] = {
    "calendar_id": ("/api/v1/calendars", {"name": "Hours {new}", "definition": ROUND_THE_CLOCK}, "id"),
    "policy_id": ("/api/v1/sla/policies", PROMISE, "id"),
    "what_if_id": ("/api/v1/sla/what-ifs", WHAT_IF, "id"),
    "alert_id": ("/api/v1/alerts", ALERT, "id"),
    "denominator_since": ("/api/v1/denominators", {"name": "active_customers", "count": 5}, "since"),
    "activity_id": ("/api/v1/activities", {"name": "Kind {new}"}, "id"),
    "proof_id": ("/api/v1/audit/proofs", {}, "id"),
    "field_key": ("/api/v1/fields", {"key": "of_matrix_{new}", "label": "Of the matrix", "type": "text"}, "key"),
    "view_id": ("/api/v1/views", {"name": "V{new}", "query": "is:open", **EVERYBODY}, "id"),
    "macro_id": ("/api/v1/macros", {"name": "M{new}", "actions": STEPS, **EVERYBODY}, "id"),
    "canned_reply_id": ("/api/v1/canned-replies", {"name": "C{new}", "body": "Hello.", **EVERYBODY}, "id"),
}
"""What there is for the whole house, with the request that sets it up."""

TICKET = "/api/v1/tickets/{ticket_id}"
FORMS: dict[str, dict[str, str]] = {
    "state": {"state": "{state_id}"},
    "assignee": {"assignee": ""},
    "queue": {"queue": "{queue_id}"},
    "priority": {"priority": "4"},
    "title": {"title": "New"},
    "tags": {"add": "x"},
    "messages": {"body": "Hi.", "visibility": "public"},
    "watching": {"watching": "yes"},
    "snooze": {"until": "2031-01-07T09:00"},
    "fields": {"field.{field_key}": "x"},
    "due": {"target": "first_reply", "due_at": "2031-01-07T09:00"},
}
"""What `POST /tickets/{number}/{form}` serves; a line of the table each."""

SHARED_VIEW = {"name": "V{new}", "query": "is:open", "sort": "-updated", "for": "global", "do": "save"}
WRITTEN_STEPS = '[{{"do":"prioritise","priority":4}}]'
BODIES: dict[str, Any] = {
    "POST /api/v1/tickets": {"title": "Hello", "body": "World.", "queue_id": "{queue_id}"},
    f"POST {TICKET}/reply": {"body": "Hi."},
    f"POST {TICKET}/note": {"body": "Hm."},
    f"POST {TICKET}/assign": {"agent_id": None},
    f"POST {TICKET}/move": {"queue_id": "{queue_id}"},
    f"POST {TICKET}/prioritise": {"priority": 4},
    f"POST {TICKET}/retitle": {"title": "New"},
    f"POST {TICKET}/tag": {"add": ["x"]},
    f"POST {TICKET}/set-field": {"field": "product", "value": "x"},
    f"POST {TICKET}/set-fields": {"fields": {"product": "x"}},
    "POST /api/v1/files": b"Hello.",
    "POST /api/v1/fields": {"key": "key_{new}", "label": "Key", "type": "text"},
    "POST /api/v1/calendars": {"name": "Calendar {new}", "definition": ROUND_THE_CLOCK},
    "PUT /api/v1/calendars/{calendar_id}": {"name": "Calendar {new}", "definition": ROUND_THE_CLOCK},
    "POST /api/v1/calendars/{calendar_id}/versions/{number}/accept": {"preview_token": "00"},
    "POST /api/v1/calendars/{calendar_id}/holiday-sources": {"kind": "country", "country": "DE"},
    "POST /api/v1/calendars/{calendar_id}/holiday-files": {"name": "F{new}", "content": HOLIDAYS},
    "PUT /api/v1/fields/{field_key}": {"label": "Key", "type": "text"},
    "POST /api/v1/sla/policies": PROMISE,
    "PUT /api/v1/sla/policies/{policy_id}": PROMISE,
    "PUT /api/v1/sla/policy-order": {"policy_ids": []},
    "POST /api/v1/sla/preview": PROMISE,
    "POST /api/v1/notices/seen": {"notice_ids": ["{absent}"]},
    "POST /api/v1/sla/what-ifs": WHAT_IF,
    f"POST {TICKET}/set-state": {"state_id": "{state_id}"},
    f"POST {TICKET}/set-due": {"target": "first_reply", "due_at": "2031-01-07T09:00:00Z"},
    f"POST {TICKET}/snooze": {"until": "2031-01-07T09:00:00Z"},
    f"POST {TICKET}/merge": {"into_id": "{other_id}"},
    f"POST {TICKET}/place-messages": {"ticket_id": "{other_id}", "message_ids": ["{message_id}"]},
    f"POST {TICKET}/split": {"title": "Second matter", "message_ids": ["{message_id}"]},
    f"PUT {TICKET}/drafts/{{kind}}": {"body": "Dear"},
    f"POST {TICKET}/scheduled-replies": {"body": "Hi.", "delay_seconds": 600},
    "POST /api/v1/mentions/seen": {},
    f"POST {TICKET}/time": {"minutes": 5},
    f"POST {TICKET}/rating": {"score": 5},
    "PUT /api/v1/time/{entry_id}": {"minutes": 5},
    "POST /api/v1/denominators": {"name": "active_customers", "count": 5},
    "POST /api/v1/activities": {"name": "Work {new}"},
    "PUT /api/v1/activities/{activity_id}": {"name": "Work"},
    "PUT /api/v1/preferences": {"undo_send_seconds": 10},
    "PUT /api/v1/presence": {"presence": "away"},
    f"POST {TICKET}/links": {"kind": "relates", "to_id": "{other_id}"},
    "POST /api/v1/tickets/bulk": {"query": "is:open", "actions": STEPS},
    "POST /api/v1/alerts": ALERT,
    "POST /api/v1/alerts/preview": ALERT,
    "PUT /api/v1/alerts/{alert_id}": ALERT,
    "POST /alerts": ALERT_FORM,
    "POST /alerts/{alert_id}": ALERT_FORM,
    "POST /api/v1/views": {"name": "V{new}", "query": "is:open"},
    "PUT /api/v1/views/{view_id}": {"name": "V{new}", "query": "is:open", **EVERYBODY},
    "POST /api/v1/macros": {"name": "M{new}", "actions": STEPS},
    "PUT /api/v1/macros/{macro_id}": {"name": "M{new}", "actions": STEPS, **EVERYBODY},
    "POST /api/v1/canned-replies": {"name": "C{new}", "body": "Hello."},
    "PUT /api/v1/canned-replies/{canned_reply_id}": {"name": "C{new}", "body": "Hello.", **EVERYBODY},
    "POST /api/v1/queues": {"name": "Queue {new}"},
    "PUT /api/v1/queues/{queue_id}": {"name": "Billing"},
    "PUT /api/v1/queues/{queue_id}/rights/{holder_kind}/{holder}": {"rights": ["read"]},
    "POST /api/v1/queues/{queue_id}/rights/{holder_kind}/{holder}/preview": {"rights": ["read"]},
    "POST /setup/queues/{which}/rights": {"holder": "person:{person_id}", "rights": "read"},
    "PUT /api/v1/queues/{queue_id}/transitions": {"rules": []},
    "POST /api/v1/states": {"name": "state {new}", "category": "OPEN"},
    "PUT /api/v1/states/{state_id}": {"name": "open", "category": "OPEN", "is_default": True},
    "POST /api/v1/people": {"name": "New", "email": "new{new}@example.com"},
    "PUT /api/v1/people/{person_id}": {"name": "Tom", "email": "tom@example.com", "role": "agent"},
    "POST /api/v1/organisations": {"name": "Org {new}"},
    "PUT /api/v1/organisations/{organisation_id}": {
        "name": "Acme", "tier": "gold", "region": "EU", "is_shared": True
    },
    "POST /api/v1/session": {"email": "nobody@example.com", "password": "wrong"},
    "PUT /api/v1/session/password": {"current": "x", "new": "correct horse battery staple"},
    "POST /api/v1/session/view-as": {"person_id": "{person_id}"},
    "POST /view-as": {"person_id": "{person_id}"},
    "POST /api/v1/tokens": {"name": "T{new}"},
    "POST /tickets": {"title": "Hello", "body": "World.", "queue": "{queue_id}"},
    "POST /tickets/{number}/merge": {"into": "{other_number}", "version": "{version}"},
    "POST /tickets/{number}/unmerge": {"version": "{version}"},
    "POST /tickets/{number}/split": {
        "title": "Second matter", "queue": "{queue_id}", "version": "{version}", "message": "{message_id}"
    },
    "POST /tickets/{number}/link": {"kind": "relates", "other": "{other_number}"},
    "POST /tickets/{number}/place": {"other": "{other_number}", "message": "{message_id}"},
    "POST /views": {"name": "V{new}", "query": "is:open", "sort": "-updated", "for": "private", "do": "save"},
    "POST /views/{view_id}": SHARED_VIEW,
    "POST /bulk/confirm": {"ticket": "{number}", "priority": "4"},
    "POST /bulk": {"ticket": "{number}", "actions": WRITTEN_STEPS, "total": "1"},
    "POST /macros": {"name": "M{new}", "priority": "4", "for": "private", "do": "save"},
    "POST /macros/{row_id}": {"name": "M{new}", "priority": "4", "for": "global", "do": "save"},
    "POST /canned-replies": {"name": "C{new}", "body": "Hello.", "for": "private", "do": "save"},
    "POST /canned-replies/{row_id}": {"name": "C{new}", "body": "Hello.", "for": "global", "do": "save"},
    "POST /tickets/{number}/macro": {"macro": "{macro_id}", "version": "{version}"},
    "POST /tickets/{number}/insert": {"canned": "{canned_reply_id}", "body": "Dear"},
    "POST /mentions/seen": {"message": "{message_id}"},
    "POST /setup/calendars/{calendar_id}/sources": {"country": "DE"},
    "POST /setup/calendars/{calendar_id}/sources/drop": {"source_id": "{absent}"},
    "POST /audit/proofs": {},
    "POST /activities": {"name": "Page work {new}"},
    "POST /setup/denominators/{which}": {"count": "4200"},
    **{f"POST /tickets/{{number}}/{form}": {"version": "{version}", **typed} for form, typed in FORMS.items()},
    "POST /tickets/{number}/draft": {"body": "Dear", "visibility": "public", "draft_version": "0"},
    "POST /tickets/{number}/time": {"minutes": "5"},
    "POST /tickets/{number}/rating": {"score": "5"},
    "POST /time/{entry_id}": {"minutes": "5"},
    "POST /outgoing/{reply_id}": {"deed": "cancel"},
    "POST /account/undo-send": {"seconds": "10"},
    "POST /presence": {"presence": "away"},
    "POST /account/tokens": {"name": "T", "scopes": "read", "days": "1"},
    "POST /sign-in": {"email": "nobody@example.com", "password": "wrong"},
    "POST /account/password": {
        "current": "x", "new": "correct horse battery staple", "again": "correct horse battery staple"
    },
    "POST /theme": {"theme": "dark"},
}  # fmt: skip
ADDRESSES = {
    f"GET {TICKET}/drafts/{{kind}}": TICKET + "/drafts/note",
    f"PUT {TICKET}/drafts/{{kind}}": TICKET + "/drafts/reply",
    f"DELETE {TICKET}/drafts/{{kind}}": TICKET + "/drafts/reply",
    **{
        f"{method} /{kind}/{{row_id}}{more}": f"/{kind}/{{{name}}}{more}"
        for method, more in (("GET", ""), ("POST", ""), ("POST", "/remove"))
        for kind, name in (("macros", "macro_id"), ("canned-replies", "canned_reply_id"))
    },
    "DELETE /api/v1/denominators": "/api/v1/denominators?name=active_customers&since={denominator_since}",
    f"DELETE {TICKET}/links": TICKET + "/links?kind=relates&to_id={other_id}",
    "PUT /api/v1/queues/{queue_id}/rights/{holder_kind}/{holder}": "/api/v1/queues/{queue_id}/rights/person/{person_id}",  # noqa: E501
    "GET /tickets/{number}/since-merge/{other}": "/tickets/{number}/since-merge/999999999",
    "GET /tickets/{number}/macro": "/tickets/{number}/macro?macro={macro_id}",
    "GET /setup/calendars/{calendar_id}/year/{year}": "/setup/calendars/{calendar_id}/year/2026",
    "GET /setup/queues/{which}": "/setup/queues/{queue_id}",
    **{
        f"{method} {where}/calendars/{{calendar_id}}/versions/{{number}}{more}":
        f"{where}/calendars/{{calendar_id}}/versions/1{more}"
        for method, where, more in (
            ("GET", "/api/v1", ""), ("GET", "/api/v1", "/preview"), ("GET", "/api/v1", "/series"),
            ("POST", "/api/v1", "/accept"),
            ("POST", "/api/v1", "/withdraw"), ("GET", "/setup", ""), ("POST", "/setup", ""),
        )
    },
    "GET /setup/sla/{which}": "/setup/sla/new",
    "POST /setup/denominators/{which}": "/setup/denominators/active_customers",
    "POST /setup/sla/{which}": "/setup/sla/new",
    "POST /setup/sla/{which}/move": "/setup/sla/{policy_id}/move",
    "GET /setup/states/{which}": "/setup/states/{state_id}",
    "POST /setup/queues/{which}": "/setup/queues/{queue_id}",
    "POST /api/v1/queues/{queue_id}/rights/{holder_kind}/{holder}/preview": "/api/v1/queues/{queue_id}/rights/person/{person_id}/preview",  # noqa: E501
    "GET /setup/queues/{which}/rights": "/setup/queues/{queue_id}/rights",
    "POST /setup/queues/{which}/rights": "/setup/queues/{queue_id}/rights",
    "POST /setup/queues/{which}/ways": "/setup/queues/{queue_id}/ways",
    "POST /setup/queues/{which}/drop": "/setup/queues/{queue_id}/drop",
    "POST /setup/states/{which}": "/setup/states/{state_id}",
    "GET /api/v1/holidays/{country}": "/api/v1/holidays/DE?year=2026",
    "GET /api/v1/calendars/{calendar_id}/days": "/api/v1/calendars/{calendar_id}/days?first=2026-01-01",
    "GET /api/v1/calendars/{calendar_id}/due": "/api/v1/calendars/{calendar_id}/due?start=2026-01-01T00:00:00Z&seconds=60",  # noqa: E501
    "GET /api/v1/calendars/{calendar_id}/open-time": "/api/v1/calendars/{calendar_id}/open-time?start=2026-01-01T00:00:00Z&end=2026-01-02T00:00:00Z",  # noqa: E501
    "GET /api/v1/search": "/api/v1/search?q=hello",
    "GET /api/v1/search/suggest": "/api/v1/search/suggest?q=hel",
    "GET /api/v1/events": "/api/v1/events?since=0&follow=false",
    "GET /api/v1/metrics/{name}": "/api/v1/metrics/tickets_created",
    "GET /api/v1/metrics/{name}/tickets": "/api/v1/metrics/tickets_created/tickets",
    "GET /api/v1/metrics/{name}/tickets/{ticket_id}": "/api/v1/metrics/tickets_created/tickets/{ticket_id}",
    "GET /api/v1/metrics/{name}/moved": "/api/v1/metrics/tickets_created/moved?since=30d",
    "GET /api/v1/analysis/staffing/tickets": "/api/v1/analysis/staffing/tickets?shifts=mon%209:00-17:00%3D1&handle_minutes=9&target_minutes=60",  # noqa: E501
    **{
        f"GET /api/v1/analysis/{name}/behind": f"/api/v1/analysis/{name}/behind?part={part}"
        for name, part in (
            ("attendance", "online_hours"), ("fairness", "open&agent_id={person_id}"), ("peak", "peak"),
            ("concentration", "created"), ("lateness", "late"), ("restatement", "cells"), ("channels", "tickets"),
            ("comparison", "tickets"), ("contacts", "tickets"),
            *((name, "open&organisation_id={person_id}") for name in ("pain", "wellbeing")),
        )
    },
    "GET /api/v1/analysis/restatement": "/api/v1/analysis/restatement?metric=backlog&published_at=2026-03-02",
    "GET /api/v1/analysis/staffing/live": "/api/v1/analysis/staffing/live?per_hour=200&handle_seconds=180",
    "GET /dashboards/panel.{ending}": "/dashboards/panel.csv?panel=absent",
    "GET /api/v1/files/{file_id}/views/{kind}": "/api/v1/files/{absent}/views/thumbnail",
    "GET /live": "/live?probe=1",
    "GET /static/{version}/{name}": "/static/0/desk.css",
    "GET /dashboards/{name}": "/dashboards/overview",
}  # fmt: skip
