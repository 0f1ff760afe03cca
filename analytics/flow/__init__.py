"""How tickets flow: transitions, variants, rework, handovers, Little's law, efficiency, cumulative flow, ageing work.

from analytics import flow

flow.process(activity="state", since=date(2026, 1, 1), lake=lake).transitions
flow.process(activity="agent", lake=lake).transitions        # the handover network
flow.little(lake=lake).unexplained, flow.efficiency(lake=lake).share
flow.cumulative(grain="day", lake=lake), flow.ageing(where={"queue": "Billing"}, lake=lake)
"""

from analytics.flow.answer import Efficiency, Process, ageing, cumulative, efficiency, little, process
from analytics.flow.balance import Balance, balance, spells
from analytics.flow.process import ends, ping_pong, rework, sojourn, transitions, variants
from analytics.flow.tickets import Way, tickets
from analytics.flow.visits import steps, visits

__all__ = [
    "Balance", "Efficiency", "Process", "Way", "ageing", "balance", "cumulative", "efficiency", "ends", "little",
    "ping_pong", "process", "rework", "sojourn", "spells", "steps", "tickets", "transitions", "variants", "visits",
]  # fmt: skip
