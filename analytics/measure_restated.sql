-- The spans of SLA clocks as they would have been, had every accepted restatement of a calendar been known from when it
-- begins on. When clocks began, stood still and ended hangs on no calendar; how much they ran and when they were due does.
-- $segment, $interval: the spans of record, of clocks and of tickets.
create or replace temp table restated_calendar as
select unnest(from_json(payload, '{"calendar_id": "UUID", "version": "INTEGER", "effective_from": "TIMESTAMP"}'))
from lake.main.event
where kind = 'calendar.restated' and recorded_at <= $known_at;

-- Clocks of business time that ran by such a calendar. One that ever changed its basis stays as recorded.
create or replace temp table restated_told as
with touched as (
    select ticket_id, clock_id
    from $segment as segment
    left join restated_calendar using (calendar_id)
    group by ticket_id, clock_id
    having bool_and(basis = 'business' and calendar_id is not null)
        and bool_or(effective_from < until)
)
select
    *,
    state = 'running' or coalesce(lead(elapsed_calendar_seconds) over clock > elapsed_calendar_seconds, false) as has_run,
    if(n = 1, started_at, if(lag(calendar_id) over clock = calendar_id, null, since)) as came_to_it_at
from $segment
semi join touched using (ticket_id, clock_id)
window clock as (partition by ticket_id, clock_id order by n);

-- A clock goes over to a restatement if it runs or stands still when that begins, or comes to the calendar later. What had
-- ended by then goes on by its own hours, and so does what is told of later but began before: as on the desk.
create or replace temp table restated_held as
select told.ticket_id, told.clock_id, told.calendar_id, list({'version': version, 'since': effective_from}) as restatements
from restated_told as told
join restated_calendar
    on told.calendar_id = restated_calendar.calendar_id
    and (
        came_to_it_at >= effective_from
        or (state in ('running', 'paused') and since < effective_from and until >= effective_from)
    )
group by all;

-- Each span in pieces, cut where a restatement begins; n = 0: what a clock that came late had run before it was told of.
create or replace temp table restated_piece as
with paused as (
    select
        ticket_id,
        (payload ->> 'clock_id')::uuid as clock_id,
        from_json(payload -> 'paused_before', '[["TIMESTAMP"]]') as pauses
    from lake.main.event
    semi join restated_told using (ticket_id)
    where kind = 'sla.clock.activated' and json_array_length(payload -> 'paused_before') > 0
),
late as (
    select
        told.*,
        unnest(list_prepend(started_at, list_transform(pauses, lambda pause: pause[2]))) as began_at,
        unnest(list_append(list_transform(pauses, lambda pause: pause[1]), since)) as ended_at
    from restated_told as told
    left join paused using (ticket_id, clock_id)
    where n = 1 and started_at < since
),
stretch as (
    select
        * exclude (began_at, ended_at)
        replace (0 as n, 'running' as state, true as has_run, began_at as since, ended_at as until)
    from late
    where began_at < ended_at
    union all by name
    select * from restated_told
),
cut as (
    select
        stretch.*,
        restatements,
        list_sort(list_distinct(list_filter(
            list_transform(restatements, lambda one: one.since),
            lambda instant: instant > stretch.since and instant < stretch.until
        ))) as cuts
    from stretch
    left join restated_held using (ticket_id, clock_id, calendar_id)
),
piece as (
    select
        * exclude (cuts),
        unnest(list_prepend(since, cuts)) as began_at,
        unnest(list_append(cuts, until)) as ended_at
    from cut
)
select
    * exclude (began_at, ended_at, restatements) replace (
        began_at as since,
        ended_at as until,
        greatest(calendar_version, list_max(list_transform(
            list_filter(restatements, lambda one: one.since <= began_at), lambda one: one.version
        ))) as calendar_version
    ),
    if(ended_at = 'infinity' or not has_run, began_at, ended_at) as ran_until,
    row_number() over (partition by ticket_id, clock_id order by n, began_at) as place
from piece;

-- The hours that are looked up.
create or replace temp table restated_edge as
select *
from lake.main.calendar_breakpoint as breakpoint
where (calendar_id, version) in (select distinct calendar_id, calendar_version from restated_piece)
order by calendar_id, version, edge_at;

-- How much a clock had run when a piece began, and in it.
create or replace temp table restated_run as
select
    *,
    target_seconds * 1000000 as target_us,
    coalesce(sum(spent_us) over before, 0)::bigint as ran_us
from ($timed)
window before as (
    partition by ticket_id, clock_id order by place rows between unbounded preceding and 1 preceding
);

-- When a clock was due, as seen from each piece: in the first in whose course the target was used up (at its very end it
-- can still be met); else it will be, counted from the piece itself, or of what ended from the last that it ran. What stands
-- still is not due yet.
create or replace temp table restated_due as
with counted as (
    select
        piece.ticket_id,
        piece.clock_id,
        piece.place,
        piece.target_us,
        false as is_used_up,
        case
            when piece.state = 'running' then piece.place
            when 'paused' in (piece.state, previous.state) or piece.due_at is null then null
            when previous.has_run then previous.place
            else piece.place
        end as base
    from restated_run as piece
    left join restated_run as previous
        on previous.ticket_id = piece.ticket_id
        and previous.clock_id = piece.clock_id
        and previous.place = piece.place - 1
    where piece.n > 0
    union all
    select piece.ticket_id, piece.clock_id, piece.place, piece.target_us, true, used.place
    from restated_run as piece
    join restated_run as used
        on used.ticket_id = piece.ticket_id
        and used.clock_id = piece.clock_id
        and used.place < piece.place
        and used.has_run
        and used.ran_us <= piece.target_us
        and used.ran_us + used.spent_us >= piece.target_us
    where piece.n > 0
),
sought as (
    select
        counted.*,
        run.since as start,
        run.until as stop,
        run.calendar_id,
        run.calendar_version,
        counted.target_us - run.ran_us as left_us
    from counted
    join restated_run as run
        on run.ticket_id = counted.ticket_id
        and run.clock_id = counted.clock_id
        and run.place = counted.base
),
edge as (
    from restated_edge
),
opening as (
    select calendar_id, version, edge_at, open_seconds * 1000000 as opened_us
    from edge
    where is_open
),
ending as (
    select
        calendar_id,
        version,
        max(open_seconds) * 1000000 + if(
            arg_max(is_open, edge_at) filter (where open_seconds is not null),
            epoch_us(max(edge_at)) - epoch_us(max(edge_at) filter (where open_seconds is not null)),
            0
        ) as open_us
    from edge
    group by calendar_id, version
),
placed as (
    select
        sought.*,
        edge.is_open,
        edge.open_seconds * 1000000 + if(edge.is_open, epoch_us(sought.start) - epoch_us(edge.edge_at), 0)
            + sought.left_us as due_us
    from sought
    asof left join edge
        on sought.calendar_id = edge.calendar_id
        and sought.calendar_version = edge.version
        and sought.start >= edge.edge_at
),
dated as (
    select
        placed.*,
        case
            when placed.left_us = 0 and placed.is_open then placed.start
            when placed.left_us = 0 then upcoming.edge_at
            when placed.due_us <= ending.open_us
                then opening.edge_at + to_microseconds(placed.due_us - opening.opened_us)
        end as due_at
    from placed
    left join ending on placed.calendar_id = ending.calendar_id and placed.calendar_version = ending.version
    asof left join opening
        on placed.calendar_id = opening.calendar_id
        and placed.calendar_version = opening.version
        and placed.due_us > opening.opened_us
    asof left join opening as upcoming
        on placed.calendar_id = upcoming.calendar_id
        and placed.calendar_version = upcoming.version
        and placed.start <= upcoming.edge_at
)
select
    ticket_id,
    clock_id,
    place,
    coalesce(
        min(due_at) filter (where is_used_up and due_at < stop),
        min(due_at) filter (where not is_used_up)
    ) as due_at
from dated
group by ticket_id, clock_id, place;

create or replace temp table restated_again as
select
    run.* exclude (has_run, came_to_it_at, ran_until, place, target_us, ran_us, spent_us) replace (
        row_number() over (partition by run.ticket_id, run.clock_id order by run.place) as n,
        run.ran_us // 1000000 as elapsed_business_seconds,
        if(run.is_due_by_hand, run.due_at, due.due_at) as due_at
    )
from restated_run as run
left join restated_due as due using (ticket_id, clock_id, place)
where run.n > 0;

create or replace temp view restated_sla_segment as
select * from $segment anti join restated_told using (ticket_id, clock_id)
union all by name
select * from restated_again;

create or replace temp view restated_sla_breach as
select * from $breach anti join restated_told using (ticket_id, clock_id)
union all by name
select * from ($broken);

create or replace temp view restated_sla_risk as
select * from $risk anti join restated_told using (ticket_id, clock_id)
union all by name
select * from ($near);

create or replace temp view restated_sla_clock as
select * from $clock anti join restated_told using (ticket_id, clock_id)
union all by name
select * from ($standing);
