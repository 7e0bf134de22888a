"""Who or what wrote a mail, and may it be answered by a machine at all (RFC 3834, RFC 2919, RFC 8098)?

Every rule has a name; the names that decided are told. A bounce is recognised in `ingest.bounce`, before this.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from ingest.addresses import parse_addresses
from ingest.event import Address, Automatic, Reading
from ingest.mime import Headers, Message

OWN_HEADER: Final = "x-quietdesk"
"""Field that a desk sets in the mails it sends: the address that they are sent from, and whether "person" or "machine"
wrote them. Between two desks it ends a loop even where something on the way takes Auto-Submitted away."""
_MACHINE_LOCAL = re.compile(
    r"(?i)(?:mailer[-_.]?daemon|mail[-_.]?daemon|postmaster|(?:do[-_.]?not|no|dont)[-_.]?reply|noreply|"
    r"bounces?|majordomo|listserv|"
    r"mdaemon|mail-?delivery(?:-?(?:system|subsystem))?|auto[-_.]?(?:reply|responder|notify|mailer)|root|nobody|"
    r"owner-.+|.+-(?:request|owner|bounces?)|abuse-?report|complaints?|feedbackloop|fbl|scomp)(?:[-_.+=].*)?"
)
_OUT_OF_OFFICE = re.compile(
    r"abwesend|poissaolo|out[ -]of[ -](?:the )?office|\booo\b|on vacation|on holiday|annual leave|"
    r"away from (?:my|the) (?:office|desk|mail)|vacation (?:reply|message|notice)|"
    r"abwesenheit|nicht im (?:haus|büro)|außer haus|im urlaub|absence du bureau|absent du bureau|"
    r"réponse automatique d'absence|message d'absence|"
    r"fuera de (?:la )?oficina|ausencia|de vacaciones|fuori (?:sede|ufficio)|assenza|afwezig|niet aanwezig|"
    r"buiten kantoor|"
    r"ausente|fora do escritório|ausência|poza biurem|nieobecn|frånvar|ej på kontoret|ikke til stede|fravær|"
    r"ikke på kontoret|autosvar ved fravær|"
    r"poissa|lomalla|mimo kancelář|nepřítomn|вне офиса|отсутств|не на работе|ofis dışı|ofis dışında|"
    r"不在办公室|外出|休假|不在のお知らせ|不在通知|부재중|부재 중",
    re.IGNORECASE,
)
_AUTO_SUBJECT = re.compile(
    r"^\s*\[?(?:auto(?:matic|mated|matische[rs]?|matisk|maattinen|matyczna|matická|matique)?[ :-]{0,2}(?:re(?:ply|"
    r"sponse|spuesta|sposta|ponse)|antwort|svar|odpowied|odpověď|vastaus)"
    r"|automatic reply|auto(?=:)|autoreply|auto-?response|automatische?s? (?:antwort|antwoord|beantwoording)|"
    r"automatisch antwoord|réponse automatique|respuesta automática|"
    r"risposta automatica|resposta automática|automatyczna odpowiedź|odpowiedź automatyczna|automatiskt svar|"
    r"automatisk svar|autosvar|automaattinen vastaus|"
    r"automatická odpověď|автоответ|автоматический ответ|otomatik yanıt|otomatik cevap|"
    r"自动回复|自動回覆|自動応答|自動返信|"
    r"자동 회신|자동 응답|자동회신|自动答复|自動答覆)"
    # A person may write about automatic replies: a note has its own sign behind the word, or says what it answers.
    r"(?=\s*(?:$|[:：\[\](\-–—!.]|re\b|aw\b|(?:to|auf|à|a|al|alla|op|de|von|from) "
    r"(?:your|you|ihre?|votre|su|tu|uw|the|[^\s@]+@)))",
    re.IGNORECASE,
)
# What notes of programs that set no header begin with. The names of notes are enough; what a person may begin a
# subject with as well ("Poissa: ...") is none but in an answer.
_NOTE = re.compile(
    r"^\s*(?:out of (?:the )?office(?: auto-?reply)?|abwesenheitsnotiz|absence du bureau|message d'absence|"
    r"afwezigheidsbericht|"
    r"frånvaromeddelande|fraværs(?:meddelelse|melding|besked)|poissaoloilmoitus|不在通知|不在のお知らせ)\s*[:：]",
    re.IGNORECASE,
)
_PERHAPS_NOTE = re.compile(
    r"^\s*(?:away from the office|abwesen(?:d|heit)|absente? du bureau|fuera de (?:la )?oficina|fuori (?:sede|ufficio)|"
    r"assenza|afwezig|niet aanwezig|ausência(?: temporária)?|fora do escritório|poza biurem|nieobecn\w+|"
    r"frånvar(?:ande|o)|ikke til stede|ikke på kontoret|poissa(?: \w+)?|"
    r"mimo kancelář|nepřítomn\w+|вне офиса|отсутству\w+(?: на рабочем месте)?"
    r"|ofis dışında|不在办公室|不在辦公室|外出|부재 ?중(?: 알림)?)\s*[:：]\s*(?P<rest>.*)",
    re.IGNORECASE,
)
_ANSWERED = re.compile(
    r"(?:re|aw|sv|vs|antw|odp|rif|res|ynt|回复|答复)\s?[:：]|\[[^\]]{0,20}\d[^\]]{0,20}\]", re.IGNORECASE
)
_COMPLAINT = re.compile(
    r"(?i)\s*(?:complaint about (?:e-?mail|message)|(?:e-?mail )?(?:abuse|feedback) report|spam report)"
)


class Verdict(NamedTuple):
    """`automatic` is None for a person's mail."""

    automatic: Automatic | None
    answerable: bool
    rules: tuple[str, ...]


def judge(
    message: Message,
    sender: Address | None,
    subject: str | None,
    bounce_rules: Sequence[str],
    reading: Reading,
    envelope: Mapping[str, Any],
) -> Verdict:
    """The verdict over one mail; `bounce_rules` are the rules by which it is a bounce (none: it is no bounce)."""
    headers = message.headers
    if rule := _own(headers, sender, reading):
        return Verdict("own", False, (rule,))
    if bounce_rules:
        return Verdict("bounce", False, tuple(bounce_rules))
    found = list(_signs(message, sender, subject, envelope))
    kinds = [kind for kind, _ in found]
    kind = next((k for k in _ORDER if k in kinds), None)
    rules = tuple(dict.fromkeys(rule for _, rule in found))
    if kind is None and sender is None:
        return Verdict(None, False, ("no-sender-address",))
    if kind is None and _of_stripped_desk(headers):
        return Verdict(None, False, (*rules, "another-desks-id"))
    return Verdict(kind, not found, rules)


_OWN_ID: Final = re.compile(r"(?:desk|[a-z]{2,5}-[0-9]{1,9})\.[0-9a-f]{24}(?:\.r[0-9]{1,18}-[a-z2-7]{16})?")
"""What stands before the @ of a Message-ID that this desk made (`correlate.identity.message_id`)."""
_ORDER: Final[tuple[Automatic, ...]] = ("out-of-office", "delivery-notice", "auto-reply", "list", "notification")


def _own(headers: Headers, sender: Address | None, reading: Reading) -> str | None:
    desk = (headers.text(OWN_HEADER) or "").partition(";")[0].strip().lower()
    if desk and desk in {address.lower() for address in reading.own_addresses}:
        return "own-header"
    domain = (reading.message_id_domain or "").lower()
    message_id = (headers.text("message-id") or "").strip("<> ").lower()
    # The organisation's own mail programs may well use the same domain: only the shape of our ids is ours.
    if domain and message_id.endswith("@" + domain) and _OWN_ID.fullmatch(message_id.rpartition("@")[0]):
        return "own-message-id"
    if sender is not None and sender.address.lower() in {address.lower() for address in reading.own_addresses}:
        return "own-address"
    return None


def _of_stripped_desk(headers: Headers) -> bool:
    """Whether a desk made its Message-ID and no field says more: a gateway took them out, so a person may have written
    it or not. Its words count; it is never answered, for two desks would go on for ever."""
    local = (headers.text("message-id") or "").strip("<> ").lower().rpartition("@")[0]
    return OWN_HEADER not in headers and _OWN_ID.fullmatch(local) is not None


def _signs(
    message: Message, sender: Address | None, subject: str | None, envelope: Mapping[str, Any]
) -> "list[tuple[Automatic, str]]":
    headers = message.headers
    found: list[tuple[Automatic, str]] = []
    found += _by_type(message, subject)
    found += _by_auto_submitted(headers)
    found += _by_fields(headers)
    if (headers.text(OWN_HEADER) or "").partition(";")[2].strip().lower() == "machine":
        found.append(("notification", "another-desk"))
    if subject and _AUTO_SUBJECT.match(subject):
        found.append(("auto-reply", "auto-reply-subject"))
    if subject and _is_note(subject, headers):
        found.append(("out-of-office", "out-of-office-subject"))
    replied = any(kind == "auto-reply" or rule == "auto-submitted" for kind, rule in found)
    if subject and replied and _OUT_OF_OFFICE.search(subject):
        found.append(("out-of-office", "out-of-office-subject"))
    elif replied and {"auto-reply-subject", "x-auto-response-suppress"} <= {rule for _, rule in found}:
        found.append(("out-of-office", "exchange-automatic-reply"))
    found += _by_sender(headers, sender, envelope)
    return found


def _is_note(subject: str, headers: Headers) -> bool:
    """Whether the subject alone says that it is an out-of-office note."""
    if _NOTE.match(subject):
        return True
    hit = _PERHAPS_NOTE.match(subject)
    return hit is not None and ("in-reply-to" in headers or bool(_ANSWERED.search(hit["rest"])))


def _by_type(message: Message, subject: str | None) -> list[tuple[Automatic, str]]:
    root = message.root
    report = root.params.get("report-type", "").lower()
    if root.content_type == "multipart/report":
        if report == "disposition-notification":
            return [("delivery-notice", "read-receipt")]
        if report == "feedback-report":
            return [("notification", "feedback-report")]
        return [("delivery-notice", "multipart-report")]
    if subject and _COMPLAINT.match(subject) and any(part.content_type == "message/rfc822" for part in message.parts):
        return [("notification", "feedback-report")]
    for part in message.parts:
        if part.content_type == "message/feedback-report":
            return [("notification", "feedback-report")]
        if part.content_type == "message/disposition-notification":
            return [("delivery-notice", "read-receipt")]
        if part.content_type == "message/delivery-status" and part.mails_above == 0:
            return [("delivery-notice", "delivery-status")]
    return []


def _by_auto_submitted(headers: Headers) -> list[tuple[Automatic, str]]:
    value = (headers.text("auto-submitted") or "").partition(";")[0].strip().lower()
    if not value or value == "no":
        return []
    if value.startswith("auto-replied"):
        return [("auto-reply", "auto-submitted")]
    if value.startswith("auto-notified"):
        return [("notification", "auto-submitted")]
    return [("notification", "auto-submitted")]


# Field to the kind of mail that it gives away, whatever it says.
_TELLING: Final[Mapping[str, Automatic]] = {
    **dict.fromkeys(
        (
            "x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply-from", "x-autoreply-from",
            "x-autogenerated-reply", "x-mail-autoreply", "x-auto-response-for", "auto-response", "x-vacation-reply",
        ),
        "auto-reply",
    ),
    "x-ms-exchange-inbox-rules-loop": "out-of-office",
    **dict.fromkeys(
        (
            "x-loop", "x-loop-prevention", "x-rt-loop-prevention", "x-zammad-ticket-id", "x-osticket-reply",
            "x-failed-recipients", "feedback-id", "x-campaign", "x-campaignid", "x-mc-user", "x-csa-complaints",
        ),
        "notification",
    ),
    **dict.fromkeys(
        (
            "list-id", "list-post", "list-unsubscribe", "list-help", "list-owner", "x-mailing-list", "x-list",
            "mailing-list", "x-mailman-version", "x-ml-name", "x-mlserver", "x-ml-info", "x-listname", "x-beenthere",
        ),
        "list",
    ),
}  # fmt: skip
_PRECEDENCE: Final[Mapping[str, Automatic]] = {
    "auto_reply": "auto-reply",
    "auto-reply": "auto-reply",
    "bulk": "notification",
    "junk": "notification",
    "list": "list",
}


def _by_fields(headers: Headers) -> list[tuple[Automatic, str]]:
    present = headers.names & _TELLING.keys()
    found: list[tuple[Automatic, str]] = [
        (kind, name)
        for name, kind in (_TELLING.items() if present else ())
        if name in present and (headers.text(name) or "").lower() not in {"", "no", "false", "0"}
    ]
    suppress = (headers.text("x-auto-response-suppress") or "").lower()
    if {word.strip() for word in suppress.replace(";", ",").split(",")} & {"all", "autoreply", "oof", "-1"}:
        found.append(("notification", "x-auto-response-suppress"))
    precedence = (headers.text("precedence") or headers.text("x-precedence") or "").lower()
    if kind := _PRECEDENCE.get(precedence):
        found.append((kind, "precedence"))
    return found


def _by_sender(headers: Headers, sender: Address | None, envelope: Mapping[str, Any]) -> list[tuple[Automatic, str]]:
    found: list[tuple[Automatic, str]] = []
    if sender is not None and _MACHINE_LOCAL.fullmatch(sender.address.rpartition("@")[0]):
        found.append(("notification", "sender-is-machine"))
    path = headers.raw("return-path")
    if envelope.get("mail_from") in ("", "<>") or (
        path is not None and path.strip() in {b"<>", b"", b"<MAILER-DAEMON>"}
    ):
        found.append(("notification", "empty-return-path"))
    elif path is not None and not envelope.get("mail_from"):
        boxes = parse_addresses(path)
        if boxes and re.match(r"(?i)(?:mailer-daemon|postmaster)@", boxes[0].address):
            found.append(("notification", "return-path-is-machine"))
    return found
