"""The same journal gives the same records: in batches of any size, after restarts, elsewhere, on PostgreSQL."""

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from classify.classification import Classification, Text, Verdict
from desk.classifying import always, recorded_in
from desk.database import migrate, open_database
from desk.demo.past import draft_of_line
from desk.digest import digest
from desk.processor import Processor
from desk.reader import ChildReader, InProcessReader
from desk.simulator.company import DESK_ADDRESS, DOMAIN, services_toml
from desk.simulator.world import World
from ingest.event import ChangeNotice, Configured, ModelInForce, Tick
from ingest.normalize import draft_of
from tests.integration.rig import START, Rig, Urls, a_rig
from tests.once import once

PEOPLE = ["ada@example.com", "ben@example.com", "cyd@example.com", "eve@elsewhere.example"]
MATTERS = ["Printer jam", "VPN does not connect", "shop is slow", "Password forgotten", "New laptop please"]


class KeywordModel:
    """A stand-in that answers from the words alone, as a real one does."""

    digest = "c0ffee" * 10 + "abcd"

    def classify(self, texts: list[Text]) -> list[Classification]:
        return [
            Classification(
                type=Verdict("incident" if "please" not in (t.subject or "") else "service request", 0.9, decided=True),
                category=Verdict((t.subject or "other").split()[0].lower(), 0.8, decided=True),
                model=self.digest,
            )
            for t in texts
        ]


def fill(rig: Rig, seed: int = 3, inputs: int = 300) -> None:
    """Two days in the life of a desk, with repeats, flapping, replies, commands and broken posts."""
    chance = random.Random(seed)
    rig.configure()
    rig.state(ModelInForce(digest=KeywordModel.digest), "config")
    for number in range(inputs):
        rig.clock.advance(timedelta(seconds=chance.choice([0, 1, 20, 400, 1500])))
        what = chance.random()
        hosts = [
            f"{chance.choice(['shop', 'mail', 'erp'])}-{chance.randint(1, 6)}" for _ in range(chance.randint(1, 4))
        ]
        if what < 0.45:
            rig.alerts(*dict.fromkeys(hosts), status=chance.choice(["firing", "firing", "resolved"]))
        elif what < 0.75:
            subject = chance.choice(MATTERS)
            earlier = f"<m{chance.randrange(number + 1)}@example.com>"
            answered = {"In_Reply_To": earlier} if chance.random() < 0.3 else {}
            text = f"{subject}. Since this morning, {chance.choice(hosts)} I think."
            rig.mail(chance.choice(PEOPLE), subject, text, message_id=f"m{number}@example.com", **answered)
        elif what < 0.85:
            action = chance.choice(["take", "resolve", "reopen", "note", "close", "no-such-action"])
            rig.command(action, f"INC-{chance.randint(1, 20)}", text="Looked at it.", resolution="Restarted.")
        elif what < 0.9:
            change = ChangeNotice(id=f"C{number}", service="shop", title="Release", start=rig.clock(), end=None)
            rig.state(change, "hook:changes")
        elif what < 0.95:
            rig.state(Tick(), "clock")
        elif what < 0.97:
            rig.configure(group_wait=chance.choice([10, 30, 60]))
        else:
            rig.accept(broken_post(rig))


def broken_post(rig: Rig):  # type: ignore[no-untyped-def]
    from ingest.event import Draft

    return Draft(kind="webhook", route="hook:prod", envelope={"tool": "alertmanager"}, body=b"{not json")


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    folder = tmp_path_factory.mktemp("filled")
    urls = Urls(f"sqlite:///{folder}/journal.db", f"sqlite:///{folder}/first.db")
    with a_rig(urls, model=KeywordModel()) as rig:  # type: ignore[arg-type]
        fill(rig)
        rig.process()
        assert rig.value("SELECT count(*) FROM records") > 20
        assert rig.value("SELECT count(*) FROM quarantine") > 0
        yield rig


def replayed(rig: Rig, url: str, *, limit: int, restart: bool = False, **options: object) -> str:
    """The digest of a fresh database after the whole journal."""
    engine = open_database(url, durable=False)
    migrate(engine)
    given = {"models": always(rig.model), "reader": InProcessReader(), "limit": limit, **options}
    head = rig.journal.head().position
    position = 0
    while position < head:
        processor = Processor(rig.journal, engine, **given)  # type: ignore[arg-type]
        processor.start()
        if restart:
            processor.step_batch()
        else:
            processor.run_until(head)
        position = processor.position
        processor.close()
    with engine.connect() as connection:
        found = digest(connection)
    engine.dispose()
    return found


@pytest.mark.parametrize("limit", [1, 7, 500])
def test_the_size_of_batches_does_not_matter(filled: Rig, tmp_path: Path, limit: int) -> None:
    assert replayed(filled, f"sqlite:///{tmp_path}/again.db", limit=limit) == filled.digest()


@pytest.mark.parametrize("limit", [1, 7])
def test_a_restart_between_any_two_batches_does_not_matter(filled: Rig, tmp_path: Path, limit: int) -> None:
    assert replayed(filled, f"sqlite:///{tmp_path}/again.db", limit=limit, restart=True) == filled.digest()


def test_who_reads_does_not_matter(filled: Rig, tmp_path: Path) -> None:
    reader = ChildReader()
    try:
        assert replayed(filled, f"sqlite:///{tmp_path}/again.db", limit=50, reader=reader) == filled.digest()
    finally:
        reader.close()


@pytest.mark.server
def test_which_database_does_not_matter(filled: Rig, postgresql: str) -> None:
    from tests.integration.postgresql import new_database

    assert replayed(filled, new_database(postgresql, "same"), limit=50) == filled.digest()


@pytest.mark.parametrize("seed", ["1", "2"])
def test_the_order_of_sets_does_not_matter(filled: Rig, tmp_path: Path, seed: str) -> None:
    script = (
        "import sys; from pathlib import Path; from tests.integration.rig import *; "
        "from tests.integration.test_replay_same import *\n"
        "rig = Rig(Urls(sys.argv[1], sys.argv[2]), model=KeywordModel())\n"
        "rig.process(); print(rig.digest()); rig.close()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, filled.urls.journal, f"sqlite:///{tmp_path}/other.db"],
        env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == filled.digest()


def test_an_audit_without_the_model_reuses_what_was_recorded(filled: Rig, tmp_path: Path) -> None:
    from desk.store import recorded_classifications

    with filled.engine.connect() as connection:
        recorded = recorded_in(recorded_classifications(connection))
    url = f"sqlite:///{tmp_path}/audit.db"
    assert replayed(filled, url, limit=50, models=always(None), recorded=recorded) == filled.digest()
    assert replayed(filled, f"sqlite:///{tmp_path}/none.db", limit=50, models=always(None)) != filled.digest()


def test_a_different_journal_has_a_different_digest(filled: Rig) -> None:
    before = filled.digest()
    filled.mail("ada@example.com", "One more thing", "The lift is stuck as well.")
    filled.process()
    assert filled.digest() != before
    assert filled.clock() > START


# --- the demo's company -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """The demo's company after its eight weeks; the tests only read it."""
    folder = once(tmp_path_factory, "company", eight_weeks)
    with a_rig(company_urls(folder)) as rig:
        yield rig


def company_urls(folder: Path) -> Urls:
    return Urls(f"sqlite:///{folder}/journal.db", f"sqlite:///{folder}/first.db")


def eight_weeks(folder: Path) -> None:
    """Eight weeks of the demo's company; a problem manager settles suggestions, sometimes ones that do not exist."""
    chance = random.Random(4)
    world = World()
    with a_rig(company_urls(folder)) as rig:
        services = list(msgspec.toml.decode(services_toml())["service"])
        rig.accept_at(START, draft_of(Configured(settings=company_policy(services)), "config"))
        for line in world.past(START, START + timedelta(weeks=8)):
            rig.accept_at(world.moment(line), draft_of_line(line))
            if chance.random() < 0.03:
                action = chance.choice(["suggestion-accept", "suggestion-decline", "suggestion-snooze"])
                rig.command(action, f"SUG-{chance.randint(1, 6)}", reason="known", days=7)
            if chance.random() < 0.03:
                rig.command(chance.choice(["take", "resolve"]), f"INC-{chance.randint(1, 90)}", resolution="Restarted.")
        rig.process()


def company_policy(services: list[Any]) -> dict[str, Any]:
    return {"address": DESK_ADDRESS, "own_addresses": [DESK_ADDRESS], "own_domains": [DOMAIN], "services": services}


@pytest.mark.slow
def test_the_demo_has_suggestions_and_problems(company: Rig) -> None:
    assert company.value("SELECT count(*) FROM suggestions") > 0
    assert company.value("SELECT count(*) FROM problems") > 0


@pytest.mark.slow
@pytest.mark.parametrize(("limit", "restart"), [(1, False), (7, False), (500, False), (40, True)])
def test_the_demos_journal_gives_the_same_records(company: Rig, tmp_path: Path, limit: int, restart: bool) -> None:
    assert replayed(company, f"sqlite:///{tmp_path}/again.db", limit=limit, restart=restart) == company.digest()
