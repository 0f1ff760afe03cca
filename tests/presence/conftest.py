"""The API's house, for who is there."""

from tests.api.conftest import house, quick_passwords

__all__ = ["house", "quick_passwords"]
