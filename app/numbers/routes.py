"""Metrics over HTTP: the catalogue, numbers, and the tickets behind them. For colleagues, each within what they see."""

from typing import Annotated, Any
from zoneinfo import ZoneInfo

import orjson
from fastapi import APIRouter, Header, Path, Query
from fastapi.responses import Response, StreamingResponse

from analytics import catalogue
from analytics.analyses import ANALYSES
from analytics.drill import drill
from analytics.drill_pages import drill_pages
from analytics.measure_answer import Answer
from analytics.measure_answer import ask as ask_lake
from app import policy
from app.audit.exports import note_export
from app.numbers import render
from app.numbers.answers import AnalysisAnswer, AnswerAbout, BehindAnswer, CatalogueAnswer, MetricAnswer, NumbersAnswer
from app.numbers.asking import Asked, Opened, Window
from app.numbers.behind import demand_colleague, titled
from app.numbers.render import MEDIA_TYPES, Format, Pages
from app.rest import PREFIX
from app.rest.ask import Ask, Reading
from app.rest.problem import responses
from core.errors import Invalid
from core.spool import spooling

router = APIRouter(prefix=f"{PREFIX}/metrics", tags=["metrics"], responses=responses(401, 403, 404, 422, 503))

MOST_JSON_ROWS = 100_000
PAGE, LONGEST_PAGE = 100, 1_000
ZONE_HEADER = "Clearqueue-Time-Zone"
"""Whose days a file is told in; its times say so themselves, too."""

Name = Annotated[
    str,
    Path(
        max_length=500,
        description="A metric (`first_reply_time`), one of its numbers (`first_reply_time_p90`), or several (commas).",
        examples=["tickets_created"],
    ),
]
Accept = Annotated[str | None, Header(include_in_schema=False)]


def table_or(model: type[Any]) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI entry of an answer that comes as JSON of this model or as a table."""
    tables = {media: {"schema": {"type": "string", "format": "binary"}} for media in list(MEDIA_TYPES.values())[1:]}
    return {200: {"model": model, "content": tables}}


@router.get("", response_model=CatalogueAnswer)
def list_metrics(ask: Reading) -> Response:
    """Every metric with its definition, what it can be split by and what it opens to."""
    demand_colleague(ask)
    known = CatalogueAnswer(
        items=[MetricAnswer.of(metric) for metric in catalogue.METRICS.values()],
        analyses=[AnalysisAnswer.model_validate(one) for one in ANALYSES],
    )
    return Response(known.model_dump_json(), media_type="application/json")


@router.get("/{name}", response_model=None, responses=table_or(NumbersAnswer))
def read_metric(ask: Reading, name: Name, wanted: Annotated[Asked, Query()], accept: Accept = None) -> Response:
    """Numbers by period and slice, of the tickets that you may see."""
    demand_colleague(ask)
    answer = ask_lake(
        name.split(","), by=wanted.by, small=wanted.small, compare=wanted.compare, **arguments_of(ask, wanted),
        scope=policy.visible(ask.actor), lake=ask.desk.lake,
    )  # fmt: skip
    form = render.wanted(wanted.format, accept)
    if form is not Format.JSON:
        return table(ask, wanted.zone(ask.actor.timezone), form, name, pages=[answer.frame], rows=len(answer.frame))
    if len(answer.frame) > MOST_JSON_ROWS:
        raise Invalid(f"That is {len(answer.frame):,} rows; ask for csv, parquet or arrow, or for less.")
    return _json({**AnswerAbout.of(answer, wanted.grain).model_dump(), "rows": _rows(answer)})


@router.get("/{name}/tickets", response_model=None, responses=table_or(BehindAnswer))
def list_metric_tickets(
    ask: Reading, name: Name, wanted: Annotated[Opened, Query()], accept: Accept = None
) -> Response:
    """Exactly the rows behind a number: as many as a count says, as many as a duration's n, newest first."""
    demand_colleague(ask)
    form = render.wanted(wanted.format, accept)
    given = arguments_of(ask, wanted) | {
        "period": wanted.one_period(ask.actor.timezone), "offset": wanted.offset, "scope": policy.visible(ask.actor),
        "lake": ask.desk.lake,
    }  # fmt: skip
    if form is not Format.JSON:
        with drill_pages(name, **given, limit=wanted.limit) as found:
            pages = (titled(ask, page) for page in found.pages)
            return table(ask, wanted.zone(ask.actor.timezone), form, f"{name}_tickets", pages=pages, rows=found.total)
    shown = drill(name, **given, limit=min(wanted.limit or PAGE, LONGEST_PAGE))
    return _json({"total": shown.total, "items": render.rows(titled(ask, shown.frame))})


def arguments_of(ask: Ask, wanted: Window) -> dict[str, Any]:
    """What is asked, in the reader's zone and the house's year."""
    return wanted.arguments(ask.actor.timezone, ask.desk.settings.fiscal_year_starts)


def _rows(answer: Answer) -> list[dict[str, object]]:
    """The rows, each with what it is too small for."""
    if not answer.small.columns:
        return render.rows(answer.frame)
    told = zip(render.rows(answer.frame), answer.small.iter_rows(named=True), strict=True)
    few = ((row, {metric: said for metric, said in small.items() if said}) for row, small in told)
    return [{**row, "small": small} if small else row for row, small in few]


def table(ask: Ask, zone: ZoneInfo, form: Format, name: str, *, pages: Pages, rows: int) -> Response:
    """The rows as a file, however many; that they left is an event. Whose days they are told in stands in a header."""
    note_export(ask.desk.database, ask.actor, name, form, rows)
    with spooling() as spool:
        render.WRITERS[form](pages, spool.file)
    headers = {
        "Content-Disposition": f'attachment; filename="{_file_name(name)}.{form}"',
        "Content-Length": str(spool.size_bytes),
        ZONE_HEADER: zone.key,
    }
    return StreamingResponse(spool.chunks(), media_type=MEDIA_TYPES[form], headers=headers)


def _file_name(name: str) -> str:
    return "-".join(part for part in name.split(",") if part.isidentifier())[:100] or "numbers"


def _json(content: dict[str, Any]) -> Response:
    return Response(orjson.dumps(content), media_type="application/json")
