"""`desk hook`: the keys under which monitoring tools post their alerts."""

import argparse
import difflib
from collections.abc import Callable, Collection
from datetime import timedelta

import sqlalchemy as sa
from msgspec import Struct

from desk.accounts import AccountError
from desk.clock import SystemClock
from desk.commands import hook_trust, hook_try
from desk.commands.console import DONE, FAILED, CommandError, complain, opened_desk, say, settings_of, table
from desk.config import Settings
from desk.held_mail import held_from, release
from desk.hooks import OVERLAP, Hooks
from desk.publish import publish
from desk.snippets import ALIASES, snippet
from desk.web.queries.counts import policy
from ingest.changes.reading import CHANGE_TOOLS
from ingest.journal import Journal
from ingest.standins.heartbeat import TOOL as HEARTBEAT
from ingest.tools.registry import TOOLS


class _Desk(Struct, frozen=True):
    settings: Settings
    engine: sa.Engine
    journal: Journal
    hooks: Hooks


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="make a key for a tool; its mail is held until `enable`")
    known = ", ".join(sorted((*TOOLS, *CHANGE_TOOLS, HEARTBEAT)))
    add.add_argument("tool", metavar="TOOL", help=f"one of {known}, or one of your [mappings]")
    add.add_argument("--name", help="what to call it (default: the tool)")
    actions.add_parser("list", help="show the hooks")
    enable = actions.add_parser("enable", help="let the mail out that follows from its posts, from now on")
    enable.add_argument("hook", metavar="NAME")
    enable.add_argument("--send-held", action="store_true", help="also send what was held so far")
    for name, summary in (
        ("disable", "observe only: hold its mail again"),
        ("remove", "the key stops working for good"),
    ):
        actions.add_parser(name, help=summary).add_argument("hook", metavar="NAME")
    rotate = actions.add_parser("rotate", help="make a new key; the old one works on for a day")
    rotate.add_argument("hook", metavar="NAME")
    rotate.add_argument("--now", action="store_true", help="the old key stops working at once: it is in wrong hands")
    hook_trust.add_arguments(actions)
    hook_try.add_arguments(actions.add_parser("try", help="show what would come of a payload or a notification mail"))


def run(args: argparse.Namespace) -> int:
    """Carry out one action; 1 with a sentence where it cannot be."""
    if args.action == "try":
        return hook_try.run(args)
    try:
        settings = settings_of(args)
        with opened_desk(settings) as (engine, journal):
            _ACTIONS[args.action](_Desk(settings, engine, journal, Hooks(engine, SystemClock())), args)
            if args.action not in _SILENT:
                publish(settings, engine, journal)
    except (CommandError, AccountError) as error:
        complain(str(error))
        return FAILED
    return DONE


def _add(desk: _Desk, args: argparse.Namespace) -> None:
    said = args.tool.strip().lower()
    tool = ALIASES.get(said, said)
    known = sorted({*TOOLS, *CHANGE_TOOLS, "auto", HEARTBEAT, *desk.settings.mappings, *_page_mappings(desk)})
    if tool not in known:
        raise CommandError(f"The desk does not know a tool {tool[:60]}: {_meant(tool, known)}")
    hook, key = desk.hooks.add(tool, args.name)
    say(f"Hook {hook.id} is made. Its key is shown this once only: {key}\n")
    say(snippet(said if said in ALIASES else hook.tool, hook.id, key, desk.settings.public_url()))
    say(f"It is observing: its alerts are read and decided, and the mail is held and shown under {_sources(desk)}.")
    say(f"When you like what you see: desk hook enable {hook.id}")


def _meant(said: str, known: Collection[str]) -> str:
    """Tools of nearly this name, where there are any; else all of them, and what to do about one that is not there."""
    names = {*known, *ALIASES}
    near = difflib.get_close_matches(said, names, 3, 0.75)
    within = sorted(name for name in names if len(said) > 2 and (said in name or (len(name) > 4 and name in said)))
    if found := list(dict.fromkeys((*near, *within)))[:5]:
        return f"did you mean {' or '.join(found)}?"
    return (
        f"it knows {', '.join(sorted(known))}. For any other, `desk hook add generic` takes JSON under common names, "
        "and a mapping reads any payload (docs/adding-a-tool.md)."
    )


def _page_mappings(desk: _Desk) -> Collection[str]:
    with desk.engine.connect() as connection:
        return policy(connection).page_mappings.keys()


def _list(desk: _Desk, _args: argparse.Namespace) -> None:
    rows = [
        (hook.id, hook.tool, "observing" if hook.observing else "enabled", hook.trust.told(), _last_use(desk, hook.id))
        for hook in desk.hooks.all()
    ]
    say(
        table(("NAME", "TOOL", "STATE", "TRUST", "LAST USED"), rows)
        if rows
        else "There are no hooks: `desk hook add TOOL`."
    )


def _last_use(desk: _Desk, hook_id: str) -> str:
    used = [key.used_at for key in desk.hooks.keys(hook_id) if key.used_at is not None]
    return f"{max(used):%Y-%m-%d %H:%M}" if used else "-"


def _enable(desk: _Desk, args: argparse.Namespace) -> None:
    hook = desk.hooks.observe(args.hook, False)
    held = held_from(desk.engine, desk.journal, hook.route)
    say(f"The mail of {hook.id} leaves from now on.")
    if held and args.send_held:
        release(desk.journal, held, "desk hook", SystemClock()())
        say(f"What was held leaves too ({len(held)}).")
    elif held:
        say(f"What was held stays held ({len(held)}): look at it under {_sources(desk)}, or use --send-held.")


def _disable(desk: _Desk, args: argparse.Namespace) -> None:
    hook = desk.hooks.observe(args.hook, True)
    say(f"{hook.id} is observed only: its mail is held from now on.")


def _rotate(desk: _Desk, args: argparse.Namespace) -> None:
    hook, key = desk.hooks.rotate(args.hook, timedelta(0) if args.now else OVERLAP)
    old = "the old one no longer works" if args.now else "the old one works for another day"
    say(f"{hook.id} has a new key, {old}. It is shown this once only: {key}\n")
    say(snippet(hook.tool, hook.id, key, desk.settings.public_url()))


def _remove(desk: _Desk, args: argparse.Namespace) -> None:
    desk.hooks.remove(args.hook)
    say(f"The key of {args.hook} no longer works. What came in by it stays.")


def _sources(desk: _Desk) -> str:
    return f"{desk.settings.public_url()}/mail"


_SILENT = frozenset({"list", "keys", "confirm"})
"""Actions that change nothing that steers decisions."""
_ACTIONS: dict[str, Callable[[_Desk, argparse.Namespace], None]] = {
    "add": _add, "list": _list, "enable": _enable, "disable": _disable, "rotate": _rotate, "remove": _remove,
    "trust": lambda desk, args: hook_trust.change_trust(desk.hooks, args),
    "secret": lambda desk, args: hook_trust.set_secret(desk.hooks, desk.settings, args),
    "keys": lambda desk, args: hook_trust.show_keys(desk.hooks, args),
    "confirm": lambda desk, args: hook_trust.confirm_subscription(desk.hooks, desk.journal, args),
}  # fmt: skip
