"""The ledger as others may hear it: what happened since a position, then what happens, over SSE and WebSocket."""
