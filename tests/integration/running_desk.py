"""A desk as an administrator runs it: `desk serve` as a process of its own, on free ports of this machine."""

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import sqlalchemy as sa

from desk.clock import SystemClock
from desk.database import open_database
from desk.hooks import Hooks
from desk.simulator.company import services_toml
from tests.free_ports import free_port
from tests.prepared import prepare_sqlite

T = TypeVar("T")
ADDRESS = "help@fernhill.example"


def until(found: Callable[[], T], seconds: float = 30.0) -> T:
    """Ask again and again until the answer is true; fail with the last answer when time is up."""
    end = time.monotonic() + seconds
    while not (answer := found()):
        assert time.monotonic() < end, f"not within {seconds} s; the last answer was {answer!r}"
        time.sleep(0.05)
    return answer


class RunningDesk:
    """`start` and `stop` (or `kill`) the processes; the folder with journal and tables stays."""

    def __init__(self, folder: Path, more: str = "", group_wait: int = 1) -> None:
        self.folder = folder
        self.smtp_port = free_port()
        self.http_port = free_port()
        self.maildir = folder / "sent"
        self.config = folder / "desk.toml"
        (folder / "services.toml").write_text(services_toml(), encoding="utf-8")
        self.config.write_text(
            f"""
[desk]
address = "{ADDRESS}"
services_file = "services.toml"
[storage]
data_dir = "data"
[smtp_in]
port = {self.smtp_port}
mails_per_minute = 100000
[http]
port = {self.http_port}
[delivery]
maildir = "sent"
[policy]
group_wait = {group_wait}
resolve_grace = 1
{more}
""",
            encoding="utf-8",
        )
        self.process: subprocess.Popen[bytes] | None = None
        self._engine: sa.Engine | None = None

    # --- as an administrator ---

    def desk(self, *words: str, check: bool = True) -> str:
        """Run one `desk` command and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", "desk", "--config", str(self.config), *words],
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert not check or done.returncode == 0, done.stderr
        return done.stdout

    def start(self) -> None:
        self.launch()
        until(self.is_ready, 60)

    def launch(self) -> None:
        """Start the processes without waiting until they are ready."""
        log = (self.folder / "log.txt").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "desk", "--config", str(self.config), "serve"],
            stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        log.close()

    def stop(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(60)
        self.process = None
        return status

    def kill(self) -> None:
        """SIGKILL for every process of the desk at once."""
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)
        self.process = None

    def log(self) -> str:
        return (self.folder / "log.txt").read_text("utf-8", "replace")

    # --- from outside ---

    def get(self, path: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.http_port, timeout=10)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def is_ready(self) -> bool:
        assert self.process is None or self.process.poll() is None, self.log()
        try:
            return self.get("/readyz")[0] == 200
        except OSError:
            return False

    def post(self, tool: str, key: str, body: bytes) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.http_port, timeout=10)
        try:
            connection.request("POST", f"/hooks/{tool}/{key}", body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()

    # --- looking inside ---

    @property
    def engine(self) -> sa.Engine:
        if self._engine is None:
            self._engine = open_database(f"sqlite:///{self.folder}/data/desk.db")
        return self._engine

    def hook(self, tool: str) -> str:
        """A key for this tool, switched on; made before `start`, as a hook that speaks is part of the policy."""
        hooks = Hooks(self.engine, SystemClock())
        hook, key = hooks.add(tool)
        hooks.observe(hook.id, observing=False)
        return key

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(sa.text(query))]

    def sent_mails(self) -> list[bytes]:
        return [path.read_bytes() for path in sorted(self.maildir.glob("new/*"))]

    def close(self) -> None:
        if self.process is not None:
            self.kill()
        if self._engine is not None:
            self._engine.dispose()


@contextlib.contextmanager
def a_desk(folder: Path, more: str = "", group_wait: int = 1) -> Iterator[RunningDesk]:
    """A configured desk that is not running yet; whatever still runs at the end is killed."""
    from desk.commands.serve import prepare
    from desk.config_file import load_settings

    desk = RunningDesk(folder, more, group_wait)
    prepare_sqlite(folder / "data")
    prepare(load_settings(desk.config))
    try:
        yield desk
    finally:
        desk.close()
