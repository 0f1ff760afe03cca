-- A lake's worth of events, the same every time: tickets over two years, each with one of ten courses (ten steps on
-- average, from a quick answer to a long case with a hold and two moves), busy by day, with long tails.
-- Made of arithmetic on hashes of (ticket, step), so that any part can be computed by itself.
-- Small letters are what follows upon steps: $followed tells whether they are there. f, g: the promise of a first reply
-- begins and is kept; r, u: that of a solution begins, and again; p, q: it stands still and goes on; t: it is kept;
-- x: it is void; w: time is booked; v, c: a rating, and another one; b: moved back. They take no time but ratings, which
-- come last: the other steps happen at the same times with and without them.
create or replace temp macro share(i, word) as (hash(i, word) % 1000000) / 1000000.0;
create or replace temp macro id(word, i) as md5(word || i::varchar)::uuid;
-- As the platform gives them (UUIDv7): what was opened at about the same time lies together.
create or replace temp macro id_of_time(us, word, i) as
    (printf('%012x', us // 1000) || '7' || md5(word || i::varchar)[1:3] || '8' || md5(word || i::varchar)[4:18])::uuid;

-- A week has fifty open hours: Monday to Friday from 8 to 18 UTC. Weeks are counted from a Monday.
create or replace temp macro open_us(us) as (
    us // 604800000000 * 180000000000
        + least((us % 604800000000) // 86400000000, 5) * 36000000000
        + if((us % 604800000000) // 86400000000 < 5,
            greatest(0, least(us % 86400000000 - 28800000000, 36000000000)),
            0)
);
create or replace temp macro at_open_us(open) as (
    (open - 1) // 180000000000 * 604800000000
        + ((open - 1) % 180000000000) // 36000000000 * 86400000000
        + 28800000001 + (open - 1) % 36000000000
);
create or replace temp macro monday_us() as epoch_us(timestamp '2023-01-02');

create or replace temp table course as
with written (course, steps) as (
    values
        (0, 'CfrMRgSt'),
        (1, 'CfrMARgwStLv'),
        (2, 'CfrMAORgSt'),
        (3, 'CfrMAORgPpMSxv'),
        (4, 'CfrMQAORgwStL'),
        (5, 'CfrMAORgPpMOqRStvc'),
        (6, 'CfrMAONRgPpMSxL'),
        (7, 'CfrMAORgQANbRPpStLv'),
        (8, 'CfrMAORgPpMOqYRwStMOuSt'),
        (9, 'CfrMAORgPpMOqRQANHORPpMYOqRStL')
),
letter as (
    select course, generate_subscripts(string_split(steps, ''), 1) as place, unnest(string_split(steps, '')) as step
    from written
),
step as (
    select
        course,
        step,
        row_number() over (partition by course order by place) as k,
        count(*) filter (where step = upper(step)) over (partition by course order by place) as ordinal
    from letter
    where $followed or step = upper(step)
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
            case
                when step in ('v', 'c') then (share(i, step) * 36000000000)::bigint
                when ordinal = 2 or step <> upper(step) then 0
                else (pow(1 - share(i * 32 + ordinal, 'gap'), -0.7) * 9000000000)::bigint
                    + (share(i * 32 + ordinal, 'more') * 1200000000)::bigint
            end
        ) as us
    from range($tickets) as ticket (i)
    join course on course.course = i % 10
),
dated as (
    select
        i,
        k,
        step,
        sum(us) over life::bigint as us,
        first_value(us) over life as opened_us,
        count(*) filter (where step = 'u') over life as reopened
    from gap
    window life as (partition by i order by k)
)
select
    row_number() over (order by us, i, k) as position,
    i,
    k::integer as k,
    make_timestamp(us) as occurred_at,
    opened_us,
    -- the clock of its solution: since when it runs, and for how long it stood still until now
    reopened,
    max(if(step in ('r', 'u'), us, null)) over clock as began_us,
    coalesce(sum(case step when 'p' then -us when 'q' then us end) over clock, 0)::bigint
        + if(coalesce(sum(case step when 'p' then 1 when 'q' then -1 end) over clock, 0) > 0, us, 0) as paused_us,
    coalesce(sum(case step when 'p' then 1 when 'q' then -1 end) over clock, 0) > 0 as is_paused
from dated
where us < epoch_us(timestamp '2026-01-01')
window clock as (partition by i, reopened order by k);
