"""One decision in the making: what it reads, when it is, why it is asked, and the effects gathered so far."""

from datetime import datetime, timedelta

from correlate.effects import DeadlineCleared, DeadlineSet, Effect
from correlate.policy import Policy
from correlate.records import Cause, Deadline, Reason
from correlate.situation import Situation


class Turn:
    """Deciders append to `effects`; they read the situation and never change it."""

    __slots__ = ("at", "cause", "effects", "policy", "route", "situation")

    def __init__(self, situation: Situation, at: datetime, cause: Cause, route: str = "") -> None:
        self.situation = situation
        self.policy: Policy = situation.policy
        self.at = at
        self.cause = cause
        self.route = route
        self.effects: list[Effect] = []

    @property
    def held(self) -> bool:
        """Whether the source is observed only."""
        return self.route in self.policy.observing

    def after(self, seconds: float) -> datetime:
        return self.at + timedelta(seconds=seconds)

    def set_deadline(self, kind: str, subject: str, due: datetime, reason: Reason) -> None:
        deadline = Deadline(id=f"{kind}:{subject}", due=due, kind=kind, subject=subject)
        self.effects.append(DeadlineSet(cause=self.cause, at=self.at, reason=reason, deadline=deadline))

    def clear_deadline(self, kind: str, subject: str, reason: Reason) -> None:
        name = f"{kind}:{subject}"
        if name in self.situation.deadlines:
            self.effects.append(DeadlineCleared(cause=self.cause, at=self.at, reason=reason, id=name))
