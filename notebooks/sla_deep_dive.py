# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # SLA deep dive
#
# Attainment by due date: a promise counts in the period in which it fell due, and an open breach from the instant
# it breaches. What was fulfilled late and what is still open both show at once.

# %%
from datetime import UTC, datetime, timedelta

import plotly.express as px
import polars as pl

from analytics import measure, sign_in, tickets

desk = sign_in()
since = datetime.now(UTC) - timedelta(weeks=12)

# %% [markdown]
# ## How well promises are kept

# %%
targets = measure(["sla_attainment", "sla_breaches", "sla_open_breached"], by="target", since=since)
targets

# %%
weeks = measure("sla_attainment", by="target", grain="week", since=since)
px.line(weeks, x="period", y="sla_attainment", color="target", title="Attainment by due week")

# %% [markdown]
# Two ways to date it, and what each hides: by fulfilment, open breaches do not count until somebody ends them.

# %%
measure(["sla_attainment", "sla_attainment_fulfilled", "ticket_sla_attainment"], since=since)

# %% [markdown]
# ## Where it goes wrong, and by how much

# %%
where = measure(["sla_breaches", "sla_breach_magnitude"], by=["queue", "target"], since=since)
px.bar(where, x="queue", y="sla_breaches", color="target", title="Breaches by queue")

# %%
breached = tickets("sla_breaches", since=since, limit=50)
breached.select(
    "number", "title", "target", "policy", "queue", "agent", "started_at", "stopped_at", hours=pl.col("seconds") / 3600
)

# %% [markdown]
# ## Why this one breached
#
# Each clock tells when it ran, stood still or was closed, in whose hands, and says it in a sentence.

# %%
if len(breached):
    explained = desk.read(f"tickets/{breached['ticket_id'][0]}/sla")
    for clock in explained["clocks"]:
        print(f"{clock['target']}: {clock['sentence']}")

# %% [markdown]
# ## Pauses that somebody may dispute

# %%
measure(["contested_pause_hours", "contested_pause_share", "sla_coverage"], by="queue", since=since)
