"""`winmail.dat`: what Outlook wraps around a body and attachments (MS-OXTNEF)."""

import logging
from typing import NamedTuple

from tnefparse import TNEF

logging.getLogger("tnef-decode").setLevel(logging.CRITICAL)


class Unwrapped(NamedTuple):
    """Files as (name, content), and the body where the wrapping holds one."""

    files: tuple[tuple[str | None, bytes], ...]
    text: str | None
    html: bytes | None


def unwrap(data: bytes) -> Unwrapped | None:
    """What is inside a winmail.dat; None where it cannot be read."""
    try:
        found = TNEF(data, do_checksum=False)
        files = tuple((_name(item), bytes(item.data or b"")) for item in found.attachments)
        body, html = found.body, found.htmlbody
    except Exception:  # noqa: BLE001 - tnefparse raises whatever its struct reading meets; the file itself stays attached
        return None
    return Unwrapped(files, _text(body), html.encode("utf-8", "replace") if isinstance(html, str) else html or None)


def _name(item: object) -> str | None:
    long_name = getattr(item, "long_filename", None)
    name = long_name() if callable(long_name) else getattr(item, "name", None)
    text = _text(name)
    return text.strip("\x00 ") or None if text else None


def _text(value: object) -> str | None:
    if isinstance(value, (list, tuple)):
        value = value[0] if value else None
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace").strip("\x00") or None
    return value.strip("\x00") or None if isinstance(value, str) else None
