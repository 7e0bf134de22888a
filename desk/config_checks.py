"""What is wrong with settings that are each well-formed: pure, one sentence for each contradiction."""

import ipaddress
from collections.abc import Iterator
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from desk import rule_settings, spam_settings, staff_checks
from desk.config import Settings, limit_of
from desk.delivery_settings import delivery_problems
from desk.mailbox_settings import mailbox_problems

_CRITICALITIES: tuple[list[str], ...] = ([], ["1"], ["2"], ["3"], ["4"], ["none"])


def contradictions(settings: Settings) -> list[str]:
    """What is wrong with settings that are each well-formed, as sentences."""
    found = [
        *_addresses(settings),
        *_desk(settings),
        *_networks(settings),
        *_limits(settings),
        *_storage(settings),
        *delivery_problems(settings.delivery),
        *spam_settings.problems(settings.spam),
        *_rules(settings),
        *staff_checks.contradictions(settings),
    ]
    return [*found, *_mailboxes(settings)]


def _rules(settings: Settings) -> Iterator[str]:
    # Which categories there are, the desk's database says: `desk.config_trial` looks there.
    yield from rule_settings.contradictions(settings.rules, ())


def _addresses(settings: Settings) -> Iterator[str]:
    named = [("desk", "address", [settings.desk.address]), ("desk", "addresses", settings.desk.addresses)]
    named += [("people", "agents", settings.people.agents)]
    named += [("people", "problem_managers", settings.people.problem_managers)]
    named += [("people", "administrators", settings.people.administrators)]
    for section, key, addresses in named:
        for address in addresses:
            local, _, domain = address.rpartition("@")
            if not local or not domain:
                yield f"[{section}] {key}: '{address}' is no mail address: it needs a name, an @ and a domain."
            elif not address.isprintable() or any(c in address for c in ' <>,;"'):
                yield f"[{section}] {key}: '{address}' is no mail address: write the bare address."
    own = settings.own_addresses()
    for address in settings.desk.observing:
        if address.lower() not in own:
            yield f"[desk] observing: {address} is not an address of the desk: name it in addresses too."
    for address in settings.people.agents:
        if address.lower() in own:
            yield f"[people] agents: {address} is the desk itself: it would write to itself."


def _desk(settings: Settings) -> Iterator[str]:
    try:
        ZoneInfo(settings.desk.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield f'[desk] timezone: \'{settings.desk.timezone}\' is not known: write it as in "Europe/Berlin" or "UTC".'
    for domain in settings.desk.own_domains:
        if "@" in domain or ("." not in domain.strip(".") and domain != "localhost"):
            yield f"[desk] own_domains: '{domain}' is no domain: write it as in \"example.com\"."
    for cell in settings.decisions.matrix:
        named, criticality = cell.split("/")[:2], cell.split("/")[2:]
        if len(named) < 2 or not set(named) <= {"high", "medium", "low"} or criticality not in _CRITICALITIES:
            yield (
                f"[policy] matrix: '{cell}' is no cell: write impact/urgency, as in \"high/low\", or "
                'impact/urgency/criticality, as in "high/low/1".'
            )


def _limits(settings: Settings) -> Iterator[str]:
    for key in ("address_limits", "record_limits"):
        for text in getattr(settings.decisions, key):
            if limit_of(text) is None:
                yield f"[policy] {key}: '{text}' is no limit: write it as in \"10 in 1h\", over a day at most."


def _networks(settings: Settings) -> Iterator[str]:
    for key in ("unlimited", "relays"):
        for network in getattr(settings.smtp_in, key):
            try:
                ipaddress.ip_network(network)
            except ValueError:
                yield f"[smtp_in] {key}: '{network}' is no network: write it as in \"10.0.0.0/8\"."
    if (settings.smtp_in.tls_cert is None) != (settings.smtp_in.tls_key is None):
        yield "[smtp_in] tls_cert and tls_key belong together: set both or neither."
    if settings.smtp_in.require_tls and settings.smtp_in.tls_cert is None:
        yield "[smtp_in] require_tls needs tls_cert and tls_key."
    for section, key, url in (
        ("http", "public_url", settings.http.public_url),
        ("deadman", "url", settings.deadman.url),
    ):
        if url is not None and not url.startswith(("http://", "https://")):
            yield f"[{section}] {key}: '{url}' is no URL: it begins with https:// (or http://)."


def _mailboxes(settings: Settings) -> Iterator[str]:
    seen: dict[tuple[str, str | None], str] = {}
    for name, mailbox in settings.mailboxes.items():
        yield from mailbox_problems(name, mailbox)
        account = (mailbox.server(), mailbox.username)
        if account in seen:
            yield f"[mailboxes.{name}] is the account of [mailboxes.{seen[account]}]: name all its folders there."
        seen.setdefault(account, name)


def _storage(settings: Settings) -> Iterator[str]:
    storage = settings.storage
    if storage.journal_url is None and storage.database_url is None:
        return
    import sqlalchemy as sa

    for key, url in (("journal_url", storage.journal_url), ("database_url", storage.database_url)):
        if url is None:
            continue
        try:
            parsed = sa.make_url(url)
        except sa.exc.ArgumentError:
            yield f'[storage] {key}: this is no database URL: write it as in "postgresql+psycopg://desk@host/desk".'
            continue
        if parsed.get_backend_name() not in ("sqlite", "postgresql"):
            yield f"[storage] {key}: the desk knows sqlite and postgresql, not {parsed.get_backend_name()}."
        if parsed.password is not None:
            yield f"[storage] {key} holds a password: put it into a file and name that as password_file."
    if (
        storage.journal_url is not None
        and storage.journal_url == storage.database_url
        and "sqlite" in storage.journal_url
    ):
        yield "[storage] journal_url and database_url are the same SQLite file: give them one each."
