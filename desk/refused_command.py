"""Commands about what was held or set apart: which input is meant, and that it cannot be done."""

from correlate.effects import CommandRefused
from correlate.records import Cause, Reason
from ingest.event import Command, Input

_BEYOND = 2**62
"""No journal is so long, and no database has to be asked for such a number."""


def position_in(command: Command) -> int:
    """The argument `position`; 0, which no input has, for what is none."""
    named = command.arguments.get("position")
    return named if isinstance(named, int) and 0 < named < _BEYOND else 0


def refused(item: Input, command: Command, reason: Reason) -> CommandRefused:
    """That a command was not carried out, and why."""
    return CommandRefused(
        cause=Cause(item.position), at=item.accepted_at, reason=reason,
        action=command.action, actor=command.actor, subject=command.subject,
    )  # fmt: skip
