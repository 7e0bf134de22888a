"""How the model fares with what came in: what became of its answers, whether they keep the promise, what has drifted.

Everything is read from the tables, so that pages, metrics and the night agree, and a restart loses nothing.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence, Set
from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from classify.classification import Text, Verdict
from classify.contest import chance_of_stability, population_stability
from classify.taxonomy import Taxonomy
from correlate.taxonomies import present_verdict
from desk.learning.material import Row
from desk.learning.trial import Watched
from desk.tables import classifications, labels, records

LANGUAGES = frozenset({"en", "de", "fr", "es", "pt", "it", "nl", "pl"})
WEEK = timedelta(days=7)
LOOKED_BACK = 13 * WEEK
COMPARED = 4 * WEEK
"""The week is compared with so long before it."""
LEAST = 100
"""Fewer answers on either side say nothing about drift."""
MOST = 20_000
MUCH = 0.2
"""A population stability index from which a drift is worth a look, where chance alone stays below it."""
BINS = 10
_OVER = ("resolved", "closed", "merged")


class Answer(Struct, frozen=True, gc=False):
    """What the model said of the category of a record, and what became of it.

    `outcome` is accepted, replaced, undecided or open; `right` is known once the record is over.
    """

    at: datetime
    value: str | None
    confidence: float
    decided: bool
    language: str | None
    outcome: str
    right: bool | None


class _Said(Struct, frozen=True):
    category: Verdict
    language: str | None = None


def answers(connection: sa.Connection, taxonomy: Taxonomy, now: datetime) -> list[Answer]:
    """The answers of the last quarter, oldest first; the first of each record."""
    c, r, l = classifications.c, records.c, labels.c  # noqa: E741
    newest = sa.func.max(l.id).label("id")
    last = sa.select(l.record, newest).where(l.target == "category").group_by(l.record).subquery()
    query = (
        sa.select(c.body, r.number, r.opened_at, r.status, r.category, l.value)
        .join_from(classifications, records, c.record == r.number)
        .outerjoin(last, last.c.record == r.number)
        .outerjoin(labels, l.id == last.c.id)
        .where(r.opened_at >= now - LOOKED_BACK, r.origin == "mail", c.model.is_not(None))
        .order_by(c.position.desc())
        .limit(MOST)
    )
    first: dict[str, Answer] = {}
    for row in connection.execute(query):  # newest first, so the first answer about a record is the one that stays
        said = msgspec.json.decode(row.body, type=_Said)
        verdict = present_verdict(taxonomy, said.category)
        first[row.number] = _answer(verdict, said.language, row)
    return sorted(first.values(), key=lambda answer: answer.at)


def _answer(verdict: Verdict, language: str | None, row: Any) -> Answer:
    said, over = row.value is not None, row.status in _OVER
    right = row.category == verdict.value if over or said else None
    if not verdict.decided:
        outcome = "undecided"
    elif right is None:
        outcome = "open"
    else:
        outcome = "accepted" if right else "replaced"
    return Answer(row.opened_at, verdict.value, verdict.confidence, verdict.decided, language, outcome, right)


def watched(
    known: Sequence[Answer],
    promise: float,
    now: datetime,
    unknown_words: float | None = None,
    unknown_words_before: float | None = None,
) -> Watched:
    """The figures for the week before `now`; the promise is judged on the whole quarter."""
    week = [answer for answer in known if answer.at > now - WEEK]
    before = [answer for answer in known if now - WEEK - COMPARED < answer.at <= now - WEEK]
    judged = [answer.right for answer in known if answer.decided and answer.right is not None]
    drifts = {
        "answers": _drift(before, week, lambda answer: answer.value or "none"),
        "languages": _drift(before, week, lambda answer: answer.language or "unknown"),
    }
    return Watched(
        mails=len(week),
        coverage=_share(answer.decided for answer in week),
        right_of_decided=_share(judged),
        judged=len(judged),
        broken_promise=breaks(sum(judged), len(judged), promise),
        outcomes=Counter(answer.outcome for answer in week),
        unknown_language=_share(answer.language not in LANGUAGES for answer in week),
        unknown_language_before=_share(answer.language not in LANGUAGES for answer in before),
        unknown_words=unknown_words,
        unknown_words_before=unknown_words_before,
        drift_of_answers=drifts["answers"][0],
        drift_of_languages=drifts["languages"][0],
        drifted=tuple(name for name, (_, much) in drifts.items() if much),
    )


def breaks(right: int, total: int, promise: float) -> bool:
    """Whether so few right answers would come by chance less than once in twenty times, if the promise held."""
    from scipy.stats import binom

    return total > 0 and float(binom.cdf(right, total, promise)) < 0.05


def _drift(
    before: Sequence[Answer], week: Sequence[Answer], kind: Callable[[Answer], str]
) -> tuple[float | None, bool]:
    if len(before) < LEAST or len(week) < LEAST / 2:
        return None, False
    was, now = Counter(map(kind, before)), Counter(map(kind, week))
    index = population_stability(was, now)
    return index, index > max(MUCH, chance_of_stability(was, now))


def _share(flags: Iterable[bool | None]) -> float | None:
    listed = list(flags)
    return sum(map(bool, listed)) / len(listed) if listed else None


def words_known(trained: Iterable[Row]) -> set[str]:
    """Every word that the model met in its training."""
    from classify.doubts import words_of

    known: set[str] = set()
    for row in trained:
        known |= words_of(row.text)
    return known


def unknown_words(known: Set[str], recent: Iterable[Text]) -> float | None:
    """The share of words in recent texts, labelled or not, that the model never met; None without recent ones."""
    from classify.doubts import words_of

    total = strange = 0
    for text in recent:
        words = words_of(text)
        total += len(words)
        strange += len(words - known)
    return strange / total if total else None


# --- for charts -------------------------------------------------------------------------------------------------------


class Bin(Struct, frozen=True):
    """Answers of about one confidence: how sure the model was on average, how many were right, and of how many."""

    confidence: float
    right: int
    total: int


def calibration(known: Iterable[Answer]) -> list[Bin]:
    """Confidence against the share of right answers, in tenths; empty tenths are left out."""
    bins: list[list[Answer]] = [[] for _ in range(BINS)]
    for answer in known:
        if answer.right is not None and answer.value is not None:
            bins[min(int(answer.confidence * BINS), BINS - 1)].append(answer)
    return [
        Bin(sum(a.confidence for a in part) / len(part), sum(bool(a.right) for a in part), len(part))
        for part in bins
        if part
    ]


def by_week(known: Iterable[Answer], now: datetime, value: str | None = None) -> list[tuple[datetime, Counter[str]]]:
    """What became of the answers of each of the last 13 weeks, oldest first; of one category, or of all."""
    weeks: list[tuple[datetime, Counter[str]]] = [(now - (13 - n) * WEEK, Counter()) for n in range(13)]
    for answer in known:
        place = (answer.at - weeks[0][0]) // WEEK
        if 0 <= place < len(weeks) and (value is None or answer.value == value):
            weeks[place][1][answer.outcome] += 1
    return weeks


def by_category(known: Iterable[Answer]) -> list[tuple[str, Counter[str]]]:
    """What became of the answers of each category, the commonest first."""
    found: dict[str, Counter[str]] = {}
    for answer in known:
        if answer.value is not None:
            found.setdefault(answer.value, Counter())[answer.outcome] += 1
    return sorted(found.items(), key=lambda each: (-each[1].total(), each[0]))
