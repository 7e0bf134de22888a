"""`winmail.dat`: what Outlook wraps around a body and attachments (MS-OXTNEF)."""

import logging
from typing import NamedTuple

from tnefparse import TNEF

logging.getLogger("tnef-decode").setLevel(logging.CRITICAL)
_MAX_SIZE = 40_000_000


class Unwrapped(NamedTuple):
    """Files as (name, content), and the body where the wrapping holds one."""

    files: tuple[tuple[str | None, bytes], ...]
    text: str | None
    html: str | None


def unwrap(data: bytes) -> Unwrapped | None:
    """What is inside a winmail.dat; None where it cannot be read (the file itself then stays attached)."""
    if len(data) > _MAX_SIZE:
        return None
    try:
        found = TNEF(data, do_checksum=False)
        files = tuple((_name(item), bytes(item.data or b"")) for item in found.attachments)
        return Unwrapped(files, _text(found.body), _text(found.htmlbody))
    except Exception:  # noqa: BLE001 - tnefparse raises whatever its reading of hostile structures meets
        return None


def _name(item: object) -> str | None:
    long_name = getattr(item, "long_filename", None)
    text = _text(long_name() if callable(long_name) else None) or _text(getattr(item, "name", None))
    return text.replace("\\", "/").rpartition("/")[2].strip() or None if text else None


def _text(value: object) -> str | None:
    """tnefparse gives lists, bytes or text, whatever the property was."""
    if isinstance(value, (list, tuple)):
        value = value[0] if value else None
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    return value.replace("\x00", "").strip() or None if isinstance(value, str) else None
