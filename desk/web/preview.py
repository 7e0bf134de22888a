"""An outgoing mail as its recipient sees it, or what is posted to a webhook: made by the same as what leaves."""

from datetime import datetime
from functools import lru_cache
from pathlib import Path

import msgspec
from markupsafe import Markup

from correlate.records import Outgoing
from desk.outbox import WEBHOOK
from desk.rendering import House, Rendered, Renderer
from desk.web.services import WebServices
from desk.webhook_post import body_of


def preview(services: WebServices, outgoing: Outgoing, created_at: datetime) -> Rendered:
    """Text and HTML of a mail, the JSON of a webhook's post in both forms."""
    settings = services.settings
    if outgoing.kind == WEBHOOK:
        text = msgspec.json.format(body_of(outgoing, created_at, settings.public_url()), indent=2).decode()
        return Rendered(text, str(Markup("<pre>{}</pre>").format(text)), "en")
    house = House(
        desk_name=settings.desk.name, address=settings.desk.address, public_url=settings.public_url(),
        timezone=settings.desk.timezone,
    )  # fmt: skip
    return _renderer(house, settings.delivery.templates).render(outgoing)


@lru_cache(maxsize=4)
def _renderer(house: House, own: str | None) -> Renderer:
    return Renderer(house, Path(own) if own else None)
