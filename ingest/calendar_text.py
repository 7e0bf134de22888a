"""A calendar invitation (RFC 5545, RFC 5546) as readable text, for mails that hold nothing else."""

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
_METHODS = {"CANCEL": "Cancelled", "REPLY": "Answer to an invitation", "COUNTER": "Another time is proposed"}
_ANSWERS = {"ACCEPTED": "Accepted", "DECLINED": "Declined", "TENTATIVE": "Accepted with reservations"}
_ESCAPES = {"\\n": "\n", "\\N": "\n", "\\,": ",", "\\;": ";", "\\\\": "\\"}
_ESCAPE = re.compile(r"\\[nN,;\\]")
_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(?:\d\d)?(Z)?)?\Z")
_ZONE = re.compile(r";TZID=\"?([^\";:]{1,60})")
_PARTSTAT = re.compile(r";PARTSTAT=([A-Z]{1,20})")
_MAX_LENGTH = 200_000


def calendar_text(source: str) -> str:
    """What happens to it (where it is no plain invitation), summary, times, place, organizer and description of the
    first event; an empty string where there is none."""
    found: dict[str, str] = {}
    method = answer = ""
    inside = False
    for line in re.sub(r"\n[ \t]", "", source[:_MAX_LENGTH]).split("\n"):
        head, colon, value = line.partition(":")
        name = head.partition(";")[0].strip().upper()
        if name == "BEGIN" and value.strip().upper() == "VEVENT":
            inside = True
        elif name == "END" and value.strip().upper() == "VEVENT":
            break
        elif name == "METHOD" and not inside:
            method = value.strip().upper()
        elif inside and colon and name in _SHOWN:
            found.setdefault(name, _value(name, head, value))
        elif inside and name == "ATTENDEE" and (hit := _PARTSTAT.search(head.upper())):
            answer = answer or _ANSWERS.get(hit[1], "")
    lines = [label + found[name] for name, label in _SHOWN.items() if found.get(name)]
    what = (method == "REPLY" and answer) or _METHODS.get(method)
    return "\n".join([what, *lines] if what and lines else lines)


def _value(name: str, head: str, value: str) -> str:
    text = _ESCAPE.sub(lambda hit: _ESCAPES[hit[0]], value).strip()
    if name in {"DTSTART", "DTEND"} and (hit := _MOMENT.match(text)):
        day = f"{hit[1]}-{hit[2]}-{hit[3]}"
        zone = _ZONE.search(head)
        return f"{day} {hit[4]}:{hit[5]}{' UTC' if hit[6] else f' ({zone[1]})' if zone else ''}" if hit[4] else day
    return re.sub(r"(?i)^mailto:", "", text)
