"""Inputs that could not be understood: why, the bytes, and another try."""

import msgspec
from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import Response

from desk.web import outcome
from desk.web.page import AdministratorPosts, Number, SignedIn
from desk.web.queries import sources

router = APIRouter()

STATES = ("waiting", "replayed", "dismissed")
PREVIEW = 600


@router.get("/quarantine")
def show(page: SignedIn, state: str = "waiting") -> Response:
    state = state if state in STATES else "waiting"
    with page.reading() as connection:
        rows = sources.quarantined(connection, state)
        inputs = {row["position"]: page.services.journal.get(row["position"]) for row in rows[:50]}
        return page.render(
            connection,
            "quarantine.html",
            state=state,
            states=STATES,
            rows=[
                {**row, "reason": {"rule": row["rule"], "evidence": msgspec.json.decode(row["evidence"])}}
                for row in rows
            ],
            inputs=inputs,
            previews={
                position: found.body[:PREVIEW].decode("utf-8", "replace")
                for position, found in inputs.items()
                if found is not None and found.body is not None
            },
        )


@router.post("/quarantine/{position}/{action}")
async def decide(posted: AdministratorPosts, position: Number, action: str) -> Response:
    """Try again after a fix, or set it aside for good."""
    if action not in {"replay", "dismiss"}:
        raise HTTPException(404, "There is no such action.")
    if action == "dismiss":
        return await posted.act("quarantine-dismiss", None, "/quarantine", position=position)
    services, login = posted.page.services, posted.page.visitor.login
    command = await outcome.read_again(services, login, position)
    if command is None:
        raise HTTPException(410, "The content of this input has been erased, so it cannot be read again.")
    return posted.back("/quarantine", command)
