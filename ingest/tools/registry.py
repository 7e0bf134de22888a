"""The tools the desk can read, in the order in which `auto` tries their shapes: the telling ones first."""

from collections.abc import Mapping

from ingest.tools import alertmanager, generic, grafana
from ingest.tools.notice import Payload, Tool

_ORDER: tuple[Tool, ...] = (
    grafana.TOOL,
    alertmanager.TOOL,
    generic.TOOL,
)

TOOLS: Mapping[str, Tool] = {tool.name: tool for tool in _ORDER}
"""Every tool by the name that `--tool` and a hook's configuration use."""


def recognise(payload: Payload) -> Tool | None:
    """The tool whose shape this payload has; the generic reading is the last resort."""
    return next((tool for tool in _ORDER if tool.looks_like(payload)), None)
