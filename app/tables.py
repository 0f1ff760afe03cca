"""Every table of the app in one metadata, for migrations and tests."""

from sqlmodel import SQLModel

from app.alerts.row import Alert, AlertFiring, AlertNotice
from app.audit.proof import Proof
from app.bulk.job import BulkJob, BulkTicket
from app.calendars.row import CalendarVersion, HolidaySource
from app.checks.row import DataCheck, DataCheckHour
from app.denominators.row import Denominator
from app.drafts.row import Draft
from app.fields.row import FieldDefinition
from app.files.file import Attachment, File, FileText, FileView
from app.identity.credential import ApiToken, WebSession
from app.macros.macro import CannedReply, Macro
from app.mentions.row import Mention
from app.operations import Follower, IdempotencyKey, ImportRefusal, ImportRun, Setting
from app.outgoing.row import ScheduledReply
from app.people.person import Organisation, Person
from app.preferences.row import Preference
from app.presence.row import PersonPresence
from app.queues.hours import QueueHours
from app.queues.queue import Queue, QueueRight, TicketState
from app.ratings.row import Rating
from app.sla.backfill_job import ClockBackfill
from app.sla.notice import SlaNotice
from app.sla.row import SlaClock, SlaPolicy
from app.sla.what_if_row import WhatIf, WhatIfTicket
from app.tickets.link import MessagePlace, TicketLink
from app.tickets.ticket import Message, Ticket
from app.timers.timer import Timer
from app.views.view import SavedView, Tally, TicketTouch
from app.worktime.row import Activity, TimeEntry
from core.ledger import event, event_pending

metadata = SQLModel.metadata

__all__ = [
    "Activity",
    "Alert",
    "AlertFiring",
    "AlertNotice",
    "ApiToken",
    "Attachment",
    "BulkJob",
    "BulkTicket",
    "CalendarVersion",
    "CannedReply",
    "ClockBackfill",
    "DataCheck",
    "DataCheckHour",
    "Denominator",
    "Draft",
    "FieldDefinition",
    "File",
    "FileText",
    "FileView",
    "Follower",
    "HolidaySource",
    "IdempotencyKey",
    "ImportRefusal",
    "ImportRun",
    "Macro",
    "Mention",
    "Message",
    "MessagePlace",
    "Organisation",
    "Person",
    "PersonPresence",
    "Preference",
    "Proof",
    "Queue",
    "QueueHours",
    "QueueRight",
    "Rating",
    "SavedView",
    "ScheduledReply",
    "Setting",
    "SlaClock",
    "SlaNotice",
    "SlaPolicy",
    "Tally",
    "Ticket",
    "TicketLink",
    "TicketState",
    "TicketTouch",
    "TimeEntry",
    "Timer",
    "WebSession",
    "WhatIf",
    "WhatIfTicket",
    "event",
    "event_pending",
    "metadata",
]
