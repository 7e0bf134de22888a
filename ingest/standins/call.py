"""One request to a webhook's address, understood as far as its path: what it is about, and how to answer it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from msgspec import Struct


class Answer(Struct, frozen=True):
    """An HTTP answer; `body` is JSON unless it is empty."""

    status: int
    body: bytes = b""


class Call(Struct, frozen=True, kw_only=True):
    """What a request asks for.

    `action` is the desk's own name for it. A call that does not write is answered from the tables and leaves no trace.
    `envelope` is what the path and the query say beside the body; the journal keeps it with the input. `content` False
    means that the body may be missing. What is `weighed` is compared with the tables before the journal gets it,
    what is `awaited` answered once the desk has carried it out. With a `fault` the journal keeps the input all the
    same, and the answer is 400.
    """

    action: str
    writes: bool = True
    content: bool = True
    weighed: bool = False
    awaited: bool = False
    fault: str | None = None
    envelope: Mapping[str, Any] = {}
    query: str = ""


class StandIn(Protocol):
    """One product's API. `path` never has the prefix under which the desk serves it, and begins with a slash."""

    @property
    def tool(self) -> str:
        """Whose hooks answer it."""

    @property
    def key_in_body(self) -> bool:
        """Does the key stand in the body where the request has it nowhere else?"""

    def call(self, method: str, path: str, query: str) -> Call | None:
        """What a request asks for; None for a path that is not of this API. Raises `Refusal` 405."""

    def key_of(self, body: bytes) -> str | None:
        """The key that a body holds."""

    def examined(self, call: Call, body: bytes, at: datetime) -> Call:
        """The call with what its body says of it at this time. Raises `Refusal` where it is not what it needs."""

    def accepted(self, call: Call, body: bytes, position: int) -> Answer:
        """The answer once the journal has the input at `position`."""

    def refused(self, status: int, sentence: str) -> Answer:
        """The answer to a request that is refused; 401, where the API says so otherwise, becomes its own status."""
