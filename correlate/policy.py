"""The part of the configuration that steers decisions. It enters through the journal as a `Configured` input."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

import msgspec
from msgspec import Struct

from classify.taxonomy import Taxonomy
from correlate.declared import Chain, Heartbeat, Inhibition, Route, Source, Team, Window
from correlate.rules import Rule
from ingest.event import LOOPBACK


class Service(Struct, frozen=True, kw_only=True):
    """One `[[service]]` of services.toml. `resources` are globs over an alert's resource; criticality 1 is highest.

    `aliases` are what people call it, in any language.
    """

    name: str
    aliases: tuple[str, ...] = ()
    criticality: int = 3
    owner: str | None = None
    depends_on: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()


class Edge(Struct, frozen=True, kw_only=True):
    """A dependency that was learned: `service` seems to need `needs`. It counts once a person has confirmed it.

    `times` of `of` troubles of the service came beside one of the other, which was the `first` so often; `mentions`
    incidents showed both. `named` of its troubles named the other in words, in `elsewhere` of `others` troubles of the
    rest somebody did; `quotes` are such words, from the incidents of `quoted`.
    """

    service: str
    needs: str
    status: Literal["proposed", "confirmed", "declined"]
    times: int
    of: int
    first: int
    mentions: int = 0
    named: int = 0
    elsewhere: int = 0
    others: int = 0
    quoted: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    evidence: float
    since: datetime
    by: str | None = None


class Calling(Struct, frozen=True, kw_only=True):
    """A word by which people here call a service, as was learned: `word` is folded and stemmed, or a mark of a thing.

    It was written on `of` occasions; `times` the service or what it needs was in trouble then. It holds until a person
    declines it.
    """

    word: str
    service: str
    status: Literal["learned", "confirmed", "declined"]
    times: int
    of: int
    evidence: float
    since: datetime
    by: str | None = None


class Agent(Struct, frozen=True, kw_only=True):
    """Somebody who may log in to the pages, and so may act by mail too. `roles` are those of `desk user add`."""

    login: str
    name: str | None = None
    address: str | None = None
    roles: tuple[str, ...] = ()


class Limit(Struct, frozen=True):
    """At most so many mails in so many seconds."""

    seconds: int
    mails: int


class Policy(Struct, frozen=True, kw_only=True):
    """Everything a decision may depend on that is neither the event nor the situation. Durations are in seconds."""

    desk_name: str = "Service Desk"
    address: str = "servicedesk@localhost"
    """The address that answers are sent from."""
    own_addresses: tuple[str, ...] = ()
    """Every address at which mail reaches the desk, `address` included."""
    own_domains: tuple[str, ...] = ()
    """The organisation's domains: only their people hear of others' incidents."""
    message_id_domain: str = "quietdesk.invalid"
    epoch: int = 0
    """Grows with every restore from a backup and shows in Message-IDs, so that no id is used twice."""
    services: tuple[Service, ...] = ()
    authserv_ids: tuple[str, ...] = ()
    """Names of the mail servers whose Authentication-Results are believed."""
    relays: tuple[str, ...] = LOOPBACK
    mappings: Mapping[str, Mapping[str, str]] = {}
    page_mappings: Mapping[str, Mapping[str, str]] = {}
    """Those of the page, changed like its rules; one of desk.toml counts where both have a name."""
    rules: tuple[Rule, ...] = ()
    """Rules over mails from desk.toml; those of the page come after them."""
    page_rules: tuple[Rule, ...] = ()
    """They are changed one at a time by inputs of their own, and outlive every change of the other settings."""
    spam_headers: tuple[str, ...] = ()
    spam_score: float = 5.0
    spam_actions: tuple[str, ...] = ("reject", "add header", "rewrite subject")
    """What rspamd says of a mail that is spam."""
    spam_opens: bool = False
    """Whether spam is only tagged and opens records all the same; it is never answered."""
    observing: tuple[str, ...] = ()
    """Routes whose input is decided but whose mail is held ("hook:…", or an address of the desk)."""
    staff: tuple[str, ...] = ()
    """Addresses of agents."""
    agents: tuple[Agent, ...] = ()
    """Who has a login."""
    problem_managers: tuple[str, ...] = ()
    """Who gets the weekly digest."""
    taxonomy: Taxonomy | None = None
    """The categories, once somebody changed those that the desk comes with (`correlate.taxonomies`); no setting."""
    digest_stopped: tuple[str, ...] = ()
    """Of these, who has stopped it (`correlate.subscribing`); no setting."""
    administrators: tuple[str, ...] = ()
    """Who hears of troubles of the desk itself; without one, the agents."""
    edges: tuple[Edge, ...] = ()
    callings: tuple[Calling, ...] = ()
    """Dependencies that were learned, and what people said of them (`correlate.dependencies`); no setting."""
    timezone: str = "UTC"
    language: str = "en"
    """Of mails to people whose own language is not known."""
    matrix: Mapping[str, str] = {}
    """Overrides of the impact × urgency matrix: "high/low" -> "P3"."""
    page_matrix: Mapping[str, str] = {}
    """Those of the page (`correlate.matrices`); one of `matrix` counts where both have a cell; no setting."""
    group_wait: int = 30
    """How long a new incident from alerts gathers before its owner is told."""
    group_interval: int = 0
    """How long after they were told those who know of an incident hear of what joined it; 0: they do not."""
    repeat_interval: int = 0
    """How long after they were told they hear that it still goes on while nobody has taken it; 0: they do not."""
    routes: tuple[Route, ...] = ()
    teams: tuple[Team, ...] = ()
    escalations: tuple[Chain, ...] = ()
    webhooks: tuple[str, ...] = ()
    """Names of those that the desk may call."""
    join_window: int = 1800
    """How long after the last activity of an open incident a related new alert may still join it."""
    settle: int = 300
    """How long a lone alert of low severity must last before it opens an incident: most are over by then."""
    ignored_severities: tuple[str, ...] = ("info",)
    """Severities that inform and never open an incident."""
    open_nonproduction: bool = False
    """Whether alerts of test and staging systems open incidents."""
    resolve_grace: int = 300
    """How long every alert must have been fine before an incident is resolved; back within it: the same incident."""
    weights: Mapping[str, float] = {}
    """Factors for pieces of evidence ("mail.words", "incident.onset"), fitted to what people corrected."""
    reopen_for: int = 14 * 86400
    """How long after its resolution a reply reopens a record; later ones open a new record that names the old."""
    close_after: int = 7 * 86400
    rejoin_window: int = 900
    """A condition that returns so soon after its incident was resolved reopens it."""
    mail_window: int = 4 * 3600
    """How long after the last activity of an incident a mail may still be about it."""
    quiet_after: int = 6 * 3600
    """Where most alerts of an incident are over, the rest count as over after so long without a word of them."""
    condition_lifetime: int = 3 * 86400
    """A firing condition not heard of for so long has expired (its tool never says that it is over)."""
    windows: tuple[Window, ...] = ()
    change_windows: bool = False
    """Whether a change with a service, a start and an end is a maintenance window of that service."""
    inhibit: tuple[Inhibition, ...] = ()
    inhibit_dependents: bool = True
    """While a service is down and its owner knows, nobody is told of alerts of what depends on it."""
    heartbeats: tuple[Heartbeat, ...] = ()
    sources: tuple[Source, ...] = ()
    watchdog_after: int = 3600
    """An alert that always fires (Watchdog, DeadMansSwitch) and is not heard of for so long tells of a trouble."""
    storm_incidents: int = 20
    """So many incidents opened within a minute are a storm, where that is unusual for their source or the desk."""
    address_limits: tuple[Limit, ...] = (Limit(600, 10), Limit(3_600, 30), Limit(36_000, 120))
    """Automatic mails to one address; what is beyond is withheld and recorded."""
    record_limits: tuple[Limit, ...] = (Limit(600, 5), Limit(3_600, 10), Limit(36_000, 25))
    """Of these, about one record."""
    ticket_days: int = 7
    """How long a ticket for an action by mail is good."""
    strangers_per_hour: int = 60
    """Acknowledgements to outsiders who take part in nothing yet; what is beyond is held."""
    digest_weekday: int = 0
    digest_hour: int = 7
    false_discovery_rate: float = 0.1
    cost_time_lost: float = 0.3
    """Of the time of everybody who wrote of an incident, the share that is lost while it lasts."""
    cost_handling: int = 30
    """Minutes that somebody spends on an incident."""


def policy_from(settings: Mapping[str, Any]) -> Policy:
    """The typed policy of a `Configured` input; raises msgspec.ValidationError where the settings do not fit."""
    return msgspec.convert(dict(settings), Policy, strict=False)


def mapped(policy: Policy) -> tuple[Service, ...]:
    """The services with the dependencies that people confirmed among what they need."""
    more: dict[str, list[str]] = {}
    for edge in policy.edges:
        if edge.status == "confirmed":
            more.setdefault(edge.service, []).append(edge.needs)
    if not more:
        return policy.services
    return tuple(
        msgspec.structs.replace(one, depends_on=tuple(dict.fromkeys((*one.depends_on, *more.get(one.name, ())))))
        for one in policy.services
    )


def called(policy: Policy) -> Mapping[str, str]:
    """The words that people were learned to use for services, to those services."""
    return {one.word: one.service for one in policy.callings if one.status != "declined"}
