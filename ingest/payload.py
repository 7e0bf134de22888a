"""From the bytes of a webhook to a payload: JSON as tools really send it, forms, and text that holds JSON.

Decoding is forgiving where real senders err and nothing can be mistaken: a byte order mark, UTF-16, Latin-1, raw line
ends inside strings (templates filled with command output), NaN. What comes out is what JSON can hold.
"""

import codecs
import email.message
import json
import re
from email.parser import BytesParser
from email.policy import default as modern
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec

MAX_BYTES: Final = 60_000_000
"""Longer bodies are refused unread; the door's own limit is lower."""
_MAX_DEPTH: Final = 100
_FORM = re.compile(rb"[\w.%\[\]*~+-]{1,200}=")

_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_NO_BRACKET = re.compile(r"[^\[\]{}]+")
_MAX_PARTS: Final = 200
_MAX_HEADER: Final = 8_192

_decode = msgspec.json.Decoder(Any).decode
_skip = msgspec.json.Decoder(msgspec.Raw).decode


class PayloadError(ValueError):
    """The bytes are not JSON nor a form; the message is one sentence."""


def decode_payload(body: bytes, content_type: str | None = None) -> Any:
    """Decode a webhook's body. Raises `PayloadError`; bounded in depth and time by the length of the body."""
    if len(body) > MAX_BYTES:
        raise PayloadError(f"The body is longer than {MAX_BYTES // 1_000_000} MB.")
    media = (content_type or "").partition(";")[0].strip().casefold()
    if media == "multipart/form-data":
        return _from_fields(_multipart(body, content_type or ""))
    if is_form(body, content_type):
        return _from_fields(_form(body))
    try:
        return _decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _decode_with_patience(body)


def is_form(body: bytes, content_type: str | None) -> bool:
    """Is this read as a form? Some call their JSON one."""
    media = (content_type or "").partition(";")[0].strip().casefold()
    if media == "application/x-www-form-urlencoded":
        return not body.lstrip().startswith((b"{", b"["))
    return media == "multipart/form-data"


def is_json(body: bytes) -> bool:
    """Is this JSON to the letter? Nothing is built of it."""
    try:
        _skip(body)
    except (msgspec.DecodeError, RecursionError):
        return False
    return True


def _decode_with_patience(body: bytes) -> Any:
    text = _text(body).strip()
    if not text:
        raise PayloadError("The body is empty; post JSON.")
    if text[0] not in '{["':
        if _FORM.match(text.encode()[:300]):
            return _from_fields(_form(text.encode()))
        raise PayloadError("The body is neither JSON nor a form; post JSON.")
    return _patient_json(text)


def _patient_json(text: str) -> Any:
    if _is_too_deep(text):
        raise PayloadError(f"The JSON is nested more than {_MAX_DEPTH} levels deep.")
    try:
        payload = json.loads(text, strict=False, parse_int=_integer)
    except (ValueError, RecursionError) as problem:
        raise PayloadError(f"The body is not JSON: {str(problem)[:200]}.") from problem
    return json.loads(payload, strict=False) if isinstance(payload, str) and payload.lstrip()[:1] == "{" else payload


def _integer(digits: str) -> float | int:
    return int(digits) if len(digits) <= 40 else float(digits[:400])


def _is_too_deep(text: str) -> bool:
    """Take away the innermost pairs, level by level: each look goes over less, and none is a loop of Python's."""
    left = _NO_BRACKET.sub("", _STRINGS.sub("", text))
    for _ in range(_MAX_DEPTH):
        fewer = left.replace("[]", "").replace("{}", "")
        if len(fewer) == len(left):
            return len(left) > 2 * _MAX_DEPTH  # what is not balanced is no JSON either, but may be deep
        left = fewer
    return bool(left)


def _text(body: bytes) -> str:
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if body.startswith(mark):
            return body.decode(encoding, "replace")
    if body[:4].count(0) in {2, 3}:
        return body.decode(json.detect_encoding(body), "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode("cp1252", "replace")


def _form(body: bytes) -> dict[str, str]:
    try:
        return dict(parse_qsl(_text(body), keep_blank_values=True, max_num_fields=2_000))
    except ValueError as problem:
        raise PayloadError("The form has more than 2,000 fields.") from problem


def _multipart(body: bytes, content_type: str) -> dict[str, str]:
    boundary = _boundary(content_type)
    parts = body.split(b"--" + boundary, _MAX_PARTS + 2) if boundary else [body]
    if len(parts) > _MAX_PARTS + 2:
        raise PayloadError(f"The form has more than {_MAX_PARTS} parts.")
    if any(_header_size(part) > _MAX_HEADER for part in parts):
        raise PayloadError("A part of the form has a header that is too long.")
    message = BytesParser(policy=modern).parsebytes(
        b"Content-Type: " + content_type.encode("latin-1", "replace") + b"\r\n\r\n" + body
    )
    fields: dict[str, str] = {}
    for part in message.walk():
        name = _field_name(part)
        if name and not part.is_multipart() and len(fields) < 200:
            raw = part.get_payload(decode=True)
            fields[name] = _text(raw) if isinstance(raw, bytes) else ""
    return fields


def _boundary(content_type: str) -> bytes:
    head = email.message.Message()
    head["Content-Type"] = "".join(sign for sign in content_type[:1_000] if sign.isprintable())
    said = head.get_param("boundary")
    return said.encode("latin-1", "replace") if isinstance(said, str) else b""


def _header_size(part: bytes) -> int:
    """Bytes before the empty line that ends a part's header; all of them where there is none."""
    start = part[: _MAX_HEADER + 10]
    ends = [end for end in (start.find(b"\r\n\r\n"), start.find(b"\n\n")) if end >= 0]
    return min(ends) if ends else len(start)


def _field_name(part: email.message.Message) -> str | None:
    name = part.get_param("name", header="content-disposition")
    return name if isinstance(name, str) else None


def _from_fields(fields: dict[str, str]) -> Any:
    """Some senders put the JSON into one field of a form (`payload=`, `data=`)."""
    if not fields:
        raise PayloadError("The form has no fields.")
    for name in ("payload", "data", "json", "body", "message"):
        if fields.get(name, "").lstrip()[:1] in {"{", "["} and fields.get(name):
            try:
                return _patient_json(fields[name])
            except PayloadError:
                continue
    if len(fields) == 1 and not next(iter(fields.values())) and next(iter(fields)).lstrip()[:1] == "{":
        return _patient_json(next(iter(fields)))
    return fields
