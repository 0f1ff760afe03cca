"""Timers: something is to happen to a ticket, or to anything else, at a stated time, exactly once.

Set one in the transaction that gives the reason for it; it is there if, and only if, that transaction commits:

    set_timer(session, key=f"reminder:{ticket.id}", kind="reminder", due_at=due, ticket_id=ticket.id, payload={"n": 1})
    cancel_timer(session, f"reminder:{ticket.id}")

The same key set again moves the timer instead of making a second one. What happens when it is due is a handler, which
runs in a transaction of its own together with the removal of the timer:

    @on_timer("reminder")
    def remind(session: Session, timer: Timer) -> None:
        handle(session, SYSTEM, Note(body="…"), ticket_id=timer.ticket_id, source="timer", cause_id=timer.id)

Name the module that holds it in `app/timers/handlers.py`, so that the runner imports it. A handler talks to nobody
outside of the database: for mail or HTTP it writes a row that somebody sends. It looks again whether its reason still
holds. If it raises, all it did is undone and it is tried again, later each time (`app/timers/runner.py`).
"""

from app.timers.handlers import Handler, on_timer
from app.timers.timer import Timer, cancel_timer, set_timer

__all__ = ["Handler", "Timer", "cancel_timer", "on_timer", "set_timer"]
