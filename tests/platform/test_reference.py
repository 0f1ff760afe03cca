"""The reference pages say what the code does."""

import cli
from app.platform import reference
from core.events import KINDS
from core.settings import Settings


def test_the_pages_are_current() -> None:
    assert reference.stale(reference.pages(cli.app)) == [], "run `make docs`"


def test_every_setting_and_every_event_has_its_place() -> None:
    pages = reference.pages(cli.app)
    assert all(f"CLEARQUEUE_{name.upper()}`" in pages["settings.md"] for name in Settings.model_fields)
    shipped = [kind for kind, event in KINDS.items() if event.__module__.startswith(reference.CATALOGUE)]
    assert shipped
    assert all(f"\n## {kind}\n" in pages["events.md"] for kind in shipped)


def test_every_command_says_what_it_does() -> None:
    lines = list(reference.command_line(cli.app))
    assert not [line for line in lines if line.startswith("\n## ") and not line.splitlines()[3].strip()]
