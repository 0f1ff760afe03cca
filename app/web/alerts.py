"""/alerts: numbers that one wants to be told of, tried on the past before they are kept."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import ValidationError
from sqlalchemy.orm import Session
from sqlmodel import col

from analytics import catalogue
from analytics.alerting.slices import names_of
from app import policy
from app.alerts.answers import AlertAnswer, FiringAnswer
from app.alerts.preview import preview
from app.alerts.row import Alert, AlertFiring
from app.alerts.setup import alert_of, alerts_of, define_alert, demand_watcher, remove_alert, understood
from app.alerts.words import blind_words, number, seen_words
from app.desk import Desk
from app.web.alert_chart import drawn
from app.web.alert_form import FIELDS, FRESH, KINDS, Typed, choices, typed_of, wish_of
from app.web.face import Face
from app.web.pages import demand_actor, done
from app.web.ticket_forms import words_of
from app.web.uploads import texts
from core.actor import Actor
from core.errors import Invalid, Refusal

MOST_SHOWN = 20
GRAINS = [("hour", "hour"), ("day", "day"), ("week", "week")]
LOOKED_BACK = {"hour": "30 days", "day": "90 days", "week": "52 weeks"}


def routes(face: Face, desk: Desk) -> APIRouter:
    """The list, the form, and what it did."""
    router = APIRouter(include_in_schema=False)
    pages = AlertPages(face, desk)

    @router.get("/alerts")
    def overview(request: Request) -> Response:
        return pages.overview(request)

    @router.get("/alerts/new")
    def new(request: Request) -> Response:
        demand_watcher(demand_actor(request))
        given = {name: value for name, value in request.query_params.items() if name in FIELDS and name != "do"}
        return pages.form(request, FRESH | given)

    @router.get("/alerts/{alert_id}")
    def change(request: Request, alert_id: UUID) -> Response:
        return pages.change(request, alert_id)

    @router.post("/alerts")
    async def create(request: Request) -> Response:
        return await run_in_threadpool(pages.save, request, await _typed(request), None)

    @router.post("/alerts/{alert_id}")
    async def save(request: Request, alert_id: UUID) -> Response:
        return await run_in_threadpool(pages.save, request, await _typed(request), alert_id)

    return router


def _same(typed: Typed) -> str:
    """The address of a new alert that says the same, for whoever opens it: it will see with their eyes."""
    said = {name: value for name, value in typed.items() if name != "do" and value != FRESH[name]}
    return f"/alerts/new?{urlencode(said)}"


async def _typed(request: Request) -> Typed:
    given = texts(await request.form(max_fields=40, max_files=0))
    return {name: given.get(name, "") for name in FIELDS}


class AlertPages:
    """The pages of alerts, with the lake that they try them on."""

    def __init__(self, face: Face, desk: Desk) -> None:
        self._face = face
        self._desk = desk

    def overview(self, request: Request) -> Response:
        """One's own, what is firing first."""
        actor = demand_actor(request)
        with self._face.database.reading() as session:
            told = [self._told(session, actor, alert) for alert in alerts_of(session, actor)]
        told.sort(key=lambda one: (one.firing_since is None, not one.trouble, one.name.casefold()))
        rows = [(one, seen_words(one.condition, one.metric, one.value)) for one in told]
        return self._face.pages.page(request, "alerts.html", here="alerts", rows=rows)

    def change(self, request: Request, alert_id: UUID) -> Response:
        """The form of one of one's own."""
        actor = demand_actor(request)
        with self._face.database.reading() as session:
            told = self._told(session, actor, alert_of(session, actor, alert_id))
        return self.form(request, typed_of(told), alert_id)

    def save(self, request: Request, typed: Typed, alert_id: UUID | None) -> Response:
        """Keep it, remove it, or only look what it would have told."""
        actor = demand_actor(request)
        if alert_id:
            with self._face.database.reading() as session:
                alert_of(session, actor, alert_id)
        demand_watcher(actor)
        if typed["do"] in ("look", "preview"):
            return self.form(request, typed, alert_id)
        try:
            if typed["do"] == "remove" and alert_id:
                with self._face.database.transaction() as session:
                    remove_alert(session, actor, alert_id, source="web")
                return done("/alerts", "The alert is removed.")
            columns = understood(actor, wish_of(typed), self._desk)
            with self._face.database.transaction() as session:
                define_alert(session, actor, columns, alert_id=alert_id, source="web")
        except ValidationError as error:
            return self.form(request, typed, alert_id, Invalid(words_of(error)))
        except Refusal as refusal:
            return self.form(request, typed, alert_id, refusal)
        return done("/alerts", "The alert is saved. It is looked at every minute.")

    def form(
        self, request: Request, typed: Typed, alert_id: UUID | None = None, refusal: Refusal | None = None
    ) -> Response:
        """The form, and beside it the past."""
        actor = demand_actor(request)
        firings = self._firings(actor, alert_id) if alert_id else []
        known = catalogue.COLUMNS.get(typed["metric"])
        return self._face.pages.page(
            request, "alert_form.html", status=refusal.status if refusal else 200, here="alerts", typed=typed,
            alert_id=alert_id, wrong=refusal.sentence if refusal else "", kinds=KINDS, grains=GRAINS,
            choices=choices(policy.visible(actor)), firings=firings, same=_same(typed), number=number,
            back=LOOKED_BACK.get(typed["grain"], LOOKED_BACK["hour"]),
            unit=catalogue.statistic(typed["metric"])[1].unit if known else None,
            definition=known[0].definition if known else "", **self._past(actor, typed),
        )  # fmt: skip

    def _past(self, actor: Actor, typed: Typed) -> dict[str, Any]:
        """What it would have told, or what is wrong with the question."""
        if not typed["limit"].strip() and typed["kind"] == "threshold":
            return {"past": None, "drawing": None, "looks_wrong": "", "blind": []}
        try:
            wish = wish_of({**typed, "name": typed["name"].strip() or "New"})
            past = preview(actor, understood(actor, wish, self._desk), self._desk.lake)
            blind = blind_words(wish.condition, wish.grain, (past.never_low, past.never_high), past.judged)
        except ValidationError as error:
            return {"past": None, "drawing": None, "looks_wrong": words_of(error), "blind": []}
        except Refusal as refusal:
            return {"past": None, "drawing": None, "looks_wrong": refusal.sentence, "blind": []}
        return {"past": past, "drawing": drawn(past.verdicts), "looks_wrong": "", "blind": blind}

    def _told(self, session: Session, actor: Actor, alert: Alert) -> AlertAnswer:
        still = sa.select(AlertFiring).where(col(AlertFiring.alert_id) == alert.id, col(AlertFiring.ended_at).is_(None))
        where = names_of(alert.where, self._desk.lake, policy.visible(actor)) if alert.where else []
        return AlertAnswer.of(alert, actor, where, session.execute(still).scalar_one_or_none())

    def _firings(self, actor: Actor, alert_id: UUID) -> list[FiringAnswer]:
        with self._face.database.reading() as session:
            alert = alert_of(session, actor, alert_id)
            newest = sa.select(AlertFiring).where(col(AlertFiring.alert_id) == alert_id)
            rows = session.execute(newest.order_by(col(AlertFiring.began_at).desc()).limit(MOST_SHOWN)).scalars()
            return [FiringAnswer.of(row, alert, actor) for row in rows]
