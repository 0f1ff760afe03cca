"""Beat, at most one of them: whoever holds an advisory lock in PostgreSQL sends the scheduled tasks."""

import psycopg
from celery.beat import Scheduler

from app.jobs import heartbeat
from core import log

LOCK = 0x434C5142  # "CLQB"
logger = log.get(__name__)


class LeadingScheduler(Scheduler):  # type: ignore[misc]
    """Celery's scheduler that only ticks while its own session holds the lock; otherwise it stands by."""

    max_interval = 5
    """Seconds between looks: how long a standby needs to take over."""

    _lease: psycopg.Connection | None = None

    def tick(self, *args: object, **kwargs: object) -> float:
        """One look at the schedule, if we lead."""
        try:
            leads = self._leads()
        except psycopg.Error as trouble:
            logger.warning("beat cannot reach the database", reason=str(trouble).strip())
            self._let_go()
            leads = False
        if not leads:
            return self.max_interval
        return float(super().tick(*args, **kwargs))

    def close(self) -> None:
        """Let a standby take over at once."""
        self._let_go()
        super().close()

    def _leads(self) -> bool:
        if self._lease is None:
            self._lease = self._lease_if_free()
        if self._lease is not None:
            heartbeat.beat(self._lease, heartbeat.BEAT)  # raises when the session, and with it the lock, is gone
        return self._lease is not None

    def _lease_if_free(self) -> psycopg.Connection | None:
        session = psycopg.connect(
            self.app.settings.database_url,
            autocommit=True,
            connect_timeout=3,
            application_name="clearqueue beat",
        )
        if session.execute("select pg_try_advisory_lock(%s)", (LOCK,)).fetchone() == (True,):
            logger.info("beat leads")
            return session
        session.close()
        return None

    def _let_go(self) -> None:
        if self._lease is not None:
            self._lease.close()
            self._lease = None
