"""How many people a promise needs: Erlang for what is answered at once, a simulation for tickets.

from analytics import staffing

load = staffing.Load(per_hour=200, handle_seconds=180)
staffing.erlang_c(load, agents=14, within=20)
staffing.required(load, share=0.8, within=20, patience=120)
staffing.simulate(staffing.Plan(arrivals, agents, staffing.Handling(900), (staffing.Kind(4 * 3600),)))
"""

from analytics.staffing.answer import Staffing, staff_tickets
from analytics.staffing.backlog import Handling, Kind, Outcome, Plan, simulate
from analytics.staffing.erlang import Load, Service, erlang_a, erlang_c
from analytics.staffing.required import required, staffing_gap
from analytics.staffing.shifts import week_of

__all__ = [
    "Handling", "Kind", "Load", "Outcome", "Plan", "Service", "Staffing", "erlang_a", "erlang_c", "required",
    "simulate", "staff_tickets", "staffing_gap", "week_of",
]  # fmt: skip
