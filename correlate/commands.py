"""What people do on pages, by the API and by mail."""

from classify.classification import Classification
from correlate.effects import CommandRefused
from correlate.records import Reason
from correlate.turn import Turn
from ingest.event import Command


def command_came(turn: Turn, command: Command, _: Classification | None) -> None:
    """An action of a person; what cannot be done is refused with a sentence."""
    reason = Reason("unknown action", {"action": command.action})
    turn.effects.append(
        CommandRefused(
            cause=turn.cause,
            at=turn.at,
            reason=reason,
            action=command.action,
            actor=command.actor,
            subject=command.subject,
        )
    )
