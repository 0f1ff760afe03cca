"""A house whose customers, agents and queues change in the middle of a crowd's histories."""

from core.events import Event, OrganisationDefined, PersonDefined, QueueDefined
from core.ledger import Envelope
from tests.lake.history import house, uid
from tests.metrics.questions import utc


def house_told() -> list[Envelope]:
    """Acme becomes gold and moves, Bo leads, Technical goes under Billing: each on another day."""
    acme, bo = uid("Acme"), uid("Bo")
    told: tuple[tuple[str, Event], ...] = (
        ("2026-01-20T09:00", OrganisationDefined(organisation_id=acme, name="Acme", tier="silver")),
        ("2026-02-28T18:30", OrganisationDefined(organisation_id=acme, name="Acme", tier="gold", region="EU")),
        ("2026-03-20T09:00", OrganisationDefined(organisation_id=acme, name="Acme", region="US")),
        ("2026-01-05T09:00", PersonDefined(person_id=bo, role="agent")),
        ("2026-03-08T07:00", PersonDefined(person_id=bo, role="supervisor")),
        ("2025-12-01T09:00", QueueDefined(queue_id=uid("Billing"), name="Billing")),
        ("2025-12-01T09:00", QueueDefined(queue_id=uid("Technical"), name="Technical")),
        ("2026-02-11T09:00", QueueDefined(queue_id=uid("Technical"), name="Technical", parent_id=uid("Billing"))),
    )
    return [house(utc(when), event, n) for n, (when, event) in enumerate(told)]
