"""Durations as people say them: 42 s, 3 h 10 m, 2.4 d (METRICS.md 1.0)."""


def hours(seconds: float) -> str:
    """A duration without days: work time has days of its own length."""
    minutes = round(seconds / 60)
    if minutes < 48 * 60:
        return spoken(seconds)
    whole, rest = divmod(minutes, 60)
    return f"{whole:,} h {rest} m" if rest and whole < 100 else f"{whole:,} h"


def spoken(seconds: float | None) -> str:
    """A duration in the unit that fits; a dash where there is none."""
    if seconds is None:
        return "–"
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} m"
    if minutes < 48 * 60:
        hours, rest = divmod(minutes, 60)
        return f"{hours} h {rest} m" if rest else f"{hours} h"
    return f"{seconds / 86400:.1f} d"
