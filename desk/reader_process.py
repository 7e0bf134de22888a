"""The child process that normalizes inputs: `python -m desk.reader_process PROGRESS CPU WALL MEMORY SHARED...`.

Numbers of open files, and limits. It is told of batches on its standard input and answers on what was its standard
output. A timer kills it when one
input takes too much processor time, and its parent where it takes too long; it makes no attempt to survive, because
another is started.
"""

import gc
import mmap
import os
import resource
import signal
import sys

import msgspec

from correlate.packing import Parcel, sent
from desk.reader import HEADER, OUT_OF_MEMORY, PROGRESS, pass_on, passed
from desk.reading import InputReader
from ingest import language
from ingest.event import Input, Reading

_ABANDONED = 20.0
"""The parent keeps watch over the wall time. So many times that long an input takes only where the parent is gone."""

_decode = msgspec.msgpack.Decoder(tuple[Reading, list[Input]]).decode
_read = InputReader().read


def main(arguments: list[str]) -> int:
    """Answer batches until the parent closes the pipe."""
    progress = mmap.mmap(int(arguments[0]), mmap.PAGESIZE)
    cpu, wall, memory = float(arguments[1]), float(arguments[2]), int(arguments[3])
    shared = [int(number) for number in arguments[4:]]
    # What a library prints must not get between the answers.
    answers = os.dup(1)
    os.dup2(2, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for number in (signal.SIGPROF, signal.SIGALRM):
        signal.signal(number, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    gc.freeze()
    try:
        while len(header := os.read(0, HEADER.size)) == HEADER.size:
            place, request = passed(shared, header)
            answer = sent(_normalized(request, progress, cpu, wall))
            os.write(answers, pass_on(shared, place, answer))
    except MemoryError:
        # Nothing that needs memory may happen any more.
        os._exit(OUT_OF_MEMORY)
    except BrokenPipeError:
        return 0
    return 0


def _normalized(request: bytes, progress: mmap.mmap, cpu: float, wall: float) -> list[Parcel]:
    PROGRESS.pack_into(progress, 0, 0, -1)
    reading, inputs = _decode(request)
    parcels: list[Parcel] = []
    if not inputs:
        language.prepare()  # what is asked before a suspect is read: its try must not be charged with that
    for place, item in enumerate(inputs):
        PROGRESS.pack_into(progress, 0, place + 1, place)
        signal.setitimer(signal.ITIMER_PROF, cpu)
        signal.setitimer(signal.ITIMER_REAL, wall * _ABANDONED)
        parcels.append(_read(item, reading))
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.setitimer(signal.ITIMER_REAL, 0)
    return parcels


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
