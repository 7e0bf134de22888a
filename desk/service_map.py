"""A picture of the services, drawn here as SVG: who needs whom, what is learned, and what is red now.

What nothing needs stands on top, what it needs beneath it. Everything is escaped; nothing is fetched.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from correlate.policy import Edge, Service

_WIDTH, _HEIGHT, _ACROSS, _DOWN, _MARGIN = 138, 30, 16, 64, 8
_MOST_IN_ROW = 7
_LONGEST = 19
_SHRINKS_TO = 760
"""Pixels: a picture that is wider is drawn smaller on a narrow page, but not smaller than this."""


@dataclass(frozen=True)
class Place:
    """Where a service stands in the picture, by its left upper corner."""

    name: str
    x: int
    y: int


def layers(services: Sequence[Service]) -> list[list[str]]:
    """Names in layers: each service beneath everything that needs it; circles are cut where they are met."""
    needs = {service.name: [n for n in service.depends_on if n != service.name] for service in services}
    names = sorted(needs.keys() | {name for found in needs.values() for name in found})
    depth: dict[str, int] = dict.fromkeys(names, 0)
    for _ in range(len(names)):
        before = dict(depth)
        for name in names:
            for needed in needs.get(name, ()):
                depth[needed] = min(max(depth[needed], depth[name] + 1), len(names) - 1)
        if depth == before:
            break
    rows: list[list[str]] = []
    for level in sorted(set(depth.values())):
        row = [name for name in names if depth[name] == level]
        rows += [row[start : start + _MOST_IN_ROW] for start in range(0, len(row), _MOST_IN_ROW)]
    return rows


def places(rows: Sequence[Sequence[str]]) -> dict[str, Place]:
    """Name to place, each row in the middle."""
    widest = max((len(row) for row in rows), default=0)
    found = {}
    for down, row in enumerate(rows):
        left = _MARGIN + (widest - len(row)) * (_WIDTH + _ACROSS) // 2
        for across, name in enumerate(row):
            found[name] = Place(name, left + across * (_WIDTH + _ACROSS), _MARGIN + down * (_HEIGHT + _DOWN))
    return found


def svg(services: Sequence[Service], edges: Sequence[Edge], red: Mapping[str, int]) -> str:
    """The picture. `edges` are the learned ones, `red` the number of open incidents by service."""
    learned = [edge for edge in edges if edge.status != "declined"]
    drawn = _with(services, learned)
    at = places(layers(drawn))
    if not at:
        return ""
    width = max(place.x for place in at.values()) + _WIDTH + _MARGIN
    height = max(place.y for place in at.values()) + _HEIGHT + _MARGIN
    proposed = {(edge.service, edge.needs) for edge in learned if edge.status == "proposed"}
    lines = [
        _line(at[service.name], at[needed], proposed=(service.name, needed) in proposed)
        for service in drawn
        for needed in service.depends_on
        if needed != service.name
    ]
    boxes = [_box(place, red.get(name, 0)) for name, place in sorted(at.items())]
    kind = "map wide" if width > _SHRINKS_TO else "map"
    return (
        f'<svg class="{kind}" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" role="img" aria-label="Services and what they need">{"".join(lines)}{"".join(boxes)}</svg>'
    )


def _with(services: Sequence[Service], edges: Sequence[Edge]) -> list[Service]:
    """The services with the learned dependencies among theirs, so that these have a place in the picture too."""
    more: dict[str, list[str]] = {}
    for edge in edges:
        more.setdefault(edge.service, []).append(edge.needs)
    known = {service.name for service in services}
    return [
        Service(name=s.name, depends_on=tuple(dict.fromkeys((*s.depends_on, *more.get(s.name, ()))))) for s in services
    ] + [Service(name=name, depends_on=tuple(needs)) for name, needs in sorted(more.items()) if name not in known]


def _line(above: Place, below: Place, *, proposed: bool) -> str:
    x1, y1 = above.x + _WIDTH // 2, above.y + _HEIGHT
    x2, y2 = below.x + _WIDTH // 2, below.y
    kind = "proposed" if proposed else "declared"
    title = f"{above.name} {'seems to need' if proposed else 'needs'} {below.name}"
    bend = max(20, abs(y2 - y1) // 2)
    path = f"M{x1} {y1} C{x1} {y1 + bend} {x2} {y2 - bend} {x2} {y2}"
    return f'<path class={quoteattr(kind)} d="{path}"><title>{escape(title)}</title></path>'


def _box(place: Place, incidents: int) -> str:
    words = f"{place.name}: {incidents} open" if incidents else f"{place.name}: nothing open"
    state = "red" if incidents else "calm"
    count = f" · {incidents}" if incidents else ""
    room = _LONGEST - len(count)
    short = place.name if len(place.name) <= room else place.name[: room - 1] + "…"
    return (
        f'<g class="{state}"><title>{escape(words)}</title>'
        f'<rect x="{place.x}" y="{place.y}" width="{_WIDTH}" height="{_HEIGHT}" rx="5"/>'
        f'<text x="{place.x + _WIDTH // 2}" y="{place.y + _HEIGHT // 2 + 4}" text-anchor="middle">'
        f"{escape(short + count)}</text></g>"
    )
