"""Times of day that people write: "since 9:15", "um 14.30 Uhr", "vers 10h20", "at 2:30 pm".

A clock reads alike in every language. What it says is meant on the writer's own clock, whose zone the mail's date
tells.
"""

import re
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from correlate.turn import Turn
from ingest.event import Mail

_CLOCK = re.compile(r"(?<![\d:.,/-])([01]?\d|2[0-3])[:hH]([0-5]\d)(?:\s?([ap])\.?m\b)?(?![\d:.,/-]*\d)", re.IGNORECASE)
_SINCE = """
since from at around about near seit ab um gegen vers depuis desde sobre dalle alle verso sinds vanaf rond om od ok
okolo około sedan siden fra klo kl ca
"""
_DOTTED = re.compile(
    rf"(?:\b(?:{'|'.join(_SINCE.split())})\.?\s(?:(?:kl|ca)\.?\s)?([01]?\d|2[0-3])\.(1[3-9]|[2-5]\d|00)"
    r"|(?<![\d:.,/-])([01]?\d|2[0-3])\.([0-5]\d)(?=\s?(?:uhr|uur)\b))"
    r"(?![\d:.,/-]*\d)(?!\s?(?:€|%|eur|usd|[kmg]b\b))",
    re.IGNORECASE,
)
"""With a point between, which stands in amounts and days too: before "Uhr", or after a word of time where it is no day
of a month."""
_LOOKS = re.compile(r"\d[:hH.]\d")
"""What every clock has: looked for first, for few mails have it."""
_AHEAD = timedelta(minutes=5)
_READ = 2_000
_FARTHEST = 14 * 60


def said_time(turn: Turn, mail: Mail, text: str) -> datetime | None:
    """The first time of day that the text names, as the instant of this day that it means; None where there is none,
    or where it is yet to come."""
    start = text[:_READ]
    hour, minute = _clock_in(start) if _LOOKS.search(start) is not None else (-1, 0)
    if hour < 0:
        return None
    # Programs that do not know where they are say UTC.
    known = mail.utc_offset if mail.utc_offset and abs(mail.utc_offset) <= _FARTHEST else None
    zone = ZoneInfo(turn.policy.timezone) if known is None else timezone(timedelta(minutes=known))
    local = turn.at.astimezone(zone)
    meant = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return meant if meant <= local + _AHEAD else None


def _clock_in(text: str) -> tuple[int, int]:
    """Hour and minute of the first clock; the hour is -1 where there is none."""
    plain, dotted = _CLOCK.search(text), _DOTTED.search(text)
    if plain is not None and (dotted is None or plain.start() < dotted.start()):
        hour = int(plain[1])
        if plain[3] is not None and 1 <= hour <= 12:
            hour = hour % 12 + (12 if plain[3] in "pP" else 0)
        return hour, int(plain[2])
    if dotted is not None:
        return int(dotted[1] or dotted[3]), int(dotted[2] or dotted[4])
    return -1, 0
