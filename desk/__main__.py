"""The `desk` command. Each subcommand is a module of `desk.commands`, imported only when it is called."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import NoReturn

COMMANDS = {
    "serve": ("serve", "run the desk: doors, pages and worker"),
    "demo": ("demo", "run a desk with a small simulated company, to look at"),
    "init": ("init", "write a commented desk.toml"),
    "check": ("check", "say in plain words what is wrong with the configuration"),
    "user": ("user", "add, list and change the people who may log in"),
    "hook": ("hook", "add, enable and rotate the keys under which tools post their alerts"),
    "mailbox": ("mailbox", "show the mailboxes that are read by IMAP, let their answers out"),
    "import": ("history", "bring old mails in as closed records, sending nothing"),
    "silence": ("silence", "keep the mail about some alerts away for a while; take over Alertmanager's silences"),
    "normalize": ("normalize", "show what the desk reads in a mail or in a tool's payload"),
    "classify": ("classify", "classify texts from standard input"),
    "train": ("train", "train a model from a CSV file"),
    "learn": ("learn", "train a model from what people corrected, or go back to the one before"),
    "taxonomy": ("taxonomy", "show and change the categories"),
    "evaluate": ("evaluate", "measure a model on a CSV file"),
    "similar": ("similar", "find similar records"),
    "replay": ("replay", "run the whole desk over recorded input, sending nothing"),
    "correlate": ("correlate", "fit how evidence counts to what people joined, split and moved"),
    "whatif": ("whatif", "show what another configuration would have made of recorded input"),
    "journal": ("journal", "verify the journal's chain, apply retention"),
    "erase": ("erase", "erase the body of an input, leaving a mark"),
    "backup": ("backup", "copy a running desk"),
    "restore": ("restore", "put a copy back"),
}


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}. Try: {self.prog} --help\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the result is the exit status: 0 done, 1 done with errors, 2 wrong usage."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    parser = _Parser(prog="desk", description="Quietdesk: a service desk that runs itself as far as it honestly can.")
    parser.add_argument("--config", metavar="FILE", help="desk.toml (default: ./desk.toml where there is one)")
    parser.add_argument("--version", action="version", version=_version() if "--version" in words else "")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)
    wanted = next((word for word in words if word in COMMANDS), None)
    for name, (module, summary) in COMMANDS.items():
        sub = commands.add_parser(name, help=summary, description=summary[0].upper() + summary[1:] + ".")
        if name == wanted:
            import_module(f"desk.commands.{module}").add_arguments(sub)
    chosen = parser.parse_args(words)
    if chosen.command is None:
        parser.print_help()
        return 2
    try:
        return int(import_module(f"desk.commands.{COMMANDS[chosen.command][0]}").run(chosen))
    except BrokenPipeError:
        # The reader of our output went away (`desk … | head`): nobody is left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130


def _version() -> str:
    from importlib.metadata import version

    return f"quietdesk {version('quietdesk')}"


if __name__ == "__main__":
    sys.exit(main())
