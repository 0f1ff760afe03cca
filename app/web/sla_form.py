"""The form of an SLA policy: a row for each target. What the page does not ask (warnings by seconds) is kept."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args
from uuid import UUID

from app.sla.policy import MOST_LEVELS, ChangeMode, MergeMode, ReopenMode, Shape, Target, Warning
from app.sla.remaining import NAMES
from app.web.sla_levels import LevelRow, row_of, sent_levels
from app.web.sla_triggers import WHEN, triggers_of, typed_of
from core.errors import Invalid
from core.events import Category, SlaMetric

BLANK_ROWS = 2
MOST_ROWS = 20
PRIORITIES = ("low", "normal", "high", "urgent")
METRICS = [("", "no target"), *[(name, NAMES[name]) for name in get_args(SlaMetric) if name in NAMES],
           ("custom", "by events that you name")]  # fmt: skip
REOPEN = [("continue", "goes on without the gap"), ("continue_counting_gap", "goes on and counts the gap"),
          ("new_instance", "begins anew"), ("never", "stays ended")]  # fmt: skip
CHANGE = [("retarget_keep_elapsed", "keeps what was used"), ("restart", "begins anew"), ("freeze", "stays as it was")]
MERGE = [("transfers", "makes the next reply due as on that ticket"), ("stays", "starts no clock here")]
PAUSES = [("", "as is usual"), ("none", "never"), ("PENDING", "pending"), ("HOLD", "on hold"),
          ("PENDING,HOLD", "pending and on hold")]  # fmt: skip
OWN_NAME = re.compile(r"[a-z][a-z0-9_]{0,29}")
LENGTH = re.compile(r"(?:(\d{1,5}) ?h)? ?(?:(\d{1,5}) ?m(?:in)?)? ?(?:(\d{1,5}) ?s)?", re.ASCII)

assert {name for name, _ in REOPEN} == set(get_args(ReopenMode))
assert {name for name, _ in CHANGE} == set(get_args(ChangeMode))
assert {name for name, _ in MERGE} == set(get_args(MergeMode))


@dataclass(frozen=True, slots=True)
class Row:
    """One target as it is typed. `kept` is the target of the policy that it changes."""

    kept: str = ""
    metric: str = ""
    own_name: str = ""
    basis: str = "business"
    calendar: str = ""
    lengths: Mapping[str, str] = field(default_factory=dict)
    pause: str = ""
    reopen: str = "continue"
    change: str = "retarget_keep_elapsed"
    merge: str = "transfers"
    warn: str = ""
    triggers: Mapping[str, str] = field(default_factory=dict)
    levels: Sequence[LevelRow] = ()

    @property
    def levels_shown(self) -> list[LevelRow]:
        """Its levels and a blank one behind them."""
        return [*self.levels, LevelRow()][:MOST_LEVELS]

    @property
    def name(self) -> str:
        """What the page calls it."""
        key = self.kept or self.own_name or self.metric
        return NAMES.get(key, key) or "another target"


@dataclass(frozen=True, slots=True)
class PolicyForm:
    """A policy as it is typed."""

    name: str = ""
    conditions: str = ""
    is_active: bool = True
    rows: Sequence[Row] = ()

    @classmethod
    def of(cls, shape: Shape) -> "PolicyForm":
        """A policy as the form shows it."""
        return cls(shape.name, shape.conditions, shape.is_active, [_row(target) for target in shape.targets])

    @classmethod
    def read(cls, sent: Mapping[str, Any]) -> "PolicyForm":
        """What was sent. Rows without a metric are none."""
        rows = [_sent_row(sent, n) for n in range(MOST_ROWS) if sent.get(f"metric-{n}") or sent.get(f"kept-{n}")]
        return cls(
            str(sent.get("name", "")), str(sent.get("conditions", "")), sent.get("is_active") == "yes",
            [row for row in rows if row.metric or row.kept],
        )  # fmt: skip

    def shape(self, before: Shape | None) -> Shape:
        """The policy; pydantic's and our own refusals say what cannot be."""
        kept = {target.key: target for target in before.targets} if before else {}
        targets = [_target(row, kept.get(row.kept)) for row in self.rows if row.metric]
        if not targets:
            raise Invalid("A policy promises something: choose at least one target.")
        return Shape(name=self.name, conditions=self.conditions, is_active=self.is_active, targets=tuple(targets))


def seconds_of(text: str) -> int | None:
    """`4 h`, `1 h 30 m`, `90 m`, `45 s`: in seconds; nothing where nothing stands."""
    text = text.strip().lower()
    if not text:
        return None
    found = LENGTH.fullmatch(text)
    if found is None or not any(found.groups()):
        raise Invalid(f"Write a length of time as 4 h, 1 h 30 m or 90 m, not {text!r}.")
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds


def length(seconds: int | None) -> str:
    """Seconds as the form writes them."""
    if seconds is None:
        return ""
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    parts = [f"{hours} h" if hours else "", f"{minutes} m" if minutes else "", f"{left} s" if left else ""]
    return " ".join(part for part in parts if part)


def promised(target: Target) -> str:
    """A target in words: `first reply 4 h (normal), 1 h 30 m (high)`."""
    lengths = [f"{length(seconds)} ({name})" for name in PRIORITIES if (seconds := getattr(target.seconds, name))]
    same = {getattr(target.seconds, name) for name in PRIORITIES}
    words = length(same.pop()) if len(same) == 1 else ", ".join(lengths)
    return f"{NAMES.get(target.key, target.key)} {words}"


def _row(target: Target) -> Row:
    pause = "" if target.pause is None else ",".join(target.pause) or "none"
    return Row(
        kept=target.key, metric=target.metric, own_name=target.name or "", basis=target.basis,
        calendar=str(target.calendar_id or ""),
        lengths={name: length(getattr(target.seconds, name)) for name in PRIORITIES}, pause=pause,
        reopen=target.reopen, change=target.change, merge=target.merge,
        warn=", ".join(str(one.percent) for one in target.warnings if one.percent is not None),
        triggers={name: typed_of(getattr(target, name)) for name, _ in WHEN},
        levels=[row_of(level, length) for level in target.levels],
    )  # fmt: skip


def _sent_row(sent: Mapping[str, Any], n: int) -> Row:
    def text(name: str, default: str = "") -> str:
        return str(sent.get(f"{name}-{n}", default)).strip()

    return Row(
        kept=text("kept"), metric=text("metric"), own_name=text("own_name"), basis=text("basis", "business"),
        calendar=text("calendar"), lengths={name: text(name) for name in PRIORITIES}, pause=text("pause"),
        reopen=text("reopen", "continue"), change=text("change", "retarget_keep_elapsed"),
        merge=text("merge", "transfers"), warn=text("warn"),
        triggers={name: text(name) for name, _ in WHEN}, levels=sent_levels(sent, n),
    )  # fmt: skip


def _target(row: Row, kept: Target | None) -> Target:
    given = kept.model_dump(mode="json") if kept and kept.metric == row.metric else {}
    warnings = [one for one in given.get("warnings", []) if one["percent"] is None]
    warnings += [Warning(percent=percent).model_dump() for percent in _percents(row.warn)]
    return Target.model_validate(
        {
            **given, "metric": row.metric, "basis": row.basis, "calendar_id": _calendar(row.calendar),
            "seconds": {name: seconds_of(text) for name, text in row.lengths.items()}, "pause": _pause(row.pause),
            "reopen": row.reopen, "change": row.change, "merge": row.merge, "warnings": warnings,
            "levels": [one.level(seconds_of) for one in row.levels], "name": _own_name(row.own_name),
            **{name: triggers_of(row.triggers.get(name, "")) for name, _ in WHEN},
        }
    )  # fmt: skip


def _own_name(text: str) -> str | None:
    if text and not OWN_NAME.fullmatch(text):
        raise Invalid("A target's own name is small letters, digits and underscores, as call_back, 30 at most.")
    return text or None


def _percents(text: str) -> list[int]:
    parts = [part.strip().removesuffix("%").strip() for part in text.split(",") if part.strip()]
    if not all(part.isdecimal() and len(part) < 4 for part in parts):
        raise Invalid("Write warnings as shares of the target, such as 50, 80.")
    return [int(part) for part in parts]


def _pause(text: str) -> list[str] | None:
    if not text:
        return None
    return [part for part in text.split(",") if part in set(Category)]


def _calendar(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Invalid("Choose a calendar from the list.") from None
