# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Backlog as a film
#
# What stood in which state, at the end of each day: no snapshots are taken, any instant is answered from the events.

# %%
from datetime import UTC, datetime, timedelta

import plotly.express as px
import polars as pl

from analytics import measure, sign_in

sign_in()
since = datetime.now(UTC) - timedelta(days=90)

# %% [markdown]
# ## The cumulative flow

# %%
days = measure("backlog", by="category", grain="day", since=since)
px.area(days, x="period", y="backlog", color="category", title="Unsolved tickets by category")

# %% [markdown]
# ## The film: queues, day by day

# %%
queues = measure("backlog", by="queue", grain="day", since=since).with_columns(
    day=pl.col("period").dt.strftime("%d %b")
)
film = px.bar(
    queues, x="queue", y="backlog", color="queue", animation_frame="day", range_y=[0, queues["backlog"].max()]
)
film.update_layout(title="Backlog by queue", showlegend=False)

# %% [markdown]
# ## The balance holds
#
# What the backlog grew by is what came in less what went out, each day and in each queue.

# %%
flow = measure(["net_flow", "backlog"], grain="day", since=since)
gap = flow.with_columns(grown=pl.col("backlog").diff()).slice(1).filter(pl.col("grown") != pl.col("net_flow"))
assert gap.is_empty(), gap
