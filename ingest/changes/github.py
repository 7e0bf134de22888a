"""GitHub: deployment, deployment_status, release, push to the default branch, and workflow runs that deploy.

Source: GitHub's documentation "Webhook events and payloads".
"""

import re
from typing import Any

from ingest.changes.notice import ChangeTool, change, is_production
from ingest.event import ChangeNotice
from ingest.tools.fields import dig, mapping, text
from ingest.tools.times import instant

_GOES_ON = frozenset({"in_progress", "success", "failure", "error"})
_OVER = _GOES_ON - {"in_progress"}
_DEPLOYS = re.compile(r"deploy|release|publish|rollout|ship|promote|\bcd\b", re.IGNORECASE)


def looks_like(payload: Any) -> bool:
    return isinstance(dig(payload, "repository", "full_name"), str) and isinstance(dig(payload, "sender"), dict)


def read(payload: Any) -> ChangeNotice | None:
    """The change that a post tells of. A ping, a comment, a test run and what goes to a test system tell of none."""
    if not isinstance(payload, dict) or not (looks_like(payload) or "zen" in payload):
        raise ValueError("This is no post of a GitHub webhook.")
    repository = mapping(payload.get("repository"))
    service, whole = text(repository.get("name")), text(repository.get("full_name"))
    if isinstance(payload.get("deployment"), dict):
        return _deployment(payload, service, whole)
    if isinstance(payload.get("release"), dict):
        return _release(payload, service, whole)
    if isinstance(payload.get("workflow_run"), dict):
        return _run(payload, service, whole)
    return _push(payload, repository, service, whole) if isinstance(payload.get("head_commit"), dict) else None


def _deployment(payload: Any, service: str | None, whole: str | None) -> ChangeNotice | None:
    deployment, status = mapping(payload["deployment"]), mapping(payload.get("deployment_status"))
    environment = text(deployment.get("environment"))
    state = text(status.get("state"))
    if not is_production(environment) or (status and state not in _GOES_ON):
        return None
    what = text(deployment.get("description")) or text(deployment.get("ref")) or text(deployment.get("sha"))
    return change(
        f"github:{whole}/deployments/{text(deployment.get('id'))}",
        service,
        f"Deploy {what} of {service} to {environment}",
        instant(deployment.get("created_at")),
        instant(status.get("updated_at") or status.get("created_at")) if state in _OVER else None,
    )


def _release(payload: Any, service: str | None, whole: str | None) -> ChangeNotice | None:
    release = mapping(payload["release"])
    if payload.get("action") not in ("published", "released") or release.get("draft") is True:
        return None
    name = text(release.get("tag_name")) or text(release.get("name"))
    moment = instant(release.get("published_at"))
    return change(f"github:{whole}/releases/{name}", service, f"Release {name} of {service}", moment, moment)


def _run(payload: Any, service: str | None, whole: str | None) -> ChangeNotice | None:
    run = mapping(payload["workflow_run"])
    name = text(run.get("name")) or ""
    if _DEPLOYS.search(f"{name} {text(run.get('path')) or ''}") is None or run.get("event") == "pull_request":
        return None
    over = payload.get("action") == "completed"
    if over and run.get("conclusion") in ("skipped", "cancelled"):
        return None
    return change(
        f"github:{whole}/runs/{text(run.get('id'))}",
        service,
        f"{name} #{text(run.get('run_number')) or '?'} of {service}",
        instant(run.get("run_started_at") or run.get("created_at")),
        instant(run.get("updated_at")) if over else None,
    )


def _push(payload: Any, repository: Any, service: str | None, whole: str | None) -> ChangeNotice | None:
    branch = text(repository.get("default_branch"))
    if branch is None or payload.get("ref") != f"refs/heads/{branch}" or payload.get("deleted") is True:
        return None
    commit = mapping(payload["head_commit"])
    subject = (text(commit.get("message")) or "").split("\n", 1)[0]
    # When it was committed tells nothing of when it was pushed: a change that states no time begins when it is told.
    return change(f"github:{whole}/commits/{text(payload.get('after'))}", service, f"Push to {branch}: {subject}", None)


TOOL = ChangeTool("github", "GitHub", read, looks_like, "the JSON of a GitHub webhook")
