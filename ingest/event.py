"""The vocabulary of the house: what was accepted (`Input`) and what it means (`Event`).

Everything here is a frozen value. Times are aware and in UTC. What an input does not say is `None`
(or an empty tuple), never an empty string and never a guess.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from msgspec import Struct, field

from ingest.mapping_edit import MappingEdit
from ingest.rule import Matcher, Ruled, RuleEdit

LOOPBACK = ("127.0.0.0/8", "::1/128")

# --- what was accepted ---------------------------------------------------------------------------

InputKind = Literal["mail", "webhook", "change", "command", "tick", "config", "delivery", "set-aside", "model"]


class Draft(Struct, frozen=True, kw_only=True):
    """An input before the journal has it.

    `route` names the door and is known without parsing: an address ("servicedesk@example.com"), a hook
    ("hook:alertmanager-1"), "web", "clock". `envelope` is a JSON object of what the door knows beside the
    bytes: for mail `mail_from`, `rcpt_to`, `peer`; for a webhook `tool`, `hook`, `content_type`.
    `body` is the raw input, byte for byte. `schema` is the version of the envelope's and body's shape.
    """

    kind: InputKind
    route: str
    envelope: Mapping[str, Any] = {}
    body: bytes
    schema: int = 1


class Input(Struct, frozen=True, kw_only=True):
    """One journal row. `body` is None once it has been erased."""

    position: int
    accepted_at: datetime
    kind: InputKind
    route: str
    envelope: Mapping[str, Any] = {}
    body: bytes | None
    schema: int = 1


# --- mail (RFC 5322) -----------------------------------------------------------------------------

Automatic = Literal["auto-reply", "out-of-office", "bounce", "delivery-notice", "list", "notification", "own"]


class Address(Struct, frozen=True):
    """A mailbox: decoded display name and addr-spec (the domain in lower case)."""

    name: str | None
    address: str


class Attachment(Struct, frozen=True, kw_only=True):
    """A part that is not the text. `size` is in decoded bytes; `part` is its place in the walk over all MIME parts."""

    filename: str | None
    content_type: str
    size: int
    inline: bool
    part: int = 0
    content_id: str | None = None


class BounceRecipient(Struct, frozen=True, kw_only=True):
    """One recipient of a delivery status notification (RFC 3464); `status` is an enhanced code (RFC 3463)."""

    address: str | None
    status: str | None
    action: str | None
    permanent: bool | None
    diagnostic: str | None


class Bounce(Struct, frozen=True, kw_only=True):
    """`message_id` is that of the mail which came back, without angle brackets."""

    message_id: str | None
    recipients: tuple[BounceRecipient, ...] = ()


class Forwarded(Struct, frozen=True, kw_only=True):
    """The original that somebody forwarded by hand."""

    sender: Address | None = field(name="from")
    subject: str | None
    date: datetime | None
    text: str | None


class Spam(Struct, frozen=True, kw_only=True):
    """What a spam filter said of a mail. `missing` says why a filter that was asked gave no answer."""

    by: str
    spam: bool
    action: str | None = None
    score: float | None = None
    required: float | None = None
    missing: str | None = None


class Grant(Struct, frozen=True, kw_only=True):
    """What the bearer of a ticket may have done, once: the door has looked at its key. `person` is whose it is,
    `position` the input that the mail answered in which the ticket stood."""

    ticket: str
    action: Literal["accept", "decline", "confirm"]
    subject: str
    person: str
    made_at: datetime
    position: int


class DigestReply(Struct, frozen=True, kw_only=True):
    """Whoever answers a digest at its own address got it: `person` may decide on its suggestions, each once."""

    ticket: str
    person: str
    made_at: datetime
    suggestions: tuple[str, ...]


class Authentication(Struct, frozen=True, kw_only=True):
    """Whether a sender is proven to be who the mail says, by the rule of that name (`ingest.authentication`)."""

    verified: bool
    rule: str
    domain: str | None = None
    server: str | None = None
    """The authserv-id that says so; for a mail that came past our servers the peer's address."""


class Mail(Struct, frozen=True, kw_only=True, tag="mail"):
    """A mail, read. The fields up to `rules` are those of `desk normalize mail`."""

    sender: Address | None = field(name="from")
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    subject: str | None = None
    date: datetime | None = None
    message_id: str | None = None
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    text: str | None = None
    new_text: str | None = None
    quoted_text: str | None = None
    attachments: tuple[Attachment, ...] = ()
    automatic: Automatic | None = None
    answerable: bool = True
    bounce: Bounce | None = None
    forwarded: Forwarded | None = None
    rules: tuple[str, ...] = ()
    # Beyond the contract:
    recipients: tuple[str, ...] = ()
    """Addresses the mail really went to: envelope, Delivered-To, X-Original-To, then To and Cc."""
    oddities: tuple[str, ...] = ()
    """What was broken in it and how it was read all the same."""
    authentication_results: str | None = None
    """The topmost Authentication-Results field (RFC 8601), unverified."""
    utc_offset: int | None = None
    """Minutes by which the writer's clock is ahead of UTC, as the Date field says."""
    authentication: Authentication | None = None
    """What our own mail servers found of its sender."""
    answers: str | None = None
    """The Message-ID of the mail of ours that it answers or that came back, proven by a key that only its recipient
    had: the door looked at it."""
    granted: Grant | None = None
    digest: DigestReply | None = None
    refused: Literal["too_large"] | None = None
    """Why only its header was taken: it is no message, and its sender is told."""
    spam: Spam | None = None
    ruled: Ruled | None = None
    """The administrator's rules that it meets."""
    overruled_by: str | None = None
    """Who said that it is neither spam nor to be ignored."""
    imported_at: datetime | None = None
    """Of a mail that was imported as history: when it came at the time. It is filed and nobody is told of it."""
    language: str | None = None
    """The language of its new text, ISO 639-1, where a person wrote it and it tells."""


# --- alerts --------------------------------------------------------------------------------------

AlertStatus = Literal["firing", "resolved", "acknowledged", "unknown"]
Severity = Literal["critical", "major", "minor", "warning", "info", "unknown"]
AlertKind = Literal["alert", "heartbeat", "test", "control"]

SEVERITY_RANK: Mapping[str, int] = {"critical": 5, "major": 4, "minor": 3, "warning": 2, "unknown": 1, "info": 0}


class Alert(Struct, frozen=True, kw_only=True, tag="alert", gc=False):
    """One notice about one monitored condition. The fields are those of `desk normalize alert`."""

    index: int = 0
    tool: str
    status: AlertStatus
    severity: Severity = "unknown"
    tool_severity: str | None = None
    resource: str | None = None
    service: str | None = None
    title: str | None = None
    description: str | None = None
    fingerprint: str
    started_at: datetime | None = None
    ended_at: datetime | None = None
    labels: Mapping[str, str] = {}
    links: tuple[str, ...] = ()
    kind: AlertKind = "alert"
    # Beyond the contract:
    basis: tuple[str, ...] = ()
    """Names of the fields that the fingerprint is made of."""
    expires_at: datetime | None = None
    """A firing alert that is not repeated until then is over (Alertmanager's endsAt in the future)."""
    released: bool = False
    """Somebody took back that it is acknowledged: a mere repeat does not."""


# --- everything else -----------------------------------------------------------------------------


class ChangeNotice(Struct, frozen=True, kw_only=True, tag="change"):
    """A deploy or change that somebody announced. `id` is the announcer's own."""

    id: str | None
    service: str | None
    title: str | None
    start: datetime | None
    end: datetime | None


class Command(Struct, frozen=True, kw_only=True, tag="command"):
    """An action of a person on a page, by the API or by mail. `actor` is a login or an address; `subject` a number."""

    action: str
    actor: str
    subject: str | None = None
    arguments: Mapping[str, Any] = {}


class Tick(Struct, frozen=True, tag="tick"):
    """Time reached the input's `accepted_at`, nothing more."""


class Configured(Struct, frozen=True, kw_only=True, tag="config"):
    """The configuration that steers decisions from here on; `correlate.policy` gives it its type.

    With an `edit` it is a change of one rule only, with a `mapping` of one mapping, and `settings` are empty.
    """

    settings: Mapping[str, Any]
    edit: RuleEdit | None = None
    mapping: MappingEdit | None = None


class Delivered(Struct, frozen=True, kw_only=True, tag="delivery"):
    """The final fate of one outgoing mail: `sent` or `failed`, with the server's last answer."""

    message_id: str
    result: Literal["sent", "failed"]
    answer: str | None = None


class SetAside(Struct, frozen=True, kw_only=True, tag="set-aside"):
    """The input at `position` hung or killed its reader `attempts` times; it is not tried again."""

    position: int
    attempts: int
    reason: str


class ModelInForce(Struct, frozen=True, kw_only=True, tag="model"):
    """From here on mails are classified by the model with this SHA-256 digest (None: by rules alone)."""

    digest: str | None
    note: str | None = None
    how: Literal["configured", "promoted", "verified", "back"] = "configured"
    """By the configuration, because it did better than the one before, because other limits were proven for what it
    decides, or because a person went back to it."""
    actor: str | None = None


class Unreadable(Struct, frozen=True, kw_only=True, tag="unreadable"):
    """An input, or one alert of it, that could not be understood: it goes to quarantine with this reason."""

    reason: str
    index: int | None = None


Event = Mail | Alert | ChangeNotice | Command | Tick | Configured | Delivered | SetAside | ModelInForce | Unreadable


class Reading(Struct, frozen=True, kw_only=True):
    """What reading an input may depend on beside its bytes: a part of the configuration, in force at its position."""

    own_addresses: tuple[str, ...] = ()
    own_domains: tuple[str, ...] = ()
    message_id_domain: str | None = None
    """The right-hand side of the Message-IDs that this desk makes: a mail that bears one as its own id is ours."""
    authserv_ids: tuple[str, ...] = ()
    relays: tuple[str, ...] = LOOPBACK
    """Networks of our own mail servers: what others hand in by SMTP proves nothing."""
    mappings: Mapping[str, Mapping[str, str]] = {}
    """Hook or tool name to expressions that map a payload nobody knows (JMESPath for JSON)."""
    rules: tuple[Matcher, ...] = ()
    spam_headers: tuple[str, ...] = ()
    """Fields of a mail in which the organisation's own server says whether it is spam."""
    spam_score: float = 5.0
    spam_actions: tuple[str, ...] = ()
    """Actions of rspamd that mean spam, in lower case."""
