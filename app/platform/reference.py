"""The reference pages, written from the code itself: settings, events, commands, metrics, API."""

import inspect
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

from core.events import KINDS, Event
from core.settings import PREFIX, Settings

FOLDER = Path(__file__).parents[2] / "docs" / "reference"
CATALOGUE = "core.events."
NOTE = "<!-- Written by `make docs` from the code; do not edit. -->"


def pages(commands: typer.Typer) -> dict[str, str]:
    """Every page by its file name. `commands` come from above: nobody imports cli.py."""
    return {
        "settings.md": _page("Settings", settings()),
        "events.md": _page("Events", events()),
        "commands.md": _page("Commands", command_line(commands)),
        "metrics.md": _page("Metrics", metrics()),
        "api.md": _page("API", api()),
    }


def write(written: dict[str, str]) -> None:
    """Put the pages into docs/reference."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in written.items():
        (FOLDER / name).write_text(text, encoding="utf-8")


def stale(written: dict[str, str]) -> list[str]:
    """The pages in docs/reference that no longer say what the code does."""
    return [
        name
        for name, text in written.items()
        if not (FOLDER / name).exists() or (FOLDER / name).read_text(encoding="utf-8") != text
    ]


def settings() -> Iterator[str]:
    """Every setting: its variable, its default, what it does."""
    yield "Each is an environment variable, read once at the start. A secret can come from a file instead:"
    yield f"`{PREFIX}SECRET_KEY_FILE=/run/secrets/key` fills `{PREFIX}SECRET_KEY`; so for every other setting.\n"
    yield "| Variable | Default | What it does |\n|---|---|---|"
    for name, field in Settings.model_fields.items():
        default = f"`{field.default}`" if field.default not in ("", None) else "–"
        yield f"| `{PREFIX}{name.upper()}` | {default} | {_cell(field.description or '')} |"


def events() -> Iterator[str]:
    """Every kind of event: what happened, and the fields of its payload."""
    yield "What the ledger can say. Every event also has the envelope's columns: `event_id`, `position`, `ticket_id`,"
    yield "`ticket_version`, `occurred_at`, `recorded_at`, `actor_id`, `actor_kind`, `actor_role`, `source`,"
    yield "`cause_id`, `correlation_id`, `command_id` and `hash`."
    for kind in sorted(KINDS):
        if KINDS[kind].__module__.startswith(CATALOGUE):  # a test's own kinds are nobody's reference
            yield from _event(kind, KINDS[kind])


def command_line(commands: typer.Typer) -> Iterator[str]:
    """Every command with its arguments and options."""
    yield "Each also takes `--help`. An expected trouble is one sentence and exit code 1."
    for path, command in _leaves(typer.main.get_command(commands), "clearqueue"):
        yield f"\n## {path}\n\n{_text(command.help or '')}\n"
        for parameter in command.params:
            if not getattr(parameter, "hidden", False):
                yield f"- `{_spelling(parameter)}` {_text(getattr(parameter, 'help', None) or '')}".rstrip()


def command_names(commands: typer.Typer) -> set[str]:
    """The names of all commands, such as `up` and `import log`."""
    return {path.removeprefix("clearqueue ") for path, _ in _leaves(typer.main.get_command(commands), "clearqueue")}


def metrics() -> Iterator[str]:
    """Every metric: what it means, its numbers by name, its dimensions, its edges and its trap."""
    from analytics.analyses import ANALYSES
    from analytics.catalogue import METRICS
    from app.analysis.every_command import ANSWERING

    yield "Ask for a metric or for one of its numbers by name: in `measure()`, on the command line and over HTTP."
    for metric in METRICS.values():
        numbers = (f"`{name}` ({number.title}, {number.unit.value})" for name, number in metric.columns.items())
        yield f"\n## {metric.name}\n\n**{metric.title}.** {_text(metric.question)}\n\n{_text(metric.definition)}\n"
        yield f"- Numbers: {', '.join(numbers)}"
        if metric.splits:
            yield f"- Split by: {', '.join(metric.dimensions)}"
            yield f"- Split as well by: {', '.join(metric.derived)}"
        yield from (["- Also in business hours"] if len(metric.bases) > 1 else [])
        yield from ([f"- Whose work: {', '.join(metric.attributions)}"] if metric.attributions else [])
        yield f"- Counts: {_text(metric.population)}"
        yield f"- Edges: {_text(metric.edges)}"
        yield f"- Opens to: {_text(metric.drill)}"
        yield from (f"- {name}: {_text(note)}" for name, note in metric.dimension_notes.items())
        yield from ([f"- Trap: {_text(metric.pitfall)}"] if metric.pitfall else [])
    yield "\n# Asked in their own way\n"
    for one in ANALYSES:
        yield f"\n## {one.name}\n\n**{one.title}.** {one.question}\n\n{one.definition}\n\n- Ask: `GET {one.path}`"
        if (name := one.path.removeprefix("/api/v1/analysis/")) in ANSWERING:
            yield f"- On the command line: `clearqueue analysis {name}`"
            yield f"- Options: {', '.join(f'`{option}`' for option in ANSWERING[name].options)}"


def api() -> Iterator[str]:
    """Every operation of the API in one line; the whole is in /api/v1/openapi.json."""
    from app.api import create_api

    described = create_api(Settings(database_url="postgresql:///")).openapi()
    yield "The complete description is the OpenAPI document: `GET /api/v1/openapi.json`.\n"
    yield "| Method | Path | What it does |\n|---|---|---|"
    for path, operations in sorted(described["paths"].items()):
        for method, operation in operations.items():
            words = operation.get("description") or operation.get("summary", "")
            yield f"| {method.upper()} | `{path}` | {_cell(words)} |"


def _page(title: str, lines: Iterable[str]) -> str:
    return f"# {title}\n{NOTE}\n\n" + "\n".join(lines).rstrip() + "\n"


def _event(kind: str, event: type[Event]) -> Iterator[str]:
    version = f", version {event.schema_version}" if event.schema_version > 1 else ""
    yield f"\n## {kind}\n\n{event.__name__}{version}. {_text(inspect.getdoc(event) or '')}\n"
    for name, field in event.model_fields.items():
        kind_of = str(field.annotation) if "[" in str(field.annotation) or "|" in str(field.annotation) else ""
        spelled = re.sub(r"\b(?:core\.events\.\w+|uuid|typing)\.", "", kind_of)
        yield f"- `{name}`: `{spelled or getattr(field.annotation, '__name__', str(field.annotation))}`"


def _leaves(command: Any, path: str) -> Iterator[tuple[str, TyperCommand]]:
    if isinstance(command, TyperGroup):
        for name in sorted(command.commands):
            yield from _leaves(command.commands[name], f"{path} {name}")
    elif not command.hidden:
        yield path, command


def _spelling(parameter: Any) -> str:
    if isinstance(parameter, TyperOption):
        return " / ".join([*parameter.opts, *parameter.secondary_opts])
    return str(parameter.name).upper()


def _text(words: str) -> str:
    return " ".join(words.split())


def _cell(words: str) -> str:
    return _text(words).replace("|", "\\|")
