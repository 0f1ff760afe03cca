"""Signing in: passwords, sessions, API tokens."""

from app.identity.bootstrap import FreshLogin, first_admin, reset_password

__all__ = ["FreshLogin", "first_admin", "reset_password"]
