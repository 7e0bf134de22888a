"""What takes long to make and is only read afterwards: one worker makes it, all of them have it."""

import fcntl
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest


def once(places: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """The folder of this name, which `make` has filled for whoever asked first in this run; the others wait for it."""
    place = places.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        place = place.parent  # each worker has a folder of its own in that of the run
    with (place / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (place / name).exists():
            begun = Path(tempfile.mkdtemp(prefix=name, dir=place))
            make(begun)
            begun.rename(place / name)
    return place / name
