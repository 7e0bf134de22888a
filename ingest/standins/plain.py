"""The desk's own way: `POST /hooks/TOOL/KEY`, answered with the position in the journal."""

from datetime import datetime

import msgspec
from msgspec import Struct

from ingest.http_body import Refusal
from ingest.standins.call import Answer, Call

_POST = Call(action="post")


class Plain(Struct, frozen=True):
    """A webhook of a tool."""

    tool: str
    key_in_body: bool = False

    def call(self, method: str, path: str, query: str) -> Call | None:
        if path != "/":
            return None
        if method != "POST":
            raise Refusal(405, "A webhook is sent with POST.", {"allow": "POST"})
        return _POST

    def key_of(self, body: bytes) -> str | None:
        return None

    def examined(self, call: Call, body: bytes, at: datetime) -> Call:
        return call

    def accepted(self, call: Call, body: bytes, position: int) -> Answer:
        return Answer(202, b'{"position":%d}' % position)

    def refused(self, status: int, sentence: str) -> Answer:
        return Answer(status, msgspec.json.encode({"error": sentence}))
