"""The processes of `desk serve`: one that dies is started again, and none is left behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.running_desk import RunningDesk, a_desk, until

pytestmark = pytest.mark.waits


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[RunningDesk]:
    with a_desk(tmp_path) as made:
        made.start()
        yield made


def processes(desk: RunningDesk) -> dict[str, int]:
    """Role to process id, of those that live."""
    found = {}
    for folder in Path("/proc").iterdir():
        try:
            status = (folder / "stat").read_text()
        except (OSError, ValueError):
            continue
        name, _, rest = status.partition("(")[2].rpartition(")")
        state, _parent, _group, session = rest.split()[:4]
        if desk.process is not None and session == str(desk.process.pid) and state != "Z":
            found[name] = int(folder.name)
    return found


def gone(process: int) -> bool:
    status = Path(f"/proc/{process}/stat")
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] == "Z"


def test_a_role_that_dies_is_started_again(desk: RunningDesk) -> None:
    before = until(lambda: {"desk-doors", "desk-worker"} <= set(found := processes(desk)) and found)
    for role in ("desk-doors", "desk-worker"):
        os.kill(before[role], signal.SIGKILL)
        until(lambda role=role: processes(desk).get(role, before[role]) != before[role])
    until(desk.is_ready)
    assert "doors ended with status -9 and is started again" in desk.log()


def test_nothing_is_left_behind_by_a_stop(desk: RunningDesk) -> None:
    before = processes(desk)
    assert desk.stop() == 0
    assert all(gone(process) for process in before.values())


def test_the_roles_end_with_a_parent_that_was_killed(desk: RunningDesk) -> None:
    before = until(lambda: {"desk-doors", "desk-worker"} <= set(found := processes(desk)) and found)
    assert desk.process is not None
    desk.process.kill()
    until(lambda: all(gone(process) for process in before.values()))
    desk.process.wait()
    desk.process = None


def test_a_desk_whose_door_is_taken_gives_up_with_a_sentence(desk: RunningDesk) -> None:
    second = [sys.executable, "-m", "desk", "--config", str(desk.config), "serve"]
    done = subprocess.run(second, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert "A door cannot be opened" in done.stderr
    assert desk.is_ready()
