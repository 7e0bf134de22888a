"""What people do with mails that were kept out as spam or by a rule: have them processed as usual.

As with inputs in quarantine, the copy that is processed is in the journal before the command (`again` is its position);
its envelope names who overruled the verdict, so that a replay does the same.
"""

import sqlalchemy as sa

from correlate.effects import Effect
from correlate.records import Cause, Reason
from desk.apply import Entry, Rows
from desk.refused_command import position_in, refused
from desk.tables import ignored
from ingest.event import Command, Input

IGNORED_ACTIONS = ("ignored-process",)


def ignored_command(connection: sa.Connection, rows: Rows, item: Input, command: Command) -> list[Effect]:
    """Note that the mail at the argument `position` is processed after all."""
    position = position_in(command)
    cause = Cause(item.position)
    if _status(connection, rows, position) != "ignored":
        return [refused(item, command, Reason("not among the ignored", {"position": position}))]
    rows.unignored[position] = "processed"
    evidence = {"actor": command.actor, "position": position, "again": command.arguments.get("again")}
    rows.entries.append(
        Entry(
            "input-processed",
            cause,
            item.accepted_at,
            Reason("processed after all", evidence),
            subject=str(position),
            actor=command.actor,
        )
    )
    return []


def _status(connection: sa.Connection, rows: Rows, position: int) -> str | None:
    """The status of an ignored mail; what this batch did to it counts."""
    if position in rows.unignored:
        return rows.unignored[position]
    if position in rows.ignored:
        return "ignored"
    found: str | None = connection.execute(
        sa.select(ignored.c.status).where(ignored.c.position == position)
    ).scalar_one_or_none()
    return found
