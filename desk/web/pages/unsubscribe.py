"""The page that stops the weekly digest: for its recipients, who need no login, and for their mail programs.

The ticket in the address proves that its bearer got the digest. Looking at the page changes nothing, because programs
look at every link in a mail; a POST does, of which RFC 8058 (one-click unsubscribe) says no more than that it comes.
"""

from fastapi import APIRouter, Request
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from correlate.subscribing import RESUME, STOP
from desk.plus_addresses import PlusAddresses, secret_in
from desk.web import outcome, rendering
from desk.web.page import services_of
from desk.web.queries import counts
from desk.web.security import read_form
from desk.web.services import WebServices

router = APIRouter(default_response_class=HTMLResponse)


def _address(services: WebServices, ticket: str) -> str:
    """Whose digest the ticket stops. Raises HTTPException 404 where it is none."""
    settings = services.settings
    keys = PlusAddresses(settings.desk.address, secret_in(settings.data_dir))
    with services.engine.connect() as connection:
        found = keys.made_for(connection, ticket)
    if found is None or found.purpose != "stop":
        raise HTTPException(404, "This link is not complete. Open it from the mail once more, or ask the service desk.")
    return found.to.lower()


def _shown(services: WebServices, ticket: str, address: str) -> Response:
    def stopped(connection: Connection) -> bool:
        policy = counts.policy(connection)
        return address in policy.digest_stopped or address not in policy.problem_managers

    with services.engine.connect() as connection:
        facts = {"ticket": ticket, "address": address, "stopped": stopped(connection)}
    settings = services.settings
    known = {"desk": settings.desk.name, "now": services.clock(), "zone": rendering.zone(None)}
    return HTMLResponse(rendering.render("unsubscribe.html", {**known, **facts}))


@router.get("/unsubscribe/{ticket}")
def show(request: Request, ticket: str) -> Response:
    services = services_of(request)
    return _shown(services, ticket, _address(services, ticket))


@router.post("/unsubscribe/{ticket}")
async def change(request: Request, ticket: str) -> Response:
    """Stop the digest, or with the page's other button resume it."""
    services = services_of(request)
    address = await run_in_threadpool(_address, services, ticket)
    form = await read_form(request)
    await outcome.perform(services, address, RESUME if "resume" in form else STOP, None, {}, route="unsubscribe")
    return await run_in_threadpool(_shown, services, ticket, address)
