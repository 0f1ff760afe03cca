"""DuckDB says of many histories what plain Python says. CLEARQUEUE_TEST_DEPTH=200 asks of ten thousand."""

from random import Random

import pytest

from tests.depth import examples
from tests.metrics import reference
from tests.metrics.crowd import crowd, question
from tests.metrics.reference import as_text
from tests.metrics.reference_standing import HOURLY
from tests.metrics.shelf import shelf
from tests.metrics.test_laws import cells, numbers

HISTORIES, QUESTIONS = 50, 5


@pytest.mark.parametrize("seed", range(examples(1)))
def test_of_a_crowd_measure_says_what_plain_python_says(seed: int) -> None:
    chance = Random(seed)
    told = crowd(chance, HISTORIES)
    lake = shelf(told.events)
    for asked in [question(chance) for _ in range(QUESTIONS)]:
        found = cells(numbers(lake, asked), asked)
        expected = reference.answer(told.events, asked)
        expected = {(cell[0], *map(as_text, cell[1:])): numbers for cell, numbers in expected.items()}
        nothing = reference.statistics(asked.metric, [])
        for cell in found.keys() | expected.keys():
            if cell not in expected and asked.metric in HOURLY:
                assert not any(found[cell].values()), (asked, cell)
                continue
            assert found.get(cell, nothing) == pytest.approx(expected.get(cell, nothing)), (asked, cell)
