"""The stores that follow the ledger: each applies entries and keeps its cursor in one transaction of its own."""
