"""A calendar invitation (RFC 5545) as readable text, for mails that hold nothing else."""

import re

# Property to the word shown before it.
_SHOWN = {
    "SUMMARY": "",
    "DTSTART": "Start: ",
    "DTEND": "End: ",
    "LOCATION": "Location: ",
    "ORGANIZER": "Organizer: ",
    "DESCRIPTION": "",
}
_ESCAPES = {"\\n": "\n", "\\N": "\n", "\\,": ",", "\\;": ";", "\\\\": "\\"}
_ESCAPE = re.compile(r"\\[nN,;\\]")
_MAX_LENGTH = 200_000


def calendar_text(source: str) -> str:
    """Summary, times, place, organizer and description of the first event; an empty string where there is none."""
    lines = re.sub(r"\n[ \t]", "", source[:_MAX_LENGTH]).split("\n")
    found: dict[str, str] = {}
    inside = False
    for line in lines:
        if line.strip().upper() == "BEGIN:VEVENT":
            inside = True
        elif line.strip().upper() == "END:VEVENT":
            break
        elif inside:
            head, colon, value = line.partition(":")
            name = head.partition(";")[0].strip().upper()
            if colon and name in _SHOWN:
                found.setdefault(name, _ESCAPE.sub(lambda hit: _ESCAPES[hit[0]], value).strip())
    return "\n".join(
        label + re.sub(r"(?i)^mailto:", "", found[name]) for name, label in _SHOWN.items() if found.get(name)
    )
