"""`clearqueue metric`: numbers at the command line."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import orjson
import polars as pl
import pytest
from rich.table import Table
from typer.testing import CliRunner

from analytics.analyses import ANALYSES
from analytics.catalogue import UnknownMetric
from app.analysis.every_command import ANSWERING, analysis
from app.numbers.command import metric
from app.numbers.lake_files import write_lake
from app.numbers.reason_command import explain_ticket, show_moved
from app.numbers.terminal import show
from cli import app
from core.errors import Invalid, NotFound
from tests.metrics.conftest import Office

MATRIX = Path(__file__).parents[1] / "api" / "policy_matrix.toml"


def test_people_get_a_table(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    metric(
        office.settings, ["first_reply_time"], by=["queue"], grain="month", since="2026-01", until="2026-02",
        small="show",
    )  # fmt: skip
    printed = capsys.readouterr().out
    assert "First reply time" in printed
    assert "2026-01" in printed
    assert "20 m" in printed


def test_a_table_that_a_terminal_would_cut_has_a_line_for_each_number(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [f"number_{n}" for n in range(9)]
    for is_terminal in (False, True):
        monkeypatch.setenv("FORCE_COLOR", str(int(is_terminal) or ""))
        monkeypatch.setenv("COLUMNS", "40")
        table = Table("Queue", *numbers, title="Many")
        table.add_row("Billing", *(str(n) for n in range(9)))
        show(table)
        printed = capsys.readouterr().out
        assert all(name in printed for name in numbers)
        assert ("number_8  8" in printed) is is_terminal


def test_a_name_brings_along_only_what_can_be_counted_in_those_hours(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    metric(office.settings, ["status_time"], basis="business", small="show")
    assert "status_time_median" in (printed := capsys.readouterr().out)
    assert "status_time_hours" not in printed


def test_programs_get_json(office: Office, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    metric(office.settings, ["backlog"], by=["queue"], form="json")
    assert pl.read_json(capsysbinary.readouterr().out)["backlog"].to_list() == [1, 1]


def test_a_file_is_written_in_the_format_of_its_name(office: Office, tmp_path: Path) -> None:
    metric(office.settings, ["tickets_created"], where=["queue=Billing"], out=tmp_path / "created.parquet")
    assert pl.read_parquet(tmp_path / "created.parquet").item() == 2


def test_the_tickets_behind_a_number(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    metric(office.settings, ["first_reply_time"], tickets=True)
    printed = capsys.readouterr().out
    assert "2 rows" in printed
    assert "30 m" in printed


def test_near_names_are_suggested(office: Office) -> None:
    with pytest.raises(UnknownMetric, match="tickets_created"):
        metric(office.settings, ["ticket_created"])
    with pytest.raises(Invalid, match="did you mean csv"):
        metric(office.settings, ["backlog"], form="csvv")


def test_a_place_that_cannot_be_written_is_one_sentence(office: Office, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="cannot be written"):
        metric(office.settings, ["backlog"], out=tmp_path / "no" / "where.csv")


def test_the_whole_lake_leaves_as_files_that_any_engine_reads(office: Office, tmp_path: Path) -> None:
    written = dict(write_lake(office.settings, tmp_path / "lake"))
    interval = pl.read_parquet(tmp_path / "lake" / "ticket_interval.parquet")
    assert len(interval) == written["ticket_interval"] > 0
    assert interval["ticket_id"].dtype == pl.String
    assert interval["until"].max() == datetime(9999, 12, 31, tzinfo=UTC)


def test_a_folder_that_cannot_be_written_to_is_named(office: Office, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Invalid, match="cannot be written to"):
        list(write_lake(office.settings, tmp_path / "file" / "lake"))


def test_a_table_names_fiscal_periods_and_says_whose_hours(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    metric(
        office.settings, ["first_reply_time"], grain="fiscal_quarter", fiscal_start="04-06", basis="business",
        since="2026-01-06", small="show",
    )  # fmt: skip
    printed = capsys.readouterr().out
    assert "FY 2025/26 Q4" in printed
    assert "business hours" in printed


def test_a_ticket_and_a_change_are_explained(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    window = {"since": "2026-01-06", "until": "2026-01-07", "where": (), "as_of": None, "timezone": "UTC"}
    explain_ticket(office.settings, str(office.invoice.number), "solve_events", **window)
    show_moved(office.settings, "tickets_created", by=["queue"], compare="previous", form="table", out=None, **window)
    printed = capsys.readouterr().out
    assert f"Ticket {office.invoice.number} adds 1 to 1" in printed
    assert "Counts on Tue 6 Jan 2026 10:00" in printed
    assert "Tickets created: from 2 to 1" in printed


def test_a_ticket_and_a_change_are_explained_in_the_hours_and_the_hands_asked_for(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    window = {"since": "2026-01-05", "until": "2026-01-12", "where": (), "as_of": None, "timezone": "UTC"}
    whose = {"basis": "business", "attribution": "owner"}
    explain_ticket(office.settings, str(office.invoice.number), "first_reply_time_mean", **window, **whose)
    show_moved(
        office.settings, "first_reply_time_mean", by=["agent"], compare="previous", form="table", out=None, **window,
        **whose,
    )  # fmt: skip
    printed = capsys.readouterr().out
    assert "of business hours" in printed
    assert "in business hours" in printed
    with pytest.raises(Invalid, match="no business hours"):
        explain_ticket(office.settings, str(office.invoice.number), "solve_events", **window, basis="business")


def test_an_analysis_is_what_the_api_says(office: Office, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    asked = {"since": "2026-01-05", "until": "2026-01-07"}
    analysis(office.settings, "peak", asked, ["of=backlog", "above=1"], form="json")
    told = orjson.loads(capsysbinary.readouterr().out)["rows"]
    said = cast(Any, office.analysis("dov", "/peak", of="backlog", above=1, timezone="UTC", **asked))["rows"]
    assert [(row["peak"], row["hours_above"]) for row in told] == [(row["peak"], row["hours_above"]) for row in said]


def test_people_get_a_table_with_what_stands_beside_it(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    analysis(office.settings, "flow", {"where": ["queue=Billing"]}, ["activity=category"])
    printed = capsys.readouterr().out
    assert "SOLVED" in printed
    assert "tickets: 2" in printed
    assert "variants, stops" in printed
    analysis(office.settings, "forecast/drain", {})
    assert "net_per_day" in capsys.readouterr().out


def test_durations_are_shown_by_their_quantiles_and_their_steps_are_a_part(
    office: Office, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    analysis(office.settings, "survival", {}, ["by=queue"])
    printed = capsys.readouterr().out
    assert "25 h (25 h – > 6.9 d)" in printed
    assert "Also: quantiles, within, steps (--part)" in printed
    analysis(office.settings, "survival", {}, ["by=queue"], part="steps", out=tmp_path / "steps.csv")
    assert pl.read_csv(tmp_path / "steps.csv")["values_queue"].to_list() == ["Billing", "Billing", "Technical"]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (["arrivals", "--weeks", "4"], "is `clearqueue analysis forecast/arrivals` now"),
        (["survival", "--by", "queue", "--json"], "(by, within)"),
        ([], "`clearqueue analysis NAME` now"),
    ],
)
def test_who_types_the_older_command_is_told_the_newer_one(typed: list[str], told: str) -> None:
    found = CliRunner().invoke(app, ["analyse", *typed])
    assert (found.exit_code, found.stdout) == (1, "")
    assert told in found.stderr


def test_a_list_of_an_analysis_becomes_a_file(office: Office, tmp_path: Path) -> None:
    analysis(office.settings, "flow", {}, ["activity=category"], part="variants", out=tmp_path / "ways.parquet")
    found = pl.read_parquet(tmp_path / "ways.parquet")
    assert "NEW → OPEN → SOLVED" in found["path"].to_list()
    analysis(office.settings, "survival", {}, ["by=queue"], out=tmp_path / "curves.csv")
    assert pl.read_csv(tmp_path / "curves.csv")["values_queue"].to_list() == ["Billing", "Technical"]


@pytest.mark.parametrize(
    ("name", "chosen", "words"),
    [
        ("peaks", [], "did you mean peak"),
        ("peak", ["colour=red"], "is no option of peak"),
        ("peak", ["grain=year"], "grain: Input should be"),
        ("staffing/live", [], "Contacts an hour"),
        ("staffing/live", ["per_hour=1"], "Field required"),
    ],
)
def test_what_an_analysis_cannot_be_asked_is_one_sentence(
    office: Office, name: str, chosen: list[str], words: str
) -> None:
    with pytest.raises((Invalid, NotFound), match=words):
        analysis(office.settings, name, {}, chosen)
    with pytest.raises(Invalid, match="takes no since"):
        analysis(office.settings, "pain", {"since": "7d"})


def test_whatever_the_api_analyses_the_command_line_does() -> None:
    routes = re.findall(r'"GET /api/v1/analysis/([a-z/_]+)"', MATRIX.read_text())
    assert set(ANSWERING) == {name for name in routes if not name.endswith("/behind")}
    known = {one.path.removeprefix("/api/v1/analysis/") for one in ANALYSES if "/analysis/" in one.path}
    assert known <= set(ANSWERING)
