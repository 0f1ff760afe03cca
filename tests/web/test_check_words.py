"""Every look at the numbers that the page of health shows is told in a sentence."""

import pytest

from app.web.check_words import check_words
from etl.verify import CONTINUOUS


@pytest.mark.parametrize("law", CONTINUOUS)
def test_a_law_is_told_in_a_sentence_for_people(law: str) -> None:
    told = check_words(law)
    assert told != law
    assert not {"_", "="} & set(told)
