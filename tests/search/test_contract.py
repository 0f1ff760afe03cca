"""The contract, first part: writing. Documents and cursor change together, and every reader sees it at once."""

import pytest

from core.actor import ALL
from search import SearchIndex, parse
from tests.search.cast import CLEO_HERSELF, ticket, ticket_id
from tests.search.conftest import OpenIndex


def numbers(index: SearchIndex, text: str) -> list[int]:
    return [hit.number for hit in index.search(parse(text), ALL).hits]


def test_a_new_index_is_empty_and_answers(open_index: OpenIndex) -> None:
    reader = open_index(False)
    assert (reader.count(), reader.position(), list(reader.suggest("printer", ALL))) == (0, 0, [])
    assert reader.search(parse("printer"), ALL).total == 0
    assert list(reader.versions()) == []


def test_a_document_is_found_after_the_commit_and_not_before(index: SearchIndex) -> None:
    index.put([ticket("Printer jam", number=1)])
    assert numbers(index, "printer") == []
    index.commit(7)
    assert numbers(index, "printer") == [1]
    assert (index.count(), index.position()) == (1, 7)


def test_a_second_put_replaces_the_first(index: SearchIndex) -> None:
    index.put([ticket("Printer jam", number=1), ticket("Hello", number=2)])
    index.commit(1)
    index.put([ticket("Scanner jam", number=1, version=2)])
    index.commit(2)
    assert (numbers(index, "printer"), numbers(index, "scanner"), index.count()) == ([], [1], 2)
    assert dict(index.versions()) == {ticket_id(1): 2, ticket_id(2): 1}


def test_the_last_put_of_a_batch_holds(index: SearchIndex) -> None:
    index.put([ticket("Printer", number=1)])
    index.put([ticket("Scanner", number=1, version=2)])
    index.commit(1)
    assert (numbers(index, "printer"), numbers(index, "scanner"), index.count()) == ([], [1], 1)


def test_a_deleted_ticket_is_gone_and_deleting_it_twice_is_no_error(index: SearchIndex) -> None:
    index.put([ticket("Printer", number=1), ticket("Printer", number=2)])
    index.commit(1)
    index.delete([ticket_id(1), ticket_id(99)])
    index.delete([ticket_id(1)])
    index.commit(2)
    assert (numbers(index, "printer"), index.count()) == ([2], 1)


def test_put_after_delete_in_one_batch_keeps_the_ticket(index: SearchIndex) -> None:
    index.put([ticket("Printer", number=1)])
    index.commit(1)
    index.delete([ticket_id(1)])
    index.put([ticket("Scanner", number=1)])
    index.commit(2)
    assert (numbers(index, "printer"), numbers(index, "scanner")) == ([], [1])


def test_documents_and_cursor_survive_closing(open_index: OpenIndex) -> None:
    first = open_index(True)
    first.put([ticket("Printer", number=1)])
    first.commit(41)
    first.put([ticket("never committed", number=2)])
    first.close()
    second = open_index(True)
    assert (second.position(), second.count(), numbers(second, "printer")) == (41, 1, [1])
    second.commit(42)
    assert (second.position(), second.count()) == (42, 1)
    second.close()


def test_readers_see_each_commit_at_once(open_index: OpenIndex) -> None:
    reader, writer = open_index(False), open_index(True)
    for position, word in enumerate(["alpha", "bravo", "charlie"], start=1):
        writer.put([ticket(word, number=position)])
        writer.commit(position)
        assert (numbers(reader, word), reader.position()) == ([position], position)
    writer.close()


def test_wiping_leaves_nothing(index: SearchIndex) -> None:
    index.put([ticket("Printer", number=1)])
    index.commit(5)
    index.wipe()
    assert (index.count(), index.position(), numbers(index, "printer")) == (0, 0, [])
    index.put([ticket("Printer", number=2)])
    index.commit(1)
    assert numbers(index, "printer") == [2]


def test_replacing_all_leaves_only_what_was_given(index: SearchIndex) -> None:
    index.put([ticket("Printer", number=1), ticket("Printer", number=2)])
    index.commit(5)
    index.replace_all(iter([ticket("Printer", number=3)]), 9)
    assert (numbers(index, "printer"), index.count(), index.position()) == ([3], 1, 9)
    index.put([ticket("Printer", number=4)])
    index.commit(10)
    assert numbers(index, "printer") == [4, 3]


def test_replacing_all_that_breaks_off_changes_nothing(index: SearchIndex) -> None:
    def broken():
        yield ticket("Scanner", number=3)
        raise OSError("the database went away")

    index.put([ticket("Printer", number=1)])
    index.commit(5)
    with pytest.raises(OSError, match="went away"):
        index.replace_all(broken(), 9)
    index.commit(6)
    assert (numbers(index, "printer"), numbers(index, "scanner"), index.position()) == ([1], [], 6)


def test_a_reader_cannot_write(open_index: OpenIndex) -> None:
    with pytest.raises(RuntimeError, match="opened for reading"):
        open_index(False).put([ticket()])


def test_a_document_comes_back_whole(index: SearchIndex) -> None:
    stored = ticket("Überraschung", "Grüße\nvon 😀", number=1, tags=["VPN", "Büro"], priority=4)
    index.put([stored])
    index.commit(1)
    (hit,) = index.search(parse(""), ALL).hits
    shared = set(type(hit).__slots__) & set(type(stored).__slots__)
    assert {name: getattr(hit, name) for name in shared} == {name: getattr(stored, name) for name in shared}
    assert index.search(parse(""), CLEO_HERSELF).hits[0].tags == ()


def test_huge_and_odd_documents_are_taken(index: SearchIndex) -> None:
    index.put(
        [
            ticket("x" * 100_000, "word " * 200_000 + "needle", number=1),
            ticket("", "", number=2, requester=None, requester_id=None, organisation=None, organisation_id=None),
            ticket("nul \x00 and \ud800 lone", "\x02fake\x03 <mark>", number=3),
        ]
    )
    index.commit(1)
    assert index.count() == 3
    assert numbers(index, "lone") == [3]
