"""The tasks that a worker runs. Each calls one function and may run twice."""

from contextlib import closing

from celery import Task, shared_task

from app.alerts.watching import watch
from app.audit import proof
from app.calendars.follow import follow_sources
from app.checks.look import look
from app.checks.pulse import beat_if_quiet
from app.db import Database
from app.files.examine import examine
from app.files.scanning import rescan
from app.files.sweep import sweep
from app.jobs import anchors, heartbeat, upkeep
from app.mail.notices import mail_notices
from app.presence.show import end_silent


@shared_task(bind=True, name="clearqueue.heartbeat")  # type: ignore[untyped-decorator]
def beat_heart(task: Task) -> None:
    """Proof that beat, broker and worker all live."""
    heartbeat.beat_once(task.app.settings.database_url, heartbeat.WORKER)


@shared_task(bind=True, name="clearqueue.purge")  # type: ignore[untyped-decorator]
def purge(task: Task) -> None:
    """Throw away what has served its time."""
    upkeep.purge(task.app.settings.database_url)


@shared_task(bind=True, name="clearqueue.examine")  # type: ignore[untyped-decorator]
def examine_files(task: Task) -> None:
    """Scan and read the files that came in."""
    examine(task.app.settings)


@shared_task(bind=True, name="clearqueue.rescan")  # type: ignore[untyped-decorator]
def rescan_files(task: Task) -> None:
    """Scan old files with what the virus scanner has learnt."""
    rescan(task.app.settings)


@shared_task(bind=True, name="clearqueue.holidays")  # type: ignore[untyped-decorator]
def follow_holidays(task: Task) -> None:
    """Read the holidays of countries and feeds that calendars follow."""
    follow_sources(task.app.settings)


@shared_task(bind=True, name="clearqueue.mail")  # type: ignore[untyped-decorator]
def mail(task: Task) -> None:
    """Mail to colleagues what they were told and have not seen."""
    mail_notices(task.app.settings)


@shared_task(bind=True, name="clearqueue.sweep")  # type: ignore[untyped-decorator]
def sweep_files(task: Task) -> None:
    """Let go of files that nothing uses any more."""
    sweep(task.app.settings)


@shared_task(bind=True, name="clearqueue.anchor")  # type: ignore[untyped-decorator]
def anchor(task: Task) -> None:
    """Note the ledger's head outside of the database, once a day."""
    anchors.write(task.app.settings)


@shared_task(bind=True, name="clearqueue.prove")  # type: ignore[untyped-decorator]
def prove(task: Task) -> None:
    """Make the proofs of the ledger that somebody waits for."""
    proof.prove_what_was_asked(task.app.settings)


@shared_task(bind=True, name="clearqueue.pulse")  # type: ignore[untyped-decorator]
def pulse(task: Task) -> None:
    """Say that nothing happened, if nothing did."""
    database = Database(task.app.settings.database_url, most_connections=1)
    with closing(database), database.transaction() as session:
        beat_if_quiet(session)


@shared_task(bind=True, name="clearqueue.look")  # type: ignore[untyped-decorator]
def look_at_numbers(task: Task) -> None:
    """Look whether the numbers agree, on some of the tickets."""
    look(task.app.settings)


@shared_task(bind=True, name="clearqueue.watch")  # type: ignore[untyped-decorator]
def watch_numbers(task: Task) -> None:
    """Look at the alerts."""
    watch(task.app.settings)


@shared_task(bind=True, name="clearqueue.silent")  # type: ignore[untyped-decorator]
def end_silent_presence(task: Task) -> None:
    """Whoever was not heard of for a while is offline."""
    database = Database(task.app.settings.database_url, most_connections=1)
    with closing(database), database.transaction() as session:
        end_silent(session)
