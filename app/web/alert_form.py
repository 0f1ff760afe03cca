"""What an alert's form says: numbers as people write them, and the wish that they make."""

import re
from collections.abc import Mapping
from typing import Any

from analytics import catalogue
from analytics.alerting.condition import Anomaly, Burn, Condition, Freshness, Threshold
from analytics.metric import Unit
from app.alerts.answers import AlertAnswer
from app.alerts.wish import AlertWish
from core.actor import Scope
from core.errors import Invalid

Typed = dict[str, str]
FIELDS = (
    "name", "metric", "where", "grain", "kind", "side", "limit", "back", "objective", "factor", "points",
    "unusual", "width", "seasons", "age", "quiet_from", "quiet_until", "is_on", "do",
)  # fmt: skip
FRESH: Typed = {
    **dict.fromkeys(FIELDS, ""), "metric": "backlog", "grain": "hour", "kind": "threshold", "side": "above",
    "objective": "95", "factor": "6", "points": "6", "unusual": "either", "width": "3", "seasons": "8",
    "age": "10m", "is_on": "yes",
}  # fmt: skip
KINDS = [
    ("threshold", "It is above or below a limit"),
    ("anomaly", "It is unusual for its hour or day"),
    ("burn", "An error budget goes too fast"),
    ("freshness", "The numbers are old"),
]
_WRITTEN = re.compile(r"(-?[0-9]+(?:[.,][0-9]+)?)\s*(s|m|min|h|d|%)?")
_SECONDS = {"s": 1, "m": 60, "min": 60, "h": 3_600, "d": 86_400}


def choices(scope: Scope) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every number of the catalogue that one may be told, with its words, by family."""
    families: dict[str, list[tuple[str, str]]] = {}
    for column, (metric, _) in catalogue.COLUMNS.items():
        if not (metric.is_of_tickets or scope.everything):
            continue
        statistic = catalogue.statistic(column)[1]
        words = metric.title if column == metric.name else f"{metric.title}: {statistic.title.lower()}"
        families.setdefault(metric.family.capitalize(), []).append((column, words))
    return list(families.items())


def typed_of(alert: AlertAnswer) -> Typed:
    """An alert as its form shows it."""
    unit = catalogue.statistic(alert.metric)[1].unit
    known = {name: str(getattr(alert, name) or "") for name in ("name", "metric", "grain", "quiet_from", "quiet_until")}
    where = ", ".join(alert.where)
    return FRESH | known | {"where": where, "is_on": "yes" if alert.is_on else ""} | _written(alert.condition, unit)


def wish_of(typed: Mapping[str, str]) -> AlertWish:
    """The wish. Raises `Invalid` and pydantic's `ValidationError` with what would be right."""
    return AlertWish.model_validate(
        {
            "name": typed["name"].strip(),
            "metric": typed["metric"],
            "where": [part.strip() for part in typed["where"].split(",") if part.strip()],
            "grain": typed["grain"] or "hour",
            "condition": _condition(typed),
            "quiet_from": typed["quiet_from"] or None,
            "quiet_until": typed["quiet_until"] or None,
            "is_on": typed["is_on"] != "",
        }
    )


def _condition(typed: Mapping[str, str]) -> dict[str, Any]:
    column = catalogue.COLUMNS.get(typed["metric"])
    unit = catalogue.statistic(typed["metric"])[1].unit if column else Unit.TICKETS
    match typed["kind"]:
        case "threshold":
            back = {"back": _number(typed["back"], unit, "back to")} if typed["back"].strip() else {}
            return {"kind": "threshold", "side": typed["side"], "limit": _number(typed["limit"], unit, "limit"), **back}
        case "burn":
            objective = _number(f"{typed['objective'].rstrip('% ')}%", Unit.SHARE, "objective")
            factor = _number(typed["factor"], Unit.RATE, "factor")
            return {"kind": "burn", "objective": objective, "factor": factor, "points": typed["points"]}
        case "anomaly":
            width = _number(typed["width"], Unit.RATE, "width")
            return {"kind": "anomaly", "side": typed["unusual"], "width": width, "seasons": typed["seasons"]}
        case "freshness":
            return {"kind": "freshness", "seconds": round(_number(typed["age"], Unit.SECONDS, "age"))}
    raise Invalid("Choose what makes the number worth a message.")


def _number(text: str, unit: Unit, what: str) -> float:
    """`45`, `1.5`, `2h`, `90 %` in the number's own unit."""
    match = _WRITTEN.fullmatch(text.strip())
    wanted = {Unit.SECONDS: "a time such as 45m, 2h or 1d", Unit.SHARE: "a share such as 95 %"}.get(unit, "a number")
    if match is None or (match[2] == "%") > (unit is Unit.SHARE) or (match[2] in _SECONDS) > (unit is Unit.SECONDS):
        raise Invalid(f"Write {wanted} for the {what}.")
    value = float(match[1].replace(",", "."))
    if match[2] == "%":
        return value / 100
    return value * _SECONDS.get(match[2] or "s", 1) if unit is Unit.SECONDS else value


def _written(condition: Condition, unit: Unit) -> Typed:
    match condition:
        case Threshold():
            back = "" if condition.back is None else _said(condition.back, unit)
            return {"kind": condition.kind, "side": condition.side, "limit": _said(condition.limit, unit), "back": back}
        case Burn():
            return {
                "kind": condition.kind, "objective": f"{condition.objective * 100:g}",
                "factor": f"{condition.factor:g}", "points": str(condition.points),
            }  # fmt: skip
        case Anomaly():
            return {
                "kind": condition.kind, "unusual": condition.side, "width": f"{condition.width:g}",
                "seasons": str(condition.seasons),
            }  # fmt: skip
        case Freshness():
            return {"kind": condition.kind, "age": _said(condition.seconds, Unit.SECONDS)}


def _said(value: float, unit: Unit) -> str:
    """As one would write it again, without loss."""
    if unit is Unit.SHARE:
        return f"{value * 100:g} %"
    if unit is Unit.SECONDS:
        size = next((name for name in ("d", "h", "m") if value and value % _SECONDS[name] == 0), "s")
        return f"{value / _SECONDS[size]:.15g}{size}"
    return f"{value:.15g}"
