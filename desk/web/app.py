"""The application: pages, API, health, metrics, and whatever further doors are handed in."""

import logging

from anyio import CapacityLimiter
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import OperationalError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from desk.drawing import Painter
from desk.mailbox_metrics import MailboxMetrics
from desk.mailboxes import Mailboxes
from desk.metrics import Metrics, Timing
from desk.model_metrics import ModelMetrics
from desk.web import errors
from desk.web.api import describe
from desk.web.api import router as api
from desk.web.mailparts import MailIndex
from desk.web.pages import ROUTERS
from desk.web.queries.sources import Arrivals
from desk.web.rendering import STATIC
from desk.web.security import Headers, LoginLimit, LoginNeededError
from desk.web.services import WebServices
from desk.web.source_metrics import SourceMetrics
from ingest.journal import BusyError, NotDurableError

log = logging.getLogger(__name__)

PASSWORDS_AT_ONCE = 2
"""Checking a password takes 64 MB and much of a core, on purpose: whoever tries many waits in line."""

DESCRIPTION = """
The same records and the same actions as on the pages. Send a token of `desk user token` as `Authorization: Bearer …`;
it has the roles of its owner. An action is accepted into the journal first: the answer is 200 when it has been carried
out, 202 when it waits for its turn, 409 with a sentence when it was refused.
"""


class LastingFiles(StaticFiles):
    """Static files whose address changes with their content: browsers may keep them."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response


def create_app(services: WebServices) -> FastAPI:
    """The application on these services. It starts nothing and owns nothing: the caller runs and closes both."""
    app = FastAPI(
        title="Quietdesk", description=DESCRIPTION, version="1", openapi_url="/api/openapi.json", docs_url=None,
        redoc_url=None,
    )  # fmt: skip
    app.state.services = services
    app.state.login_limit = LoginLimit()
    app.state.login_gate = CapacityLimiter(PASSWORDS_AT_ONCE)
    app.state.painter = Painter()
    app.state.arrivals = Arrivals(services.journal)
    app.state.mails = MailIndex(services.journal)
    app.state.metrics = Metrics(services.engine, services.journal, services.doors)
    app.state.metrics.add(SourceMetrics(app.state.arrivals, services.clock))
    app.state.metrics.add(ModelMetrics(services.engine, services.settings, services.clock))
    if services.settings.mailboxes:
        mailboxes = Mailboxes(services.settings.mailboxes, services.engine, services.clock)
        app.state.metrics.add(MailboxMetrics(mailboxes))
    app.router.routes[:0] = list(services.routes)
    for router in ROUTERS:
        app.include_router(router, include_in_schema=False)
    app.include_router(api)
    describe(app)
    app.mount("/static", LastingFiles(directory=STATIC))
    _handle_errors(app)
    app.add_middleware(Headers, https=services.settings.public_url().startswith("https:"))
    app.add_middleware(Timing, metrics=app.state.metrics)
    return app


def _handle_errors(app: FastAPI) -> None:
    async def login(request: Request, _error: Exception) -> Response:
        return RedirectResponse(errors.login_address(request), 303)

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return await _answer(request, error.status_code, str(error.detail), dict(error.headers or {}))

    async def wrong(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return await _answer(request, 422, errors.first_sentence(error.errors()), {})

    async def unsaved(request: Request, error: Exception) -> Response:
        assert isinstance(error, NotDurableError | BusyError)
        words = "The desk could not save this, so nothing has happened. Go back and try again in a moment."
        return await _answer(request, 503, words, {"retry-after": "5"})

    async def away(request: Request, error: Exception) -> Response:
        log.warning("the database did not answer: %s", str(error).partition("\n")[0])
        words = "The database does not answer just now. Mail and alerts are still accepted; try again in a moment."
        return await _answer(request, 503, words, {"retry-after": "5"})

    app.add_exception_handler(LoginNeededError, login)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, wrong)
    app.add_exception_handler(NotDurableError, unsaved)
    app.add_exception_handler(BusyError, unsaved)
    app.add_exception_handler(OperationalError, away)


async def _answer(request: Request, status: int, sentence: str, headers: dict[str, str]) -> Response:
    if errors.wants_json(request):
        return JSONResponse({"error": sentence}, status, headers)
    return await run_in_threadpool(errors.page, request, status, sentence, headers)
