"""What steers decisions enters the journal: the policy, and which model classifies, each when it has changed."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec
import sqlalchemy as sa

from correlate.policy import Agent
from desk import calendars
from desk.accounts import Accounts
from desk.calendars import read_teams, teams_in_force
from desk.clock import SystemClock
from desk.config import Settings
from desk.database import writing
from desk.hooks import Hooks
from desk.mailboxes import Mailboxes
from desk.tables import state
from ingest.event import Configured, Draft, ModelInForce
from ingest.journal import Journal
from ingest.normalize import draft_of


def publish(
    settings: Settings, engine: sa.Engine, journal: Journal, clock: Callable[[], datetime] | None = None
) -> list[int]:
    """Append a `config` and a `model` input where they differ from those appended last; returns their positions.

    If the note of what was appended is lost (a crash in between), the same input is appended once more, which changes
    nothing.
    """
    clock = clock or SystemClock()
    wanted = {"config": policy_draft(settings, engine, clock), "model": model_draft(settings)}
    published = []
    for name, draft in wanted.items():
        digest = hashlib.sha256(draft.body).hexdigest()
        if name == "model" and settings.model.file is None and _has_its_own(engine):
            continue  # another starter model, as of an upgrade, does not take the place of what the desk has learned
        if _noted(engine, name) != digest:
            published += journal.append([draft], clock())
            _note(engine, name, digest)
    return published


def _has_its_own(engine: sa.Engine) -> bool:
    """Whether the model in force is one that the desk trained."""
    from desk.learning.shelf import in_force, is_own

    with engine.connect() as connection:
        return is_own(connection, in_force(connection))


def policy_draft(settings: Settings, engine: sa.Engine, clock: Callable[[], datetime]) -> Draft:
    """The policy as it follows from the settings, and from the hooks and mailboxes that are still observed."""
    mailboxes = Mailboxes(settings.mailboxes, engine, clock).observing()
    teams, troubles = read_teams(settings.teams, teams_in_force(engine)) if settings.teams else ((), [])
    if settings.teams:
        calendars.tell(engine, troubles)
    policy = settings.policy(Hooks(engine, clock).observing(), epoch_of(engine), mailboxes, teams)
    policy = msgspec.structs.replace(policy, agents=agents_of(engine, clock))
    return draft_of(Configured(settings=msgspec.to_builtins(policy)), "config")


def agents_of(engine: sa.Engine, clock: Callable[[], datetime]) -> tuple[Agent, ...]:
    """Everybody who may log in: whom a record can be assigned to, and who may act by mail."""
    return tuple(
        Agent(login=user.login, name=user.name, address=user.address, roles=tuple(sorted(user.roles)))
        for user in Accounts(engine, clock).users()
        if not user.disabled
    )


def model_draft(settings: Settings) -> Draft:
    """Which model is in force, by digest: that of `[model] file`, or the starter model."""
    from classify.model_file import model_digest, starter_model_path

    path = Path(settings.model.file) if settings.model.file else starter_model_path()
    return draft_of(ModelInForce(digest=model_digest(path)), "config")


def epoch_of(engine: sa.Engine) -> int:
    """How often this desk has been restored from a backup."""
    with engine.connect() as connection:
        value = connection.execute(sa.select(state.c.value).where(state.c.name == "epoch")).scalar_one_or_none()
    return 0 if value is None else int(value)


def _noted(engine: sa.Engine, name: str) -> str | None:
    with engine.connect() as connection:
        value = connection.execute(
            sa.select(state.c.value).where(state.c.name == f"published {name}")
        ).scalar_one_or_none()
    return None if value is None else str(msgspec.json.decode(value))


def _note(engine: sa.Engine, name: str, digest: str) -> None:
    row = {"name": f"published {name}", "value": msgspec.json.encode(digest).decode()}
    with writing(engine) as connection:
        connection.execute(sa.delete(state).where(state.c.name == row["name"]))
        connection.execute(sa.insert(state).values(**row))
