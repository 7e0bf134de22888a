"""What people do with inputs in quarantine: dismiss them, or have them read again after a fix.

`quarantine-replay` marks an input as tried again; its copy, which is read by the ordinary way, is in the journal before
the command (`again` is its position). So an input is never decided twice, and a replay of the journal does the same.
"""

from collections.abc import Mapping

import sqlalchemy as sa

from correlate.effects import Effect
from correlate.records import Cause, Reason
from desk.apply import Entry, Rows
from desk.refused_command import position_in, refused
from desk.tables import quarantine
from ingest.event import Command, Input

QUARANTINE_ACTIONS: Mapping[str, str] = {"quarantine-replay": "replayed", "quarantine-dismiss": "dismissed"}
"""Action to the status that an input in quarantine takes."""


def quarantine_command(connection: sa.Connection, rows: Rows, item: Input, command: Command) -> list[Effect]:
    """Carry out `quarantine-replay` or `quarantine-dismiss` on the input at the argument `position`."""
    position = position_in(command)
    cause = Cause(item.position)
    if _status(connection, rows, position) != "waiting":
        return [refused(item, command, Reason("not in quarantine", {"position": position}))]
    becomes = QUARANTINE_ACTIONS[command.action]
    rows.settled[position] = becomes
    again = command.arguments.get("again")
    reason = Reason(
        "read again by a person" if becomes == "replayed" else "dismissed by a person",
        {"actor": command.actor, "position": position, "again": again},
    )
    entry = Entry(
        f"input-{becomes}", cause, item.accepted_at, reason, subject=str(position), actor=command.actor
    )  # fmt: skip
    rows.entries.append(entry)
    return []


def _status(connection: sa.Connection, rows: Rows, position: int) -> str | None:
    """The status of an input in quarantine; what this batch did to it counts."""
    if position in rows.settled:
        return rows.settled[position]
    if position in rows.quarantine:
        return "waiting"
    query = sa.select(quarantine.c.status).where(quarantine.c.position == position)
    found: str | None = connection.execute(query).scalar_one_or_none()
    return found
