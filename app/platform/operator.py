"""What whoever runs the machine may do from its command line."""

from sqlalchemy import select
from sqlalchemy.orm import Session
from sqlmodel import col

from app.identity.token import issue_token
from app.people.person import Person
from core.actor import SYSTEM
from core.errors import NotFound


def token_for(session: Session, email: str, *, name: str, days: int, read_only: bool) -> str:
    """Make an API token for the person with this address; returns the secret, which nobody sees again."""
    person_id = session.execute(select(col(Person.id)).where(col(Person.email) == email.strip().lower())).scalar()
    if person_id is None:
        raise NotFound(f"There is nobody with the address {email}.")
    scopes = ["read"] if read_only else ["read", "write"]
    _, secret = issue_token(session, SYSTEM, person_id=person_id, name=name, scopes=scopes, days=days, source="cli")
    return secret
