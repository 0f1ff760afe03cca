# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Flow mining
#
# Which ways tickets take through states, queues and hands; where they wait, and where they turn back.

# %%
from datetime import UTC, datetime, timedelta

import plotly.express as px
import plotly.graph_objects as go
import polars as pl

from analytics import sign_in

desk = sign_in()
since = datetime.now(UTC) - timedelta(weeks=12)


def hours(seconds: float | None) -> float | None:
    """None for what has none: a way of one stop lasts no time, a stay may outlast the longest that is told."""
    return None if seconds is None else seconds / 3600


# %% [markdown]
# ## From state to state

# %%
states = desk.read("analysis/flow", since=since, activity="state")
moves = pl.DataFrame(
    {
        "from": each["source"]["name"],
        "to": each["target"]["name"],
        "count": each["count"],
        "median hours before": hours(each["median_seconds"]),
        "hours in all": hours(each["total_seconds"]),
    }
    for each in states["transitions"]
)
moves.sort("hours in all", descending=True)

# %%
names = [stop["activity"]["name"] for stop in states["stops"]]
place = {name: n for n, name in enumerate(names)}
go.Figure(
    go.Sankey(
        node={"label": names},
        link={
            "source": [place[name] for name in moves["from"]],
            "target": [place[name] for name in moves["to"]],
            "value": moves["count"].to_list(),
        },
    )
)

# %% [markdown]
# ## The ways that most tickets take

# %%
pl.DataFrame(
    {
        "way": " → ".join(stop["name"] for stop in each["path"]),
        "tickets": each["tickets"],
        "share": each["share"],
        "median hours": hours(each["median_seconds"]),
    }
    for each in states["variants"][:15]
)

# %% [markdown]
# ## Where work comes back

# %%
stops = pl.DataFrame(
    {
        "state": each["activity"]["name"],
        "visits": each["visits"],
        "median hours": hours(each["median_seconds"]),
        "tickets": each["tickets"],
        "there more than once": each["tickets_again"],
    }
    for each in states["stops"]
)
stops

# %% [markdown]
# ## The handover network

# %%
hands = desk.read("analysis/flow", since=since, activity="agent")
pl.DataFrame(
    {"from": each["source"]["name"], "to": each["target"]["name"], "handovers": each["count"]}
    for each in hands["transitions"][:20]
)

# %% [markdown]
# ## Do the books balance?
#
# Little's law, L = λ·W: what stands is what leaves by time, times how long it stays. What is left unexplained must be
# nothing.

# %%
books = desk.read("analysis/flow/balance", since=since)
assert abs(books["unexplained"]) < 0.01, books
pl.DataFrame({"what": books.keys(), "number": [float(value or 0) for value in books.values()]})

# %%
stack = pl.DataFrame(desk.read("analysis/flow/cumulative", since=since, grain="day")["rows"])
waits = [name for name in ("NEW", "OPEN", "PENDING", "HOLD") if name in stack.columns]
px.area(stack, x="period", y=waits, title="Cumulative flow: what waits (the solved and closed only grow)")
