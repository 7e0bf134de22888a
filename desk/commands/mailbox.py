"""`desk mailbox`: the mailboxes that are read by IMAP, how they are, and whether their mail is answered."""

import argparse

from desk.clock import SystemClock
from desk.commands.console import DONE, FAILED, CommandError, complain, opened_desk, say, settings_of, table
from desk.held_mail import held_from, release
from desk.mailboxes import Mailbox, MailboxError, Mailboxes
from desk.publish import publish


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `desk mailbox`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("list", help="show the mailboxes of desk.toml and how they are")
    enable = actions.add_parser("enable", help="answer its mail, from now on")
    enable.add_argument("mailbox", metavar="NAME")
    enable.add_argument("--send-held", action="store_true", help="also send what was held so far")
    disable = actions.add_parser("disable", help="observe only: hold the answers again")
    disable.add_argument("mailbox", metavar="NAME")


def run(args: argparse.Namespace) -> int:
    """Carry out one action; 1 with a sentence where it cannot be."""
    try:
        settings = settings_of(args)
        with opened_desk(settings) as (engine, journal):
            clock = SystemClock()
            mailboxes = Mailboxes(settings.mailboxes, engine, clock)
            if args.action == "list":
                _list(mailboxes.all())
                return DONE
            mailbox = mailboxes.observe(args.mailbox, args.action == "disable")
            publish(settings, engine, journal)
            if mailbox.observing:
                say(f"{mailbox.name} is observed only: the answers to its mail are held from now on.")
                return DONE
            say(f"The answers to the mail of {mailbox.name} leave from now on.")
            held = held_from(engine, journal, mailbox.route)
            if held and args.send_held:
                release(journal, held, "desk mailbox", clock())
                say(f"What was held leaves too ({len(held)}).")
            elif held:
                where = f"{settings.public_url()}/mail"
                say(f"What was held stays held ({len(held)}): look at it under {where}, or use --send-held.")
    except (CommandError, MailboxError) as error:
        complain(str(error))
        return FAILED
    return DONE


def _list(mailboxes: list[Mailbox]) -> None:
    if not mailboxes:
        say("There are no mailboxes: write [mailboxes.support] into desk.toml, see docs/administrator.md.")
        return
    rows = [
        (
            mailbox.name,
            mailbox.settings.username or "",
            mailbox.mode,
            str(sum(mailbox.taken.values())),
            _state(mailbox),
        )
        for mailbox in mailboxes
    ]
    say(table(("NAME", "ACCOUNT", "MODE", "TAKEN", "STATE"), rows))


def _state(mailbox: Mailbox) -> str:
    condition = mailbox.condition
    if condition is None:
        return "not connected yet"
    if condition.trouble is not None:
        since = f" since {condition.failing_since:%Y-%m-%d %H:%M} UTC" if condition.failing_since else ""
        return f"failing{since}: {condition.trouble}"
    return f"well at {condition.well_at:%Y-%m-%d %H:%M} UTC" if condition.well_at else "connected"
