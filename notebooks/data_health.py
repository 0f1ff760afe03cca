# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Data health
#
# Whether the numbers agree with each other and with the events, and how fresh they are.

# %%
from datetime import UTC, datetime, timedelta

import plotly.express as px
import polars as pl

from analytics import measure, sign_in

desk = sign_in()

# %% [markdown]
# ## How far each part has come

# %%
health = desk.read("health")
pl.DataFrame(health["followers"]).select("name", "position", "behind_events", "behind_seconds")

# %% [markdown]
# ## What is looked at all the time

# %%
looked = desk.read("health/data")
checks = pl.DataFrame(looked["checks"], infer_schema_length=None)
assert looked["agrees"] is not False, checks.filter(~pl.col("holds"))
checks

# %% [markdown]
# ## Reconciled by hand
#
# Opening + in - out = closing, asked anew: the stock and the flow are different queries.

# %%
since = datetime.now(UTC) - timedelta(days=28)
rows = measure(["backlog", "net_flow"], by="queue", grain="day", since=since).sort("queue", "period")
gaps = rows.with_columns(
    gap=(pl.col("backlog") - pl.col("backlog").shift(1) - pl.col("net_flow")).over("queue")
).filter(pl.col("gap") != 0)
assert gaps.is_empty(), gaps

# %%
created = measure("tickets_created", grain="hour", since=datetime.now(UTC) - timedelta(days=7))
px.bar(created, x="period", y="tickets_created", title="Hour by hour: is a hole a quiet night or a dead pipeline?")
