"""Problem records: from accepted to closed."""

from fastapi import APIRouter
from starlette.exceptions import HTTPException
from starlette.responses import Response

from correlate.known_errors import helps
from correlate.problem_lifecycle import NEEDS, OUTCOMES, PROBLEMS
from desk.night_search import running
from desk.web.page import ProblemManagerPosts, SignedIn
from desk.web.queries import problems, timeline

router = APIRouter()

_TEXTS = ("workaround", "root_cause", "change", "title", "duplicate_of")


@router.get("/problems")
def show(page: SignedIn, state: str = "open") -> Response:
    with page.reading() as connection:
        found = problems.find(connection, closed=state == "closed")
        return page.render(
            connection,
            "problems.html",
            search=running(page.services.settings.data_dir),
            state=state if state == "closed" else "open",
            found=[problem for row in found if (problem := problems.problem(connection, row["number"]))],
        )


@router.get("/problems/{number}")
def one(page: SignedIn, number: str) -> Response:
    with page.reading() as connection:
        problem = problems.problem(connection, number)
        if problem is None:
            raise HTTPException(404, f"There is no problem record {number[:20]}.")
        suggestion = problems.suggestion(connection, problem.suggestion) if problem.suggestion else None
        return page.render(
            connection,
            "problem.html",
            problem=problem,
            suggestion=suggestion,
            members=problems.members(connection, problem.incidents),
            open_incidents=problems.new_incidents(connection, number),
            timeline=timeline.history(connection, number),
            statuses=(problem.status, *PROBLEMS[problem.status]),
            needs=NEEDS,
            outcomes=[name for name in OUTCOMES if name != "withdrawn"],
            draft=suggestion.evidence.get("workaround") if suggestion is not None else None,
            helps=helps(problem),
            people=[user for user in page.services.accounts.users() if not user.disabled],
        )


@router.post("/problems/{number}")
async def change(posted: ProblemManagerPosts, number: str) -> Response:
    """What the form gives and differs from what stands there; the lifecycle decides whether it may be."""
    arguments = {name: posted.text(name) for name in (*_TEXTS, "owner", "outcome", "status")}
    before = {name: posted.form.get(f"was_{name}", "").replace("\r\n", "\n").strip() or None for name in arguments}
    changed = {name: value for name, value in arguments.items() if value is not None and value != before[name]}
    if not changed:
        return posted.back(f"/problems/{number}")
    return await posted.act("problem-set", number, f"/problems/{number}", **changed)
