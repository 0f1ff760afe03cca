"""Mail addresses as they are shown: whole to those who may have them, else `c…@example.com` (decision 0056)."""

from app import policy
from app.people.person import Person
from core.actor import Actor


def address_for(actor: Actor, person: Person) -> str:
    """Somebody's mail address as this actor may have it."""
    return person.email if policy.sees_address(actor, person.id) else masked(person.email)


def masked(address: str) -> str:
    """The first letter and the domain: enough to tell two of a name apart, too little to write to."""
    name, _, domain = address.rpartition("@")
    return f"{name[:1]}…@{domain}"
