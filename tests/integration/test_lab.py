"""The rule lab: a change is played over the journal in a process of its own, and its page shows the difference."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest

from classify.model_file import starter_model_path
from correlate.policy import Policy
from desk.__main__ import main
from desk.database import open_database
from desk.lab import jobs
from desk.lab.trial import read_change, trial_of
from desk.web.pages.lab import EXAMPLES
from tests.integration.pages_desk import PagesDesk, a_desk
from tests.integration.running_desk import until
from tests.prepared import prepare_sqlite
from tests.unit.desk.test_fitting import decided


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PagesDesk]:
    with a_desk(tmp_path) as made:
        yield made


def played(desk: PagesDesk, change: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The page of a trial that has been played to its end. The process is this one: what it does is the same."""
    monkeypatch.setattr(
        "desk.lab.jobs.subprocess.Popen",
        lambda command, **_: SimpleNamespace(wait=partial(int, jobs.play(Path(command[-1])))),
    )
    monkeypatch.setattr("desk.lab.jobs.os.nice", lambda _: 0)
    browser = desk.browser("ada")
    browser.get("/lab")
    browser.post("/lab", change=change, days="0")
    return browser.text


def test_what_is_not_told_any_more_is_listed(desk: PagesDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.incident("shop-1")
    desk.later(hours=1)
    text = played(desk, 'ignored_severities = ["info", "warning", "minor", "major", "critical"]', monkeypatch)
    assert "Not opened" in text
    assert "INC-1" in text
    assert "Mails not sent" in text


def test_it_is_played_in_a_process_of_its_own(desk: PagesDesk) -> None:
    desk.incident("shop-1")
    desk.later(hours=1)
    browser = desk.browser("ada")
    browser.get("/lab")
    browser.post("/lab", change='ignored_severities = ["info", "warning", "minor", "major", "critical"]', days="0")

    def over() -> bool:
        browser.get("/lab/1")
        return "Not opened" in browser.text

    until(over)
    assert "INC-1" in browser.text


def test_a_change_without_consequence_says_so(desk: PagesDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.incident("shop-1")
    assert "makes no difference" in played(desk, "digest_hour = 5", monkeypatch)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("grop_wait = 3", "There is no setting"),
        ("group_wait =", "This is no TOML"),
        ('group_wait = "x"', "does not fit"),
        ("false_discovery_rate = nan", "does not fit"),
        ("weights = {resource = inf}", "does not fit"),
        ("group_wait = " + "9" * 5_000, "This is no TOML"),
        ("group_wait = " + "[" * 50_000, "This is no TOML"),
    ],
    ids=lambda text: text[:30],
)
def test_what_cannot_be_tried_is_said_at_once(desk: PagesDesk, change: str, words: str) -> None:
    browser = desk.browser("ada")
    browser.get("/lab")
    browser.post("/lab", change=change, days="30")
    assert browser.page.status_code == 422
    assert words in browser.text


def test_only_administrators_try_changes(desk: PagesDesk) -> None:
    browser = desk.browser("pia")
    assert browser.get("/lab").status_code == 403


def test_the_lab_decides_nothing_of_the_desk(desk: PagesDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    number = desk.incident("shop-1")
    before = desk.rows("SELECT number, status, priority FROM records")
    played(desk, "group_wait = 600", monkeypatch)
    assert desk.rows("SELECT number, status, priority FROM records") == before
    assert number in dict(desk.rows("SELECT number, status FROM records"))


def test_a_trial_of_another_version_is_passed_over(
    desk: PagesDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    played(desk, "digest_hour = 5", monkeypatch)
    lab = tmp_path / "lab"
    (lab / "1" / "job.json").write_text('{"trial": null}')
    browser = desk.browser("ada")
    assert browser.get("/lab").status_code == 200
    assert browser.get("/lab/1").status_code == 404
    assert browser.get(f"/lab/{'1' * 1_000}").status_code == 404


def test_a_trial_whose_process_was_ended_says_so(
    desk: PagesDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    played(desk, "digest_hour = 5", monkeypatch)
    lab = tmp_path / "lab"
    (lab / "1" / "result.json").unlink()
    browser = desk.browser("ada")
    browser.get("/lab/1")
    assert "ended before it was over" in browser.text


# --- every kind of change ---


def test_the_examples_on_the_page_can_be_tried_as_they_stand(desk: PagesDesk) -> None:
    for words, example in EXAMPLES:
        assert trial_of(Policy(), read_change(example)), words
    text = desk.browser("ada").get("/lab").text
    assert all(words in text for words, _ in EXAMPLES)


@pytest.mark.parametrize(
    ("change", "heading"),
    [
        pytest.param('[[page_rules]]\nname = "labels"\nwhen = [["subject", "contains", "labels"]]\npriority = "P1"',
                     "Other priorities", id="a rule"),
        pytest.param('matrix = {"low/low" = "P1", "low/medium" = "P1", "low/high" = "P1", "medium/medium" = "P1"}',
                     "Other priorities", id="a matrix"),
        pytest.param('[weights]\n"mail.service" = 0.0\n"incident.start" = 5.0', "Incidents parted", id="weights"),
        pytest.param('[[windows]]\nname = "w"\nservices = ["shop"]\nstart = 2020-01-01T00:00:00Z\n'
                     "end = 2040-01-01T00:00:00Z", "Mails not sent", id="a silence"),
    ],
)  # fmt: skip
def test_each_kind_of_change_shows_what_it_would_have_changed(
    desk: PagesDesk, monkeypatch: pytest.MonkeyPatch, change: str, heading: str
) -> None:
    desk.request("Blank labels", "The labels come out blank.")
    desk.incident("shop-1")
    desk.mail("Una May <una@example.com>", "Shop", "The shop shows an error page.")
    desk.later(hours=2)
    assert heading in played(desk, change, monkeypatch)


def test_another_model_is_a_file(desk: PagesDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.request("Blank labels", "The labels come out blank.")
    assert "makes no difference" in played(desk, f'model = "{starter_model_path()}"', monkeypatch)
    assert "cannot be loaded" in played(desk, 'model = "/nowhere.skops"', monkeypatch)


def test_the_same_history_and_change_give_the_same_byte_for_byte(
    desk: PagesDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    desk.request("Blank labels", "The labels come out blank.")
    desk.incident("shop-1")
    desk.mail("Una May <una@example.com>", "Shop", "The shop shows an error page.")
    desk.later(hours=2)
    change = tmp_path / "change.toml"
    change.write_text('ignored_severities = ["critical"]\n', "utf-8")
    said = []
    for _ in range(2):
        assert main(["whatif", str(tmp_path / "journal.db"), "--change", str(change), "--json"]) == 0
        said.append(capsys.readouterr().out)
    assert said[0] == said[1]
    before, after = msgspec.json.decode(said[0])["digests"]
    assert before != after
    assert main(["whatif", str(tmp_path / "journal.db"), "--change", str(change)]) == 0
    assert "before and after the change" in capsys.readouterr().out
    change.write_text("group_wate = 900\n", "utf-8")
    assert main(["whatif", str(tmp_path / "journal.db"), "--change", str(change)]) == 2
    assert "There is no setting" in capsys.readouterr().err


# --- weights, fitted ---


def test_the_page_fits_the_weights_and_plays_them(desk: PagesDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "desk.lab.jobs.subprocess.Popen",
        lambda command, **_: SimpleNamespace(wait=partial(int, jobs.play(Path(command[-1])))),
    )
    monkeypatch.setattr("desk.lab.jobs.os.nice", lambda _: 0)
    desk.incident("shop-1")
    browser = desk.browser("ada")
    browser.get("/lab")
    assert browser.post("/lab/weights").status_code == 422
    assert "too few to fit" in browser.text
    with desk.engine.begin() as connection:
        decided(connection, 80, wrong=False, first=1_000, start=-2.0, service=4.5)
        decided(connection, 40, wrong=True, first=1_200, start=-2.0, words=3.0)
    browser.get("/lab")
    browser.post("/lab/weights")
    assert browser.page.url.path == "/lab/1"
    assert '"mail.words" = 0.' in browser.text
    assert desk.browser("pia").post("/lab/weights").status_code == 403


def a_desk_that_was_corrected(files: Path) -> None:
    engine = open_database(f"sqlite:///{files / 'desk.db'}")
    with engine.begin() as connection:
        decided(connection, 80, wrong=False, first=1, start=-2.0, service=4.5)
        decided(connection, 40, wrong=True, first=200, start=-2.0, words=3.0)
    engine.dispose()


def test_the_command_writes_the_weights_and_plays_history_with_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    files = prepare_sqlite(tmp_path / "desk-data")
    monkeypatch.chdir(tmp_path)
    assert main(["correlate", "fit"]) == 1
    assert "too few to fit" in capsys.readouterr().err
    a_desk_that_was_corrected(files)
    assert main(["correlate", "fit"]) == 0
    out = capsys.readouterr().out
    assert "120 decisions, 40 of them corrected" in out
    assert "Right before: 80, with the fitted weights: 120." in out
    assert "Over 0 inputs the change makes no difference." in out
    assert "/lab/1" in out
    assert 'mail.words" = 0.' in Path("weights.toml").read_text()
    assert jobs.Lab(files).state("1") is not None
