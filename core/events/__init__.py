"""The catalogue of events, a file a topic. An event is small, past tense, complete on its own, and never edited.

Events carry ids, enums, numbers and hashes, and the names of configuration (queues, states, organisations).
They carry no free text and no person's name: subjects, bodies and people live in tables that can be erased.
The docstrings become `docs/reference/events.md`. Add a field: give it a default. Change a meaning: raise
`schema_version` and register an upcaster in `core/upcasters.py`.
"""

from core.events.alerts import AlertDefined, AlertFired, AlertRecovered, AlertRemoved
from core.events.calendar import CalendarDefined, CalendarRestated, HolidaySourceSet, RestatementWithdrawn
from core.events.category import UNSOLVED, Category
from core.events.denominators import DenominatorRecorded, DenominatorRemoved
from core.events.desk import (
    BulkFinished,
    BulkStarted,
    CannedReplyDefined,
    CannedReplyRemoved,
    MacroDefined,
    MacroRemoved,
    ViewDefined,
    ViewRemoved,
)
from core.events.doors import (
    ExportMade,
    PasswordChanged,
    SessionEnded,
    SessionStarted,
    SignInRefused,
    ViewAsEnded,
    ViewAsStarted,
)
from core.events.due import DueReason, DueSet
from core.events.event import KINDS, Event
from core.events.fields import FieldDefined
from core.events.file import FileAttached, FileRead, FileScanned
from core.events.house import FollowUp, QueueDefined, RightsGranted, StateDefined, TransitionRule, TransitionsSet
from core.events.imports import ImportFinished, ImportStarted
from core.events.mentions import Mentioned
from core.events.merge import (
    LinkKind,
    MessagesPlaced,
    ThreadChanged,
    TicketLinked,
    TicketMerged,
    TicketSplit,
    TicketUnlinked,
    TicketUnmerged,
)
from core.events.message import MessageAdded
from core.events.ops import DataChecked, Heartbeat
from core.events.outgoing import Outcome, ReplyScheduled, ReplyUnscheduled
from core.events.people import OrganisationDefined, PersonDefined, TokenIssued, TokenRevoked
from core.events.preferences import PreferencesSet
from core.events.presence import Presence, PresenceChanged, PresenceReason
from core.events.sla import (
    CLOCK_EVENTS,
    ClockActivated,
    ClockApplied,
    ClockBreached,
    ClockCancelled,
    ClockEscalated,
    ClockFulfilled,
    ClockPaused,
    ClockReason,
    ClockResumed,
    ClockState,
    ClockTold,
    ClockWarned,
    PolicyApplied,
    PolicyDefined,
    SlaBasis,
    SlaMetric,
    SlaReviewed,
)
from core.events.snooze import Snoozed
from core.events.survey import CsatRated, EffortRated, RecommendationRated
from core.events.ticket import (
    Assigned,
    FieldChanged,
    PriorityChanged,
    QueueChanged,
    Reason,
    Retitled,
    StatusChanged,
    TagsChanged,
    TicketCreated,
)
from core.events.timers import TimerDismissed, TimerRetried
from core.events.watching import Unwatched, Watched
from core.events.worktime import ActivityDefined, TimeCorrected, TimeLogged, TimeRemoved

__all__ = [
    "CLOCK_EVENTS",
    "KINDS",
    "UNSOLVED",
    "ActivityDefined",
    "AlertDefined",
    "AlertFired",
    "AlertRecovered",
    "AlertRemoved",
    "Assigned",
    "BulkFinished",
    "BulkStarted",
    "CalendarDefined",
    "CalendarRestated",
    "CannedReplyDefined",
    "CannedReplyRemoved",
    "Category",
    "ClockActivated",
    "ClockApplied",
    "ClockBreached",
    "ClockCancelled",
    "ClockEscalated",
    "ClockFulfilled",
    "ClockPaused",
    "ClockReason",
    "ClockResumed",
    "ClockState",
    "ClockTold",
    "ClockWarned",
    "CsatRated",
    "DataChecked",
    "DenominatorRecorded",
    "DenominatorRemoved",
    "DueReason",
    "DueSet",
    "EffortRated",
    "Event",
    "ExportMade",
    "FieldChanged",
    "FieldDefined",
    "FileAttached",
    "FileRead",
    "FileScanned",
    "FollowUp",
    "Heartbeat",
    "HolidaySourceSet",
    "ImportFinished",
    "ImportStarted",
    "LinkKind",
    "MacroDefined",
    "MacroRemoved",
    "Mentioned",
    "MessageAdded",
    "MessagesPlaced",
    "OrganisationDefined",
    "Outcome",
    "PasswordChanged",
    "PersonDefined",
    "PolicyApplied",
    "PolicyDefined",
    "PreferencesSet",
    "Presence",
    "PresenceChanged",
    "PresenceReason",
    "PriorityChanged",
    "QueueChanged",
    "QueueDefined",
    "Reason",
    "RecommendationRated",
    "ReplyScheduled",
    "ReplyUnscheduled",
    "RestatementWithdrawn",
    "Retitled",
    "RightsGranted",
    "SessionEnded",
    "SessionStarted",
    "SignInRefused",
    "SlaBasis",
    "SlaMetric",
    "SlaReviewed",
    "Snoozed",
    "StateDefined",
    "StatusChanged",
    "TagsChanged",
    "ThreadChanged",
    "TicketCreated",
    "TicketLinked",
    "TicketMerged",
    "TicketSplit",
    "TicketUnlinked",
    "TicketUnmerged",
    "TimeCorrected",
    "TimeLogged",
    "TimeRemoved",
    "TimerDismissed",
    "TimerRetried",
    "TokenIssued",
    "TokenRevoked",
    "TransitionRule",
    "TransitionsSet",
    "Unwatched",
    "ViewAsEnded",
    "ViewAsStarted",
    "ViewDefined",
    "ViewRemoved",
    "Watched",
]
