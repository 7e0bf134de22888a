"""Check-ins of jobs: any request to `/hooks/heartbeat/KEY` says that its sender is alive, whatever it holds."""

from datetime import datetime

import msgspec
from msgspec import Struct

from ingest.event import Alert
from ingest.fingerprint import fingerprint
from ingest.http_body import Refusal
from ingest.standins.call import Answer, Call

TOOL = "heartbeat"
_METHODS = ("GET", "HEAD", "POST")
_CHECK_IN = Call(action="check-in", content=False)
_IDENTITY = fingerprint(TOOL, ["check-in"])


def check_in() -> Alert:
    """What a check-in says; whose it is says the hook."""
    return Alert(tool=TOOL, status="firing", kind="heartbeat", fingerprint=_IDENTITY)


class Heartbeat(Struct, frozen=True):
    """The address that jobs ask for when they are done."""

    tool: str = TOOL
    key_in_body: bool = False

    def call(self, method: str, path: str, query: str) -> Call | None:
        if path != "/":
            return None
        if method not in _METHODS:
            raise Refusal(405, "A check-in is sent with GET, HEAD or POST.", {"allow": ", ".join(_METHODS)})
        return _CHECK_IN

    def key_of(self, body: bytes) -> str | None:
        return None

    def examined(self, call: Call, body: bytes, at: datetime) -> Call:
        return call

    def accepted(self, call: Call, body: bytes, position: int) -> Answer:
        return Answer(202, b'{"position":%d}' % position)

    def refused(self, status: int, sentence: str) -> Answer:
        return Answer(status, msgspec.json.encode({"error": sentence}))
