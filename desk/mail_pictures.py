"""Charts in mails: PNG files that travel with the mail, as mail programs show neither SVG nor what they have to fetch.

Whoever sees no pictures has the row of bars: in the plain text, and in the HTML where the picture stands.
"""

import binascii
import hashlib
import logging
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from correlate.records import Outgoing
from desk import charts
from desk.drawing import DrawingError, Painter
from desk.rendering import objects

log = logging.getLogger(__name__)

MOST_PICTURES = 12
"""Ten to twenty kilobytes each; those of more suggestions are on the page."""


class Picture(Struct, frozen=True):
    """A picture and the Content-ID that the HTML names it by (RFC 2392), without angle brackets."""

    cid: str
    png: bytes


def with_pictures(outgoing: Outgoing, painter: Painter) -> tuple[Outgoing, tuple[Picture, ...]]:
    """A digest whose suggestions name their pictures, and the pictures. What cannot be drawn is not shown.

    The process that draws is ended again: a digest goes out once a week.
    """
    if outgoing.kind != "digest":
        return outgoing, ()
    rows = [dict(row) for row in objects(outgoing.facts.get("suggestions"))]
    pictures: list[Picture] = []
    domain = outgoing.message_id.rpartition("@")[2]
    try:
        for row in rows[:MOST_PICTURES]:
            series = charts.of_facts(row.get("series"), row.get("changes"))
            if series is not None:
                png = painter.png(series)
                cid = f"{len(pictures) + 1}.{hashlib.sha256(png).hexdigest()[:24]}@{domain}"
                pictures.append(Picture(cid, png))
                row["picture"] = cid
    except DrawingError as error:
        log.warning("The digest has fewer pictures: %s", error)
    finally:
        painter.close()
    facts: Mapping[str, Any] = {**outgoing.facts, "suggestions": rows}
    return replace(outgoing, facts=facts), tuple(pictures)


def related(html: bytes, pictures: Iterable[Picture], boundary: str) -> bytes:
    """A part of a mail that is HTML with its pictures (RFC 2387); `html` is a whole part, header fields included."""
    parts = [f'Content-Type: multipart/related; type="text/html"; boundary="{boundary}"\r\n\r\n'.encode()]
    parts.append(f"--{boundary}\r\n".encode() + html)
    for place, picture in enumerate(pictures, 1):
        parts.append(
            f"--{boundary}\r\nContent-Type: image/png\r\nContent-ID: <{picture.cid}>\r\n"
            f'Content-Disposition: inline; filename="chart-{place}.png"\r\n'
            "Content-Transfer-Encoding: base64\r\n\r\n".encode()
        )
        parts.append(_lines(picture.png))
    parts.append(f"--{boundary}--\r\n".encode())
    return b"".join(parts)


def _lines(data: bytes) -> bytes:
    return b"".join(binascii.b2a_base64(data[i : i + 57], newline=False) + b"\r\n" for i in range(0, len(data), 57))
