"""Where input comes from: addresses and webhook keys, what they brought last, and whether they are still observed."""

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from desk.accounts import AccountError
from desk.hooks import Hooks
from desk.mailboxes import MailboxError, Mailboxes
from desk.publish import publish
from desk.web import outcome
from desk.web.page import AdministratorPosts, Posting, SignedIn
from desk.web.queries import mail
from desk.web.queries.sources import Arrivals

router = APIRouter()


@router.get("/sources")
def show(page: SignedIn, request: Request) -> Response:
    services = page.services
    arrivals: Arrivals = request.app.state.arrivals
    with page.reading() as connection:
        return page.render(
            connection,
            "sources.html",
            hooks=Hooks(services.engine, services.clock).all(),
            mailboxes=Mailboxes(services.settings.mailboxes, services.engine, services.clock).all(),
            addresses=services.settings.own_addresses(),
            arrivals=arrivals.by_route(page.now),
            held=mail.find(connection, "held", None, limit=1).mails,
            public_url=services.settings.public_url(),
        )


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
