-- The entries of a range of positions, as the ledger would give them.
with moment as (
    select happening.*, course.* exclude (k), state.* exclude (step), before.state_id as before_state_id,
        before.state as before_name, before.category as before_category,
        (i * 7919) % 12 as queue, hash(i, 'agent') % 60 as agent, i % 200000 as requester, hash(i, 'org') % 300 as org,
        1 + hash(i, 'priority') % 4 as priority
    from happening
    join course on course.course = i % 10 and course.k = happening.k
    left join state using (step)
    left join state as before on before.step = course.before_state
    where position > $since and position <= $until
),
-- what a clock ran and when it is due, counted from a Monday
clocked as (
    select
        *,
        step in ('f', 'g') as is_first,
        step in ('f', 'g') and org % 2 = 0 as is_business,
        epoch_us(occurred_at) - monday_us() as now_us,
        if(step in ('f', 'g'), opened_us, began_us) - monday_us() as start_us
    from moment
),
due as (
    select
        *,
        if(is_first, 28800, 259200) as target_seconds,
        case
            when is_business then at_open_us(open_us(start_us) + 28800000000)
            when is_first then start_us + 28800000000
            when not is_paused then start_us + paused_us + 259200000000
        end + monday_us() as due_us
    from clocked
),
told as (
    select
        *,
        case
            when step in ('C', 'M', 'v', 'c') then 'customer'
            when step in ('f', 'g', 'r', 'u', 'p', 'q', 't', 'x') then 'system'
            else 'agent'
        end as role,
        case
            when step in ('f', 'g', 'r', 'u', 'p', 'q', 't', 'x') then json_object(
                'clock_id', id('clock', i * 8 + if(is_first, 0, 1 + reopened)), 'cycle', if(is_first, 1, 1 + reopened),
                'target', if(is_first, 'first_reply', 'requester_wait'),
                'metric', if(is_first, 'first_reply', 'requester_wait'),
                'state', case step
                    when 'g' then 'fulfilled' when 't' then 'fulfilled' when 'x' then 'cancelled' when 'p' then 'paused'
                    else 'running'
                end,
                'reason', if(step = 'x', 'solved', null),
                'basis', if(is_business, 'business', 'calendar'), 'policy_id', id('policy', org % 3), 'policy_version', 1,
                'calendar_id', if(is_business, id('calendar', 0), null), 'calendar_version', if(is_business, 1, null),
                'target_seconds', target_seconds, 'started_at', make_timestamp(start_us + monday_us()),
                'counted_at', occurred_at, 'due_at', make_timestamp(due_us),
                'stopped_at', if(step in ('g', 't', 'x'), occurred_at, null),
                'elapsed_business_us', if(is_business, open_us(now_us) - open_us(start_us), null),
                'elapsed_calendar_us', now_us - start_us - if(is_first, 0, paused_us)
            )
            when step = 'C' then json_object(
                'tags', if(i % 5 = 0, ['vip'], []), 'state', state, 'number', 1001 + i, 'channel',
                (['email', 'email', 'web', 'phone', 'chat'])[1 + i % 5], 'agent_id', null, 'category', category,
                'language', (['en', 'de', 'fr', 'es'])[1 + i % 4], 'priority', priority, 'queue_id', id('queue', queue),
                'state_id', state_id, 'subject_hash', md5(i::varchar), 'requester_id', id('customer', requester),
                'organisation_id', id('organisation', org), 'history_complete', true
            )
            when step = 'M' then json_object(
                'chars', 200, 'channel', 'email', 'is_auto', false, 'is_first', ordinal = 2, 'direction', 'in',
                'body_hash', md5(position::varchar), 'message_id', id('message', position), 'visibility', 'public',
                'author_kind', 'end_user'
            )
            when step = 'R' then json_object(
                'chars', 300, 'channel', 'email', 'is_auto', false, 'is_first', false, 'direction', 'out',
                'body_hash', md5(position::varchar), 'message_id', id('message', position), 'visibility', 'public',
                'author_kind', 'agent'
            )
            when step = 'N' then json_object(
                'chars', 90, 'channel', 'web', 'is_auto', false, 'is_first', false, 'direction', 'out',
                'body_hash', md5(position::varchar), 'message_id', id('message', position), 'visibility', 'internal',
                'author_kind', 'agent'
            )
            when step = 'A' then json_object(
                'before', if(assignment = 1, null, id('agent', (agent + assignment - 1) % 60)), 'method', 'manual',
                'agent_id', id('agent', (agent + assignment) % 60)
            )
            when step = 'Q' then json_object(
                'before', id('queue', (queue + move - 1) % 12), 'queue_id', id('queue', (queue + move) % 12)
            )
            when step = 'Y' then json_object('before', priority, 'priority', 1 + priority % 4)
            when step = 'b' then json_object(
                'before', id('queue', (queue + move) % 12), 'queue_id', id('queue', (queue + move - 1) % 12)
            )
            when step = 'v' then json_object('scale', 5, 'score', 1 + hash(i, 'score') % 5)
            when step = 'c' then json_object('scale', 5, 'score', 1 + hash(i, 'again') % 5)
            when step = 'w' then json_object(
                'minutes', 5 + hash(i, 'minutes') % 40, 'entry_id', id('entry', position), 'worked_at', occurred_at,
                'person_id', id('agent', (agent + assignment) % 60), 'is_billable', i % 3 = 0
            )
            else json_object(
                'state', state, 'reason', 'agent', 'category', category, 'state_id', state_id, 'before_state', before_name,
                'before_category', before_category, 'before_state_id', before_state_id
            )
        end::varchar as payload
    from due
)
select
    position,
    id('event', position) as event_id,
    id_of_time(opened_us, 'ticket', i) as ticket_id,
    k as ticket_version,
    case step
        when 'C' then 'ticket.created'
        when 'A' then 'ticket.assigned'
        when 'Q' then 'ticket.queue_changed'
        when 'Y' then 'ticket.priority_changed'
        when 'f' then 'sla.clock.activated'
        when 'r' then 'sla.clock.activated'
        when 'u' then 'sla.clock.activated'
        when 'g' then 'sla.clock.fulfilled'
        when 't' then 'sla.clock.fulfilled'
        when 'x' then 'sla.clock.cancelled'
        when 'p' then 'sla.clock.paused'
        when 'q' then 'sla.clock.resumed'
        when 'b' then 'ticket.queue_changed'
        when 'v' then 'csat.rated'
        when 'c' then 'csat.rated'
        when 'w' then 'time.logged'
        else if(step in ('M', 'R', 'N'), 'message.added', 'ticket.status_changed')
    end as kind,
    1::smallint as schema_version,
    occurred_at,
    occurred_at as recorded_at,
    case role
        when 'customer' then id('customer', requester)
        when 'agent' then id('agent', (agent + assignment) % 60)
    end as actor_id,
    if(role = 'customer', 'end_user', role) as actor_kind,
    role as actor_role,
    'import' as source,
    id('command', position) as command_id,
    null::uuid as correlation_id,
    null::uuid as cause_id,
    payload
from told
