"""What a model may decide at this desk: from where it kept its promise on labels of people here, and nothing else.

A model that was trained elsewhere, or mostly on tickets that ship, is surer of itself than it may be: measured on
another company's tickets the starter model is right in 60 to 70 of 100 answers that it is 99 % sure of. So each
target is only proposed until labels of this desk that the model did not learn from prove a confidence from which the
lower 95 % bound of the share of right answers reaches the promise.
"""

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np
from msgspec import to_builtins
from numpy.typing import NDArray

from classify.abstention import NEVER, lower_bound, threshold
from classify.model import StoredModel
from classify.pipeline import Head, Pipeline
from desk.learning.folds import Answers
from desk.learning.material import Row
from desk.learning.trial import Proof
from desk.learning.watching import breaks

NEWEST = 1_000
"""Labels of a target that are looked at: what held years ago proves nothing."""


def proven(
    pipeline: Pipeline, own: Sequence[Row], answers: Answers, promise: float
) -> tuple[Pipeline, dict[str, Proof]]:
    """The pipeline, deciding from where the desk's own labels prove it. `answers` are of models that never saw them."""
    heads, proofs = [], {}
    for head in pipeline.heads:
        confidence, right, several = _said(head, own, answers)
        limit = threshold(confidence, right, promise) if several else NEVER
        if limit < NEVER and head.threshold < NEVER:
            limit = max(limit, head.threshold)
        heads.append(dataclasses.replace(head, threshold=limit))
        proofs[head.target] = _proof(confidence, right, limit)
    return dataclasses.replace(pipeline, heads=tuple(heads)), proofs


def reconsidered(
    champion: StoredModel, unseen: Sequence[Row], said: Answers, promise: float
) -> tuple[Pipeline, Mapping[str, object], tuple[str, ...]] | None:
    """The model in force with other limits, its card and why; None where the limits stand.

    A target that was only proposed is decided once labels prove it; one whose promise the newest labels break is
    decided more rarely, or not at all.
    """
    heads, why = [], []
    proofs: dict[str, object] = dict(champion.card.get("verified") or {})
    for head in champion.pipeline.heads:
        confidence, right, several = _said(head, unseen, said)
        before = _proof(confidence, right, head.threshold)
        broken = head.threshold < NEVER and breaks(before.right, before.decided, promise)
        limit = head.threshold
        if broken or limit >= NEVER:
            limit = threshold(confidence, right, promise) if several else NEVER
        if limit != head.threshold:
            proof = _proof(confidence, right, limit)
            proofs[head.target] = to_builtins(proof)
            why.append(_sentence(head.target, before if broken else None, proof))
        heads.append(dataclasses.replace(head, threshold=limit))
    if not why:
        return None
    pipeline = dataclasses.replace(champion.pipeline, heads=tuple(heads))
    return pipeline, {**champion.card, "verified": proofs, "held_to": promise}, tuple(why)


def _said(head: Head, rows: Sequence[Row], answers: Answers) -> tuple[NDArray[np.float64], NDArray[np.bool_], bool]:
    """How sure the answers about the newest labels were, which were right, and whether the labels say several things:
    who only ever says one thing proves nothing. Cold classes are proposed anyway."""
    labelled = [row for row in rows if head.target in row.labels and head.target in answers.get(row.key, ())]
    said = [(answers[row.key][head.target], row.labels[head.target]) for row in labelled[-NEWEST:]]
    said = [(verdict, truth) for verdict, truth in said if verdict.value not in head.cold]
    return (
        np.array([verdict.confidence for verdict, _ in said], dtype=np.float64),
        np.array([verdict.value == truth for verdict, truth in said], dtype=np.bool_),
        len({truth for _, truth in said}) > 1,
    )


def _proof(confidence: NDArray[np.float64], right: NDArray[np.bool_], limit: float) -> Proof:
    chosen = right[confidence >= limit]
    if not len(chosen):
        return Proof(rows=len(right))
    hits = int(chosen.sum())
    lower = lower_bound(hits, len(chosen))
    return Proof(rows=len(right), decided=len(chosen), right=hits, lower=lower, confidence=min(limit, 1.0))


def _sentence(target: str, broken: Proof | None, proof: Proof) -> str:
    begins = ""
    if broken is not None:
        begins = f"Of what it decided of {target}, only {broken.right} of {broken.decided} were right. "
    if proof.confidence is None:
        return f"{begins}It proposes {target} from here on and decides nothing of it."
    return (
        f"{begins}It decides {target} by itself where it is at least {proof.confidence:.0%} sure: {proof.right} of "
        f"{proof.decided} such answers about labels of this desk were right, at least {proof.lower:.1%} with 95 % "
        "confidence."
    )
