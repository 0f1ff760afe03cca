"""Mail addresses take the right `contact`: search knows them apart from names; whoever answers customers keeps them"""

from importlib import import_module
from typing import Any

from alembic import op

revision = "0035"
down_revision = "0034"

TOGETHER = "nullif(concat_ws(' ', requester.name, requester.email), '') as requester"
APART = "requester.name::text as requester"
ADDRESS = """,
       requester.email::text as address"""
HELD = "update queue_right set rights = array_append(rights, 'contact') where 'reply' = any (rights)"
GIVEN_UP = "update queue_right set rights = array_remove(rights, 'contact')"


def upgrade() -> None:
    """The view's new column stands last: so it can be replaced in its place."""
    old = import_module("app.migrations.versions.0018_search_fields")
    assert TOGETHER in old.DOCUMENT
    op.execute(_walled(old, APART, old.MORE + ADDRESS))
    op.execute(HELD)


def downgrade() -> None:
    """Names and addresses as one, again."""
    old = import_module("app.migrations.versions.0018_search_fields")
    op.execute("drop view ticket_document")
    op.execute(_walled(old, TOGETHER, old.MORE))
    op.execute(GIVEN_UP)


def _walled(old: Any, requester: str, more: str) -> str:
    view: str = old.DOCUMENT.replace("view ticket_document as", "view ticket_document with (security_invoker = true) as")
    return view.replace(TOGETHER, requester).replace("{text}", old.SHOWN).replace("{more}", more)
