"""What all charts share: type, axes, margins. Colours are tokens by name; the browser looks them up (paint.js)."""

from typing import Any

MARK, MARK_SOFT, REFERENCE, INK = "--mark", "--mark-soft", "--mark-reference", "--mark-ink"
WARN, BREACH = "--mark-warn", "--mark-breach"
BAND, BAND_BESIDE = "--band", "--band-beside"
TOKENS = (
    BAND,
    BAND_BESIDE,
    MARK,
    MARK_SOFT,
    REFERENCE,
    INK,
    WARN,
    BREACH,
    "--ink-2",
    "--ink-3",
    "--grid",
    "--paper",
    "--line-strong",
)
"""Every token that a figure may name; a test looks them up in tokens.css."""

HEIGHT = 264
MARGIN = {"l": 44, "r": 12, "t": 8, "b": 28}


def layout(**more: Any) -> dict[str, Any]:
    """The layout of a chart over time: quiet grid, zero in sight, no decoration, no animation."""
    axis = {
        "gridcolor": "--grid",
        "linecolor": "--line-strong",
        "tickfont": {"color": "--ink-3", "size": 12},
        "zeroline": False,
        "fixedrange": True,
        "automargin": True,
    }
    return {
        "height": HEIGHT,
        "margin": MARGIN,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": "--sans", "size": 12, "color": "--ink-2"},
        "showlegend": False,
        "hovermode": "x unified",
        "hoverlabel": {"bgcolor": "--paper", "bordercolor": "--line-strong", "font": {"color": "--ink-2", "size": 13}},
        "dragmode": False,
        "bargap": 0.25,
        **more,
        "xaxis": {**axis, "showgrid": False, "nticks": 8, **more.get("xaxis", {})},
        "yaxis": {**axis, "rangemode": "tozero", "nticks": 5, **more.get("yaxis", {})},
    }
