"""The past of an alert as a small drawing: the number's line, its limits, and when it would have been on."""

from collections.abc import Sequence
from dataclasses import dataclass

from analytics.alerting.judge import Verdict

WIDTH, HEIGHT = 600.0, 120.0
ROOM = 0.08
"""Of the height, above the highest and below the lowest."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """Paths in a box of `WIDTH` by `HEIGHT`; `bands` are (x, width) of the times beyond."""

    line: str
    low: str
    high: str
    bands: list[tuple[float, float]]
    is_steady: bool
    """Whether its limits are the same all the time."""
    width: float = WIDTH
    height: float = HEIGHT


def drawn(verdicts: Sequence[Verdict]) -> Drawing | None:
    """None where there is nothing to draw."""
    shown = [value for verdict in verdicts for value in (verdict.value, verdict.low, verdict.high) if value is not None]
    if not any(verdict.value is not None for verdict in verdicts):
        return None
    least, most = min(*shown, 0), max(*shown, 0)
    size = (most - least) or 1.0
    step = WIDTH / max(1, len(verdicts))

    def y(value: float) -> float:
        return round(HEIGHT * (1 - ROOM - (value - least) / size * (1 - 2 * ROOM)), 1)

    def path(values: Sequence[float | None]) -> str:
        parts, is_down = [], False
        for i, value in enumerate(values):
            if value is not None:
                parts.append(f"{'L' if is_down else 'M'}{(i + 0.5) * step:.1f} {y(value)}")
            is_down = value is not None
        return "".join(parts)

    return Drawing(
        line=path([verdict.value for verdict in verdicts]),
        low=path([verdict.low for verdict in verdicts]),
        high=path([verdict.high for verdict in verdicts]),
        bands=_bands(verdicts, step),
        is_steady=len({(verdict.low, verdict.high) for verdict in verdicts}) == 1,
    )


def _bands(verdicts: Sequence[Verdict], step: float) -> list[tuple[float, float]]:
    edges: list[int] = []
    is_on = False
    for i, verdict in enumerate(verdicts):
        was, is_on = is_on, is_on if verdict.is_beyond is None else verdict.is_beyond
        if is_on != was:
            edges.append(i)
    ends = [*edges, len(verdicts)] if is_on else edges
    spans = zip(ends[::2], ends[1::2], strict=True)
    return [(round(first * step, 1), round((last - first) * step, 1)) for first, last in spans]
