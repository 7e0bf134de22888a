"""The rule lab: a change is played over the journal in a process of its own, and its page shows the difference."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import pytest

from desk.lab import jobs
from tests.integration.pages_desk import PagesDesk, a_desk
from tests.integration.running_desk import until


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
