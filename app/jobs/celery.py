"""The Celery app. The broker is the same PostgreSQL unless one is set; tasks carry ids, never data.

The broker may lose a message (kombu's SQL transport hides a message when it is fetched, so a killed worker takes
it along; Redis may be emptied). Therefore whatever must happen is a row in PostgreSQL first, and the schedule
sends what is still due again.
"""

from celery import Celery

from app.alerts import watching
from app.checks.look import EVERY_SECONDS
from core.settings import Settings

QUEUE = "jobs"
BROKER_SCHEMA = "broker"


def broker_url(settings: Settings) -> str:
    """Where messages go: the broker that is set, or a schema of its own in our PostgreSQL."""
    if settings.broker_url:
        return settings.broker_url
    address = settings.database_url.split("://", 1)[1]
    joint = "&" if "?" in address else "?"
    return f"sqla+postgresql+psycopg://{address}{joint}options=-csearch_path%3D{BROKER_SCHEMA}"


def celery_app(settings: Settings) -> Celery:
    """The app of this process, with our tasks and their schedule."""
    app = Celery("clearqueue", broker=broker_url(settings), include=["app.jobs.tasks"])
    app.settings = settings
    app.conf.update(
        task_default_queue=QUEUE,
        task_serializer="json",
        accept_content=["json"],
        result_backend=None,
        task_ignore_result=True,
        task_acks_late=True,
        worker_prefetch_multiplier=1,
        worker_enable_remote_control=False,  # needs fan-out, which PostgreSQL as a broker does not have
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        broker_connection_retry_on_startup=True,
        broker_transport_options=_transport_options(settings),
        enable_utc=True,
        timezone="UTC",
        beat_schedule=_schedule(),
        beat_scheduler="app.jobs.beat:LeadingScheduler",
    )
    return app


def _transport_options(settings: Settings) -> dict[str, object]:
    if settings.broker_url.startswith("redis"):
        return {"visibility_timeout": 3600, "socket_timeout": 10, "socket_connect_timeout": 3}
    return {} if settings.broker_url else {"pool_pre_ping": True, "pool_size": 2}


def _schedule() -> dict[str, dict[str, object]]:
    """What beat asks for, in seconds. Each task is safe to run twice and safe to miss."""
    seconds = {
        "heartbeat": 15,
        "purge": 3600,
        "anchor": 3600,
        "sweep": 3600,
        "examine": 5,
        "rescan": 600,
        "prove": 10,
        "pulse": 20,
        "look": EVERY_SECONDS,
        "holidays": 30,
        "mail": 5,
        "watch": watching.EVERY_SECONDS,
        "silent": 60,
    }
    return {
        name: {"task": f"clearqueue.{name}", "schedule": every, "options": {"expires": every}}
        for name, every in seconds.items()
    }
