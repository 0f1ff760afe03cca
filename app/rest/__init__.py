"""What all routes of the API share: one transaction a request, idempotency, pages, and one shape of error."""
