"""The model: what is in force, how it fares, what it may have learned wrongly. For those who answer for it."""

from collections.abc import Mapping, Sequence

from fastapi import APIRouter, Request
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from classify.classification import LEVELS
from classify.model_file import STARTER_DATA
from correlate.policy import Policy
from correlate.priorities import cell_of, own_cells
from correlate.taxonomies import in_force as taxonomy_of
from desk import figures
from desk.drawing import DrawingError, Painter
from desk.learning import cards, shelf, watching
from desk.learning.checked import checked
from desk.learning.trial import Watched
from desk.learning.watching import Answer
from desk.store import MODEL_TROUBLE, read_state
from desk.web import outcome
from desk.web.page import Number, Page, ProblemManagerPosts, SignedIn
from desk.web.queries import counts, model
from desk.web.security import DOWNLOAD, Role

router = APIRouter()

CRITICALITIES = (1, 2, 3, 4)


ROLE: Role = "problem-manager"
"""Who may look: administrators have every role."""


def _answers(page: Page, connection: Connection) -> list[Answer]:
    return watching.answers(connection, taxonomy_of(counts.policy(connection)), page.now)


@router.get("/model")
def show(page: SignedIn, category: str = "") -> Response:
    page.require(ROLE)
    with page.reading() as connection:
        policy = counts.policy(connection)
        known = _answers(page, connection)
        promise = page.services.settings.model.promise
        watched = watching.watched(known, promise, page.now)
        digest = shelf.in_force(connection)
        about = shelf.card_if_any(page.services.engine, page.services.settings, digest)
        _, doubtful = model.doubts(connection, 0)
        return page.render(
            connection, "model.html", digest=digest, about=about, ships=about.get("data") == STARTER_DATA,
            before=shelf.before(connection),
            trouble=read_state(connection).get(MODEL_TROUBLE), promise=promise, watched=watched,
            lower=_lower(watched), checked=checked(connection, taxonomy_of(policy), promise, page.now),
            night=model.last_watched(connection), weeks=watching.by_week(known, page.now, category or None),
            classes=watching.by_category(known), bins=watching.calibration(known), category=category,
            tried=model.tried(connection), changes=model.changes(connection), doubtful=doubtful, matrix=_matrix(policy),
            levels=LEVELS, criticalities=CRITICALITIES, order=figures.ORDER, services=policy.services,
        )  # fmt: skip


def _lower(watched: Watched) -> float:
    """The lower 95 % bound of the share of right answers among those decided."""
    from classify.abstention import lower_bound

    return lower_bound(round((watched.right_of_decided or 0) * watched.judged), watched.judged)


def _matrix(policy: Policy) -> Mapping[int | None, Mapping[str, Sequence[str]]]:
    """Criticality (None: no service known) to impact to the priorities by falling urgency."""
    return {
        criticality: {
            impact: [cell_of(own_cells(policy), impact, urgency, criticality) for urgency in LEVELS]
            for impact in LEVELS
        }
        for criticality in (None, *CRITICALITIES)
    }


@router.get("/model/weeks.svg")
def weeks(page: SignedIn, request: Request, category: str = "", theme: str = "") -> Response:
    """What became of the answers, week by week."""
    page.require(ROLE)
    with page.reading() as connection:
        found = watching.by_week(_answers(page, connection), page.now, category or None)
    counted = tuple(tuple(counts_[kind] for kind in figures.ORDER) for _, counts_ in found)
    starts = tuple(start.replace(hour=0, minute=0, second=0, microsecond=0) for start, _ in found)
    return _drawn(request, figures.Weeks(starts, counted), theme)


@router.get("/model/calibration.svg")
def calibration(page: SignedIn, request: Request, theme: str = "") -> Response:
    """How sure the model was against how often it was right."""
    page.require(ROLE)
    from classify.abstention import lower_bound

    with page.reading() as connection:
        bins = watching.calibration(_answers(page, connection))
    points = tuple(
        (b.confidence, b.right / b.total, lower_bound(b.right, b.total, 0.025),
         1 - lower_bound(b.total - b.right, b.total, 0.025))
        for b in bins
    )  # fmt: skip
    return _drawn(request, figures.Curve(points, page.services.settings.model.promise), theme)


def _drawn(request: Request, wanted: figures.Weeks | figures.Curve, theme: str) -> Response:
    painter: Painter = request.app.state.painter
    try:
        drawn = painter.figure(wanted, dark=theme == "dark")
    except DrawingError as error:
        raise HTTPException(503, str(error)) from error
    return Response(drawn, media_type="image/svg+xml", headers={"cache-control": "private, max-age=300"})


@router.get("/model/card.md")
def card(page: SignedIn) -> Response:
    """The card of the model in force, as a file."""
    page.require(ROLE)
    return Response(_card(page), media_type="text/plain; charset=utf-8", headers={
        **DOWNLOAD, "content-disposition": 'attachment; filename="model-card.md"'})  # fmt: skip


@router.get("/model/card")
def card_page(page: SignedIn) -> Response:
    """The same to read."""
    page.require(ROLE)
    text = _card(page)
    with page.reading() as connection:
        return page.render(connection, "model_card.html", text=text, lost=None)


def _card(page: Page) -> str:
    from classify.model import LoadError

    with page.reading() as connection:
        digest = shelf.in_force(connection)
    if digest is None:
        raise HTTPException(404, "No model is in force: rules alone decide.")
    try:
        return cards.written(digest, shelf.card(page.services.engine, page.services.settings, digest))
    except LoadError as error:
        raise HTTPException(404, f"{error}.") from error


@router.get("/model/trials/{position}")
def lost(page: SignedIn, position: Number) -> Response:
    """The card of a challenger that was trained and not put in force, and why it lost."""
    page.require(ROLE)
    with page.reading() as connection:
        found = model.tried_at(connection, position)
        if found is None or found.trial.card is None:
            raise HTTPException(404, "There is no card of such a training.")
        text = cards.written(None, found.trial.card)
        return page.render(connection, "model_card.html", text=text, lost=found)


@router.get("/model/labels")
def labels(page: SignedIn) -> Response:
    """Labels that are not learned from until somebody says which are right."""
    page.require(ROLE)
    with page.reading() as connection:
        shown, total = model.doubts(connection)
        return page.render(connection, "model_labels.html", shown=shown, total=total)


@router.post("/model/labels")
async def judge(posted: ProblemManagerPosts) -> Response:
    """One value is right, all are, or none."""
    keys, values = posted.form.all("key"), posted.form.all("value")
    if not keys or len(keys) != len(values):
        raise HTTPException(422, "Please choose among labels that are shown.")
    chosen = posted.needed("right", "which of the labels are right")
    right = [key for key, value in zip(keys, values, strict=True) if chosen in ("all of them", f"only {value}")]
    wrong = [key for key in keys if key not in right]
    services, login = posted.page.services, posted.page.visitor.login
    position = None
    for verdict, some in (("dropped", wrong), ("kept", right)):
        if some:
            given = {"labels": some, "verdict": verdict}
            position = await outcome.perform(services, login, "labels-judge", None, given)
    return posted.back("/model/labels", position)


@router.post("/model/back")
async def back(posted: ProblemManagerPosts) -> Response:
    """Go back to the model of before."""
    posted.page.require("administrator")
    page = posted.page

    def look() -> str | None:
        with page.reading() as connection:
            return shelf.before(connection)

    digest = await run_in_threadpool(look)
    if digest is None:
        raise HTTPException(409, "There is no earlier model to go back to.")
    from desk.learning.round import back_draft

    position = await page.services.accept(back_draft(digest, page.visitor.login))
    await outcome.processed(page.services, position)
    return posted.back("/model", position)
