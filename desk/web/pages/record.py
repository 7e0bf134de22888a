"""One incident or request: its history, its facts, and everything an agent may do to it."""

import re
from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from classify.classification import LEVELS, PRIORITIES, TYPES
from correlate.records import OPEN_STATUSES
from desk.database import writing
from desk.web.mailparts import MailIndex
from desk.web.page import AgentPosts, Number, Posting, SignedIn
from desk.web.queries import record as records
from desk.web.queries import staff, timeline

router = APIRouter()

_NUMBER = re.compile(r"(?:INC|REQ)-[1-9][0-9]{0,8}")
FIELDS = ("type", "category", "service", "team", "impact", "urgency", "priority", "title")


@router.get("/records/{number}")
def show(page: SignedIn, request: Request, number: str, before: Number | None = None, talk: bool = False) -> Response:
    mails: MailIndex = request.app.state.mails
    with page.reading() as connection:
        found = records.find(connection, number)
        if found is None:
            raise HTTPException(404, f"There is no record {number[:20]}.")
        services = [service.name for service in records.policy(connection).services]
        history = timeline.history(connection, number, before, talk_only=talk, also=found.record.merged)
        return page.render(
            connection,
            "record.html",
            view=found,
            record=found.record,
            open=found.record.status in OPEN_STATUSES,
            timeline=history,
            talk=talk,
            before=before,
            parts=mails.of(history),
            held_from=staff.held_from(connection, number),
            standing=staff.standing(connection, records.policy(connection), found.record),
            writing=records.others_writing(connection, number, page.visitor.login, page.now),
            services=services,
            categories=records.categories(connection),
            levels=LEVELS,
            priorities=PRIORITIES,
            types=TYPES,
            agents=[user for user in page.services.accounts.users() if not user.disabled and "agent" in user.roles],
            form=request.query_params.get("form", ""),
        )


async def _take(posted: Posting, number: str, here: str) -> Response:
    return await posted.act("take", number, here)


async def _assign(posted: Posting, number: str, here: str) -> Response:
    return await posted.act("assign", number, here, assignee=posted.needed("assignee", "the agent to assign it to"))


async def _note(posted: Posting, number: str, here: str) -> Response:
    return await posted.act("note", number, here, text=posted.needed("text", "the note's words"))


async def _reply(posted: Posting, number: str, here: str) -> Response:
    text = posted.needed("text", "the answer's words")
    await run_in_threadpool(_leave_form, posted, number)
    if posted.form.get("then") == "wait":
        return await posted.act("wait", number, here, text=text)
    if posted.form.get("then") == "resolve":
        return await posted.act("resolve", number, here, resolution=text, text=text)
    return await posted.act("reply", number, here, text=text)


async def _resolve(posted: Posting, number: str, here: str) -> Response:
    resolution = posted.needed("resolution", "what solved it")
    return await posted.act("resolve", number, here, resolution=resolution, text=posted.text("text"))


async def _join(posted: Posting, number: str, here: str) -> Response:
    into = posted.needed("into", "the number of the record to join it to").upper()
    if not _NUMBER.fullmatch(into):
        raise HTTPException(422, "Please give the number of a record, as in INC-7.")
    return await posted.act("join", number, here, into=into)


async def _split(posted: Posting, number: str, here: str) -> Response:
    return await posted.act("split", number, here, items=_ticked(posted))


async def _move(posted: Posting, number: str, here: str) -> Response:
    into = posted.needed("into", "the number of the record to move it to").upper()
    if not _NUMBER.fullmatch(into):
        raise HTTPException(422, "Please give the number of a record, as in INC-7.")
    return await posted.act("move", number, here, items=_ticked(posted), into=into)


def _ticked(posted: Posting) -> list[tuple[int, ...]]:
    items = [
        tuple(int(part) for part in given.split(".")) for given in posted.form.all("item") if _ITEM.fullmatch(given)
    ]
    if not items:
        raise HTTPException(422, "Please tick the messages and alerts that belong to another record.")
    return sorted(set(items))


_ITEM = re.compile(r"[0-9]{1,18}\.[0-9]{1,9}")


async def _set(posted: Posting, number: str, here: str) -> Response:
    field = posted.form.get("field", "")
    if field not in FIELDS:
        raise HTTPException(422, "Please choose what to correct.")
    return await posted.act("set", number, here, field=field, value=posted.needed("value", f"the new {field}"))


async def _mute(posted: Posting, number: str, here: str) -> Response:
    given = posted.text("hours", 10)
    try:
        seconds = None if given is None else int(float(given.replace(",", ".")) * 3600)
    except (ValueError, OverflowError):
        raise HTTPException(422, "Please give the hours as a number, or none.") from None
    return await posted.act("mute", number, here, seconds=seconds, text=posted.text("text", 500))


async def _unmute(posted: Posting, number: str, here: str) -> Response:
    return await posted.act("unmute", number, here)


def _with_text(action: str) -> "Action":
    async def act(posted: Posting, number: str, here: str) -> Response:
        return await posted.act(action, number, here, text=posted.text("text"))

    return act


Action = Callable[[Posting, str, str], Awaitable[Response]]
ACTIONS: dict[str, Action] = {
    "take": _take, "assign": _assign, "note": _note, "reply": _reply, "resolve": _resolve, "join": _join,
    "split": _split, "move": _move, "set": _set, "mute": _mute, "unmute": _unmute, "wait": _with_text("wait"),
    "resume": _with_text("resume"), "reopen": _with_text("reopen"), "close": _with_text("close"),
}  # fmt: skip


@router.post("/records/{number}/writing")
async def begin_writing(posted: AgentPosts, number: str) -> Response:
    """Somebody opened the answer form: others see it on the record's page."""
    _check(number)
    await run_in_threadpool(_enter_form, posted, number)
    return Response(status_code=204)


@router.post("/records/{number}/{action}")
async def act(posted: AgentPosts, number: str, action: str) -> Response:
    """One action on a record; the answer leads back to it."""
    _check(number)
    handler = ACTIONS.get(action)
    if handler is None:
        raise HTTPException(404, "There is no such action.")
    return await handler(posted, number, f"/records/{number}")


def _check(number: str) -> None:
    if not _NUMBER.fullmatch(number):
        raise HTTPException(404, "There is no such record.")


def _enter_form(posted: Posting, number: str) -> None:
    with writing(posted.page.services.engine) as connection:
        records.begin_writing(connection, number, posted.page.visitor.login, posted.page.now)


def _leave_form(posted: Posting, number: str) -> None:
    with writing(posted.page.services.engine) as connection:
        records.end_writing(connection, number, posted.page.visitor.login, posted.page.now)
