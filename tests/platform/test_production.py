"""The production shape without containers: the same processes by hand against a separate PostgreSQL over TCP, a real
Redis as broker and a real Meilisearch.
"""

import shutil
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL, SIGTERM

import httpx
import psycopg
import pytest

from analytics import measure
from analytics.lake import open_reader
from app.jobs import heartbeat
from app.platform import datafolder, postgres, process
from app.platform.account import for_postgres
from core.settings import Settings
from tests.databases import ROOT, reachable_folder
from tests.platform.terminal import PATIENCE_SECONDS, clearqueue
from tests.search.meili import NoServer
from tests.search.meili import server as meilisearch_server

pytestmark = [pytest.mark.xdist_group("production"), pytest.mark.timeout(600)]
OURS = ("web", "etl", "worker", "beat")


@dataclass(frozen=True)
class Production:
    """Four processes of ours beside three servers."""

    environment: dict[str, str]
    processes: dict[str, process.Process]

    @property
    def settings(self) -> Settings:
        values = {name.removeprefix("CLEARQUEUE_").lower(): value for name, value in self.environment.items()}
        return Settings(**{name: value for name, value in values.items() if not name.endswith("_file")})

    def run(self, *command: str) -> str:
        ended = clearqueue(*command, **self.environment)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout.strip()

    def client(self) -> httpx.Client:
        token = self.run("token", "admin@localhost")
        address = f"http://127.0.0.1:{self.environment['CLEARQUEUE_PORT']}/api/v1"
        return httpx.Client(base_url=address, headers={"authorization": f"Bearer {token}"}, timeout=30)


def eventually(claim: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE_SECONDS
    while not claim():
        assert time.monotonic() < give_up
        time.sleep(0.5)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def postgres_over_tcp(folder: Path) -> Iterator[str]:
    """A PostgreSQL of its own, reached over the network, with our role as compose makes it."""
    home = datafolder.DataFolder(folder / "server", for_postgres())
    datafolder.prepare(home)
    cluster, port = home.cluster(), free_port()
    postgres.create(cluster)
    postgres.make_private(cluster.sockets, cluster.account)
    server = process.spawn(
        [cluster.programs / "postgres", "-D", cluster.folder, "-k", cluster.sockets, "-h127.0.0.1", f"-p{port}"],
        log=cluster.log, environment=postgres.ENVIRONMENT, account=cluster.account,
    )  # fmt: skip
    administrator = f"postgresql://postgres@127.0.0.1:{port}/postgres"
    try:
        eventually(lambda: answers(administrator))
        with psycopg.connect(administrator, autocommit=True) as connection:
            connection.execute("create role clearqueue login")
            connection.execute("create role clearqueue_web")
            connection.execute("create role clearqueue_house")
            connection.execute("grant clearqueue_web, clearqueue_house to clearqueue with inherit false, set true")
            connection.execute("create database clearqueue owner clearqueue")
        yield f"postgresql://clearqueue@127.0.0.1:{port}/clearqueue"
    finally:
        process.stop(server, postgres.STOPPING)


def answers(database_url: str) -> bool:
    try:
        psycopg.connect(database_url).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """A Redis that keeps nothing."""
    if shutil.which("redis-server") is None:
        pytest.skip("no redis-server on this machine")
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    server = process.spawn(command, log=folder / "redis.log", environment=postgres.ENVIRONMENT)
    try:
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.stop(server, [(SIGTERM, 10), (SIGKILL, 5)])


@contextmanager
def meilisearch() -> Iterator[str]:
    with ExitStack() as stack:
        try:
            address = stack.enter_context(meilisearch_server())
        except NoServer as why:
            pytest.skip(str(why))
        yield address


@pytest.fixture(scope="module")
def production() -> Iterator[Production]:
    with reachable_folder() as folder, ExitStack() as stack:
        key = folder / "secret_key"
        key.write_text("a key that is long enough for this")
        environment = {
            "CLEARQUEUE_DATABASE_URL": stack.enter_context(postgres_over_tcp(folder)),
            "CLEARQUEUE_BROKER_URL": stack.enter_context(redis(folder)),
            "CLEARQUEUE_SEARCH_ENGINE": "meilisearch",
            "CLEARQUEUE_MEILISEARCH_URL": stack.enter_context(meilisearch()),
            "CLEARQUEUE_DATA_DIR": str(folder / "data"),
            "CLEARQUEUE_PORT": str(free_port()),
            "CLEARQUEUE_WEB_WORKERS": "2",
            "CLEARQUEUE_SECRET_KEY_FILE": str(key),
        }
        made = Production(environment, {})
        made.run("migrate")
        for name in OURS:
            command = [sys.executable, "-m", "cli", name]
            inherited = {"PATH": postgres.ENVIRONMENT["PATH"]} | environment
            made.processes[name] = process.spawn(
                command, log=folder / f"{name}.log", environment=inherited, folder=ROOT
            )
            stack.callback(process.stop, made.processes[name], [(SIGTERM, 30), (SIGKILL, 5)])
        made.run("password", "admin@localhost")
        eventually(lambda: clearqueue("health", **environment).returncode == 0)
        yield made
        print(*(f"== {name}\n{(folder / f'{name}.log').read_text()[-2000:]}" for name in OURS), sep="\n")


def test_a_ticket_opened_over_http_is_found_and_counted(production: Production) -> None:
    with production.client() as client:
        queue_id = client.get("/queues").json()["items"][0]["id"]
        wish = {"title": "The zeppelin does not rise", "body": "It hisses.", "queue_id": queue_id}
        opened = client.post("/tickets", json=wish)
        assert opened.status_code == 201, opened.text
        number = opened.json()["number"]
        eventually(lambda: number in [hit["number"] for hit in client.get("/search?q=zeppelin").json()["hits"]])
    with open_reader(production.settings) as lake:
        eventually(lambda: measure("tickets_created", lake=lake)["tickets_created"].to_list() == [1])


def test_a_job_goes_through_redis_to_the_worker(production: Production) -> None:
    url = production.settings.database_url
    seen_at = heartbeat.last_seen(url)[heartbeat.WORKER]
    eventually(lambda: heartbeat.last_seen(url)[heartbeat.WORKER] > seen_at)
    with psycopg.connect(url) as connection:
        assert connection.execute("select to_regclass('broker.kombu_message')").fetchone() == (None,)


@pytest.mark.parametrize("part", OURS)
def test_each_container_s_health_check_passes(production: Production, part: str) -> None:
    assert production.run("health", part).startswith("well")


def test_a_standby_takes_over_when_the_leader_is_killed(production: Production) -> None:
    inherited = {"PATH": postgres.ENVIRONMENT["PATH"]} | production.environment
    log = Path(production.environment["CLEARQUEUE_DATA_DIR"]).parent / "standby.log"
    standby = process.spawn([sys.executable, "-m", "cli", "etl"], log=log, environment=inherited, folder=ROOT)
    try:
        production.processes["etl"].kill()
        with production.client() as client:
            queue_id = client.get("/queues").json()["items"][0]["id"]
            client.post("/tickets", json={"title": "Anvil lost", "body": "Again.", "queue_id": queue_id})
            eventually(lambda: client.get("/search?q=anvil").json()["total"] == 1)
    finally:
        process.stop(standby, [(SIGTERM, 30), (SIGKILL, 5)])


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_each_process_stops_when_asked(production: Production, name: str) -> None:
    asked = production.processes[name]
    asked.terminate()
    assert asked.wait(30) in (0, -SIGTERM)
