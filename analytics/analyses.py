"""What is asked in its own way, and stands in the catalogue beside the metrics: curves, flows, forecasts, checks.

A curve or a simulation is no number by period and slice (docs/decisions/0104), but whoever looks for it looks here.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Analysis:
    """A question that is no metric: `path` is where it is asked over HTTP."""

    name: str
    title: str
    question: str
    definition: str
    path: str


ANALYSES = (
    Analysis(
        "time_to_resolve",
        "Time to resolve",
        "How long does it take, those counted that still wait?",
        "Kaplan-Meier over the tickets created in the time: those unsolved count as long as they have lasted, those "
        "merged, deleted or spam until then. Median, p75 and p90 with a 95 % band; where the curve does not come down "
        "so far there is none.",
        "/api/v1/analysis/survival",
    ),
    Analysis(
        "resolved_within",
        "Resolved within",
        "How likely is a ticket to be solved by then?",
        "One minus that curve at an age: the share solved by it, as the tickets still open allow to say.",
        "/api/v1/analysis/survival",
    ),
    Analysis(
        "closure_triangle",
        "Closure triangle",
        "Do we get faster or slower?",
        "Of the tickets created in each period the share solved by each age; ages not all have reached are marked.",
        "/api/v1/analysis/closure",
    ),
    Analysis(
        "process",
        "Process",
        "Which ways do tickets take?",
        "Transitions between states, queues or hands, with how often and how long, variants, rework and handovers.",
        "/api/v1/analysis/flow",
    ),
    Analysis(
        "littles_law",
        "Little's law residual",
        "Do the numbers fit each other?",
        "The mean backlog of a time minus departures an hour times their mean time in the system; what is left beside "
        "what stood at the edges tells of missing events.",
        "/api/v1/analysis/flow/balance",
    ),
    Analysis(
        "ageing_work",
        "Ageing work",
        "What is stuck?",
        "Unsolved tickets by the share of earlier visits to the same state that were shorter.",
        "/api/v1/analysis/flow/ageing",
    ),
    Analysis(
        "peak",
        "Peaks",
        "How high did it stand, and for how long too high?",
        "The highest that a level (queue depth, backlog, work in progress, unassigned) stood in each period, to the "
        "instant, when it first did, and the hours in which it stood above a threshold.",
        "/api/v1/analysis/peak",
    ),
    Analysis(
        "attendance",
        "Hours there",
        "Who was there, and how long?",
        "Hours that people said they were online or away; what nobody told is offline. A span counts in each period "
        "that it reaches into. One sees oneself and the people of queues that one leads.",
        "/api/v1/analysis/attendance",
    ),
    Analysis(
        "load_fairness",
        "Load fairness",
        "Does the work lie on a few?",
        "What each person owned unsolved at the end and came to own in the time, by the hour that they were online: "
        "the Gini coefficient of these loads, and the largest by the median.",
        "/api/v1/analysis/fairness",
    ),
    Analysis(
        "case_mix_index",
        "Case mix",
        "Who does otherwise than what came to them explains?",
        "How tickets went, by how like tickets go: the mean of those of the same queue, priority, channel and hour of "
        "day, each drawn to the wider one as by 20 tickets more, and all scaled so that the whole is 1. With a 90 % "
        "band, and whether it lies outside of what 998 of 1,000 do by chance; of fewer than 30 tickets none is told. "
        "In the order of names: harder work within a stratum is not seen, so this is no league table.",
        "/api/v1/analysis/comparison",
    ),
    Analysis(
        "late_events",
        "Late events",
        "How much is entered afterwards?",
        "Of the events of tickets that happened in the time, by how they came in, the share recorded more than five "
        "minutes after they happened.",
        "/api/v1/analysis/lateness",
    ),
    Analysis(
        "concentration",
        "Concentration",
        "How much comes from few?",
        "The share of the tickets created that came from the ten largest organisations, and the Herfindahl-Hirschman "
        "index (the sum of the squared shares). Tickets of no organisation are in neither.",
        "/api/v1/analysis/concentration",
    ),
    Analysis(
        "channel_mix",
        "Channel mix",
        "By which ways do people come?",
        "Of the tickets created, the share that began in each channel; of the inbound contacts, the share of messages "
        "that came by it. The counts stand beside the shares: a share may fall while its channel grows.",
        "/api/v1/analysis/channels",
    ),
    Analysis(
        "contact_rate",
        "Contact rate",
        "How often do customers need us?",
        "Tickets created in each period per 100 active customers (the mean of the period), or per 1,000 orders of it. "
        "How many there are an administrator tells in the setup or by POST /api/v1/denominators, each from an instant "
        "until the next; of a period that was not told for as a whole there is no rate.",
        "/api/v1/analysis/contacts",
    ),
    Analysis(
        "customers_in_pain",
        "Customers in pain",
        "Whom must we call today?",
        "The organisations with a ticket behind an SLA promise now, or at least two reopenings in the last 14 days, or "
        "a rating of 3 or less in the last 14 days and something open. A list to act on, not a chart.",
        "/api/v1/analysis/pain",
    ),
    Analysis(
        "organisation_health",
        "Organisation health",
        "How do our customers fare with us?",
        "The mean of six parts from 0 to 100, by weights that are shown: promises kept (30: SLA attainment), content "
        "(20: CSAT), volume (15: 100 up to the mean of the three times before, 0 from three times that on), solved for "
        "good (15: 100 without reopenings, 0 from one in four on), oldest open (10: 100 up to a day, 0 from 30 days "
        "on), longest silence on what is open (10: 100 up to a day, 0 from 14 days on). A part of which nothing is "
        "known is left out, and the others weigh as much more.",
        "/api/v1/analysis/wellbeing",
    ),
    Analysis(
        "restatement_rate",
        "Restatement rate",
        "How far can a published number be trusted?",
        "Of the cells of a number that was said at an instant, the share that is another by more than half a percent "
        "today: asked as known then and as known now. What was not over by then was not published.",
        "/api/v1/analysis/restatement",
    ),
    Analysis(
        "arrival_forecast",
        "Arrival forecast",
        "How much will come?",
        "Tickets created by hour or day, 1 to 13 weeks ahead, with 50, 80 and 95 % bands and the errors of its back "
        "test; not shown where repeating last week would do as well.",
        "/api/v1/analysis/forecast/arrivals",
    ),
    Analysis(
        "drain_forecast",
        "Drain forecast",
        "When is the backlog down?",
        "Days to a target at the mean net flow of the last whole weeks; growing where it grows.",
        "/api/v1/analysis/forecast/drain",
    ),
    Analysis(
        "live_staffing",
        "Staff for live channels",
        "How many must be there?",
        "The fewest agents who keep the promise in an interval: Erlang C, or Erlang A where people give up.",
        "/api/v1/analysis/staffing/live",
    ),
    Analysis(
        "ticket_staffing",
        "Staff for tickets",
        "Do these shifts keep the promises?",
        "The weeks to come simulated: forecast arrivals, times taken, shifts, the most urgent first.",
        "/api/v1/analysis/staffing/tickets",
    ),
    Analysis(
        "data_freshness",
        "Data freshness",
        "How old are the numbers?",
        "How far each store has come behind the ledger; a heartbeat tells a quiet night from a dead pipeline.",
        "/api/v1/health",
    ),
)
