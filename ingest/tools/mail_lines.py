"""What the notification mails of monitoring tools have in common: lines of "Name: value" under a subject."""

import re
from typing import Any

from ingest.event import Mail
from ingest.tools.fields import fold, text

_LINE = re.compile(r"^[ \t>|*-]{0,8}(?P<name>[A-Za-z][\w /().-]{0,40}?)[ \t]*:(?!//)[ \t]*(?P<value>.*)$")
_DISPLAY_NAME = re.compile(r'\s*\(Display Name: "[^"]{0,200}"\)\s*$')
_CELLS = re.compile(
    r"^[ \t|]{0,8}(?P<name>Notification Type|Host ?name|Host|Service(?: Name)?|State|Address|When|Date/?Time"
    r"|(?:Additional )?Info)"
    r"[ \t|]{1,40}(?P<value>\S.{0,2000})$",
    re.IGNORECASE,
)
MAX_LINES = 600
ROWS = 3
"""So many lines must look like rows of a table before they count as one: a sentence may begin with "Host", too."""


def values(mail_text: str | None) -> dict[str, str]:
    """Names (folded) to values. A name alone on its line takes the next line that is neither empty nor a name."""
    found: dict[str, str] = {}
    waiting: str | None = None
    for said in (mail_text or "")[:200_000].splitlines()[:MAX_LINES]:
        match = _LINE.match(said[:2_000])
        if match is None:
            if waiting and said.strip():
                found.setdefault(waiting, said.strip()[:2_000])
                waiting = None
            continue
        name, value = fold(match["name"]), match["value"].strip()
        waiting = None if value else name
        if value:
            found.setdefault(name, value[:2_000])
    return found if "host" in found or "hostname" in found else _cells(mail_text or "") | found


def _cells(told: str) -> dict[str, str]:
    """The rows of a table that HTML mails draw: names and values without a colon between them."""
    rows = [match for said in told[:200_000].splitlines()[:MAX_LINES] if (match := _CELLS.match(said[:2_100]))]
    found = {fold(row["name"]): row["value"].strip(" \t|") for row in reversed(rows)}
    return found if len(found) >= ROWS else {}


def first(found: dict[str, str], *names: str) -> str | None:
    return next((said for name in names if (said := text(found.get(name))) is not None), None)


def plain(said: str | None) -> str | None:
    """A name without the display name that some templates put behind it."""
    return (_DISPLAY_NAME.sub("", said).strip() or None) if said else None


def subject_of(mail: Mail) -> str:
    return " ".join((mail.subject or "").split())[:500]


def is_answer(mail: Mail) -> bool:
    """A person who answers or forwards a notification tells something; the notice itself never has these marks."""
    start = subject_of(mail)[:12].casefold()
    return mail.forwarded is not None or start.startswith(("re:", "fw:", "fwd:", "aw:", "wg:", "sv:", "tr:"))


def moment_of(mail: Mail, *stated: Any) -> Any:
    """The first of the stated moments, or the mail's own date."""
    return next((moment for moment in stated if moment is not None), mail.date)
