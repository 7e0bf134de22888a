"""What the benchmarks share: servers in processes of their own, interleaved rounds, medians, one line of result."""

import json
import multiprocessing
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

ROUNDS = 7


@contextmanager
def child(target: Callable[..., None], *arguments: Any) -> Iterator[Connection]:
    """Run `target(pipe, *arguments)` in a fresh process; yields our end of the pipe once it has sent something."""
    with _process(target, *arguments) as (pipe, _):
        yield pipe


@contextmanager
def server(target: Callable[..., None], *arguments: Any) -> Iterator[Any]:
    """Run `target(pipe, *arguments)` in a fresh process; yields what it first sends, and ends it by sending None."""
    with _process(target, *arguments) as (_, first):
        yield first


@contextmanager
def _process(target: Callable[..., None], *arguments: Any) -> Iterator[tuple[Connection, Any]]:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=target, args=(theirs, *arguments))
    process.start()
    theirs.close()
    try:
        yield ours, ours.recv()
        ours.send(None)
        process.join(30)
    finally:
        if process.is_alive():
            process.kill()


def interleaved(contenders: Mapping[str, Callable[[], float]], rounds: int = ROUNDS) -> dict[str, list[float]]:
    """Rates of each contender, one measurement of each in every round: what slows the machine slows them all."""
    rates: dict[str, list[float]] = {name: [] for name in contenders}
    for run in contenders.values():
        run()  # the first is warming up
    for number in range(rounds):
        names = list(contenders)
        for name in names if number % 2 == 0 else reversed(names):
            rates[name].append(contenders[name]())
    return rates


def ratio(rates: Mapping[str, list[float]], of: str, to: str) -> float:
    """The median over the rounds of the ratio within each round."""
    return statistics.median(a / b for a, b in zip(rates[of], rates[to], strict=True))


def report(bench: str, case: str, rates: Mapping[str, list[float]], of: str, to: str, target: float | None) -> None:
    """Print one line of JSON with the ratio and the medians, and say on standard error how it stands to its target."""
    found = ratio(rates, of, to)
    medians = {name: round(statistics.median(values), 1) for name, values in rates.items()}
    line = {"bench": bench, "case": case, "ratio": round(found, 3), "target": target, "per_second": medians}
    print(json.dumps(line), flush=True)


def timed(run: Callable[[], int]) -> float:
    """Things per second, where `run` does some and returns how many."""
    began = time.perf_counter()
    done = run()
    return done / (time.perf_counter() - began)


def folder() -> Path:
    """Where benchmarks keep their databases: on a real disk, for a RAM disk would make every fsync free."""
    path = Path(__file__).resolve().parent.parent / ".bench"
    path.mkdir(exist_ok=True)
    return path
