"""Where input comes from: addresses and webhook keys, what they brought last, and whether they are still observed."""

import logging
from collections.abc import Callable
from datetime import timedelta

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from desk.accounts import AccountError
from desk.hooks import OVERLAP, Hook, Hooks
from desk.mailboxes import MailboxError, Mailboxes
from desk.metrics import Troubles
from desk.publish import publish
from desk.snippets import snippet
from desk.web import outcome
from desk.web.page import AdministratorPosts, Page, Posting, SignedIn
from desk.web.queries import mail
from desk.web.queries.sources import Arrivals, firing_by_source, unreadable
from desk.web.services import WebServices

log = logging.getLogger(__name__)
router = APIRouter()

MAX_OVERLAP_HOURS = 30 * 24
KEY_PLACE = "YOUR-KEY"
"""Stands in the snippet where a key belongs: the desk itself does not know a key any more once it was shown."""


@router.get("/sources")
def show(page: SignedIn, request: Request) -> Response:
    services = page.services
    arrivals: Arrivals = request.app.state.arrivals
    with page.reading() as connection:
        return page.render(
            connection,
            "sources.html",
            hooks=Hooks(services.engine, services.clock).all(),
            unreadable=unreadable(connection, arrivals),
            firing=firing_by_source(connection),
            troubles=_troubles(services),
            mailboxes=Mailboxes(services.settings.mailboxes, services.engine, services.clock).all(),
            addresses=services.settings.own_addresses(),
            arrivals=arrivals.by_route(page.now),
            held=mail.find(connection, "held", None, limit=1).mails,
            public_url=services.settings.public_url(),
        )


@router.get("/sources/{hook}")
def show_hook(page: SignedIn, request: Request, hook: str) -> Response:
    """One webhook: how its keys stand, what came by it, and what to paste into its tool."""
    try:
        found = Hooks(page.services.engine, page.services.clock).get(hook)
    except AccountError as error:
        raise HTTPException(404, str(error)) from None
    return _hook_page(page, request.app.state.arrivals, found, None)


@router.post("/sources/{hook}/rotate")
async def rotate(posted: AdministratorPosts, request: Request, hook: str) -> Response:
    """A new key; it is shown in the answer and never again. Those before work on for some hours."""
    try:
        overlap = timedelta(hours=min(max(float(posted.text("hours", 10) or "24"), 0), MAX_OVERLAP_HOURS))
    except (ValueError, OverflowError):
        raise HTTPException(422, "Please give the hours as a number.") from None
    services = posted.page.services
    try:
        found, key = await run_in_threadpool(Hooks(services.engine, services.clock).rotate, hook, overlap)
    except AccountError as error:
        raise HTTPException(404, str(error)) from None
    log.info("%s gave the hook %s a new key", posted.page.visitor.login, found.id)
    return await run_in_threadpool(_hook_page, posted.page, request.app.state.arrivals, found, key)


def _hook_page(page: Page, arrivals: Arrivals, hook: Hook, key: str | None) -> Response:
    services = page.services
    with page.reading() as connection:
        return page.render(
            connection,
            "source.html",
            hook=hook,
            key=key,
            keys=Hooks(services.engine, services.clock).keys(hook.id),
            seen=arrivals.by_route(page.now).get(hook.route),
            unreadable=unreadable(connection, arrivals).get(hook.route, 0),
            firing=firing_by_source(connection).get(hook.route, 0),
            trouble=_troubles(services)(hook.id),
            snippet=snippet(hook.tool, hook.id, key or KEY_PLACE, services.settings.public_url()),
            hours=OVERLAP.total_seconds() / 3600,
            most_hours=MAX_OVERLAP_HOURS,
        )


def _troubles(services: WebServices) -> Callable[[str], Troubles]:
    if services.doors is None:
        return lambda _hook: Troubles()
    return services.doors.troubles


@router.post("/sources/{hook}/{action}")
async def change(posted: AdministratorPosts, hook: str, action: str) -> Response:
    """Let a hook's mail out, or hold it again: the hook's state changes, and the policy enters the journal."""
    if action not in {"enable", "observe"}:
        raise HTTPException(404, "There is no such action.")
    try:
        positions = await run_in_threadpool(_observe, posted, hook, action == "observe")
    except AccountError as error:
        raise HTTPException(404, str(error)) from None
    if not positions:
        return posted.back("/sources")
    await outcome.processed(posted.page.services, positions[-1])
    return posted.back("/sources", positions[-1])


@router.post("/sources/mailboxes/{name}/{action}")
async def change_mailbox(posted: AdministratorPosts, name: str, action: str) -> Response:
    """The same for a mailbox: answer its mail, or hold the answers again."""
    if action not in {"enable", "observe"}:
        raise HTTPException(404, "There is no such action.")
    try:
        positions = await run_in_threadpool(_observe_mailbox, posted, name, action == "observe")
    except MailboxError as error:
        raise HTTPException(404, str(error)) from None
    if not positions:
        return posted.back("/sources")
    await outcome.processed(posted.page.services, positions[-1])
    return posted.back("/sources", positions[-1])


def _observe_mailbox(posted: Posting, name: str, observing: bool) -> list[int]:
    services = posted.page.services
    Mailboxes(services.settings.mailboxes, services.engine, services.clock).observe(name, observing)
    return publish(services.settings, services.engine, services.journal, services.clock)


def _observe(posted: Posting, hook: str, observing: bool) -> list[int]:
    services = posted.page.services
    Hooks(services.engine, services.clock).observe(hook, observing)
    return publish(services.settings, services.engine, services.journal, services.clock)
