"""What the desk thinks an event is: the types that classification hands to everything after it."""

from collections.abc import Sequence
from typing import Literal, Protocol, get_args

from msgspec import Struct

from ingest.event import Mail

RecordType = Literal["incident", "service request", "change request", "question"]
Level = Literal["high", "medium", "low"]
Priority = Literal["P1", "P2", "P3", "P4", "P5"]

TYPES: tuple[RecordType, ...] = get_args(RecordType)
LEVELS: tuple[Level, ...] = get_args(Level)
PRIORITIES: tuple[Priority, ...] = get_args(Priority)


class Text(Struct, frozen=True, kw_only=True):
    """What a model reads of one mail: the subject, the newly written text, the sender's address.

    `language` is an ISO 639-1 code when somebody knows it; None lets the model do without.
    """

    subject: str | None = None
    body: str | None = None
    sender: str | None = None
    language: str | None = None


def text_of(mail: Mail) -> Text:
    """What a model reads of a mail: what this person newly wrote and what they forwarded, or all there is."""
    forwarded = mail.forwarded.text if mail.forwarded else None
    written = mail.new_text
    if written and forwarded and forwarded not in written:
        written = f"{written}\n\n{forwarded}"
    return Text(
        subject=mail.subject,
        body=written or forwarded or mail.text,
        sender=mail.sender.address if mail.sender else None,
    )


class Alternative(Struct, frozen=True):
    """A value that was considered, with its calibrated probability."""

    value: str
    confidence: float


class Reason(Struct, frozen=True):
    """A term of the text (or a fact, as `severity=critical`) and what it added to the score of the value chosen."""

    term: str
    contribution: float


class Verdict(Struct, frozen=True):
    """One answer about one event.

    `confidence` is a calibrated probability from 0 to 1. `decided` is False where a person should decide;
    `value` is then the best guess, or None where nothing is known. `alternatives` are the next best values, best first.
    `score` is what a linear model gave the value: `base`, which it gives to every text, and the contributions of all
    terms. `reasons` are the strongest of these; what is missing to the score is the other terms'.
    """

    value: str | None
    confidence: float
    decided: bool
    alternatives: tuple[Alternative, ...] = ()
    reasons: tuple[Reason, ...] = ()
    score: float | None = None
    base: float | None = None

    def remainder(self) -> float | None:
        """What the terms added that are not among the reasons; None where nothing was added up."""
        if self.score is None or self.base is None:
            return None
        return self.score - self.base - sum(reason.contribution for reason in self.reasons)


UNKNOWN = Verdict(value=None, confidence=0.0, decided=False)


class Classification(Struct, frozen=True, kw_only=True):
    """Everything that is said about one event, each answer with its reasons.

    `priority` follows from impact, urgency and criticality by the matrix, never from a model. `model` is the SHA-256
    digest of the model that was asked, None where none was. `rules` names the rules that decided something.
    """

    type: Verdict = UNKNOWN
    category: Verdict = UNKNOWN
    assignment_group: Verdict = UNKNOWN
    service: Verdict = UNKNOWN
    impact: Verdict = UNKNOWN
    urgency: Verdict = UNKNOWN
    priority: Priority = "P4"
    model: str | None = None
    rules: tuple[str, ...] = ()
    language: str | None = None
    """What the text is written in, as an ISO 639-1 code; None where it does not tell."""


TARGETS: tuple[str, ...] = ("type", "category", "assignment_group", "service", "impact", "urgency")


class Model(Protocol):
    """Something that classifies texts: a trained model, or a stand-in with rules only."""

    @property
    def digest(self) -> str | None:
        """SHA-256 of the stored model in hexadecimal; None where there is no model."""

    def classify(self, texts: Sequence[Text]) -> list[Classification]:
        """One classification per text, in order. Same text, same digest: same result, whatever else is in the batch."""


def fact(value: str, rule: str) -> Verdict:
    """A verdict that a rule gives: decided, certain, with the rule as its reason."""
    return Verdict(value=value, confidence=1.0, decided=True, reasons=(Reason(rule, 1.0),))
