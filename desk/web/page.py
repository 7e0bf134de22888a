"""What every page handler is given: who asks, what the desk offers, and how to answer with a page."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any

from fastapi import Depends, Request
from pydantic import Field
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response

from desk.web import outcome, rendering
from desk.web.queries import counts
from desk.web.security import SESSION_COOKIE, Form, LoginNeededError, Role, Visitor, check_csrf, read_form, safe_path
from desk.web.services import WebServices


def services_of(request: Request) -> WebServices:
    """The services that the application was made with."""
    services: WebServices = request.app.state.services
    return services


def visitor_of(services: WebServices, request: Request) -> Visitor | None:
    """Who is logged in by this request's cookie."""
    session = services.accounts.session(request.cookies.get(SESSION_COOKIE))
    if session is None:
        return None
    user = session.user
    return Visitor(login=user.login, name=user.name, address=user.address, roles=user.roles, csrf=session.csrf)


class Page:
    """One request for a page by somebody who is logged in."""

    def __init__(self, request: Request, services: WebServices, visitor: Visitor) -> None:
        self.request = request
        self.services = services
        self.visitor = visitor
        self.now: datetime = services.clock()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection to read the tables with."""
        with self.services.engine.connect() as connection:
            yield connection

    def render(self, connection: Connection, template: str, *, status: int = 200, **facts: Any) -> Response:
        """The page as a response, with what the layout shows beside it."""
        policy = counts.policy(connection)
        text = rendering.render(
            template,
            {
                "visitor": self.visitor,
                "now": self.now,
                "zone": rendering.zone(policy.timezone),
                "policy": policy,
                "path": self.request.url.path,
                "here": safe_path(str(self.request.url.replace(scheme="", netloc=""))),
                "nav": counts.navigation(connection, self.visitor.login),
                "outcome": outcome.of_request(connection, self.request, self.visitor),
                "csrf": self.visitor.csrf,
                **facts,
            },
        )
        return HTMLResponse(text, status)

    def require(self, role: Role) -> None:
        """Raise HTTPException 403 unless the visitor has the role."""
        if not self.visitor.may(role):
            raise HTTPException(403, f"This needs the role {role}: ask an administrator for it.")


def _page(request: Request) -> Page:
    services = services_of(request)
    visitor = visitor_of(services, request)
    if visitor is None:
        raise LoginNeededError
    return Page(request, services, visitor)


Number = Annotated[int, Field(ge=-(2**62), le=2**62)]
"""A number in an address: one that the database can be asked for."""
SignedIn = Annotated[Page, Depends(_page)]
"""Anybody who is logged in."""


class Posting:
    """A posted form of somebody who is logged in, its CSRF token checked."""

    def __init__(self, page: Page, form: Form) -> None:
        self.page = page
        self.form = form

    def text(self, name: str, limit: int = 100_000) -> str | None:
        """A field with line ends as newlines; None where it is empty. Raises HTTPException 413 beyond `limit`."""
        value = self.form.get(name, "").replace("\r\n", "\n").strip()
        if len(value) > limit:
            raise HTTPException(413, f"This is too long: at most {limit} characters.")
        return value or None

    def needed(self, name: str, words: str) -> str:
        """A field that must be filled in; `words` name it in the answer where it is not."""
        value = self.text(name)
        if value is None:
            raise HTTPException(422, f"Please give {words}.")
        return value

    async def act(self, action: str, subject: str | None, otherwise: str, **arguments: Any) -> Response:
        """Hand in the command, wait a moment for it to be processed, and lead back to the form's `next` page."""
        given = {name: value for name, value in arguments.items() if value is not None}
        position = await outcome.perform(self.page.services, self.page.visitor.login, action, subject, given)
        return self.back(otherwise, position)

    def back(self, otherwise: str, position: int | None = None) -> Response:
        """Lead to the form's `next` page, or to `otherwise`, with the position whose outcome it should show."""
        target = safe_path(self.form.get("next"), otherwise)
        if position is not None:
            target = outcome.with_position(target, position)
        return RedirectResponse(target, 303)


def posting(role: Role) -> Callable[..., Any]:
    """A dependency that gives the posted form of somebody with the role."""

    async def dependency(request: Request) -> Posting:
        page = await run_in_threadpool(_page, request)
        form = await read_form(request)
        check_csrf(form, page.visitor.csrf)
        page.require(role)
        return Posting(page, form)

    return dependency


AgentPosts = Annotated[Posting, Depends(posting("agent"))]
ProblemManagerPosts = Annotated[Posting, Depends(posting("problem-manager"))]
AdministratorPosts = Annotated[Posting, Depends(posting("administrator"))]
