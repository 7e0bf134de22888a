"""The calendar files of who is on call: read when the configuration is, and again whenever they change.

What they say steers decisions, so their text enters the journal with the configuration. A file that cannot be read, or
is broken for a while, changes nothing: the calendar as it was last known stays in force, and the health page says so.
"""

import hashlib
import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import msgspec
import sqlalchemy as sa

from correlate.declared import Team
from correlate.duty import trouble_of
from correlate.rota import MAX_TEXT
from desk.database import writing
from desk.staff_settings import TeamSettings
from desk.tables import state

log = logging.getLogger(__name__)

LOOKS_EVERY = 60.0
TROUBLE = "warning:calendars"
"""The row of `state` with a sentence, or null."""


class CalendarFileError(ValueError):
    """A calendar that cannot be used; the text is a sentence that names its file."""


def read_team(given: TeamSettings) -> Team:
    """The team with the text of its calendars. Raises CalendarFileError."""
    team = Team(
        name=given.name,
        people=given.people,
        calendar=_text(given, given.calendar),
        swaps=_text(given, given.swaps),
        timezone=given.timezone,
    )
    trouble = trouble_of(team)
    if trouble is not None:
        raise CalendarFileError(f"[teams.{given.name}] {trouble}")
    return team


def read_teams(given: Iterable[TeamSettings], known: Mapping[str, Team]) -> tuple[tuple[Team, ...], list[str]]:
    """All teams, and what is wrong with their files; where something is, the team of that name in `known` stands in."""
    teams: list[Team] = []
    troubles: list[str] = []
    for each in given:
        try:
            teams.append(read_team(each))
        except CalendarFileError as error:
            troubles.append(str(error))
            before = known.get(each.name)
            teams.append(
                Team(
                    name=each.name,
                    people=each.people,
                    calendar=before.calendar if before is not None else None,
                    swaps=before.swaps if before is not None else None,
                    timezone=each.timezone,
                )
            )
    return tuple(teams), troubles


def teams_in_force(engine: sa.Engine) -> dict[str, Team]:
    """The teams of the policy that decides now, by name."""
    with engine.connect() as connection:
        value = connection.execute(sa.select(state.c.value).where(state.c.name == "policy")).scalar_one_or_none()
    stored = msgspec.json.decode(value, type=_Teams) if value is not None else _Teams()
    return {team.name: team for team in stored.teams}


def tell(engine: sa.Engine, troubles: Iterable[str]) -> None:
    """Keep what is wrong where the health page finds it."""
    sentence = " ".join(troubles) or None
    value = msgspec.json.encode(sentence).decode()
    with writing(engine) as connection:
        if not connection.execute(sa.update(state).where(state.c.name == TROUBLE).values(value=value)).rowcount:
            connection.execute(sa.insert(state).values(name=TROUBLE, value=value))


class CalendarWatch:
    """Runs in a thread of its own until `stop` is set; calls `publish` when a file has changed."""

    def __init__(self, given: Iterable[TeamSettings], stop: threading.Event, publish: Callable[[], object]) -> None:
        self._files = sorted({file for team in given for file in (team.calendar, team.swaps) if file is not None})
        self._stop = stop
        self._publish = publish
        self._seen = self._digests()

    def run(self) -> None:
        """Look, wait, look again; what cannot be published now is tried again in the next turn."""
        if not self._files:
            self._stop.wait()
            return
        while not self._stop.wait(LOOKS_EVERY):
            self.look()

    def look(self) -> bool:
        """Publish where something has changed since the last look; whether it has."""
        found = self._digests()
        if found == self._seen:
            return False
        try:
            self._publish()
        except (sa.exc.DBAPIError, OSError) as error:
            log.warning("The calendars have changed and cannot be taken over yet: %s", error)
            return False
        self._seen = found
        return True

    def _digests(self) -> list[bytes | None]:
        return [_digest(Path(file)) for file in self._files]


def _digest(file: Path) -> bytes | None:
    try:
        return hashlib.sha256(file.read_bytes()).digest()
    except OSError:  # what is wrong with it is said when it is read
        return None


class _Teams(msgspec.Struct):
    """The part of a stored policy that is asked for here."""

    teams: tuple[Team, ...] = ()


def _text(team: TeamSettings, file: str | None) -> str | None:
    if file is None:
        return None
    try:
        with Path(file).open("rb") as opened:
            content = opened.read(MAX_TEXT + 1)
        if len(content) > MAX_TEXT:
            raise CalendarFileError(f"[teams.{team.name}] {file} is too long: {MAX_TEXT // 1_000_000} MB at most.")
        return content.decode("utf-8-sig")
    except OSError as error:
        raise CalendarFileError(f"[teams.{team.name}] {file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise CalendarFileError(f"[teams.{team.name}] {file} is not UTF-8 text: save it as UTF-8.") from error
