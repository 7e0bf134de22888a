"""How much the desk writes by itself: to one address, about one record, and to people whom it has never heard of.

Whoever makes a machine answer the desk, or puts somebody else's address into From, gets so many mails and no more. What
a person wrote on a page is not counted out.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from correlate.policy import Limit
from correlate.records import Outgoing, Reason
from correlate.turn import Turn

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WRITTEN = frozenset({"answer", "waiting"})
"""Templates of what an agent wrote."""
BARE = "bare_acknowledgement"
"""The template of what outsiders get."""


def exceeded(turn: Turn, outgoing: Outgoing) -> Reason | None:
    """Why an automatic mail would be one too many; None where it may leave."""
    if _must_arrive(outgoing):
        return None
    sent = turn.situation.sent.to(outgoing.to)
    about = outgoing.about or ""
    limit = _reached(turn, [each.at for each in sent if each.about == about], turn.policy.record_limits)
    if limit is not None:
        return Reason("too many mails about one record", _shown(limit))
    limit = _reached(turn, [each.at for each in sent], turn.policy.address_limits)
    return None if limit is None else Reason("too many mails to one address", _shown(limit))


def too_many_strangers(turn: Turn, outgoing: Outgoing) -> Reason | None:
    """Why an acknowledgement to an outsider who takes part in nothing yet is held: forged senders get no flood."""
    limit = turn.policy.strangers_per_hour
    if outgoing.template != BARE or len(turn.situation.people.get(outgoing.to, {}).keys() - {outgoing.about}) > 0:
        return None
    if turn.situation.sent.outsiders_since(turn.at - HOUR) < limit:
        return None
    return Reason("too many strangers", {"limit": limit})


def refused_today(turn: Turn, address: str, code: str) -> bool:
    """Whether this address has had a refusal for the same reason within a day."""
    sent = turn.situation.sent.to(address)
    return any(each.what == f"refusal/{code}" and turn.at - each.at < DAY for each in sent)


def _reached(turn: Turn, times: list[datetime], limits: Iterable[Limit]) -> Limit | None:
    for limit in limits:
        window = timedelta(seconds=limit.seconds)
        if sum(1 for at in times if turn.at - at < window) >= limit.mails:
            return limit
    return None


def _shown(limit: Limit) -> dict[str, int]:
    return {"limit": limit.mails, "minutes": limit.seconds // 60}


def _must_arrive(outgoing: Outgoing) -> bool:
    """What no limit holds back: whoever writes in somebody's name would otherwise silence the desk towards them.

    The end of a record is told once and answers nothing, so it makes no loop.
    """
    return outgoing.kind in ("staff", "webhook", "digest", "resolution") or outgoing.template in WRITTEN
