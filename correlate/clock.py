"""Times of day that people write: "since 9:15", "um 14:30", "vers 10h20".

A clock reads alike in every language. What it says is meant on the writer's own clock, whose zone the mail's date
tells.
"""

import re
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from correlate.turn import Turn
from ingest.event import Mail

_CLOCK = re.compile(r"(?<![\d:.,/-])([01]?\d|2[0-3])[:hH]([0-5]\d)(?![\d:.,/-]*\d)")
_LOOKS = re.compile(r"\d[:hH]\d")
"""What every clock has: looked for first, for few mails have it."""
_AHEAD = timedelta(minutes=5)
_READ = 2_000
_FARTHEST = 14 * 60


def said_time(turn: Turn, mail: Mail, text: str) -> datetime | None:
    """The first time of day that the text names, as the instant of this day that it means; None where there is none,
    or where it is yet to come."""
    start = text[:_READ]
    found = _CLOCK.search(start) if _LOOKS.search(start) is not None else None
    if found is None:
        return None
    # Programs that do not know where they are say UTC.
    known = mail.utc_offset if mail.utc_offset and abs(mail.utc_offset) <= _FARTHEST else None
    zone = ZoneInfo(turn.policy.timezone) if known is None else timezone(timedelta(minutes=known))
    local = turn.at.astimezone(zone)
    meant = local.replace(hour=int(found[1]), minute=int(found[2]), second=0, microsecond=0)
    return meant if meant <= local + _AHEAD else None
