"""Odd rows are handled or reported by line and cause, never dropped silently."""

from pathlib import Path

import pytest

from core.settings import Settings
from tests.imports.logs import HEADER, Import, import_rows, row


def test_a_case_becomes_a_ticket_with_its_own_times(settings: Settings, tmp_path: Path) -> None:
    made = import_rows(
        settings,
        tmp_path,
        [
            row("A", "2026-01-05 09:00", "New", customer="Cleo", words="It broke"),
            row("A", "2026-01-05 09:20", "Open", customer="Cleo", team="Repair", agent="Ana", who="Ana"),
            row("A", "2026-01-05 17:00", "Done", customer="Cleo", team="Repair", agent="Ana", who="Ana", words="Fixed"),
        ],
    )
    assert made.states("A") == [("01-05 08:00", "new"), ("01-05 08:20", "open"), ("01-05 16:00", "solved")]
    assert made.told("A", "ticket.assigned") == [("01-05 08:20", "ticket.assigned")]
    assert made.ticket("A", "category, version, message_count, history_complete") == ("SOLVED", 7, 2, True)
    assert made.notes() == []


@pytest.mark.parametrize(
    ("line", "severity", "cause"),
    [
        (row("A", "soon", "Open"), "refused", "unreadable_time"),
        (row("A", "", "Open"), "refused", "unreadable_time"),
        (row("A", "2126-01-01 09:00", "Open"), "refused", "in_the_future"),
        (row("", "2026-01-05 10:00", "Open"), "refused", "no_case_id"),
        (("A", "2026-01-05 10:00", "Open"), "refused", "ragged_row"),
        ((*row("A", "2026-01-05 10:00", "Open"), "x"), "refused", "ragged_row"),
        (row("A", "2026-01-05 10:00", "-100"), "noted", "unknown_state"),
        (row("A", "2026-01-05 09:00", "New"), "noted", "duplicate"),
        (row("A", "2026-01-05 08:00", "New", agent="Ana"), "noted", "out_of_order"),
    ],
)
def test_an_odd_row_is_told_by_line_and_cause(
    line: tuple[str, ...], severity: str, cause: str, settings: Settings, tmp_path: Path
) -> None:
    rows = [row("A", "2026-01-05 09:00", "New"), line, row("A", "2026-01-05 11:00", "Done")]
    made = import_rows(settings, tmp_path, rows)
    assert made.notes() == [(3, severity, cause)]
    assert made.states("A")[-1] == ("01-05 10:00", "solved")
    assert made.reconciliation.tally.balances
    assert made.reconciliation.tally.rows_read == 3


def test_rows_of_a_case_may_lie_apart_and_in_any_order(settings: Settings, tmp_path: Path) -> None:
    rows = [
        row("B", "2026-01-05 12:00", "Done"),
        row("A", "2026-01-05 09:00", "New"),
        row("B", "2026-01-05 10:00", "New"),
        row("A", "2026-01-05 11:00", "Open"),
    ]
    made = import_rows(settings, tmp_path, rows)
    assert made.states("A") == [("01-05 08:00", "new"), ("01-05 10:00", "open")]
    assert made.states("B") == [("01-05 09:00", "new"), ("01-05 11:00", "solved")]
    assert made.notes() == [(4, "noted", "out_of_order")]


def test_an_unknown_state_keeps_the_one_before_and_the_rest_of_the_row_counts(
    settings: Settings, tmp_path: Path
) -> None:
    made = import_rows(
        settings,
        tmp_path,
        [row("A", "2026-01-05 09:00", "Open"), row("A", "2026-01-05 10:00", "-100", agent="Ana")],
    )
    assert made.states("A") == [("01-05 08:00", "open")]
    assert made.told("A", "ticket.assigned") == [("01-05 09:00", "ticket.assigned")]


def test_a_case_of_which_nothing_can_be_used_is_no_ticket(settings: Settings, tmp_path: Path) -> None:
    rows = [row("A", "soon", "New"), row("A", "soon", "New"), row("B", "2026-01-05 09:00", "New")]
    made = import_rows(settings, tmp_path, rows)
    assert made.rows("select external_ref from ticket") == [("small:B",)]
    assert made.reconciliation.tally.balances


def test_a_row_after_the_close_counts_and_may_reopen(settings: Settings, tmp_path: Path) -> None:
    made = import_rows(
        settings,
        tmp_path,
        [
            row("A", "2026-01-05 09:00", "New"),
            row("A", "2026-01-05 10:00", "Shut"),
            row("A", "2026-01-05 11:00", "Shut", agent="Ana"),
            row("A", "2026-01-05 12:00", "Open", agent="Ana"),
        ],
    )
    assert [state for _, state in made.states("A")] == ["new", "closed", "open"]
    assert made.told("A", "ticket.assigned") == [("01-05 10:00", "ticket.assigned")]


def test_several_rows_in_one_minute_keep_their_order(settings: Settings, tmp_path: Path) -> None:
    states = ["New", "Open", "Waiting", "Open", "Done"]
    made = import_rows(settings, tmp_path, [row("A", "2026-01-05 09:00", state) for state in states])
    assert [state for _, state in made.states("A")] == ["new", "open", "pending", "open", "solved"]


def test_nul_characters_are_left_out(settings: Settings, tmp_path: Path) -> None:
    made = import_rows(settings, tmp_path, [row("A", "2026-01-05 09:00", "New", words="a\0b")])
    assert made.rows("select body from message") == [("ab",)]


@pytest.fixture
def with_columns(settings: Settings, tmp_path: Path) -> "With":
    """A log with columns for opened, resolved and closed."""
    return With(settings, tmp_path)


class With:
    """Imports one case whose columns say when it was opened, resolved and closed."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.settings, self.folder = settings, folder

    def case(self, *rows: tuple[str, str], opened: str = "", resolved: str = "", closed: str = "") -> Import:
        """A case of (time, state) rows."""
        header = (*HEADER, "opened", "resolved", "closed")
        lines = [(*row("A", f"2026-01-05 {when}", state), opened, resolved, closed) for when, state in rows]
        return import_rows(self.settings, self.folder, lines, header=header)


def test_a_case_is_created_when_it_was_opened(with_columns: With) -> None:
    made = with_columns.case(("09:00", "Open"), opened="2026-01-05 08:30")
    assert made.states("A") == [("01-05 07:30", "new"), ("01-05 08:00", "open")]
    assert made.ticket("A", "history_complete") == (True,)


def test_a_log_that_begins_long_after_the_case_is_marked_incomplete(with_columns: With) -> None:
    made = with_columns.case(("09:00", "Open"), opened="2026-01-02 08:30")
    assert made.ticket("A", "history_complete, to_char(created_at, 'MM-DD')") == (False, "01-02")
    assert made.notes() == [(2, "noted", "begins_late")]


def test_opened_after_the_first_row_is_the_first_row(with_columns: With) -> None:
    made = with_columns.case(("09:00", "Open"), opened="2026-01-06 08:30")
    assert made.states("A") == [("01-05 08:00", "open")]
    assert made.notes() == [(2, "noted", "opened_after_first_row")]


def test_a_solve_that_no_row_shows_comes_from_the_resolved_column(with_columns: With) -> None:
    made = with_columns.case(("09:00", "Open"), ("18:00", "Shut"), resolved="2026-01-05 12:00")
    assert made.states("A") == [("01-05 08:00", "open"), ("01-05 11:00", "solved"), ("01-05 17:00", "closed")]
    assert made.notes() == [(3, "noted", "solved_by_column")]
    assert made.ticket("A", "to_char(solved_at at time zone 'UTC', 'HH24:MI')") == ("11:00",)


def test_a_resolved_column_that_contradicts_the_rows_is_noted_and_not_taken(with_columns: With) -> None:
    made = with_columns.case(("09:00", "Open"), ("15:00", "Open"), ("18:00", "Shut"), resolved="2026-01-05 12:00")
    assert [state for _, state in made.states("A")] == ["open", "closed"]
    assert made.notes() == [(4, "noted", "resolved_differs")]


def test_a_close_that_no_row_shows_comes_from_the_closed_column(with_columns: With) -> None:
    made = with_columns.case(("09:00", "Open"), ("12:00", "Done"), closed="2026-01-09 12:00")
    assert made.states("A")[-1] == ("01-09 11:00", "closed")
    assert made.notes() == [(3, "noted", "closed_by_column")]


def test_both_columns_end_a_case_whose_rows_stop_early(with_columns: With) -> None:
    made = with_columns.case(("09:00", "Open"), resolved="2026-01-05 10:00", closed="2026-01-09 12:00")
    assert [state for _, state in made.states("A")] == ["open", "solved", "closed"]


def test_what_has_not_come_yet_is_left_out(with_columns: With) -> None:
    made = with_columns.case(("09:00", "Done"), closed="2126-01-09 12:00")
    assert made.states("A")[-1] == ("01-05 08:00", "solved")
    assert made.notes() == [(2, "noted", "closed_differs")]
