"""What every metric must answer, in plain and slow Python over the plain and slow tables of tests/lake/reference.py."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from core.actor import ALL, Scope
from core.ledger import Envelope
from tests.lake.reference import AT_DUE, DONE, UNSOLVED, Row, Tables, tables
from tests.metrics import (
    reference_course,
    reference_quality,
    reference_standing,
    reference_time,
    reference_valid,
    reference_work,
)
from tests.metrics.reference_shares import shared

COLUMN = {
    "queue": "queue_id", "state": "state_id", "category": "category", "priority": "priority", "agent": "agent_id",
    "organisation": "organisation_id", "channel": "channel", "target": "target", "policy": "policy_id",
    "calendar": "calendar_id", "activity": "activity_id",
}  # fmt: skip
DURATIONS = (
    "first_reply_time", "full_resolution_time", "status_time", "sla_breach_magnitude", *reference_work.DURATIONS,
    *reference_standing.COMPLETE_ONLY,
)  # fmt: skip
COMPLETE_ONLY = (
    "first_reply_time", "full_resolution_time", "status_time", "status_time_hours", *reference_work.COMPLETE_ONLY,
    *reference_quality.COMPLETE_ONLY, *reference_standing.COMPLETE_ONLY,
    *reference_course.COMPLETE_ONLY,
)  # fmt: skip
ON_TIME = ("sla_attainment", "ticket_sla_attainment", "sla_burn")
BROKEN = ("sla_open_breached", "sla_open_breached_tickets", "sla_at_risk")
TIMED = (*ON_TIME, *BROKEN, "sla_breaches", "sla_breach_magnitude", *reference_standing.ROWS)
"""What happens by the passing of time: not after now, and series go on to now."""

PERCENTILES = {"median": 0.5, "p75": 0.75, "p85": 0.85, "p90": 0.9, "p95": 0.95}
SPENT = ("status_time_hours", "contested_pause_hours", "possession_hours", "mean_backlog")
FISCAL_START = "04-06 sunday"
"""When the house's own year and weeks begin."""

TICK = timedelta(microseconds=1)
Hours = Callable[[UUID, datetime, datetime], int]
"""Of a queue, the open microseconds between two instants (naive UTC)."""

Cell = tuple[Any, ...]
"""The start of the period (None in a total), then the values of the slice."""


@dataclass(frozen=True)
class Asked:
    """A question; instants are naive UTC, `where` holds ids."""

    metric: str
    by: tuple[str, ...] = ()
    grain: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    as_of: datetime | None = None
    where: dict[str, list[Any]] = field(default_factory=dict)
    scope: Scope = ALL
    timezone: str = "UTC"
    hours: Hours | None = None
    """What durations are counted in, where it is not all time: the seconds between two instants in a queue."""
    now: datetime = datetime(2026, 5, 1)  # noqa: DTZ001 — naive UTC, as all instants here


def known(events: Sequence[Envelope], asked: Asked) -> Tables:
    """What was true at `as_of`, of the tickets that count and that the asker may see today."""
    today = {row["ticket_id"]: row for row in tables(events).ticket}
    then = tables(e for e in events if asked.as_of is None or naive(e.occurred_at) <= asked.as_of)
    counted = {row["ticket_id"] for row in then.ticket if counts(row, today[row["ticket_id"]], asked)}
    kept = ([row for row in rows if row["ticket_id"] in counted] for rows in vars(then).values())
    return Tables(*kept)


def counts(row: Row, today: Row, asked: Asked) -> bool:
    visible = asked.scope.covers(SimpleNamespace(**today))
    complete = row["history_complete"] or asked.metric not in COMPLETE_ONLY
    return visible and complete and row["category"] not in ("SPAM", "DELETED")


def happening(lake: Tables, metric: str, now: datetime) -> list[Row]:
    """The rows that a metric counts, each with `dated`."""
    spans = lake.ticket_interval
    match metric:
        case "sla_attainment" | "ticket_sla_attainment" | "sla_burn":
            return clocks_due(lake)
        case "sla_breaches" | "sla_breach_magnitude":
            late = [(row, row["stopped_at"] or now) for row in clocks_due(lake) if not row["is_met"]]
            return [row | {"seconds": (end - row["due_at"]) // timedelta(seconds=1)} for row, end in late]
        case "sla_attainment_fulfilled":
            ended = [row for row in lake.sla_clock if row["state"] == "fulfilled"]
            return [row | at_instant(lake, row, row["stopped_at"]) | {"is_met": is_met(row)} for row in ended]
        case "contested_pause_share":
            return list(pauses(lake))
        case "sla_voids":
            return voids(lake)
        case "sla_coverage":
            clocked = {row["ticket_id"] for row in lake.sla_segment}
            born = [row for row in spans if row["before_category"] is None]
            return [row | {"dated": row["since"], "is_covered": row["ticket_id"] in clocked} for row in born]
        case "tickets_created" | "arrival_rate":
            return [row | {"dated": row["since"]} for row in spans if row["before_category"] is None]
        case "solve_events":
            return [row | {"dated": row["since"]} for row in spans if is_solve(row)]
        case "reopen_events":
            return [
                row | {"dated": row["since"]}
                for row in spans
                if row["category"] in UNSOLVED and row["before_category"] in DONE
            ]
        case "net_flow":
            return [row | {"dated": row["occurred_at"]} for row in lake.queue_delta if row["category"] in UNSOLVED]
        case "first_reply_time":
            return [moment(row, "first_reply", "first_replied_at") for row in lake.ticket if row["first_replied_at"]]
        case "first_human_reply_time":
            return [since_robots(row, spans) for row in happening(lake, "first_reply_time", now)]
        case "tickets_solved" | "full_resolution_time":
            return [moment(row, "last_solved", "last_solved_at") for row in lake.ticket if row["last_solved_at"]]
        case "status_time":
            return [
                reference_work.lasted(row, "visit_since", "until")
                for row in spans
                if row["is_visit_end"] and row["category"] in UNSOLVED and row["until"] > row["visit_since"]
            ]
    if metric == "time_tracked":
        return reference_time.rows(lake, now)
    if metric in reference_quality.METRICS:
        return reference_quality.rows(lake, metric, now)
    if metric in reference_course.ROWS:
        return list(reference_course.ROWS[metric](lake))
    return reference_work.ROWS[metric](lake)


def clocks_due(lake: Tables) -> list[Row]:
    """Clocks that were due and not called off before, and those that were met while they stood still."""
    return [
        row | {"is_met": is_met(row)}
        for row in lake.sla_clock
        if row["state"] == "fulfilled"
        or (row["due_at"] and (row["state"] != "cancelled" or row["due_at"] < row["stopped_at"]))
    ]


def voids(lake: Tables) -> list[Row]:
    """Clocks that a solve ended before they were due, as their tickets were then."""
    solved = [row for row in lake.sla_clock if (row["state"], row["reason"]) == ("cancelled", "solved")]
    early = [row for row in solved if row["due_at"] is None or row["stopped_at"] <= row["due_at"]]
    return [row | at_instant(lake, row, row["stopped_at"]) for row in early]


def is_met(clock: Row) -> bool:
    return clock["state"] == "fulfilled" and (clock["due_at"] is None or clock["stopped_at"] <= clock["due_at"])


def at_instant(lake: Tables, row: Row, instant: datetime) -> Row:
    """What the row's ticket was at an instant."""
    spans = (span for span in lake.ticket_interval if span["ticket_id"] == row["ticket_id"])
    span = next((span for span in spans if span["since"] <= instant < span["until"]), {})
    return {name: span.get(name) for name in AT_DUE} | {"dated": instant}


def breached(lake: Tables) -> Iterator[Row]:
    """Spans of running clocks behind their due time, cut to those of their tickets."""
    for clock in lake.sla_segment:
        if clock["state"] == "running" and clock["due_at"]:
            for span in lake.ticket_interval:
                since = max(clock["since"], clock["due_at"] + TICK, span["since"])
                until = min(clock["until"], span["until"])
                if span["ticket_id"] == clock["ticket_id"] and since < until:
                    yield clock | {name: span[name] for name in AT_DUE} | {"since": since, "until": until}


def at_risk(lake: Tables) -> Iterator[Row]:
    """Spans of running clocks (these count all hours) from when little is left to when they are due."""
    for clock in lake.sla_segment:
        if clock["state"] == "running" and clock["due_at"]:
            little = timedelta(seconds=max(clock["target_seconds"] // 5, 1800))
            for span in lake.ticket_interval:
                since = max(clock["since"], clock["due_at"] - little, span["since"])
                until = min(clock["until"], clock["due_at"] + TICK, span["until"])
                if span["ticket_id"] == clock["ticket_id"] and since < until:
                    yield clock | {name: span[name] for name in AT_DUE} | {"since": since, "until": until}


def contested(lake: Tables) -> Iterator[Row]:
    """Pending spans from the first word of the turn that came in them, or within ten minutes before they began."""
    for span in lake.ticket_interval:
        if span["category"] != "PENDING" or not span["awaiting_reply"]:
            continue
        turns = [turn["started_at"] for turn in lake.turn if turn["ticket_id"] == span["ticket_id"]]
        waits_since = max(start for start in turns if start <= span["since"])
        words = [waits_since, *customers_words(lake, span["ticket_id"])]
        recent = span["visit_since"] - timedelta(minutes=10)
        heard = [word for word in words if waits_since <= word < span["until"] and word > recent]
        if heard:
            yield span | {"since": max(span["since"], min(heard)), "agent_id": pauser(lake, span)}


def customers_words(lake: Tables, ticket_id: UUID) -> list[datetime]:
    """When customers wrote publicly."""
    own = (row for row in lake.message if row["ticket_id"] == ticket_id)
    return [row["occurred_at"] for row in own if (row["visibility"], row["author_kind"]) == ("public", "end_user")]


def pauser(lake: Tables, span: Row) -> UUID | None:
    """Who began the visit that a span belongs to."""
    visit = [row for row in lake.ticket_interval if row["ticket_id"] == span["ticket_id"] and row["is_visit_start"]]
    found: UUID | None = next(row["actor_id"] for row in visit if row["visit"] == span["visit"])
    return found


def pauses(lake: Tables) -> Iterator[Row]:
    """Visits to PENDING that are over."""
    spans = list(contested(lake))
    for row in lake.ticket_interval:
        if row["is_visit_end"] and row["category"] == "PENDING" and row["until"] > row["visit_since"]:
            own = [one for one in spans if (one["ticket_id"], one["visit"]) == (row["ticket_id"], row["visit"])]
            waited = sum(max((one["until"] - one["since"]) // timedelta(seconds=1), 0) for one in own)
            seconds = (row["until"] - row["visit_since"]) // timedelta(seconds=1)
            yield row | {"dated": row["until"], "seconds": seconds, "contested": waited, "agent_id": pauser(lake, row)}


def is_solve(row: Row) -> bool:
    return row["category"] in DONE and row["before_category"] in {None, *UNSOLVED}


def moment(row: Row, prefix: str, dated: str) -> Row:
    """The ticket's values at its first reply or standing solve."""
    changing = ("queue_id", "state_id", "category", "priority", "agent_id")
    seconds = (row[dated] - row["created_at"]) // timedelta(seconds=1)
    ends = {"start": row["created_at"], "stop": row[dated], "dated": row[dated], "seconds": seconds}
    return row | ends | {name: row[f"{prefix}_{name}"] for name in changing}


def since_robots(reply: Row, spans: Sequence[Row]) -> Row:
    """A first reply from the last time before it that a robot's solve was undone."""
    start, solved_by = reply["start"], None
    for row in spans:
        if row["ticket_id"] == reply["ticket_id"] and row["since"] <= reply["stop"]:
            if is_solve(row):
                solved_by = row["actor_kind"]
            elif row["category"] in UNSOLVED and row["before_category"] in DONE and solved_by == "bot":
                start = row["since"]
    return reply | {"start": start, "seconds": (reply["stop"] - start) // timedelta(seconds=1)}


KEEP: dict[str, Callable[[Row], bool]] = {
    "backlog": lambda row: row["category"] in UNSOLVED,
    "queue_depth": lambda row: row["category"] in ("NEW", "OPEN") and row["awaiting_reply"],
    "status_time_hours": lambda row: row["category"] in UNSOLVED,
    "mean_backlog": lambda row: row["category"] in UNSOLVED,
    **reference_work.KEEP,
}
LEVELS = KEEP.keys() - SPENT


def answer(events: Sequence[Envelope], asked: Asked) -> dict[Cell, Row]:
    """Every cell that has rows, with the statistics of the metric."""
    lake, cells = known(events, asked), {}
    house = [event for event in events if event.ticket_id is None]
    for period, start, end in spans_of(lake, asked):
        for values, found in split(rows_in(lake, asked, start, end), asked, house).items():
            told = statistics(asked.metric, found)
            if asked.metric in reference_standing.HOURLY:
                told = rate(lake, asked, told, start, end)
            cells[(period, *values)] = told
    return cells


def rate(lake: Tables, asked: Asked, told: Row, start: datetime, end: datetime) -> Row:
    """Numbers of each hour that has passed."""
    first = start if start.year > 1 else min((row["created_at"] for row in lake.ticket), default=start)
    hours = (min(end, asked.until or end, asked.as_of or asked.now) - first) / timedelta(hours=1)
    return reference_standing.hourly(asked.metric, told[asked.metric], hours)


def spans_of(lake: Tables, asked: Asked) -> Iterator[tuple[datetime | None, datetime, datetime]]:
    """The periods of the question, each with the part of it that lies in the window; a total has one."""
    end = min(x for x in (asked.until, asked.as_of and asked.as_of + TICK, datetime.max) if x)  # noqa: DTZ901
    since = asked.since or datetime.min  # noqa: DTZ901
    if asked.grain is None:
        yield None, since, end
        return
    for period in periods(lake, asked):
        stop = following(period, asked)
        yield period, max(period, since), min(stop, end)


def periods(lake: Tables, asked: Asked) -> list[datetime]:
    """The starts of all periods of a series (naive UTC)."""
    oldest = min((row["created_at"] for row in lake.ticket), default=None)
    newest = max((row["last_event_at"] for row in lake.ticket), default=None)
    first = asked.since or oldest
    given = [x for x in (asked.until and asked.until - TICK, asked.as_of) if x]
    last = min(given) if given else asked.now - TICK if asked.metric in (*SPENT, *TIMED) else newest
    if first is None or last is None or (last := min(last, asked.as_of or asked.now)) < first:
        return []
    starts = [start_of(first, asked)]
    while (after := following(starts[-1], asked)) <= last:
        starts.append(after)
    return starts


def start_of(instant: datetime, asked: Asked) -> datetime:
    """The start of the period that an instant falls in, by the calendar on the reader's wall."""
    local = instant.replace(tzinfo=UTC).astimezone(ZoneInfo(asked.timezone))
    day = datetime(local.year, local.month, local.day, tzinfo=local.tzinfo)
    match asked.grain:
        case "hour":
            start = instant - timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
            while offset(start, asked) != local.utcoffset():  # clocks moved within the hour: it begins there
                start += timedelta(minutes=1)
            return start
        case "week":
            day -= timedelta(days=day.weekday())
        case "month":
            day = day.replace(day=1)
        case "quarter":
            day = day.replace(day=1, month=(day.month - 1) // 3 * 3 + 1)
        case "year":
            day = day.replace(day=1, month=1)
        case "fiscal_week":
            day -= timedelta(days=day.isoweekday() % 7)
        case "fiscal_month" | "fiscal_quarter" | "fiscal_year":
            first = {"fiscal_month": range(1, 13), "fiscal_quarter": (1, 4, 7, 10), "fiscal_year": (4,)}[asked.grain]
            while (day.month, day.day) not in [(month, 6) for month in first]:
                day -= timedelta(days=1)
    return naive(day)


def offset(instant: datetime, asked: Asked) -> timedelta | None:
    return instant.replace(tzinfo=UTC).astimezone(ZoneInfo(asked.timezone)).utcoffset()


def following(period: datetime, asked: Asked) -> datetime:
    """The start of the next period: walk on until the calendar shows another one."""
    step = timedelta(hours=1) if asked.grain in ("hour", "day") else timedelta(hours=23)
    instant = period
    while start_of(instant, asked) == period:
        instant += step
    return start_of(instant, asked)


def rows_in(lake: Tables, asked: Asked, start: datetime, end: datetime) -> list[Row]:
    """The rows of one period."""
    metric, now = asked.metric, asked.as_of or asked.now
    if metric in reference_standing.ROWS:
        edge = min(end, asked.until or end)
        rows = reference_standing.ROWS[metric](lake, edge, min(edge, now))
        return rows if asked.hours is None else [in_hours(lake, row, asked.hours) for row in rows]
    if metric in TIMED:
        end = min(end, now + TICK)
    if metric in BROKEN:
        spans = at_risk(lake) if metric == "sla_at_risk" else breached(lake)
        standing = [row for row in spans if row["since"] < end <= row["until"]]
        return [*{row["ticket_id"]: row for row in standing}.values()] if metric.endswith("tickets") else standing
    if metric in LEVELS:
        return [row for row in lake.ticket_interval if KEEP[metric](row) and row["since"] < end <= row["until"]]
    if metric in SPENT:
        cut = min(end, asked.until or end, now)
        times = contested(lake) if metric == "contested_pause_hours" else filter(KEEP[metric], lake.ticket_interval)
        return list(pieces(times, start, cut))
    rows = [row for row in happening(lake, metric, now) if start <= row["dated"] < end]
    return rows if asked.hours is None else [in_hours(lake, row, asked.hours) for row in rows]


def in_hours(lake: Tables, row: Row, hours: Hours) -> Row:
    """A row whose durations are counted in the hours of queues."""
    begun = {"seconds": "start", "back_seconds": "back"}
    return row | {name: opened(lake, row, row[of], hours) for name, of in begun.items() if of in row}


def opened(lake: Tables, row: Row, start: datetime, hours: Hours) -> int:
    """The whole seconds of a duration that the queues were open in which its ticket was meanwhile."""
    spans = [span for span in lake.ticket_interval if span["ticket_id"] == row["ticket_id"]]
    pieces = [(span["queue_id"], max(span["since"], start), min(span["until"], row["stop"])) for span in spans]
    return sum(hours(*piece) for piece in pieces if piece[1] < piece[2]) // 1_000_000


def pieces(spans: Iterable[Row], start: datetime, end: datetime) -> Iterator[Row]:
    """Spans cut to the period, with their whole seconds."""
    for row in spans:
        since, until = max(row["since"], start), min(row["until"], end)
        if since < until:
            yield row | {"seconds": whole(until) - whole(since)}


def whole(instant: datetime) -> int:
    return (instant - datetime(1900, 1, 1)) // timedelta(seconds=1)  # noqa: DTZ001


def split(rows: Sequence[Row], asked: Asked, house: Sequence[Envelope] = ()) -> dict[Cell, list[Row]]:
    """Rows by slice; only those that the filter lets through."""
    found: dict[Cell, list[Row]] = {() if not asked.by else (None,): []} if not asked.by else {}
    for row in rows:
        if all(row[COLUMN[name]] in values for name, values in asked.where.items()):
            found.setdefault(tuple(value(row, name, asked, house) for name in asked.by), []).append(row)
    return found


def value(row: Row, name: str, asked: Asked, house: Sequence[Envelope]) -> Any:
    """A row's value in a dimension."""
    if name in COLUMN:
        return row[COLUMN[name]]
    return reference_valid.value(name, row, house, asked.as_of or asked.now)


def statistics(metric: str, rows: Sequence[Row]) -> Row:
    """The numbers of one cell."""
    if found := reference_work.distinct(metric, rows):
        return found
    if metric in (*DURATIONS, *reference_work.AMOUNTS):
        of_rows = "amount" if metric in reference_work.AMOUNTS else "seconds"
        seconds = sorted(row[of_rows] for row in rows)
        mean = sum(seconds) / len(seconds) if seconds else None
        of = {name: quantile(seconds, share) for name, share in PERCENTILES.items()} | {"n": len(seconds), "mean": mean}
        told = {f"{metric}_{name}": value for name, value in of.items()}
        return told | (reference_standing.statistics(metric, rows) if metric in reference_standing.ROWS else {})
    if metric in reference_standing.ROWS:
        return reference_standing.statistics(metric, rows)
    if metric in SPENT:
        return {metric: sum(row["seconds"] for row in rows) / 3600}
    if metric in reference_course.SHARES:
        return share(metric, *reference_course.SHARES[metric], "n")(rows)
    if metric in reference_course.ROWS:
        return reference_course.statistics(metric, rows, quantile)
    if metric == "nps":
        return reference_quality.recommended(rows)
    if metric == "ces":
        mean = sum(row["score"] for row in rows) / len(rows) if rows else None
        return watched(metric, rows) | {"ces_mean": mean}
    if metric in reference_quality.SHARES:
        return watched(metric, rows)
    if metric == "time_tracked":
        return reference_time.statistics(rows)
    if metric == "replied_within":
        return reference_quality.prompt(rows)
    if metric == "rating_flips":
        return {metric: len(rows), f"{metric}_lost": sum(row["is_lost"] for row in rows)}
    if metric in SHARES:
        return SHARES[metric](rows)
    if metric == "sla_breaches":
        return {metric: len(rows), f"{metric}_born": sum(row["is_born_breached"] for row in rows)}
    return {metric: sum(row["delta"] for row in rows) if metric == "net_flow" else len(rows)}


def share(metric: str, of: str, part: str, count: str) -> Callable[[Sequence[Row]], Row]:
    """A share with Wilson's bounds and what it is made of."""

    def told(rows: Sequence[Row]) -> Row:
        n, good = len(rows), sum(row[of] for row in rows)
        return {**shared(metric, good, n), f"{metric}_{part}": good, f"{metric}_{count}": n}

    return told


def watched(metric: str, rows: Sequence[Row]) -> Row:
    """A share of what can be judged by now, and how much cannot."""
    of, part = reference_quality.SHARES[metric]
    over = [row for row in rows if row.get("is_over", True)]
    is_watched = metric in ("reopen_rate", "first_contact_resolution", "automated_resolution_rate")
    return share(metric, of, part, "n")(over) | ({f"{metric}_open": len(rows) - len(over)} if is_watched else {})


def of_tickets(rows: Sequence[Row]) -> Row:
    """Tickets none of whose clocks was missed."""
    tickets, late = {row["ticket_id"] for row in rows}, {row["ticket_id"] for row in rows if not row["is_met"]}
    kept, n, name = len(tickets - late), len(tickets), "ticket_sla_attainment"
    return {**shared(name, kept, n), f"{name}_kept": kept, f"{name}_n": n}


def of_pauses(rows: Sequence[Row]) -> Row:
    """How much of the time of pauses was contested."""
    waited, all_of_it = (sum(row[name] for row in rows) for name in ("contested", "seconds"))
    name = "contested_pause_share"
    return {name: waited / all_of_it if all_of_it else None, f"{name}_minutes": waited / 60, f"{name}_n": len(rows)}


def burn(rows: Sequence[Row]) -> Row:
    """Missed in multiples of one in twenty."""
    missed = sum(not row["is_met"] for row in rows)
    burned = missed / len(rows) * 20 if rows else None
    return {"sla_burn": burned, "sla_burn_missed": missed, "sla_burn_n": len(rows)}


def of_macros(rows: Sequence[Row]) -> Row:
    """How many replies were ready-made, and how much of those was changed."""
    changed = [row["edited"] for row in rows if row["edited"] is not None]
    mean = sum(changed) / len(changed) if changed else None
    return share("macro_reliance", "is_prepared", "made", "n")(rows) | {"macro_reliance_edited": mean}


SHARES: dict[str, Callable[[Sequence[Row]], Row]] = {
    "macro_reliance": of_macros,
    "sla_attainment": lambda rows: (
        share("sla_attainment", "is_met", "met", "due")(rows)
        | {"sla_attainment_by_hand": sum(row.get("is_due_by_hand", False) for row in rows)}
    ),
    "contested_pause_share": of_pauses,
    "sla_attainment_fulfilled": share("sla_attainment_fulfilled", "is_met", "met", "n"),
    "sla_coverage": share("sla_coverage", "is_covered", "covered", "n"),
    "ticket_sla_attainment": of_tickets,
    "sla_burn": burn,
}


def quantile(ordered: Sequence[int], q: float) -> float | None:
    """Between the two nearest, in proportion."""
    if not ordered:
        return None
    place = q * (len(ordered) - 1)
    low = ordered[int(place)]
    high = ordered[min(int(place) + 1, len(ordered) - 1)]
    return low + (high - low) * (place - int(place))


def naive(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(tzinfo=None)


def as_text(value: UUID | str | int | None) -> str | int | None:
    """A value of a slice as answers spell it."""
    return str(value) if isinstance(value, UUID) else value
