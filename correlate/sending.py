"""What the desk has sent within the last day, as far as the limits on automatic mail ask."""

from bisect import insort
from collections import deque
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from correlate.identity import mailbox

COUNTED = timedelta(days=1)
_HOUR = timedelta(hours=1)
_OUTSIDER_ACKNOWLEDGED = "acknowledgement/bare_acknowledgement"


class Sent(NamedTuple):
    """A mail that left: when, about which record (or none, ""), and its kind ("update", "refusal/too_large")."""

    at: datetime
    about: str
    what: str


class SentMails:
    """Counts mails by the mailbox that they go to, and acknowledgements to outsiders over all."""

    def __init__(self) -> None:
        self._to: dict[str, list[Sent]] = {}
        self._outsiders: deque[datetime] = deque()

    def to(self, address: str) -> Sequence[Sent]:
        """What this mailbox got within a day of its last mail, oldest first."""
        return self._to.get(mailbox(address), ())

    def outsiders_since(self, moment: datetime) -> int:
        """How many outsiders were acknowledged after that moment, which is an hour ago at most."""
        return sum(1 for at in self._outsiders if at > moment)

    def count(self, at: datetime, to: str, about: str | None, what: str, *, held: bool = False) -> None:
        """Count a mail; `what` is that of `what_of`. Those that are held do not fill the limit that had them held."""
        mails = self._to.setdefault(mailbox(to), [])
        insort(mails, Sent(at, about or "", what))
        while mails[-1].at - mails[0].at > COUNTED:
            mails.pop(0)
        if what == _OUTSIDER_ACKNOWLEDGED and not held:
            self._outsiders.append(at)
            while at - self._outsiders[0] > _HOUR:
                self._outsiders.popleft()


def what_of(kind: str, template: str, facts: Mapping[str, Any]) -> str:
    """The kind of a mail as the limits count it."""
    if kind == "refusal":
        return f"refusal/{facts.get('code')}"
    return f"{kind}/{template}" if kind == "acknowledgement" else kind
