"""What each look at the numbers means, for people. The laws have their own names in `clearqueue verify` (etl/laws)."""

SAID = {
    "nothing waits for its position": "Everything that happened has its place in the ledger",
    "nothing is set aside": "No event was set aside because it could not be read",
    "opening + in - out = closing": "Tickets before, plus those that came, less those that went, are those there now",
    "spans fill tickets' lives": "Every moment of a ticket's life is counted, and counted once",
    "depths are counts": "The length of each queue is the number of tickets in it",
}
KEPT = {
    "ticket": "Tickets",
    "ticket_interval": "States, queues and owners of tickets, and for how long,",
    "turn": "Waiting times of customers and of us",
    "message": "Messages",
    "queue_delta": "Comings and goings in queues",
    "ownership_spell": "Spells of ownership",
    "agent_activity": "Agents' deeds",
    "survey": "Ratings",
    "process_edge": "Moves from state to state, queue to queue and hand to hand",
    "solve": "Solves, and what tickets had seen by then",
    "time_entry": "Booked times",
    "unsolved_span": "Unsolved life, with the last words of both sides,",
    "visit": "Finished visits of tickets to states",
    "pause": "Pauses, and since when they are contested,",
    "sla_segment": "The runs and pauses of SLA clocks",
    "sla_clock": "SLA clocks",
    "sla_breach": "The time that SLA clocks are late",
    "sla_risk": "The time in which SLA clocks have little left",
}
REBUILT, OF_THE_LAKE = " is its rebuild", "lake."


def check_words(name: str) -> str:
    """A sentence for a law; one that nobody wrote a sentence for is told by its name."""
    if name.endswith(REBUILT) and name.startswith(OF_THE_LAKE):
        table = name.removesuffix(REBUILT).removeprefix(OF_THE_LAKE)
        what = KEPT.get(table, table.replace("_", " ").capitalize())
        return f"{what} are as the ledger tells them, counted anew"
    return SAID.get(name, name)
