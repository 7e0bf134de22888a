"""Posts that tell of changes: what each tool sends, and what of it is a change."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.alerts import check_webhook, read_webhook
from ingest.changes.reading import CHANGE_TOOLS
from ingest.event import ChangeNotice, Event, Reading, Unreadable

REPOSITORY = {"name": "till", "full_name": "shop/till", "default_branch": "main"}
NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)


def read(tool: str, payload: Any) -> tuple[Event, ...]:
    body = json.dumps(payload).encode()
    assert isinstance(payload, dict)
    return read_webhook(tool, body, Reading(), "application/json")


def change(tool: str, payload: Any) -> ChangeNotice:
    (found,) = read(tool, payload)
    assert isinstance(found, ChangeNotice), found
    assert check_webhook(tool, json.dumps(payload).encode(), "application/json") is None
    return found


def deployment(state: str, environment: str = "production") -> dict[str, Any]:
    return {
        "repository": REPOSITORY,
        "sender": {},
        "deployment": {"id": 5, "ref": "v4", "environment": environment, "created_at": "2026-03-02T09:00:00Z"},
        "deployment_status": {"state": state, "updated_at": "2026-03-02T09:04:00Z"},
    }


def test_a_deployment_of_github_begins_and_is_over_under_one_id() -> None:
    begun, over = change("github", deployment("in_progress")), change("github", deployment("success"))
    assert begun.id == over.id
    assert (begun.service, begun.start, begun.end) == ("till", NINE, None)
    assert over.end == NINE.replace(minute=4)


@pytest.mark.parametrize("payload", [
    deployment("queued"),
    deployment("success", "staging"),
    {"zen": "Keep it logically awesome.", "hook_id": 1},
    {"repository": REPOSITORY, "sender": {}, "action": "opened", "issue": {}},
    {"repository": REPOSITORY, "sender": {}, "ref": "refs/heads/try", "head_commit": {"message": "x"}, "after": "a"},
    {"repository": REPOSITORY, "sender": {}, "action": "completed",
     "workflow_run": {"id": 1, "name": "unit tests", "conclusion": "success"}},
])  # fmt: skip
def test_what_github_posts_beside_is_no_change(payload: Any) -> None:
    assert read("github", payload) == ()


def test_a_release_a_push_and_a_workflow_that_deploys_are_changes() -> None:
    release = {"tag_name": "v4", "published_at": "2026-03-02T09:00:00Z"}
    common = {"repository": REPOSITORY, "sender": {}}
    assert change("github", {**common, "action": "published", "release": release}).title == "Release v4 of till"
    pushed = change(
        "github", {**common, "ref": "refs/heads/main", "after": "abc", "head_commit": {"message": "Faster\n\nMuch."}}
    )
    assert (pushed.title, pushed.start) == ("Push to main: Faster", None)
    run = {"id": 8, "name": "Deploy", "run_number": 3, "run_started_at": "2026-03-02T09:00:00Z"}
    assert change("github", {**common, "action": "requested", "workflow_run": run}).start == NINE


def test_gitlab_tells_of_deployments_and_pipelines() -> None:
    project = {"name": "Till", "path_with_namespace": "shop/till", "default_branch": "main"}
    told = {"object_kind": "deployment", "project": project, "deployment_id": 7, "environment": "production",
            "status": "running", "status_changed_at": "2026-03-02 10:00:00 +0100"}  # fmt: skip
    found = change("gitlab", told)
    assert (found.service, found.start) == ("till", NINE)
    assert change("gitlab", {**told, "status": "success"}).id == found.id
    assert read("gitlab", {**told, "environment": "review/x"}) == ()
    line = {"object_kind": "pipeline", "project": project, "object_attributes": {
        "id": 3, "ref": "main", "status": "success", "created_at": "2026-03-02 09:00:00 UTC",
        "finished_at": "2026-03-02 09:10:00 UTC"}}  # fmt: skip
    assert change("gitlab", line).end == NINE.replace(minute=10)
    tests_only = {**line, "builds": [{"name": "lint"}], "object_attributes": {"id": 3, "ref": "x", "status": "success"}}
    assert read("gitlab", tests_only) == ()


def test_argo_cd_and_jenkins() -> None:
    operation = {"phase": "Succeeded", "startedAt": "2026-03-02T09:00:00Z", "finishedAt": "2026-03-02T09:01:00Z",
                 "syncResult": {"revision": "0123456789abcdef"}}  # fmt: skip
    synced = change("argocd", {"app": {"metadata": {"name": "till"}, "status": {"operationState": operation}}})
    assert (synced.service, synced.start, synced.end) == ("till", NINE, NINE.replace(minute=1))
    build = {"number": 4, "phase": "STARTED", "timestamp": 1772442000000, "parameters": {"SERVICE": "till"}}
    started = change("jenkins", {"name": "deploy-all", "url": "job/deploy-all/", "build": build})
    assert (started.service, started.start) == ("till", NINE)
    over = {**build, "phase": "COMPLETED", "status": "SUCCESS", "duration": 60_000}
    assert change("jenkins", {"name": "deploy-all", "url": "job/deploy-all/", "build": over}).id == started.id


def test_anything_may_post_a_change_and_what_is_none_is_refused() -> None:
    found = change("change", {"service": "till", "title": "New prices", "start": "2026-03-02T09:00:00Z"})
    assert (found.service, found.title, found.start) == ("till", "New prices", NINE)
    assert isinstance(read("change", {"colour": "red"})[0], Unreadable)
    assert "expects" in (check_webhook("gitlab", b'{"a": 1}', "application/json") or "")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([
        "repository", "deployment", "deployment_status", "release", "workflow_run", "head_commit", "project", "builds",
        "object_kind", "object_attributes", "app", "metadata", "status", "operationState", "build", "phase", "name",
        "full_name", "sender", "ref", "id", "timestamp", "environment", "change"]), inner, max_size=5),
    max_leaves=20,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(JSON)
def test_no_payload_is_an_exception(payload: Any) -> None:
    body = json.dumps(payload).encode("utf-8", "replace")
    for tool in CHANGE_TOOLS:
        for found in read_webhook(tool, body, Reading(), "application/json"):
            assert isinstance(found, ChangeNotice | Unreadable)
        check_webhook(tool, body, "application/json")
