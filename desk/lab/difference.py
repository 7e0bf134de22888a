"""Two runs over the same input, side by side: what was joined, parted, judged or told differently."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from correlate.records import Record
from desk.replay.outcome import Item
from desk.replay.simulation import Simulation

MOST = 200
"""Rows of each kind that are listed; all are counted."""


class Row(Struct, frozen=True, kw_only=True):
    """One record that is different: its title, and its numbers before and after the change."""

    title: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    words: str = ""


class Difference(Struct, frozen=True, kw_only=True):
    """What a change would have made different. `counts` has every figure as (before, after)."""

    inputs: int
    counts: Mapping[str, tuple[int, int]]
    totals: Mapping[str, int]
    """How many rows of each kind there are, listed or not."""
    merged: tuple[Row, ...] = ()
    split: tuple[Row, ...] = ()
    opened: tuple[Row, ...] = ()
    not_opened: tuple[Row, ...] = ()
    priorities: tuple[Row, ...] = ()
    mails_not_sent: tuple[Row, ...] = ()
    mails_more: tuple[Row, ...] = ()
    suggestions: tuple[Row, ...] = ()
    digests: tuple[str, str] = ("", "")

    @property
    def nothing(self) -> bool:
        """Whether both runs came to the same."""
        return self.digests[0] == self.digests[1] or not any(self.totals.values())


class _Run:
    """One run, by its records and what each is made of."""

    def __init__(self, simulation: Simulation) -> None:
        self.simulation = simulation
        result = simulation.result
        self.records: dict[str, Record] = {n: r for n, r in result.records.items() if r.merged_into is None}
        self.items = {n: i for n, i in simulation.outcome.inputs_of(result.survivor).items() if n in self.records}
        self.holder: dict[Item, str] = {item: number for number, items in self.items.items() for item in items}
        self.anchors = {number: min(items) for number, items in self.items.items() if items}

    def mails(self) -> Counter[tuple[str, str, str, Item | None]]:
        """Mails by kind, recipient, template and what they are about: the first input of the record."""
        survivor = self.simulation.result.survivor
        found: Counter[tuple[str, str, str, Item | None]] = Counter()
        for effect in self.simulation.outcome.mails:
            mail = effect.outgoing
            about = self.anchors.get(survivor(mail.about)) if mail.about else None
            found[mail.kind, mail.to, mail.template, about] += 1
        return found


def difference(before: Simulation, after: Simulation) -> Difference:
    """What the second run made otherwise than the first."""
    one, two = _Run(before), _Run(after)
    rows = {
        "merged": list(_joined(one, two)),
        "split": [
            Row(title=row.title, before=row.after, after=row.before, words=row.words) for row in _joined(two, one)
        ],
        "opened": list(_only(two, one, ours_first=False)),
        "not_opened": list(_only(one, two, ours_first=True)),
        "priorities": list(_priorities(one, two)),
        "mails_not_sent": list(_mails(one, two, gone=True)),
        "mails_more": list(_mails(two, one, gone=False)),
        "suggestions": list(_suggestions(one, two)),
    }
    return Difference(
        inputs=before.inputs,
        counts=_counts(one, two),
        totals={name: len(found) for name, found in rows.items()},
        digests=(before.result.digest, after.result.digest),
        **{name: tuple(found[:MOST]) for name, found in rows.items()},
    )


def _joined(one: _Run, two: _Run) -> Iterable[Row]:
    """Records of the second run that hold what several of the first held."""
    for number, items in two.items.items():
        held = _numbers({one.holder[item] for item in items if item in one.holder})
        if len(held) > 1:
            yield Row(title=two.records[number].title, before=held, after=(number,), words=f"{len(held)} became one")


def _only(here: _Run, there: _Run, *, ours_first: bool) -> Iterable[Row]:
    """Records of which nothing belongs to any record of the other run."""
    for number, items in here.items.items():
        if items and not any(item in there.holder for item in items):
            title = here.records[number].title
            yield Row(title=title, before=(number,) if ours_first else (), after=() if ours_first else (number,))


def _priorities(one: _Run, two: _Run) -> Iterable[Row]:
    for number, items in one.items.items():
        others = Counter(two.holder[item] for item in items if item in two.holder)
        if not others:
            continue
        other = min(others, key=lambda name: (-others[name], name))
        was, now = one.records[number].priority, two.records[other].priority
        if was != now:
            yield Row(title=one.records[number].title, before=(number,), after=(other,), words=f"{was} → {now}")


def _mails(here: _Run, there: _Run, *, gone: bool) -> Iterable[Row]:
    for (kind, to, template, about), count in sorted((here.mails() - there.mails()).items(), key=repr):
        number = here.holder.get(about) if about is not None else None
        known = (number,) if number else ()
        words = f"{kind} to {to}" + (f" ({count} times)" if count > 1 else "")
        title = here.records[number].title if number else template
        yield Row(title=title, before=known if gone else (), after=() if gone else known, words=words)


def _suggestions(one: _Run, two: _Run) -> Iterable[Row]:
    before = {s.key: s for s in one.simulation.result.suggestions}
    after = {s.key: s for s in two.simulation.result.suggestions}
    for key in sorted(before.keys() - after.keys()):
        yield Row(title=before[key].title, before=(before[key].id,), after=(), words="not suggested any more")
    for key in sorted(after.keys() - before.keys()):
        yield Row(title=after[key].title, before=(), after=(after[key].id,), words="suggested")


def _counts(one: _Run, two: _Run) -> dict[str, tuple[int, int]]:
    def both(count: Any) -> tuple[int, int]:
        return count(one), count(two)

    return {
        "incidents": both(lambda run: sum(r.kind == "incident" for r in run.records.values())),
        "requests": both(lambda run: sum(r.kind == "request" for r in run.records.values())),
        "mails": both(lambda run: len(run.simulation.outcome.mails)),
        "quarantined": both(lambda run: len(run.simulation.outcome.quarantined)),
        "suggestions": both(lambda run: len(run.simulation.result.suggestions)),
    }


def _numbers(numbers: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(numbers, key=lambda number: (number.partition("-")[0], int(number.rpartition("-")[2]))))
