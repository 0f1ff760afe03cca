"""Search and lists mean the same: what the index finds for a filter is what PostgreSQL finds."""

from collections.abc import Iterator
from contextlib import closing

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings

from app.db import Database
from app.filters.names import queues_by_name
from app.queues.house import house_of
from core import clock
from search import Document, parse
from search.filters import Group
from search.tantivy_index import TantivyIndex
from tests.depth import examples
from tests.filters.crowd import crowd, field_filters
from tests.filters.test_compilers import NOW, Crowd
from tests.world import World


class Indexed(Crowd):
    """The crowd, and an index of it."""

    index: TantivyIndex

    def searched(self, text: str) -> set[int]:
        with clock.at(NOW):
            queues = queues_by_name(self.dov, house_of(self.world.session))
            question = parse(text, me=self.dov.person_id, queues=queues)
        assert (question.wanted, question.phrases, question.without) == ((), (), ()), "all of it was read as filters"
        return {hit.number for hit in self.index.search(question, self.dov.scope, limit=100).hits}


@pytest.fixture(scope="module")
def people(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Indexed]:
    with (
        closing(Database(module_database_url, most_connections=2)) as database,
        database.transaction() as session,
        closing(TantivyIndex(tmp_path_factory.mktemp("index"), writer=True)) as index,
    ):
        world = World(session)
        indexed = Indexed(world, crowd(world))
        rows = session.execute(sa.text("select * from ticket_document")).mappings()
        index.put([Document.from_row(row) for row in rows])
        index.commit(1)
        indexed.index = index
        yield indexed


@given(field_filters)
@settings(max_examples=examples(80), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_search_finds_what_lists_find(people: Indexed, text: str) -> None:
    assert people.searched(text) == people.found(people.tree(text)), text


def test_the_cases_tell_tickets_apart(people: Indexed) -> None:
    everybody = {ticket.number for ticket in people.tickets}
    for text in (
        "is:waiting", "solved:2026-01", "closed:2026-01", "replied<2026-01-14", "waiting<2026-01-10",
        "custom.area:none", "custom.parts:drum", "tag:none or priority:urgent", "-(is:open or tag:vip)",
        "language:none channel:web",
    ):  # fmt: skip
        found = people.searched(text)
        assert found == people.found(people.tree(text))
        assert found, text
        assert found != everybody, text


def test_words_among_operators_are_looked_for_in_the_subject(people: Indexed) -> None:
    for text in (
        "tag:vip or printer",
        "is:open (invoice or пароль)",
        'not ("on fire" or tag:vip)',
        "tag:spam or #1004",
    ):
        with clock.at(NOW):
            question = parse(text)
        found = {hit.number for hit in people.index.search(question, people.dov.scope, limit=100).hits}
        assert found == people.found(people.tree(text)), text


@pytest.mark.parametrize(
    "text", ["printer or scanner", "do not print", "(see below) printer", "foo() or bar", "more (or less", "or", "not"]
)
def test_sentences_stay_words(text: str) -> None:
    question = parse(text)
    assert question.conditions == ()
    assert question.wanted


def test_in_capitals_operators_join_words(people: Indexed) -> None:
    (group,) = parse("invoice OR printer").conditions
    assert isinstance(group, Group)
    assert group.is_any
