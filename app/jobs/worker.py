"""Running a worker or a beat in this process until it is told to stop."""

import logging
import signal
import sys
import warnings
from collections.abc import Callable, Sequence
from threading import Event, Thread

from celery import Celery
from celery.beat import Service
from celery.platforms import SecurityWarning
from celery.signals import worker_ready

from app.bulk.runner import run_bulk
from app.jobs import heartbeat
from app.jobs.celery import celery_app
from app.sla.backfill_job import run_backfills
from app.sla.what_if_job import run_what_ifs
from app.timers.runner import run_timers
from app.views.follower import run_counts
from core import heap, log
from core.settings import Settings

Runner = Callable[[Settings, Event], None]

CONCURRENCY = 4
"""Threads that run tasks: they wait for PostgreSQL and the network, not for the processor."""

BESIDE = (run_timers, run_counts, run_bulk, run_backfills, run_what_ifs)
"""What runs beside the tasks in threads of their own: it must be on time however many tasks wait."""

AGAIN_SECONDS = 5.0
"""How long whoever broke off rests: a fault that stays must not fill the log."""

BESIDE_END_SECONDS = 10.0
"""Longer than the longest wait of a runner. One that is cut short is undone by PostgreSQL."""

logger = log.get(__name__)


def run_worker(settings: Settings, *, with_beat: bool, with_demo: bool = False) -> None:
    """Work until SIGTERM: tasks that run are finished first. Beat and the demo company may be threads of it."""
    app = _app(settings)
    worker = app.Worker(
        pool="threads",
        concurrency=CONCURRENCY,
        loglevel=settings.log_level,
        quiet=True,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
    worker_ready.connect(lambda **_: heartbeat.beat_once(settings.database_url, heartbeat.WORKER), weak=False)
    if with_beat:
        Thread(target=_beat(app).start, name="beat", daemon=True).start()
    stop = Event()
    beside = [
        Thread(target=keep_running, args=(run, settings, stop), name=run.__name__, daemon=True)
        for run in _beside(with_demo)
    ]
    for thread in beside:
        thread.start()
    heap.keep()
    try:
        worker.start()
    finally:
        stop.set()
        for thread in beside:
            thread.join(BESIDE_END_SECONDS)


def run_beat(settings: Settings) -> None:
    """Send scheduled tasks until SIGTERM; a second beat stands by."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    _beat(_app(settings)).start()


def keep_running(run: Runner, settings: Settings, stop: Event) -> None:
    """Run until `stop`. What breaks off for a reason that it does not know itself is told, and begun again."""
    while not stop.is_set():
        try:
            run(settings, stop)
        except Exception:
            logger.exception("broke off; begun again", runner=run.__name__)
            stop.wait(AGAIN_SECONDS)
        else:
            return


def _beside(with_demo: bool) -> Sequence[Runner]:
    if not with_demo:
        return BESIDE
    from app.imports.demo import simulate  # a platform in earnest has no use for it

    return (*BESIDE, simulate.run)


def _app(settings: Settings) -> Celery:
    """The app without a line for each heartbeat, and without a warning about pickle as root: we read JSON only."""
    for name in ("celery.beat", "celery.worker.strategy", "celery.app.trace"):
        logging.getLogger(name).setLevel(logging.WARNING)
    warnings.filterwarnings("ignore", category=SecurityWarning)
    return celery_app(settings)


def _beat(app: Celery) -> Service:
    return Service(app, scheduler_cls=app.conf.beat_scheduler)
