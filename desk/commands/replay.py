"""`desk replay`: what the desk would have done with an old mailbox and an old alert log."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
from msgspec.structs import replace

from classify.classification import Model
from classify.model import LoadError, load
from classify.model_file import starter_model_path
from correlate.policy import Policy
from desk.calendars import read_team
from desk.config import ConfigError
from desk.config_file import load_services, load_settings
from desk.replay import report
from desk.replay.simulation import Simulation, likely_policy
from desk.replay.source import Recorded, SourceError, is_journal, read_source


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `desk replay`."""
    parser.add_argument("path", nargs="+", type=Path, help="a JSON Lines file, an mbox, a Maildir or a journal")
    parser.add_argument("--services", type=Path, metavar="FILE", help="services.toml: what depends on what")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of a report")
    parser.add_argument("--config", type=Path, metavar="FILE", default=argparse.SUPPRESS, help="desk.toml")


def run(args: argparse.Namespace) -> int:
    """Runs the command: 0, or 1 where some input could not be read, or 2 where nothing could be done."""
    try:
        records = recorded(args.path)
        policy = policy_of(args, records)
        model = _model(args)
    except (SourceError, ConfigError, LoadError) as problem:
        print(f"desk replay: {problem}", file=sys.stderr)
        return 2
    simulation = Simulation(policy, model)
    simulation.run(records, _progress(len(records)) if sys.stderr.isatty() else None)
    found = report.facts(simulation)
    if args.json:
        sys.stdout.write(msgspec.json.encode(found).decode() + "\n")
    else:
        print(report.text(found))
    return 1 if found["quarantined"] else 0


def recorded(paths: Sequence[Path]) -> list[Recorded]:
    """The records of all paths in the order of their times; lines are counted through."""
    found: list[Recorded] = []
    for path in paths:
        start = len(found)
        for record in read_source(path):
            line = start + record.line
            item = record.item if record.item is None else replace(record.item, position=line)
            found.append(Recorded(line, item, record.trouble))
    if len(paths) > 1:
        found.sort(key=lambda each: each.item.accepted_at.timestamp() if each.item is not None else 0.0)
    return found


def _config(args: argparse.Namespace) -> Path | None:
    """`desk --config FILE replay` gives a string, `desk replay --config FILE` a path."""
    return Path(args.config) if args.config is not None else None


def policy_of(args: argparse.Namespace, records: Sequence[Recorded]) -> Policy | None:
    """The policy to replay under; None where the journals themselves say what was configured, and when."""
    config = _config(args)
    if config is None and args.services is None and all(is_journal(path) for path in args.path):
        return None  # the journal itself says what was configured, and when
    policy = _configured(config) if config is not None else likely_policy(records, Policy())
    if args.services is not None:
        policy = replace(policy, services=load_services(args.services))
    # A replay shows what the desk would do once its sources are switched on.
    return replace(policy, observing=())


def _configured(config: Path) -> Policy:
    settings = load_settings(config)
    return settings.policy(teams=[read_team(team) for team in settings.teams])


def _model(args: argparse.Namespace) -> Model | None:
    config = _config(args)
    path = load_settings(config).model.file if config is not None else None
    return load(Path(path) if path else starter_model_path())


def _progress(total: int) -> Callable[[int], None]:
    def show(done: int) -> None:
        print(f"\r{done:>9} of {total} inputs", end="" if done < total else "\n", file=sys.stderr, flush=True)

    return show
