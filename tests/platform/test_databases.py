"""The databases that all other tests stand on."""

import sqlalchemy as sa
from psycopg import connect
from sqlalchemy.orm import Session


def test_a_clone_has_the_tables_and_no_rows(database_url: str) -> None:
    with connect(database_url) as connection:
        assert connection.execute("select count(*) from event").fetchone() == (0,)


def test_our_role_is_no_superuser(database_url: str) -> None:
    with connect(database_url) as connection:
        assert connection.execute("show is_superuser").fetchone() == ("off",)


def test_a_session_may_commit_1(session: Session) -> None:
    session.execute(sa.text("create table left_behind ()"))
    session.commit()


def test_a_session_may_commit_2_and_leaves_nothing(session: Session) -> None:
    assert session.execute(sa.text("select to_regclass('left_behind')")).scalar() is None
