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
told as (
    select
        *,
        case when step in ('C', 'M') then 'customer' else 'agent' end as role,
        case step
            when 'C' then json_object(
                'tags', if(i % 5 = 0, ['vip'], []), 'state', state, 'number', 1001 + i, 'channel',
                (['email', 'email', 'web', 'phone', 'chat'])[1 + i % 5], 'agent_id', null, 'category', category,
                'language', (['en', 'de', 'fr', 'es'])[1 + i % 4], 'priority', priority, 'queue_id', id('queue', queue),
                'state_id', state_id, 'subject_hash', md5(i::varchar), 'requester_id', id('customer', requester),
                'organisation_id', id('organisation', org), 'history_complete', true
            )
            when 'M' then json_object(
                'chars', 200, 'channel', 'email', 'is_auto', false, 'is_first', k = 2, 'direction', 'in',
                'body_hash', md5(position::varchar), 'message_id', id('message', position), 'visibility', 'public',
                'author_kind', 'end_user'
            )
            when 'R' then json_object(
                'chars', 300, 'channel', 'email', 'is_auto', false, 'is_first', false, 'direction', 'out',
                'body_hash', md5(position::varchar), 'message_id', id('message', position), 'visibility', 'public',
                'author_kind', 'agent'
            )
            when 'N' then json_object(
                'chars', 90, 'channel', 'web', 'is_auto', false, 'is_first', false, 'direction', 'out',
                'body_hash', md5(position::varchar), 'message_id', id('message', position), 'visibility', 'internal',
                'author_kind', 'agent'
            )
            when 'A' then json_object(
                'before', if(assignment = 1, null, id('agent', (agent + assignment - 1) % 60)), 'method', 'manual',
                'agent_id', id('agent', (agent + assignment) % 60)
            )
            when 'Q' then json_object(
                'before', id('queue', (queue + move - 1) % 12), 'queue_id', id('queue', (queue + move) % 12)
            )
            when 'Y' then json_object('before', priority, 'priority', 1 + priority % 4)
            else json_object(
                'state', state, 'reason', 'agent', 'category', category, 'state_id', state_id, 'before_state', before_name,
                'before_category', before_category, 'before_state_id', before_state_id
            )
        end::varchar as payload
    from moment
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
        else if(step in ('M', 'R', 'N'), 'message.added', 'ticket.status_changed')
    end as kind,
    1::smallint as schema_version,
    occurred_at,
    occurred_at as recorded_at,
    if(role = 'customer', id('customer', requester), id('agent', (agent + assignment) % 60)) as actor_id,
    if(role = 'customer', 'end_user', 'agent') as actor_kind,
    role as actor_role,
    'import' as source,
    id('command', position) as command_id,
    null::uuid as correlation_id,
    null::uuid as cause_id,
    payload
from told
