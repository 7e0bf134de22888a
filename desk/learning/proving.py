"""What a model may decide at this desk: from where it kept its promise on labels of people here, and nothing else.

A model that was trained elsewhere, or mostly on tickets that ship, is surer of itself than it may be: measured on
another company's tickets the starter model is right in 60 to 70 of 100 answers that it is 99 % sure of. So each
target is only proposed until labels of this desk that the model did not learn from prove a confidence from which the
share of right answers reaches the promise.

Every night asks again, with a few labels more, and every model that is put in force asks anew. So the proof is one that
may be looked at as often as one likes (classify.lasting), and each model may risk only its part of the 5 %: that a
target is ever decided though it breaks the promise has a chance of at most 5 % over the desk's whole life. What is
decided grows with the labels: after the surest answers the less sure ones are asked, night after night.
"""

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np
from msgspec import convert, to_builtins
from msgspec.structs import replace
from numpy.typing import NDArray

from classify.abstention import NEVER
from classify.lasting import LEVELS, Tally, lasting_bound, lowest_level, place_of, risk_of, tallies, together
from classify.model import StoredModel
from classify.pipeline import Head, Pipeline
from desk.learning.folds import Answers
from desk.learning.material import Row
from desk.learning.trial import Proof
from desk.learning.watching import breaks

NEWEST = 1_000
"""Labels of a target by which a new model is judged, and whether a promise is broken: what held years ago proves
nothing."""


def proven(
    pipeline: Pipeline, own: Sequence[Row], answers: Answers, promise: float, series: int = 1, since: int = 0
) -> tuple[Pipeline, dict[str, Proof]]:
    """The pipeline, deciding from where the desk's own labels prove it. `answers` are of models that never saw them.

    `series` says which model of the desk's life it is; labels after the journal position `since` will be new to it.
    """
    heads, proofs = [], {}
    for head in pipeline.heads:
        said = _said(head, own, answers).newest()
        counted = tallies(said.confidence, said.right)
        least = head.threshold if head.threshold < NEVER else 0.0
        limit = max(_limit(said, counted, promise, series), least)
        heads.append(dataclasses.replace(head, threshold=limit))
        proof = replace(_proof(said, limit, series), heard=counted if said.several else (), since=since, least=least)
        proofs[head.target] = proof
    return dataclasses.replace(pipeline, heads=tuple(heads)), proofs


def reconsidered(
    champion: StoredModel, unseen: Sequence[Row], said: Answers, promise: float, series: int = 2
) -> tuple[Pipeline, Mapping[str, object], tuple[str, ...]] | None:
    """The model in force with other limits, its card and why; None where the limits stand.

    A target that was only proposed is decided once labels prove it, together with those that were heard when it was
    put in force, and more of it once they prove more; one whose promise the newest labels break is decided more rarely,
    or not at all, and what was proven before counts no more. `series` is the number of a model that would begin anew
    now.
    """
    heads, why = [], []
    proofs: dict[str, object] = dict(champion.card.get("verified") or {})
    for head in champion.pipeline.heads:
        known = convert(proofs.get(head.target, {"rows": 0}), Proof)
        answered = _said(head, [row for row in unseen if row.position > known.since], said)
        newest = answered.newest()
        before = _proof(newest, head.threshold, known.series)
        broken = head.threshold < NEVER and breaks(before.right, before.decided, promise)
        limit = head.threshold
        if broken:
            known = Proof(rows=0, series=max(series, known.series + 1), since=max(r.position for r in unseen))
            known = replace(known, heard=tallies(newest.confidence, newest.right))
            limit = _limit(newest, known.heard, promise, known.series)
        elif answered.confidence.size:
            counted = together(known.heard, tallies(answered.confidence, answered.right))
            limit = max(_limit(answered, counted, promise, known.series, held=limit), known.least)
        if limit != head.threshold:
            proof = _proof(newest if broken else answered, limit, known.series, () if broken else known.heard)
            proof = replace(proof, heard=known.heard, since=known.since, least=known.least)
            proofs[head.target] = to_builtins(proof)
            why.append(_sentence(head.target, before if broken else None, proof))
        heads.append(dataclasses.replace(head, threshold=limit))
    if not why:
        return None
    pipeline = dataclasses.replace(champion.pipeline, heads=tuple(heads))
    return pipeline, {**champion.card, "verified": proofs, "held_to": promise}, tuple(why)


@dataclasses.dataclass(frozen=True, slots=True)
class _Said:
    """How sure the answers about labels were, which were right, and whether the labels say several things: who only
    ever says one thing proves nothing."""

    confidence: NDArray[np.float64]
    right: NDArray[np.bool_]
    several: bool

    def newest(self) -> "_Said":
        return _Said(self.confidence[-NEWEST:], self.right[-NEWEST:], self.several)


def _said(head: Head, rows: Sequence[Row], answers: Answers) -> _Said:
    """What was said of a target, in the order of the labels. Cold classes are proposed anyway."""
    labelled = [row for row in rows if head.target in row.labels and head.target in answers.get(row.key, ())]
    said = [(answers[row.key][head.target], row.labels[head.target]) for row in labelled]
    said = [(verdict, truth) for verdict, truth in said if verdict.value not in head.cold]
    return _Said(
        np.array([verdict.confidence for verdict, _ in said], dtype=np.float64),
        np.array([verdict.value == truth for verdict, truth in said], dtype=np.bool_),
        len({truth for _, truth in said}) > 1,
    )


def _limit(said: _Said, counted: Sequence[Tally], promise: float, series: int, held: float = NEVER) -> float:
    """The confidence to decide from: the level that is proven, or the first answer above it; `held` where nothing below
    that is proven."""
    decides = held < NEVER
    place = lowest_level(counted, promise, risk_of(series), held if decides else None) if said.several else None
    if place is None or (decides and place == place_of(held)):
        return held
    above = said.confidence[said.confidence >= LEVELS[place]]
    return float(above.min()) if len(above) == counted[place][0] else LEVELS[place]


def _proof(said: _Said, limit: float, series: int, heard: Sequence[Tally] = ()) -> Proof:
    """What the answers prove from `limit` on, with those heard earlier at the highest level that is not above it."""
    chosen = said.right[said.confidence >= limit]
    before = heard[max(place for place, level in enumerate(LEVELS) if level <= limit)] if heard else (0, 0)
    decided, hits = len(chosen) + before[0], int(chosen.sum()) + before[1]
    rows = len(said.right) + (heard[0][0] if heard else 0)
    if not decided or limit >= NEVER:
        return Proof(rows=rows, series=series)
    lower = lasting_bound(hits, decided, risk_of(series))
    return Proof(rows=rows, decided=decided, right=hits, lower=lower, confidence=min(limit, 1.0), series=series)


def _sentence(target: str, broken: Proof | None, proof: Proof) -> str:
    begins = ""
    if broken is not None:
        begins = f"Of what it decided of {target}, only {broken.right} of {broken.decided} were right. "
    if proof.confidence is None:
        return f"{begins}It proposes {target} from here on and decides nothing of it."
    return (
        f"{begins}It decides {target} by itself where it is at least {proof.confidence:.0%} sure: {proof.right} of "
        f"{proof.decided} such answers about labels of this desk were right, at least {proof.lower:.1%} with 95 % "
        "confidence, however often it is asked."
    )
