"""Who the desk's webhooks are posted to: leased and marked by the real outbox, read here as a receiver would."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from desk.clock import Clock
from desk.outbox import Due
from desk.smtp_out import Handed
from desk.webhook_loop import Messenger
from desk.webhook_post import body_of, handed, signed
from ingest.event import Draft

_KEY = b"fernhill foods secret of 32 bytes"


class Post(NamedTuple):
    """What came: to which webhook, when, and what it says."""

    to: str
    at: datetime
    type: str
    data: Mapping[str, Any]


class Receiver:
    """`is_down`: nobody answers; `answers`: the status it answers with. `attempts` counts every post that was tried."""

    def __init__(self, engine: sa.Engine, clock: Clock) -> None:
        self._messenger = Messenger(engine, self, clock)
        self.posts: list[Post] = []
        self.is_down = False
        self.answers = 204
        self.attempts = 0

    def post(self, due: Due, now: datetime) -> Handed:
        self.attempts += 1
        if self.is_down:
            return Handed("again", "It cannot be reached: connection refused", down=True)
        body = body_of(due.outgoing, due.created_at, "https://desk.fernhill.example")
        fields = signed(due.outgoing.message_id, now, body, [_KEY])
        assert fields["webhook-id"] == due.outgoing.message_id
        if 200 <= self.answers < 300:
            said = msgspec.json.decode(body)
            self.posts.append(Post(due.outgoing.to, now, said["type"], said["data"]))
        return handed(self.answers, "", "pager.example")

    def deliver(self) -> list[Draft]:
        """Everything that is due is posted; returns what the journal has to hear of it."""
        return self._messenger.deliver_all()

    def take(self) -> list[Post]:
        """Every post since the last time, oldest first."""
        taken, self.posts = self.posts, []
        return taken
