"""Where the operator gives web requests a login of their own, it owns nothing, and everything works as before."""

from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from app.platform.postgres import SUPERUSER, Cluster
from tests.api.house import ApiHouse

LOGIN = "clearqueue_desk"
MADE = f"""
create role {LOGIN} login;
grant clearqueue_web, clearqueue_house to {LOGIN} with inherit false, set true;
"""
"""As deploy/create-role.sh has it."""


@pytest.fixture(scope="module")
def address(cluster: Cluster, module_database_url: str) -> Iterator[str]:
    database = module_database_url.split("@/")[1].split("?", maxsplit=1)[0]
    with closing(psycopg.connect(cluster.url("postgres", SUPERUSER), autocommit=True)) as connection:
        connection.execute(MADE)
        yield cluster.url(database, LOGIN)
        connection.execute(f"drop role {LOGIN}")


@pytest.fixture(scope="module")
def house(address: str, module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiHouse]:
    made = ApiHouse(module_database_url, tmp_path_factory.mktemp("data"), web_database_url=address)
    yield made
    made.close()


def test_tickets_are_opened_worked_and_listed_as_ever(house: ApiHouse) -> None:
    ticket = house.opened()
    assert house.ana.post(f"/api/v1/tickets/{ticket['id']}/note", json={"body": "Hm."}).status_code == 200
    assert [one["id"] for one in house.ana.get("/api/v1/tickets").json()["items"]] == [ticket["id"]]
    assert house.bo.get(f"/api/v1/tickets/{ticket['id']}").status_code == 404
    assert house.admin.get(f"/api/v1/tickets/{ticket['id']}").status_code == 200


@pytest.mark.parametrize(
    "statement",
    [
        "select * from ticket",
        "insert into queue (id) values (gen_random_uuid())",
        "alter table ticket disable row level security",
        "set role clearqueue; select * from ticket",
        "set role clearqueue_house; alter table ticket disable row level security",
        "set role clearqueue_house; delete from event",
    ],
)
def test_the_login_can_neither_own_nor_rewrite(address: str, house: ApiHouse, statement: str) -> None:
    with closing(psycopg.connect(address, autocommit=True)) as connection, pytest.raises(InsufficientPrivilege):
        connection.execute(statement)


def test_it_is_the_login_that_the_web_uses(house: ApiHouse) -> None:
    with house.api.state.desk.database.reading() as session:
        assert session.connection().exec_driver_sql("select session_user").scalar() == LOGIN
