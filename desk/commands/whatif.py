"""`desk whatif`: what another configuration would have made of recorded history."""

import argparse
from pathlib import Path

import msgspec

from desk.commands.console import CommandError, complain, config_file
from desk.lab.difference import Difference, Row
from desk.progress import Progress

_SHOWN = 12
_NAMES = {
    "merged": "joined", "split": "parted", "opened": "opened in addition", "not_opened": "not opened",
    "priorities": "of another priority", "mails_not_sent": "mails not sent", "mails_more": "mails in addition",
    "suggestions": "other suggestions",
}  # fmt: skip


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", nargs="*", type=Path, help="recorded input, as for desk replay")
    parser.add_argument("--change", type=Path, metavar="FILE", help="settings in TOML, as in: group_wait = 60")
    parser.add_argument("--services", type=Path, metavar="FILE", help="services.toml: what depends on what")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a report")
    parser.add_argument("--job", type=Path, help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    """0 where the history was played, 2 where it could not be."""
    if args.job is not None:
        from desk.lab.jobs import give_way, play

        give_way()
        return play(args.job)
    try:
        found = _tried(args)
    except CommandError as problem:
        complain(str(problem))
        return 2
    print(msgspec.json.encode(found).decode() if args.json else text(found))
    return 0


def _tried(args: argparse.Namespace) -> Difference:
    from classify.model import LoadError, load
    from classify.model_file import starter_model_path
    from correlate.policy import Policy
    from desk.commands import replay
    from desk.config import ConfigError
    from desk.lab.trial import ChangeError, read_change, trial_of
    from desk.lab.trial import run as play
    from desk.replay.source import SourceError

    if not args.path or args.change is None:
        raise CommandError("Name recorded input and, with --change, a file of settings.")
    args.config = config_file(args)
    try:
        records = replay.recorded(args.path)
        policy = replay.policy_of(args, records) or Policy()
        trial = trial_of(policy, read_change(args.change.read_text("utf-8")))
        with Progress("Playing history twice", 2 * len(records)) as progress:
            done = 0

            def show(now: int) -> None:
                nonlocal done
                progress.advance(now - done)
                done = now

            return play(trial, records, load(starter_model_path()), show)
    except (SourceError, ConfigError, LoadError, ChangeError, OSError) as problem:
        raise CommandError(str(problem)) from problem


def text(found: Difference) -> str:
    """The difference as a page of text."""
    if found.nothing:
        return f"Over {found.inputs} inputs the change makes no difference."
    lines = [f"Over {found.inputs} inputs, before and after the change:", ""]
    lines += [f"  {name:<14} {before:>7} {after:>7}" for name, (before, after) in found.counts.items()]
    for kind, name in _NAMES.items():
        rows: tuple[Row, ...] = getattr(found, kind)
        if rows:
            lines += ["", f"{found.totals[kind]} {name}:"]
            for row in rows[:_SHOWN]:
                where = " → ".join(", ".join(numbers) for numbers in (row.before, row.after) if numbers)
                lines.append("  " + "  ".join(part for part in (where, row.title, row.words) if part))
    return "\n".join(lines)
