"""A house in which some things are hidden, and a crawler that reads whatever an actor can reach of it."""

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import col

from app.identity.token import issue_token
from app.people.setup import define_organisation
from app.queues.setup import define_queue
from app.timers import Timer, set_timer
from core import clock
from core.actor import SYSTEM, Role
from tests.api.matrix import ADDRESSES, Stage, is_page, routes_of
from tests.depth import DEPTH
from tests.etl.company import carry_all

Answers = dict[str, tuple[int, str]]
"""Of each address the status and the text."""

ASIDE = re.compile(r"^GET (/static/|/live$|/api/v1/health|/health$|/$|/sign-in|/keys)|_dash-|_reload|_favicon")
"""Not about tickets; how the platform runs is everybody's of the staff to know; `/live` has no end."""
QUESTIONS = (
    "/api/v1/tickets?limit=100", "/api/v1/tickets?sort=created", "/tickets", "/tickets?q=hello", "/search?q=hello",
    "/api/v1/search?q=hello", "/api/v1/search/suggest?q=hel", "/api/v1/events?since=0&follow=false",
    "/api/v1/metrics/tickets_created?by=queue", "/api/v1/metrics/backlog?by=queue",
    "/api/v1/metrics/tickets_created/tickets", "/api/v1/people?limit=100", "/api/v1/views", "/api/v1/macros",
    "/dashboards/overview",
)  # fmt: skip
METRICS = ("tickets_created", "backlog", "first_reply_time_median")
NUMBERS = re.compile(r"^/api/v1/(metrics|analysis)/|^/dashboards")
ASKED_IN_BRIEF = ("admin", "foreigner", "watcher", "light", "supervisor") if DEPTH == 1 else ()
"""Who is not asked for numbers at each crawl, the dearest addresses: an agent is, and test_numbers.py asks for all."""
MOST_LINKS = 150 if DEPTH > 1 else 90


class Plot(Stage):
    """The cast of the matrix, and things that only the administrator may know of."""

    def __init__(self, database_url: str, folder: Path) -> None:
        super().__init__(database_url, folder)
        self.ids: dict[str, list[Any]] = {}
        self.real = self.place("here")
        self._know(ticket_id=self.real.ticket.id, number=self.real.ticket.number, queue_id=self.world.billing)
        self._know(state_id=self.open_state, person_id=self.target.id, organisation_id=self.world.acme.id)
        self._know(which=self.world.billing)
        self._know(which=self.open_state)
        for name in ("calendar_id", "policy_id", "activity_id"):
            self._know(**{name: self.thing(name)})

    def bury(self, word: str, *, with_strangers: bool = True) -> None:
        """A ticket with everything that a ticket can carry, and things of the administrator's own; with strangers:
        in a new queue and of a new customer, whom staff hear of.
        """
        if with_strangers:
            self.strangers = self._strangers(word)
        customer, queue = self.strangers
        wish = {"title": f"Hello {word}", "body": f"Hello, {word}.", "queue_id": str(queue), "requester_id": customer}
        ticket = self._made("/api/v1/tickets", wish)
        path = f"/api/v1/tickets/{ticket['id']}"
        self._made(f"{path}/tag", {"add": [word]})
        self._made(f"{path}/set-field", {"field": "product", "value": word})
        file = self.clients["admin"].post(f"/api/v1/files?name={word}.txt", content=f"Hello {word}".encode()).json()
        self._made(f"{path}/note", {"body": f"Note {word}", "attachments": [file["id"]]})
        self._made(f"{path}/reply", {"body": f"Reply {word}"})
        waiting = self._made(f"{path}/scheduled-replies", {"body": f"Later {word}", "delay_seconds": 600})
        booked = self._made(f"{path}/time", {"minutes": 5, "note": f"Work {word}"})
        loose = self.clients["admin"].post(f"/api/v1/files?name=loose-{word}.txt", content=b"Hello.").json()
        said = self.clients["admin"].get(f"{path}/messages").json()["items"][-1]["id"]
        self._know(reply_id=waiting["id"], entry_id=booked["id"], file_id=loose["id"], message_id=said)
        self.clients["admin"].put(f"{path}/drafts/note", json={"body": f"Draft {word}"})
        self._know(ticket_id=ticket["id"], number=ticket["number"], queue_id=queue, which=queue, file_id=file["id"])
        self._know(timer_id=self._failed_timer(word, UUID(ticket["id"])))
        self._of_the_desk(word, queue)

    def _of_the_desk(self, word: str, queue: UUID) -> None:
        steps = [{"do": "prioritise", "priority": 4}]
        for audience in ({}, {"audience": "team", "queue_id": str(queue)}):
            view = self._made("/api/v1/views", {"name": f"View {word}", "query": f"tag:{word}", **audience})
            macro = self._made("/api/v1/macros", {"name": f"Macro {word}", "actions": steps, **audience})
            reply = self._made("/api/v1/canned-replies", {"name": f"Text {word}", "body": f"Hi {word}", **audience})
            self._know(view_id=view["id"], macro_id=macro["id"], canned_reply_id=reply["id"], row_id=macro["id"])
            self._know(row_id=reply["id"])
        job = self._made("/api/v1/tickets/bulk", {"query": f"tag:{word}", "actions": steps})
        token = self._made("/api/v1/tokens", {"name": f"Token {word}"})
        self._know(job_id=job["id"], token_id=token["id"])

    def _failed_timer(self, word: str, ticket_id: UUID) -> str:
        """A timer that failed too often, and waits for somebody."""
        with self.database.transaction() as session:
            timer_key = f"reminder:{word}"
            set_timer(session, key=timer_key, kind="ticket.state", due_at=clock.now(), ticket_id=ticket_id)
            aside = sa.update(Timer).where(col(Timer.key) == timer_key)
            session.execute(aside.values(is_set_aside=True, attempts=12, note=f"LookupError: {word}"))
            return str(session.execute(sa.select(col(Timer.id)).where(col(Timer.key) == timer_key)).scalar_one())

    def _strangers(self, word: str) -> tuple[str, UUID]:
        with self.database.transaction() as session:
            self.world.session = session
            organisation = define_organisation(session, SYSTEM, name=f"Org {word}").id
            customer = self.world.person(f"Cust{word}", Role.CUSTOMER, organisation_id=organisation)
            queue = define_queue(session, SYSTEM, name=f"Queue {word}").id
            issue_token(session, SYSTEM, person_id=customer.id, name=word, scopes=["read"], days=1)
            self._know(person_id=customer.id, organisation_id=organisation)
            self.application.state.desk.database.house.forget()
            return str(customer.id), queue

    def _made(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self.clients["admin"].post(path, json=body)
        assert answer.status_code < 300, f"{path}: {answer.text}"
        told: dict[str, Any] = answer.json()
        return told

    def _know(self, **ids: Any) -> None:
        for name, one in ids.items():
            self.ids.setdefault(name, []).append(one)

    def carry(self) -> None:
        """Lake and search index follow."""
        carry_all(self.application.state.desk.settings)

    def addresses(self) -> list[str]:
        """Every address that reads, with all real ids in their places."""
        found = list(QUESTIONS)
        for route in sorted(routes_of(self.application.routes)):
            if route.startswith("GET ") and not ASIDE.search(route):
                found += self._filled_in(ADDRESSES.get(route, route.split(" ")[1]))
        return found

    def _filled_in(self, path: str) -> Iterator[str]:
        names = re.findall(r"{(\w+)", path)
        others = {
            "kind": ["note", "reply"] if "drafts" in path else ["thumbnail"],
            "name": ["overview"] if path.startswith("/dashboards") else METRICS,
            "field_key": ["product"], "other": self.ids["number"], "country": ["DE"], "version": [1],
        }  # fmt: skip
        choices = [self.ids.get(name) or others.get(name, []) for name in names]
        for chosen in product(*choices):
            yield re.sub(r"{\w+(:path)?}", "{}", path).format(*chosen)

    def crawl(self, actor: str) -> Answers:
        """What the actor gets at all of them, and at whatever their pages link to."""
        waiting, answers = self.addresses(), Answers()
        most = len(waiting) + MOST_LINKS
        while waiting and len(answers) < most:
            address = waiting.pop(0)
            if address in answers or (actor in ASKED_IN_BRIEF and NUMBERS.search(address)):
                continue
            answer = self.clients[actor].get(address, headers=PAGE if is_page(address) else {})
            answers[address] = (answer.status_code, answer.text)
            if is_page(address):
                waiting += [link for link in LINK.findall(answer.text) if link not in answers]
        return answers


LINK = re.compile(r'href="(/(?!static/|live|health|keys)[^"#&]*)"')
PAGE = {"accept": "text/html"}

OF_THE_MOMENT = re.compile(
    r'"(position|snapshot|seconds|at)":[\d.]+|"cached":(true|false)|(?<="answered-headlines":{"data":)[\d.]+'
    r'|name="command_id" value="[^"]*"|id="_dash-config".*'
)
"""A form's new id; a key that Dash makes for each page, and what makes each of its answers another one; how long the
lake took, how far it is, and whether it moved since it was asked last: the positions of the ledger and the lake's
snapshots count what happens in the whole house (decision 0052).
"""
