"""The records that decisions are about: frozen values with the words of ITIL and of Alertmanager."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from msgspec import Struct

from ingest.event import AlertStatus, Severity

RecordKind = Literal["incident", "request"]
RecordType = Literal["incident", "service request", "change request", "question"]
RecordStatus = Literal["new", "assigned", "waiting", "resolved", "closed", "merged"]
Level = Literal["high", "medium", "low"]
Priority = Literal["P1", "P2", "P3", "P4", "P5"]
DecidedBy = Literal["model", "proposal", "rule", "tool", "default", "person"]
"""A proposal is a model's answer that it was not sure enough of to decide: it stands until a person says."""

OPEN_STATUSES: frozenset[str] = frozenset({"new", "assigned", "waiting"})


class Matcher(Struct, frozen=True):
    """One condition on a label or a field of an alert; `correlate.matchers` reads, checks and tries them."""

    name: str
    op: Literal["=", "!=", "=~", "!~"]
    value: str


class Reason(Struct, frozen=True, gc=False):
    """A named reason with its evidence; `correlate.reasons` turns it into a sentence. Evidence is plain JSON."""

    rule: str
    evidence: Mapping[str, Any] = {}


class Cause(Struct, frozen=True, order=True, gc=False):
    """What made something happen: an input (its position and the event's index in it), or a deadline that fell due.

    For a deadline `position` is that of the input whose arrival let it be decided and `deadline` is its id;
    ids of what follows from a deadline are made from the deadline alone, so that they do not depend on lag.
    """

    position: int
    index: int = 0
    deadline: str | None = None


class Condition(Struct, frozen=True, kw_only=True, gc=False):
    """One monitored condition, by fingerprint. `record` is the incident that it belongs or last belonged to."""

    fingerprint: str
    status: AlertStatus
    tool: str
    severity: Severity
    resource: str | None
    service: str | None
    """The desk's service (of services.toml) where one is known, else the tool's own word."""
    title: str | None
    template: str
    """The title with everything variable masked."""
    first_at: datetime
    last_at: datetime
    changed_at: datetime
    """When `status` last changed, by the tool's clock where it states one (never later than we heard of it); of what is
    over, when it began where its tool does not say when it ended."""
    resolved_at: datetime | None = None
    notices: int = 1
    record: str | None = None
    suppressed_by: str | None = None
    history: tuple[int, ...] = ()
    """State changes for flap detection, newest last."""
    flapping: bool = False
    labels: str = ""
    """What the tool said of it by name, as JSON; empty where it said nothing."""
    source: str | None = None
    """The door through which it was heard of first."""
    expires_at: datetime | None = None
    """A notice at `last_at` holds until then; a repeat holds for as long again."""
    levels: tuple[str, ...] = ()
    """The rules' severities that fire, where a tool has a rule for each severity of one condition."""


class Mute(Struct, frozen=True, kw_only=True, gc=False):
    """A person wants to hear no more of an incident: who, since when, until when (None: until it is over) and why.

    `severity` is that of its gravest alert at the time: a graver one ends it.
    """

    by: str
    at: datetime
    until: datetime | None = None
    why: str | None = None
    severity: Severity = "info"


class Escalation(Struct, frozen=True, kw_only=True, gc=False):
    """How far the chain of an incident has come. `level` counts those that have been told, in this round; `ended` says
    why it goes no further."""

    chain: str
    level: int = 0
    round: int = 1
    told_at: datetime | None = None
    ended: Reason | None = None


class Doubted(Struct, frozen=True, gc=False):
    """A mail that was filed on weak evidence and is looked at again soon; `follows` is the mail that it answers."""

    message_id: str
    sender: str
    subject: str | None
    said: str
    at: datetime
    cause: Cause
    follows: str | None = None


class Record(Struct, frozen=True, kw_only=True, gc=False):
    """An incident or a request. `number` is INC-n or REQ-n."""

    number: str
    kind: RecordKind
    type: RecordType
    status: RecordStatus
    title: str
    opened_at: datetime
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    origin: Literal["mail", "alert"]
    source: str | None = None
    """The door of the alert that opened it."""
    service: str | None = None
    category: str | None = None
    impact: Level = "low"
    urgency: Level = "medium"
    priority: Priority = "P4"
    decided_by: Mapping[str, DecidedBy] = {}
    """Per field who set it; what a person set is never overwritten."""
    confidence: Mapping[str, float] = {}
    model: str | None = None
    language: str | None = None
    requester: str | None = None
    assignee: str | None = None
    team: str | None = None
    resource: str | None = None
    template: str = ""
    """What kind of trouble it is: the masked text of its first alert or subject."""
    merged_into: str | None = None
    related: tuple[str, ...] = ()
    """Records it may belong to, or that it continues."""
    problem: str | None = None
    change: str | None = None
    """The change that probably caused it."""
    resolution: str | None = None
    announced: bool = False
    """The owner has been told (group wait is over)."""
    told: tuple[str, ...] = ()
    """Who of the staff heard of it: addresses, and webhooks as "webhook:NAME". Nobody else hears that it is over."""
    told_at: datetime | None = None
    """When they heard of it last."""
    escalation: Escalation | None = None
    mute: Mute | None = None
    held: bool = False
    """Its source is observed only: mail about it is held."""
    observed: str | None = None
    """The route of that source."""
    let_out: tuple[str, ...] = ()
    """Of those who were told while it was held, whose notice a person let out."""
    muted: str | None = None
    """What keeps its owner from being told: a silence or window by its id, or an incident that explains it."""
    storm: str | None = None
    """It is a storm of alerts from this door ("*": from all of them), and takes in what comes while it lasts."""
    opened_by: Cause = Cause(0)
    topic: Mapping[str, int] = {}
    """Folded words by which further mails about it are recognised, with the number of mails that had each."""
    merged: tuple[str, ...] = ()
    """Records that were merged into this one."""
    apart: tuple[str, ...] = ()
    """Records of which a person said that they are another trouble, or that were parted from this one: the machine
    never joins them."""
    held_together: tuple[str, ...] = ()
    """Records that a person joined into this one: the machine does not part it."""
    doubted: tuple[Doubted, ...] = ()
    """Mails that may be about something else: kept for some minutes."""
    reasons: tuple[Reason, ...] = ()
    tags: tuple[str, ...] = ()


class Participant(Struct, frozen=True, kw_only=True, gc=False):
    """A person of a record. `insider` is whether their address is of the organisation's own domains."""

    record: str
    address: str
    name: str | None = None
    role: Literal["requester", "reporter", "copied"] = "requester"
    insider: bool = False
    joined_at: datetime
    acknowledged: bool = False
    told_resolved: bool = False
    language: str | None = None
    last_message_id: str | None = None
    """The last mail of theirs, to which answers are threaded."""
    last_references: tuple[str, ...] = ()
    """What that mail referred to: the first and the newest ids."""
    last_subject: str | None = None
    undeliverable: str | None = None
    """Why mail to this address came back for good; until they write again."""
    offered: str | None = None
    """The problem whose workaround they were given and have not judged yet."""


class Deadline(Struct, frozen=True, kw_only=True, gc=False):
    """Something to decide when time reaches `due`. A deadline with the same id replaces the earlier one."""

    id: str
    due: datetime
    kind: str
    subject: str | None = None


MailKind = Literal["acknowledgement", "update", "resolution", "reopened", "refusal", "digest", "staff", "webhook"]


class Outgoing(Struct, frozen=True, kw_only=True, gc=False):
    """A mail that is due. The shell renders `template` with `facts` when it delivers."""

    message_id: str
    kind: MailKind
    to: str
    to_name: str | None = None
    about: str | None = None
    """The record's number, or the suggestion's or problem's."""
    subject: str
    template: str
    facts: Mapping[str, Any] = {}
    language: str = "en"
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    held: bool = False


SuggestionKind = Literal["recurring", "periodic", "rising", "co-occurring", "after-change"]
SuggestionStatus = Literal["proposed", "accepted", "merged", "declined", "snoozed"]


class Suggestion(Struct, frozen=True, kw_only=True):
    """A proposed problem record with its evidence. `key` says what it is about, whatever its members are today."""

    id: str
    key: str
    kind: SuggestionKind
    status: SuggestionStatus
    title: str
    service: str | None
    incidents: tuple[str, ...]
    first_proposed_at: datetime
    updated_at: datetime
    p_value: float | None = None
    rate_ratio: float | None = None
    period_s: float | None = None
    after_change: str | None = None
    evidence: Mapping[str, Any] = {}
    problem: str | None = None
    snoozed_until: datetime | None = None
    declined_reason: str | None = None
    declined_strength: float | None = None
    """The strength of the evidence when it was declined: it comes back only when that has grown materially."""
    snoozed_strength: float | None = None
    """The same when it was snoozed until it escalates."""
    undo: Mapping[str, Any] | None = None
    """What was before the last decision, for whoever takes it back."""


ProblemStatus = Literal["accepted", "investigating", "known error", "fix in progress", "under observation", "closed"]


class Problem(Struct, frozen=True, kw_only=True):
    """A problem record, PRB-n."""

    number: str
    status: ProblemStatus
    title: str
    service: str | None
    opened_at: datetime
    closed_at: datetime | None = None
    incidents: tuple[str, ...] = ()
    suggestion: str | None = None
    owner: str | None = None
    workaround: str | None = None
    root_cause: str | None = None
    change: str | None = None
    outcome: str | None = None
    duplicate_of: str | None = None
    templates: tuple[str, ...] = ()
    """How its incidents begin: the masked texts of their first alerts or subjects."""
    words: tuple[str, ...] = ()
    """What most people who wrote of it wrote."""
    helped: int = 0
    """How many said that the workaround helped."""
    failed: int = 0
    fixed_at: datetime | None = None
    """Since when a fix is in place and is watched."""
    before_fix: float = 0.0
    """Incidents a day before the fix."""
    since_fix: tuple[datetime, ...] = ()
    """When it came again after the fix."""
    verdict: Literal["gone", "less", "still there"] | None = None


class Change(Struct, frozen=True, kw_only=True):
    """A change that was announced to the desk. `id` is the announcer's own where there is one, else CHG-n."""

    id: str
    service: str | None
    title: str
    start: datetime
    end: datetime | None


class Silence(Struct, frozen=True, kw_only=True):
    """While it is in force nobody is told of what it matches: a silence (SIL-n), or a maintenance window (MNT-n).

    A recurring one has a `rule`; `starts_at` and `ends_at` are then those of the present or next occurrence.
    """

    id: str
    kind: Literal["silence", "maintenance"]
    matchers: tuple[Matcher, ...] = ()
    services: tuple[str, ...] = ()
    """Services of the desk that it holds for; with matchers, both must fit."""
    starts_at: datetime
    ends_at: datetime
    rule: str | None = None
    """RRULE (RFC 5545) of its occurrences, by the wall clock of `timezone`."""
    first_at: datetime | None = None
    """When a recurring one begins to recur."""
    timezone: str = "UTC"
    author: str
    comment: str
    created_at: datetime
    origin: Literal["person", "import", "configuration", "change"] = "person"
    origin_id: str | None = None
    """Its id where it comes from, or the change's."""
    over: bool = False
    """It has ended, or somebody ended it."""


class Pulse(Struct, frozen=True, kw_only=True):
    """Somebody who is to be heard of again and again: a check-in, a hook, or an alert that always fires.

    `name` is "heartbeat:NAME", "hook:NAME" or "watchdog:FINGERPRINT". It is missed `period` + `grace` seconds after
    `last_at`.
    """

    name: str
    kind: Literal["check-in", "source", "watchdog", "doors"]
    title: str
    period: int
    grace: int
    last_at: datetime
    """When it was heard of last; before the first time, since when it is waited for."""
    beats: int = 0
    missing: bool = False
    service: str | None = None
    severity: Severity = "major"


class Past(Struct, frozen=True, gc=False):
    """What the search for recurring causes keeps of an incident."""

    number: str
    opened_at: datetime
    service: str | None
    template: str
    category: str | None
    origin: str
    resource: str | None = None
    resolved_at: datetime | None = None
    resolution: str | None = None
    services: tuple[str, ...] = ()
    """Every service that showed symptoms, sorted."""
    people: int = 0
    merged_into: str | None = None
    change: str | None = None
    group: str | None = None
    """The mail domain that everybody who wrote of it shares."""
    words: tuple[str, ...] = ()
    """What most of its mails have in common (see `correlate.callings`)."""
