"""Delivery in the caller's thread: everything that is due leaves in one pass. For desks on a moved clock."""

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from desk.delivery import Way, result_of
from desk.outbox import Due, Result, lease, reported, settle
from desk.replies import Composer, UnsendableError
from desk.smtp_out import Handed
from ingest.event import Delivered, Draft
from ingest.normalize import draft_of

_HOLDER = "postman"
_ROUND = 500


class Postman:
    """The same outbox, letters and ways as those of `desk.delivery`, without its threads and its patience."""

    def __init__(self, engine: sa.Engine, composer: Composer, way: Way, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._composer = composer
        self._way = way
        self._clock = clock

    def deliver(self) -> list[Draft]:
        """Hand on what is due at the clock's time; returns the `delivery` inputs that the journal has to hear of."""
        reports: list[Draft] = []
        while True:
            now = self._clock()
            taken = lease(self._engine, _HOLDER, now, _ROUND, per_domain=_ROUND, busy={})
            if not taken:
                return reports
            results = [self._result(due) for due in taken]
            finals = settle(self._engine, _HOLDER, results, now)
            reports += [
                draft_of(Delivered(message_id=final.message_id, result=final.result, answer=final.answer), "outbox")
                for final in finals
            ]
            reported(self._engine, [final.id for final in finals])
            if any(result.outcome == "unreached" for result in results):
                return reports  # it stays due: the next pass tries again

    def _result(self, due: Due) -> Result:
        try:
            handed = self._way.hand(self._composer.compose(due.outgoing, due.created_at, due.id))
        except UnsendableError as error:
            handed = Handed("failed", str(error))
        return result_of(due, handed)
