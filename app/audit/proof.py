"""The proof that nobody rewrote the ledger: asked for by a person, made by the worker, kept with what it found."""

from contextlib import closing
from datetime import datetime, timedelta
from uuid import UUID

import psycopg
import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlmodel import Field, SQLModel, col

from app.columns import instant, maybe_instant, words
from app.jobs.anchors import ledger_agrees_with_its_anchors
from core import clock
from core.actor import Actor
from core.ids import new_id
from core.settings import Settings
from etl.connection import connect
from etl.laws.law import Finding
from etl.laws.ledger import positions_are_dense, the_chain_holds

ABANDONED = timedelta(minutes=2)
"""A proof that has told nothing for so long died with its worker, and another may take it up."""

KEPT = 20


class Proof(SQLModel, table=True):
    """One look at the whole chain. `finished_at` is null while it goes on; `examples` name positions that are wrong."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    asked_by: UUID | None = None
    asked_at: datetime = instant(index=True)
    told_at: datetime | None = maybe_instant()
    finished_at: datetime | None = maybe_instant()
    checked: int = Field(default=0, sa_type=sa.BigInteger)
    total: int = Field(default=0, sa_type=sa.BigInteger)
    wrong: int = Field(default=0, sa_type=sa.BigInteger)
    examples: list[str] = words()


def ask_for_proof(session: Session, actor: Actor) -> Proof:
    """A proof to be made; the one that somebody already waits for, if there is one."""
    waiting = session.execute(
        sa.select(Proof).where(col(Proof.finished_at).is_(None)).order_by(col(Proof.asked_at)).limit(1)
    ).scalar_one_or_none()
    if waiting:
        return waiting
    proof = Proof(asked_by=actor.person_id, asked_at=clock.now())
    session.add(proof)
    session.flush()
    return proof


def recent_proofs(session: Session) -> list[Proof]:
    """The newest first."""
    return list(session.execute(sa.select(Proof).order_by(col(Proof.asked_at).desc()).limit(KEPT)).scalars())


def prove_what_was_asked(settings: Settings) -> int:
    """Make all proofs that wait, one after the other. Returns how many. Two workers never make the same one."""
    made = 0
    with closing(connect(settings.database_url, "proof", statement_seconds=0)) as connection:
        while (proof_id := _take(connection)) is not None:
            _prove(settings, connection, proof_id)
            made += 1
    return made


def _take(connection: psycopg.Connection) -> UUID | None:
    row = connection.execute(
        """
        update proof
        set told_at = %(now)s, checked = 0, total = (select coalesce(max(position), 0) from event)
        where id = (
            select id from proof
            where finished_at is null and (told_at is null or told_at < %(late)s)
            order by asked_at
            limit 1
            for update skip locked
        )
        returning id
        """,
        {"now": clock.now(), "late": clock.now() - ABANDONED},
    ).fetchone()
    return row[0] if row else None


def _prove(settings: Settings, connection: psycopg.Connection, proof_id: UUID) -> None:
    def tell(checked: int) -> None:
        connection.execute(
            "update proof set told_at = %s, checked = %s where id = %s", (clock.now(), checked, proof_id)
        )

    chain = the_chain_holds(connection, tell)
    more = [positions_are_dense(connection), ledger_agrees_with_its_anchors(settings)]
    whole = Finding(
        chain.checked,
        chain.wrong + sum(finding.wrong for finding in more),
        [example for finding in (chain, *more) for example in finding.examples],
    )
    connection.execute(
        "update proof set told_at = %(now)s, finished_at = %(now)s, checked = %(checked)s, wrong = %(wrong)s,"
        " examples = %(examples)s where id = %(id)s",
        {
            "now": clock.now(),
            "checked": whole.checked,
            "wrong": whole.wrong,
            "examples": whole.examples,
            "id": proof_id,
        },
    )
