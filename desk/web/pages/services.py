"""The services: who needs whom, what people call them, what was learned of both, and what is red now."""

from fastapi import APIRouter
from markupsafe import Markup
from sqlalchemy import Connection, func, select
from starlette.responses import Response

from correlate.records import OPEN_STATUSES
from desk import service_map
from desk.tables import records
from desk.web.page import ProblemManagerPosts, SignedIn
from desk.web.queries import counts

router = APIRouter()


@router.get("/services")
def show(page: SignedIn) -> Response:
    with page.reading() as connection:
        policy = counts.policy(connection)
        red = _red(connection)
        picture = service_map.svg(policy.services, policy.edges, red)
        return page.render(
            connection,
            "services.html",
            picture=Markup(picture),  # noqa: S704 - every word in it was escaped there
            proposed=[edge for edge in policy.edges if edge.status == "proposed"],
            judged=[edge for edge in policy.edges if edge.status != "proposed"],
            callings=policy.callings,
            red=sorted(red.items(), key=lambda pair: (-pair[1], pair[0])),
        )


def _red(connection: Connection) -> dict[str, int]:
    """Open incidents by service."""
    c = records.c
    rows = connection.execute(
        select(c.service, func.count().label("incidents"))
        .where(c.kind == "incident", c.status.in_(sorted(OPEN_STATUSES)), c.service.is_not(None))
        .group_by(c.service)
    )
    return {row.service: row.incidents for row in rows}


@router.post("/services/edge")
async def judge(posted: ProblemManagerPosts) -> Response:
    """Confirm that one service needs another, or say that it does not."""
    service, needs = posted.needed("service", "the service"), posted.needed("needs", "what it needs")
    action = "edge-confirm" if posted.form.get("do") == "confirm" else "edge-decline"
    return await posted.act(action, service, "/services", needs=needs)


@router.post("/services/calling")
async def judge_calling(posted: ProblemManagerPosts) -> Response:
    """Confirm that people mean a service by a word, or say that they do not."""
    word, service = posted.needed("word", "the word"), posted.needed("service", "the service")
    action = "calling-confirm" if posted.form.get("do") == "confirm" else "calling-decline"
    return await posted.act(action, word, "/services", service=service)
