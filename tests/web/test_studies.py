"""Pages of analyses: they say what the analysis says, and every number on them opens to as many tickets."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any, cast
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import anyio
import polars as pl
import pytest
from fastapi.responses import StreamingResponse

from analytics import survival
from analytics.analyses import ANALYSES as KNOWN
from analytics.forecast import Arrivals, Forecast, Periods
from analytics.inquiries import INQUIRIES
from analytics.lake import Lake
from asgi import FORMS
from core import clock
from core.actor import ALL, Actor, Role
from core.errors import Invalid
from dashboards import ahead, files, view
from dashboards.asked import Asked, read
from dashboards.behind import behind, open_behind, read_behind
from dashboards.numbers import Numbers
from dashboards.page import Panel, Shown, Study
from dashboards.pages.overview import OVERVIEW
from dashboards.screen import PAGES
from dashboards.words import THIN
from tests.depth import DEPTH
from tests.lake.history import History
from tests.metrics.shelf import shelf
from tests.world import at

FEW = 2 * DEPTH
ADA = Actor(None, "Ada", Role.ADMIN, ALL)
NOW = at("week 3 mon 9:00")
STUDIES = [panel for page in PAGES.values() for panel in page.panels if isinstance(panel, Study)]


@pytest.fixture(scope="module")
def history() -> History:
    made = History()
    for hour in range(9, 15):
        made.ticket(f"mon {hour}:00", queue="Billing", priority=3).assign(f"mon {hour}:10", "Ana").state(
            f"mon {hour}:20", "OPEN"
        ).state(f"tue {hour}:00", "SOLVED")
        late = made.ticket(f"tue {hour}:00", queue="Sales").state(f"tue {hour}:30", "OPEN")
        if hour % 2:
            late.state(f"wed {hour}:00", "PENDING").state(f"thu {hour}:00", "OPEN").move(f"thu {hour}:30", "Billing")
            late.assign(f"thu {hour}:40", "Ana").assign(f"fri {hour}:00", "Bo").assign(f"fri {hour}:30", "Ana")
            late.state(f"week 2 mon {hour}:00", "SOLVED", "Bo").state(f"week 2 tue {hour}:00", "OPEN")
    return made


@pytest.fixture(scope="module")
def numbers(history: History) -> Iterator[Numbers]:
    made = Numbers(lambda: cast(Lake, shelf(history.events)))
    with clock.at(NOW):
        yield made
    made.close()


def asked(query: str = "") -> Asked:
    with clock.at(NOW):
        return read(query, ZoneInfo("Europe/Berlin"))


def shown(name: str, numbers: Numbers, query: str = "") -> Shown:
    study = next(one for one in STUDIES if one.name == name)
    return study.show(numbers.study(study.ask, asked(query), ADA)[0], asked(query))


def parts(found: Any) -> Iterator[Any]:
    """A component and all in it."""
    if isinstance(found, list | tuple):
        for one in found:
            yield from parts(one)
    elif found is not None:
        yield found
        yield from parts(getattr(found, "children", None))


def words(found: Any) -> str:
    return " ".join(str(one) for one in parts(found) if isinstance(one, str | int | float))


def opened(text: str, numbers: Numbers, query: str) -> int:
    of = read_behind(text)
    assert of
    heading, drilled, _ = open_behind(of, asked(query), ADA, numbers, None)
    assert heading.startswith(str(drilled.total))
    assert len(drilled.frame) == drilled.total
    return drilled.total


def kind_of(text: str) -> str:
    """Links that differ in nothing but what they name."""
    return re.sub(r"=[^&]*", "=", text)


@pytest.mark.parametrize("query", ["", "?by=queue&ways=queue", "?ways=agent&queue=Sales", "?period=today"])
def test_every_number_opens_to_as_many_tickets(numbers: Numbers, query: str) -> None:
    found = [shown(study.name, numbers, query) for study in STUDIES]
    links = {
        (getattr(one, "data-drill"), str(one.children).replace(THIN, ""))
        for answer in found
        for one in parts([answer.said, answer.below, answer.table])
        if hasattr(one, "data-drill") and read_behind(getattr(one, "data-drill"))
    }
    counts = sorted((text, int(words)) for text, words in links if words.isdigit())
    assert counts or query == "?period=today"
    kinds = {kind_of(text): [one for one in counts if kind_of(one[0]) == kind_of(text)] for text, _ in counts}
    few = [one for same in kinds.values() for one in same[:: max(len(same) // FEW, 1)]]
    assert [(text, n) for text, n in few if opened(text, numbers, query) != n] == []


def test_a_curve_says_what_the_analysis_says(numbers: Numbers, history: History) -> None:
    with clock.at(NOW):
        found = survival.survival(since=asked().period.since, lake=numbers.lake()).curve
    curve = shown("curve", numbers)
    assert curve.figure
    line = curve.figure["data"][-1]
    assert line["y"][-1] == pytest.approx(100 * found.survival[-1])
    assert "12 tickets" in words(curve.said)


def test_two_slices_are_tested_against_chance(numbers: Numbers) -> None:
    assert "Billing and Sales differ by more than chance (log-rank" in words(shown("curve", numbers, "?by=queue").said)
    turned = shown("curve", numbers, "?by=queue&slice=Sales&slice=Billing")
    assert words(turned.said).startswith("Sales: half")


def test_where_nothing_is_a_sentence_says_what_helps(numbers: Numbers) -> None:
    empty = shown("curve", numbers, "?period=today")
    assert empty.figure is None
    assert "Take a longer" in words(empty.said)


def test_what_is_behind_survives_its_address() -> None:
    of = behind("survival", part="solved", age=3600, by="queue", value="A&B ~!")
    assert read_behind(str(of)) == of
    assert read_behind("queue_depth~~queue:Hey!") is None


def test_an_odd_split_or_part_is_refused_with_a_sentence(numbers: Numbers) -> None:
    with pytest.raises(Invalid, match="not split by"):
        shown("curve", numbers, "?by=weather")
    with pytest.raises(Invalid, match="does not have"):
        open_behind(behind("survival", part="odd"), asked(), ADA, numbers, 1)


def test_a_forecast_that_nobody_could_test_is_not_shown_and_why(numbers: Numbers) -> None:
    found = shown("arrivals", numbers, "?weeks=2")
    assert "No forecast.  2 weeks ahead need 9 whole weeks" in words(found.said)
    assert found.figure
    assert [trace["name"] for trace in found.figure["data"]] == ["Came"]


def test_a_forecast_comes_with_its_bands_and_its_test() -> None:
    history = History()
    for week in range(1, 25):
        for day in range(7):
            for _ in range(1 + (day < 5) * 2 + (week * 7 + day) % 2):
                history.ticket(at("mon 9:00") + timedelta(weeks=week - 1, days=day), message=False)
    numbers = Numbers(lambda: cast(Lake, shelf(history.events)))
    with clock.at(at("mon 0:00") + timedelta(weeks=24)):
        asked = read("?weeks=1", ZoneInfo("UTC"))
        arrivals, test = (
            study.show(numbers.study(study.ask, asked, ADA)[0], asked)
            for study in STUDIES
            if study.name in ("arrivals", "test")
        )
    assert arrivals.figure
    bands = [trace for trace in arrivals.figure["data"] if trace.get("fill")]
    assert len(bands) == 3
    assert all(low <= high for low, high in zip(arrivals.frame["p2_5"], arrivals.frame["p97_5"], strict=True))
    assert "The forecast wins" in words(test.said)


def test_days_off_are_marked_and_what_they_do_is_said() -> None:
    days = [datetime(2026, 3, 2, tzinfo=UTC) + timedelta(days=day) for day in range(28)]
    frame = pl.DataFrame({"period": days, "tickets_created": [5] * 28})
    periods = Periods.of(days, hourly=False)
    coming = Forecast(periods, None, None, None, "Too little.", 0.25)
    off = {date(2026, 3, 9): "Spring day", date(2026, 4, 3): "Good Friday", date(2025, 1, 1): "Long ago"}
    page = ahead.arrivals(Arrivals(pl.DataFrame({"period": []}), frame, coming, 1, off), asked())
    assert page.figure
    (marked,) = [trace for trace in page.figure["data"] if trace["name"] == "Day off"]
    assert marked["text"] == ["Spring day: a day off"]
    assert [shape["x0"] for shape in page.figure["layout"]["shapes"]] == ["2026-03-08 12:00"]
    assert "Ahead: Good Friday (Fri 3 Apr)." in words(page.said)


def test_people_for_live_channels_are_those_of_erlangs_formula(numbers: Numbers) -> None:
    found = shown("live", numbers, "?per_hour=200&handle_seconds=180&answer_share=88")
    assert words(found.said).startswith("14 agents at a time: 89\u202f% are answered within 20 s")
    with pytest.raises(Invalid, match="lies between"):
        shown("live", numbers, "?per_hour=-1")


def test_shifts_are_lived_through_once_somebody_works(numbers: Numbers) -> None:
    assert "Say who works when" in words(shown("shifts", numbers).said)
    found = shown("shifts", numbers, "?shifts=mon-fri%2009:00-17:00%20=%202&sim_weeks=1")
    assert "These shifts keep 90" in words(found.said)


def test_durations_are_counted_in_the_hours_and_hands_asked_for(history: History, numbers: Numbers) -> None:
    reply = OVERVIEW.panel("reply")
    assert isinstance(reply, Panel)
    usual, chosen = asked(), asked("?basis=business&attribution=owner")
    answers = [numbers.panel(reply, one, ADA, 0) for one in (usual, chosen)]
    assert [(one.basis, one.attribution) for one in answers] == [("calendar", None), ("business", "owner")]
    top = str(view.headlines(OVERVIEW, numbers.totals(OVERVIEW, chosen, ADA, 0), chosen))
    assert "to the first reply, median, business hours, by who owned it" in top


def test_numbers_of_different_hands_stand_beside_each_other(numbers: Numbers) -> None:
    flow = OVERVIEW.panel("flow")
    assert isinstance(flow, Panel)
    queries = ("?agent=Bo", "?agent=Bo&attribution=actor")
    usual, by_actor = (numbers.panel(flow, asked(query), ADA, 0).frame for query in queries)
    assert usual.columns[0] == by_actor.columns[0] == "period"
    assert usual["tickets_created"].to_list() == by_actor["tickets_created"].to_list()
    assert (usual["solve_events"].sum(), by_actor["solve_events"].sum()) == (0, 3)


def test_steps_may_be_those_of_the_houses_year() -> None:
    with clock.at(NOW):
        period = read("?period=12m&grain=fiscal_month", ZoneInfo("UTC"), "04-06").period
    assert period.fiscal
    assert period.fiscal.label(datetime(2025, 4, 6)) == "FY 2025/26 month 1"  # noqa: DTZ001
    assert period.after(datetime(2025, 4, 6)) == datetime(2025, 5, 6)  # noqa: DTZ001
    quarter = replace(period, grain="quarter")
    assert quarter.after(datetime(2025, 11, 14)) == datetime(2026, 2, 1)  # noqa: DTZ001


@pytest.mark.parametrize("query", ["?basis=lunar", "?attribution=luck"])
def test_hours_and_hands_that_do_not_exist_are_refused(query: str) -> None:
    with pytest.raises(Invalid, match="there are"):
        asked(query)


def test_an_analysis_that_is_declared_has_its_page_and_stands_in_the_list() -> None:
    for name, inquiry in INQUIRIES.items():
        page = PAGES[name]
        assert (page.title, page.entry) == (inquiry.analysis.title, "analyses")
        assert inquiry.analysis.definition in words(page.above)
    assert [one.title for one in KNOWN if one.title not in words(PAGES["analyses"].above)] == []


def test_no_two_panels_go_by_one_name() -> None:
    names = [panel.name for page in PAGES.values() for panel in page.panels]
    assert [name for name in names if names.count(name) > 1] == []


def test_on_little_it_is_said_that_chance_moves_it(numbers: Numbers) -> None:
    assert "This rests on 12 tickets only" in words(shown("inquiry-concentration", numbers).said)
    assert "There are no people in this time" in words(shown("inquiry-attendance", numbers).said)


def test_what_is_chosen_stands_in_the_address_and_odd_choices_are_refused(numbers: Numbers) -> None:
    weeks = shown("inquiry-peak", numbers, "?of=backlog&step=week&above=3")
    assert [column for column in weeks.frame.columns if column == "hours_above"]
    assert len(weeks.frame) < len(shown("inquiry-peak", numbers, "?of=backlog").frame)
    with pytest.raises(Invalid, match="there are queue_depth"):
        shown("inquiry-peak", numbers, "?of=weather")


@pytest.mark.parametrize("drill", ["tickets_created", "concentration!part=created", "survival!part=all"])
def test_what_is_behind_a_number_leaves_whole_in_every_form(numbers: Numbers, drill: str) -> None:
    readers = {"csv": pl.read_csv, "parquet": pl.read_parquet, "arrow": pl.read_ipc_stream, "xlsx": sheet}
    for ending, read_file in readers.items():
        with files.opened(asked(f"?drill={drill}"), ADA, numbers) as (_, found):
            pages = (files.titled(page, lambda ids: {}) for page in found.pages)
            out = files.written("tickets", ending, FORMS[ending], pages, "Europe/Berlin")
        content = anyio.run(whole, out)
        assert len(read_file(BytesIO(content))) == found.total == 12
        assert out.headers[files.ZONE_HEADER] == "Europe/Berlin"


def sheet(file: BytesIO) -> list[str]:
    """The rows of the first sheet, without its head."""
    with ZipFile(file) as book:
        return book.read("xl/worksheets/sheet1.xml").decode().split("<row ")[2:]


async def whole(answer: StreamingResponse) -> bytes:
    return b"".join([bytes(chunk) async for chunk in answer.body_iterator])


def test_ids_in_an_address_become_the_names_that_people_filter_by(numbers: Numbers) -> None:
    named = "select id from lake.main.directory where kind = 'queue' and name = 'Billing'"
    (billing,) = numbers.lake().cursor().execute(named).fetchone() or ()
    assert numbers.named(f"queue={billing}&priority=3&drill=x", ADA) == "queue=Billing&priority=high&drill=x"
    stranger = "queue=7f3d6c1e-3a52-4c57-9a30-0f6f2f0b8a11&agent=Ana"
    assert numbers.named(stranger, ADA) == stranger
