"""What the pages of categories and of the matrix show: what each category has, and what a change would do."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection, func, select

from classify.taxonomy import Taxonomy
from correlate.matrices import differences
from correlate.policy import Policy
from correlate.priorities import cell_of, own_cells
from correlate.records import OPEN_STATUSES, Reason, Record
from correlate.taxonomies import moves
from desk.tables import entries, examples, labels, records

LOOKED_BACK = timedelta(days=30)
MOST_LOOKED_AT = 5_000
_OPEN = tuple(sorted(OPEN_STATUSES))


@dataclass(frozen=True, kw_only=True)
class Held:
    """What a category has: records that are open, and labels by people and from history."""

    open: int = 0
    labels: int = 0


def held(connection: Connection, taxonomy: Taxonomy) -> Mapping[str, Held]:
    """By the name that was given; names that mean one category now count for it."""
    opened: Counter[str] = Counter()
    query = select(records.c.category, func.count()).where(records.c.status.in_(_OPEN)).group_by(records.c.category)
    for name, count in connection.execute(query):
        if name:
            opened[_present(taxonomy, name)] += count
    given: Counter[str] = Counter()
    by_people = select(labels.c.value, func.count(labels.c.record.distinct())).where(labels.c.target == "category")
    for name, count in connection.execute(by_people.group_by(labels.c.value)):
        given[_present(taxonomy, name)] += count
    for body, count in connection.execute(select(examples.c.labels, func.count()).group_by(examples.c.labels)):
        name = msgspec.json.decode(body, type=dict[str, str]).get("category")
        if name is not None:
            given[_present(taxonomy, name)] += count
    return {name: Held(open=opened[name], labels=given[name]) for name in {*opened, *given}}


def _present(taxonomy: Taxonomy, name: str) -> str:
    meant = taxonomy.meant(name)
    return meant[0] if len(meant) == 1 else name


def told(
    before: Taxonomy, after: Taxonomy, has: Mapping[str, Held], examples: Mapping[str, Sequence[str]]
) -> list[str]:
    """What a change of the categories would do, as sentences. `examples` are those given with it, by category."""
    found, nothing = [], Held()
    moved = moves(before, after)
    for name, into in moved.items():
        one = has.get(name, nothing)
        found.append(
            f"“{name}” counts for “{into}”: {_records(one.open)} and {_labels(one.labels)} go there at once, and so "
            "does what the model says."
        )
    for name in (name for name in before.categories() if name not in after.categories() and name not in moved):
        one, parts = has.get(name, nothing), after.meant(name)
        if parts:
            listed = ", ".join(f"“{part}”" for part in parts)
            found.append(
                f"“{name}” is divided into {listed}: {_labels(one.labels)} go to the part that their text is like once "
                f"it is learned; {_records(one.open)} keep the old name until a person says which."
            )
        else:
            found.append(
                f"“{name}” stands for nothing any more: {_labels(one.labels)} are kept and not used; "
                f"{_records(one.open)} keep the name until a person says another. The model does not decide it again."
            )
    taken = set(moved.values())
    new = [name for name in after.categories() if name not in before.categories() and name not in taken]
    return found + [
        f"“{name}” is new, with {len(examples.get(name, ()))} examples: people can choose it at once, the model "
        "proposes it after the next training, and decides it from ten different examples on where it keeps its promise."
        for name in new
    ]


def _records(count: int) -> str:
    return "1 open record" if count == 1 else f"{count} open records"


def _labels(count: int) -> str:
    return "1 label" if count == 1 else f"{count} labels"


# --- the matrix -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Moved:
    number: str
    title: str
    was: str
    now: str


@dataclass(frozen=True, kw_only=True)
class Preview:
    """What other cells would have made of the records of the last month."""

    cells: Mapping[str, tuple[str, str]]
    looked: int
    moved: Sequence[Moved]


def preview(connection: Connection, before: Policy, after: Policy, now: datetime) -> Preview:
    """The records whose priority followed from the matrix and would be another one."""
    query = (
        select(records.c.body)
        .where(records.c.opened_at >= now - LOOKED_BACK)
        .order_by(records.c.opened_at.desc())
        .limit(MOST_LOOKED_AT)
    )
    looked, moved = 0, []
    cells, known = (own_cells(before), own_cells(after)), {one.name: one.criticality for one in before.services}
    for body in connection.scalars(query):
        record = msgspec.json.decode(body, type=Record)
        if record.status == "merged" or record.decided_by.get("priority") in ("person", "rule"):
            continue
        looked += 1
        criticality = known.get(record.service or "")
        was, is_now = (cell_of(own, record.impact, record.urgency, criticality) for own in cells)
        if was != is_now:
            moved.append(Moved(number=record.number, title=record.title, was=was, now=is_now))
    return Preview(cells=differences(before, after), looked=looked, moved=moved)


# --- both -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Edited:
    """Somebody changed it."""

    at: datetime
    reason: Reason
    position: int


def edits(connection: Connection, rule: str, most: int = 20) -> Sequence[Edited]:
    """The last changes for this reason, newest first."""
    e = entries.c
    query = select(e.at, e.rule, e.evidence, e.position).where(e.kind == "policy-changed", e.rule == rule)
    return [
        Edited(at=row.at, reason=Reason(row.rule, msgspec.json.decode(row.evidence)), position=row.position)
        for row in connection.execute(query.order_by(e.id.desc()).limit(most))
    ]
