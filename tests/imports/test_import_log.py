"""An import is one thing however often it is begun: killed it goes on, repeated it does nothing, no row is lost."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from app.imports.cases import CaseReader
from app.imports.log import import_log
from app.imports.map import FileForm
from app.imports.mapfile import read_map
from app.imports.names import Pending
from app.imports.run import Batch, Run
from app.imports.table import open_table
from app.tickets.fold import messages_have_words, rows_are_folds
from core.errors import Conflict, Invalid
from core.settings import Settings
from etl.laws import ledger
from tests.imports.logs import HEADER, MAP, Import, import_file, import_rows, row, write_log

IMPORT = """
import sys
from pathlib import Path
from core.settings import Settings
import app.imports.log as log
log.RECORDS_A_BATCH = 40
log.import_log(Settings(database_url=sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
"""


def many(cases: int = 60) -> list[tuple[str, ...]]:
    """A log of so many cases, in order of time: all cases are open at once. Two rows belong to no case."""
    rows = [row("", "2026-01-05 09:00", "New")]
    for hour, state in enumerate(["New", "Open", "Waiting", "Done"]):
        agent = "Ana" if hour else ""
        rows += [
            row(f"C{n}", f"2026-01-05 {9 + hour:02}:{n % 60:02}", state, agent=agent, customer=f"Cu {n}", words=state)
            for n in range(cases)
        ]
    rows.append(row("", "2026-01-05 09:00", "Done"))
    return rows


def content(made: Import) -> list[list[tuple[object, ...]]]:
    """All that an import wrote, but for when it was written, numbers and the house's own states."""
    return [
        made.rows(
            "select event_id, ticket_id, ticket_version, kind, occurred_at, actor_id,"
            " payload - array['number', 'state_id', 'before_state_id'] from event"
            " where kind not like 'import.%' and ticket_id is not null order by ticket_id, ticket_version"
        ),
        made.rows(
            "select id, external_ref, title, category, version, updated_at, message_count from ticket order by id"
        ),
        made.rows("select id, ticket_id, body, author_id, created_at from message order by id"),
        made.rows("select line, severity, cause from import_refusal order by line, cause"),
        made.rows("select rows_read, events_written, cases, refused from import_run"),
        made.rows("select email, role from person order by email"),
    ]


def assert_laws_hold(settings: Settings) -> None:
    """Rows are folds, messages have their words, positions are dense, the chain holds, nothing is there twice."""
    with psycopg.connect(settings.database_url) as connection:
        findings = [
            rows_are_folds(settings),
            messages_have_words(settings),
            ledger.positions_are_dense(connection),
            ledger.the_chain_holds(connection),
            ledger.no_event_is_there_twice(connection),
            ledger.tickets_count_their_events(connection),
        ]
    assert [finding.examples for finding in findings if finding.wrong] == []
    assert findings[0].checked


def test_rows_of_imported_tickets_are_the_fold_of_their_events(settings: Settings, tmp_path: Path) -> None:
    import_rows(settings, tmp_path, many())
    assert_laws_hold(settings)


def test_a_second_import_does_nothing(settings: Settings, tmp_path: Path) -> None:
    first = import_rows(settings, tmp_path, many())
    before = content(first)
    again = import_rows(settings, tmp_path, many())
    assert again.reconciliation.was_finished
    assert "already imported" in again.reconciliation.headline
    assert again.reconciliation.tally == first.reconciliation.tally
    assert content(again) == before


@pytest.mark.parametrize("batch", [1, 3, 5])
def test_a_killed_import_goes_on_where_it_was(
    batch: int, settings: Settings, tmp_path: Path, fresh_settings: Callable[[], Settings]
) -> None:
    file = write_log(tmp_path, many())
    (tmp_path / "map.toml").write_text(MAP)
    killed = subprocess.run(
        [sys.executable, "-c", IMPORT, settings.database_url, file, tmp_path / "map.toml"],
        env={**os.environ, "FP": f"bulk.before_commit:{batch}"}, check=False,
    )  # fmt: skip
    assert killed.returncode == -signal.SIGKILL
    resumed = import_file(settings, file)
    undisturbed = import_file(fresh_settings(), file)
    assert (resumed.reconciliation.resumed_after > 0) == (batch > 1)
    assert content(resumed) == content(undisturbed)
    assert resumed.reconciliation.tally == undisturbed.reconciliation.tally
    assert_laws_hold(settings)


def test_every_row_is_accounted_for(settings: Settings, tmp_path: Path) -> None:
    rows = [*many(20), row("C1", "soon", "Open"), row("C1", "2026-01-05 09:01", "New", customer="Cu 1", words="New")]
    tally = import_rows(settings, tmp_path, rows).reconciliation.tally
    assert tally.rows_read == len(rows)
    assert tally.balances
    assert dict(tally.refused) == {"no_case_id": 2, "unreadable_time": 1}
    assert (tally.rows_wrote, tally.rows_unchanged, tally.tickets) == (80, 1, 20)


def test_the_reconciliation_is_kept_and_told_in_the_ledger(settings: Settings, tmp_path: Path) -> None:
    made = import_rows(settings, tmp_path, many(10))
    (told,) = made.rows("select payload from event where kind = 'import.finished'")[0]
    (events,) = made.rows("select count(*) from event where source = 'import'")[0]
    tally = made.reconciliation.tally
    assert (told["rows_read"], told["cases"], told["refused"]) == (42, 10, 2)
    assert told["events_written"] == events == tally.events
    assert made.rows("select rows_read, cases, refused, finished_at is not null from import_run") == [(42, 10, 2, True)]


def test_a_case_that_came_in_by_another_file_is_refused_not_doubled(settings: Settings, tmp_path: Path) -> None:
    import_rows(settings, tmp_path, many(3))
    again = import_rows(settings, tmp_path, [*many(3), row("D", "2026-01-05 09:00", "New")])
    assert again.reconciliation.tally.refused["already_here"] == 12
    assert again.reconciliation.tally.balances
    assert again.rows("select count(*) from ticket") == [(4,)]


def test_people_are_made_on_first_mention_and_nobody_can_sign_in_as_them(settings: Settings, tmp_path: Path) -> None:
    made = import_rows(
        settings,
        tmp_path,
        [
            row("A", "2026-01-05 09:00", "New", customer="Zoë Mär", who="Zoë Mär"),
            row("A", "2026-01-05 10:00", "Open", customer="Zoë Mär", who="bo@desk.example", agent="bo@desk.example"),
        ],
    )
    people = made.rows("select name, role, password_hash, email from person order by role")
    assert [person[:3] for person in people] == [("bo@desk.example", "agent", None), ("Zoë Mär", "customer", None)]
    assert people[0][3] == "bo@desk.example"
    assert people[1][3].endswith("@small.invalid")


def test_events_keep_who_did_it_and_as_what(settings: Settings, tmp_path: Path) -> None:
    made = import_rows(
        settings,
        tmp_path,
        [
            row("A", "2026-01-05 09:00", "New", customer="Cleo", who="Cleo"),
            row("A", "2026-01-05 10:00", "Open", customer="Cleo", who="Ana"),
            row("A", "2026-01-05 11:00", "Done", customer="Cleo"),
        ],
    )
    hands = made.rows("select source, actor_kind, actor_role from event where ticket_id is not null order by position")
    assert hands == [("import", "end_user", "customer"), ("import", "agent", "agent"), ("import", "system", "system")]


def test_a_state_name_with_another_meaning_here_is_told(settings: Settings, tmp_path: Path) -> None:
    wrong = MAP.replace('{ state = "open", category = "OPEN" }', '{ state = "pending", category = "OPEN" }')
    wrong = wrong.replace('{ state = "pending", category = "PENDING" }', '{ state = "waiting", category = "PENDING" }')
    (tmp_path / "wrong.toml").write_text(wrong)
    with pytest.raises(Exception, match="The state pending means PENDING here, but the map says OPEN"):
        import_log(settings, write_log(tmp_path, many(2)), str(tmp_path / "wrong.toml"))


def test_a_column_that_is_not_there_is_told_with_the_nearest(settings: Settings, tmp_path: Path) -> None:
    header = tuple("teams" if column == "team" else column for column in HEADER)
    with pytest.raises(Invalid, match=r"'team' \(did you mean 'teams'\?\)"):
        import_rows(settings, tmp_path, many(1), header=header)


def test_a_column_named_twice_is_noted(settings: Settings, tmp_path: Path) -> None:
    rows = [(*each, "x") for each in many(2) if each[0]]
    made = import_rows(settings, tmp_path, rows, header=(*HEADER, "words"))
    assert made.notes() == [(1, "noted", "duplicate_column")]


def test_progress_is_told(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text(MAP)
    told: list[tuple[int, int]] = []
    import_log(settings, write_log(tmp_path, many(5)), str(tmp_path / "map.toml"), lambda *step: told.append(step))
    assert told[-1] == (5, 5)


def test_of_two_importers_of_one_file_the_second_stops(settings: Settings) -> None:
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        first, second = Run(connection, "log.csv", "f" * 64), Run(connection, "log.csv", "f" * 64)
        first.write(connection, Batch(cases=1), Pending())
        with pytest.raises(Conflict, match="Somebody else is importing"):
            second.write(connection, Batch(cases=1), Pending())


def test_names_and_subjects_are_one_line(settings: Settings, tmp_path: Path) -> None:
    rows = [row("A", "2026-01-05 09:00", "New", team='"Second\n  line"', customer='"Cleo\nM"')]
    (tmp_path / "map.toml").write_text(MAP.replace('id = "case"', 'id = "case"\ntitle = ["customer", "team"]'))
    import_log(settings, write_log(tmp_path, rows), str(tmp_path / "map.toml"))
    with psycopg.connect(settings.database_url) as connection:
        found = connection.execute(
            "select title, queue.name, person.name from ticket join queue on queue.id = queue_id"
            " join person on person.id = requester_id"
        ).fetchall()
    assert found == [("Cleo M · Second line", "Second line", "Cleo M")]


def test_a_file_that_grows_while_it_is_read_is_told(tmp_path: Path) -> None:
    file = write_log(tmp_path, many(3))
    cases = CaseReader(open_table(file, FileForm()), read_map(MAP, "map.toml"))
    cases.count()
    write_log(tmp_path, [*many(3), row("C1", "2026-01-06 09:00", "Open")])
    with pytest.raises(Invalid, match="changed while it was read"):
        list(cases)
