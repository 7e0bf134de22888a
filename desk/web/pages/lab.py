"""The rule lab: a changed setting, rule, silence or model is played over recorded history before it is switched on."""

from datetime import timedelta

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from desk.lab.jobs import Lab
from desk.lab.trial import ChangeError
from desk.web.page import AdministratorPosts, Page, Posting, SignedIn

router = APIRouter()

SPANS = ((7, "the last week"), (30, "the last month"), (90, "the last quarter"), (0, "everything"))
EXAMPLES = (
    ("How long alerts gather before the owner is told", "group_wait = 120"),
    ("How long after the last activity a new alert may still join", "join_window = 3600"),
    ("How sure suggestions must be", "false_discovery_rate = 0.05"),
    ("Severities that never open an incident", 'ignored_severities = ["info", "warning"]'),
    ("Weights of evidence, as desk correlate fit writes them", '[weights]\n"mail.words" = 0.8'),
    (
        "A silence: maintenance, as in [windows.NAME]",
        '[[windows]]\nname = "patches"\nservices = ["shop"]\nrule = "FREQ=WEEKLY;BYDAY=SU;BYHOUR=3"\nduration = 7200',
    ),
    ("A rule", '[[page_rules]]\nname = "kiosks"\nwhen = [["subject", "contains", "kiosk"]]\npriority = "P4"'),
    ("Another model", 'model = "/var/lib/quietdesk/models/new.skops"'),
)


@router.get("/lab")
def show(page: SignedIn) -> Response:
    page.require("administrator")
    return _page(page, "")


@router.get("/lab/{name}")
def one(page: SignedIn, name: str) -> Response:
    page.require("administrator")
    return _page(page, name)


def _page(page: Page, name: str) -> Response:
    lab = Lab(page.services.settings.data_dir)
    state = lab.state(name) if name else None
    if name and state is None:
        raise HTTPException(404, f"There is no trial {name[:20]}.")
    with page.reading() as connection:
        return page.render(
            connection, "lab.html", state=state, states=lab.states(), busy=lab.is_busy(), spans=SPANS,
            examples=EXAMPLES, text=state.job.text if state is not None else "",
        )  # fmt: skip


@router.post("/lab")
async def begin(posted: AdministratorPosts) -> Response:
    """Start a trial, and go to its page."""
    text = posted.needed("change", "at least one setting, as in: group_wait = 60")
    days = posted.text("days", 4) or "30"
    span = timedelta(days=int(days)) if days.isdecimal() else timedelta(days=30)
    return await _begun(posted, text, span)


@router.post("/lab/weights")
async def weights(posted: AdministratorPosts) -> Response:
    """Fit the weights to what people corrected, and start a trial of them."""
    from desk.lab.weights import change_of, fit

    services = posted.page.services

    def fitted() -> str:
        return change_of(fit(services.engine, services.journal))

    try:
        text = await run_in_threadpool(fitted)
    except ChangeError as error:
        raise HTTPException(422, str(error)) from None
    return await _begun(posted, text, timedelta(days=30))


async def _begun(posted: Posting, text: str, span: timedelta) -> Response:
    from desk.lab.weights import job_of

    services, page = posted.page.services, posted.page
    try:
        job = await run_in_threadpool(
            job_of, services.settings, services.engine, text, page.visitor.login, page.now, span
        )
    except ChangeError as error:
        raise HTTPException(422, str(error)) from None
    lab = Lab(services.settings.data_dir)
    if await run_in_threadpool(lab.is_busy):
        raise HTTPException(409, "Another trial is being played: try again when it is over.")
    try:
        name = await run_in_threadpool(lab.begin, job)
    except FileExistsError:
        raise HTTPException(409, "Another trial has just begun: try again when it is over.") from None
    return RedirectResponse(f"/lab/{name}", 303)
