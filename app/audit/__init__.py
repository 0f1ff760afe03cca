"""The ledger as people read it: who did what when, what it was before, and the proof that nobody rewrote it."""
