"""Silences and maintenance windows: what is not told, until when, by whom and why; and who is to be heard of."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.responses import Response

from correlate.matchers import written
from correlate.pulses import due_at
from desk.web import calendar
from desk.web.page import AgentPosts, Page, Posting, SignedIn
from desk.web.queries import counts, silences
from desk.web.rendering import zone

router = APIRouter()

_GIVEN = {"matchers": 4_000, "services": 4_000, "hours": 10, "comment": 1_000}
"""Fields of the form that an address may fill in, and how long they may be."""


@router.get("/silences")
def show(page: SignedIn, request: Request, state: str = "", month: str = "") -> Response:
    """The form is filled in with what the address says: a link to it is a proposal, nothing happens by it."""
    given = {name: request.query_params.get(name, "")[:limit] for name, limit in _GIVEN.items()}
    with page.reading() as connection:
        found = silences.find(connection, page.now, past=state == "over")
        rows = [(one, silences.state_of(one, page.now), written(one.matchers)) for one in found]
        return page.render(
            connection,
            "silences.html",
            rows=[row for row in rows if (row[1] == "over") == (state == "over")],
            state=state,
            given=given,
            month=_month(connection, page, month),
            pulses=[(pulse, due_at(pulse)) for pulse in silences.awaited(connection)],
        )


@router.post("/silences")
async def add(posted: AgentPosts) -> Response:
    """A silence, or with a kind of "maintenance" a window; times without an offset are in the desk's zone."""
    rule = posted.text("rule", 500)
    return await posted.act(
        "silence-add",
        None,
        "/silences",
        kind="maintenance" if posted.text("kind") == "maintenance" or rule else "silence",
        matchers=posted.text("matchers", 4_000),
        services=posted.text("services", 4_000),
        starts_at=_moment(posted, "starts_at"),
        ends_at=_moment(posted, "ends_at"),
        duration=_hours(posted.text("hours", 10)),
        rule=rule,
        comment=posted.needed("comment", "a reason"),
    )


@router.post("/silences/{name}/expire")
async def expire(posted: AgentPosts, name: str) -> Response:
    """End it now; what it held back is told."""
    return await posted.act("silence-expire", name, "/silences")


def _month(connection: Connection, page: Page, said: str) -> calendar.Month:
    where = zone(counts.policy(connection).timezone)
    month = calendar.month_of(said, page.now, where)
    return calendar.fill(month, silences.between(connection, month.begin, month.end), where)


def _hours(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        return float(text) * 3600
    except ValueError:
        raise HTTPException(422, "Please give the hours as a number.") from None


def _moment(posted: Posting, name: str) -> str | None:
    text = posted.text(name, 60)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise HTTPException(422, "Please give times as in 2027-01-31T18:00.") from None
    if moment.tzinfo is None:
        with posted.page.reading() as connection:
            moment = moment.replace(tzinfo=ZoneInfo(counts.policy(connection).timezone))
    try:
        return moment.astimezone(UTC).isoformat()
    except OverflowError:
        raise HTTPException(422, "Please give a time that calendars know.") from None
