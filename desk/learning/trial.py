"""What is known of one training: what it learned from, how it fared against the model in force, what came of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

Outcome = str
"""promoted, verified (the model in force, with other limits for what it decides), kept back, nothing new, no model."""


class TargetTrial(Struct, frozen=True, kw_only=True):
    """Both models on the newest labels of one target. `chance` is how probable so clear a win is by chance alone; it is
    a win where that is less than `risk`, this night's part of the risk that all nights have together."""

    target: str
    rows: int
    champion_right: int
    challenger_right: int
    chance: float
    chance_worse: float
    risk: float = 0.05
    coverage: float | None = None
    """Share of these rows that the challenger would decide by itself."""
    accuracy_decided: float | None = None


class Broken(Struct, frozen=True, kw_only=True):
    """A class that the challenger knows worse than what was known before."""

    target: str
    value: str
    rows: int
    lost: int
    won: int


class Doubt(Struct, frozen=True, kw_only=True):
    """Labels that are kept out of training until a person has looked at them.

    `kind` is "contradiction" (equal texts, different labels), "person" (somebody's labels differ from everybody else's
    far more often than others' do) or "overruling" (somebody overrules what the model was sure of). `labels` are keys,
    `values` what each of them says.
    """

    kind: str
    target: str
    labels: tuple[str, ...]
    values: tuple[str, ...]
    people: tuple[str, ...] = ()
    actor: str | None = None
    share: float | None = None
    others: float | None = None


class Watched(Struct, frozen=True, kw_only=True):
    """The figures of a night. Shares are of the last week; a drift is None where too little is known."""

    mails: int = 0
    coverage: float | None = None
    right_of_decided: float | None = None
    judged: int = 0
    broken_promise: bool = False
    outcomes: Mapping[str, int] = {}
    unknown_language: float | None = None
    unknown_language_before: float | None = None
    unknown_words: float | None = None
    """Of all words that people wrote, whether or not somebody labelled their mails."""
    unknown_words_before: float | None = None
    """In the four weeks before, as with the languages."""
    drift_of_answers: float | None = None
    drift_of_languages: float | None = None
    drifted: tuple[str, ...] = ()


class Proof(Struct, frozen=True, kw_only=True):
    """From `confidence` on the model decides: of `decided` such answers among `rows` labels so many were right.

    `lower` is the lower 95 % bound of their share; `confidence` is None where nothing is decided. The bound holds over
    the desk's whole life, however often it is looked at: the `series`-th model that wanted to decide may risk only its
    part of the 5 %. `heard` is the evidence that counts beside labels after `since` (a journal position): answers and
    right ones at each of classify.lasting.LEVELS. Below `least` nothing is decided whatever labels prove: training
    itself found the promise broken there.
    """

    rows: int
    decided: int = 0
    right: int = 0
    lower: float = 0.0
    confidence: float | None = None
    series: int = 1
    heard: tuple[tuple[int, int], ...] = ()
    since: int = -1
    least: float = 0.0


class Trial(Struct, frozen=True, kw_only=True):
    """One training and its judgement."""

    outcome: Outcome
    why: tuple[str, ...]
    """Sentences."""
    asked_by: str
    champion: str | None
    challenger: str | None = None
    through: int = 0
    """The journal position up to which labels were read."""
    rows: Mapping[str, int] = {}
    """Where the rows came from: starter, imported, corrected, confirmed."""
    new_rows: int = 0
    targets: tuple[TargetTrial, ...] = ()
    broken: tuple[Broken, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    untold: Mapping[str, int] = {}
    """Names of categories that are no more and whose labels wait to be told apart, with how many there are."""
    seconds: float = 0.0
    card: Mapping[str, Any] | None = None
    """What a challenger that was not put in force was like; the card of one that was is in its file."""
    proofs: Mapping[str, Proof] = {}
    """What was proven of a challenger on labels that it did not learn from, by target."""
    watched: Watched | None = None
    """How the model in force fared meanwhile."""


def plainly(sentences: Sequence[str]) -> str:
    """The sentences in a row."""
    return " ".join(sentences)
