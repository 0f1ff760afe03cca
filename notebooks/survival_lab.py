# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Survival lab
#
# The median of solved tickets flatters: the slow ones are not solved yet. Kaplan-Meier counts the open ones for as long
# as they have been watched.

# %%
from datetime import UTC, datetime, timedelta

import plotly.graph_objects as go
import polars as pl

from analytics import measure, sign_in

desk = sign_in()
since = datetime.now(UTC) - timedelta(weeks=12)

# %%
naive = measure("first_resolution_time_median", since=since).item()
honest = desk.read("analysis/survival", since=since)
curve = honest["curves"][0]
median = next(each for each in curve["quantiles"] if each["share"] == 0.5)
pl.DataFrame(
    {
        "solved tickets only (h)": [naive and naive / 3600],
        "all tickets (h)": [median["seconds"] and median["seconds"] / 3600],
        "not solved yet, or merged": [curve["censored"]],
    }
)

# %% [markdown]
# ## Who is solved by when

# %%
pl.DataFrame(curve["within"]).with_columns(hours=pl.col("seconds") / 3600).select(
    "hours", "share", "low", "high", "at_risk"
)

# %%
split = desk.read("analysis/survival", since=since, by="queue")
figure = go.Figure()
for each in split["curves"]:
    hours = [step["seconds"] / 3600 for step in each["steps"]]
    figure.add_scatter(
        x=hours, y=[step["share"] for step in each["steps"]], name=each["values"]["queue"], line_shape="hv"
    )
figure.update_layout(title="Share not yet solved", xaxis_title="hours since creation", yaxis_tickformat=".0%")

# %% [markdown]
# Whether queues differ by more than chance: the log-rank test.

# %%
pl.DataFrame([split["difference"] or {}])

# %% [markdown]
# ## The closure triangle
#
# Of the tickets of each week, the share solved by each age; cells that time has not reached yet are empty, not low.

# %%
triangle = desk.read("analysis/closure", since=since, grain="week")
ages = range(1, max((len(cohort["shares"]) for cohort in triangle["cohorts"]), default=0) + 1)
pl.DataFrame(
    {
        "week": cohort["period"][:10],
        "created": cohort["created"],
        **{f"by week {age}": dict(enumerate(cohort["shares"], 1)).get(age) for age in ages},
    }
    for cohort in triangle["cohorts"]
)
