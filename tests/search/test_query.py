"""The language of the search box: what is read, and that nothing people type can break it."""

import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import clock
from core.actor import ALL
from search import SearchIndex, parse
from search.filters import Between, Named, OneOf
from search.query import LONGEST_QUERY, MOST_CLAUSES, SearchQuery, Sort
from search.words import is_near, stem, words
from tests.search.cast import ALL_OF_ACME

NAUGHTY = Path(__file__).parents[3] / "shared" / "data" / "blns" / "blns.json"

ENGINE_SYNTAX = [
    'title:"x" OR 1=1', "kind:cursor", "kind = cursor", '" OR kind = "cursor', "*", "?", "a* b?", "/.*/", "[a TO z]",
    "title:[* TO *]", "x^1000", "x~2", "+a -b !c", "a AND NOT b", "(((", ")))", "\\", '\\"', "'; drop table ticket; --",
    'tag:"] OR kind = ticket OR tag IN ["', 'state:"\\"] OR (', "queue:* ", "agent:_geoRadius(1,1,1)", "_geoPoint(1,2)",
    "state:EXISTS", "created:>99999999999d", "created:9999-12-31", "created:0000", "updated:..", "priority:>=99",
    "priority:" + "9" * 900, "#" + "9" * 500, "9" * 18, "-" * 300, '"' * 301, "a:" * 300, "{{7*7}}", "%00", "\x02\x03",
    "\ud800",
]  # fmt: skip
HARD = [*ENGINE_SYNTAX, "word " * 5_000, "x" * 100_000, "é" * 999, "東" * 999, "a.b" * 400, '"' + "w " * 800 + '"']


def test_the_parts_of_a_question_are_told_apart() -> None:
    read = parse('printer "paper jam" -scanner -"out of ink" state:open sort:newest prin')
    assert (read.wanted, read.beginning) == ((("printer",), ("prin",)), "prin")
    assert (read.phrases, read.without) == ((("paper", "jam"),), (("scanner",), ("out", "of", "ink")))
    assert (read.conditions, read.sort) == ((OneOf("state", ("open",)),), Sort.NEWEST)


def test_stop_words_are_left_out_unless_there_is_nothing_else() -> None:
    assert parse("how do I delete my account?").wanted == (("delete",), ("account",))
    assert parse("how do I").wanted == (("how",), ("do",), ("i",))


def test_addresses_stay_together_and_other_joins_do_not() -> None:
    assert parse("zoe@acme.example 10.0.0.1 ERR_FAIL").wanted == (
        ("zoe", "acme", "example"),
        ("10", "0", "0", "1"),
        ("err", "fail"),
    )
    assert parse("wi-fi can't").wanted == (("wi",), ("fi",))


def test_unspaced_scripts_are_searched_by_pairs() -> None:
    assert parse("請求書 ").wanted == (("請", "求"), ("求", "書"))


def test_curly_quotes_are_quotes() -> None:
    assert parse("“paper jam”").phrases == (("paper", "jam"),)


def test_dates_are_days_of_the_reader() -> None:
    (day,) = parse("created:2026-03-29", zone=ZoneInfo("Europe/Berlin")).conditions
    assert isinstance(day, Between)
    assert (day.low, day.high) == (
        datetime(2026, 3, 28, 23, tzinfo=UTC).timestamp() * 1000,
        datetime(2026, 3, 29, 22, tzinfo=UTC).timestamp() * 1000,  # the day that clocks go forward has 23 hours
    )


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("2026", (2026, 1, 1), (2027, 1, 1)),
        ("2026-02", (2026, 2, 1), (2026, 3, 1)),
        ("2025-12", (2025, 12, 1), (2026, 1, 1)),
        (">2026-02", (2026, 3, 1), None),
        (">=2026-02", (2026, 2, 1), None),
        ("<2026-02", None, (2026, 2, 1)),
        ("<=2026-02", None, (2026, 3, 1)),
        ("2026-02..", (2026, 2, 1), None),
        ("..2026-02", None, (2026, 3, 1)),
        ("2025..2026-02", (2025, 1, 1), (2026, 3, 1)),
        ("today", (2026, 5, 4), (2026, 5, 5)),
        ("3d", (2026, 5, 1), None),
        ("<1w", None, (2026, 4, 27)),
    ],
)
def test_spans_of_time(text: str, low: tuple[int, ...] | None, high: tuple[int, ...] | None) -> None:
    with clock.at(datetime(2026, 5, 4, tzinfo=UTC)):
        condition = parse(f"updated:{text}").conditions[0]
    edges = [edge and int(datetime(*edge, tzinfo=UTC).timestamp() * 1000) for edge in (low, high)]  # type: ignore[arg-type,misc]
    assert condition == Between("updated", *edges)


def test_what_makes_no_sense_is_searched_for_as_words() -> None:
    for text in (
        "created:soon",
        "priority:12",
        "queue:nowhere",
        "is:odd",
        "https://x.example/y",
        "sort:sideways",
        "foo:bar",
    ):
        read = parse(text)
        assert (read.conditions, bool(read.wanted)) == ((), True)


def test_people_are_named_by_words_id_me_or_none() -> None:
    someone = "6f1d3f0e-0000-7000-8000-000000000001"
    read = parse(f'agent:"Ana Ito" -requester:{someone.upper()} org:none').conditions
    assert read == (
        Named("agent", ("ana", "ito")),
        OneOf("requester_id", (someone,), is_negated=True),
        OneOf("organisation_id", ("none",)),
    )


@given(st.text(max_size=200) | st.from_regex(r'(-?[a-z]{0,8}:?"?[a-z0-9<>=.,#-]{0,10}"? ?){0,12}', fullmatch=True))
@settings(max_examples=150, deadline=None)
def test_any_text_is_read_into_words_of_letters_and_digits(text: str) -> None:
    read = parse(text)
    for clause in (*read.wanted, *read.phrases, *read.without):
        assert all(word and word == "".join(words(word)) for word in clause)
        assert not set("".join(clause)) & set(" \"'\\*?:()[]{}~^/+-!&|<>=\x02\x03")
    assert not read.beginning or (read.beginning,) in read.wanted


@pytest.mark.parametrize("text", HARD, ids=range(len(HARD)))
def test_long_and_odd_questions_are_cut_to_size(text: str) -> None:
    read = parse(text)
    for clauses in (read.wanted, read.phrases, read.without):
        assert len(clauses) <= MOST_CLAUSES
        assert all(len(clause) <= MOST_CLAUSES for clause in clauses)
    assert sum(map(len, read.wanted)) <= LONGEST_QUERY


def test_hostile_questions_find_nothing_they_should_not(filled: SearchIndex) -> None:
    for text in HARD:
        assert {hit.number for hit in filled.search(parse(text), ALL_OF_ACME).hits} <= {1001, 1002, 1004, 1006, 1007}
        filled.suggest(text, ALL)


@pytest.mark.skipif(not NAUGHTY.exists(), reason="the Big List of Naughty Strings is not beside the repository")
def test_naughty_strings_are_harmless(filled: SearchIndex) -> None:
    step = 3 if type(filled).__name__ == "TantivyIndex" else 20
    for text in json.loads(NAUGHTY.read_text(encoding="utf-8"))[::step]:
        for asked in (text, f'"{text}"', f"-{text}", f"state:{text}", f'tag:"{text}"', f"agent:{text}"):
            for hit in filled.search(parse(asked), ALL).hits:
                assert "<script" not in (hit.title_html + hit.snippet_html).lower()


def test_an_empty_question_is_the_default() -> None:
    for text in ("", "  ", "-", '"', '""', "\x00", ":", "- -"):
        assert parse(text) == SearchQuery()


@pytest.mark.parametrize(
    ("one", "other", "edits", "near"),
    [
        ("account", "acount", 1, True),
        ("account", "accuont", 1, True),
        ("account", "acuont", 1, False),
        ("account", "accounted", 2, True),
        ("account", "discount", 2, False),
        ("form", "from", 1, True),
        ("abcd", "badc", 1, False),
    ],
)
def test_slips_are_counted(one: str, other: str, edits: int, near: bool) -> None:
    assert is_near(one, other, edits) is near
    assert is_near(other, one, edits) is near


def test_words_and_stems() -> None:
    assert words("Ünïcode ДОМ foo_bar don't ＡＢＣ straße") == (
        "unicode", "дом", "foo", "bar", "don", "t", "abc", "strasse",
    )  # fmt: skip
    assert {stem(word) for word in ("connect", "connected", "connecting", "connections")} == {"connect"}
