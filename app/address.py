"""A database's address as SQLAlchemy wants it. By itself: whoever has a database needs no migrations with it."""


def sqlalchemy_url(database_url: str) -> str:
    """The same address in SQLAlchemy's spelling, for psycopg 3."""
    scheme, rest = database_url.split("://", 1)
    if scheme not in ("postgresql", "postgres", "postgresql+psycopg"):
        raise ValueError(f"The database address must start with postgresql://, not {scheme}://.")
    return f"postgresql+psycopg://{rest}"
