"""Numbers as people read them: grouped, durations in the unit that suits them, changes against before."""

from analytics.metric import Unit

MINUTE, HOUR, DAY = 60, 3_600, 86_400
THIN = "\u202f"
MINUS = "\u2212"
LEAST_COMPARED = 20
"""A change is not told for fewer than these (INTERFACE.md 3.1)."""


def number(value: float | int | None, unit: Unit) -> str:
    """`1 204`, `3.4 h`, `–` for nothing."""
    if value is None:
        return "–"
    if unit is Unit.SHARE:
        return percent(value, 1)
    return duration(value) if unit is Unit.SECONDS else grouped(value)


def grouped(value: float | int) -> str:
    """A whole number in groups of three, or one decimal; with a true minus."""
    text = f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"
    return text.replace(",", THIN).replace("-", MINUS)


def percent(share: float, digits: int = 0) -> str:
    """`44 %`, `20.7 %`."""
    return f"{share * 100:.{digits}f}{THIN}%"


def duration(seconds: float) -> str:
    """`45 s`, `12 min`, `3.4 h`, `2.1 d`."""
    size, unit = scale(seconds)
    value = seconds / size
    return f"{grouped(round(value))} {unit}" if value >= 10 or size <= MINUTE else f"{value:.1f} {unit}"


def scale(seconds: float) -> tuple[int, str]:
    """The unit in which durations up to this long are best read."""
    for size, unit in ((DAY, "d"), (HOUR, "h"), (MINUTE, "min")):
        if seconds >= (2 * size if size == DAY else size):
            return size, unit
    return 1, "s"


def change(now: float | None, before: float | None, unit: Unit, n: int | None = None) -> str:
    """`+12 (+4 %)` against the period before; empty where there is nothing, or too little, to compare."""
    if now is None or before is None or (n is not None and n < LEAST_COMPARED):
        return ""
    difference = now - before
    if difference == 0:
        return "no change"
    sign = "+" if difference > 0 else MINUS
    if unit is Unit.SHARE:
        return f"{sign}{abs(difference) * 100:.1f} points"
    size = duration(abs(difference)) if unit is Unit.SECONDS else grouped(abs(difference))
    share = f" ({sign}{abs(difference) / abs(before) * 100:.0f} %)" if abs(before) >= LEAST_COMPARED else ""
    return f"{sign}{size}{share}"
