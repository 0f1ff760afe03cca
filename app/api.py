"""The HTTP API: `/api/v1`, behind the wall that recognises who asks."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from app.alerts.routes import router as alerts
from app.analysis.attendance_routes import router as attendance
from app.analysis.comparison_routes import router as comparison
from app.analysis.customer_routes import router as customers_analysis
from app.analysis.flow_routes import router as flow
from app.analysis.forecast_routes import router as forecast
from app.analysis.inquiry_routes import router as inquiries
from app.analysis.simulation_routes import router as simulation
from app.analysis.staffing_routes import router as staffing
from app.analysis.survival_routes import router as survival
from app.analysis.trust_routes import router as trust
from app.audit.routes import router as audit
from app.bulk.routes import asking as bulk_asking
from app.bulk.routes import router as bulk
from app.calendars.routes import router as calendars
from app.calendars.source_routes import lists as holiday_lists
from app.calendars.source_routes import router as holiday_sources
from app.checks.routes import router as data_health
from app.db import Database
from app.denominators.routes import router as denominators
from app.desk import Desk
from app.drafts.routes import router as drafts
from app.feed.routes import router as events
from app.fields.routes import router as fields
from app.files.routes import about as about_files
from app.files.routes import router as files
from app.identity.headers import HeadersMiddleware
from app.identity.middleware import IdentityMiddleware
from app.identity.routes import doors, tokens
from app.identity.routes import router as session
from app.identity.view_as_routes import router as view_as
from app.macros.routes import macros, placeholders, replies
from app.mentions.routes import of_tickets as mentionable
from app.mentions.routes import router as mentions
from app.numbers.reason_routes import router as reasons
from app.numbers.routes import router as metrics
from app.outgoing.routes import of_tickets as replies_of_tickets
from app.outgoing.routes import router as scheduled_replies
from app.people.routes import organisations, people
from app.preferences.routes import router as preferences
from app.presence.routes import router as presence
from app.queues.rights_routes import router as rights_of_queues
from app.queues.routes import queues, states
from app.ratings.routes import router as ratings
from app.rest import PREFIX
from app.rest.health import router as health
from app.rest.openapi import describe
from app.rest.problem import add_problem_handlers
from app.rest.search import router as search
from app.rest.size import SizeMiddleware
from app.rest.turns import Turns
from app.sla.routes import levels as sla_levels
from app.sla.routes import notices as sla_notices
from app.sla.routes import of_tickets as sla_of_tickets
from app.sla.routes import policies as sla_policies
from app.sla.what_if_routes import router as sla_what_ifs
from app.tickets.access_routes import router as access
from app.tickets.family_routes import router as ticket_families
from app.tickets.routes import router as tickets
from app.timers.routes import router as timers
from app.views.routes import router as views
from app.worktime.routes import kinds as activities
from app.worktime.routes import of_tickets as time_of_tickets
from app.worktime.routes import router as time
from core.settings import Settings

PARTS = (
    alerts,
    bulk_asking,
    tickets,
    ticket_families,
    sla_of_tickets,
    sla_policies,
    sla_levels,
    sla_what_ifs,
    sla_notices,
    drafts,
    replies_of_tickets,
    scheduled_replies,
    mentionable,
    mentions,
    time_of_tickets,
    ratings,
    time,
    activities,
    denominators,
    preferences,
    presence,
    files,
    about_files,
    views,
    bulk,
    macros,
    replies,
    placeholders,
    events,
    audit,
    timers,
    access,
    calendars,
    holiday_sources,
    holiday_lists,
    queues,
    rights_of_queues,
    states,
    fields,
    people,
    organisations,
    search,
    metrics,
    reasons,
    survival,
    flow,
    attendance,
    comparison,
    trust,
    customers_analysis,
    inquiries,
    forecast,
    staffing,
    simulation,
    doors,
    session,
    view_as,
    tokens,
    health,
    data_health,
)
LARGEST_BODY_BYTES = 2 * 1024 * 1024


def _most_with_files(settings: Settings) -> int:
    """A file and what surrounds it in a form."""
    return settings.largest_file_mb * 1024 * 1024 + LARGEST_BODY_BYTES


def create_api(settings: Settings, *, policies: dict[str, str] | None = None) -> FastAPI:
    """The application with all routes of the API. Pages and dashboards are added onto it, inside the same wall.

    `policies` maps path prefixes to Content-Security-Policies for pages that need more than the strict default.
    """
    desk = Desk(settings, Database(settings.web_database_url or settings.database_url, is_walled=True))

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        desk.close()

    api = FastAPI(
        title="Clearqueue",
        version="1",
        lifespan=lifespan,
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,
    )
    api.state.desk = desk
    add_problem_handlers(api)
    for part in PARTS:
        api.router.routes.extend(part.routes)
    describe(api)
    api.add_middleware(Turns)
    api.add_middleware(SizeMiddleware, most_bytes=LARGEST_BODY_BYTES, most_with_files=_most_with_files(settings))
    api.add_middleware(
        IdentityMiddleware,
        doorkeeper=desk.doorkeeper,
        secure_cookies=settings.secure_cookies,
        base_url=settings.base_url,
    )
    api.add_middleware(HeadersMiddleware, policies=policies)
    return api
