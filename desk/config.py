"""The settings of the desk: one frozen value, and what the rest of the desk asks of it.

`desk.config_sections` has the sections of `desk.toml` and the description of each setting; `desk.config_file` reads it.
Every command begins here: what only some of them need is imported where it is used.
"""

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from correlate.declared import Chain, Heartbeat, Inhibition, Route, Source, Team, Window
from correlate.policy import Limit, Policy, Service
from correlate.rules import Rule
from desk.config_sections import (
    DeadmanSettings,
    DeskSettings,
    HttpSettings,
    LogSettings,
    PeopleSettings,
    PolicySettings,
    SmtpInSettings,
    StorageSettings,
)
from desk.delivery_settings import DeliverySettings
from desk.mailbox_settings import MailboxSettings
from desk.model_settings import ModelSettings
from desk.spam_settings import SpamSettings
from desk.staff_settings import TeamSettings, WebhookSettings

if TYPE_CHECKING:
    import ssl

    from ingest.smtp import SmtpSettings


class ConfigError(ValueError):
    """The configuration cannot be used; `problems` are sentences that say what to change."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All settings. Paths are absolute once `desk.config_file.load_settings` has read them."""

    desk: DeskSettings = DeskSettings()
    storage: StorageSettings = StorageSettings()
    smtp_in: SmtpInSettings = SmtpInSettings()
    http: HttpSettings = HttpSettings()
    delivery: DeliverySettings = DeliverySettings()
    spam: SpamSettings = SpamSettings()
    decisions: PolicySettings = msgspec.field(default=PolicySettings(), name="policy")
    people: PeopleSettings = PeopleSettings()
    model: ModelSettings = ModelSettings()
    deadman: DeadmanSettings = DeadmanSettings()
    log: LogSettings = LogSettings()
    mappings: dict[str, dict[str, str]] = msgspec.field(default_factory=dict)
    """Hook or tool name to JMESPath expressions that read a payload nobody knows."""
    mailboxes: dict[str, MailboxSettings] = msgspec.field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    windows: tuple[Window, ...] = ()
    inhibit: tuple[Inhibition, ...] = ()
    heartbeats: tuple[Heartbeat, ...] = ()
    hooks: tuple[Source, ...] = ()
    routes: tuple[Route, ...] = ()
    teams: tuple[TeamSettings, ...] = ()
    escalations: tuple[Chain, ...] = ()
    webhooks: tuple[WebhookSettings, ...] = ()
    services: tuple[Service, ...] = ()
    """From `services_file`."""

    @property
    def data_dir(self) -> Path:
        return Path(self.storage.data_dir)

    def journal_url(self) -> str:
        """The journal's URL, its password included. Raises ConfigError where the password cannot be read."""
        return self._url(self.storage.journal_url, "journal.db")

    def database_url(self) -> str:
        """The URL of the tables' database, its password included. Raises ConfigError as above."""
        return self._url(self.storage.database_url, "desk.db")

    def _url(self, url: str | None, name: str) -> str:
        import sqlalchemy as sa

        if url is None:
            return sa.URL.create("sqlite", database=str(self.data_dir / name)).render_as_string()
        password = read_secret(self.storage.password_file, self.storage.password_env, "storage")
        parsed = sa.make_url(url)
        if password is not None and parsed.get_backend_name() != "sqlite":
            parsed = parsed.set(password=password)
        return parsed.render_as_string(hide_password=False)

    def own_addresses(self) -> tuple[str, ...]:
        """Every address of the desk in lower case, the one that it answers from first."""
        read = [address for box in self.mailboxes.values() if (address := box.own_address())]
        return tuple(dict.fromkeys(a.lower() for a in (self.desk.address, *self.desk.addresses, *read)))

    def public_url(self) -> str:
        """Where the pages are, without a slash at the end."""
        host = f"[{self.http.listen}]" if ":" in self.http.listen else self.http.listen
        return (self.http.public_url or f"http://{host}:{self.http.port}").rstrip("/")

    def policy(
        self,
        observing_hooks: Iterable[str] = (),
        epoch: int = 0,
        observing_mailboxes: Iterable[str] = (),
        teams: Iterable[Team] = (),
    ) -> Policy:
        """The part that steers decisions, as it enters the journal.

        `observing_hooks` are the ids of the hooks that are still observed, `observing_mailboxes` the names of the
        mailboxes; `epoch` is the database's; `teams` are those of the settings with their calendars (`desk.calendars`).
        """
        domain = self.desk.address.rpartition("@")[2].lower()
        routes = {address.lower() for address in self.desk.observing} | {f"hook:{name}" for name in observing_hooks}
        routes |= {f"mailbox:{name}" for name in observing_mailboxes}
        return Policy(
            desk_name=self.desk.name,
            address=self.desk.address.lower(),
            own_addresses=self.own_addresses(),
            own_domains=tuple(d.lower() for d in self.desk.own_domains) or (domain,),
            message_id_domain=self.desk.message_id_domain or domain,
            epoch=epoch,
            services=self.services,
            authserv_ids=self.desk.authserv_ids,
            relays=self.smtp_in.relays,
            mappings=self.mappings,
            rules=self.rules,
            windows=self.windows,
            inhibit=self.inhibit,
            heartbeats=self.heartbeats,
            sources=self.hooks,
            routes=self.routes,
            teams=tuple(teams),
            escalations=self.escalations,
            webhooks=tuple(webhook.name for webhook in self.webhooks),
            spam_headers=self.spam.headers,
            spam_score=self.spam.score,
            spam_actions=tuple(action.lower() for action in self.spam.actions),
            spam_opens=self.spam.open_records,
            observing=tuple(sorted(routes)),
            staff=tuple(a.lower() for a in self.people.agents),
            problem_managers=tuple(a.lower() for a in self.people.problem_managers),
            administrators=tuple(a.lower() for a in self.people.administrators),
            timezone=self.desk.timezone,
            language=self.desk.language,
            **{
                **msgspec.structs.asdict(self.decisions),
                "address_limits": tuple(filter(None, map(limit_of, self.decisions.address_limits))),
                "record_limits": tuple(filter(None, map(limit_of, self.decisions.record_limits))),
            },
        )

    def smtp_door(self) -> "SmtpSettings":
        """What the SMTP door needs; reads the certificate. Raises OSError (ssl.SSLError) where that fails."""
        from ingest.smtp import SmtpSettings

        door = self.smtp_in
        return SmtpSettings(
            host=door.listen,
            port=door.port,
            hostname=door.hostname or self.desk.address.rpartition("@")[2],
            max_size=door.max_size,
            max_recipients=door.max_recipients,
            max_sessions=door.max_sessions,
            sessions_per_peer=door.sessions_per_peer,
            mails_per_minute=door.mails_per_minute,
            burst=2 * door.mails_per_minute,
            unlimited=door.unlimited,
            timeout_seconds=door.timeout,
            tls=_server_context(door.tls_cert, door.tls_key),
            require_tls=door.require_tls,
        )


_LIMIT = re.compile(r"([0-9]{1,6}) in ([0-9]{1,6})(m|h|d)")
_SECONDS = {"m": 60, "h": 3_600, "d": 86_400}


def limit_of(text: str) -> Limit | None:
    """The limit that a text like "10 in 1h" states; None where it states none, or one over more than a day."""
    found = _LIMIT.fullmatch(text.strip())
    if found is None:
        return None
    seconds = int(found[2]) * _SECONDS[found[3]]
    return Limit(seconds, int(found[1])) if 0 < seconds <= _SECONDS["d"] else None


def read_secret(
    file: str | None,
    variable: str | None,
    section: str,
    environ: Mapping[str, str] = os.environ,
    *,
    name: str = "password",
) -> str | None:
    """The secret in a file (its last line end removed) or an environment variable; None where neither is named.

    `name` is what the settings are called by: password_file and password_env.

    Raises ConfigError with a sentence where it cannot be had.
    """
    if file is not None:
        try:
            secret = Path(file).read_text(encoding="utf-8").removesuffix("\n")
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "it is not text"
            raise ConfigError([f"[{section}] {name}_file: {file} cannot be read: {reason}."]) from error
        if not secret:
            raise ConfigError([f"[{section}] {name}_file: {file} is empty."])
        return secret
    if variable is not None:
        secret = environ.get(variable, "")
        if not secret:
            raise ConfigError([f"[{section}] {name}_env: the environment variable {variable} is not set."])
        return secret
    return None


def _server_context(cert: str | None, key: str | None) -> "ssl.SSLContext | None":
    if cert is None:
        return None
    import ssl

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)
    return context
