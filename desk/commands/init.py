"""`desk init`: write a commented desk.toml, and a services.toml to begin with."""

import argparse
import sys
from pathlib import Path
from typing import Any

from desk.commands.console import DONE, FAILED, complain, say
from desk.config import ConfigError
from desk.config_file import DEFAULT_FILE, parse_settings
from desk.config_writing import commented

SERVICES = """\
# Your services: what they are called, how much they matter, whom to tell about them, what they depend on, and which
# hosts, instances or URLs belong to them. With it one broken database is one incident, not twenty.
#
#[[service]]
#name = "payments"
#aliases = ["the till", "Kasse"]        # what people call it besides, in any language
#criticality = 1                        # 1 (highest) to 4
#owner = "payments-team@example.com"    # hears of its incidents
#depends_on = ["db-main"]
#resources = ["pay-*"]                  # patterns over the resource of an alert
#
#[[service]]
#name = "db-main"
#criticality = 1
#owner = "dba@example.com"
#resources = ["db-main-*"]
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--address", metavar="ADDRESS", help="the desk's mail address (asked for on a terminal)")
    parser.add_argument("--name", metavar="NAME", help="the name people see as the sender of its mails")
    parser.add_argument("--data-dir", metavar="DIRECTORY", help="where the desk keeps its files (default: desk-data)")
    parser.add_argument("--force", action="store_true", help="overwrite a desk.toml that is there")


def run(args: argparse.Namespace) -> int:
    """Write the two files; 1 where a desk.toml is there already or cannot be written."""
    file = Path(args.config) if args.config else DEFAULT_FILE
    if file.exists() and not args.force:
        complain(f"{file} is there already: edit it, or write it anew with --force.")
        return FAILED
    address = args.address or _asked() or "servicedesk@localhost"
    services = file.with_name("services.toml")
    chosen: dict[tuple[str, str], Any] = {("desk", "address"): address, ("desk", "services_file"): services.name}
    if args.name:
        chosen["desk", "name"] = args.name
    if args.data_dir:
        chosen["storage", "data_dir"] = args.data_dir
    try:
        if not services.exists():
            services.write_text(SERVICES, encoding="utf-8")
        parse_settings({"desk": {"address": address}}, file.resolve().parent)
        file.write_text(commented(chosen), encoding="utf-8")
    except OSError as error:
        complain(f"{error.filename} cannot be written: {error.strerror}.")
        return FAILED
    except ConfigError as error:
        complain(str(error))
        return FAILED
    option = f" --config {file}" if file != DEFAULT_FILE else ""
    say(f"Wrote {file} and {services}. Now:")
    say(f"  1. look through {file}: how mail leaves ([delivery]) is the first thing to set")
    say(f"  2. desk{option} check")
    say(f"  3. desk{option} user add YOUR-LOGIN --role administrator --role agent")
    say(f"  4. desk{option} serve")
    return DONE


def _asked() -> str | None:
    if not sys.stdin.isatty():
        return None
    sys.stdout.write("The desk's mail address, as in servicedesk@example.com: ")
    sys.stdout.flush()
    return sys.stdin.readline().strip() or None
