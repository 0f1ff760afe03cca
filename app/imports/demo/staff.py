"""The demo company in the house: its queues, states, people and who may do what."""

from datetime import datetime
from uuid import UUID

from app.first_company import OF_AGENTS, OF_CUSTOMERS, OF_SUPERVISORS, STATES
from app.imports.demo.canned import canned_replies
from app.imports.demo.company import AGENTS, QUEUES, Clientele, Customer
from app.imports.demo.offices import AT_WORK, offices
from app.imports.names import Known, Names
from app.queues.house import State
from core.actor import Actor, Role

ACTIVITIES = {"Answering": True, "On the phone": True, "Looking into it": True, "Courtesy": False}
"""What time is booked on, and whether customers are billed for it."""

READERS = ["create", "move_into", "note", "read"]
"""What agents may do in the queues of other teams: look, note and pass on."""


class Staff:
    """The demo company's people and places by name."""

    def __init__(self, names: Names, people: Clientele, founded_at: datetime) -> None:
        self.names = names
        self.founded_at = founded_at
        self.states: dict[str, State] = {
            name: names.state(name, category, founded_at) for name, category in STATES.items()
        }
        self.queues: dict[str, UUID] = {}
        calendars = {name: names.calendar(name, calendar, founded_at) for name, calendar in offices(founded_at)}
        for queue, parent in QUEUES.items():
            self.queues[queue] = names.queue(
                queue,
                founded_at,
                parent_id=self.queues[parent] if parent else None,
                calendar_id=calendars[AT_WORK[queue]],
            )
        self.activities: dict[str, UUID] = {
            name: names.activity(name, founded_at, is_billable=is_billable) for name, is_billable in ACTIVITIES.items()
        }
        self.canned: dict[str, UUID] = {
            reply.name: names.canned_reply(reply.name, reply.body, founded_at) for reply in canned_replies().values()
        }
        self.agents: list[Known] = [self._agent(index) for index in range(len(AGENTS))]
        self.actors: list[Actor] = [names.actor(agent) for agent in self.agents]
        self.firms: dict[str, UUID] = {
            firm.name: names.organisation(
                firm.name, founded_at, tier=firm.tier, region=firm.region, is_shared=firm.is_shared
            )
            for firm in people.firms
        }
        for person in people.people:
            self.customer(person, founded_at)
        self._grant()

    def customer(self, customer: Customer, first_at: datetime) -> Actor:
        """Somebody who writes to us."""
        firm = self.firms[customer.firm.name] if customer.firm else None
        known = self.names.person(
            customer.name,
            Role.CUSTOMER,
            first_at,
            email=customer.email,
            organisation_id=firm,
            timezone=customer.timezone,
            locale=customer.language,
        )
        return self.names.actor(known)

    def _agent(self, index: int) -> Known:
        agent = AGENTS[index]
        role = Role.SUPERVISOR if agent.is_supervisor else Role.AGENT
        return self.names.person(agent.name, role, self.founded_at, email=agent.email, timezone=agent.shift.timezone)

    def _grant(self) -> None:
        """Agents work their own queue and the one they help in, and look into all others; supervisors do everything."""
        grant = self.names.grant
        for queue_id in self.queues.values():
            grant(queue_id, "role", Role.SUPERVISOR.value, OF_SUPERVISORS, self.founded_at)
            grant(queue_id, "role", Role.AGENT.value, READERS, self.founded_at)
            grant(queue_id, "role", Role.CUSTOMER.value, OF_CUSTOMERS, self.founded_at)
        for agent, known in zip(AGENTS, self.agents, strict=True):
            for queue in filter(None, (agent.queue, agent.helps)):
                if not agent.is_supervisor:
                    grant(self.queues[queue], "person", str(known.id), OF_AGENTS, self.founded_at)
