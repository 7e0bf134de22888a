"""Bringing labelled history in: examples into the journal, categories taken over, and a model trained from both."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from correlate import taxonomies
from desk.alongside import processing
from desk.config import Settings
from desk.learning.inputs import LONGEST, Example, examples_command
from desk.mail_archive import OldMail
from desk.tables import examples
from ingest.event import Command, Reading
from ingest.journal import Journal
from ingest.mail import read_mail
from ingest.normalize import draft_of

ROUTE = "import"
AREA = "imported"
LOT = 200
LOT_CHARACTERS = 1_000_000
KEPT_CHARACTERS = 4_000
"""Of one text: models read less."""


class Taken(Struct, kw_only=True):
    """What became of labelled rows: how many are new, and how many were known."""

    new: int = 0
    known: int = 0


def take_in(
    settings: Settings,
    engine: sa.Engine,
    journal: Journal,
    clock: Callable[[], datetime],
    rows: Sequence[Example],
    source: str,
    actor: str,
    *,
    replace_categories: bool = False,
    advance: Callable[[int], None] = lambda _: None,
) -> Taken:
    """The rows as examples, and their categories among those of the desk (or in place of them).

    A second run changes nothing: the same text with the same labels is kept once. Raises NotDurableError, DBAPIError.
    """
    before = _count(engine)
    names = [name for name, _ in Counter(r.labels["category"] for r in rows if "category" in r.labels).most_common()]
    with processing(settings, engine, journal, clock) as until:
        if names:
            what = "replace" if replace_categories else "adopt"
            told = Command(action=taxonomies.ACTION, actor=actor, arguments={
                "what": what, "names": names, "parent": AREA})  # fmt: skip
            until(journal.append([draft_of(told, ROUTE)], clock())[-1])
        for lot in _lots(rows):
            position = journal.append([draft_of(examples_command(source, lot, actor), ROUTE)], clock())[-1]
            until(position)
            advance(len(lot))
    new = _count(engine) - before
    return Taken(new=new, known=len(rows) - new)


def _count(engine: sa.Engine) -> int:
    with engine.connect() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(examples)) or 0


def _lots(rows: Iterable[Example]) -> Iterator[list[Example]]:
    lot: list[Example] = []
    size = 0
    for row in rows:
        kept = msgspec.structs.replace(row, body=row.body[:KEPT_CHARACTERS] if row.body else None)
        lot.append(kept)
        size += len(kept.subject or "") + len(kept.body or "")
        if len(lot) >= LOT or size >= LOT_CHARACTERS:
            yield lot
            lot, size = [], 0
    if lot:
        yield lot


def example_of(old: OldMail, category: str) -> Example | None:
    """A person's old mail as an example of a category; None for what a machine wrote, and for what cannot be read."""
    if old.trouble is not None:
        return None
    try:
        mail = read_mail(old.raw, Reading(), {})
    except (ValueError, LookupError):
        return None
    text = mail.new_text or mail.text
    if mail.automatic is not None or mail.in_reply_to or not (text or mail.subject):
        return None
    return Example(
        labels={"category": category}, subject=mail.subject, body=text[:LONGEST] if text else None,
        sender=mail.sender.address if mail.sender is not None else None, at=old.at,
    )  # fmt: skip
