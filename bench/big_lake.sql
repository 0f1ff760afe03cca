-- A lake's worth of events, the same every time: tickets over two years, each with one of ten courses (ten steps on
-- average, from a quick answer to a long case with a hold and two moves), busy by day, with long tails.
-- Made of arithmetic on hashes of (ticket, step), so that any part can be computed by itself.
create or replace temp macro share(i, word) as (hash(i, word) % 1000000) / 1000000.0;
create or replace temp macro id(word, i) as md5(word || i::varchar)::uuid;
-- As the platform gives them (UUIDv7): what was opened at about the same time lies together.
create or replace temp macro id_of_time(us, word, i) as
    (printf('%012x', us // 1000) || '7' || md5(word || i::varchar)[1:3] || '8' || md5(word || i::varchar)[4:18])::uuid;

create or replace temp table course as
with written (course, steps) as (
    values
        (0, 'CMRS'),
        (1, 'CMARSL'),
        (2, 'CMAORS'),
        (3, 'CMAORPMS'),
        (4, 'CMQAORSL'),
        (5, 'CMAORPMORS'),
        (6, 'CMAONRPMSL'),
        (7, 'CMAORQANRPSL'),
        (8, 'CMAORPMOYRSMOS'),
        (9, 'CMAORPMORQANHORPMYORSL')
),
step as (
    select course, generate_subscripts(string_split(steps, ''), 1) as k, unnest(string_split(steps, '')) as step
    from written
)
select
    *,
    coalesce(
        last_value(if(step in ('O', 'P', 'H', 'S', 'L'), step, null) ignore nulls)
            over (partition by course order by k rows between unbounded preceding and 1 preceding),
        'C'
    ) as before_state,
    count(*) filter (where step = 'A') over life as assignment,
    count(*) filter (where step = 'Q') over life as move
from step
window life as (partition by course order by k);

create or replace temp table state as
select *, id('state', category) as state_id
from (
    values
        ('C', 'New', 'NEW'), ('O', 'Open', 'OPEN'), ('P', 'Pending', 'PENDING'),
        ('H', 'On hold', 'HOLD'), ('S', 'Solved', 'SOLVED'), ('L', 'Closed', 'CLOSED')
) as state (step, state, category);

-- gaps in seconds: minutes to days, with a tail; a creation is followed by its message at once
create or replace temp table happening as
with gap as (
    select
        i,
        k,
        step,
        if(k = 1,
            epoch_us(timestamp '2024-01-01')
                + (i * 63072000.0 / $tickets)::bigint // 86400 * 86400000000
                + ((6 + 8 * share(i, 'early') + 6 * share(i, 'late')) * 3600000000)::bigint,
            if(k = 2, 0, (pow(1 - share(i * 32 + k, 'gap'), -0.7) * 9000000000)::bigint
                + (share(i * 32 + k, 'more') * 1200000000)::bigint)
        ) as us
    from range($tickets) as ticket (i)
    join course on course.course = i % 10
),
dated as (
    select i, k, step, make_timestamp(sum(us) over life::bigint) as occurred_at, first_value(us) over life as opened_us
    from gap
    window life as (partition by i order by k)
)
select
    row_number() over (order by occurred_at, i, k) as position,
    i,
    k::integer as k,
    occurred_at,
    opened_us
from dated
where occurred_at < timestamp '2026-01-01';
