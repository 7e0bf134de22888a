"""The tools that tell of changes, and a post of one of them read. Pure, and never raises."""

from collections.abc import Mapping

from ingest.changes import argocd, generic, github, gitlab, jenkins
from ingest.changes.notice import ChangeTool
from ingest.event import Event, Unreadable
from ingest.payload import PayloadError, decode_payload

CHANGE_TOOLS: Mapping[str, ChangeTool] = {
    tool.name: tool for tool in (github.TOOL, gitlab.TOOL, argocd.TOOL, jenkins.TOOL, generic.TOOL)
}
"""Every such tool by the name that a hook is made for."""
_UNREADABLE = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError)


def read_change(tool: str, body: bytes, content_type: str | None) -> tuple[Event, ...]:
    """The change that a post tells of, nothing for one that tells of none, or why it cannot be read."""
    known = CHANGE_TOOLS[tool]
    try:
        found = known.read(decode_payload(body, content_type))
    except PayloadError as problem:
        return (Unreadable(reason=str(problem)),)
    except _UNREADABLE as problem:
        said = str(problem)
        return (Unreadable(reason=said if said.endswith(".") else f"This hook expects {known.expects}."),)
    return () if found is None else (found,)


def check_change(tool: str, body: bytes, content_type: str | None) -> str | None:
    """For the door: None where the body is what the tool sends, else one sentence. Never raises."""
    known = CHANGE_TOOLS[tool]
    try:
        known.read(decode_payload(body, content_type))
    except PayloadError as problem:
        return str(problem)
    except _UNREADABLE:
        return f"This hook expects {known.expects}."
    return None
