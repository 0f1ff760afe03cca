"""A second house, for imports that are compared."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack

import pytest

from core.settings import Settings


@pytest.fixture
def fresh_settings(
    fresh_database: Callable[[], AbstractContextManager[str]], settings: Settings
) -> Iterator[Callable[[], Settings]]:
    """Settings of another platform, as often as asked."""
    with ExitStack() as stack:
        yield lambda: settings.model_copy(update={"database_url": stack.enter_context(fresh_database())})
