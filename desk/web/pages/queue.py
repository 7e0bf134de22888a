"""The queue, and what may be done to many records at once."""

from fastapi import APIRouter, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from desk.web import outcome
from desk.web.page import AgentPosts, SignedIn
from desk.web.queries import queue

router = APIRouter()

BULK = {"take", "assign", "set", "close"}
"""What is safe for many: it can be taken back, or concerns only what is resolved already."""


@router.get("/queue")
def show(page: SignedIn, request: Request) -> Response:
    wanted = queue.filter_of(request.query_params)
    with page.reading() as connection:
        return page.render(
            connection,
            "queue.html",
            wanted=wanted,
            found=queue.find(connection, wanted, page.visitor.login),
            choices=queue.choices(connection),
            statuses=list(queue.STATUSES),
            people=[user for user in page.services.accounts.users() if not user.disabled],
        )


@router.post("/queue")
async def bulk(posted: AgentPosts) -> Response:
    """The same command for every record that is ticked; each is an input of its own."""
    numbers = list(dict.fromkeys(posted.form.all("number")))[: queue.PAGE]
    action = posted.form.get("action", "")
    if action not in BULK:
        raise HTTPException(422, "Please choose what to do with these records.")
    if not numbers:
        raise HTTPException(422, "Please tick the records that are meant.")
    arguments = {}
    if action == "assign":
        arguments = {"assignee": posted.needed("assignee", "the agent to assign them to")}
    elif action == "set":
        arguments = {"field": "priority", "value": posted.needed("priority", "the new priority")}
    position = None
    for number in numbers:
        position = await outcome.perform(
            posted.page.services, posted.page.visitor.login, action, number, arguments, patience=0
        )
    if position is not None:
        await outcome.processed(posted.page.services, position)
    return posted.back("/queue", position)
