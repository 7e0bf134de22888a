"""`desk hook trust`, `secret`, `keys` and `confirm`: what a hook asks for beside its key."""

import argparse
import getpass
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from desk.commands.console import CommandError, say, table
from desk.config import Settings
from desk.hook_trust import SNS_TOOLS, Seal, signature_by
from desk.hooks import Hooks
from desk.plus_addresses import secret_in
from desk.sns import confirm, fetch, handshakes
from ingest.journal import Journal
from ingest.signatures import SCHEMES


def add_arguments(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Declare the actions."""
    trust = actions.add_parser("trust", help="what its posts must show beside the key")
    trust.add_argument("hook", metavar="NAME")
    trust.add_argument(
        "--signature",
        metavar="SCHEME",
        help=f"how the tool signs: {', '.join(SCHEMES)}, one of your own as JSON, or none",
    )
    trust.add_argument("--allow", metavar="NETWORK", nargs="*", help="networks it may be called from; none: anywhere")
    trust.add_argument("--sns", choices=("yes", "no"), help="take only messages that Amazon SNS signed")
    secret = actions.add_parser("secret", help="the secret that its posts are signed with; asks for it, or reads FILE")
    secret.add_argument("hook", metavar="NAME")
    secret.add_argument("--file", metavar="FILE", help="a file that holds it; - for standard input")
    actions.add_parser("keys", help="how its keys and secrets stand").add_argument("hook", metavar="NAME")
    confirming = actions.add_parser("confirm", help="confirm a subscription of Amazon SNS that waits for it")
    confirming.add_argument("hook", metavar="NAME")
    confirming.add_argument(
        "topic", metavar="TOPIC", nargs="?", help="the topic's ARN; without it, what waits is shown"
    )


def change_trust(hooks: Hooks, args: argparse.Namespace) -> None:
    """Carry out `desk hook trust`. Raises CommandError and AccountError."""
    hook = hooks.get(args.hook)
    trust = hook.trust
    if args.signature is not None:
        try:
            signature = signature_by(args.signature.strip())
        except ValueError as problem:
            raise CommandError(str(problem)) from problem
        scheme = args.signature if args.signature in SCHEMES else None
        trust = msgspec.structs.replace(trust, signature=signature, scheme=scheme)
    if args.allow is not None:
        trust = msgspec.structs.replace(trust, networks=tuple(args.allow))
    if args.sns is not None:
        if args.sns == "yes" and hook.tool not in SNS_TOOLS:
            raise CommandError(f"{hook.tool} does not come by SNS: only {', '.join(sorted(SNS_TOOLS))} do.")
        trust = msgspec.structs.replace(trust, sns=args.sns == "yes")
    hook = hooks.trust(hook.id, trust)
    say(f"{hook.id} takes posts by: {hook.trust.told()}.")
    if hook.trust.signature is not None and not any(key.secret for key in hooks.keys(hook.id)):
        say(f"It has no secret yet and takes nothing until it has one: desk hook secret {hook.id}")
    if hook.trust.sns:
        say("The desk fetches SNS's certificates for that, from sns.REGION.amazonaws.com over HTTPS.")


def set_secret(hooks: Hooks, settings: Settings, args: argparse.Namespace) -> None:
    """Carry out `desk hook secret`. Raises CommandError and AccountError."""
    hook = hooks.get(args.hook)
    if args.file == "-":
        secret = sys.stdin.readline()
    elif args.file:
        try:
            secret = Path(args.file).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as problem:
            raise CommandError(f"{args.file} cannot be read: {problem}.") from problem
    else:
        secret = getpass.getpass(f"The secret that {hook.tool} signs with: ")
    hooks.set_secret(hook.id, secret, Seal(secret_in(settings.data_dir)))
    say(f"{hook.id} knows the secret; the one before is good for another day.")
    say(f"Signed posts may also come to /hooks/{hook.tool}/{hook.id}, without a key in the address.")


def show_keys(hooks: Hooks, args: argparse.Namespace) -> None:
    """Carry out `desk hook keys`. Raises AccountError."""
    hook = hooks.get(args.hook)
    rows = [
        ("secret" if key.secret else "key", _time(key.created_at), _time(key.ends_at), _time(key.used_at))
        for key in hooks.keys(hook.id)
    ]
    say(f"{hook.id} takes posts by: {hook.trust.told()}.")
    say(table(("WHAT", "MADE", "ENDS", "LAST USED"), rows))


def confirm_subscription(
    hooks: Hooks, journal: Journal, args: argparse.Namespace, get: Callable[[str], bytes] = fetch
) -> None:
    """Carry out `desk hook confirm`: the one request that is made because of a post. Raises CommandError."""
    hook = hooks.get(args.hook)
    waiting = list(handshakes(journal, hook.route))
    if args.topic is None:
        if not waiting:
            say(f"No subscription waits at {hook.id}: subscribe its address to the topic first.")
            return
        say(table(("TOPIC", "ASKED"), [(one.topic, _time(one.at)) for one in waiting]))
        say(f"If a topic is yours: desk hook confirm {hook.id} TOPIC")
        return
    found = next((one for one in waiting if one.topic == args.topic), None)
    if found is None:
        raise CommandError(f"No subscription to {args.topic} waits at {hook.id}.")
    try:
        confirm(found, get)
    except OSError as problem:
        raise CommandError(
            f"SNS did not confirm the subscription: {problem}. It asks again if you subscribe again."
        ) from problem
    topics = tuple(dict.fromkeys((*hook.trust.topics, found.topic)))
    hooks.trust(hook.id, msgspec.structs.replace(hook.trust, topics=topics))
    say(f"{found.topic} delivers to {hook.id} from now on.")


def _time(at: datetime | None) -> str:
    return "-" if at is None else f"{at.astimezone(UTC):%Y-%m-%d %H:%M}"
