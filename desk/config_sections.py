"""The sections of `desk.toml`, with a description of each setting.

The descriptions are the documentation: `desk init` and `docs/administrator.md` are made from them. Secrets are never
settings: a setting names the file or the environment variable that holds one. A number with `unit` may be written as
text too: "5m", "14d", "25MB".
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from correlate.policy import Policy
from ingest.event import LOOPBACK

LANGUAGES = ("en", "de", "fr", "es", "pt", "it", "nl", "pl")
Language = Literal["en", "de", "fr", "es", "pt", "it", "nl", "pl"]
Port = Annotated[int, Meta(ge=0, le=65535)]
_DEFAULT = Policy()


class DeskSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who the desk is."""

    name: Annotated[str, Meta(description="The name people see as the sender of its mails.")] = _DEFAULT.desk_name
    address: Annotated[str, Meta(description="The address that answers are sent from and that people write to.")] = (
        _DEFAULT.address
    )
    addresses: Annotated[
        tuple[str, ...], Meta(description="Further addresses at which mail reaches the desk. No other is accepted.")
    ] = ()
    own_domains: Annotated[
        tuple[str, ...],
        Meta(
            description="The domains of your organisation. Only their people hear of others' incidents and of "
            "workarounds; anyone else gets a bare acknowledgement. Empty: the domain of the desk's address."
        ),
    ] = ()
    timezone: Annotated[
        str, Meta(description='Times in mails and on pages are in this zone of the IANA list, as in "Europe/Berlin".')
    ] = "UTC"
    language: Annotated[
        Language, Meta(description="The language of mails to people whose own language is not known.")
    ] = "en"
    message_id_domain: Annotated[
        str | None,
        Meta(
            description="The right-hand side of the Message-IDs that the desk makes. Unset: the domain of its address. "
            "Never change it later, or replies to older mails are no longer recognised by it."
        ),
    ] = None
    observing: Annotated[
        tuple[str, ...],
        Meta(
            description="Addresses of the desk whose mail is read and decided while every answer is held and shown on "
            "a page. Use it to try the desk on a real mailbox first."
        ),
    ] = ()
    services_file: Annotated[
        str | None,
        Meta(description="A services.toml with your services, what they depend on and whom to tell about them."),
    ] = None
    authserv_ids: Annotated[
        tuple[str, ...],
        Meta(
            description="Names (authserv-id) under which your own mail servers write Authentication-Results. Only "
            "these are believed; without one, no sender counts as verified and commands by mail are not carried out. "
            'Microsoft 365 writes no name: it is "exchange-online" here.'
        ),
    ] = ()


class StorageSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the desk keeps its journal, its tables and its keys."""

    data_dir: Annotated[str, Meta(description="The directory of the desk's files.")] = "desk-data"
    journal_url: Annotated[
        str | None,
        Meta(
            description="The journal's database as an SQLAlchemy URL. Unset: the SQLite file journal.db in data_dir. "
            'For PostgreSQL: "postgresql+psycopg://desk@db.example.com/desk".'
        ),
    ] = None
    database_url: Annotated[
        str | None,
        Meta(description="The database of everything else. Unset: the SQLite file desk.db in data_dir."),
    ] = None
    password_file: Annotated[str | None, Meta(description="A file that holds the password for both databases.")] = None
    password_env: Annotated[
        str | None, Meta(description="Or the environment variable that holds it. A URL must not contain it.")
    ] = None
    keep_mail_days: Annotated[
        int,
        Meta(
            ge=0, description="Days after which the raw bytes of mails are erased from the journal. 0: kept for good."
        ),
    ] = 0
    keep_alert_days: Annotated[
        int,
        Meta(ge=0, description="Days after which the raw bytes of webhook posts are erased. 0: kept for good."),
    ] = 0


class SmtpInSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The door for mail: your mail server relays the desk's addresses to it."""

    enabled: Annotated[bool, Meta(description="Whether the desk takes mail by SMTP.")] = True
    listen: Annotated[
        str,
        Meta(description='The address to listen on. Only this machine can reach it until told otherwise: "0.0.0.0".'),
    ] = "127.0.0.1"
    port: Annotated[Port, Meta(description="The port to listen on.")] = 2525
    hostname: Annotated[
        str | None, Meta(description="The name that the desk greets with. Unset: the domain of its address.")
    ] = None
    tls_cert: Annotated[
        str | None, Meta(description="A PEM file with the certificate and its chain: STARTTLS is then offered.")
    ] = None
    tls_key: Annotated[str | None, Meta(description="The PEM file with the certificate's key.")] = None
    require_tls: Annotated[bool, Meta(description="Whether mail is refused without STARTTLS.")] = False
    max_size: Annotated[
        int, Meta(ge=1024, description="The largest mail that is accepted.", extra={"unit": "bytes"})
    ] = 26_214_400
    max_recipients: Annotated[int, Meta(ge=1, description="Recipients of one mail.")] = 100
    max_sessions: Annotated[int, Meta(ge=1, description="Sessions at once, in all.")] = 500
    sessions_per_peer: Annotated[int, Meta(ge=1, description="Sessions at once from one address.")] = 20
    mails_per_minute: Annotated[
        int, Meta(ge=1, description="Mails that one address may send in a minute; twice as many in a burst.")
    ] = 120
    unlimited: Annotated[
        tuple[str, ...],
        Meta(description="Networks to which these limits do not apply: your own relay speaks for everybody."),
    ] = LOOPBACK
    timeout: Annotated[int, Meta(ge=10, description="How long a session may be idle.", extra={"unit": "seconds"})] = 300
    relays: Annotated[
        tuple[str, ...],
        Meta(
            description="Networks of your own mail servers. Authentication-Results are believed only in mail that they "
            "hand over, for anybody else could write them."
        ),
    ] = LOOPBACK


class HttpSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The door for webhooks, the pages and the API."""

    listen: Annotated[
        str, Meta(description="The address to listen on. Put a web server with TLS in front before you widen it.")
    ] = "127.0.0.1"
    port: Annotated[Port, Meta(description="The port to listen on.")] = 8025
    public_url: Annotated[
        str | None,
        Meta(
            description='The URL under which people reach the pages, as in "https://desk.example.com": links in mails '
            "and the snippets of `desk hook add` use it. With https, cookies are sent over TLS only."
        ),
    ] = None
    trusted_proxies: Annotated[
        tuple[str, ...],
        Meta(description="Addresses of web servers in front whose X-Forwarded-For and -Proto are believed."),
    ] = ("127.0.0.1", "::1")
    max_body: Annotated[
        int, Meta(ge=1024, description="The largest webhook post that is accepted.", extra={"unit": "bytes"})
    ] = 8_388_608
    posts_per_minute: Annotated[
        int,
        Meta(
            ge=0,
            description="Posts that one webhook key may send in a minute; twice as many in a burst. 0: as many as the "
            "journal takes. What is beyond is answered with 429 and the time after which to send it again.",
        ),
    ] = 0


class PolicySettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What steers decisions. A change enters the journal and holds from then on; the past is not decided anew."""

    group_wait: Annotated[
        int,
        Meta(
            ge=0,
            description="How long a new incident from alerts gathers before its owner is told.",
            extra={"unit": "seconds"},
        ),
    ] = _DEFAULT.group_wait
    group_interval: Annotated[
        int, Meta(ge=0, description="How long after they were told those who know of an incident hear of further "
                  "alerts that joined it. 0: they do not.", extra={"unit": "seconds"})
    ] = _DEFAULT.group_interval  # fmt: skip
    repeat_interval: Annotated[
        int, Meta(ge=0, description="How long after they were told those who know of an incident hear that it "
                  "still goes on, while nobody has taken it. 0: they do not.", extra={"unit": "seconds"})
    ] = _DEFAULT.repeat_interval  # fmt: skip
    join_window: Annotated[
        int,
        Meta(
            ge=0,
            description="How long after the last activity of an open incident a related new alert may still join it.",
            extra={"unit": "seconds"},
        ),
    ] = _DEFAULT.join_window
    settle: Annotated[
        int,
        Meta(
            ge=0,
            description="How long a lone alert of low severity must last before it opens an incident: most are over by "
            "then.",
            extra={"unit": "seconds"},
        ),
    ] = _DEFAULT.settle
    ignored_severities: Annotated[
        tuple[str, ...], Meta(description="Severities of alerts that inform and never open an incident.")
    ] = _DEFAULT.ignored_severities
    open_nonproduction: Annotated[
        bool, Meta(description="Whether alerts of test and staging systems open incidents.")
    ] = _DEFAULT.open_nonproduction
    resolve_grace: Annotated[
        int,
        Meta(
            ge=0,
            description="How long every alert must have been fine before an incident is resolved.",
            extra={"unit": "seconds"},
        ),
    ] = _DEFAULT.resolve_grace
    rejoin_window: Annotated[
        int,
        Meta(
            ge=0,
            description="An alert that returns so soon after its incident was resolved reopens it.",
            extra={"unit": "seconds"},
        ),
    ] = _DEFAULT.rejoin_window
    quiet_after: Annotated[
        int,
        Meta(
            ge=0,
            description="Where most alerts of an incident are over, the rest count as over after so long without a "
            "word of them.",
            extra={"unit": "seconds"},
        ),
    ] = _DEFAULT.quiet_after
    mail_window: Annotated[
        int,
        Meta(
            ge=0,
            description="How long after the last activity of an incident a mail may still be about it.",
            extra={"unit": "seconds"},
        ),
    ] = _DEFAULT.mail_window
    weights: Annotated[
        dict[str, float],
        Meta(
            description="Factors by which pieces of evidence count more or less than by default, as `desk correlate "
            'fit` writes them: "mail.NAME" for mails and incidents, "incident.NAME" for two incidents.',
        ),
    ] = {}
    reopen_for: Annotated[
        int,
        Meta(
            ge=0,
            description="How long after its resolution a reply reopens a record; a later one opens a new record.",
            extra={"unit": "seconds"},
        ),
    ] = _DEFAULT.reopen_for
    close_after: Annotated[
        int,
        Meta(ge=0, description="How long after its resolution a record is closed.", extra={"unit": "seconds"}),
    ] = _DEFAULT.close_after
    condition_lifetime: Annotated[
        int,
        Meta(
            ge=60,
            description="An alert not heard of for so long has expired, where its tool never says that it is over.",
            extra={"unit": "seconds"},
        ),
    ] = _DEFAULT.condition_lifetime
    change_windows: Annotated[
        bool,
        Meta(
            description="Whether an announced change with a service, a start and an end is a maintenance window: "
            "nobody is told meanwhile of what that service's alerts say."
        ),
    ] = _DEFAULT.change_windows
    inhibit_dependents: Annotated[
        bool,
        Meta(
            description="Whether nobody is told of the alerts of a service while one that it depends on is down and "
            "its owner knows."
        ),
    ] = _DEFAULT.inhibit_dependents
    watchdog_after: Annotated[
        int,
        Meta(
            ge=60,
            description="An alert that always fires (Watchdog, DeadMansSwitch) is missed after so long, or after three "
            "of its own intervals where these are longer.",
            extra={"unit": "seconds"},
        ),
    ] = _DEFAULT.watchdog_after
    storm_incidents: Annotated[
        int,
        Meta(
            ge=2,
            description="So many incidents opened within a minute are one storm, where that is unusual for their "
            "source or for the desk.",
        ),
    ] = _DEFAULT.storm_incidents
    address_limits: Annotated[
        tuple[str, ...],
        Meta(description="Automatic mails to one address at most; what is beyond is withheld and shown."),
    ] = ("10 in 10m", "30 in 1h", "120 in 10h")
    record_limits: Annotated[
        tuple[str, ...], Meta(description="Of these, about one record. Both keep loops with other machines short.")
    ] = ("5 in 10m", "10 in 1h", "25 in 10h")
    ticket_days: Annotated[
        int,
        Meta(ge=1, description="Days for which a link in one of the desk's mails can be used to act by mail, once."),
    ] = _DEFAULT.ticket_days
    strangers_per_hour: Annotated[
        int,
        Meta(
            ge=0,
            description="Acknowledgements in an hour to outsiders who have no open record; further ones are held and "
            "shown, so that nobody can have the desk write to strangers in great numbers by forging senders.",
        ),
    ] = _DEFAULT.strangers_per_hour
    digest_weekday: Annotated[
        int, Meta(ge=0, le=6, description="The day of the weekly digest: 0 is Monday, 6 is Sunday.")
    ] = _DEFAULT.digest_weekday
    digest_hour: Annotated[
        int, Meta(ge=0, le=23, description="The hour of the weekly digest, in the desk's time zone.")
    ] = _DEFAULT.digest_hour
    false_discovery_rate: Annotated[
        float,
        Meta(gt=0, lt=1, description="Of the problems that the desk suggests, the share that may be mere chance."),
    ] = _DEFAULT.false_discovery_rate
    cost_time_lost: Annotated[
        float,
        Meta(ge=0, le=1, description="Of the time of everybody who wrote of an incident, the share that is lost."),
    ] = _DEFAULT.cost_time_lost
    cost_handling: Annotated[
        int, Meta(ge=0, le=10_000, description="Minutes that somebody spends on an incident, for what a problem costs.")
    ] = _DEFAULT.cost_handling
    matrix: Annotated[
        dict[str, Literal["P1", "P2", "P3", "P4", "P5"]],
        Meta(
            description='Priorities other than the usual ones, as in { "high/low" = "P2", "low/low/1" = "P3" }: '
            "impact/urgency, or with the criticality of the service (1 is highest). The page Model shows the whole."
        ),
    ] = msgspec.field(default_factory=dict)


class PeopleSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who works with the desk by mail. Logins to the pages are made with `desk user add`."""

    agents: Annotated[tuple[str, ...], Meta(description="Addresses of the agents.")] = ()
    problem_managers: Annotated[tuple[str, ...], Meta(description="Addresses that get the weekly digest.")] = ()
    administrators: Annotated[
        tuple[str, ...],
        Meta(
            description="Addresses that hear of troubles of the desk itself, as of a mailbox that cannot be read. "
            "Empty: the agents."
        ),
    ] = ()


class DeadmanSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A sign of life, so that somebody notices when the desk itself is down."""

    url: Annotated[
        str | None,
        Meta(description="A URL (Healthchecks, Dead Man's Snitch, …) to fetch while the desk is healthy."),
    ] = None
    every: Annotated[int, Meta(ge=10, description="How often.", extra={"unit": "seconds"})] = 60


class LogSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the desk writes to standard error."""

    level: Annotated[
        Literal["debug", "info", "warning", "error"], Meta(description="The least important line that is written.")
    ] = "info"
    format: Annotated[
        Literal["text", "json"], Meta(description="Lines for people, or one JSON object a line for programs.")
    ] = "text"
