"""Pages as data: addresses become questions, answers become figures, rows become CSV."""

from datetime import UTC, date, datetime
from io import BytesIO
from typing import cast
from uuid import uuid4
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from analytics import catalogue
from analytics.explanation import explain
from analytics.inquiries import INQUIRIES, Found
from analytics.inquiries.wellbeing import COLUMNS, PARTS
from analytics.lake import Lake
from analytics.movement import moved
from analytics.wellbeing import COUNTS
from asgi import FORMS
from core import clock
from core.actor import ALL, Actor, Role
from core.errors import Invalid
from dashboards import chart, files, reasons, view
from dashboards.asked import Asked, read
from dashboards.cell import Cell, read_cell
from dashboards.drawer import what
from dashboards.inquiry import show
from dashboards.numbers import Numbers
from dashboards.pages.overview import OVERVIEW
from dashboards.screen import PAGES
from tests.lake.history import History
from tests.metrics.shelf import shelf
from tests.web.office import Office

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 3, 14, 23, 30, tzinfo=UTC)  # the 15th in Berlin


def asked(query: str) -> Asked:
    """What an address asks for, on the evening of 14 March 2026."""
    with clock.at(NOW):
        return read(query, BERLIN)


def series(**columns: list[object]) -> pl.DataFrame:
    """Days from 13 March on, in Berlin."""
    days = [datetime(2026, 3, 13 + n) for n in range(3)]  # noqa: DTZ001 — local on purpose
    return pl.DataFrame({"period": days, **columns}).with_columns(pl.col("period").dt.replace_time_zone(BERLIN.key))


@pytest.mark.parametrize(
    ("query", "since", "until", "grain"),
    [
        ("", date(2026, 2, 16), None, "day"),
        ("?period=today", date(2026, 3, 15), None, "hour"),
        ("?period=12m", date(2025, 3, 16), None, "week"),
        ("?from=2026-01-01&to=2026-01-31", date(2026, 1, 1), date(2026, 2, 1), "day"),
        ("?asof=2026-03-10T10:05&period=7d", date(2026, 3, 4), None, "day"),
        ("?grain=month", date(2026, 2, 16), None, "month"),
    ],
)
def test_an_address_names_a_period_in_the_readers_days(query: str, since: date, until: date | None, grain: str) -> None:
    period = asked(query).period
    assert (period.since, period.until, period.grain) == (since, until, grain)


@pytest.mark.parametrize(
    "query",
    ["?period=soon", "?from=2026-13-01", "?from=2026-02-01&to=2026-01-01", "?grain=blink", "?asof=noon",
     "?compare=luck", "?period=12m&grain=hour"],
)  # fmt: skip
def test_an_odd_address_is_refused_with_a_sentence(query: str) -> None:
    with pytest.raises(Invalid):
        asked(query)


def test_a_link_keeps_the_rest_of_the_address() -> None:
    assert asked("?queue=A&queue=B&drill=x").href(drill="backlog") == "?queue=A&queue=B&drill=backlog"


@pytest.mark.parametrize(
    "cell",
    [
        Cell("backlog"),
        Cell("tickets_created", datetime(2026, 3, 4)),  # noqa: DTZ001
        Cell("tickets_created", datetime(2026, 3, 4, 10)),  # noqa: DTZ001
        Cell("queue_depth", None, "queue", "Billing: EMEA~1"),
        Cell("queue_depth", None, "queue", "Billing: EMEA~1", ticket="1001"),
        Cell("tickets_created", datetime(2026, 3, 4), ticket="1001"),  # noqa: DTZ001
        Cell("tickets_created", is_moved=True),
        Cell("tickets_created", None, "agent", "Ana", is_moved=True),
    ],
)
def test_a_cell_survives_its_address(cell: Cell) -> None:
    assert read_cell(str(cell)) == cell


@pytest.mark.parametrize("text", ["", "no_such_number", "backlog~noon", "backlog~~password:x"])
def test_a_cell_that_no_page_has_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        read_cell(text)


def test_every_number_of_every_page_is_in_the_catalogue() -> None:
    shown = {column for page in PAGES.values() for panel in page.panels for column in getattr(panel, "columns", ())}
    shown |= {line.column for page in PAGES.values() for line in page.headlines}
    assert shown <= set(catalogue.COLUMNS)


def test_paired_bars_go_up_and_down_and_the_running_day_has_no_net() -> None:
    frame = series(tickets_created=[4, 2, 1], solve_events=[1, 3, 0], net_flow=[3, -1, 1])
    up, down, net = chart.paired(
        frame, asked("?period=7d"), up="tickets_created", down="solve_events", net="net_flow"
    )["data"]  # fmt: skip
    assert (up["y"], down["y"], down["text"]) == ([4, 2, 1], [-1, -3, 0], ["1", "3", "0"])
    assert net["customdata"][0] == "net_flow~2026-03-13"


def test_a_median_of_few_is_hollow_and_of_none_a_gap() -> None:
    frame = series(median=[7_200.0, 3_600.0, None], p90=[None] * 3, n=[9, 2, 0]).rename(
        {name: f"first_reply_time_{name}" for name in ("median", "p90", "n")}
    )
    columns = {name: f"first_reply_time_{name}" for name in ("median", "p90", "n")}
    (line,) = chart.durations(frame, asked(""), **columns)["data"]
    assert line["y"] == [2.0, 1.0, None]
    assert line["marker"]["color"] == ["--mark", "--paper", "--paper"]


def test_slices_are_ranked_and_zeros_left_out() -> None:
    frame = pl.DataFrame({"queue": ["A", "B", "C"], "queue_depth": [1, 5, 0]})
    (bars,) = chart.ranked(frame, asked(""), column="queue_depth", by="queue")["data"]
    assert (bars["y"], bars["x"]) == (["B", "A"], [5, 1])
    assert bars["customdata"][0] == "queue_depth~~queue:B"


def test_a_chart_without_a_mark_says_so_but_no_percent_is_a_number() -> None:
    promises = {panel.name: panel for panel in PAGES["sla"].panels}
    none = series(contested_pause_hours=[0.0, None, 0.0])
    assert "None in this time." in str(view.silence(promises["contested"], none, asked("")))
    assert "None now." in str(view.silence(promises["broken"], none, asked("")))
    still = view.still(promises["contested"].draw(none.fill_null(0), asked("")))
    assert (still["data"], still["layout"]["xaxis"]["visible"], still["layout"]["yaxis"]["visible"]) == (
        [], False, False
    )  # fmt: skip
    missed = series(sla_attainment=[None, 0.0, None])
    assert view.silence(promises["attainment"], missed, asked("")) == ""


def test_an_index_is_said_with_its_decimals_and_the_worst_are_drawn() -> None:
    parts = dict.fromkeys(PARTS, 91.79104477611941)
    counts = dict.fromkeys(COUNTS, 0)
    rows = [{"organisation_id": n, "organisation": f"Org {n}", "score": n * 4.9, **parts, **counts} for n in range(20)]
    found = Found({"organisations": 20}, pl.DataFrame(rows), COLUMNS, 20)
    shown = show(INQUIRIES["wellbeing"], found, asked(""))
    assert ("91.79" in str(shown.table), "92" in str(shown.table)) == (False, True)
    assert shown.figure is not None
    assert shown.figure["data"][0]["y"][:2] == ["Org 0", "Org 1"]


def test_a_spreadsheet_runs_nothing_from_a_title() -> None:
    ticket_id = uuid4()
    rows = pl.DataFrame({"ticket_id": [str(ticket_id)], "number": [1001], "path": [["NEW", "OPEN"]]})
    page, out = files.titled(rows, lambda _: {ticket_id: '=HYPERLINK("http://example.com")'}), BytesIO()
    FORMS["csv"].write([files.plain(page)], out)
    assert out.getvalue() == b'number,title,path\n1001,"\'=HYPERLINK(""http://example.com"")","NEW, OPEN"\n'


def test_the_drawer_says_why_a_ticket_counts_and_leads_back() -> None:
    history = History()
    history.ticket("mon 9:00").reply("mon 9:20")
    cell = Cell("first_reply_time_p90", ticket="1001")
    found = explain(1001, cell.column, lake=shelf(history.events))
    said = str(reasons.why(found, cell, asked("")))
    assert "Counts 20 m: from Mon 5 Jan 2026 09:00" in said
    assert "nobody's sum" in said
    assert "drill=first_reply_time_p90'" in said
    assert reasons.why_heading(cell) == "Why ticket 1001 counts: first reply time"


def test_the_drawer_says_what_its_rows_are() -> None:
    assert what("ticket_sla_attainment", 2290) == "tickets with a clock due"
    assert (what("backlog", 1), what("reopen_events", 1)) == ("unsolved ticket", "reopen event")


def test_the_drawer_says_what_moved_a_number() -> None:
    history = History()
    for day in ("mon 9:00", "week 2 mon 9:00", "week 2 tue 9:00"):
        history.ticket(day)
    cell = Cell("tickets_created", is_moved=True)
    with clock.at(NOW):
        found = moved(
            cell.column, by="queue", since=date(2026, 1, 12), until=date(2026, 1, 19), lake=shelf(history.events)
        )
    assert reasons.moved_heading(cell, found) == "Tickets created: from 1 to 2"
    assert "+1" in str(reasons.moved(found, cell, asked("")))


def test_only_what_is_a_sum_of_slices_leads_to_what_moved_it() -> None:
    leads = {
        column: bool(reasons.links(Cell(column), asked(""))) for column in ("backlog", "first_reply_time_p90", "csat")
    }
    assert leads == {"backlog": True, "first_reply_time_p90": False, "csat": True}


def test_headlines_stand_beside_the_time_before_or_last_year() -> None:
    history = History()
    for day in ("2025-03-10T09:00", "2026-02-10T09:00", "2026-02-11T09:00", "2026-03-10T09:00"):
        history.ticket(datetime.fromisoformat(day).replace(tzinfo=UTC))
    numbers, actor = Numbers(lambda: cast(Lake, shelf(history.events))), Actor(None, "Ada", Role.ADMIN, ALL)
    beside = {}
    for compare in ("", "&compare=last_year"):
        wanted = asked(f"?from=2026-03-01&to=2026-03-31{compare}")
        with clock.at(NOW):
            answer = numbers.totals(OVERVIEW, wanted, actor, 0)
        beside[wanted.compare] = answer.frame["tickets_created_before"].item()
        assert "vs" in str(view.headlines(OVERVIEW, answer, wanted))
    assert beside == {"previous": 2, "last_year": 1}


def test_links_to_files_are_shown_to_those_who_may_take_them(office: Office) -> None:
    shown = {
        who: office.browser(who).get("/dashboards/_dash-layout", headers={"referer": "/dashboards/flow"}).text
        for who in ("ana", "dov")
    }
    assert {who: "panel.xlsx" in text and "tickets.parquet" in text for who, text in shown.items()} == {
        "ana": False,
        "dov": True,
    }
    assert all("title-matrix" in text for text in shown.values())


def test_a_file_of_a_form_that_nobody_writes_is_not_there(office: Office) -> None:
    assert office.browser("dov").get("/dashboards/panel.exe?panel=flow").status_code == 404
