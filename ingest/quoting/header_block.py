"""Header fields of an old mail, copied into the text: Outlook's "From: ... Sent: ... To: ... Subject: ...".

Recognised by the roles of its labels in any language, not by one order of lines. A form that a person filled in
("From: Paris / To: London / Date: 12 May") is none: an address or a subject must be among the fields.
"""

from typing import Final, Literal, NamedTuple

from ingest.quoting.words import HEADERS

Role = Literal["from", "date", "to", "subject", "cc"]

_MAX_LINES: Final = 60


def _labels() -> dict[str, frozenset[Role]]:
    found: dict[str, set[Role]] = {}
    for words in HEADERS.values():
        rows: tuple[tuple[Role, tuple[str, ...]], ...] = (
            ("from", words.sender),
            ("date", words.sent),
            ("to", words.to),
            ("subject", words.subject),
            ("cc", words.cc),
        )
        for role, names in rows:
            for name in names:
                found.setdefault(name, set()).add(role)
    return {name: frozenset(roles) for name, roles in found.items()}


LABELS: Final = _labels()


class HeaderBlock(NamedTuple):
    """Lines `start` to `end` (excluded), and the values by role."""

    start: int
    end: int
    fields: dict[Role, str]


def may_label(line: str) -> bool:
    """A cheap look before `find`: does the line begin with a label that headers have?"""
    at = line.find(":", 0, 48)
    if at < 0:
        at = line.find("：", 0, 48)
    return at > 0 and line[:at].strip(_LABEL_RIM).lower() in LABELS


_LABEL_RIM: Final = " \t>*_|\u00a0"


def label_of(line: str) -> tuple[frozenset[Role], str] | None:
    """The roles that a line's label may have, and its value; None where the line has no such label."""
    at = line.find(":", 0, 48)
    wide = line.find("：", 0, 48)
    if wide >= 0 and (at < 0 or wide < at):
        at = wide
    if at <= 0:
        return None
    roles = LABELS.get(line[:at].strip(_LABEL_RIM).lower())
    return (roles, line[at + 1 :].strip(" \t*_\u00a0\r")) if roles else None


def find(lines: list[str], start: int, least: int = 3) -> HeaderBlock | None:
    """The header block that begins on line `start`, of at least so many different fields."""
    fields: dict[Role, str] = {}
    last: Role | None = None
    end = start
    position = start
    while position < min(len(lines), start + _MAX_LINES):
        known = label_of(lines[position])
        if known is not None:
            role = _role(known[0], fields)
            if role is None:
                break
            fields[role], last = known[1], role
            position += 1
            end = position
            continue
        ahead = _next_label(lines, position, many=last in {"to", "cc"})
        if ahead is None or last is None:
            break
        rest = (line.strip(" \t>*_") for line in lines[position:ahead])
        fields[last] = " ".join([fields[last], *(line for line in rest if line)]).strip()
        position = ahead
    if len(fields) < least or not _is_mail(fields):
        return None
    return HeaderBlock(start, _unknown_fields(lines, end), fields)


def _role(roles: frozenset[Role], fields: dict[Role, str]) -> Role | None:
    """The role of a label that may have several ("De" is from, "A" is to): the first that is still free."""
    for role in ("from", "date", "to", "subject", "cc"):
        if role in roles and role not in fields:
            return role
    return "cc" if "cc" in roles else None


def _next_label(lines: list[str], position: int, many: bool) -> int | None:
    """Where the block goes on after a wrapped value or a blank line: at most two lines further, more in a long list of
    recipients."""
    limit = 12 if many else 3
    blank = False
    for ahead in range(position, min(len(lines), position + limit)):
        line = lines[ahead].strip(" \t>")
        if not line:
            if blank:
                return None
            blank = True
            continue
        if label_of(lines[ahead]) is not None:
            return ahead
        if blank or (ahead - position >= 2 and "@" not in line):
            return None
    return None


def _unknown_fields(lines: list[str], end: int) -> int:
    """Lines right below that look like fields as well ("Importance: High")."""
    while end < len(lines) and lines[end].partition(":")[0].strip(_LABEL_RIM).lower() in _OTHER and ":" in lines[end]:
        end += 1
    return end


_OTHER: Final = frozenset(
    [
        "importance", "attachments", "attachment", "sensitivity", "priority", "anhänge", "anlagen", "priorität",
        "wichtigkeit", "importancia", "importanza", "pièces", "allegati", "bijlagen", "urgentie", "załączniki",
        "ważność", "bilagor", "prioritet", "liitteet", "přílohy", "вложения", "важность", "ekler", "önem", "附件",
        "重要性", "添付ファイル", "重要度", "첨부", "organization", "organisation", "mailing-list", "message-id",
        "resent-from",
    ]
)  # fmt: skip


def _is_mail(fields: dict[Role, str]) -> bool:
    if not ({"from", "date"} & fields.keys()):
        return False
    with_address = any("@" in fields.get(role, "") for role in ("from", "to", "cc"))
    if "subject" in fields:
        return "from" in fields or with_address
    return with_address and "from" in fields
