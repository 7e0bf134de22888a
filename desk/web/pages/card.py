"""The card of a suggestion as a digest's link opens it: for its reader, also on a telephone that knows no login.

The ticket in the address proves that its bearer got the digest, whose evidence the card has. It shows, and decides
nothing: programs look at every link in a mail, and whoever a digest was forwarded to has the link too.
"""

from datetime import datetime, timedelta

from fastapi import APIRouter, Request
from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, Response

from correlate.agents import problem_manager_at
from correlate.records import Suggestion
from desk.plus_addresses import PlusAddresses, secret_in
from desk.web import rendering
from desk.web.claims import claim, facts, reckoned
from desk.web.page import services_of, visitor_of
from desk.web.pages.suggestions import drawn, series_of
from desk.web.queries import counts, problems
from desk.web.services import WebServices

CARD = "card"
"""The action in a ticket that opens one."""
_MOST_MEMBERS = 12

router = APIRouter(default_response_class=HTMLResponse)


def _opened(services: WebServices, connection: Connection, name: str, ticket: str) -> Suggestion:
    """The suggestion whose card the ticket opens. Raises HTTPException: 404, or 410 where it is old."""
    settings = services.settings
    keys = PlusAddresses(settings.desk.address, secret_in(settings.data_dir))
    granted = keys.granted(connection, CARD, name, ticket)
    policy = counts.policy(connection)
    # The card tells what is known today: whoever got the digest then has to be a problem manager still.
    known = granted is not None and problem_manager_at(policy, granted["person"]) is not None
    chosen = problems.suggestion(connection, name) if known else None
    if granted is None or chosen is None:
        raise HTTPException(404, "This link is not complete. Open it from the mail once more, or log in.")
    days = policy.ticket_days
    if services.clock() - datetime.fromisoformat(granted["made_at"]) > timedelta(days=days):
        raise HTTPException(410, f"The links of a digest are good for {days} days. Log in to see {name}.")
    return chosen


@router.get("/suggestions/{name}/card/{ticket}")
def show(request: Request, name: str, ticket: str) -> Response:
    """The card; who is logged in gets the one with the buttons."""
    services = services_of(request)
    if visitor_of(services, request) is not None:
        return RedirectResponse(f"/suggestions/{name}", 303)
    with services.engine.connect() as connection:
        chosen = _opened(services, connection, name, ticket)
        policy = counts.policy(connection)
        cost = reckoned(chosen, policy.cost_time_lost, policy.cost_handling)
        text = rendering.render(
            "card.html",
            {
                "desk": services.settings.desk.name, "now": services.clock(), "zone": rendering.zone(policy.timezone),
                "chosen": chosen, "claim": claim(chosen), "facts": facts(chosen, *cost), "ticket": ticket,
                "members": problems.members(connection, chosen.incidents)[:_MOST_MEMBERS],
                "table": series_of(connection, chosen, services.clock()),
            },
        )  # fmt: skip
    return HTMLResponse(text)


@router.get("/suggestions/{name}/card/{ticket}/chart.svg")
def chart(request: Request, name: str, ticket: str, theme: str = "light") -> Response:
    services = services_of(request)
    with services.engine.connect() as connection:
        chosen = _opened(services, connection, name, ticket)
        series = series_of(connection, chosen, services.clock())
    return drawn(request, series, theme)
