# ---
# jupyter:
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Policy replay
#
# What if the promises had been others? The platform replays history under draft policies and calendars, beside the
# record and never over it. A question is asked under *Setup → SLA policies → What if* (or `POST /api/v1/sla/what-ifs`),
# because it keeps the machine busy; its answer is read here.

# %%
import plotly.express as px
import polars as pl

from analytics import sign_in

desk = sign_in()

# %%
asked = [each for each in desk.read("sla/what-ifs")["items"] if each["before"] and each["after"]]
print(f"Answers: {len(asked)}" if asked else "Nobody has asked yet: see Setup → SLA policies → What if.")

# %% [markdown]
# ## Attainment before and after

# %%
sides = [
    {
        "what if": each["name"],
        "target": target,
        "rules": rules,
        "due": due,
        "attainment": side["met"].get(target, 0) / due,
    }
    for each in asked
    for rules, side in (("record", each["before"]), ("draft", each["after"]))
    for target, due in side["due"].items()
    if due
]
attainment = pl.DataFrame(
    sides,
    schema={"what if": pl.String, "target": pl.String, "rules": pl.String, "due": pl.Int64, "attainment": pl.Float64},
)
px.bar(attainment, x="target", y="attainment", color="rules", barmode="group", facet_row="what if") if asked else None

# %% [markdown]
# ## Breaches gained and lost

# %%
pl.DataFrame(
    {"what if": each["name"], "gained": sum(each["gained"].values()), "lost": sum(each["lost"].values())}
    for each in asked
)

# %% [markdown]
# ## The tickets that differ, and when their promises would have been due

# %%
if asked:
    differing = desk.read(f"sla/what-ifs/{asked[0]['id']}/tickets", limit=20)["items"]
    for ticket in differing:
        for clock in ticket["clocks"]:
            due, drafted = clock["due_before"], clock["due_after"]
            print(f"#{ticket['number']} {clock['target']}: due {due}, under the draft {drafted}")

# %% [markdown]
# ## When it would be due: the load of an hour

# %%
hours = pl.DataFrame(
    {"what if": each["name"], "hour": hour, "rules": rules, "clocks due": due}
    for each in asked[:1]
    for rules, side in (("record", each["before"]), ("draft", each["after"]))
    for hour, due in enumerate(side["due_by_hour"])
)
px.bar(hours, x="hour", y="clocks due", color="rules", barmode="group", facet_row="what if") if asked else None
