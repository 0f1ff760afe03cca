"""Icons and marks that are made once are what they would be if they were made each time."""

from app.web.marks import Marks

MARKS = Marks(lambda name: f"/static/{name}?v=1")


def test_words_in_marks_are_text() -> None:
    mark = MARKS.state("<b>odd</b>", "OPEN")
    assert '<span class="state open">' in mark
    assert "<span>&lt;b&gt;odd&lt;/b&gt;</span>" in mark


def test_an_icon_has_a_name_or_is_hidden_from_those_who_hear_the_page() -> None:
    assert 'role="img" aria-label="&#34;held&#34;"' in MARKS.icon("clock", '"held"')
    assert 'aria-hidden="true"' in MARKS.icon("clock")
    assert '<use href="/static/icons.svg?v=1#clock"/>' in MARKS.icon("clock")


def test_each_priority_has_its_words_and_the_usual_one_no_icon() -> None:
    words = ["Low", "Normal", "High", "Urgent"]
    assert [word in MARKS.priority(n) for n, word in enumerate(words, 1)] == [True] * 4
    assert [("svg" in MARKS.priority(n)) for n in (1, 2, 3, 4)] == [True, False, True, True]
