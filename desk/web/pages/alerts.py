"""What monitoring reports: the conditions that fire now, and the history of each."""

from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from desk.database import writing
from desk.web import condition_input
from desk.web.page import AgentPosts, Number, Posting, SignedIn
from desk.web.queries import alerts, condition, quiet, saved
from desk.web.silence_links import ways_to_silence

router = APIRouter()

MAX_NAME = 60


@router.get("/alerts")
def show(page: SignedIn, request: Request) -> Response:
    wanted = alerts.filter_of(request.query_params)
    with page.reading() as connection:
        return page.render(
            connection,
            "alerts.html",
            wanted=wanted,
            found=alerts.find(connection, wanted, page.now),
            choices=alerts.choices(connection),
            statuses=tuple(alerts.STATUSES),
            severities=alerts.SEVERITIES,
            spans=tuple(alerts.SPANS),
            kinds=("any", *quiet.KINDS, alerts.TOLD),
            saved=saved.of(connection, page.visitor.login),
            silence=lambda found: ways_to_silence(found)[0][1],
        )


@router.post("/alerts/filters")
async def save(posted: AgentPosts) -> Response:
    """Keep the filter that the list shows under a name; one of this name is replaced."""
    name = " ".join(posted.needed("name", "a name for this filter").split())
    if len(name) > MAX_NAME:
        raise HTTPException(422, f"The name of a filter has at most {MAX_NAME} characters.")
    given = dict(parse_qsl((posted.text("query") or "")[:4_000]))
    query = urlencode(alerts.filter_of({**given, "after": ""}).query())
    if not await run_in_threadpool(_save, posted, name, query):
        raise HTTPException(422, f"You keep {saved.MOST} filters already: remove one first.")
    return posted.back(f"/alerts?{query}" if query else "/alerts")


@router.post("/alerts/filters/{number}/remove")
async def remove(posted: AgentPosts, number: Number) -> Response:
    await run_in_threadpool(_remove, posted, number)
    return posted.back("/alerts")


@router.get("/alerts/{fingerprint}")
def show_one(page: SignedIn, fingerprint: str, before: Number | None = None) -> Response:
    with page.reading() as connection:
        found = alerts.one(connection, fingerprint, page.now) if "\0" not in fingerprint else None
        if found is None:
            raise HTTPException(404, "The desk knows no condition of this fingerprint.")
        history = condition.history(connection, found.condition, before)
        return page.render(
            connection,
            "alert.html",
            row=found,
            condition=found.condition,
            history=history,
            before=before,
            last=condition_input.last_notice(page.services.journal, connection, found.condition, history),
            labels=condition.labels(found.condition),
            flapping=condition.flapping(found.condition, page.now),
            ways=ways_to_silence(found.condition),
        )


def _save(posted: Posting, name: str, query: str) -> bool:
    with writing(posted.page.services.engine) as connection:
        return saved.save(connection, posted.page.visitor.login, name, query)


def _remove(posted: Posting, number: int) -> None:
    with writing(posted.page.services.engine) as connection:
        saved.remove(connection, posted.page.visitor.login, number)
