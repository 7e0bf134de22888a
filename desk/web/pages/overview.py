"""The overview: what is open, what came in, what waits for somebody."""

from datetime import timedelta

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from desk.store import processed_position
from desk.web.page import SignedIn
from desk.web.queries import counts, mail, overview, problems, queue
from desk.web.queries.sources import Arrivals

router = APIRouter()

WEEK = timedelta(days=7)


@router.get("/")
def show(page: SignedIn, request: Request) -> Response:
    arrivals: Arrivals = request.app.state.arrivals
    with page.reading() as connection:
        return page.render(
            connection,
            "overview.html",
            priorities=counts.open_by_priority(connection),
            firing=counts.firing(connection),
            flow=counts.flow(connection, page.now, WEEK),
            mails=counts.mail_states(connection),
            urgent=queue.find(connection, queue.Filter(), page.visitor.login, limit=10).rows,
            suggestions=problems.waiting(connection, 4),
            decisions=overview.decisions(connection, 14),
            sources=arrivals.latest(page.now)[:8],
            last_mails=mail.latest(connection, 5),
            position=processed_position(connection),
            head=page.services.journal.head().position,
        )


@router.get("/live")
def live(page: SignedIn) -> Response:
    """What the script asks every few seconds: has anything happened? The page is read again only then."""
    with page.reading() as connection:
        nav = counts.navigation(connection, page.visitor.login)
        return JSONResponse(
            {"position": processed_position(connection), "open": nav.open, "suggestions": nav.suggestions}
        )
