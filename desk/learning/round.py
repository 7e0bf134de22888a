"""One round of learning: gather the labels, train and judge a challenger, and tell the journal what came of it.

It runs in a process of its own. What it writes is a model on the shelf and inputs in the journal, nothing else: the
desk's worker puts the model in force when it reads the input that says so.
"""

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

import msgspec
import sqlalchemy as sa
from msgspec.structs import replace

from classify.evaluation import score
from classify.model import LoadError, StoredModel, stored
from classify.training import Figures
from desk.clock import Clock
from desk.config import Settings
from desk.learning import cards, shelf, watching
from desk.learning.challenge import Challenger, challenge
from desk.learning.folds import Answers, Progress
from desk.learning.inputs import TRIED
from desk.learning.material import Material, Row, gather, recent_texts, starter_rows
from desk.learning.trial import Trial, Watched
from ingest.event import Command, Draft, ModelInForce
from ingest.journal import Journal
from ingest.normalize import draft_of

ROUTE = "learning"


class NothingBeforeError(Exception):
    """There is no model to go back to; the text is a sentence."""


class Round:
    """Learning for one desk. `progress` hears what is being done, in a few words."""

    def __init__(
        self, settings: Settings, engine: sa.Engine, journal: Journal, clock: Clock,
        progress: Progress = lambda _: None,
    ) -> None:  # fmt: skip
        self._settings = settings
        self._engine = engine
        self._journal = journal
        self._clock = clock
        self._progress = progress

    def run(self, asked_by: str, *, whatever: bool = False, promote: bool = True) -> Trial:
        """Train, judge, and put the challenger in force where it won. Returns the trial, which is in the journal.

        Without `promote` the winner is only told of. Raises NotDurableError and DBAPIError; nothing has
        changed then.
        """
        began = time.monotonic()
        with self._engine.connect() as connection:
            material = gather(connection)
            digest = shelf.in_force(connection)
            champion = self._champion(digest)
            through = 0 if champion is None else int(champion.card.get("through", 0))
            seen = self._watched(connection, material, through)
        found = challenge(
            material, champion, promise=self._settings.model.promise, asked_by=asked_by,
            progress=self._progress, whatever=whatever,
        )  # fmt: skip
        trial = replace(found.trial, watched=seen)
        if found.pipeline is not None and promote:
            file = self._file(found, material.taxonomy.categories())
            trial = replace(trial, challenger=sha256(file).hexdigest())
            shelf.put(self._engine, trial.challenger or "", file, self._clock())
        elif found.pipeline is not None:
            why = "Somebody went back to an earlier model, so none is put in force by itself: see `desk learn`."
            trial = replace(trial, outcome="kept back", why=(*trial.why, why))
        if trial.outcome == "kept back" and found.answers:
            trial = replace(trial, card=self._card_of_loser(found, material.taxonomy.categories()))
        trial = replace(trial, seconds=round(time.monotonic() - began, 1))
        self._journal.append(list(drafts_of(trial)), self._clock())
        return trial

    def _watched(self, connection: sa.Connection, material: Material, through: int) -> Watched:
        """`through` is the journal position up to which the model in force learned."""
        now = self._clock()
        known = watching.answers(connection, material.taxonomy, now)
        learned = [row for row in material.rows if row.position <= through]
        words = watching.words_known([*starter_rows(material.taxonomy), *learned])
        week = now - watching.WEEK
        strange = [
            watching.unknown_words(words, recent_texts(connection, since, until))
            for since, until in ((week, now), (week - watching.COMPARED, week))
        ]
        return watching.watched(known, self._settings.model.promise, now, *strange)

    def _champion(self, digest: str | None) -> StoredModel | None:
        if digest is None:
            return None
        try:
            return shelf.stored_model(self._engine, self._settings, digest)
        except LoadError:
            return None  # the health page says so; any model is better than none

    def _file(self, found: Challenger, categories: Sequence[str]) -> bytes:
        assert found.pipeline is not None
        at = self._clock()
        classes = by_class(found.rows, found.answers, found.figures)
        card = found.card or cards.card_of(
            found.trial, found.figures, classes, categories, self._settings.model.promise, at
        )
        file = stored(found.pipeline, card)
        self._write_card(sha256(file).hexdigest(), card, at)
        return file

    def _card_of_loser(self, found: Challenger, categories: Sequence[str]) -> Mapping[str, Any]:
        """What it was like on texts that were left out: nothing of it is kept but this."""
        figures, classes = left_out_figures(found.rows, found.answers)
        promise = self._settings.model.promise
        return cards.card_of(found.trial, figures, classes, categories, promise, self._clock())

    def _write_card(self, digest: str, card: Mapping[str, Any], at: datetime) -> None:
        folder = Path(self._settings.storage.data_dir) / "model-cards"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder / f"{at:%Y-%m-%d-%H%M%S}-{digest[:12]}.md").write_text(cards.written(digest, card), encoding="utf-8")

    def back(self, actor: str) -> str:
        """Put the model of before in force again; returns its digest. Raises NothingBeforeError."""
        with self._engine.connect() as connection:
            digest = shelf.before(connection)
        if digest is None:
            raise NothingBeforeError("There is no earlier model to go back to.")
        try:
            shelf.stored_model(self._engine, self._settings, digest)
        except LoadError as problem:
            raise NothingBeforeError(f"The earlier model cannot be used: {problem}.") from problem
        self._journal.append([back_draft(digest, actor)], self._clock())
        return digest


def back_draft(digest: str, actor: str) -> Draft:
    """The input by which a person goes back to this model."""
    return draft_of(ModelInForce(digest=digest, how="back", actor=actor), ROUTE)


def drafts_of(trial: Trial) -> Sequence[Draft]:
    """The trial, and the promotion where it won: inputs in the journal."""
    told = Command(action=TRIED, actor=trial.asked_by, arguments={"trial": msgspec.to_builtins(trial)})
    drafts = [draft_of(told, ROUTE)]
    if trial.outcome in ("promoted", "verified"):
        how: Literal["promoted", "verified"] = "promoted" if trial.outcome == "promoted" else "verified"
        event = ModelInForce(digest=trial.challenger, how=how, actor=trial.asked_by, note=" ".join(trial.why))
        drafts.append(draft_of(event, ROUTE))
    return drafts


def by_class(rows: Sequence[Row], answers: Answers, figures: Sequence[Figures]) -> dict[str, Any]:
    """Figures of each class, on texts that were left out."""
    found: dict[str, Any] = {}
    for target in (one.target for one in figures):
        said = [(v, row.labels[target]) for row in rows if target in row.labels
                and (v := answers.get(row.key, {}).get(target)) is not None]  # fmt: skip
        if said:
            judged = score([verdict for verdict, _ in said], [truth for _, truth in said])
            found[target] = msgspec.to_builtins(judged.classes)
    return found


def left_out_figures(rows: Sequence[Row], answers: Answers) -> tuple[list[Figures], dict[str, Any]]:
    """Figures of each target and, within it, of each class, on texts that were left out."""
    figures, classes = [], {}
    for target in dict.fromkeys(target for row in rows for target in row.labels):
        said = [(v, row.labels[target]) for row in rows if target in row.labels
                and (v := answers.get(row.key, {}).get(target)) is not None]  # fmt: skip
        if said:
            truth = [value for _, value in said]
            judged = score([verdict for verdict, _ in said], truth)
            classes[target] = msgspec.to_builtins(judged.classes)
            figures.append(
                Figures(
                    target=target, rows=judged.n, classes=dict(Counter(truth)), accuracy=judged.accuracy,
                    ece=judged.ece, coverage=judged.coverage, accuracy_decided=judged.accuracy_decided,
                )
            )  # fmt: skip
    return figures, classes


def promotes_by_itself(connection: sa.Connection) -> bool:
    """Whether a nightly winner is put in force: not after somebody went back, until a person has one promoted."""
    from desk.tables import entries

    e = entries.c
    query = sa.select(e.rule).where(e.kind == "model-changed").order_by(e.id.desc()).limit(1)
    return connection.scalar(query) != "model taken back"
