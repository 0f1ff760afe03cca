"""`clearqueue …`: each command reads the settings and calls one function."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from app.platform.command import database, fail, service, settings, transaction
from core import heap

app = typer.Typer(
    help="Support analytics with the helpdesk built in.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
importer = typer.Typer(help="Bring history in from elsewhere.", no_args_is_help=True)
app.add_typer(importer, name="import")
service_levels = typer.Typer(help="Service levels.", no_args_is_help=True)
app.add_typer(service_levels, name="sla")
Data = Annotated[Path | None, typer.Option("--data", help="The data folder (CLEARQUEUE_DATA_DIR).")]
Basis = Annotated[str | None, typer.Option(help="calendar or business: whose hours durations count.")]
Attribution = Annotated[str | None, typer.Option(help="actor, owner or pro_rata: whose work it is.")]


@app.command()
def up(
    data: Data = None,
    port: Annotated[int | None, typer.Option(help="Port of the web server (CLEARQUEUE_PORT).")] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on (CLEARQUEUE_HOST).")] = None,
    demo: Annotated[bool | None, typer.Option(help="Load the demo company on the first start.")] = None,
    simulate: Annotated[bool | None, typer.Option(help="Keep working its tickets in real time.")] = None,
) -> None:
    """Bring up the whole platform in this terminal; Ctrl-C stops it."""
    from app.platform.up import up

    up(settings(data, port=port, host=host, demo=demo, simulate=simulate))


@app.command()
def web(descriptor: Annotated[int | None, typer.Option(hidden=True)] = None) -> None:
    """Serve the pages and the API, by as many processes as CLEARQUEUE_WEB_WORKERS says."""
    from app.platform import web

    given = service()
    if descriptor is None and given.web_workers > 1:
        web.serve_by_many("asgi:served", given)
        return
    from asgi import create_app

    web.serve(create_app(given), given, descriptor)


@app.command()
def etl() -> None:
    """Carry events from the ledger to lake and search; a second one stands by."""
    from etl.__main__ import run

    run(service())


@app.command()
def worker(
    beat: Annotated[bool, typer.Option(help="With beat in the same process.")] = False,
    simulate: Annotated[bool, typer.Option(help="With the demo company's people in the same process.")] = False,
) -> None:
    """Run background jobs."""
    from app.jobs.worker import run_worker

    run_worker(service(), with_beat=beat, with_demo=simulate)


@app.command()
def beat() -> None:
    """Send scheduled jobs; a second one stands by."""
    from app.jobs.worker import run_beat

    run_beat(service())


@app.command()
def simulate() -> None:
    """Keep working the demo company's tickets in real time."""
    from app.imports.demo.simulate import run

    run(service())


@app.command()
def demo(data: Data = None) -> None:
    """Load the demo company into a house that has no tickets yet; can be stopped and repeated."""
    from app.platform import first_start

    with database(data, "demo") as given:
        first_start.load_demo(given)


@app.command()
def migrate(data: Data = None) -> None:
    """Bring the database's tables to this version."""
    from app.migrations import upgrade

    with database(data, "migrate") as given:
        upgrade(given.database_url)


@app.command()
def rebuild(
    what: Annotated[list[str] | None, typer.Argument(help="lake, search; both.")] = None, data: Data = None
) -> None:
    """Make lake and search index anew from the ledger; readers find the old ones until then."""
    from app.platform.steps import progress, say
    from etl.rebuild import rebuild
    from etl.stores import SINKS

    with database(data, "rebuild") as given, progress("Rebuild", "events") as advance:
        reached = rebuild(given, SINKS, what or list(SINKS), lambda _, done, total: advance(done, total), say)
    say(", ".join(f"{store} stands at {position:,}" for store, position in reached.items()))


@app.command()
def verify(
    chain: Annotated[bool, typer.Option("--chain", help="The hash chain alone.")] = False,
    one_in: Annotated[int, typer.Option(min=1, help="Rebuild one in so many tickets of the lake, not all.")] = 1,
    data: Data = None,
) -> None:
    """Check the laws: ledger, rows, lake and index; exit code 1 when one is broken."""
    from app.platform.verification import CHAIN, laws, show

    with database(data, "verify") as given:
        all_hold = show(laws(given, only=[CHAIN] if chain else (), one_in=one_in))
    raise typer.Exit(0 if all_hold else 1)


@app.command()
def metric(  # noqa: PLR0917 — typer reads them as options
    names: Annotated[list[str], typer.Argument(help="Metrics or single numbers, such as first_reply_time_p90.")],
    by: Annotated[str, typer.Option(help="Dimensions, separated by commas, such as queue,priority.")] = "",
    grain: Annotated[
        str | None, typer.Option(help="hour, day, week, month, quarter, year, or fiscal_week to fiscal_year.")
    ] = None,
    since: Annotated[str | None, typer.Option(help="From this day or instant on.")] = None,
    until: Annotated[str | None, typer.Option(help="Before this day or instant.")] = None,
    where: Annotated[list[str] | None, typer.Option(help="dimension=value; may be repeated.")] = None,
    as_of: Annotated[str | None, typer.Option(help="What was true at this instant.")] = None,
    as_known_at: Annotated[str | None, typer.Option(help="What was said at this instant.")] = None,
    series: Annotated[str, typer.Option(help="recorded, or of SLA metrics restated.")] = "recorded",
    compare: Annotated[str | None, typer.Option(help="previous or last_year.")] = None,
    all_numbers: Annotated[bool, typer.Option("--small", help="Percentiles of fewer than five as well.")] = False,
    timezone: Annotated[str, typer.Option(help="Whose days and months.")] = "UTC",
    fiscal_start: Annotated[str | None, typer.Option(help="First day of the fiscal year: 04-01, 04-06 sunday.")] = None,
    basis: Basis = None,
    attribution: Attribution = None,
    form: Annotated[str, typer.Option("--format", help="table, csv, json, parquet, arrow or xlsx.")] = "table",
    out: Annotated[Path | None, typer.Option(help="Write into this file.")] = None,
    tickets: Annotated[bool, typer.Option("--tickets", help="The tickets behind the number.")] = False,
    data: Data = None,
) -> None:
    """Answer with numbers, or with the tickets behind them. All metrics: docs/reference/metrics.md."""
    from app.numbers.command import metric

    with database(data, "metric") as given:
        metric(
            given, names, by=[name for name in by.split(",") if name], grain=grain, since=since, until=until,
            where=where or (), as_of=as_of, as_known_at=as_known_at, series=series,
            small="show" if all_numbers else "hide", compare=compare, timezone=timezone, fiscal_start=fiscal_start,
            basis=basis, attribution=attribution, form=form, out=out, tickets=tickets,
        )  # fmt: skip


@app.command()
def explain(  # noqa: PLR0917 — typer reads them as options
    ticket: Annotated[str, typer.Argument(help="A ticket's number or id.")],
    name: Annotated[str, typer.Argument(help="A number, such as first_reply_time_mean.")],
    since: Annotated[str | None, typer.Option(help="From this day or instant on.")] = None,
    until: Annotated[str | None, typer.Option(help="Before this day or instant.")] = None,
    where: Annotated[list[str] | None, typer.Option(help="dimension=value; may be repeated.")] = None,
    as_of: Annotated[str | None, typer.Option(help="What was true at this instant.")] = None,
    timezone: Annotated[str, typer.Option(help="Whose days.")] = "UTC",
    basis: Basis = None,
    attribution: Attribution = None,
    data: Data = None,
) -> None:
    """What a ticket adds to a number, and why it counts there."""
    from app.numbers.reason_command import explain_ticket

    with database(data, "explain") as given:
        explain_ticket(
            given, ticket, name, since=since, until=until, where=where or (), as_of=as_of, timezone=timezone,
            basis=basis, attribution=attribution,
        )  # fmt: skip


@app.command()
def moved(  # noqa: PLR0917 — typer reads them as options
    name: Annotated[str, typer.Argument(help="A number, such as tickets_created or first_reply_time_mean.")],
    since: Annotated[str, typer.Option(help="From this day or instant on.")],
    until: Annotated[str | None, typer.Option(help="Before this day or instant.")] = None,
    by: Annotated[str, typer.Option(help="Dimensions, separated by commas; left out: all.")] = "",
    compare: Annotated[str, typer.Option(help="previous or last_year.")] = "previous",
    where: Annotated[list[str] | None, typer.Option(help="dimension=value; may be repeated.")] = None,
    as_of: Annotated[str | None, typer.Option(help="What was true at this instant.")] = None,
    timezone: Annotated[str, typer.Option(help="Whose days.")] = "UTC",
    basis: Basis = None,
    attribution: Attribution = None,
    form: Annotated[str, typer.Option("--format", help="table, csv, json, parquet, arrow or xlsx.")] = "table",
    out: Annotated[Path | None, typer.Option(help="Write into this file.")] = None,
    data: Data = None,
) -> None:
    """What moved a number since the time before: each slice's part in the change."""
    from app.numbers.reason_command import show_moved

    with database(data, "moved") as given:
        show_moved(
            given, name, by=[one for one in by.split(",") if one], compare=compare, form=form, out=out, since=since,
            until=until, where=where or (), as_of=as_of, timezone=timezone, basis=basis, attribution=attribution,
        )  # fmt: skip


@app.command("export-lake")
def export_lake(
    folder: Annotated[Path, typer.Argument(help="Where to: one Parquet file a table is written there.")],
    data: Data = None,
) -> None:
    """Write the whole lake as Parquet files, for Spark and other engines (docs/outgrowing.md)."""
    from app.numbers.lake_files import write_lake
    from app.platform.steps import say

    with database(data, "export-lake") as given:
        for name, rows in write_lake(given, folder):
            say(f"{name}: {rows:,} rows")


Where = Annotated[list[str] | None, typer.Option(help="dimension=value; may be repeated.")]
AsOf = Annotated[str | None, typer.Option(help="As it was at this instant.")]


@app.command()
def analysis(  # noqa: PLR0917 — typer reads them as options
    name: Annotated[str, typer.Argument(help="survival, flow, peak, forecast/arrivals …: a path of /api/v1/analysis.")],
    since: Annotated[str | None, typer.Option(help="From this day or instant on.")] = None,
    until: Annotated[str | None, typer.Option(help="Before this day or instant.")] = None,
    where: Where = None,
    as_of: AsOf = None,
    timezone: Annotated[str | None, typer.Option(help="Whose days.")] = None,
    option: Annotated[list[str] | None, typer.Option(help="name=value of its own; may be repeated.")] = None,
    part: Annotated[str | None, typer.Option(help="Which of its lists, where it has several.")] = None,
    form: Annotated[str, typer.Option("--format", help="table, csv, json, parquet, arrow or xlsx.")] = "table",
    out: Annotated[Path | None, typer.Option(help="Write into this file.")] = None,
    data: Data = None,
) -> None:
    """Answer any analysis as the API does. All of them with their options: docs/reference/metrics.md."""
    from app.analysis.every_command import analysis as answer

    given = {"since": since, "until": until, "where": where, "as_of": as_of, "timezone": timezone}
    with database(data, "analysis") as found:
        answer(found, name, given, option or (), part=part, form=form, out=out)


@app.command(hidden=True, context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def analyse(context: typer.Context) -> None:
    """The older way to ask for an analysis: it says how to ask now."""
    from app.analysis.every_command import asked_as

    fail(asked_as(context.args))


@service_levels.command("backfill")
def sla_backfill(data: Data = None) -> None:
    """Give tickets from before the first policy, such as imported ones, the clocks that they would have had."""
    from app.platform.steps import progress, say
    from app.sla.backfill import backfill

    with database(data, "sla backfill") as given, progress("SLA clocks", "tickets") as advance:
        found = backfill(given, advance)
    say(f"{found:,} tickets got clocks.")


@service_levels.command("replay")
def sla_replay(
    since: Annotated[datetime, typer.Option(help="Tickets created from this day on (UTC).")],
    until: Annotated[datetime, typer.Option(help="And before this day (UTC).")],
    policy: Annotated[Path | None, typer.Option(help="A TOML file with [[policies]], as the API takes them.")] = None,
    calendar: Annotated[
        Path | None, typer.Option(help="A TOML file with [[calendars]]: calendar_id, definition.")
    ] = None,
    data: Data = None,
) -> None:
    """What if: replay history under draft policies or calendars, and say what would have been met and missed.

    Changes nothing.
    """
    from app.platform.steps import progress, say
    from app.sla.what_if_command import replay_files, told

    span = since.replace(tzinfo=UTC), until.replace(tzinfo=UTC)
    with database(data, "sla replay") as given, progress("Replay", "tickets") as advance:
        found = replay_files(given, [one for one in (policy, calendar) if one], *span, advance)
    for line in told(*found):
        say(line)


@importer.command("log")
def import_log(
    file: Annotated[Path, typer.Argument(help="An event log: CSV and its relatives, plain or gzip.")],
    map_name: Annotated[str, typer.Option("--map", help="A TOML file, or the name of a map that comes along.")],
    data: Data = None,
) -> None:
    """Turn an event log with one row per update into tickets with their own times. Can be stopped and repeated."""
    from app.imports.log import import_log
    from app.platform.catch_up import catch_up
    from app.platform.steps import console, long_step
    from app.sla.backfill import finish_backfills

    with database(data, "import log") as given:
        with long_step("Import", "tickets") as advance:
            reconciliation = import_log(given, file, map_name, advance)
        console.print(reconciliation.table())
        with long_step("SLA clocks", "tickets") as advance:
            finish_backfills(given, advance)
        with long_step("Lake and search index", "events") as advance:
            catch_up(given, advance)


@app.command()
def password(email: Annotated[str, typer.Argument(help="Whose.")] = "admin@localhost", data: Data = None) -> None:
    """Give a person a new password, shown once, and end their sessions. Where nobody administrates yet, they do."""
    from app.identity import first_admin, reset_password
    from app.platform.steps import say

    with transaction(data, "password") as session:
        login = first_admin(session, email) or reset_password(session, email)
    say(f"{login.email} signs in with {login.password} from now on.")


@app.command()
def token(
    email: Annotated[str, typer.Argument(help="As whom the program acts.")],
    name: Annotated[str, typer.Option(help="What it is for.")] = "command line",
    days: Annotated[int, typer.Option(min=1, max=366, help="Days until it ends.")] = 90,
    read_only: Annotated[bool, typer.Option("--read-only", help="May read, never change.")] = False,
    data: Data = None,
) -> None:
    """Make an API token for a person and print it: it is shown this once."""
    from app.platform.operator import token_for

    with transaction(data, "token") as session:
        secret = token_for(session, email, name=name, days=days, read_only=read_only)
    typer.echo(secret)


@app.command()
def health(
    part: Annotated[str | None, typer.Argument(help="web, etl, worker, timers or beat; all.")] = None, data: Data = None
) -> None:
    """Say what lives; exit code 1 when something does not."""
    from app.platform import health

    findings = health.look(service(data), part)
    for finding in findings:
        typer.echo(f"{'well' if finding.is_well else 'ILL '}  {finding.part:8} {finding.sentence}")
    raise typer.Exit(0 if all(finding.is_well for finding in findings) else 1)


@app.command()
def reference(write: Annotated[bool, typer.Option("--write", help="Write docs/reference anew.")] = False) -> None:
    """Compare the reference pages with the code; exit code 1 when they are stale."""
    from app.platform import reference

    pages = reference.pages(app)
    if write:
        reference.write(pages)
    stale = reference.stale(pages)
    typer.echo(f"Stale: {', '.join(stale)}; run make docs" if stale else "The reference pages are current.")
    raise typer.Exit(1 if stale else 0)


def main() -> None:
    """Run a command; what we expect to go wrong is one sentence and exit code 1."""
    heap.look_less_often()
    heap.leave_out()
    from core.errors import Refusal

    try:
        app()
    except Refusal as refusal:
        fail(refusal.sentence)


if __name__ == "__main__":
    main()
