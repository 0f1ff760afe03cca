"""Tables of studies: words on the left, numbers on the right, shades where a matrix is read by its shape."""

from collections.abc import Iterable, Sequence
from typing import Any

from dash import html

from dashboards.asked import Asked
from dashboards.behind import Behind
from dashboards.words import grouped


def opening(words: Any, behind: Behind, asked: Asked, **more: Any) -> html.A:
    """Words that open to the tickets behind them."""
    return html.A(words, href=asked.href(drill=str(behind)), **{"data-drill": str(behind)}, **more)


def counted(n: float, behind: Behind, asked: Asked) -> Any:
    """A number of tickets that opens to them."""
    return opening(grouped(n), behind, asked) if n else "0"


def going(words: Any, asked: Asked, **changes: str | list[str]) -> html.A:
    """Words that lead to the same page with some parameters changed."""
    return html.A(words, href=asked.href(**changes), **{"data-go": "true"})


def table(texts: Sequence[str], numbers: Sequence[str], rows: Iterable[Sequence[Any]]) -> html.Table:
    """`texts` and `numbers` are headings; a row has a value for each of both."""
    heads = [*(html.Th(name, scope="col") for name in texts),
             *(html.Th(name, scope="col", className="number") for name in numbers)]  # fmt: skip
    body = [
        html.Tr(
            [html.Th(row[0], scope="row"), *(html.Td(value) for value in row[1 : len(texts)]),
             *(html.Td(value, className="number") for value in row[len(texts) :])]
        )
        for row in rows
    ]  # fmt: skip
    return html.Table([html.Thead(html.Tr(heads)), html.Tbody(body)])


def shaded(value: Any, share: float | None, **more: Any) -> html.Td:
    """A cell of a matrix; `share` of the darkest shade, None: nothing is known there."""
    if share is None:
        return html.Td(value, className="unknown", **more)
    shade = f"color-mix(in srgb, var(--mark-soft) {min(max(share, 0), 1):.0%}, var(--paper))"
    return html.Td(value, className="shade", style={"background": shade}, **more)


def sentence(*parts: Any) -> html.P:
    """What a study says first."""
    return html.P(list(parts), className="finding")


def nothing(words: str) -> html.P:
    """What is said where there is nothing to show, and what would help."""
    return html.P(words, className="quiet empty")
