"""A PostgreSQL of its own for the tests: a fresh cluster on a Unix socket, gone at the end."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from tests.prepared import leave, run_alone, url_of

_PLACES = ("/usr/lib/postgresql/17/bin", "/usr/lib/postgresql/16/bin", "/usr/lib/postgresql/15/bin")


def _program(name: str) -> str:
    found = shutil.which(name) or next(
        (f"{place}/{name}" for place in _PLACES if os.access(f"{place}/{name}", 1)), None
    )
    if found is None:
        pytest.skip(f"{name} is not installed; .ci/run installs PostgreSQL")
    return found


@contextmanager
def a_cluster() -> Iterator[str]:
    """The URL of the database `postgres` of a new cluster. It runs as the user postgres where the tests run as root."""
    initdb, server = _program("initdb"), _program("postgres")
    # In memory where there is such a place: the tests ask what PostgreSQL does, not how fast the disk is.
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="desk-pg-", dir=memory))
    become: dict[str, str] = {}
    if os.geteuid() == 0:
        become = {"user": "postgres", "group": "postgres"}
        shutil.chown(folder, "postgres", "postgres")
    data = folder / "data"
    subprocess.run(
        [initdb, "-D", str(data), "-U", "desk", "-A", "trust", "-E", "UTF8", "--locale=C"],
        check=True, capture_output=True, cwd=folder, **become,
    )  # fmt: skip
    process = subprocess.Popen(
        # With hundreds of databases that live for a second each, vacuuming them in turn never ends.
        [
            server, "-D", str(data), "-k", str(folder), "-c", "listen_addresses=", "-c", "max_connections=200",
            "-c", "autovacuum=off",
        ],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder, **become,
    )  # fmt: skip
    try:
        url = f"postgresql+psycopg://desk@/postgres?host={quote(str(folder))}"
        _wait(folder, process)
        try:
            yield url
        finally:
            leave(url)
    finally:
        process.send_signal(signal.SIGQUIT)  # at once: a checkpoint would take a minute, for files that go away
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(folder: Path, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        assert process.poll() is None, "PostgreSQL did not start"
        try:
            psycopg.connect(host=str(folder), user="desk", dbname="postgres", connect_timeout=1).close()
        except psycopg.OperationalError:
            try:
                process.wait(0.1)
            except subprocess.TimeoutExpired:
                continue
        else:
            return
    raise AssertionError("PostgreSQL did not come up within 30 seconds")


def new_database(url: str, name: str) -> str:
    """Create a database without tables in the cluster, and return its URL."""
    run_alone(url, f'CREATE DATABASE "{name}"')
    return url_of(url, name)
