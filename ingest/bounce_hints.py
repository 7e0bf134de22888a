"""Is a mail without a delivery report a bounce all the same? Hints of servers that never read RFC 3464.

Each hint alone is found in mails of people as well (who forwards a bounce and asks what it means writes all its words),
so at least two independent ones are needed, and a machine must have sent it.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from ingest.event import Address
from ingest.mime import Headers, Message

_MAX_TEXT: Final = 30_000
_DAEMON = re.compile(
    r"(?i)(?:mailer[-_.]?daemon|mail[-_.]?daemon|post[-_.]?master|mail-?delivery|mail\.delivery\.system|"
    r"mail-delivery-subsystem|double-?bounce|bounces?)(?:[-+=_.].*)?"
)
_DAEMON_NAME = re.compile(
    r"(?i)mailer-daemon|mail(?:er)?[ .-]?(?:deliver\w*[ .-](?:sub)?system|daemon|system|administrator)|postmaster|"
    r"delivery (?:sub)?system|system administrator|internet mail delivery|microsoft exchange|mail delivery"
)

# Pieces of patterns (no groups of their own), by language.
_SUBJECTS: Final[Mapping[str, tuple[str, ...]]] = {
    "en": (
        "undeliver", "un-deliver", "non-?deliver", "not[ -](?:be[ -])?deliver", "delivery", "delivered[ :-]{1,3}fail",
        r"(?:fail|error)\w*[ :-]{1,3}(?:notice|to deliver|deliver)", "returned (?:e?-?mail|message|to sender)",
        "mail (?:system |routing |transaction )?(?:fail|error)", "returning (?:e?-?mail|message)",
        "return(?:ed)? (?:mail|post)",
        "(?:could|can) ?not (?:be |deliver)", "message (?:you sent )?(?:could not|bounced|undeliver|delay|not deliv)",
        "bounced? (?:mail|message)", "mail (?:is )?(?:not|un|failure)", "^warning: (?:message|could)", "delayed mail",
        "mail delay", "rejected(?: mail| message)?:", "message rejected", "mail rejected", "loop alert", "smtp error",
    ),
    "de": ("unzustellbar", "nicht zugestellt", "zustellung", "konnte nicht", "fehlgeschlagen", "nachricht an .*nicht"),
    "fr": (
        "non remis", "échec de (?:la )?remise", "échec de la distribution", "non distribué",
        "retour(?:né)? (?:à l'expéditeur|de courrier)",
    ),
    "es": ("no se (?:ha )?(?:pudo|podido)", "no entregad", "devuelto", "fallo en la entrega", "error de entrega"),
    "it": ("mancat[ao] (?:consegna|recapito)", "impossibile (?:consegn|recapit)", "non recapitabil"),
    "nl": ("niet (?:bezorgd|afgeleverd)", "onbestelbaar"),
    "pt": ("não (?:entregue|foi possível)", "falha (?:na|de) entrega", "devolvid"),
    "pl": ("niedoręcz", "nie można dostarczyć", "nie dostarczon", "zwrot"),
    "sv": ("kunde inte levereras", "olevererbar"),
    "da": ("kan ikke leveres", "kunne ikke leveres", "ulevert"),
    "fi": ("toimittaminen epäonnistui", "ei voitu toimittaa"),
    "cs": ("nedoruč", "nelze doruč"),
    "ru": ("не доставлен", "недоставл", "возврат", "невозможно доставить"),
    "tr": ("teslim edileme", "iletilemedi"),
    "zh": ("退信", "无法投递", "無法投遞", "未送达", "退回"),
    "ja": (
        "配信(?:不能|でき|エラー)", "配送(?:不能|でき|エラー)", "送信(?:でき|エラー)", "宛先不明",
        "メール(?:エラー|配信)",
    ),
    "ko": ("전송 ?실패", "반송", "배달 ?(?:실패|불가)"),
}  # fmt: skip
_PHRASES: Final[Mapping[str, tuple[str, ...]]] = {
    "en": (
        "could not be (?:delivered|reached)", "couldn.t be delivered", "was not delivered", "not able to deliver",
        "wasn.t able to deliver", "unable to deliver", "cannot be delivered", "can.t be delivered", "undelivered",
        "delivery to the following", "delivery has failed", "delivery failed", "failed permanently", "undeliverable",
        "permanent (?:fatal )?error", "did not reach",
        "error(?:s)? (?:occurred )?(?:while|when|during|delivering|in deliver)",
        "had (?:permanent|delivery) ", "the following address", "following recipient", "user unknown", "unknown user",
        "recipients? (?:was|were|could|did|failed|has|have)", "no such user", "address rejected",
        "transcript of session",
        "mailbox (?:is )?(?:full|unavailable|not found|exceed)", "host (?:or domain name )?not found", "does not exist",
        "invalid (?:user|recipient|address|mailbox)", "doesn.t (?:exist|have)", "may not exist",
        "returned to (?:you|sender)",
        "account (?:is|has been) (?:locked|disabled|inactive)", "delivery status notification", "will keep trying",
        "not (?:yet )?been delivered", r"message delayed|delayed (?:for|\d)", "message you sent", "mail you sent",
    ),
    "de": ("konnte nicht zugestellt", "nicht zugestellt werden", "unzustellbar"),
    "fr": ("n'a pas pu être (?:remis|délivré|distribué)", "n'a pu être"),
    "es": ("no se (?:pudo|ha podido) entregar", "no pudo ser entregado"),
    "it": ("non (?:è stato possibile|ha potuto) (?:consegn|recapit)",),
    "nl": ("niet (?:worden )?(?:bezorgd|afgeleverd)",),
    "pt": ("não (?:pôde|pode) ser entregue", "não foi possível entregar"),
    "pl": ("nie (?:mogła|może|można|został)",),
    "sv": ("kunde inte levereras",),
    "da": ("kunne ikke leveres",),
    "fi": ("ei voitu toimittaa",),
    "cs": ("nelze doručit", "nebylo možné doručit"),
    "ru": ("не может быть доставлен", "не было доставлено", "не удалось доставить"),
    "tr": ("teslim edilemedi", "iletilemedi"),
    "zh": ("無法(?:投遞|送達)", "无法(?:投递|送达)", "发送失败"),
    "ja": ("送信できませんでした", "配信できません", "送信に失敗"),
    "ko": ("전송되지", "전달되지"),
}  # fmt: skip


def _any_of(table: Mapping[str, tuple[str, ...]]) -> re.Pattern[str]:
    return re.compile("|".join(piece for pieces in table.values() for piece in pieces), re.IGNORECASE)


_SUBJECT, _PHRASE = _any_of(_SUBJECTS), _any_of(_PHRASES)
_SMTP_REPLY = re.compile(
    r"(?m)(?:^|[\s:'\"(>#])[45]\d\d[\s\-:#]+(?:[45]\.\d{1,3}\.\d{1,3}|[A-Z<\"'-])|(?<![\d.])[45]\.\d\.\d{1,3}(?![\d.])"
)
_REPLY_SUBJECT = re.compile(r"(?i)^\s*(?:re|aw|fwd?|wg|tr|rv|i|antw|sv)\s?:")


def hints(
    message: Message, sender: Address | None, subject: str | None, text: str, envelope: Mapping[str, Any]
) -> tuple[str, ...]:
    """The names of the hints that together make a bounce; none where they are too few."""
    headers = message.headers
    if headers.raw("list-id") and "x-failed-recipients" not in headers:
        return ()
    sent_by = _sent_by(headers, sender, envelope)
    certain = []
    if message.root.params.get("report-type", "").lower() == "delivery-status":
        certain.append("report-type")
    if "x-failed-recipients" in headers:
        certain.append("x-failed-recipients")
    if not certain and sent_by is None:
        return ()
    found = certain + _words(message, subject, text[:_MAX_TEXT])
    if certain:
        return tuple(found)
    telling = {"bounce-subject", "smtp-reply"} & set(found)
    if sent_by == "daemon" and (len(found) >= 2 or telling):
        return ("sent-by-daemon", *found)
    # A vacation note may come from <> and say that somebody cannot be reached; it has no server's words.
    if sent_by == "null-path" and len(found) >= 2 and telling:
        return ("null-return-path", *found)
    if sent_by == "machine" and {"bounce-subject", "bounce-phrase"} <= set(found) and len(found) >= 3:
        return tuple(found)
    return ()


def _words(message: Message, subject: str | None, text: str) -> list[str]:
    found = []
    if subject and not _REPLY_SUBJECT.match(subject) and _SUBJECT.search(subject):
        found.append("bounce-subject")
    if _PHRASE.search(text):
        found.append("bounce-phrase")
    if _SMTP_REPLY.search(text):
        found.append("smtp-reply")
    if any(part.content_type in {"message/rfc822", "text/rfc822-headers"} for part in message.parts):
        found.append("encloses-mail")
    return found


def _sent_by(headers: Headers, sender: Address | None, envelope: Mapping[str, Any]) -> str | None:
    """`daemon` by its name, `null-path` by an empty return path, `machine` by its own word; None for anybody else."""
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
    submitted = (headers.text("auto-submitted") or "no").lower()
    bulk = (headers.text("precedence") or "").lower() in {"bulk", "junk"}
    return "machine" if not submitted.startswith("no") or "x-auto-response-suppress" in headers or bulk else None
