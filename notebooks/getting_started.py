# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Getting started
#
# Every number of the platform is one call of `measure()`, wherever it is asked: on a page, over the API, or here. You
# see what your token may see. Make one with `clearqueue token you@example.com --read-only`, or on your account's page.

# %%
from datetime import UTC, datetime, timedelta

import plotly.express as px
import polars as pl

from analytics import catalogue, explain, measure, sign_in, tickets

sign_in()  # CLEARQUEUE_URL and CLEARQUEUE_TOKEN, or sign_in("https://support.example.com", "the token")
since = datetime.now(UTC) - timedelta(weeks=12)

# %% [markdown]
# ## What can be asked
#
# Each metric says which question it answers, what exactly is counted, and what it can be split by.

# %%
metrics = pl.DataFrame(
    {"name": metric.name, "question": metric.question, "unit": metric.unit, "splits": ", ".join(metric.dimensions)}
    for metric in catalogue.METRICS.values()
)
metrics

# %% [markdown]
# ## A total, a split, a series

# %%
measure(["tickets_created", "tickets_solved", "first_reply_time"], since=since)

# %%
by_queue = measure(["tickets_created", "first_reply_time"], by="queue", since=since)
by_queue

# %%
weeks = measure(["tickets_created", "tickets_solved"], grain="week", since=since)
px.line(weeks, x="period", y=["tickets_created", "tickets_solved"], title="Created and solved, by week")

# %% [markdown]
# ## Every number opens
#
# As many rows as a count says; of a duration as many as its n.

# %%
behind = tickets("first_reply_time", since=since, limit=20)
behind.select("number", "title", "queue", "started_at", "seconds")

# %% [markdown]
# ## Every number says why
#
# What one ticket brings to a number, and the reasons, each with its events. The shares of all tickets are the number.

# %%
if len(behind):
    why = explain(behind["number"][0], "first_reply_time_mean", since=since)
    print(f"Ticket {why['number']} brings {why['share']:,.2f} of {why['value']:,.2f} ({why['of']})")
    for reason in why["reasons"]:
        print(reason["sentence"])

# %% [markdown]
# ## Any past instant
#
# `as_of` is what was true then, `as_known_at` what was known then: late entries are in the first and not in the second.

# %%
a_month_ago = datetime.now(UTC) - timedelta(days=30)
then_and_now = pl.concat(
    [
        measure("backlog", by="queue", as_of=a_month_ago).with_columns(when=pl.lit("a month ago")),
        measure("backlog", by="queue").with_columns(when=pl.lit("now")),
    ]
)
px.bar(then_and_now, x="queue", y="backlog", color="when", barmode="group", title="Backlog, then and now")
