"""Is the desk well? For load balancers, for Prometheus, and for people."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import msgspec
from fastapi import APIRouter, Request
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DBAPIError
from starlette.responses import JSONResponse, PlainTextResponse, Response

from desk import metrics, room
from desk.calendars import TROUBLE as CALENDAR_TROUBLE
from desk.learning import shelf
from desk.mailboxes import Mailboxes
from desk.outbox import TEMPLATE_TROUBLE, WEBHOOK
from desk.store import MODEL_TROUBLE, processed_position
from desk.tables import outbox, state
from desk.web.page import SignedIn, services_of
from desk.web.queries import counts, staff
from desk.web.rendering import duration, size
from desk.web.services import WebServices
from ingest.journal import DamagedError, NotDurableError

router = APIRouter()
log = logging.getLogger(__name__)

LAG = timedelta(minutes=2)
"""An input that has waited for longer means that processing does not keep up, or stands still."""
OUTBOX_LAG = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True)
class Check:
    """`needed` checks decide whether the desk is ready to accept."""

    name: str
    well: bool
    words: str
    needed: bool = False


def _journal(services: WebServices) -> Check:
    head = services.journal.head()
    return Check(name="journal", well=True, words=f"answers; its head is at position {head.position}", needed=True)


def _disk(services: WebServices) -> Check:
    """Room for the journal and the tables, where they are files."""
    free = room.free(services.settings)
    if free is None:
        return Check(name="disk", well=True, words="the databases are on servers of their own")
    words = f"{size(free)} are free for the databases"
    if free >= room.SCARCE:
        return Check(name="disk", well=True, words=words)
    return Check(
        name="disk", well=False, needed=free < room.NONE_LEFT,
        words=f"{words}: make room, or nothing can be accepted before long",
    )  # fmt: skip


def _database(services: WebServices) -> Check:
    with services.engine.connect() as connection:
        position = processed_position(connection)
    return Check(name="database", well=True, words=f"answers; processed up to position {position}", needed=True)


def _processing(services: WebServices) -> Check:
    with services.engine.connect() as connection:
        position = processed_position(connection)
    head = services.journal.head().position
    if head <= position:
        return Check(name="processing", well=True, words="everything accepted has been processed")
    oldest = services.journal.get(position + 1)
    waited = services.clock() - oldest.accepted_at if oldest is not None else timedelta(0)
    return Check(
        name="processing", well=waited < LAG,
        words=f"{head - position} inputs wait, the oldest for {duration(waited.total_seconds())}",
    )  # fmt: skip


def _mail(services: WebServices) -> Check:
    with services.engine.connect() as connection:
        states = counts.mail_states(connection)
        unsent = (outbox.c.status.in_(("due", "sending")), outbox.c.kind != WEBHOOK)
        oldest = connection.scalar(select(func.min(outbox.c.created_at)).where(*unsent))
    waited = services.clock() - oldest if oldest is not None else timedelta(0)
    waiting = states["due"] + states["sending"]
    words = f"{waiting} mails wait" + (f", the oldest for {duration(waited.total_seconds())}" if waiting else "")
    return Check(
        name="mail", well=waited < OUTBOX_LAG and not states["failed"],
        words=words + (f"; {states['failed']} were given up" if states["failed"] else ""),
    )  # fmt: skip


def _mailboxes(services: WebServices) -> Check:
    """Names only: whoever asks /readyz need not have logged in. The page of sources has the reasons."""
    found = Mailboxes(services.settings.mailboxes, services.engine, services.clock).all()
    failing = [mailbox.name for mailbox in found if mailbox.trouble is not None]
    words = f"{len(found)} are read" if found else "none is read by IMAP"
    if failing:
        words = f"{', '.join(failing)} cannot be read: Sources says why"
    return Check(name="mailboxes", well=not failing, words=words)


def _templates(services: WebServices) -> Check:
    with services.engine.connect() as connection:
        trouble = _state(connection, TEMPLATE_TROUBLE)
    own = services.settings.delivery.templates is not None
    return Check(
        name="templates", well=trouble is None,
        words=trouble or ("your own are used" if own else "those that are shipped are used"),
    )  # fmt: skip


def _webhooks(services: WebServices) -> Check:
    """Names only, as with mailboxes: On call has the answers."""
    with services.engine.connect() as connection:
        lines = staff.lines(connection, services.settings.webhooks)
    troubled = [line.name for line in lines if line.failed or (line.waiting and line.answer)]
    words = f"{len(lines)} are posted to" if lines else "none is configured"
    if troubled:
        words = f"{', '.join(troubled)} did not take everything: On call says why"
    return Check(name="webhooks", well=not troubled, words=words)


def _calendars(services: WebServices) -> Check:
    with services.engine.connect() as connection:
        trouble = _state(connection, CALENDAR_TROUBLE)
    words = "those of the teams are read" if services.settings.teams else "no team has one"
    return Check(name="calendars", well=trouble is None, words=trouble or words)


def _model(services: WebServices) -> Check:
    """Without a model rules decide alone and a person the rest: nothing is refused for it."""
    with services.engine.connect() as connection:
        digest = shelf.in_force(connection)
        trouble = _state(connection, MODEL_TROUBLE)
        if trouble is None and not shelf.is_there(connection, services.settings):
            trouble = f"The model {(digest or '')[:12]}… is not there: rules decide alone."
    words = f"{digest[:12]}… is in force" if digest else "none: rules decide alone"
    return Check(name="model", well=trouble is None, words=trouble or words)


CHECKS: tuple[Callable[[WebServices], Check], ...] = (
    _journal, _database, _disk, _processing, _mail, _templates, _mailboxes, _calendars, _webhooks, _model)  # fmt: skip


def examine(services: WebServices) -> list[Check]:
    """Every check; one that fails says why in one sentence."""
    found = []
    for check in CHECKS:
        name = check.__name__.strip("_")
        try:
            found.append(check(services))
        except (DBAPIError, NotDurableError, DamagedError, OSError) as error:
            log.warning("health: %s does not answer: %s", name, error)
            found.append(Check(name=name, well=False, words="does not answer; the log says why", needed=True))
    return found


def _state(connection: Connection, name: str) -> str | None:
    value = connection.scalar(select(state.c.value).where(state.c.name == name))
    return None if value is None else msgspec.json.decode(value)


@router.get("/healthz")
def alive() -> Response:
    """The process answers. Whether it can do its work is said by /readyz."""
    return PlainTextResponse("ok\n")


@router.get("/readyz")
def ready(request: Request) -> Response:
    """200 where input can be accepted and stored, else 503; the checks are in the body."""
    checks = examine(services_of(request))
    well = all(check.well for check in checks if check.needed)
    return JSONResponse(
        {"ready": well, "checks": {check.name: {"well": check.well, "detail": check.words} for check in checks}},
        200 if well else 503,
    )


@router.get("/metrics")
def expose(request: Request) -> Response:
    """For Prometheus."""
    found: metrics.Metrics = request.app.state.metrics
    return Response(found.text(), headers={"content-type": metrics.CONTENT_TYPE})


@router.get("/health")
def show(page: SignedIn) -> Response:
    services = page.services
    with page.reading() as connection:
        return page.render(
            connection, "health.html", checks=examine(services), head=services.journal.head(),
            position=processed_position(connection), model=_state(connection, "model"),
            trouble=_state(connection, MODEL_TROUBLE),
        )  # fmt: skip
