"""Jinja2 with autoescape, and the few filters that make times, sizes and reasons readable."""

import hashlib
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from correlate.reasons import sentence
from correlate.records import Reason

HERE = Path(__file__).parent
STATIC = HERE / "static"

_LINK = re.compile(r"\b(?:INC|REQ|PRB|SUG)-[1-9][0-9]{0,8}\b")
_FOLDERS = {"INC": "records", "REQ": "records", "PRB": "problems", "SUG": "suggestions"}


def duration(seconds: float) -> str:
    """A length of time as people say it, in its largest unit: 40 s, 12 min, 5 h, 3 d, 7 weeks, 2 years."""
    seconds = max(0.0, seconds)
    for limit, unit, name in ((90, 1, "s"), (5400, 60, "min"), (172_800, 3600, "h"), (2_419_200, 86_400, "d")):
        if seconds < limit:
            return f"{round(seconds / unit)} {name}"
    if seconds < 2 * 31_557_600:
        return f"{round(seconds / 604_800)} weeks"
    return f"{round(seconds / 31_557_600)} years"


def zone(name: str | None) -> ZoneInfo:
    """The time zone of this name, UTC where there is none: a page is shown all the same."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


@pass_context
def ago(context: Context, moment: datetime | None) -> Markup:
    """How long ago, with the exact time in `title` and for machines."""
    if moment is None:
        return Markup("–")
    passed = (context["now"] - moment).total_seconds()
    text = f"in {duration(-passed)}" if passed < -1 else f"{duration(passed)} ago" if passed >= 1 else "now"
    return _time(context, moment, text)


@pass_context
def age(context: Context, moment: datetime | None) -> Markup:
    """How long it has lasted until now."""
    return (
        Markup("–") if moment is None else _time(context, moment, duration((context["now"] - moment).total_seconds()))
    )


@pass_context
def stamp(context: Context, moment: datetime | None) -> Markup:
    """Date and time in the desk's time zone; the year only where it is not this one."""
    if moment is None:
        return Markup("–")
    local, today = moment.astimezone(context["zone"]), context["now"].astimezone(context["zone"])
    if local.date() == today.date():
        return _time(context, moment, f"{local:%H:%M}")
    return _time(context, moment, f"{local.day} {local:%b %H:%M}" if local.year == today.year else f"{local:%Y-%m-%d}")


def _time(context: Context, moment: datetime, text: str) -> Markup:
    local = moment.astimezone(context["zone"])
    title = f"{local:%a} {local.day} {local:%B %Y, %H:%M:%S %Z}"
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        moment.astimezone(UTC).isoformat(timespec="seconds"), title, text
    )


def linked(text: str | None) -> Markup:
    """Text with the numbers of records, problems and suggestions as links; everything else escaped."""
    out, last = [], 0
    for match in _LINK.finditer(text or ""):
        number = match.group()
        out += [
            escape((text or "")[last : match.start()]),
            Markup('<a href="/{}/{}">{}</a>').format(_FOLDERS[number[:3]], number, number),
        ]
        last = match.end()
    return Markup("").join([*out, escape((text or "")[last:])])


def reason(value: Reason | Mapping[str, Any] | None) -> Markup:
    """The sentence of a reason, with its links."""
    if value is None:
        return Markup("")
    return linked(sentence(value if isinstance(value, Reason) else Reason(value["rule"], value.get("evidence") or {})))


def size(count: int | None) -> str:
    """Bytes as people read them."""
    if count is None:
        return ""
    amount = float(count)
    for unit in ("bytes", "KB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "bytes" or amount >= 10 else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"


def number(value: float | None) -> str:
    """A count with thin thousands; a ratio or probability with two significant digits."""
    if value is None:
        return "–"
    if isinstance(value, int) or value == int(value):
        return f"{int(value):,}".replace(",", "\u202f")
    return f"{value:.2g}" if abs(value) < 10 else f"{value:.0f}"


def percent(value: float | None) -> str:
    """A share as a whole percentage; what is not quite all is never shown as all."""
    if value is None:
        return "–"
    return "> 99 %" if 0.995 <= value < 1 else f"{value * 100:.0f} %"


def query(path: str, values: Mapping[str, Any], **changed: Any) -> str:
    """A path with a query string: these values, some of them changed, empty ones left out."""
    merged = {**values, **changed}
    text = urlencode([(name, str(value)) for name, value in merged.items() if value not in (None, "", False)])
    return f"{path}?{text}" if text else path


@cache
def asset(name: str) -> str:
    """The address of a static file; it changes with the content, so that browsers may keep it for ever."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        ago=ago, age=age, stamp=stamp, linked=linked, reason=reason, size=size, number=number, percent=percent,
        duration=lambda value: duration(value.total_seconds() if isinstance(value, timedelta) else value),
    )  # fmt: skip
    environment.globals.update(asset=asset, query=query)
    return environment


ENVIRONMENT = _environment()


def render(template: str, facts: Mapping[str, Any]) -> str:
    """The page as HTML. `facts` must have `now` and `zone`.

    Halves of surrogate pairs, which JSON can smuggle in and no page can carry, are shown as question marks.
    """
    return ENVIRONMENT.get_template(template).render(facts).encode("utf-8", "replace").decode()
