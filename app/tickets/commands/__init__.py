"""Everything that can be asked of a ticket, one file each: the wish, the rule, the event, what it changes."""

from app.tickets.commands import belonging as belonging
from app.tickets.commands import clocked as clocked
from app.tickets.commands.assign import Assign
from app.tickets.commands.book import Book, Booked, CorrectBooking, RemoveBooking
from app.tickets.commands.close import Close
from app.tickets.commands.move import Move
from app.tickets.commands.note import Note
from app.tickets.commands.open import Open
from app.tickets.commands.prioritise import Prioritise
from app.tickets.commands.rate import Rate
from app.tickets.commands.reopen import Reopen
from app.tickets.commands.reply import Reply
from app.tickets.commands.retitle import Retitle
from app.tickets.commands.review import Review
from app.tickets.commands.schedule import Schedule
from app.tickets.commands.set_due import SetDue
from app.tickets.commands.set_field import SetField, SetFields
from app.tickets.commands.set_state import SetState
from app.tickets.commands.snooze import Snooze
from app.tickets.commands.solve import Solve
from app.tickets.commands.tag import Tag
from app.tickets.commands.wake import Wake
from app.tickets.commands.watch import Unwatch, Watch

__all__ = [
    "Assign",
    "Book",
    "Booked",
    "Close",
    "CorrectBooking",
    "Move",
    "Note",
    "Open",
    "Prioritise",
    "Rate",
    "RemoveBooking",
    "Reopen",
    "Reply",
    "Retitle",
    "Review",
    "Schedule",
    "SetDue",
    "SetField",
    "SetFields",
    "SetState",
    "Snooze",
    "Solve",
    "Tag",
    "Unwatch",
    "Wake",
    "Watch",
]
