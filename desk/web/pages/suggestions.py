"""Suggested problem records: the claim, its evidence, and the decision."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from fastapi import APIRouter, Request
from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from correlate.policy import Policy
from correlate.records import Suggestion
from desk import charts
from desk.drawing import DrawingError, Painter
from desk.night_search import running
from desk.store import processed_position
from desk.web import outcome, rendering
from desk.web.claims import claim, details, facts, reckoned
from desk.web.page import Page, Posting, ProblemManagerPosts, SignedIn
from desk.web.queries import counts, problems, timeline

router = APIRouter()

SNOOZES = ((7, "a week"), (30, "a month"), (90, "a quarter"))
MOST_AT_ONCE = 100
MOST_MINUTES = 6_000
_NUMBER = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,3})?")
REASONS = (
    "These incidents have nothing in common.",
    "Known and accepted: it is not worth fixing.",
    "Somebody is working on it already.",
    "It was caused by planned work.",
)


@router.get("/suggestions")
def show(page: SignedIn, state: str = "waiting") -> Response:
    return _page(page, state if state in problems.STATES else "waiting", None)


@router.get("/suggestions/{name}")
def one(page: SignedIn, name: str, state: str | None = None) -> Response:
    return _page(page, state if state in problems.STATES else None, name)


def _page(page: Page, state: str | None, name: str | None) -> Response:
    """The list on the left, one card on the right; without a name the first of the list."""
    with page.reading() as connection:
        chosen = problems.suggestion(connection, name) if name is not None else None
        if name is not None and chosen is None:
            raise HTTPException(404, f"There is no suggestion {name[:20]}.")
        state = state or (problems.state_of(chosen) if chosen else "waiting")
        listed = problems.by_state(connection, state)
        chosen = chosen or next(iter(listed), None)
        weights = _weights(page, counts.policy(connection))
        cost = reckoned(chosen, *weights) if chosen else (0.0, 0.0)
        return page.render(
            connection,
            "suggestions.html",
            search=running(page.services.settings.data_dir),
            state=state,
            counts=problems.state_counts(connection),
            listed=listed,
            chosen=chosen,
            following=_following(listed, chosen),
            claim=claim(chosen) if chosen else "",
            facts=facts(chosen, *cost) if chosen else [],
            weights=weights,
            removed=list(chosen.evidence.get("removed", ())) if chosen else [],
            details=details(chosen.evidence) if chosen else [],
            members=problems.members(connection, chosen.incidents) if chosen else [],
            similar=problems.similar(connection, chosen) if chosen else [],
            all_problems=problems.find(connection)[:100] if chosen else [],
            history=timeline.history(connection, chosen.id) if chosen else None,
            verdicts=problems.verdicts(connection),
            table=series_of(connection, chosen, page.now) if chosen else None,
            snoozes=[((page.now + timedelta(days=days)).date(), words) for days, words in SNOOZES],
            reasons=REASONS,
            undoable=_undoable(page, connection),
        )


def _weights(page: Page, policy: Policy) -> tuple[float, float]:
    """By what the cost is reckoned: the settings, or what the visitor tries in their place."""
    return (
        _tried(page.request.query_params.get("lost"), 100, policy.cost_time_lost * 100) / 100,
        _tried(page.request.query_params.get("handling"), MOST_MINUTES, policy.cost_handling),
    )


def _tried(given: str | None, most: float, otherwise: float) -> float:
    """A number from 0 to `most` that somebody typed."""
    if not given or not _NUMBER.fullmatch(given):
        return otherwise
    return min(float(given), most)


def _undoable(page: Page, connection: Connection) -> str | None:
    """The suggestion that was decided just before this page, and can be taken back from it."""
    given = page.request.query_params.get("at", "")
    names = problems.decided_at(connection, int(given)) if given.isdecimal() and len(given) <= 18 else []
    found = problems.suggestion(connection, names[-1]) if names else None
    return found.id if found is not None and found.undo is not None else None


def _following(listed: Sequence[Suggestion], chosen: Suggestion | None) -> str:
    """Where to go after the decision: to the next card, or to the list when this was the last."""
    names = [one.id for one in listed]
    if chosen is None or chosen.id not in names:
        return "/suggestions"
    rest = [*names[names.index(chosen.id) + 1 :], *names[: names.index(chosen.id)]]
    return f"/suggestions/{rest[0]}" if rest else "/suggestions"


def series_of(connection: Connection, chosen: Suggestion, now: datetime) -> charts.Series:
    """What the chart of a suggestion shows."""
    begin = chosen.first_proposed_at - timedelta(days=400)
    return charts.series(
        chosen,
        problems.opened_times(connection, chosen.incidents),
        problems.changes_between(connection, chosen.service, begin, now),
        now,
    )


def drawn(request: Request, series: charts.Series, theme: str) -> Response:
    """The chart as an answer."""
    painter: Painter = request.app.state.painter
    try:
        svg = painter.svg(series, dark=theme == "dark")
    except DrawingError as error:
        raise HTTPException(503, str(error)) from None
    return Response(svg, media_type="image/svg+xml", headers={"cache-control": "private, max-age=60"})


@router.get("/suggestions/{name}/chart.svg")
def chart(page: SignedIn, request: Request, name: str, theme: str = "light") -> Response:
    """The chart of one suggestion; the page has the same as a table."""
    with page.reading() as connection:
        chosen = problems.suggestion(connection, name)
        if chosen is None:
            raise HTTPException(404, "There is no such suggestion.")
        series = series_of(connection, chosen, page.now)
    return drawn(request, series, theme)


@router.post("/suggestions/bulk")
async def bulk(posted: ProblemManagerPosts) -> Response:
    """Several at once, where that is safe: to decline or snooze them opens no record and tells nobody."""
    names = list(dict.fromkeys(name.strip() for name in posted.form.all("name")))[:MOST_AT_ONCE]
    if not names:
        raise HTTPException(422, "Please tick at least one suggestion.")
    wanted = posted.needed("action", "what to do")
    if wanted == "decline":
        action, arguments = "suggestion-decline", {"reason": _reason(posted)}
    elif wanted == "snooze":
        action, arguments = "suggestion-snooze", {"until": await _until(posted)}
    else:
        raise HTTPException(422, "Several suggestions can be declined or snoozed together; accept them one by one.")
    position = 0
    for name in names:
        patience = outcome.PATIENCE_S if name == names[-1] else 0.0
        position = await outcome.perform(
            posted.page.services, posted.page.visitor.login, action, name, arguments, patience=patience
        )
    return posted.back("/suggestions", position)


@router.post("/suggestions/{name}/undo")
async def undo(posted: ProblemManagerPosts, name: str) -> Response:
    """Take the last decision on it back."""
    return await posted.act("suggestion-undo", name, f"/suggestions/{name}")


@router.post("/suggestions/{name}/accept")
async def accept(posted: ProblemManagerPosts, name: str) -> Response:
    """Make it a problem record, and go there."""
    services = posted.page.services
    title = posted.text("title", 500)
    arguments = {"title": title} if title else {}
    position = await outcome.perform(services, posted.page.visitor.login, "suggestion-accept", name, arguments)
    target = await outcome.look(services, lambda c: _problem_at(c, name, position))
    return RedirectResponse(outcome.with_position(target, position), 303)


def _problem_at(connection: Connection, name: str, position: int) -> str:
    found = problems.suggestion(connection, name)
    done = processed_position(connection) >= position and found is not None and found.problem
    return f"/problems/{found.problem}" if done and found else f"/suggestions/{name}"


@router.post("/suggestions/{name}/decline")
async def decline(posted: ProblemManagerPosts, name: str) -> Response:
    return await _decided(posted, "suggestion-decline", name, reason=_reason(posted))


def _reason(posted: Posting) -> str:
    words = " ".join(part for part in (posted.text("why", 500), posted.text("reason", 2000)) if part)
    if not words:
        raise HTTPException(422, "Please say why: the reason is kept, and the same evidence does not come back.")
    return words


@router.post("/suggestions/{name}/snooze")
async def snooze(posted: ProblemManagerPosts, name: str) -> Response:
    return await _decided(posted, "suggestion-snooze", name, until=await _until(posted))


async def _until(posted: Posting) -> str:
    """The time until which to snooze, as the command has it."""
    given = posted.needed("until", "the day on which it should come back")
    if given == "escalates":
        return given
    try:
        day = date.fromisoformat(given)
    except ValueError:
        raise HTTPException(422, "Please give the day as in 2026-05-31.") from None
    zone = rendering.zone(await outcome.look(posted.page.services, lambda c: counts.policy(c).timezone))
    until = datetime.combine(day, time(7), zone).astimezone(UTC)
    if until <= posted.page.now:
        raise HTTPException(422, "Please give a day that is still to come.")
    return until.isoformat()


@router.post("/suggestions/{name}/merge")
async def merge(posted: ProblemManagerPosts, name: str) -> Response:
    problem = posted.needed("problem", "the number of the problem record").upper()
    return await _decided(posted, "suggestion-merge", name, problem=problem)


@router.post("/suggestions/{name}/restore")
async def restore(posted: ProblemManagerPosts, name: str) -> Response:
    """It belongs to it after all."""
    incident = posted.needed("incident", "the incident to put back")
    return await posted.act("suggestion-restore", name, f"/suggestions/{name}", incident=incident)


@router.post("/suggestions/{name}/remove")
async def remove(posted: ProblemManagerPosts, name: str) -> Response:
    """This incident does not belong to it."""
    incident = posted.needed("incident", "the incident to remove")
    return await posted.act("suggestion-remove", name, f"/suggestions/{name}", incident=incident)


async def _decided(posted: Posting, action: str, name: str, **arguments: str) -> Response:
    return await posted.act(action, name, f"/suggestions/{name}", **arguments)
