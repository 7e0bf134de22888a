"""Argo CD: what its notifications send by a webhook template with the application in it, whole or in a few fields.

Source: Argo CD's documentation "Notifications, Webhook" and the Application resource (operationState).
"""

from typing import Any

from ingest.changes.notice import ChangeTool, change
from ingest.event import ChangeNotice
from ingest.tools.fields import dig, mapping, pick, text
from ingest.tools.times import instant

_BEGAN = frozenset({"running"})
_OVER = frozenset({"succeeded", "failed", "error", "deployed"})


def _application(payload: Any) -> dict[str, Any]:
    for found in (dig(payload, "app"), dig(payload, "application"), payload):
        if isinstance(dig(found, "metadata"), dict) and isinstance(dig(found, "status"), dict):
            return mapping(found)
    return {}


def looks_like(payload: Any) -> bool:
    return bool(_application(payload)) or (isinstance(payload, dict) and "app" in payload and "phase" in payload)


def read(payload: Any) -> ChangeNotice | None:
    """The sync that a post tells of; none for one about health alone."""
    if not looks_like(payload):
        raise ValueError("This is no post of Argo CD with the application in it.")
    application = _application(payload)
    operation = mapping(dig(application, "status", "operationState")) if application else mapping(payload)
    phase = (text(operation.get("phase")) or "").lower()
    if phase not in _BEGAN | _OVER:
        return None
    name = text(dig(application, "metadata", "name")) or pick(payload, "app", "application", "name")
    revision = text(dig(operation, "syncResult", "revision")) or pick(operation, "revision", "sha")
    started = instant(pick(operation, "startedAt", "started_at"))
    return change(
        f"argocd:{name}/{started.isoformat() if started else revision}",
        name,
        f"Sync of {name} to {(revision or 'a new revision')[:12]}",
        started,
        instant(pick(operation, "finishedAt", "finished_at")) if phase in _OVER else None,
    )


TOOL = ChangeTool("argocd", "Argo CD", read, looks_like, "the application in the body of an Argo CD notification")
