"""GET /health: ready or not for load balancers, how far each follower has come for colleagues."""

from datetime import timedelta

import sqlalchemy as sa

from app.operations import Follower
from core import clock
from core.ids import new_id
from core.ledger import event
from tests.api.house import ApiHouse


def test_strangers_and_customers_learn_that_it_runs_and_no_more(house: ApiHouse) -> None:
    for client in (house.anybody(), house.cleo):
        assert client.get("/api/v1/health").json().keys() == {"status"}
        assert client.get("/api/v1/health/live").json() == {"status": "alive"}


def test_colleagues_learn_how_far_each_follower_has_come(house: ApiHouse) -> None:
    now = clock.now()
    with house.database.transaction() as session:
        for position, age in ((1, 90), (2, 30), (3, 10)):
            session.execute(
                event.insert().values(
                    position=position, event_id=new_id(), kind="queue.defined", schema_version=1, hash=bytes(32),
                    occurred_at=now, recorded_at=now - timedelta(seconds=age), actor_kind="system",
                    actor_role="system", source="test", payload={},
                )
            )  # fmt: skip
        session.add(Follower(name="lake", position=3, updated_at=now))
        session.add(Follower(name="search", position=1, updated_at=now))
        session.execute(sa.text("insert into heartbeat values ('worker', now())"))
    found = house.ana.get("/api/v1/health").json()
    lake, search = found["followers"]
    assert found["head"] == 3
    assert (lake["behind_events"], lake["behind_seconds"]) == (0, 0)
    assert (search["behind_events"], round(search["behind_seconds"], -1)) == (2, 30)
    assert found["pending_events"] > 0
    assert set(found["heartbeats"]) == {"worker"}
