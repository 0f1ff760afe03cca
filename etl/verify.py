"""Verification: the laws, checked on what is there, beside a running platform."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, closing
from functools import cache, partial
from typing import Any

from psycopg import Connection

from analytics.lake import Lake, open_reader
from analytics.models import DERIVED
from core.settings import Settings
from etl.connection import connect
from etl.laws import flow, index, lake, ledger
from etl.laws.lake import OpenLake
from etl.laws.law import Check, Law, judge

Checks = Mapping[str, Check]


CHAIN = "the hash chain holds"
WAITING = "nothing waits for its position"
ASIDE = "nothing is set aside"
HOURS = "opening + in - out = closing"
LIVES = "spans fill tickets' lives"
DEPTHS = "depths are counts"
CONTINUOUS = (WAITING, ASIDE, *(f"lake.{name} is its rebuild" for name in DERIVED), HOURS, LIVES, DEPTHS)
"""What can be looked at all the time beside a running platform, on some of the tickets."""


def verify(
    settings: Settings, also: Checks | None = None, *, only: Collection[str] = (), one_in: int = 1, turn: int = 0
) -> Iterator[Law]:
    """Check law after law. `also` brings checks from above, such as rows being the fold of their events.

    `only`: the names of the laws to check, if not all. `one_in`: in the lake's derived tables look at one in so many
    tickets, for ledgers where all take too long; each `turn` at others.
    """
    with ExitStack() as open_until_done:
        connection = open_until_done.enter_context(
            closing(connect(settings.database_url, "verify", statement_seconds=0))
        )

        @cache
        def open_lake() -> Lake:
            return open_until_done.enter_context(open_reader(settings))

        derived = lake.Derived(open_until_done, open_lake, one_in, turn)
        checks: dict[str, Check] = {
            **_of_ledger(connection),
            **(also or {}),
            **_of_lake(open_lake, derived, connection, one_in, turn),
            "the index knows every ticket": partial(index.index_knows_every_ticket, settings, connection),
        }
        for name, check in checks.items():
            if not only or name in only:
                yield judge(name, check)


def _of_ledger(connection: Connection[Any]) -> dict[str, Check]:
    return {
        CHAIN: partial(ledger.the_chain_holds, connection),
        "positions are dense": partial(ledger.positions_are_dense, connection),
        "no event is there twice": partial(ledger.no_event_is_there_twice, connection),
        "tickets count their events": partial(ledger.tickets_count_their_events, connection),
        WAITING: partial(ledger.nothing_waits_for_its_position, connection),
        ASIDE: partial(ledger.nothing_is_set_aside, connection),
    }


def _of_lake(
    open_lake: OpenLake, derived: lake.Derived, connection: Connection[Any], one_in: int, turn: int
) -> dict[str, Check]:
    return {
        "the lake holds the ledger": partial(lake.lake_holds_the_ledger, open_lake, connection),
        **{f"lake.{name} is its rebuild": partial(derived.is_rebuilt, name) for name in DERIVED},
        HOURS: partial(flow.hours_reconcile, open_lake, one_in, turn),
        LIVES: partial(flow.lives_are_whole, open_lake, one_in, turn),
        DEPTHS: partial(flow.depths_are_counts, open_lake, one_in, turn),
        "the lake's calendars are laid out": partial(lake.calendars_are_laid_out, open_lake),
        "the lake's house is as told": partial(lake.house_is_as_told, open_lake),
        "the lake has today's names": partial(lake.directory_is_current, open_lake, connection),
    }
