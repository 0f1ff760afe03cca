"""The page that tells what is measured knows every name in the catalogue, and no other."""

import re
from itertools import chain
from pathlib import Path

import pytest

from analytics import catalogue
from analytics.analyses import ANALYSES

PAGE = Path(__file__).parents[2] / "docs" / "metrics-coverage.md"
NAME = re.compile(r"`([a-z0-9_]+)`")


def table() -> list[list[str]]:
    """The table's rows: number, question, names, note."""
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.read_text().splitlines()]
    return [row for row in cells if row[0].isdigit()]


def test_every_number_stands_in_it_once() -> None:
    assert [int(row[0]) for row in table()] == list(range(1, 122))


def test_its_names_are_those_of_the_catalogue() -> None:
    known = {*catalogue.METRICS, *(one.name for one in ANALYSES)}
    beside = NAME.findall(PAGE.read_text().partition("| # |")[0])
    named = {*beside, *chain.from_iterable(NAME.findall(row[2]) for row in table())}
    assert named <= known | set(catalogue.COLUMNS)
    assert known <= named


def test_what_is_not_measured_says_why() -> None:
    assert [row[0] for row in table() if not NAME.search(row[2]) and not row[3]] == []


def test_who_asks_for_an_analysis_as_if_it_were_a_number_hears_where_it_is() -> None:
    with pytest.raises(catalogue.UnknownMetric, match="It is an analysis: /api/v1/health"):
        catalogue.find("data_freshness")
