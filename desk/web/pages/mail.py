"""Mail that leaves the desk: every one can be read as it was or will be sent; held ones are released or dropped."""

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from desk.outbox import try_again
from desk.web import outcome
from desk.web.page import AgentPosts, Number, SignedIn
from desk.web.preview import preview
from desk.web.queries import mail
from desk.web.queries.delivery import steps_of
from desk.web.security import FRAMED

router = APIRouter()


@router.get("/mail")
def show(page: SignedIn, state: str = "all", before: Number | None = None, about: str = "", kind: str = "") -> Response:
    state = state if state in mail.STATES else "all"
    kind = kind if kind in mail.KINDS else ""
    with page.reading() as connection:
        return page.render(
            connection,
            "mail.html",
            state=state,
            states=list(mail.STATES),
            found=mail.find(connection, state, before, about[:20], kind=kind),
            about=about[:20],
            kind=kind,
        )


@router.get("/mail/{number}")
def one(page: SignedIn, number: Number) -> Response:
    with page.reading() as connection:
        found = mail.one(connection, number)
        if found is None:
            raise HTTPException(404, "There is no such mail.")
        sent, row = found
        return page.render(
            connection, "mail_one.html", mail=sent, row=row, preview=preview(page.services, sent.body, sent.created_at),
            steps=steps_of(connection, [sent])[sent.message_id],
            reason={"rule": row["rule"], "evidence": mail.evidence(row)},
        )  # fmt: skip


@router.get("/mail/{number}/html")
def html(page: SignedIn, number: Number) -> Response:
    """The HTML that the recipient sees, for a sandboxed frame."""
    with page.reading() as connection:
        found = mail.one(connection, number)
    document = preview(page.services, found[0].body, found[0].created_at).html if found else None
    if document is None:
        raise HTTPException(404, "This mail has no HTML.")
    return HTMLResponse(document, headers=FRAMED)


@router.post("/mail/held")
async def held(posted: AgentPosts) -> Response:
    """Release or drop the held mails that are ticked."""
    action = {"release": "mail-release", "drop": "mail-drop"}.get(posted.form.get("action", ""))
    ids = list(dict.fromkeys(posted.form.all("message_id")))[: mail.PAGE]
    if action is None or not ids:
        raise HTTPException(422, "Please tick the mails that are meant, and choose to release or to drop them.")
    position = None
    for message_id in ids:
        position = await outcome.perform(
            posted.page.services, posted.page.visitor.login, action, None, {"message_id": message_id}, patience=0
        )
    if position is not None:
        await outcome.processed(posted.page.services, position)
    return posted.back("/mail?state=held", position)


@router.post("/mail/{number}/again")
async def again(posted: AgentPosts, number: Number) -> Response:
    """Begin anew with a mail that was given up. How delivery goes is no input: nothing is decided by it."""
    services = posted.page.services
    if not await run_in_threadpool(try_again, services.engine, [number], services.clock()):
        raise HTTPException(409, "Only a mail that was given up can be sent again.")
    return posted.back(f"/mail/{number}")
