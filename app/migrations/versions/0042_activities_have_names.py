"""The directory of names, which the lake copies, knows kinds of work."""

from alembic import op

revision = "0042"
down_revision = "0041"

BEFORE = """
create or replace view directory as
select 'queue' as kind, id, name, parent_id, null::text as detail from queue
union all
select 'agent', id, name, organisation_id, role from person where role <> 'customer'
union all
select 'organisation', id, name, null::uuid, tier from organisation
union all
select 'state', id, name, null::uuid, category from ticket_state
union all
(
    select distinct on (policy_id) 'policy', policy_id, shape ->> 'name', null::uuid, null::text
    from sla_policy
    order by policy_id, version desc
)
union all
(
    select distinct on (calendar_id) 'calendar', calendar_id, name, null::uuid, definition ->> 'zone'
    from calendar_version
    where accepted_at is not null
    order by calendar_id, version desc
)
"""

ACTIVITIES = """
union all
select 'activity', id, name, null::uuid, null::text from activity
"""


def upgrade() -> None:
    """Add them."""
    op.execute(BEFORE + ACTIVITIES)


def downgrade() -> None:
    """Leave them out."""
    op.execute(BEFORE)
