"""Weights of evidence fitted to a desk's own corrected history: what people moved, split and joined.

Each decision of the machine that rested on added evidence is an example: right where nobody corrected it, wrong where
somebody moved the mail or parted the incidents. A pair that a person joined is one that was missed. A logistic
regression over the pieces of evidence finds a factor for each; it is held to one where there is little to learn from
(a Gaussian prior), so that a handful of corrections moves little. Evidence is recorded with the factors that were in
force then: they are divided out, so that a fit stands for itself and takes the place of the one before.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
import sqlalchemy as sa
from msgspec import Struct

from correlate.policy import Policy
from correlate.weights import LARGEST, SMALLEST, bounded
from desk.tables import entries, labels
from ingest.event import Configured
from ingest.journal import Journal

FEWEST_CORRECTIONS = 20
"""With fewer corrections there is nothing to fit."""
_HELD = 8.0
"""The precision of the prior: about so many contrary decisions halve the distance to what they say."""
_STEPS, _ENOUGH = 60, 1e-6
_NO_PIECE = frozenset({"score", "into"})
_MOVED = ("moved by a person", "split off by a person")
_NAME = re.compile(r"[a-z][a-z ]{0,40}")


class Example(Struct, frozen=True):
    """A decision with the evidence that it rested on (name to value, with the prefix), and whether it was right."""

    pieces: Mapping[str, float]
    right: bool


class Fit(Struct, frozen=True):
    """Factors by name, and how many decisions would come out right before and after."""

    factors: Mapping[str, float]
    seen: Mapping[str, int]
    examples: int
    corrections: int
    right_before: int
    right_after: int


class Force(Struct, frozen=True):
    """The factors in force after each position at which they changed; before the first there are none."""

    since: tuple[int, ...] = ()
    weights: tuple[Mapping[str, float], ...] = ()

    def at(self, position: int) -> Mapping[str, float]:
        """Those by which the input at this position was decided."""
        place = bisect_right(self.since, position - 1)
        return self.weights[place - 1] if place else {}

    @property
    def now(self) -> Mapping[str, float]:
        return self.weights[-1] if self.weights else {}


def in_force(connection: sa.Connection, journal: Journal) -> Force:
    """Which factors were in force when, from the configurations that the journal has."""
    e = entries.c
    since: list[int] = []
    weights: list[Mapping[str, float]] = []
    asked = sa.select(e.position).where(e.kind == "policy-changed").distinct().order_by(e.position)
    for position in connection.scalars(asked):
        found = journal.get(position)
        if found is None or found.kind != "config" or found.body is None:
            continue
        stated = msgspec.json.decode(found.body, type=Configured)
        if stated.edit is None and stated.mapping is None:
            since.append(position)
            weights.append(msgspec.convert(stated.settings, Policy, strict=False).weights)
    return Force(tuple(since), tuple(weights))


_ALWAYS_ONE = Force()


def examples_in(connection: sa.Connection, force: Force = _ALWAYS_ONE) -> tuple[list[Example], int]:
    """Every decision with its evidence by itself, and how many of them people corrected."""
    e = entries.c
    query = sa.select(e.subject, e.position).where(e.kind == "mail-filed", e.rule.in_(_MOVED))
    moved: dict[str, int] = {row.subject: row.position for row in connection.execute(query)}
    found: list[Example] = []
    query = sa.select(e.subject, e.position, e.evidence).where(
        e.kind == "mail-filed", e.rule == "mail about an open incident"
    )
    for row in connection.execute(query):
        pieces = _pieces("mail", row.evidence, force.at(row.position))
        if pieces:
            found.append(Example(pieces, moved.get(row.subject, -1) <= row.position))
    parted: dict[str, int] = {
        row.record: row.position
        for row in connection.execute(
            sa.select(labels.c.record, labels.c.position)
            .where(labels.c.target.in_(("split", "move")))
            .order_by(labels.c.position)
        )
    }
    query = sa.select(e.position, e.evidence).where(
        e.kind == "record-changed", e.change == "merged", e.rule == "one trouble after all"
    )
    for row in connection.execute(query):
        pieces = _pieces("incident", row.evidence, force.at(row.position))
        if pieces:
            into = str(msgspec.json.decode(row.evidence).get("into"))
            found.append(Example(pieces, parted.get(into, -1) <= row.position))
    query = sa.select(e.position, e.evidence).where(e.kind == "label-learned", e.rule == "joined by a person")
    missed = [
        Example(pieces, True)
        for row in connection.execute(query)
        if (pieces := _pieces("incident", row.evidence, force.at(row.position)))
    ]
    wrong = sum(not example.right for example in found)
    return [*found, *missed], wrong + len(missed)


def _pieces(kind: str, evidence: str, weights: Mapping[str, float]) -> dict[str, float]:
    """The pieces that a reason holds, without the factors of the time; none where it holds no score. Older ones left
    out what they began with. What a factor of zero silenced is not known any more."""
    told: dict[str, Any] = msgspec.json.decode(evidence)
    score = told.get("score")
    if not isinstance(score, int | float):
        return {}
    known = {
        name: float(value)
        for name, value in told.items()
        if name not in _NO_PIECE and isinstance(value, int | float) and _NAME.fullmatch(name)
    }
    known.setdefault("start", float(score) - sum(known.values()))
    factors = {name: bounded(weights.get(f"{kind}.{name}", 1.0)) for name in known}
    return {f"{kind}.{name}": value / factors[name] for name, value in known.items() if factors[name]}


def fitted(examples: Sequence[Example], corrections: int, now: Mapping[str, float] = {}) -> Fit:
    """The factors that explain the decisions best; deterministic. `now` are those in force."""
    names = sorted({name for example in examples for name in example.pieces})
    place = {name: column for column, name in enumerate(names)}
    matrix = np.zeros((len(examples), len(names)))
    for row, example in enumerate(examples):
        for name, value in example.pieces.items():
            matrix[row, place[name]] = value
    right = np.array([example.right for example in examples], dtype=float)
    factors = _solved(matrix, right, np.ones(len(names)))
    factors = np.clip(factors, SMALLEST, LARGEST)
    seen = Counter(name for example in examples for name in example.pieces)
    return Fit(
        factors={name: round(float(factors[place[name]]), 3) for name in names},
        seen=dict(seen),
        examples=len(examples),
        corrections=corrections,
        right_before=_agreeing(matrix, right, np.array([now.get(name, 1.0) for name in names])),
        right_after=_agreeing(matrix, right, factors),
    )


def _solved(matrix: Any, right: Any, start: Any) -> Any:
    """Newton's method for the logistic loss with a Gaussian prior around `start`."""
    factors = start.copy()
    identity = _HELD * np.eye(len(start))
    for _ in range(_STEPS):
        likely = 1 / (1 + np.exp(-np.clip(matrix @ factors, -30, 30)))
        slope = matrix.T @ (likely - right) + _HELD * (factors - start)
        curve = (matrix * (likely * (1 - likely))[:, None]).T @ matrix + identity
        step = np.linalg.solve(curve, slope)
        factors = factors - step
        if float(np.abs(step).max()) < _ENOUGH:
            break
    return factors


def _agreeing(matrix: Any, right: Any, factors: Any) -> int:
    return int((((matrix @ factors) > 0) == (right > 0)).sum())


def settings_text(fit: Fit, least: float = 0.02) -> str:
    """The factors as lines of TOML: of those alone that differ from one."""
    told = [f'"{name}" = {factor}' for name, factor in fit.factors.items() if abs(factor - 1) >= least]
    return "[weights]\n" + "\n".join(told) + "\n" if told else ""
