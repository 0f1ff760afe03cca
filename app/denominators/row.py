"""Row: how many there are of something, from an instant on."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.columns import instant


class Denominator(SQLModel, table=True):
    """The newest count told for a name and an instant; it holds until the next instant of that name."""

    name: str = Field(primary_key=True, max_length=50)
    since: datetime = instant(primary_key=True)
    count: int = Field(sa_type=sa.BigInteger)
