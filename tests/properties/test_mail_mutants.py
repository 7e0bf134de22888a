"""Mails that no client writes: cut, doubled, bent and broken. Each is read without an exception, and within bounds.

    python -m tests.properties.test_mail_mutants --mutants 100000 [--seeds FOLDER] [--seed 1] [--jobs 2]

Seeds are the mails of our own corpora; `--seeds` adds the files of a folder, whatever they are. The same seed gives the
same mutants; one that fails is written to the folder `mutants-failed`, to be looked at.
"""

import argparse
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from ingest.event import Input, Reading, Unreadable
from ingest.language import language_of
from ingest.normalize import normalize
from tests.properties.mutants import mutants
from tests.rounds import so_many
from tests.unit.ingest import test_mail_bounce_servers, test_mail_clients, test_mail_clients_html
from tests.unit.ingest.mail_maker import mixed, plain

CORPUS = Path(__file__).parents[1] / "corpora" / "mail"
READING = Reading(own_addresses=("desk@example.com",), own_domains=("example.com",), message_id_domain="example.com")
START = datetime(2026, 3, 2, tzinfo=UTC)
CI_COUNT = 8_000
COUNT = so_many(2_000, in_ci=CI_COUNT)
SECONDS_A_MEGABYTE = 2.0
"""No mail may take longer, of any size from a megabyte on; a smaller one has its share, and at least a quarter."""
MEMORY = 600_000_000
MAX_SEED = 300_000


class Outcome(NamedTuple):
    """What a run found: mutants read, the worst time in seconds (scaled to the limit: 1.0 is as long as allowed), the
    highest memory in bytes, and failures as (number of the mutant, what was wrong)."""

    read: int
    slowest: float
    memory: int
    failures: list[tuple[int, str]]


def own_seeds() -> list[bytes]:
    """Mails of our own corpora, in plain text, in HTML, and in several parts."""
    found = [plain("\n".join(line[1:] for line in lines)).encode() for _, lines in list(test_mail_clients.mails())[::7]]
    pages = [source for _, _, source in list(test_mail_clients_html.mails())[::9]]
    pages += [path.read_text("utf-8") for path in sorted((CORPUS / "html").glob("*.html"))]
    found += [plain(page).replace("text/plain", "text/html").encode() for page in pages]
    texts = [path.read_text("utf-8")[:4_000] for path in sorted(CORPUS.glob("*.txt"))]
    found += [plain("\n".join(line[1:] for line in text.split("\n"))).encode() for text in texts]
    found += [raw.encode() for *_, raw, _ in test_mail_bounce_servers.bounces()]
    image = "Content-Type: image/png; name*0=a; name*1*=b%20c\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo="
    inner = "Content-Type: message/rfc822\n\n" + plain("inside")
    status = (
        "Content-Type: message/delivery-status\n\nFinal-Recipient: rfc822; a@b.example\nAction: failed\nStatus: 5.1.1"
    )
    event = "Content-Type: text/calendar\n\nBEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Lunch\nEND:VEVENT\nEND:VCALENDAR"
    found += [mixed("Content-Type: text/plain\n\ntext", image, inner, event).encode(), mixed(inner, status).encode()]
    return found


def folder_seeds(folder: Path) -> list[bytes]:
    return [path.read_bytes()[:MAX_SEED] for path in sorted(folder.rglob("*")) if path.is_file()]


def read_all(bodies: Iterator[bytes]) -> Outcome:
    """Reads each; never raises."""
    failures: list[tuple[int, str]] = []
    read, slowest = 0, 0.0
    language_of("No small word tells: badge reader, turnstile.")  # its model is read once, whatever mail comes first
    for number, body in enumerate(bodies):
        item = Input(position=number + 1, accepted_at=START, kind="mail", route="desk@example.com", body=body)
        began = time.process_time()
        events = normalize(item, READING)
        spent = time.process_time() - began
        slowest = max(slowest, spent / (SECONDS_A_MEGABYTE * max(len(body) / 1e6, 0.25)))
        read += 1
        msgspec.json.encode(events)
        if any(isinstance(event, Unreadable) for event in events):
            failures.append((number, str(events[0])))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return Outcome(read, slowest, memory, failures)


def run(count: int, seed: int, folder: Path | None = None) -> Outcome:
    """So many mutants of one seed."""
    seeds = own_seeds() + (folder_seeds(folder) if folder else [])
    return read_all(mutants(seeds, count, seed))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_mutants_are_read(seed: int) -> None:
    found = run(COUNT // 4, seed)
    assert not found.failures
    assert found.read == COUNT // 4
    assert found.slowest < 1


def test_seeds_are_read_without_a_fault() -> None:
    assert not read_all(iter(own_seeds())).failures


def keep(seeds: Sequence[bytes], count: int, seed: int, failures: Sequence[tuple[int, str]]) -> None:
    """Writes the mutants that failed."""
    folder = Path("mutants-failed")
    folder.mkdir(exist_ok=True)
    wanted = {number for number, _ in failures}
    for number, body in enumerate(mutants(seeds, count, seed)):
        if number in wanted:
            (folder / f"{seed}-{number}.eml").write_bytes(body)


def main() -> int:
    """1 where a mutant failed, took too long, or too much memory was used."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--mutants", type=int, default=CI_COUNT)
    parser.add_argument("--seeds", type=Path, help="a folder whose files are seeds, too")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()
    share = -(-options.mutants // options.jobs)
    seeds = [options.seed + job for job in range(options.jobs)]
    with ProcessPoolExecutor(options.jobs) as pool:
        found = list(pool.map(run, [share] * options.jobs, seeds, [options.seeds] * options.jobs))
    for seed, outcome in zip(seeds, found, strict=True):
        for number, what in outcome.failures[:20]:
            print(f"mutant {number} of seed {seed}: {what}", file=sys.stderr)
        if outcome.failures:
            keep(own_seeds() + (folder_seeds(options.seeds) if options.seeds else []), share, seed, outcome.failures)
    slowest, memory = max(outcome.slowest for outcome in found), max(outcome.memory for outcome in found)
    failures = sum(len(outcome.failures) for outcome in found)
    print(
        f"{sum(outcome.read for outcome in found):,} mutants read, {failures} failed; "
        f"the slowest took {slowest:.0%} of its time; memory {memory / 1e6:.0f} MB"
    )
    return 1 if failures or slowest >= 1 or memory > MEMORY else 0


if __name__ == "__main__":
    sys.exit(main())
