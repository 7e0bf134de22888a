"""The tools the desk can read, in the order in which `auto` asks whose shape a payload has."""

from collections.abc import Mapping

from ingest.tools.discovery import discovered
from ingest.tools.notice import LAST, Payload, Tool

_ORDER = discovered(Tool)

TOOLS: Mapping[str, Tool] = {tool.name: tool for tool in _ORDER}
"""Every tool by the name that `--tool` and a hook's configuration use."""


def recognise(payload: Payload) -> Tool | None:
    """The tool whose shape a payload has, or the first of a list of them; the generic reading is the last resort."""
    found = next((tool for tool in _ORDER if tool.looks_like(payload)), None)
    if (found is None or found.turn == LAST) and isinstance(payload, list) and payload:
        return next((tool for tool in _ORDER if tool.looks_like(payload[0])), found)
    return found
