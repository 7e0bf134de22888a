"""Ports for the servers that tests start.

A port that the system itself picks (`bind` to 0) lies in the range from which it also takes the near end of every
connection, so it may be gone again by the time a server asks for it, or when a stopped server comes back. These lie
below that range, and no port is given twice in a run: each of pytest's workers has its own share.
"""

import functools
import os
import random
import socket
from collections.abc import Iterator
from pathlib import Path

LOWEST, WORKERS = 10_000, 8


def free_port() -> int:
    """A port of 127.0.0.1 on which nothing listens now and nothing will by chance."""
    for port in _shuffled():
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError(f"no port from {LOWEST} to {_lowest_of_connections()} is free")


@functools.cache
def _shuffled() -> Iterator[int]:
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    ports = list(range(LOWEST + worker % WORKERS, _lowest_of_connections(), WORKERS))
    random.shuffle(ports)
    return iter(ports)


def _lowest_of_connections() -> int:
    """Where the range of `ip_local_port_range` begins (Linux), or of IANA's dynamic ports (RFC 6335, section 6)."""
    said = Path("/proc/sys/net/ipv4/ip_local_port_range")
    lowest = int(said.read_text(encoding="ascii").split()[0]) if said.exists() else 49_152
    return lowest if lowest > LOWEST + 1_000 else 32_768
