"""Alembic's entry: it runs on the connection that `upgrade` hands in."""

from typing import Any

from alembic import context

from app.tables import event, metadata
from core.ledger import metadata as ledger_metadata

assert event is not None


def _ours(thing: Any, name: str | None, kind: str, reflected: bool, compare_to: Any) -> bool:
    return not (kind == "table" and reflected and compare_to is None)


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=[metadata, ledger_metadata],
    include_object=_ours,
    compare_type=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
