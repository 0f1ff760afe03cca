"""What the desk's pages work with, in one value that asgi.py makes."""

from dataclasses import dataclass

from app.db import Database
from app.identity.doorkeeper import Doorkeeper
from app.web.pages import Pages
from core.settings import Settings
from search.index import SearchIndex


@dataclass(frozen=True, slots=True)
class Face:
    """Settings, database, search index, the templates, and who keeps the door."""

    settings: Settings
    database: Database
    doorkeeper: Doorkeeper
    index: SearchIndex
    pages: Pages
