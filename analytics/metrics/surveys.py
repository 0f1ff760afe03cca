"""What customers say beside how content they are: how easy it was, and whether they would recommend us."""

from dataclasses import replace

import ibis.expr.types as ir

from analytics.metric import Flow, Statistic, Unit, Z, count, counted, share
from analytics.metrics import survey_rows
from analytics.metrics.quality import csat

_ASKED = "Answered where CLEARQUEUE_SURVEY_QUESTIONS asks for it."

ces = replace(
    csat,
    name="ces",
    title="Customer effort",
    question="How easy is it to be helped by us?",
    definition="Of the answers to how easy it was, the share with 6 or 7 of 7; of a ticket only the newest. With the "
    "mean of the answers.",
    source=Flow(survey_rows.efforts, columns=("score", "is_easy")),
    statistics={
        **share(("easy", "n")),
        "easy": counted("Easy", "is_easy"),
        "n": count("Answers"),
        "mean": Statistic("Mean of 7", Unit.EVENTS, lambda row: row.score.mean()),
    },
    default=("ces", "ces_low", "ces_high", "ces_mean", "ces_n"),
    population=f"Tickets with an answer but those that are spam or deleted. {_ASKED}",
    edges="An answer that is changed counts with its new score, when it was changed.",
    drill="The answers, with their scores.",
    pitfall="Only those who answered, and only once it was solved.",
)


def _points(row: ir.Table, side: int) -> ir.FloatingScalar:
    """Promoters less detractors as a share, so many standard errors beside."""
    return row.points.mean() + side * Z * row.points.std(how="pop") / row.points.count().cast("float64").sqrt()


nps = replace(
    ces,
    name="nps",
    title="Net promoter score",
    question="Would those whom we helped recommend us?",
    definition="Of the answers to how likely one would recommend us (0 to 10), the share of 9 and 10 less the share of "
    "0 to 6; of a ticket only the newest. 34 % is a score of 34.",
    source=Flow(survey_rows.recommendations, columns=("score", "is_promoter", "is_detractor")),
    statistics={
        "": Statistic("Promoters less detractors", Unit.SHARE, lambda row: row.points.mean(), is_signed=True),
        "low": Statistic("At least (95 % sure)", Unit.SHARE, lambda row: _points(row, -1), is_signed=True),
        "high": Statistic("At most (95 % sure)", Unit.SHARE, lambda row: _points(row, 1), is_signed=True),
        "promoters": counted("Promoters", "is_promoter"),
        "detractors": counted("Detractors", "is_detractor"),
        "n": count("Answers"),
    },
    default=("nps", "nps_low", "nps_high", "nps_n"),
    pitfall="Asked of a ticket it says how that went; what people think of the house is asked at other times.",
)
