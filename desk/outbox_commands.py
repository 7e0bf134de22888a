"""What people do with mails that are held back because their source is only observed: let them out, or drop them."""

from collections.abc import Mapping

import sqlalchemy as sa

from correlate.effects import Effect
from correlate.notices import NOTICE_LET_OUT
from correlate.records import Cause, Reason
from desk.apply import Entry, Rows
from desk.refused_command import refused
from desk.tables import outbox
from ingest.event import Command, Input

OUTBOX_ACTIONS: Mapping[str, str] = {"mail-release": "due", "mail-drop": "dropped"}
"""Action to the status that a held mail takes."""


def outbox_command(connection: sa.Connection, rows: Rows, item: Input, command: Command) -> list[Effect]:
    """Carry out `mail-release` or `mail-drop` on the held mail whose Message-ID is the command's subject."""
    named = command.subject or command.arguments.get("message_id")
    message_id = named if isinstance(named, str) else ""
    cause = Cause(item.position)
    status, about = _status(connection, rows, message_id)
    if status != "held":
        return [refused(item, command, Reason("mail is not held", {"message_id": message_id, "status": status}))]
    becomes = OUTBOX_ACTIONS[command.action]
    rows.let_go[message_id] = (becomes, item.accepted_at)
    kind = "mail-released" if becomes == "due" else "mail-dropped"
    reason = Reason("released by a person" if becomes == "due" else "dropped by a person", {"actor": command.actor})
    entry = Entry(kind, cause, item.accepted_at, reason, about, subject=message_id, actor=command.actor)
    rows.entries.append(entry)
    return []


def heard_by(connection: sa.Connection, rows: Rows, command: Command) -> Command | None:
    """Who of the staff hears of which incident now that a held notice is let out; None where nobody does."""
    named = command.subject or command.arguments.get("message_id")
    message_id = named if isinstance(named, str) else ""
    if rows.let_go.get(message_id, ("",))[0] != "due":
        return None
    columns = (outbox.c.kind, outbox.c.about, outbox.c.to)
    row = connection.execute(sa.select(*columns).where(outbox.c.message_id == message_id)).one_or_none()
    if row is not None:
        kind, about, to = row
    else:
        mail = rows.due[message_id].outgoing
        kind, about, to = mail.kind, mail.about, mail.to
    if kind not in ("staff", "webhook") or about is None:
        return None
    return Command(action=NOTICE_LET_OUT, actor=command.actor, subject=about, arguments={"to": to})


def _status(connection: sa.Connection, rows: Rows, message_id: str) -> tuple[str | None, str | None]:
    """The status of an outgoing mail and what it is about; what this batch did to it counts."""
    row = connection.execute(
        sa.select(outbox.c.status, outbox.c.about).where(outbox.c.message_id == message_id)
    ).one_or_none()
    status, about = (row.status, row.about) if row is not None else (None, None)
    if row is None and message_id in rows.due:
        mail = rows.due[message_id].outgoing
        status, about = "held" if mail.held else "due", mail.about
    if message_id in rows.let_go:
        status = rows.let_go[message_id][0]
    return status, about
