"""What was kept out as spam or by a rule, with its reason; an agent can have it processed after all."""

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import Response

from desk.web.page import AgentPosts, Number, SignedIn
from desk.web.queries import ignored
from desk.web.rule_inputs import process_ignored, reason_of

router = APIRouter()


@router.get("/ignored")
def show(page: SignedIn, why: str = "", state: str = "ignored", before: Number | None = None) -> Response:
    why = why if why in ignored.REASONS else ""
    state = state if state in ignored.STATES else "ignored"
    with page.reading() as connection:
        rows = ignored.find(connection, why or None, state, before)
        return page.render(
            connection,
            "ignored.html",
            why=why,
            state=state,
            rows=[{**row, "reason": reason_of(row["rule"], row["evidence"])} for row in rows[: ignored.PAGE]],
            older=rows[ignored.PAGE - 1]["position"] if len(rows) > ignored.PAGE else None,
        )


@router.post("/ignored/{position}/process")
async def process(posted: AgentPosts, position: Number) -> Response:
    """Have the mail processed as usual."""
    services, login = posted.page.services, posted.page.visitor.login
    command = await process_ignored(services, login, position)
    if command is None:
        raise HTTPException(410, "The content of this mail has been erased, so it cannot be processed.")
    return posted.back("/ignored", command)
