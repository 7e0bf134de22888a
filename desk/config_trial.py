"""What is wrong with a configuration that only trying shows: files, ports, certificates, databases, the mail server."""

import errno
import getpass
import os
import socket
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from desk import room
from desk.config import ConfigError, Settings, read_secret
from desk.mailbox_trial import mailbox_trials

LOOPBACK = ("127.0.0.1", "::1", "localhost")
TRIAL_SECONDS = 10
_TRIAL_MAIL = b"From: desk@localhost\r\nSubject: A trial of the configuration\r\n\r\nNothing.\r\n"


class Finding(Struct, frozen=True):
    """One thing that is wrong. `fatal`: the desk could not run, or not do what it is asked to."""

    words: str
    fatal: bool = True


def trials(settings: Settings, *, online: bool = True, connect: bool = False) -> Iterator[Finding]:
    """Try everything that the configuration names. `online` also tries the databases and the mail server, `connect` the
    mailboxes."""
    yield from _files(settings)
    yield from _secrets(settings)
    yield from _doors(settings)
    yield from _mail_made(settings)
    yield from _categories(settings, online=online)
    if online:
        yield from _databases(settings)
        yield from _mail_server(settings)
        yield from _spam_filter(settings)
    for words, fatal in mailbox_trials(settings, connect=connect):
        yield Finding(words, fatal)
    yield from _advice(settings)


def _files(settings: Settings) -> Iterator[Finding]:
    folder = settings.data_dir
    there = next(place for place in (folder, *folder.parents) if place.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        yield Finding(f"[storage] data_dir: nothing can be written to {folder} by {getpass.getuser()}.")
    left = room.free(settings)
    if left is not None and left < room.SCARCE:
        yield Finding(
            f"[storage] only {left // 1_000_000} MB are free for the databases: make room, or the desk can accept "
            "nothing before long.", fatal=False,
        )  # fmt: skip
    for section, key, file in (
        ("model", "file", settings.model.file),
        ("delivery", "ca_file", settings.delivery.ca_file),
    ):
        if file is not None and not Path(file).is_file():
            yield Finding(f"[{section}] {key}: there is no file {file}.")


def _secrets(settings: Settings) -> Iterator[Finding]:
    for name, section in (("storage", settings.storage), ("delivery", settings.delivery)):
        try:
            read_secret(section.password_file, section.password_env, name)
        except ConfigError as error:
            yield Finding(str(error))
    for webhook in settings.webhooks:
        from desk.webhook_post import secrets_of

        try:
            secrets_of(webhook)
        except ConfigError as error:
            yield Finding(str(error))
        if webhook.ca_file is not None and not Path(webhook.ca_file).is_file():
            yield Finding(f"[webhooks.{webhook.name}] ca_file: there is no file {webhook.ca_file}.")
    for name, file in (
        *((f"[webhooks.{webhook.name}] secret_file", webhook.secret_file) for webhook in settings.webhooks),
        ("[storage] password_file", settings.storage.password_file),
        ("[delivery] password_file", settings.delivery.password_file),
        ("[delivery] client_secret_file", settings.delivery.client_secret_file),
        ("[delivery] refresh_token_file", settings.delivery.refresh_token_file),
        ("[delivery] dkim_key_file", settings.delivery.dkim_key_file),
        ("[delivery] dkim_second_key_file", settings.delivery.dkim_second_key_file),
        ("[smtp_in] tls_key", settings.smtp_in.tls_key),
    ):
        if file is not None and Path(file).is_file() and Path(file).stat().st_mode & 0o004:
            yield Finding(f"{name}: everybody on this machine can read {file}: chmod o-r {file}", fatal=False)


def _doors(settings: Settings) -> Iterator[Finding]:
    mail, pages = settings.smtp_in, settings.http
    if mail.enabled:
        yield from _port("smtp_in", mail.listen, mail.port)
    if mail.enabled and mail.tls_cert is not None:
        try:
            settings.smtp_door()
        except OSError as error:  # ssl.SSLError is one
            reason = error.strerror or str(error)
            yield Finding(f"[smtp_in] tls_cert and tls_key: {mail.tls_cert} cannot be used: {reason}.")
    yield from _port("http", pages.listen, pages.port)
    if mail.enabled and pages.port == mail.port != 0 and pages.listen == mail.listen:
        yield Finding("[smtp_in] port and [http] port are the same: give them one each.")


def _port(section: str, host: str, port: int) -> Iterator[Finding]:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except socket.gaierror:
        yield Finding(f"[{section}] listen: {host} is no address of this machine.")
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            words = (
                f"[{section}] port {port} is in use on {host}: by this desk if it runs already, else choose another."
            )
            yield Finding(words, fatal=False)
        elif error.errno == errno.EACCES:
            yield Finding(f"[{section}] port {port} is reserved: choose one above 1023, or let systemd grant it.")
        else:
            yield Finding(f"[{section}] {host}:{port} cannot be listened on: {error.strerror}.")


def _mail_made(settings: Settings) -> Iterator[Finding]:
    """Templates and keys."""
    from desk.replies import Composer
    from desk.template_trial import problems_of

    if settings.delivery.templates:
        for problem in problems_of(Path(settings.delivery.templates)):
            yield Finding(f"[delivery] templates: {problem}")
    try:
        Composer(settings)
    except ConfigError as error:
        yield Finding(str(error))


def _categories(settings: Settings, *, online: bool) -> Iterator[Finding]:
    """Whether the desk has the categories that rules name, by the names that they have now."""
    naming = [rule for rule in settings.rules if rule.category is not None]
    if not naming:
        return
    from classify import taxonomy as taxonomies
    from correlate.rules import problems
    from desk import categories

    taxonomy = (categories.in_force(settings) if online else None) or taxonomies.load()
    known = categories.known_categories(taxonomy, settings.model.file, settings.model.categories)
    for rule in naming:
        meant = taxonomy.meant(rule.category or "")
        if rule.category not in known and meant and meant != (rule.category,):
            words = f"'{rule.category}' is called {' or '.join(meant)} now: name that."
            yield Finding(f"[[rules]] {rule.name[:100]}: the category {words}", fatal=False)
        else:
            # Offline nobody can be asked what was added.
            for problem in problems(rule, known):
                yield Finding(f"[[rules]] {rule.name[:100]}: {problem}", fatal=online)


def _databases(settings: Settings) -> Iterator[Finding]:
    storage = settings.storage
    if storage.journal_url is None and storage.database_url is None:
        return
    import sqlalchemy as sa

    from desk.database import open_database

    for key, given, url_of in (
        ("journal_url", storage.journal_url, settings.journal_url),
        ("database_url", storage.database_url, settings.database_url),
    ):
        if given is None or not given.startswith("postgresql"):
            continue
        try:
            engine = open_database(url_of())
        except ConfigError:
            continue  # told with the secrets
        try:
            with engine.connect() as connection:
                version = connection.exec_driver_sql("SHOW server_version_num").scalar_one()
            if int(version) < 150_000:
                yield Finding(f"[storage] {key}: the desk needs PostgreSQL 15 or newer.")
        except sa.exc.DBAPIError as error:
            reason = " ".join(str(error.orig).split())
            yield Finding(f"[storage] {key}: the database cannot be reached: {reason}")
        finally:
            engine.dispose()


def _mail_server(settings: Settings) -> Iterator[Finding]:
    delivery = settings.delivery
    if not delivery.host:
        return
    import ssl

    from desk.smtp_out import Smarthost, tokens_of

    try:
        ssl.create_default_context(cafile=delivery.ca_file)
    except OSError as error:
        yield Finding(f"[delivery] ca_file: {delivery.ca_file} cannot be used: {error.strerror or error}.")
        return
    domain, seconds = settings.desk.address.rpartition("@")[2], min(delivery.timeout, TRIAL_SECONDS)
    way = Smarthost(delivery, domain, timeout=seconds, tokens=tokens_of(settings))
    try:
        trouble = way.trouble()
    finally:
        way.close()
    if trouble:
        yield Finding(f"[delivery] {trouble} Mail waits until that is mended.", fatal=False)


def _spam_filter(settings: Settings) -> Iterator[Finding]:
    from desk.rspamd import Rspamd

    url = settings.spam.rspamd_url
    if url is None:
        return
    verdict = Rspamd(url, min(settings.spam.timeout, TRIAL_SECONDS)).verdict(_TRIAL_MAIL, {})
    if "missing" in verdict:
        words = f"[spam] rspamd_url: {url} gives no verdict: {verdict['missing']}. Mail comes in without one."
        yield Finding(words, fatal=False)


def _advice(settings: Settings) -> Iterator[Finding]:
    delivery, local = settings.delivery, settings.desk.address.rpartition("@")[2] == "localhost"
    if not delivery.host and not delivery.maildir:
        yield Finding("[delivery] host is not set: the desk decides, but no mail leaves.", fatal=False)
    if settings.http.listen not in LOOPBACK and not (settings.http.public_url or "").startswith("https://"):
        yield Finding(
            "[http] listen lets other machines in without TLS: put a web server with TLS in front, listen on "
            "127.0.0.1, and set public_url to its https address.",
            fatal=False,
        )
    if settings.smtp_in.listen not in LOOPBACK and settings.smtp_in.tls_cert is None:
        yield Finding("[smtp_in] listen lets other machines in without TLS: set tls_cert and tls_key.", fatal=False)
    if local:
        yield Finding("[desk] address is at localhost: nobody on another machine can write to it.", fatal=False)
