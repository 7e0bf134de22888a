"""GitLab: deployment, pipeline that deploys, release, and push to the default branch.

Source: GitLab's documentation "Webhook events".
"""

from typing import Any

from ingest.changes.notice import ChangeTool, change, is_production
from ingest.event import ChangeNotice
from ingest.tools.fields import dig, items, mapping, pick, text
from ingest.tools.times import instant

_GOES_ON = frozenset({"running", "success", "failed"})


def looks_like(payload: Any) -> bool:
    return isinstance(dig(payload, "object_kind"), str) and isinstance(dig(payload, "project"), dict)


def read(payload: Any) -> ChangeNotice | None:
    """The change that a post tells of; none for comments, merge requests, and what goes to a test system."""
    if not looks_like(payload):
        raise ValueError("This is no post of a GitLab webhook.")
    project = mapping(payload["project"])
    service, whole = _name(project), text(project.get("path_with_namespace"))
    match payload["object_kind"]:
        case "deployment":
            return _deployment(payload, service, whole)
        case "pipeline":
            return _pipeline(payload, project, service, whole)
        case "release" if payload.get("action") == "create":
            tag, moment = text(payload.get("tag")), instant(payload.get("released_at") or payload.get("created_at"))
            return change(f"gitlab:{whole}/releases/{tag}", service, f"Release {tag} of {service}", moment, moment)
        case "push" if payload.get("ref") == f"refs/heads/{text(project.get('default_branch'))}":
            title = pick(next(iter(reversed(items(payload.get("commits")))), None), "title", "message")
            ident = f"gitlab:{whole}/commits/{text(payload.get('after'))}"
            return change(ident, service, f"Push to {text(project.get('default_branch'))}: {title or ''}", None)
        case _:
            return None


def _name(project: Any) -> str | None:
    path = text(project.get("path_with_namespace"))
    return path.rpartition("/")[2] if path else text(project.get("name"))


def _deployment(payload: Any, service: str | None, whole: str | None) -> ChangeNotice | None:
    environment, status = text(payload.get("environment")), text(payload.get("status"))
    tier = text(payload.get("environment_tier"))
    if status not in _GOES_ON or not is_production(tier or environment):
        return None
    moment = instant(payload.get("status_changed_at"))
    what = text(payload.get("commit_title")) or text(payload.get("short_sha"))
    return change(
        f"gitlab:{whole}/deployments/{text(payload.get('deployment_id'))}",
        service,
        f"Deploy {what} of {service} to {environment}",
        moment if status == "running" else None,
        None if status == "running" else moment,
    )


def _pipeline(payload: Any, project: Any, service: str | None, whole: str | None) -> ChangeNotice | None:
    told = mapping(payload.get("object_attributes"))
    status = text(told.get("status"))
    if status not in _GOES_ON or told.get("source") == "merge_request_event":
        return None
    environments = [mapping(build.get("environment")) for build in items(payload.get("builds")) if mapping(build)]
    named = [one for one in environments if one]
    deploys = any(one.get("action", "start") == "start" and is_production(pick(one, "name")) for one in named)
    if not deploys and (named or told.get("ref") != project.get("default_branch")):
        return None
    return change(
        f"gitlab:{whole}/pipelines/{text(told.get('id'))}",
        service,
        f"Pipeline {text(told.get('name')) or text(told.get('id'))} of {service} on {text(told.get('ref'))}",
        instant(told.get("created_at")),
        instant(told.get("finished_at")) if status != "running" else None,
    )


TOOL = ChangeTool("gitlab", "GitLab", read, looks_like, "the JSON of a GitLab webhook")
