"""Coming in and going out."""

import hmac
import secrets

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse, Response

from desk.web import rendering
from desk.web.page import services_of
from desk.web.security import LOGIN_COOKIE, SESSION_COOKIE, LoginLimit, check_csrf, read_form, safe_path

router = APIRouter(default_response_class=HTMLResponse)

SESSION_S = 7 * 86_400
_WRONG = "Login or password is wrong."


def _form(request: Request, status: int = 200, error: str | None = None, login: str = "", wait: int = 0) -> Response:
    services = services_of(request)
    given = request.cookies.get(LOGIN_COOKIE, "")
    token = given if len(given) == 43 else secrets.token_urlsafe(32)
    text = rendering.render(
        "login.html",
        {
            "now": services.clock(), "zone": rendering.zone(None), "token": token, "error": error, "login": login,
            "next": safe_path(request.query_params.get("next")), "desk": services.settings.desk.name,
        },
    )  # fmt: skip
    response = HTMLResponse(text, status, {"retry-after": str(wait)} if wait else None)
    response.set_cookie(LOGIN_COOKIE, token, httponly=True, samesite="strict", secure=_https(request), max_age=3600)
    return response


def _https(request: Request) -> bool:
    return request.url.scheme == "https" or services_of(request).settings.public_url().startswith("https:")


@router.get("/login")
def show(request: Request) -> Response:
    return _form(request)


@router.post("/login")
async def sign_in(request: Request) -> Response:
    """A session for the right password. The form's token stands in a cookie too: another site knows neither."""
    form = await read_form(request)
    services = services_of(request)
    cookie = request.cookies.get(LOGIN_COOKIE, "")
    if not cookie or not hmac.compare_digest(form.get("csrf", "").encode(), cookie.encode()):
        return _form(request, 403, "This page has been open for too long, or cookies are off. Please try again.")
    login, peer = form.get("login", ""), request.client.host if request.client else ""
    limit: LoginLimit = request.app.state.login_limit
    if wait := limit.wait(login, peer, services.clock()):
        return _form(request, 429, f"Too many attempts. Try again in {rendering.duration(wait)}.", login, wait)
    gate: CapacityLimiter = request.app.state.login_gate
    session = await to_thread.run_sync(services.accounts.sign_in, login, form.get("password", ""), limiter=gate)
    if session is None:
        limit.failed(login, peer, services.clock())
        return _form(request, 401, _WRONG, login)
    limit.succeeded(login, peer)
    response = RedirectResponse(safe_path(request.query_params.get("next")), 303)
    response.set_cookie(
        SESSION_COOKIE, session, httponly=True, samesite="lax", secure=_https(request), max_age=SESSION_S
    )
    response.delete_cookie(LOGIN_COOKIE)
    return response


@router.post("/logout")
async def sign_out(request: Request) -> Response:
    form = await read_form(request)
    services = services_of(request)
    cookie = request.cookies.get(SESSION_COOKIE)
    session = await run_in_threadpool(services.accounts.session, cookie)
    if session is not None and cookie is not None:
        check_csrf(form, session.csrf)
        await run_in_threadpool(services.accounts.sign_out, cookie)
    response = RedirectResponse("/login", 303)
    response.delete_cookie(SESSION_COOKIE)
    return response
