"""Work outside of requests: Celery, on the same PostgreSQL or on Redis, and what beat asks of it."""
