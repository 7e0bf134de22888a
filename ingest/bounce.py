"""Bounces: mails that came back (RFC 3464, RFC 3461, RFC 3463), and those of servers that never read a standard.

Where there is a delivery-status part it is believed. Elsewhere hints are counted (a daemon as sender, its subject, its
phrases, SMTP replies, the old mail enclosed), for each alone is also found in mails of people; two independent ones
are needed. The notice itself, above the enclosed mail, then tells recipients and codes.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

import msgspec

from ingest.addresses import parse_addresses
from ingest.bounce_notice import read_notice
from ingest.charset import decode, decode_header
from ingest.event import Address, Bounce, BounceRecipient
from ingest.mime import Headers, Message, Part, split_head

_MAX_RECIPIENTS: Final = 200


class Found(NamedTuple):
    """A bounce and the rules by which it is one."""

    bounce: Bounce
    rules: tuple[str, ...]


def read_bounce(
    message: Message, sender: Address | None, subject: str | None, text: str, envelope: Mapping[str, Any]
) -> Found | None:
    """The bounce that a mail is, or None: also for reports of success, of abuse and of reading."""
    report = message.root.params.get("report-type", "").lower() if message.root.content_type == "multipart/report" else ""
    if report in {"feedback-report", "disposition-notification"} or _has(message, "message/feedback-report"):
        return None
    told = _from_status_parts(message)
    if told and all(r.action in _FINE for r in told):
        return None  # delivered, relayed or expanded
    failed = tuple(r for r in told or () if r.action not in _FINE and r.address)
    if failed:
        return Found(Bounce(message_id=_message_id(message, ""), recipients=_completed(failed, text)), ("delivery-status",))
    rules = ("delivery-status",) if told else _hints(message, sender, subject, text, envelope, report)
    if not rules:
        return None
    listed = re.findall(r"[^\s<>,;]+@[^\s<>,;]+", message.headers.text("x-failed-recipients") or "")
    notice = read_notice(text, _own_addresses(message), list(dict.fromkeys(listed)))
    stated = tuple(r for r in _recipients_of(text[:100_000]) if r.address) if "ecipient:" in text else ()
    recipients = stated or notice.recipients
    if not recipients and (enclosed_to := _enclosed_recipient(message)):
        recipients = (
            BounceRecipient(
                address=enclosed_to, status=notice.status, action=notice.action, permanent=notice.permanent, diagnostic=notice.diagnostic
            ),
        )
    if told and len(recipients) == 1:  # the status part has the code, but no address
        recipients = (msgspec.structs.replace(told[0], address=recipients[0].address),)
    return Found(Bounce(message_id=_message_id(message, notice.enclosed), recipients=recipients[:_MAX_RECIPIENTS]), rules)


def _has(message: Message, kind: str) -> bool:
    return any(part.content_type == kind for part in message.parts)


def _own_addresses(message: Message) -> frozenset[str]:
    """Whom the bounce was sent to: the writer of the mail that bounced, not its recipient."""
    value = message.headers.text("to") or ""
    return frozenset(found.lower() for found in re.findall(r"[^\s<>,;\"]+@[^\s<>,;\"]+", value))


# --- RFC 3464 -------------------------------------------------------------------------------------

_FINE: Final = frozenset({"delivered", "relayed", "expanded"})
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
_TYPED = re.compile(r"^\s*[\w.-]+\s*;\s*(.*)$", re.DOTALL)


def _from_status_parts(message: Message) -> tuple[BounceRecipient, ...] | None:
    """The recipients of all delivery-status parts of this mail; None where there is no such part."""
    found: list[BounceRecipient] = []
    seen = False
    for part in message.parts:
        if part.content_type in {"message/delivery-status", "message/global-delivery-status"} and not part.mails_above:
            seen = True
            found.extend(_recipients_of(decode(part.payload[:500_000])[0]))
    if not seen:
        return None
    return tuple({(r.address or "").lower(): r for r in reversed(found)}.values())[::-1][:_MAX_RECIPIENTS]


def _recipients_of(status: str) -> Iterator[BounceRecipient]:
    """The per-recipient groups of fields: divided by blank lines, or by the next Final-Recipient."""
    for block in re.split(r"\n[ \t]*\r?\n", status.replace("\r\n", "\n").strip()):
        fields: dict[str, str] = {}
        for line in re.sub(r"\n[ \t]+", " ", block).split("\n"):
            name, colon, value = line.partition(":")
            name = name.strip().lower()
            if not colon or len(name) > 40:
                continue
            if name == "final-recipient" and name in fields:
                yield _recipient_of(fields)
                fields = {}
            fields.setdefault(name, value.strip())
        if fields.keys() & {"final-recipient", "original-recipient", "x-actual-recipient"}:
            yield _recipient_of(fields)


def _recipient_of(fields: dict[str, str]) -> BounceRecipient:
    status = _STATUS.search(fields.get("status", ""))
    words = fields.get("action", "").split()
    action = words[0].strip("();,").lower() or None if words else None
    diagnostic = fields.get("diagnostic-code")
    diagnostic = (hit[1] if (hit := _TYPED.match(diagnostic)) else diagnostic) if diagnostic else None
    code = _best_status(status[1] if status else None, diagnostic)
    names = ("final-recipient", "original-recipient", "x-actual-recipient")
    return BounceRecipient(
        address=next((found for name in names if (found := _address(fields.get(name, "")))), None),
        status=code,
        action=action,
        permanent=_permanent(code, action, diagnostic),
        diagnostic=" ".join(diagnostic.split())[:1_000] if diagnostic else None,
    )


def _address(value: str) -> str | None:
    hit = _TYPED.match(value)
    text = (hit[1] if hit else value).strip().strip("<>").strip()
    found = re.search(r"[^\s<>()\[\],;:\"]+@[^\s<>()\[\],;\"]+|\"[^\"]+\"@[^\s<>]+", text)
    return found[0].rstrip(".") if found else None


def _best_status(status: str | None, diagnostic: str | None) -> str | None:
    """The Status field, unless it only says the class and the server's own words say more."""
    if status and not status.endswith(".0.0"):
        return status
    hit = _STATUS.search(diagnostic or "")
    if hit and (status is None or (hit[1][0] == status[0] and not hit[1].endswith(".0.0"))):
        return hit[1]
    return status


_REPLY_CODE = re.compile(r"(?<![\d.])([45])\d\d(?=[\s\-:#])")


def _permanent(status: str | None, action: str | None, diagnostic: str | None) -> bool | None:
    if action == "delayed":
        return False
    if status:
        return status[0] == "5"
    if hit := _REPLY_CODE.search(diagnostic or ""):
        return hit[1] == "5"
    return True if action == "failed" else None


def _completed(recipients: tuple[BounceRecipient, ...], text: str) -> tuple[BounceRecipient, ...]:
    """A recipient without a code gets the one that the notice states."""
    if len(recipients) != 1 or recipients[0].status:
        return recipients
    hit = _STATUS.search(text[:20_000])
    if hit is None:
        return recipients
    only = recipients[0]
    return (msgspec.structs.replace(only, status=hit[1], permanent=_permanent(hit[1], only.action, None)),)


# --- which mail came back -------------------------------------------------------------------------

_ID_LINE = re.compile(r"(?im)^[\s>|]{0,8}message-id:[ \t]*\n?[ \t]*<?([^\s<>]{3,500}?)>?[ \t]*$")


def _message_id(message: Message, enclosed: str) -> str | None:
    """The Message-ID of the mail that bounced, from the copy that the bounce encloses."""
    for part in message.parts:
        if part.content_type in {"message/rfc822", "message/global"} and part.children:
            if found := _id_of(part.children[0].headers):
                return found
        elif part.content_type in {"text/rfc822-headers", "message/rfc822-headers", "message/global-headers"} or (
            part.content_type == "message/rfc822" and not part.children
        ):
            if found := _id_of(_inner_headers(part)):
                return found
    if enclosed and (hit := _ID_LINE.search(enclosed)):
        return hit[1]
    for part in message.parts[1:]:
        if not part.mails_above and (found := _id_of(part.headers)):
            return found
        if part.content_type.startswith("text/") and not part.mails_above and (hit := _ID_LINE.search(part.text()[0][:200_000])):
            return hit[1]
    hit = re.search(r"<([^<>\s]+)>", message.headers.text("in-reply-to") or message.headers.text("references") or "")
    return hit[1] if hit else None


def _enclosed_recipient(message: Message) -> str | None:
    """Whom the enclosed mail was for, where it was for one person only."""
    for part in message.parts:
        if part.content_type == "message/rfc822" and part.children:
            boxes = parse_addresses(part.children[0].headers.raw("to"))
            return boxes[0].address if len(boxes) == 1 else None
    return None


def _inner_headers(part: Part) -> Headers:
    return split_head(part.payload.lstrip())[0]


def _id_of(headers: Headers) -> str | None:
    value = headers.raw("message-id")
    text = decode_header(value) if value else ""
    return text.strip("<> ") or None


# --- hints ----------------------------------------------------------------------------------------

_DAEMON = re.compile(
    r"(?i)(?:mailer[-_.]?daemon|mail[-_.]?daemon|post[-_.]?master|mail-?delivery|mail\.delivery\.system|mail-delivery-subsystem|double-?bounce|bounces?)"
    r"(?:[-+=_.].*)?"
)
_DAEMON_NAME = re.compile(
    r"(?i)mailer-daemon|mail(?:er)?[ .-]?(?:deliver\w*[ .-](?:sub)?system|daemon|system|administrator)|delivery (?:sub)?system|system administrator|mail administrator"
    r"|postmaster|internet mail delivery|mail system error|microsoft exchange|mail delivery"
)
_SUBJECT = re.compile(
    r"undeliver|un-deliver|non-?deliver|nondeliver|not[ -](?:be[ -])?deliver|deliver(?:y|ed)?[ :-]{1,3}(?:status|fail|report|problem|error|notif|delay|has failed|unsuccess|incomplete)"
    r"|(?:fail|error)\w*[ :-]{1,3}(?:notice|delivery|to deliver|deliver)|mail (?:delivery |system |routing |transaction )?(?:fail|error)|returned (?:e?-?mail|message|to sender)|returning (?:e?-?mail|message)"
    r"|return(?:ed)? (?:mail|post)|(?:could|can) ?not (?:be |deliver)|message (?:you sent )?(?:could not|bounced|undeliver|delay|not deliv)|bounced? (?:mail|message)|mail (?:is )?(?:not|un|failure)"
    r"|^warning: (?:message|could)|delayed mail|mail delay|rejected(?: mail| message)?:|message rejected|mail rejected|delivery|loop alert|smtp error|nachricht an .*nicht|"
    r"unzustellbar|nicht zugestellt|zustellung|konnte nicht|fehlgeschlagen|non remis|échec de (?:la )?remise|échec de la distribution|non distribué|retour(?:né)? (?:à l'expéditeur|de courrier)|"
    r"no se (?:ha )?(?:pudo|podido)|no entregad|devuelto|fallo en la entrega|error de entrega|mancat[ao] (?:consegna|recapito)|impossibile (?:consegn|recapit)|non recapitabil|"
    r"niet (?:bezorgd|afgeleverd)|onbestelbaar|não (?:entregue|foi possível)|falha (?:na|de) entrega|devolvid|nie(?:doręcz| można dostarczyć| dostarczon)|zwrot|"
    r"kunde inte levereras|olevererbar|kan ikke leveres|ulevert|kunne ikke leveres|toimittaminen epäonnistui|ei voitu toimittaa|nedoruč|nelze doruč|"
    r"не доставлен|недоставл|возврат|невозможно доставить|teslim edileme|iletilemedi|退信|无法投递|無法投遞|未送达|退回|配信(?:不能|でき|エラー)|配送(?:不能|でき|エラー)|送信(?:でき|エラー)|"
    r"宛先不明|メール(?:エラー|配信)|전송 ?실패|반송|배달 ?(?:실패|불가)",
    re.IGNORECASE,
)
_PHRASE = re.compile(
    r"could not be delivered|couldn.t be delivered|was not delivered|not able to deliver|wasn.t able to deliver|unable to deliver|cannot be delivered|can.t be delivered|"
    r"delivery to the following|delivery has failed|delivery failed|failed permanently|permanent (?:fatal )?error|undeliverable|undelivered|did not reach|could not be reached|"
    r"error(?:s)? (?:occurred )?(?:while|when|during|delivering|in deliver)|had (?:permanent|delivery) |the following address|following recipient|recipients? (?:was|were|could|did|failed|has|have)|"
    r"user unknown|unknown user|no such user|mailbox (?:is )?(?:full|unavailable|not found|exceed)|address rejected|host (?:or domain name )?not found|transcript of session|"
    r"invalid (?:user|recipient|address|mailbox)|does not exist|doesn.t (?:exist|have)|may not exist|account (?:is|has been) (?:locked|disabled|inactive)|returned to (?:you|sender)|"
    r"delivery status notification|has not (?:yet )?been delivered|not yet been delivered|will keep trying|message delayed|delayed (?:for|\d)|message you sent|mail you sent|"
    r"konnte nicht zugestellt|nicht zugestellt werden|unzustellbar|n'a pas pu être (?:remis|délivré|distribué)|n'a pu être|no se (?:pudo|ha podido) entregar|no pudo ser entregado|"
    r"non (?:è stato possibile|ha potuto) (?:consegn|recapit)|niet (?:worden )?(?:bezorgd|afgeleverd)|não (?:pôde|pode) ser entregue|não foi possível entregar|nie (?:mogła|może|można|został)|"
    r"не может быть доставлен|не было доставлено|не удалось доставить|送信できませんでした|配信できません|送信に失敗|無法(?:投遞|送達)|无法(?:投递|送达)|发送失败|전송되지|전달되지",
    re.IGNORECASE,
)
_SMTP_REPLY = re.compile(r"(?m)(?:^|[\s:'\"(>#])[45]\d\d[\s\-:#]+(?:[45]\.\d{1,3}\.\d{1,3}|[A-Z<\"'-])|(?<![\d.])[45]\.\d\.\d{1,3}(?![\d.])")
_REPLY_SUBJECT = re.compile(r"(?i)^\s*(?:re|aw|fwd?|wg|tr|rv|i|antw|sv)\s?:")


def _hints(
    message: Message, sender: Address | None, subject: str | None, text: str, envelope: Mapping[str, Any], report: str
) -> tuple[str, ...]:
    """The names of the hints that together make a bounce; none where they are too few."""
    headers = message.headers
    if headers.raw("list-id") and "x-failed-recipients" not in headers:
        return ()
    sent_by = _sent_by_daemon(headers, sender, envelope)
    text = text[:30_000]
    found: list[str] = []
    if report == "delivery-status":
        found.append("report-type")
    if "x-failed-recipients" in headers:
        found.append("x-failed-recipients")
    if not found and sent_by is None and not _unanswerable(headers):
        return ()
    if subject and not _REPLY_SUBJECT.match(subject) and _SUBJECT.search(subject):
        found.append("bounce-subject")
    if not found and sent_by is None:
        return ()
    if _PHRASE.search(text):
        found.append("bounce-phrase")
    if _SMTP_REPLY.search(text):
        found.append("smtp-reply")
    if _has(message, "message/rfc822") or _has(message, "text/rfc822-headers"):
        found.append("encloses-mail")
    if report == "delivery-status" or "x-failed-recipients" in headers:
        return tuple(found)
    if sent_by == "daemon":
        # A vacation note may come from <> and say that somebody cannot be reached; it has no server's words.
        return ("sent-by-daemon", *found) if len(found) >= 2 or "bounce-subject" in found or "smtp-reply" in found else ()
    if sent_by == "null-path":
        return ("null-return-path", *found) if len(found) >= 2 and {"bounce-subject", "smtp-reply"} & set(found) else ()
    if "bounce-subject" in found and "bounce-phrase" in found and ({"smtp-reply", "encloses-mail"} & set(found)):
        return tuple(found)
    return ()


def _sent_by_daemon(headers: Headers, sender: Address | None, envelope: Mapping[str, Any]) -> str | None:
    if sender is not None:
        local, name = sender.address.rpartition("@")[0], sender.name or ""
    else:
        name = headers.text("from") or ""
        local = name.partition("@")[0].strip("<> ")
    if _DAEMON.fullmatch(local) or (name and _DAEMON_NAME.search(name)):
        return "daemon"
    path = headers.raw("return-path")
    null = path is not None and (path.strip() in {b"<>", b""} or re.match(rb"(?i)<?mailer-daemon", path.strip()))
    if null or envelope.get("mail_from") in ("", "<>") or name.strip() == "<>":
        return "null-path"
    return None


def _unanswerable(headers: Headers) -> bool:
    """A machine's own word for itself."""
    submitted = (headers.text("auto-submitted") or "no").lower()
    return not submitted.startswith("no") or "x-auto-response-suppress" in headers or (headers.text("precedence") or "").lower() in {"bulk", "junk"}
