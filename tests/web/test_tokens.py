"""The design tokens keep what they promise, computed from the file that browsers read."""

import re
from pathlib import Path

import pytest

from dashboards import theme

ROOT = Path(__file__).parents[2]
CSS = (ROOT / "app/web/static/tokens.css").read_text()
TOKENS = {name: (light, dark) for name, light, dark in re.findall(r"(--[\w-]+): light-dark\((#\w{6}), (#\w{6})\)", CSS)}
GROUNDS = ("--canvas", "--paper", "--raised")
TEXT = ("--ink", "--ink-2", "--ink-3", "--accent", "--accent-strong", "--warn", "--breach")
SOFT = {"--accent": "--accent-soft", "--warn": "--warn-soft", "--breach": "--breach-soft", "--on-accent": "--accent"}
MARKS = ("--mark", "--mark-reference", "--mark-ink", "--mark-warn", "--mark-breach", "--line-strong")


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str, mode: int) -> float:
    """WCAG 2.2, contrast ratio of two tokens; mode 0 is light, 1 dark."""
    low, high = sorted((luminance(TOKENS[one][mode]), luminance(TOKENS[other][mode])))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("text", TEXT)
def test_text_can_be_read_on_every_ground(text: str, mode: int) -> None:
    assert min(contrast(text, ground, mode) for ground in GROUNDS) >= 4.5


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"), [*SOFT.items(), ("--ink", "--note"), ("--ink-2", "--note"), ("--ink", "--found")]
)
def test_text_can_be_read_on_its_tinted_ground(text: str, ground: str, mode: int) -> None:
    assert contrast(text, ground, mode) >= 4.5


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("mark", MARKS)
def test_marks_stand_out_from_the_paper(mark: str, mode: int) -> None:
    assert contrast(mark, "--paper", mode) >= 3


def test_charts_name_only_tokens_that_exist() -> None:
    assert {token for token in theme.TOKENS if token != "--sans"} <= set(TOKENS)


def test_style_sheets_decide_no_colour_of_their_own() -> None:
    sheets = [*ROOT.glob("app/web/static/*.css"), *ROOT.glob("dashboards/static/*.css")]
    others = {
        sheet.name: re.findall(r"#[0-9a-fA-F]{3,8}\b", sheet.read_text())
        for sheet in sheets
        if sheet.name != "tokens.css"
    }
    assert {name: found for name, found in others.items() if found} == {}


def test_every_token_that_a_style_sheet_uses_is_defined() -> None:
    sheets = [*ROOT.glob("app/web/static/*.css"), *ROOT.glob("dashboards/static/*.css")]
    used = {name for sheet in sheets for name in re.findall(r"var\((--[\w-]+)\)", sheet.read_text())}
    assert used <= set(re.findall(r"(--[\w-]+):", CSS))
