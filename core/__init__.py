"""What everyone may import: events, the ledger's two doors, actor, clock, ids, errors, settings, log."""
