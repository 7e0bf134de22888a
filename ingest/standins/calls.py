"""From a request's path to the API it belongs to."""

from collections.abc import Collection, Mapping
from urllib.parse import unquote

from msgspec import Struct

from ingest.http_body import Refusal
from ingest.standins.alertmanager import Alertmanager
from ingest.standins.call import Call, StandIn
from ingest.standins.heartbeat import TOOL, Heartbeat
from ingest.standins.opsgenie import Opsgenie
from ingest.standins.pagerduty import PagerDuty
from ingest.standins.plain import Plain

PREFIX = "/hooks/"
STAND_INS: tuple[StandIn, ...] = (Alertmanager(), PagerDuty(), Opsgenie())
_BY_TOOL: Mapping[str, StandIn] = {one.tool: one for one in STAND_INS}
_AT_ROOT = ("/api/v2/", "/v2/", "/generic/2010-04-15/")


class Asked(Struct, frozen=True):
    """A request, understood: whose API, what it asks for, and the key in its path."""

    api: StandIn
    call: Call
    key: str | None = None


def is_ours(path: str) -> bool:
    """Does this path belong to the webhook door?"""
    return path.startswith(PREFIX) or path.startswith(_AT_ROOT)


def api_of(path: str) -> StandIn:
    """Whose answer a refusal takes the shape of."""
    tool, _, rest = path[len(PREFIX) :].partition("/") if path.startswith(PREFIX) else ("", "", "")
    for api in STAND_INS:
        ways = (path,) if not tool else (f"/{rest}", f"/{rest.partition('/')[2]}") if tool == api.tool else ()
        if any(_answers(api, way) for way in ways):
            return api
    return Plain(tool)


def _answers(api: StandIn, path: str) -> bool:
    try:
        return api.call("POST", path, "") is not None
    except Refusal:
        return True


def asked(method: str, path: str, query: str, tools: Collection[str]) -> Asked:
    """What a request asks for. Raises `Refusal` 404 and 405."""
    if not path.startswith(PREFIX):
        return _at_root(method, path, query)
    tool, _, rest = path[len(PREFIX) :].partition("/")
    if tool and tool not in tools:
        known = ", ".join(sorted(tools))
        raise Refusal(404, f"This desk has no hook for '{tool[:40]}': it knows {known}.")
    api = _BY_TOOL.get(tool)
    key, slash, beyond = rest.partition("/")
    if api is not None and "/" in rest.rstrip("/"):
        if (call := api.call(method, f"/{rest}", query)) is not None:
            return Asked(api, call)
        if (call := api.call(method, f"/{beyond}", query)) is not None:
            return Asked(api, call, unquote(key) or None)
    if not tool or (slash and beyond.strip("/")):
        raise Refusal(404, "There is nothing here: a webhook's address is /hooks/TOOL/KEY.")
    plain = Heartbeat() if tool == TOOL else Plain(tool)
    call = plain.call(method, "/", query)
    if call is None:
        raise Refusal(404, "There is nothing here: a webhook's address is /hooks/TOOL/KEY.")
    return Asked(plain, call, unquote(key) or None)


def _at_root(method: str, path: str, query: str) -> Asked:
    for api in STAND_INS:
        if (call := api.call(method, path, query)) is not None:
            return Asked(api, call)
    raise Refusal(404, "The desk does not answer this address.")
