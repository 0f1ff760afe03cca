"""What all routes of the API share: one transaction a request, idempotency, pages, and one shape of error."""

PREFIX = "/api/v1"
"""What the address of every route of the API begins with. Routers say it themselves: FastAPI's `include_router` wraps
each in a second router that looks at all of its routes anew for each request.
"""
