"""Where the desk's own models lie: in its database, so that a backup has them and several machines share them.

The journal says which one is in force, by the digest of its bytes; what does not fit its digest is never used.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import sqlalchemy as sa

from classify.classification import Model
from classify.model_file import model_digest, starter_model_path
from desk.config import Settings
from desk.database import writing
from desk.own_tables import models
from desk.tables import entries, state

if TYPE_CHECKING:  # what classifies brings numpy along, which whoever only asks for digests can do without
    from classify.model import StoredModel

KEPT = 8
"""Models of the past that one can go back to."""


def put(engine: sa.Engine, digest: str, file: bytes, at: datetime) -> None:
    """Keep a model. The oldest ones go, but never the one in force nor the one before it."""
    with writing(engine) as connection:
        connection.execute(sa.delete(models).where(models.c.digest == digest))
        connection.execute(sa.insert(models).values(digest=digest, at=at, file=file))
        newest = connection.scalars(sa.select(models.c.digest).order_by(models.c.at.desc()).limit(KEPT)).all()
        keep = {*newest, digest, *(each for each in past(connection)[:2] if each)}
        connection.execute(sa.delete(models).where(models.c.digest.not_in(sorted(keep))))


def in_force(connection: sa.Connection) -> str | None:
    """The digest of the model in force."""
    value = connection.scalar(sa.select(state.c.value).where(state.c.name == "model"))
    return None if value is None else msgspec.json.decode(value, type=str | None)


def past(connection: sa.Connection) -> list[str | None]:
    """The models that were in force, newest first, beginning with the present one."""
    e = entries.c
    query = sa.select(e.subject).where(e.kind == "model-changed").order_by(e.id.desc()).limit(50)
    return list(connection.scalars(query))


def before(connection: sa.Connection) -> str | None:
    """The model to go back to: the last one that differs from the one in force and was not left by going back."""
    e = entries.c
    query = sa.select(e.subject, e.rule).where(e.kind == "model-changed").order_by(e.id)
    stack: list[str | None] = []
    for digest, rule in connection.execute(query):
        if rule == "model taken back" and digest in stack[:-1]:
            while stack[-1] != digest:
                stack.pop()
        elif not stack or stack[-1] != digest:
            stack.append(digest)
    return stack[-2] if len(stack) > 1 else None


def is_own(connection: sa.Connection, digest: str | None) -> bool:
    """Whether the desk trained this model itself."""
    if digest is None:
        return False
    return connection.scalar(sa.select(sa.literal(1)).where(models.c.digest == digest)) is not None


def is_there(connection: sa.Connection, settings: Settings) -> bool:
    """Whether the model in force lies where it is looked for; that none is in force is well too."""
    digest = in_force(connection)
    return (
        digest is None or is_own(connection, digest) or any(model_digest(path) == digest for path in _files(settings))
    )


def _files(settings: Settings) -> list[Path]:
    configured = [Path(settings.model.file)] if settings.model.file else []
    return [*configured, starter_model_path()]


def stored_model(engine: sa.Engine, settings: Settings, digest: str) -> "StoredModel":
    """The model with this digest: of the shelf, else the configured one, else the one that ships.

    Raises LoadError where there is none, or where its bytes are not those that the digest stands for.
    """
    from classify.model import LoadError, load, loaded

    with engine.connect() as connection:
        file = connection.scalar(sa.select(models.c.file).where(models.c.digest == digest))
    if file is not None:
        return loaded(bytes(file), digest)
    for path in _files(settings):
        if model_digest(path) == digest:
            return load(path, digest)
    raise LoadError(f"The model {digest[:12]}… is not in the desk's database, nor is it the configured one")


_CARDS: dict[str, Mapping[str, Any]] = {}
"""Cards by digest: what a digest stands for never changes, and a model takes a while to load."""
_MOST_CARDS = 8


def card(engine: sa.Engine, settings: Settings, digest: str) -> Mapping[str, Any]:
    """The card of a model. Raises LoadError as `stored_model` does."""
    known = _CARDS.get(digest)
    if known is None:
        known = stored_model(engine, settings, digest).card
        while len(_CARDS) >= _MOST_CARDS:
            _CARDS.pop(next(iter(_CARDS)), None)
        _CARDS[digest] = known
    return known


def card_if_any(engine: sa.Engine, settings: Settings, digest: str | None) -> Mapping[str, Any]:
    """The same; nothing where no model is in force, or none that could be read, which is told elsewhere."""
    from classify.model import LoadError

    try:
        return card(engine, settings, digest) if digest is not None else {}
    except LoadError:
        return {}


def model_for(engine: sa.Engine, settings: Settings, digest: str | None) -> Model | None:
    """What classifies where this digest is in force. Raises LoadError; the caller then decides by rules alone."""
    return None if digest is None else stored_model(engine, settings, digest)
