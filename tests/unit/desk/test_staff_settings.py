"""Routes, teams, escalations and webhooks in desk.toml: how they are read, and what is said of each mistake."""

from pathlib import Path

import pytest

from correlate.declared import Level, Member
from desk.calendars import CalendarWatch, read_teams
from desk.config import ConfigError, Settings
from desk.config_file import load_settings
from desk.config_trial import trials

ROTA = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//x//x//EN
BEGIN:VEVENT
UID:1
DTSTART:20260302T090000Z
DTEND:20260302T170000Z
SUMMARY:Ana
END:VEVENT
END:VCALENDAR
"""
GOOD = """
[teams.web]
people = ["Ana Olsen <Ana@example.com>", "bo@example.com"]
calendar = "web.ics"
[escalations.night]
rounds = 2
levels = [{ to = "on-call:web" }, { to = ["team:web", "boss@example.com", "webhook:pager"], after = "15m" }]
[routes.web]
matchers = 'severity="critical"'
group_wait = "0s"
escalation = "night"
[webhooks.pager]
url = "https://pager.example.com/in"
secret_file = "pager.secret"
"""


def settings(folder: Path, text: str) -> Settings:
    (folder / "web.ics").write_text(ROTA)
    (folder / "pager.secret").write_text("s")
    (folder / "broken.ics").write_text("BEGIN:VCALENDAR\nthis is none")
    (folder / "often.ics").write_text(ROTA.replace("SUMMARY:Ana", "SUMMARY:Ana\nRRULE:FREQ=MINUTELY"))
    (folder / "desk.toml").write_text(text)
    return load_settings(folder / "desk.toml")


def test_everything_is_read_and_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    told = settings(tmp_path, GOOD)
    (team,) = told.teams
    assert team.people == (Member(address="ana@example.com", name="Ana Olsen"), Member(address="bo@example.com"))
    assert team.calendar == str(tmp_path / "web.ics")
    (chain,) = told.escalations
    assert chain.rounds == 2
    assert chain.levels[0] == Level(to=("on-call:web",), after=0)
    assert chain.levels[1].after == 900
    (route,) = told.routes
    assert (route.group_wait, route.group_interval) == (0, None)
    assert told.webhooks[0].secret_file == str(tmp_path / "pager.secret")


MISTAKES = """
rounds = 2 | rounds = 99 => [escalations.night]: rounds are 1 to 20.
after = "15m" | after = "10s" => [escalations.night]: level 2: after is a minute at least, for those before it need time.
after = "15m" | after = "soon" => [escalations.night]: after: 'soon' cannot be read: write a number of seconds, or "5m", "12h" or "14d".
"boss@example.com" | "the boss" => [escalations.night]: to: 'the boss' is nobody: write an address, or on-call:TEAM, team:TEAM, webhook:NAME in quotes.
"team:web" | "team:wep" => [escalations.night] level 2: there is no team wep: did you mean 'web'?
"webhook:pager" | "webhook:pagr" => [escalations.night] level 2: there is no webhook pagr: did you mean 'pager'?
calendar = "web.ics" | => [escalations.night] level 1: the team web has no calendar that says who is on call: name one, or write team:web here.
people = ["Ana Olsen <Ana@example.com>", "bo@example.com"] | => [escalations.night] level 2: the team web names no people: write them into [teams.web], or on-call:web here.
"bo@example.com" | "Bo" => [teams.web]: 'Bo' is no mail address: write ana@example.com, or Ana <ana@example.com>.
"bo@example.com" | "servicedesk@localhost" => [teams.web] people: servicedesk@localhost is the desk itself: it would write to itself.
escalation = "night" | escalation = "nigth" => [routes.web] escalation: there is no nigth: did you mean 'night'?
severity="critical" | severity=~"(" => [routes.web]: The pattern “(” cannot be used: missing ): (.
group_wait = "0s" | group_wit = "0s" => [routes.web]: there is no setting 'group_wit': did you mean 'group_wait'?
url = "https://pager.example.com/in" | url = "http://pager.example.com/in" => [webhooks.pager] url: 'http://pager.example.com/in' cannot be used: it begins with https:// and a host's name.
url = "https://pager.example.com/in" | url = "https://10.0.0.7/in" => [webhooks.pager] url: 10.0.0.7 is within your own network: write allow_private = true if that is meant.
url = "https://pager.example.com/in" | url = "https://me:you@pager.example.com/in" => [webhooks.pager] url: leave out names, passwords and what follows a #: the secret signs what is posted.
secret_file = "pager.secret" | => [webhooks.pager]: it needs secret_file or secret_env: what it is signed with, as its receiver knows it.
"""  # noqa: E501


@pytest.mark.parametrize("line", MISTAKES.strip().splitlines())
def test_each_mistake_has_its_sentence(tmp_path: Path, line: str) -> None:
    change, _, sentence = line.partition(" => ")
    before, _, after = change.partition(" |")
    assert before.strip() in GOOD
    with pytest.raises(ConfigError) as caught:
        settings(tmp_path, GOOD.replace(before.strip(), after.strip()))
    assert sentence in caught.value.problems


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("nowhere.ics", "cannot be read: No such file or directory."),
        ("broken.ics", "calendar: It cannot be read as a calendar (RFC 5545)"),
        ("often.ics", "“Ana” recurs more often than by the day: shifts do not."),
    ],
)
def test_a_calendar_that_cannot_be_used_is_a_sentence(tmp_path: Path, file: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        settings(tmp_path, GOOD.replace("web.ics", file))
    assert len(caught.value.problems) == 1
    assert caught.value.problems[0].startswith("[teams.web]")
    assert words in caught.value.problems[0]


def test_a_route_that_nothing_reaches_and_a_chain_that_nothing_uses_are_told(tmp_path: Path) -> None:
    text = GOOD + '[routes.all]\ngroup_wait = "1m"\n[routes.never]\nservices = "erp"\ngroup_wait = "2m"\n'
    with pytest.raises(ConfigError) as caught:
        settings(tmp_path, text.replace('escalation = "night"', ""))
    assert set(caught.value.problems) == {
        "[routes.never] is never used: [routes.all] stands before it and fits all of it.",
        "[escalations.night] is never used: name it as escalation in a [routes.NAME].",
    }


def test_a_secret_that_is_not_there_is_found_by_checking(tmp_path: Path) -> None:
    told = settings(tmp_path, GOOD)
    (tmp_path / "pager.secret").unlink()
    found = [finding.words for finding in trials(told, online=False)]
    assert any(words.startswith("[webhooks.pager] secret_file:") for words in found)


def test_a_calendar_that_breaks_later_leaves_the_one_that_was_known(tmp_path: Path) -> None:
    told = settings(tmp_path, GOOD)
    known, troubles = read_teams(told.teams, {})
    assert not troubles
    (tmp_path / "web.ics").write_text("half a file")
    after, troubles = read_teams(told.teams, {team.name: team for team in known})
    assert after[0].calendar == ROTA
    assert troubles[0].startswith("[teams.web] calendar: It cannot be read")


def test_a_file_that_changes_is_published_once(tmp_path: Path) -> None:
    told = settings(tmp_path, GOOD)
    published: list[int] = []
    watch = CalendarWatch(told.teams, _Never(), lambda: published.append(1))
    assert not watch.look()
    (tmp_path / "web.ics").write_text(ROTA.replace("Ana", "Bo"))
    assert watch.look()
    assert not watch.look()
    (tmp_path / "web.ics").unlink()
    assert watch.look()
    assert len(published) == 2


class _Never:
    """An event that is never set."""

    def wait(self, _seconds: float | None = None) -> bool:
        return False
