"""Which column of another desk's export is what. Names are compared without case, spaces and punctuation.

`Custom field (Impact)` and `CF.{Impact}` are `impact`. Taken from the exports of Zammad, osTicket, Request Tracker and
Jira as they come, and from what people call such columns in the languages that the desk speaks.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from msgspec import Struct

from classify.classification import Level, RecordType


class Columns(Struct, frozen=True, kw_only=True):
    """The columns of a table, by what they are; each target may stand in several, of which the first filled counts."""

    desk: str
    subject: str | None
    body: tuple[str, ...]
    sender: tuple[str, ...]
    at: str | None
    targets: Mapping[str, tuple[str, ...]]


_SUBJECT = [
    "subject",
    "title",
    "summary",
    "shortdescription",
    "betreff",
    "titel",
    "kurzbeschreibung",
    "objet",
    "sujet",
    "titre",
    "asunto",
    "titulo",
    "assunto",
    "oggetto",
    "titolo",
    "onderwerp",
    "temat",
    "tytul",
]
_BODY = [
    "description",
    "body",
    "text",
    "message",
    "content",
    "details",
    "issuedetails",
    "ticketdescription",
    "firstarticle",
    "comment",
    "beschreibung",
    "nachricht",
    "corps",
    "contenu",
    "descripcion",
    "mensaje",
    "descricao",
    "mensagem",
    "descrizione",
    "messaggio",
    "omschrijving",
    "bericht",
    "opis",
    "tresc",
]
_SENDER = [
    "fromemail",
    "from",
    "sender",
    "requester",
    "requestors",
    "requestor",
    "customer",
    "reporter",
    "caller",
    "email",
    "creator",
    "createdby",
    "absender",
    "kunde",
    "melder",
    "demandeur",
    "solicitante",
    "richiedente",
    "aanvrager",
    "zglaszajacy",
]
_AT = [
    "created",
    "createdat",
    "datecreated",
    "creationdate",
    "opened",
    "openedat",
    "opendate",
    "date",
    "submittime",
    "createdon",
    "erstellt",
    "erstelltam",
    "cree",
    "creele",
    "creado",
    "criado",
    "creato",
    "aangemaakt",
    "utworzono",
]
_TARGETS: Mapping[str, Sequence[str]] = {
    "category": [
        "category",
        "subcategory",
        "helptopic",
        "topic",
        "components",
        "component",
        "componentname",
        "kategorie",
        "categorie",
        "categoria",
        "kategoria",
    ],
    "assignment_group": [
        "assignmentgroup",
        "assignedgroup",
        "supportgroup",
        "group",
        "queue",
        "queuename",
        "department",
        "teamassigned",
        "team",
        "gruppe",
        "warteschlange",
        "abteilung",
        "groupe",
        "grupo",
        "gruppo",
        "groep",
        "grupa",
        "zuweisungsgruppe",
    ],
    "service": [
        "service",
        "businessservice",
        "affectedservice",
        "affectedservices",
        "servicename",
        "dienst",
        "servizio",
        "servicio",
        "servico",
        "usluga",
    ],
    "type": ["type", "tickettype", "issuetype", "recordtype", "typ", "tipo", "soort"],
    "impact": ["impact", "auswirkung", "impacto", "impatto", "wplyw"],
    "urgency": ["urgency", "dringlichkeit", "urgence", "urgencia", "urgenza", "urgentie", "pilnosc"],
}
_LAST_RESORT = ("tags", "labels", "customerrequesttype", "requesttype")
"""What stands for a category where there is none."""
_SIGNS = (
    ("jira", {"issuekey", "summary"}),
    ("osticket", {"ticketnumber", "helptopic"}),
    ("rt", {"queuename", "requestors"}),
    ("rt", {"queue", "requestors"}),
    ("rt", {"queue", "requestor", "status"}),
    ("zammad", {"number", "title", "group", "customer"}),
    ("zammad", {"title", "group", "customer", "createchannel"}),
)


def plain(name: str) -> str:
    """A column's name as it is compared: `Component/s` and `components` are one."""
    folded = unicodedata.normalize("NFKD", name).casefold()
    return re.sub(r"[^a-z0-9]", "", folded)


_CUSTOM = re.compile(r"\s*(?:custom ?field|cf)\b[ .]*[({](.+)[)}]\s*", re.IGNORECASE)
"""How Jira and Request Tracker write the name of a field that a desk made itself."""


def recognised(names: Sequence[str], told: Mapping[str, str]) -> Columns:
    """What each column is. `told` names columns by hand ("subject", "text" or a target), and goes before."""
    by_plain: dict[str, str] = {}
    for name in names:
        by_plain.setdefault(plain(name), name)
    for name in names:
        if own := _CUSTOM.fullmatch(name):
            by_plain.setdefault(plain(own[1]), name)

    def first(*kinds: Sequence[str]) -> tuple[str, ...]:
        return tuple(by_plain[kind] for each in kinds for kind in each if kind in by_plain)

    subject, body, sender, at = first(_SUBJECT), first(_BODY), first(_SENDER), first(_AT)
    targets = {target: (told[target],) if target in told else first(kinds) for target, kinds in _TARGETS.items()}
    desk = next((name for name, signs in _SIGNS if signs <= by_plain.keys()), "csv")
    if desk == "rt" and not targets["category"]:
        targets["category"] = targets["assignment_group"]
    if not targets["category"]:
        targets["category"] = first(_LAST_RESORT)
    return Columns(
        desk=desk,
        subject=told.get("subject") or next(iter(subject), None),
        body=(told["text"],) if "text" in told else body[:1],
        sender=sender,
        at=next(iter(at), None),
        targets={target: found for target, found in targets.items() if found},
    )


# --- values -----------------------------------------------------------------------------------------------------------

_TYPES: Sequence[tuple[RecordType, Sequence[str]]] = (
    (
        "change request",
        ("change", "rfc", "anderung", "changement", "cambio", "mudanca", "modifica", "wijziging", "zmiana"),
    ),
    ("question", ("question", "howto", "inquiry", "information", "frage", "pregunta", "pergunta", "domanda", "vraag")),
    (
        "incident",
        ("incident", "bug", "problem", "error", "fault", "issue", "storung", "fehler", "incidencia", "awaria"),
    ),
    (
        "service request",
        (
            "request",
            "task",
            "order",
            "anfrage",
            "auftrag",
            "demande",
            "solicitud",
            "richiesta",
            "verzoek",
            "wniosek",
            "access",
            "purchase",
        ),
    ),
)
_LEVELS: Sequence[tuple[Level, Sequence[str]]] = (
    (
        "high",
        (
            "high",
            "critical",
            "urgent",
            "extensive",
            "significant",
            "1",
            "hoch",
            "kritisch",
            "haut",
            "elevee",
            "alta",
            "alto",
            "hoog",
            "wysok",
        ),
    ),
    ("medium", ("medium", "moderate", "normal", "2", "mittel", "moyen", "media", "medio", "middel", "sredni")),
    ("low", ("low", "minor", "3", "4", "niedrig", "gering", "faible", "bas", "baixa", "laag", "nisk")),
)


def type_of(value: str) -> RecordType | None:
    """Our word for another desk's type of record; None where there is none."""
    said = plain(value)
    return next((ours for ours, words in _TYPES if any(word in said for word in words)), None)


def level_of(value: str) -> Level | None:
    """Our word for another desk's impact or urgency: "1 - High" is high."""
    said = plain(value)
    return next((ours for ours, words in _LEVELS if any(said.startswith(word) for word in words)), None)


_FORMATS = (
    "%Y-%m-%d %H:%M:%S %z",
    "%Y-%m-%d %H:%M:%S %Z",
    "%d/%b/%y %I:%M %p",
    "%d/%b/%Y %I:%M %p",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y",
    "%a %b %d %H:%M:%S %Y",
)
_MONTH_FIRST = (
    "%m/%d/%Y %I:%M %p",
    "%m/%d/%y %I:%M %p",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%m/%d/%y %H:%M",
    "%m/%d/%Y",
)
_DAY_FIRST = tuple(form.replace("%m/%d", "%d/%m") for form in _MONTH_FIRST)


def day_first(values: Iterable[str]) -> bool:
    """Whether the dates of a column, written with strokes, begin with the day: one of them has a first number over 12.

    It is asked of the whole column, or rows of one file would be read in two ways and stand in no order.
    """
    return any((first := value.strip().partition("/")[0]).isdecimal() and 12 < int(first) <= 31 for value in values)


def moment_of(value: str, *, days_first: bool = False) -> datetime | None:
    """When a row was written; what states no offset is taken to be UTC. None where it cannot be read."""
    value = value.strip()
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        for form in (*_FORMATS, *(_DAY_FIRST if days_first else _MONTH_FIRST)):
            try:
                found = datetime.strptime(value, form)  # noqa: DTZ007 - the offset follows below
            except ValueError:
                continue
            break
        else:
            return None
    try:
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:  # the year 1 with an offset to the east: what a default value looks like
        return None
