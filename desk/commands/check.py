"""`desk check`: say in plain words what is wrong with the configuration."""

import argparse

from desk.commands.console import DONE, FAILED, config_file, say
from desk.config import ConfigError
from desk.config_file import load_settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--offline", action="store_true", help="do not try to reach the mail server and the databases")

    parser.add_argument(
        "--connect", action="store_true", help="also log in to the mailboxes and look for their folders"
    )


def run(args: argparse.Namespace) -> int:
    """Say everything that is wrong; 1 where the desk could not run like this, warnings alone are 0."""
    from desk.config_trial import trials

    file = config_file(args)
    name = str(file) if file else "The default configuration (there is no desk.toml here)"
    try:
        settings = load_settings(file)
    except ConfigError as error:
        for problem in error.problems:
            say(f"error: {problem}")
        return FAILED
    findings = list(trials(settings, online=not args.offline, connect=args.connect))
    for finding in findings:
        say(f"{'error' if finding.fatal else 'warning'}: {finding.words}")
    if any(finding.fatal for finding in findings):
        return FAILED
    say(f"{name} is fine." if not findings else f"{name} can be used.")
    return DONE
