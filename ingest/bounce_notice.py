"""The human-readable notice of a bounce: recipients, codes and reasons where no delivery-status part states them."""

import re
from typing import Final, NamedTuple

from ingest.event import BounceRecipient

_MAX_LINES: Final = 600
_MAX_LINE: Final = 1_000


class Notice(NamedTuple):
    """What the notice says of all recipients together, and of each; `enclosed` is the text below it: the old mail."""

    recipients: tuple[BounceRecipient, ...]
    status: str | None
    action: str | None
    permanent: bool | None
    diagnostic: str | None
    enclosed: str


_ADDRESS = r"[^\s<>()\[\],;:\"'|*]+@[A-Za-z0-9][^\s<>()\[\],;:\"'|]*[A-Za-z0-9]"
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
_CODED_STATUS = re.compile(r"(?<![\d.])[45]\d\d[\s\-:#]+#?([45]\.\d{1,3}\.\d{1,3})(?![\d.]*\d)")
_REPLY_CODE = re.compile(r"(?:^|[\s:'\"(>#])([45])\d\d(?=[\s\-:#])")
_DELAYED = re.compile(
    r"(?i)not (?:yet )?been delivered|will (?:keep|continue|be retried)|delayed|still (?:being )?(?:trying|"
    r"in the queue)|no action is required|warning"
)

# A line below which the old mail is enclosed.
_ENCLOSED = re.compile(
    r"(?i)^\W{0,30}(?:(?:this|below|here|the following|attached|included|what follows|message|original|unsent|"
    r"returned)\b.{0,60}"
    r"\b(?:copy of|original|header|headers follow|message follows|follows|is following|sent message|"
    r"message text|mail as follows)"
    r"|original (?:message|mail)(?: headers?| info| follows)?|message headers? follow|unsent message follows|"
    r"message header|start of returned message|body of message generated response"
    r"|-+ ?(?:header|body) of|ursprüngliche nachricht|message d'origine|mensaje original|元のメール|原文)\b.{0,60}$"
)
_HEADER_LINE = re.compile(
    r"(?i)^[\s>|]{0,6}(?:received|return-path|delivered-to|message-id|dkim-signature|domainkey-signature|"
    r"mime-version|content-type|x-[\w-]+|date|from|to|subject|reply-to"
    r"|user-agent|authentication-results|arc-seal)\s?:"
)
_NOT_RECIPIENT = re.compile(
    r"(?i)contact|please|questions|support|assistance|mail from|received:|message-id|https?://|from:|"
    r"\bby\b .*esmtp|administrator|postmaster@|sender|reply-to|abuse|originator|return-path"
    r"|subject:|date:|help|^\W*to:|^\W*cc:|hello|hallo|bonjour|hi "
)

_AT_START = re.compile(
    rf"^[\s>*•·\-–=#|]{{0,30}}(?:\d+[.)] )?(?P<name>[^<>@]{{0,60}}<(?:mailto:)?)?(?P<address>{_ADDRESS})>?(?P<rest>.*)$"
)
_FIELD = re.compile(
    r"(?i)^\W{0,10}(?:final|original|failed|intended)?[- ]?(?:recipients?|user|address|addressee|to address|"
    rf"failed address|e-?mail address)(?: address)?s?\s*[:=]\s*(?:rfc822;)?\s*<?({_ADDRESS})"
)
_CODED = re.compile(rf"(?i)(?:^|[\s:>])[45]\d\d[\s\-:#]+(?:#?[45]\.\d+\.\d+\s+)?(?:rcpt to:\s*)?<({_ADDRESS})>")
_RCPT = re.compile(rf"(?i)rcpt\s?to\s?[:\s]\s*<?({_ADDRESS})>?")
_PHRASED = re.compile(
    rf"(?i)(?<!\w)(?:deliver\w*(?: (?:your|this|the))?(?: (?:mail|message|e-?mail))? (?:to|for)|"
    rf"undeliverable to|unknown user:?|user unknown:?|no such user:?|unknown recipient:?|recipient|mailbox|"
    rf"message to|mail to|addressed to|sent to|address|account|exceeds? [\w ]{{0,30}}:|message-id\] in|"
    rf"gateway for|in|for|to|user|an|à|a)(?:\s*[:(<]\s*<?|\s+<?)({_ADDRESS})>?"
)
_ANY = re.compile(rf"<?({_ADDRESS})>?")
_HELPDESK = re.compile(r"(?i)(?:post-?master|mailer-daemon|abuse|support|help|admin\w*|hostmaster|noc)@")


def split_notice(text: str) -> tuple[list[str], str]:
    """The lines of the notice, and the text of the old mail that follows it."""
    lines = [line[:_MAX_LINE] for line in text.split("\n")]
    for n, line in enumerate(lines[:_MAX_LINES]):
        if n and _ENCLOSED.match(line.strip()) and not _ANY.search(line):
            return lines[:n], "\n".join(lines[n + 1 :])
        if (
            n
            and _HEADER_LINE.match(line)
            and sum(bool(_HEADER_LINE.match(x)) for x in lines[n : n + 12]) >= 4
            and _is_mail_head(lines, n)
        ):
            return lines[:n], "\n".join(lines[n:])
    return lines[:_MAX_LINES], "\n".join(lines[_MAX_LINES:])


def _is_mail_head(lines: list[str], n: int) -> bool:
    block = "\n".join(lines[n : n + 40]).lower()
    return "received:" in block or "message-id:" in block or "mime-version:" in block


def read_notice(text: str, own: frozenset[str], listed: list[str]) -> Notice:
    """Recipients and codes from the notice; `own` are addresses that got the bounce and are none of its recipients,
    `listed` those that a header field of the bounce names."""
    lines, enclosed = split_notice(text[:200_000])
    places = _recipients(lines, own, listed)
    whole = "\n".join(lines)
    status, permanent, diagnostic = _codes(lines)
    delayed = bool(_DELAYED.search(whole)) and (permanent is not True) and status is None
    action = "delayed" if delayed or (permanent is False and _DELAYED.search(whole)) else "failed"
    if permanent is None:
        permanent = not delayed
    found = []
    for index, (address, at) in enumerate(places):
        following = [place for _, place in places[index + 1 :] if place > at]
        segment = lines[at : min(following)] if following else lines[at:]
        code, lasting, words = _codes(segment) if len(places) > 1 else (status, permanent, diagnostic)
        found.append(
            BounceRecipient(
                address=address,
                status=code,
                action=action,
                permanent=lasting if lasting is not None else permanent,
                diagnostic=words,
            )
        )
    return Notice(tuple(found), status, action, permanent, diagnostic, enclosed)


def _codes(lines: list[str]) -> tuple[str | None, bool | None, str | None]:
    """An enhanced status, whether it is permanent, and the server's words."""
    text = "\n".join(lines)
    hit = _CODED_STATUS.search(text) or _STATUS.search(text)
    reply = next((line for line in lines if _REPLY_CODE.search(line)), None)
    words = reply or (next((line for line in lines if hit[1] in line), None) if hit else None)
    diagnostic = " ".join(words.split())[:500] if words else None
    if hit:
        return hit[1], hit[1][0] == "5", diagnostic
    if reply and (code := _REPLY_CODE.search(reply)):
        return None, code[1] == "5", diagnostic
    return None, None, diagnostic


def _recipients(lines: list[str], own: frozenset[str], listed: list[str]) -> list[tuple[str, int]]:
    """Addresses with the line they stand on, by the first way of stating them that yields any."""
    for reader in (_fields, _at_start, None, _coded, _phrased):
        if reader is None:
            if listed:
                return [(address, 0) for address in listed]
            continue
        found: dict[str, tuple[str, int]] = {}
        for n, line in enumerate(lines):
            for address in reader(line):
                found.setdefault(address.lower(), (address, n))
        others = [place for key, place in found.items() if key not in own]
        if others:
            return others
    named = {
        hit.lower(): (hit, n) for n, line in enumerate(lines) for hit in _ANY.findall(line) if not _HELPDESK.match(hit)
    }
    rest = [place for key, place in named.items() if key not in own]
    return rest if len(rest) == 1 else []


def _fields(line: str) -> list[str]:
    hit = _FIELD.match(line)
    return [hit[1]] if hit else []


def _at_start(line: str) -> list[str]:
    """The address that a line begins with, perhaps behind a name or a bullet."""
    if "@" not in line:
        return []
    hit = _AT_START.match(line)
    if hit is None or _NOT_RECIPIENT.search(line[: hit.end("address")]):
        return []
    if hit["name"] and len(hit["name"].split()) > 4:
        return []
    rest = hit["rest"].lstrip()
    return re.findall(_ADDRESS, line) if rest[:1] in {",", ";"} and "@" in rest else [hit["address"]]


def _coded(line: str) -> list[str]:
    hit = _CODED.search(line)
    return [hit[1]] if hit else []


def _phrased(line: str) -> list[str]:
    if "@" not in line or re.search(r"(?i)mail from|contact|received:|message-id:|^\W*from:", line):
        return []
    hit = _RCPT.search(line) or _PHRASED.search(line)
    return [hit[1]] if hit else []
