"""Labels that are kept out of training until a person has looked at them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set

from msgspec.structs import replace

from classify import doubts
from classify.doubts import Labelled
from classify.training import Settings
from desk.learning.folds import Answers, targets_of, trained
from desk.learning.material import Row
from desk.learning.trial import Doubt

LOOKED_AT = ("category", "type", "assignment_group", "service")
"""Targets whose labels should agree on equal texts; how urgent a matter is may differ from day to day."""
MOST = 300
MOST_LABELS = 200
GROUPS = 4
"""With more people than this, several are judged by one model that saw none of their labels: a night has an end."""
MOST_TEACHING = 4_000
"""Of so many labels, the newest, such a model is made: enough to tell one kind of text from another."""
BUSIEST = 12
"""Of so many people, the busiest first, it is looked whether their labels differ from everybody else's."""
_ENDORSED = "confirmed"
SURE = 0.97
"""A proposal counts as overruled from this confidence on: below it, a model that ships is often enough wrong."""


def contradictory(rows: Sequence[Row], verdicts: Mapping[str, str]) -> tuple[list[Row], list[Doubt]]:
    """The rows without labels that contradict each other, and these labels.

    What was merely left as it was gives way to what somebody said of an equal text.
    """
    found: list[Doubt] = []
    for target in LOOKED_AT:
        given = _labelled([row for row in rows if row.origin != _ENDORSED], target, verdicts)
        groups = doubts.contradictions([one for one in given if not one.judged])
        for group in groups[:MOST]:
            some = group[:MOST_LABELS]
            found.append(
                Doubt(
                    kind="contradiction", target=target, labels=tuple(one.key for one in some),
                    values=tuple(one.value for one in some), people=tuple(one.actor for one in some),
                )
            )  # fmt: skip
        rows = _dropped(rows, {one.key for group in groups for one in group})
        rows = _dropped(rows, _outdone(rows, target, verdicts))
    return list(rows), found


def _outdone(rows: Sequence[Row], target: str, verdicts: Mapping[str, str]) -> set[str]:
    """Keys of labels that were left as they were while somebody said something else of an equal text, or later."""
    endorsed = {row.key_of(target): row for row in rows if row.origin == _ENDORSED}
    if not endorsed:
        return set()
    outdone: set[str] = set()
    for group in doubts.contradictions(_labelled(rows, target, verdicts)):
        said = {one.value for one in group if one.key not in endorsed}
        last = max((endorsed[one.key] for one in group if one.key in endorsed), key=lambda row: row.position)
        outdone |= {
            one.key
            for one in group
            if one.key in endorsed and (one.value not in said if said else one.value != last.labels[target])
        }
    return outdone


def doubtful_people(
    rows: Sequence[Row], others: Sequence[Row], settings: Settings, verdicts: Mapping[str, str]
) -> list[Doubt]:
    """Labels of people that differ from what all others teach. Each of the busiest is compared with a model that saw
    none of their labels; `others` are rows of nobody in particular."""
    corrected = [row for row in rows if row.origin == "corrected"]
    found = []
    for target in LOOKED_AT:
        given = _labelled([row for row in corrected if target in row.keys], target, verdicts)
        counts = Counter(one.actor for one in given)
        busy = [actor for actor, count in counts.most_common(BUSIEST) if count >= doubts.LEAST_DOUBTFUL]
        learned: dict[str, tuple[str | None, float]] = {}
        for start in range(min(GROUPS, len(busy))):
            learned |= _learned_without(frozenset(busy[start::GROUPS]), [*others, *rows], corrected, target, settings)
        for odd in doubts.odd_people(given, learned):
            some = odd.labels[:MOST_LABELS]
            found.append(
                Doubt(
                    kind="person", target=target, labels=tuple(one.key for one in some),
                    values=tuple(one.value for one in some), actor=odd.actor, share=odd.share, others=odd.others,
                    people=(odd.actor,),
                )
            )  # fmt: skip
    return found


def overruling_people(rows: Sequence[Row], said: Answers, verdicts: Mapping[str, str]) -> list[Doubt]:
    """Labels of people who overrule what the model in force decided, or was all but sure of, where nobody else does."""
    found = []
    for target in LOOKED_AT:
        given = [row for row in rows if target in row.labels and row.origin in ("corrected", _ENDORSED)]
        sure = {
            row.key_of(target): verdict.value
            for row in given
            if (verdict := said.get(row.key, {}).get(target)) is not None
            and (verdict.decided or verdict.confidence >= SURE)
            and verdict.value
        }
        for odd in doubts.overruling(_labelled(given, target, verdicts), sure):
            some = odd.labels[:MOST_LABELS]
            found.append(
                Doubt(
                    kind="overruling", target=target, labels=tuple(one.key for one in some),
                    values=tuple(one.value for one in some), actor=odd.actor, share=odd.share, people=(odd.actor,),
                )
            )  # fmt: skip
    return found


def _learned_without(
    actors: Set[str], rows: Sequence[Row], corrected: Sequence[Row], target: str, settings: Settings
) -> dict[str, tuple[str | None, float]]:
    """What everybody else's labels teach about some people's texts: value and confidence, by the key of the label."""
    theirs = [row for row in corrected if row.actor in actors and target in row.labels]
    teaching = [row for row in rows if row.actor not in actors and target in row.labels][-MOST_TEACHING:]
    if target not in targets_of(teaching):
        return {}
    said = trained(teaching, settings, only=(target,)).pipeline.verdicts([row.text for row in theirs], reasons=False)
    return {
        row.key_of(target): (each[target].value, each[target].confidence)
        for row, each in zip(theirs, said, strict=True)
    }


def without(rows: Sequence[Row], doubted: Iterable[Doubt]) -> list[Row]:
    """The rows without these labels."""
    return _dropped(rows, {key for doubt in doubted for key in doubt.labels})


def _labelled(rows: Iterable[Row], target: str, verdicts: Mapping[str, str]) -> list[Labelled]:
    return [
        Labelled(
            key=row.key_of(target), text=row.text, value=row.labels[target], actor=row.actor,
            judged=row.key_of(target) in verdicts,
        )
        for row in rows
        if target in row.labels
    ]  # fmt: skip


def _dropped(rows: Iterable[Row], keys: set[str]) -> list[Row]:
    if not keys:
        return list(rows)
    kept = []
    for row in rows:
        labels = {target: value for target, value in row.labels.items() if row.key_of(target) not in keys}
        if labels:
            kept.append(row if len(labels) == len(row.labels) else replace(row, labels=labels))
    return kept
