"""Somebody at work: `python -m app.imports.demo.simulate` keeps working the demo company's tickets in real time.

Everything it does is a real command by a real person with that person's rights. It starts lively, so that pages
move while somebody looks at them first, and calms down within hours, so that a demo left alone does not drown in
today. Without the demo company it does nothing.
"""

import random
import signal
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.db import Database
from app.imports.demo.acts import Act, Cast, answer, open_new, rate_it, tidy, triage, work
from app.imports.demo.attendance import come_and_go
from app.imports.demo.demand import HOURS
from core import clock, log
from core.errors import Refusal
from core.settings import Settings

LIVELY_SECONDS = 1.6
CALM_SECONDS = 18.0
CALM_AFTER_HOURS = 3.0
ROLL_CALL_SECONDS = 300

say = log.get("simulate")


def run(settings: Settings, stop: threading.Event | None = None) -> None:
    """Work until told to stop (SIGTERM, Ctrl-C or `stop`). A database that is away is waited for."""
    stop = stop or _stop_signals()
    if not settings.simulate:
        say.info("not wanted: simulate is off")
        return
    database = Database(settings.database_url, most_connections=2)
    try:
        _keep_working(database, stop, random.Random())  # noqa: S311 — a story, no secret
    finally:
        database.close()


def _keep_working(database: Database, stop: threading.Event, dice: random.Random) -> None:
    began = time.monotonic()
    roll_call = began
    cast: Cast | None = None
    while not stop.is_set():
        try:
            if cast is None:
                with database.reading() as session:
                    cast = Cast.of(session)
                if cast is None:
                    say.info("there is no demo company to work for")
                    return
            if time.monotonic() >= roll_call:
                with database.transaction() as session:
                    come_and_go(session, cast.agents)
                roll_call = time.monotonic() + ROLL_CALL_SECONDS
            step(database, cast, dice)
        except OperationalError as error:
            say.warning("the database is away; waiting", error=str(error.orig)[:200])
            stop.wait(5)
        stop.wait(_pause(time.monotonic() - began, dice))


def step(database: Database, cast: Cast, dice: random.Random) -> str:
    """One thing that somebody does; returns what it was. What is refused is left alone, as a person would."""
    with suppress(Refusal), database.transaction() as session:
        return _choose(cast, session, dice)(session, cast, dice)
    return "refused"


def _choose(cast: Cast, session: Session, dice: random.Random) -> Act:
    """New work while the desk has no more than usual, else more hands on what is there."""
    fullness = cast.unsolved(session) / max(cast.usual_unsolved, 1)
    acts: Sequence[tuple[float, Act]] = (
        (3.0 if fullness < 1.0 else 1.2, open_new),
        (2.2, answer),
        (2.0, triage),
        (3.0 if fullness < 1.0 else 5.0, work),
        (0.6, tidy),
        (0.4, rate_it),
    )
    return dice.choices([act for _, act in acts], [weight for weight, _ in acts])[0]


def _pause(running_seconds: float, dice: random.Random) -> float:
    """Seconds until the next step: lively at first, calm later, and by the hour of the day."""
    calm = min(running_seconds / 3600 / CALM_AFTER_HOURS, 1.0)
    mean: float = LIVELY_SECONDS * (CALM_SECONDS / LIVELY_SECONDS) ** calm
    rhythm = 0.6 + 0.5 * HOURS[clock.now().hour]
    seconds: float = dice.expovariate(rhythm / mean)
    return min(seconds, 4 * mean)


def _stop_signals() -> threading.Event:
    stop = threading.Event()
    told: Callable[..., None] = lambda *_: stop.set()  # noqa: E731 — a handler of one line
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, told)
    return stop


def main() -> None:
    """As a program: settings from the environment."""
    from core.settings import read

    settings = read()
    log.configure(as_json=settings.log_json, level=settings.log_level)
    run(settings)


if __name__ == "__main__":
    main()
