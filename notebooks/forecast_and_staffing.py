# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Forecast and staffing
#
# A forecast is shown only if it beats repeating last week on weeks that it has not seen; else it says why it is not.

# %%
import plotly.graph_objects as go
import polars as pl

from analytics import sign_in

desk = sign_in()

# %% [markdown]
# ## What will come

# %%
coming = desk.read("analysis/forecast/arrivals", grain="day", weeks=4)
print(coming["reason"] or "The forecast wins, so it is shown.")
sides = [side for side, found in (coming["test"] or {}).items() if isinstance(found, dict)]
pl.DataFrame({"side": side, **coming["test"][side]} for side in sides)

# %%
figure = go.Figure()
days = [row["period"] for row in coming["rows"]]
for low, high, label in (("p2_5", "p97_5", "95 %"), ("p10", "p90", "80 %"), ("p25", "p75", "50 %")):
    band = [row[high] for row in coming["rows"]] + [row[low] for row in reversed(coming["rows"])]
    figure.add_scatter(x=days + days[::-1], y=band, fill="toself", mode="none", name=label, opacity=0.3)
figure.add_scatter(x=days, y=[row["p50"] for row in coming["rows"]], name="median")
figure.update_layout(title="Tickets a day" if days else coming["reason"])

# %% [markdown]
# ## When the backlog is gone

# %%
pl.DataFrame([desk.read("analysis/forecast/drain", target=10, weeks=8)])

# %% [markdown]
# ## Who is needed: phone and chat
#
# Erlang C for people who wait for ever, Erlang A for those who give up.

# %%
patient = desk.read("analysis/staffing/live", per_hour=200, handle_seconds=180, within_seconds=20, share=0.8)
hasty = desk.read(
    "analysis/staffing/live", per_hour=200, handle_seconds=180, within_seconds=20, share=0.8, patience_seconds=120
)
pl.DataFrame({"model": each["model"], **each["required"]} for each in (patient, hasty))

# %% [markdown]
# ## Who is needed: tickets
#
# Tickets can wait, so Erlang is wrong for them: weeks are simulated, with shifts, and the kept promises are counted.

# %%
needed = desk.read(
    "analysis/staffing/tickets",
    shifts="mon-fri 09:00-17:00 = 2",
    handle_minutes=20,
    target_minutes=480,
    share=0.9,
    runs=20,
)
pl.DataFrame(
    {"people": people, **outcome}
    for people, outcome in (("as planned", needed["shifts"]), (f"fewest: {needed['fewest']}", needed["with_fewest"]))
    if outcome
)
