"""Somebody announces a change: by a webhook, by the API, or by a mail. Incidents that it came before say so."""

import re
from datetime import datetime, timedelta

from msgspec.structs import replace

from correlate import agents, authenticity, changes, silencing
from correlate.effects import ChangeRecorded
from correlate.records import OPEN_STATUSES, Change, Reason, Record
from correlate.turn import Turn
from ingest.event import ChangeNotice, Mail

_ANNOUNCED = Reason("change announced")
_BY_MAIL = Reason("change announced by mail")
_SUBJECT = re.compile(r"^\s*(?:\[change\]|change\s*:)\s*(?P<title>\S.{0,190})", re.IGNORECASE)
_LINE = re.compile(
    r"^[ \t]{0,8}(?P<name>service|start|end|id)[ \t]{0,8}:[ \t]{0,8}(?P<value>\S.{0,190})$",
    re.IGNORECASE | re.MULTILINE,
)
_TOLD_LATE = timedelta(hours=1)
"""A change that is told of so long after an incident began is still named there."""


def change_came(turn: Turn, event: ChangeNotice) -> None:
    """Keep the change; a second notice with its id says more of it."""
    situation = turn.situation
    name = event.id or situation.next_number("CHG")
    known = situation.changes.get(name)
    change = Change(
        id=name,
        service=situation.services.of(None, event.service) or event.service or (known.service if known else None),
        title=event.title or (known.title if known else None) or name,
        start=event.start or (known.start if known else turn.at),
        end=event.end or (known.end if known else None),
    )
    turn.effects.append(ChangeRecorded(cause=turn.cause, at=turn.at, reason=_ANNOUNCED, change=change))
    silencing.for_change(turn, change)
    if known is None:
        _blame_late(turn, change)


def told_by_mail(turn: Turn, mail: Mail) -> bool:
    """Whether the mail announces a change ("Change: …" with a line "Service: …") and its sender may: a proven agent, or
    a tool that a rule trusts. Then it is kept."""
    subject = _SUBJECT.match(mail.subject or "")
    if subject is None or not _may_announce(turn, mail):
        return False
    said = {found["name"].lower(): found["value"].strip() for found in _LINE.finditer((mail.text or "")[:4_000])}
    if "service" not in said:
        return False
    change_came(
        turn,
        ChangeNotice(
            id=said.get("id") or mail.message_id,
            service=said["service"],
            title=subject["title"].strip(),
            start=_moment(said.get("start")),
            end=_moment(said.get("end")),
        ),
    )
    turn.input_ignored(_BY_MAIL)
    return True


def _may_announce(turn: Turn, mail: Mail) -> bool:
    if mail.ruled is not None and mail.ruled.trust == "tool":
        return True
    address = mail.sender.address if mail.sender is not None else ""
    return agents.agent_at(turn.policy, address) is not None and authenticity.verified(mail)


def _moment(said: str | None) -> datetime | None:
    """A time as RFC 3339 has it, with an offset; None where it is none."""
    try:
        found = datetime.fromisoformat(said) if said else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


def _blame_late(turn: Turn, change: Change) -> None:
    """Name the change at open incidents that began after it and before it was told of."""
    situation = turn.situation
    if change.service is None or turn.at - change.start > changes.SUSPECT_FOR + _TOLD_LATE:
        return
    places = [change.service, *(name for name, how in situation.services.related(change.service) if how == "dependent")]
    numbers = {number for place in places for number in situation.by_service.get(place, ())}
    for number in sorted(numbers, key=lambda number: int(number.rpartition("-")[2])):
        record = turn.record(number)
        if record is not None and _began_after(turn, record, change):
            known = (*situation.changes_on.get(change.service, ()), change)
            found = changes.tested(change, known, record.opened_at, changes.known_since(situation, change))
            if found.blamed:
                reason = changes.reason_of(found)
                blamed = replace(record, change=change.id, reasons=(*record.reasons, reason))
                turn.changed(blamed, "change", reason)


def _began_after(turn: Turn, record: Record, change: Change) -> bool:
    if record.status not in OPEN_STATUSES or record.change is not None or turn.at - record.opened_at > _TOLD_LATE:
        return False
    return timedelta() <= record.opened_at - change.start <= changes.SUSPECT_FOR
