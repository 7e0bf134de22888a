"""The reader's own program, with a reader for mails that obeys the word POISON in a subject."""

import ctypes
import sys
import time

from desk import reader_process, reading
from ingest import normalize
from ingest.event import Event, Input, Reading

_normalize = normalize.normalize


def poisoned(item: Input, how: Reading) -> tuple[Event, ...]:
    """Do what the subject says, in place of a reader's fault that nobody has found yet."""
    body = item.body or b""
    if b"POISON hangs" in body:
        while True:
            pass
    if b"POISON sleeps" in body:
        time.sleep(3600)
    if b"POISON toils" in body:
        end = time.process_time() + 0.01
        while time.process_time() < end:
            pass
    if b"POISON starves" in body:
        hoard = []
        while True:
            hoard.append(bytes(64 * 1024 * 1024))
    if b"POISON crashes" in body:
        ctypes.string_at(0)
    return _normalize(item, how)


if __name__ == "__main__":
    vars(reading)["normalize"] = poisoned
    sys.exit(reader_process.main(sys.argv[1:]))
