"""`desk user`: the people who may log in to the pages, and the tokens of programs that use the API."""

import argparse
from collections.abc import Callable

from desk.accounts import ROLES, AccountError, Accounts
from desk.clock import SystemClock
from desk.commands.console import (
    DONE,
    FAILED,
    CommandError,
    complain,
    new_password,
    opened_database,
    opened_desk,
    say,
    settings_of,
    table,
)
from desk.publish import publish

_CHANGES_WHO_ACTS = ("add", "roles", "disable", "enable")
"""What decisions depend on: to whom a record can be assigned, and who may act by mail."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="make a login")
    add.add_argument("login", metavar="LOGIN")
    _roles(add, required=True)
    add.add_argument("--name", help="the person's name (default: the login)")
    add.add_argument("--address", help="the person's mail address")
    add.add_argument("--password-file", metavar="FILE", help="read the password from a file; it is asked for otherwise")
    actions.add_parser("list", help="show the logins")
    password = actions.add_parser("password", help="give a new password; every session of the login ends")
    password.add_argument("login", metavar="LOGIN")
    password.add_argument("--password-file", metavar="FILE")
    roles = actions.add_parser("roles", help="give other roles in place of the present ones")
    roles.add_argument("login", metavar="LOGIN")
    _roles(roles, required=True)
    for name, summary in (("disable", "shut a login out, at once"), ("enable", "let it in again")):
        actions.add_parser(name, help=summary).add_argument("login", metavar="LOGIN")
    actions.add_parser("token", help="make an API token with the rights of a login").add_argument(
        "login", metavar="LOGIN"
    )
    actions.add_parser("tokens", help="show the tokens")
    actions.add_parser("revoke", help="revoke a token").add_argument("token", metavar="ID")


def _roles(parser: argparse.ArgumentParser, *, required: bool) -> None:
    parser.add_argument("--role", action="append", required=required, choices=ROLES, help="may be given several times")


def run(args: argparse.Namespace) -> int:
    """Carry out one action; 1 with a sentence where it cannot be."""
    try:
        settings = settings_of(args)
        if args.action in _CHANGES_WHO_ACTS:
            with opened_desk(settings) as (engine, journal):
                _ACTIONS[args.action](Accounts(engine, SystemClock()), args)
                publish(settings, engine, journal)
        else:
            with opened_database(settings) as engine:
                _ACTIONS[args.action](Accounts(engine, SystemClock()), args)
    except (CommandError, AccountError) as error:
        complain(str(error))
        return FAILED
    return DONE


def _add(accounts: Accounts, args: argparse.Namespace) -> None:
    if accounts.user(args.login):
        raise AccountError(f"There is already a login {args.login}.")
    password = new_password(args.password_file)
    user = accounts.add_user(args.login, password, args.role, name=args.name, address=args.address)
    say(f"{user.login} can log in now as {', '.join(sorted(user.roles))}.")


def _list(accounts: Accounts, _args: argparse.Namespace) -> None:
    rows = [
        (user.login, user.name, user.address or "", ", ".join(sorted(user.roles)), "disabled" if user.disabled else "")
        for user in accounts.users()
    ]
    say(
        table(("LOGIN", "NAME", "ADDRESS", "ROLES", ""), rows)
        if rows
        else "There are no logins: `desk user add LOGIN`."
    )


def _password(accounts: Accounts, args: argparse.Namespace) -> None:
    accounts.set_password(args.login, new_password(args.password_file))
    say(f"{args.login} has a new password; all sessions have ended.")


def _set_roles(accounts: Accounts, args: argparse.Namespace) -> None:
    accounts.set_roles(args.login, args.role)
    say(f"{args.login} is now {', '.join(sorted(set(args.role)))}.")


def _disable(accounts: Accounts, args: argparse.Namespace) -> None:
    accounts.set_disabled(args.login, True)
    say(f"{args.login} is shut out.")


def _enable(accounts: Accounts, args: argparse.Namespace) -> None:
    accounts.set_disabled(args.login, False)
    say(f"{args.login} can log in again.")


def _token(accounts: Accounts, args: argparse.Namespace) -> None:
    token, secret = accounts.add_token(args.login)
    say(f"Token {token.id} of {token.login}. It is shown this once only:\n\n    {secret}\n")
    say("A program sends it as: Authorization: Bearer TOKEN")


def _tokens(accounts: Accounts, _args: argparse.Namespace) -> None:
    rows = [
        (token.id, token.login, f"{token.created_at:%Y-%m-%d %H:%M}", "revoked" if token.revoked else "")
        for token in accounts.tokens()
    ]
    say(table(("ID", "LOGIN", "MADE", ""), rows) if rows else "There are no tokens: `desk user token LOGIN`.")


def _revoke(accounts: Accounts, args: argparse.Namespace) -> None:
    accounts.revoke_token(args.token)
    say(f"Token {args.token} is revoked.")


_ACTIONS: dict[str, Callable[[Accounts, argparse.Namespace], None]] = {
    "add": _add, "list": _list, "password": _password, "roles": _set_roles, "disable": _disable, "enable": _enable,
    "token": _token, "tokens": _tokens, "revoke": _revoke,
}  # fmt: skip
