"""The application starts, answers and lets go of everything."""

import threading

from starlette.testclient import TestClient

from asgi import create_app
from core.settings import Settings


def test_the_listening_thread_lives_as_long_as_the_application(settings: Settings) -> None:
    with TestClient(create_app(settings)) as client:
        assert client.get("/sign-in").status_code == 200
        assert any(thread.name == "live" for thread in threading.enumerate())
    assert not any(thread.name == "live" for thread in threading.enumerate())
