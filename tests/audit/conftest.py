"""The house whose events have their positions."""

from tests.feed.conftest import house

__all__ = ["house"]
