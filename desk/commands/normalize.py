"""`desk normalize mail` and `desk normalize alert`."""

import argparse

from desk.commands import normalize_alert, normalize_mail

_KINDS = {"mail": normalize_mail, "alert": normalize_alert}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="mail|alert")
    for name, module in _KINDS.items():
        module.add_arguments(kinds.add_parser(name))


def run(args: argparse.Namespace) -> int:
    return int(_KINDS[args.kind].run(args))
