"""Signing in and out, and the first change of a password that a machine made."""

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from app.identity.password import LEAST_CHARS
from app.identity.session import COOKIE, SECURE_COOKIE, begin_session, end_session
from app.identity.sign_in import TooManyAttempts, WrongCredentials, change_password, sign_in
from app.web.face import Face
from app.web.pages import actor_of, demand_actor, done
from core.errors import Invalid, Refusal

Text = Annotated[str, Form(max_length=400)]
HOME = "/tickets"


def routes(face: Face) -> APIRouter:
    """The door."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    def home() -> Response:
        return RedirectResponse(HOME, 303)

    @router.get("/sign-in")
    def sign_in_page(request: Request, next: str = "") -> Response:
        if actor_of(request):
            return RedirectResponse(own_address(next), 303)
        return face.pages.page(request, "sign_in.html", next=own_address(next), email="", wrong="")

    @router.post("/sign-in")
    def come_in(request: Request, email: Text, password: Text, next: Text = "") -> Response:
        try:
            person, secret = sign_in(
                face.database, email=email, password=password, address=_address(request),
                hours=face.settings.session_hours, user_agent=request.headers.get("user-agent", ""),
            )  # fmt: skip
        except (WrongCredentials, TooManyAttempts) as refusal:
            return face.pages.page(
                request,
                "sign_in.html",
                status=refusal.status,
                next=own_address(next),
                email=email,
                wrong=refusal.sentence,
            )
        onward = "/account/password" if person.must_change_password else own_address(next)
        return with_session(face, RedirectResponse(onward, 303), secret)

    @router.post("/sign-out")
    def go_out(request: Request) -> Response:
        visitor = request.scope["state"].get("visitor")
        if visitor and visitor.session_hash:
            with face.database.transaction() as session:
                end_session(session, visitor.actor, visitor.session_hash)
            face.doorkeeper.forget_all()
        response = RedirectResponse("/sign-in", 303)
        response.delete_cookie(_cookie(face), path="/", secure=face.settings.secure_cookies, httponly=True)
        response.headers["Clear-Site-Data"] = '"cache"'
        return response

    @router.get("/account/password")
    def password_page(request: Request) -> Response:
        demand_actor(request)
        return face.pages.page(
            request, "password.html", is_first=_must_change(request), least=LEAST_CHARS, wrong="", here="account"
        )

    @router.post("/account/password")
    def new_password(request: Request, current: Text, new: Text, again: Text) -> Response:
        actor = demand_actor(request)
        if actor.person_id is None or actor.token_id:
            raise Invalid("Passwords belong to people who signed in with one.")
        try:
            if new != again:
                raise Invalid("The two new passwords differ; type the same one twice.")
            with face.database.transaction() as session:
                person = change_password(session, actor.person_id, new=new, current=current)
                secret = begin_session(
                    session, person, face.settings.session_hours, request.headers.get("user-agent", "")
                )
        except Refusal as refusal:
            return face.pages.page(
                request, "password.html", status=422, is_first=_must_change(request), least=LEAST_CHARS,
                wrong=refusal.sentence, here="account",
            )  # fmt: skip
        face.doorkeeper.forget_all()
        return with_session(face, done(HOME, "Your new password is set; other browsers are signed out."), secret)

    return router


def with_session(face: Face, response: Response, secret: str) -> Response:
    """The answer with the session's cookie."""
    response.set_cookie(
        _cookie(face), secret, max_age=face.settings.session_hours * 3_600, path="/", httponly=True, samesite="lax",
        secure=face.settings.secure_cookies,
    )  # fmt: skip
    return response


def own_address(url: str) -> str:
    """Where to go on, if that is a page of ours; nobody is sent to another site from here."""
    parts = urlsplit(url)
    is_ours = url.startswith("/") and not url.startswith(("//", "/\\")) and not parts.netloc and not parts.scheme
    return url if is_ours and "\n" not in url and "\r" not in url else HOME


def _cookie(face: Face) -> str:
    return SECURE_COOKIE if face.settings.secure_cookies else COOKIE


def _address(request: Request) -> str:
    return request.client.host if request.client else "unknown"


def _must_change(request: Request) -> bool:
    visitor = request.scope["state"].get("visitor")
    return bool(visitor and visitor.must_change_password)
