"""What can be done by the API: the command vocabulary, each action with its arguments and the role that it needs."""

from typing import Any, Literal

from msgspec import UNSET, Struct, UnsetType

from desk.web.security import Role

Field = Literal["type", "category", "service", "team", "impact", "urgency", "priority", "title"]


class _Action(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="action"):
    pass


class Take(_Action, frozen=True, kw_only=True, tag="take"):
    """Take a record yourself."""

    subject: str


class Assign(_Action, frozen=True, kw_only=True, tag="assign"):
    """Give a record to an agent, by login."""

    subject: str
    assignee: str


class Note(_Action, frozen=True, kw_only=True, tag="note"):
    """Add an internal note."""

    subject: str
    text: str


class Reply(_Action, frozen=True, kw_only=True, tag="reply"):
    """Answer the people of a record by mail."""

    subject: str
    text: str


class Wait(_Action, frozen=True, kw_only=True, tag="wait"):
    """Wait for the requester, with a question to them or without."""

    subject: str
    text: str | UnsetType = UNSET


class Resume(_Action, frozen=True, kw_only=True, tag="resume"):
    """Wait no longer."""

    subject: str


class Resolve(_Action, frozen=True, kw_only=True, tag="resolve"):
    """Resolve a record: `resolution` says what solved it, `text` goes to the people."""

    subject: str
    resolution: str
    text: str | UnsetType = UNSET


class Reopen(_Action, frozen=True, kw_only=True, tag="reopen"):
    """Open a resolved record again."""

    subject: str
    text: str | UnsetType = UNSET


class Close(_Action, frozen=True, kw_only=True, tag="close"):
    """Close a resolved record."""

    subject: str


class Join(_Action, frozen=True, kw_only=True, tag="join"):
    """Join a record to another one."""

    subject: str
    into: str


class Split(_Action, frozen=True, kw_only=True, tag="split"):
    """Split messages and alerts off into a record of their own: pairs of position and index."""

    subject: str
    items: list[tuple[int, int]]


class Move(_Action, frozen=True, kw_only=True, tag="move"):
    """Move messages and alerts to another record: pairs of position and index."""

    subject: str
    into: str
    items: list[tuple[int, int]]


class Set(_Action, frozen=True, kw_only=True, tag="set"):
    """Correct what was understood."""

    subject: str
    field: Field
    value: str


class Mute(_Action, frozen=True, kw_only=True, tag="mute"):
    """Tell nobody of the staff of an incident for so many seconds, or until it is over."""

    subject: str
    seconds: int | UnsetType = UNSET
    text: str | UnsetType = UNSET


class Unmute(_Action, frozen=True, kw_only=True, tag="unmute"):
    """Tell of it again."""

    subject: str


class SuggestionAccept(_Action, frozen=True, kw_only=True, tag="suggestion-accept"):
    """Make a suggestion a problem record."""

    subject: str
    title: str | UnsetType = UNSET


class SuggestionDecline(_Action, frozen=True, kw_only=True, tag="suggestion-decline"):
    """Decline a suggestion; the same evidence does not come back."""

    subject: str
    reason: str


class SuggestionSnooze(_Action, frozen=True, kw_only=True, tag="suggestion-snooze"):
    """Put a suggestion off until a time (RFC 3339), or until it "escalates"."""

    subject: str
    until: str


class SuggestionMerge(_Action, frozen=True, kw_only=True, tag="suggestion-merge"):
    """Add a suggestion's incidents to a problem record."""

    subject: str
    problem: str


class SuggestionRemove(_Action, frozen=True, kw_only=True, tag="suggestion-remove"):
    """Take an incident out of a suggestion."""

    subject: str
    incident: str


class SuggestionRestore(_Action, frozen=True, kw_only=True, tag="suggestion-restore"):
    """Put an incident back that was taken out of a suggestion."""

    subject: str
    incident: str


class SuggestionUndo(_Action, frozen=True, kw_only=True, tag="suggestion-undo"):
    """Take the last decision on a suggestion back."""

    subject: str


class ProblemSet(_Action, frozen=True, kw_only=True, tag="problem-set"):
    """Change a problem record."""

    subject: str
    status: str | UnsetType = UNSET
    workaround: str | UnsetType = UNSET
    root_cause: str | UnsetType = UNSET
    owner: str | UnsetType = UNSET
    change: str | UnsetType = UNSET
    outcome: str | UnsetType = UNSET
    duplicate_of: str | UnsetType = UNSET
    title: str | UnsetType = UNSET


class MailRelease(_Action, frozen=True, kw_only=True, tag="mail-release"):
    """Let a held mail out."""

    message_id: str


class MailDrop(_Action, frozen=True, kw_only=True, tag="mail-drop"):
    """Never send a held mail."""

    message_id: str


class QuarantineReplay(_Action, frozen=True, kw_only=True, tag="quarantine-replay"):
    """Try an input in quarantine again."""

    position: int


class QuarantineDismiss(_Action, frozen=True, kw_only=True, tag="quarantine-dismiss"):
    """Leave an input in quarantine for good."""

    position: int


class IgnoredProcess(_Action, frozen=True, kw_only=True, tag="ignored-process"):
    """Have a mail processed that was kept out as spam or by a rule."""

    position: int


class SilenceAdd(_Action, frozen=True, kw_only=True, tag="silence-add"):
    """Tell nobody of what fits: `matchers` as text, or as Alertmanager's API has them; `services` are the desk's own.

    `ends_at` (RFC 3339) or `duration` (seconds) says how long; a `rule` (RRULE, or five fields of cron) has it recur.
    """

    matchers: str | list[str | dict[str, Any]] | UnsetType = UNSET
    services: list[str] | UnsetType = UNSET
    comment: str
    kind: Literal["silence", "maintenance"] | UnsetType = UNSET
    starts_at: str | UnsetType = UNSET
    ends_at: str | UnsetType = UNSET
    duration: float | UnsetType = UNSET
    rule: str | UnsetType = UNSET
    timezone: str | UnsetType = UNSET


class SilenceExpire(_Action, frozen=True, kw_only=True, tag="silence-expire"):
    """End a silence or window now; what it held back is told."""

    subject: str


class Taxonomy(_Action, frozen=True, kw_only=True, tag="taxonomy"):
    """Change the categories: `subject` is the category, but for a merge, which has `names`."""

    what: Literal["add", "rename", "remove", "merge", "split"]
    subject: str | UnsetType = UNSET
    parent: str | UnsetType = UNSET
    about: str | UnsetType = UNSET
    to: str | UnsetType = UNSET
    into: str | list[str] | UnsetType = UNSET
    names: list[str] | UnsetType = UNSET
    why: str | UnsetType = UNSET


class Matrix(_Action, frozen=True, kw_only=True, tag="matrix"):
    """Change cells of the matrix of priorities: "impact/urgency/criticality" ("none": no known service) to a priority,
    or to null for the usual one."""

    cells: dict[str, Literal["P1", "P2", "P3", "P4", "P5"] | None]
    why: str | UnsetType = UNSET


class LabelsJudge(_Action, frozen=True, kw_only=True, tag="labels-judge"):
    """Say of doubtful labels whether they are learned from: "kept" or "dropped"."""

    labels: list[str]
    verdict: Literal["kept", "dropped"]


Action = (
    Take
    | Assign
    | Note
    | Reply
    | Wait
    | Resume
    | Resolve
    | Reopen
    | Close
    | Join
    | Split
    | Move
    | Set
    | Mute
    | Unmute
    | SuggestionAccept
    | SuggestionDecline
    | SuggestionSnooze
    | SuggestionMerge
    | SuggestionRemove
    | SuggestionRestore
    | SuggestionUndo
    | ProblemSet
    | MailRelease
    | MailDrop
    | QuarantineReplay
    | QuarantineDismiss
    | IgnoredProcess
    | SilenceAdd
    | SilenceExpire
    | Taxonomy
    | Matrix
    | LabelsJudge
)


def role_for(action: Action) -> Role:
    """The role that an action needs, the same as on the pages."""
    match action:
        case QuarantineReplay() | QuarantineDismiss() | Taxonomy() | Matrix():
            return "administrator"
        case (
            SuggestionAccept() | SuggestionDecline() | SuggestionSnooze() | SuggestionMerge() | SuggestionRemove()
            | SuggestionRestore() | SuggestionUndo()
        ):  # fmt: skip
            return "problem-manager"
        case ProblemSet() | LabelsJudge():
            return "problem-manager"
        case _:
            return "agent"
