"""An outgoing mail as its recipient sees it: made by the same renderer as the one that leaves."""

from functools import lru_cache
from pathlib import Path

from correlate.records import Outgoing
from desk.rendering import House, Rendered, Renderer
from desk.web.services import WebServices


def preview(services: WebServices, outgoing: Outgoing) -> Rendered:
    """Text and HTML of a mail."""
    settings = services.settings
    house = House(
        desk_name=settings.desk.name, address=settings.desk.address, public_url=settings.public_url(),
        timezone=settings.desk.timezone,
    )  # fmt: skip
    return _renderer(house, settings.delivery.templates).render(outgoing)


@lru_cache(maxsize=4)
def _renderer(house: House, own: str | None) -> Renderer:
    return Renderer(house, Path(own) if own else None)
