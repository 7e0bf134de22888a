"""Jenkins: the notification plugin, which posts each phase of a build. Source: the plugin's README."""

from datetime import timedelta
from typing import Any

from ingest.changes.notice import ChangeTool, change
from ingest.event import ChangeNotice
from ingest.tools.fields import dig, folded, mapping, pick, text
from ingest.tools.times import instant

_PHASES = frozenset({"started", "completed", "finalized"})
_LONGEST = 7 * 86_400_000


def looks_like(payload: Any) -> bool:
    return isinstance(dig(payload, "build", "phase"), str) and isinstance(dig(payload, "name"), str)


def read(payload: Any) -> ChangeNotice | None:
    """The build as a change of its job, or of the service that one of its parameters names; none while it waits."""
    if not looks_like(payload):
        raise ValueError("This is no post of the Jenkins notification plugin.")
    build = mapping(payload["build"])
    phase = (text(build.get("phase")) or "").lower()
    if phase not in _PHASES or (text(build.get("status")) or "").upper() in ("ABORTED", "NOT_BUILT"):
        return None
    job, number = text(payload.get("name")) or "?", text(build.get("number")) or "?"
    parameters = folded(mapping(build.get("parameters")))
    began = instant(build.get("timestamp"))
    lasted = build.get("duration")
    over = phase != "started"
    end = None
    if over and began is not None and isinstance(lasted, int) and 0 <= lasted <= _LONGEST:
        end = began + timedelta(milliseconds=lasted)
    service = pick(parameters, "service", "servicename", "application", "app", "component") or job.rpartition("/")[2]
    return change(
        f"jenkins:{text(payload.get('url')) or job}#{number}",
        service,
        f"{text(payload.get('display_name')) or job} #{number}",
        began,
        end if end is not None else began if over else None,
    )


TOOL = ChangeTool("jenkins", "Jenkins", read, looks_like, "what the Jenkins notification plugin posts")
