"""`desk silence`: silences and maintenance windows, also those of an Alertmanager."""

import argparse
import getpass
import re
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from correlate.matchers import MatcherError, from_alertmanager, parse_all, selects_something, written
from correlate.records import Silence
from correlate.schedules import ScheduleError, rule_of
from desk.clock import SystemClock
from desk.commands.console import DONE, FAILED, CommandError, complain, opened_desk, say, settings_of, table
from desk.config import Settings
from desk.tables import silences
from desk.web.queries.counts import policy
from ingest.event import Command
from ingest.journal import Journal
from ingest.normalize import draft_of

_DURATION = re.compile(r"(\d{1,6})([smhdw])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
ROUTE = "console"


class _Desk(Struct, frozen=True):
    settings: Settings
    engine: sa.Engine
    journal: Journal


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="tell nobody of what these matchers fit, for a while")
    add.add_argument(
        "matcher", nargs="*", metavar="MATCHER", help='as in Alertmanager: severity="warning", host=~"web.*"'
    )
    add.add_argument("--service", action="append", default=[], metavar="NAME", help="a service of services.toml")
    add.add_argument("--for", dest="lasts", metavar="2h", help="how long: 30m, 2h, 1d")
    add.add_argument("--from", dest="starts", metavar="TIME", help="when it begins (default: now)")
    add.add_argument("--until", metavar="TIME", help="when it ends, in place of --for")
    add.add_argument("--comment", required=True, metavar="WHY", help="why: whoever looks for the mail will read it")
    add.add_argument("--maintenance", action="store_true", help="call it a maintenance window")
    add.add_argument("--schedule", metavar="RULE", help='when it recurs: "FREQ=WEEKLY;BYDAY=SU" or a line of cron')
    shown = actions.add_parser("list", help="show what is in force or to come")
    shown.add_argument("--all", action="store_true", help="also what is over")
    expire = actions.add_parser("expire", help="end silences now; what they held back is told")
    expire.add_argument("id", nargs="+", metavar="ID")
    taken = actions.add_parser("import", help="take over silences of an Alertmanager")
    taken.add_argument(
        "file", metavar="FILE", help="what /api/v2/silences or amtool -o json gives; - is standard input"
    )


def run(args: argparse.Namespace) -> int:
    """Carry out one action; 1 with a sentence where it cannot be."""
    try:
        settings = settings_of(args)
        with opened_desk(settings) as (engine, journal):
            _ACTIONS[args.action](_Desk(settings, engine, journal), args)
    except CommandError as error:
        complain(str(error))
        return FAILED
    except (MatcherError, ScheduleError) as error:
        complain(str(error))
        return FAILED
    return DONE


def _add(desk: _Desk, args: argparse.Namespace) -> None:
    matchers = parse_all(args.matcher)
    if not args.service and not selects_something(matchers):
        raise CommandError('Name a --service, or a matcher that does not fit everything, as in severity="warning".')
    _known_services(desk, args.service)
    now = SystemClock()()
    starts = _moment(desk, args.starts) if args.starts else now
    arguments: dict[str, Any] = {
        "kind": "maintenance" if args.maintenance or args.schedule else "silence",
        "matchers": list(args.matcher),
        "services": args.service,
        "comment": args.comment,
    }
    if args.starts or args.until or not args.schedule:  # a schedule for so long each holds for what is open already
        arguments["starts_at"] = starts.isoformat()
    if args.until:
        arguments["ends_at"] = _moment(desk, args.until).isoformat()
    elif args.lasts:
        arguments["duration"] = _duration(args.lasts)
    else:
        raise CommandError("Say how long: --for 2h, or --until 2027-01-31T18:00.")
    if args.schedule:
        arguments["rule"] = rule_of(args.schedule)
    _hand_in(desk, [Command(action="silence-add", actor=_actor(), arguments=arguments)])


def _known_services(desk: _Desk, asked: list[str]) -> None:
    """Say at once what the desk would refuse when it reads the command, where nobody sees it."""
    with desk.engine.connect() as connection:
        known = {service.name for service in policy(connection).services}
    strange = [name for name in asked if known and name not in known]
    if strange:
        raise CommandError(f"The desk knows no service {strange[0]}: it knows {', '.join(sorted(known)[:20])}.")


def _list(desk: _Desk, args: argparse.Namespace) -> None:
    zone = ZoneInfo(desk.settings.desk.timezone)
    query = sa.select(silences.c.body).order_by(silences.c.starts_at, silences.c.id)
    if not args.all:
        query = query.where(sa.not_(silences.c.over))
    with desk.engine.connect() as connection:
        found = [msgspec.json.decode(body, type=Silence) for body in connection.execute(query).scalars()]
    rows = [
        (
            one.id,
            _state(one, SystemClock()()),
            f"{one.starts_at.astimezone(zone):%Y-%m-%d %H:%M}",
            f"{one.ends_at.astimezone(zone):%Y-%m-%d %H:%M}",
            ", ".join(filter(None, (*one.services, written(one.matchers)))),
            one.rule or "",
            f"{one.author}: {one.comment}",
        )
        for one in found
    ]
    head = ("ID", "STATE", "FROM", "UNTIL", "FOR", "RECURS", "WHY")
    say(table(head, rows) if rows else "There are no silences: `desk silence add`.")


def _expire(desk: _Desk, args: argparse.Namespace) -> None:
    with desk.engine.connect() as connection:
        known = set(connection.execute(sa.select(silences.c.id).where(sa.not_(silences.c.over))).scalars())
    strange = [name for name in args.id if name not in known]
    if strange:
        raise CommandError(f"There is no silence {strange[0]} in force or to come: `desk silence list` shows them.")
    _hand_in(desk, [Command(action="silence-expire", actor=_actor(), subject=name) for name in args.id])


def _import(desk: _Desk, args: argparse.Namespace) -> None:
    try:
        raw = sys.stdin.buffer.read() if args.file == "-" else Path(args.file).read_bytes()
        given = msgspec.json.decode(raw)
    except OSError as error:
        raise CommandError(f"{args.file} cannot be read: {error.strerror}.") from error
    except msgspec.DecodeError as error:
        raise CommandError(f"{args.file} is not JSON: {error}.") from error
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise CommandError("A list of silences is needed, as Alertmanager's /api/v2/silences gives it.")
    commands = list(_imported(given, _taken_before(desk)))
    if commands:
        _hand_in(desk, commands)
    taken = sum(command.action == "silence-add" for command in commands)
    ended = len(commands) - taken
    say(
        f"{taken} of {len(given)} silences were taken over; the others are over already"
        + (f", {ended} of them since they were taken over: they end here too." if ended else ".")
    )


def _taken_before(desk: _Desk) -> dict[str, str]:
    """The silences that were taken over and are not over, by their id in Alertmanager."""
    query = sa.select(silences.c.body).where(sa.not_(silences.c.over))
    with desk.engine.connect() as connection:
        found = [msgspec.json.decode(body, type=Silence) for body in connection.execute(query).scalars()]
    return {one.origin_id: one.id for one in found if one.origin == "import" and one.origin_id}


def _imported(given: list[dict[str, Any]], taken_before: dict[str, str]) -> Iterator[Command]:
    now = SystemClock()()
    for one in given:
        status = one.get("status")
        state = status.get("state") if isinstance(status, dict) else None
        ends, starts = one.get("endsAt"), one.get("startsAt")
        matchers = one.get("matchers")
        if not isinstance(ends, str) or not isinstance(starts, str) or not isinstance(matchers, list):
            raise CommandError("Each silence has matchers, startsAt and endsAt, as in Alertmanager's API v2.")
        from_alertmanager([matcher for matcher in matchers if isinstance(matcher, dict)])
        try:
            over = datetime.fromisoformat(ends) <= now
        except (ValueError, TypeError):
            raise CommandError(f"endsAt is no time: {ends[:60]}.") from None
        origin_id = str(one.get("id") or "")
        if state == "expired" or over:
            if origin_id in taken_before:
                yield Command(action="silence-expire", actor=_actor(), subject=taken_before[origin_id])
            continue
        arguments = {
            "origin_id": origin_id,
            "matchers": matchers,
            "starts_at": starts,
            "ends_at": ends,
            "author": str(one.get("createdBy") or ""),
            "comment": str(one.get("comment") or "taken over from Alertmanager"),
        }
        yield Command(action="silence-add", actor=_actor(), arguments=arguments)


def _hand_in(desk: _Desk, commands: list[Command]) -> None:
    positions = desk.journal.append([draft_of(command, ROUTE) for command in commands], SystemClock()())
    inputs = f"input {positions[0]}" if len(positions) == 1 else f"inputs {positions[0]} to {positions[-1]}"
    say(f"Handed in as {inputs}: it holds as soon as the desk has read it; `desk silence list` shows it then.")


def _state(one: Silence, now: datetime) -> str:
    if one.over or one.ends_at <= now:
        return "over"
    return "to come" if one.starts_at > now else "in force"


def _moment(desk: _Desk, text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{text} is no time: write it as 2027-01-31T18:00, with an offset or without.") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(desk.settings.desk.timezone))
    return moment.astimezone(UTC)


def _duration(text: str) -> int:
    found = _DURATION.fullmatch(text.strip().lower())
    if found is None:
        raise CommandError(f"{text} is no duration: write 30m, 2h or 1d.")
    return int(found[1]) * _SECONDS[found[2]]


def _actor() -> str:
    return f"{getpass.getuser()} (desk silence)"


_ACTIONS: dict[str, Callable[[_Desk, argparse.Namespace], None]] = {
    "add": _add, "list": _list, "expire": _expire, "import": _import,
}  # fmt: skip
