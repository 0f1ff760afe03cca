"""The contract, second part: what is found, and in which order."""

import pytest

from core import clock
from core.actor import ALL
from search import SearchIndex, parse
from tests.search.cast import ANA, BILLING, BO, DAY_ONE, DINA, NETWORK, TICKETS, ticket


def found(index: SearchIndex, text: str) -> set[int]:
    return {hit.number for hit in index.search(parse(text), ALL).hits}


EVERYTHING = {document.number for document in TICKETS}

QUESTIONS = {
    "a word in the title": ("jams", {1001}),
    "a word in a message": ("tunnel", {1003}),
    "a word in a note": ("swindler", {1002}),
    "upper and lower case": ("PRINTER", {1001, 1002}),
    "a relative of a word": ("drop", {1003}),
    "another relative": ("deleted accounts", {1007}),
    "a letter wrong": ("tunnxl", {1003}),
    "a letter missing": ("swindlr", {1002}),
    "a letter too many": ("printerr", {1001, 1002}),
    "two letters swapped": ("pirnter", {1001, 1002}),
    "two slips in a long word": ("hedphonse ", {1008}),
    "no slips in short words": ("vpm", set()),
    "the beginning of the last word": ("blueto", {1008}),
    "no beginning once a space follows": ("blueto ", set()),
    "both of two words": ("printer charged", {1002}),
    "some if none has both": ("printer bluetooth", {1001, 1002, 1008}),
    "two of three words": ("printer monday zzzzzz", {1001}),
    "a phrase": ('"sticks in the tray"', {1001}),
    "not a phrase in another order": ('"tray the in sticks"', set()),
    "not a phrase with words between": ('"paper tray"', set()),
    "a phrase that never spans two fields": ('"page the paper"', set()),
    "an exclusion": ("printer -invoice", {1001}),
    "an excluded phrase": ('printer -"charged us"', {1001}),
    "only an exclusion": ("-printer -printers", EVERYTHING - {1001, 1002}),
    "an address": ("zoe@acme.example", {1007}),
    "an IP address": ("10.20.30.40", {1003}),
    "without accents": ("koln gerat", {1004}),
    "with accents": ("Köln Gerät", {1004}),
    "Japanese": ("請求書", {1006}),
    "Japanese in another order": ("書求請", set()),
    "a requester's name": ("iniguez", {1003, 1005}),
    "an organisation": ("wurzburg", {1003, 1005}),
    "a tag as a word": ("hardware", {1001}),
    "stop words alone": ("the my", {1001, 1002, 1003, 1005}),
    "the number with a hash": ("#1005", {1005}),
    "the number alone, and who mentions it": ("1002", {1002, 1008}),
    "an unknown number": ("#777777", set()),
    "state": ("state:solved", {1007}),
    "state by its category": ("state:pending", {1006}),
    "state of several words": ('state:"waiting for us"', {1006}),
    "several states": ('state:solved,"waiting for us"', {1006, 1007}),
    "not a state": ("-state:open", {1006, 1007}),
    "either of two filters": ("state:solved or state:pending", {1006, 1007}),
    "brackets and not": ("not (state:open or state:pending)", {1007}),
    "a word among operators, in the subject": ("(invoice or state:solved) -tag:hardware", {1002, 1007}),
    "words in capitals' reach": ("VPN OR Headphones", {1003, 1008}),
    "a phrase among operators": ('"printer jams" or state:solved', {1001, 1007}),
    "a number among operators": ("#1005 or state:solved", {1005, 1007}),
    "brackets that never close are no brackets": ("state:solved (", {1007}),
    "what is unsolved": ("is:unsolved", EVERYTHING - {1007}),
    "what nobody has": ("is:unassigned", EVERYTHING - {1005, 1007}),
    "queue": (f"queue:{NETWORK}", {1003, 1005}),
    "queue and words": (f"reset queue:{NETWORK}", {1005}),
    "tag": ("tag:VPN", {1003}),
    "no tag": ("-tag:vpn printer", {1001, 1002}),
    "priority": ("priority:urgent", {1007}),
    "priority above": ("priority:>2", {1007}),
    "agent by name": ("agent:bo", {1005}),
    "agent by id": (f"agent:{ANA}", {1007}),
    "agent by none": ("agent:none tag:vpn", {1003}),
    "requester by address": ("requester:dina@globex.example", {1003, 1005}),
    "requester by id": (f"from:{DINA}", {1003, 1005}),
    "organisation by name": ("org:globex", {1003, 1005}),
    "no organisation": ("org:none", {1008}),
    "channel": ("channel:web", {1004}),
    "language": ("lang:ja", {1006}),
    "created on a day": ("created:2026-03-03", {1002}),
    "created before": ("created:<2026-03-03", {1001}),
    "created after": ("created:>2026-03-07", {1007, 1008}),
    "created between": ("created:2026-03-03..2026-03-04", {1002, 1003}),
    "an unknown field is words": ("vpn:drops", {1003}),
    "nonsense": ("qqqqqqqq", set()),
}


@pytest.mark.parametrize("what", QUESTIONS)
def test_it_finds(filled: SearchIndex, what: str) -> None:
    text, expected = QUESTIONS[what]
    assert found(filled, text) == expected


def test_an_empty_question_lists_the_newest_first(filled: SearchIndex) -> None:
    result = filled.search(parse("  "), ALL)
    assert [hit.number for hit in result.hits] == sorted(EVERYTHING, reverse=True)
    assert result.total == len(EVERYTHING)


def test_the_order_can_be_asked_for(filled: SearchIndex) -> None:
    for text in ("is:unsolved", "printer"):
        newest = [hit.number for hit in filled.search(parse(f"{text} sort:newest"), ALL).hits]
        oldest = [hit.number for hit in filled.search(parse(f"{text} sort:oldest"), ALL).hits]
        created = [hit.number for hit in filled.search(parse(f"{text} sort:created"), ALL).hits]
        assert newest == created == oldest[::-1] == sorted(newest, reverse=True)


def test_a_title_counts_more_than_a_message(filled: SearchIndex) -> None:
    assert filled.search(parse("printer"), ALL).hits[0].number == 1001


def test_a_number_jumps(filled: SearchIndex) -> None:
    for text in ("#1002", "1002", " 1002 "):
        result = filled.search(parse(text), ALL)
        assert result.jump == result.hits[0].ticket_id
        assert result.hits[0].number == 1002
    assert filled.search(parse("#777777"), ALL).jump is None
    assert filled.search(parse("printer"), ALL).jump is None


def test_a_relaxed_answer_says_so(filled: SearchIndex) -> None:
    assert filled.search(parse("printer bluetooth"), ALL).is_relaxed
    assert not filled.search(parse("printer charged"), ALL).is_relaxed


def test_names_of_queues_and_me_are_read(filled: SearchIndex) -> None:
    queues = {"Network and VPN": [NETWORK], "Billing": [BILLING]}
    question = parse('queue:"Network and VPN" agent:me', me=BO, queues=queues)
    assert [hit.number for hit in filled.search(question, ALL).hits] == [1005]


def test_days_ago_are_counted_from_now(filled: SearchIndex) -> None:
    with clock.at(DAY_ONE.replace(day=9, hour=10)):
        assert found(filled, "created:20h") == {1008}
        assert found(filled, "created:yesterday") == {1007}
        assert found(filled, "created:<6d") == {1001, 1002}


def test_matches_are_marked_and_everything_else_is_escaped(index: SearchIndex) -> None:
    index.put(
        [ticket("A <b>printer</b>", 'It said "1 < 2" & stopped.\n' + "x " * 300 + "the priner <script>", number=1)]
    )
    index.commit(1)
    (hit,) = index.search(parse("printers stopped"), ALL).hits
    assert hit.title_html == "A &lt;b&gt;<mark>printer</mark>&lt;/b&gt;"
    assert "&lt; 2&#34; &amp; <mark>stopped</mark>" in hit.snippet_html
    assert len(hit.snippet_html) < 400


def test_a_slip_is_marked_too(index: SearchIndex) -> None:
    index.put([ticket("Hello", "padding " * 200 + "my colour printer smokes", number=1)])
    index.commit(1)
    assert "<mark>printer</mark>" in index.search(parse("prinetr"), ALL).hits[0].snippet_html


def test_suggestions_come_from_titles_and_numbers(filled: SearchIndex) -> None:
    assert [one.number for one in filled.suggest("pass", ALL)] == [1005]
    assert [one.number for one in filled.suggest("1003", ALL)] == [1003]
    assert [one.title_html for one in filled.suggest("invoice wr", ALL)] == ["<mark>Invoice</mark> <mark>wrong</mark>"]
    assert [one.number for one in filled.suggest("pasword", ALL)] == [1005]
    assert filled.suggest("tunnel", ALL) == ()
    assert filled.suggest("", ALL) == ()


def test_pages_follow_each_other_without_gap_or_repeat(index: SearchIndex) -> None:
    index.put([ticket("Printer", number=number, updated_at=DAY_ONE, created_at=DAY_ONE) for number in range(1, 58)])
    index.commit(1)
    for text in ("printer", "is:open", "printer sort:oldest"):
        pages = [index.search(parse(text), ALL, limit=10, offset=offset) for offset in range(0, 70, 10)]
        shown = [hit.number for page in pages for hit in page.hits]
        assert shown == (sorted(shown) if "oldest" in text else sorted(shown, reverse=True))
        assert len(shown) == 57
        assert {page.total for page in pages} == {57}


def test_the_total_counts_beyond_the_page(filled: SearchIndex) -> None:
    result = filled.search(parse("printer"), ALL, limit=1)
    assert (len(result.hits), result.total, result.total_is_exact) == (1, 2, True)
    assert filled.search(parse("printer"), ALL, offset=1_000_000).hits == ()
