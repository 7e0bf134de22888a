"""What there is to learn from: tickets that ship, imported history, corrections by people, and what they confirmed."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from classify.classification import Text
from classify.taxonomy import Taxonomy
from correlate.policy import Policy
from correlate.taxonomies import in_force
from desk.learning.trial import Trial
from desk.tables import classifications, entries, examples, label_verdicts, labels, records, trials

TARGET_OF_FIELD: Mapping[str, str] = {
    "type": "type",
    "category": "category",
    "team": "assignment_group",
    "service": "service",
    "impact": "impact",
    "urgency": "urgency",
}
"""Field of a record to what a model calls it. A priority is never learned: it follows from the others."""
CONFIRMED = ("type", "category")
MOST_CONFIRMED = 5_000
MOST_RECENT = 2_000
_AT_ONCE = 500
_LONGEST = 20_000
LEAST_OF_NEW = 3
"""A category that nobody ever added counts as one from so many labels on: fewer are taken for slips."""


class Row(Struct, frozen=True, kw_only=True):
    """A text with its labels. `key` is stable: position of the label (or example) in the journal.

    `origin` is starter, imported, corrected or confirmed; `position` that of the newest label.
    """

    key: str
    text: Text
    labels: Mapping[str, str]
    actor: str
    at: datetime
    position: int
    origin: str
    keys: Mapping[str, str] = {}
    """Target to the key of its label, where labels were given one by one."""

    def key_of(self, target: str) -> str:
        """The key of one label."""
        return self.keys.get(target, f"{self.key}:{target}")


class Material(Struct, frozen=True, kw_only=True):
    """All rows in the order of time, and what is known beside them."""

    rows: Sequence[Row]
    verdicts: Mapping[str, str]
    taxonomy: Taxonomy
    through: int
    untold: Mapping[str, int]
    """Names of categories that were divided or are unknown, with the labels that cannot be used."""
    promoted: int = 0
    """How many models of the desk's own were ever put in force: each of them wanted to be let decide."""
    looked_at: Mapping[str, int] = {}
    """With how many new labels of a target challengers were last compared in vain with the model in force."""


def gather(connection: sa.Connection) -> Material:
    """Everything that people labelled, up to what is processed. The tickets that ship are not among it."""
    from desk.store import processed_position

    through = processed_position(connection)
    verdicts = {row.label: row.verdict for row in connection.execute(sa.select(label_verdicts))}
    taxonomy = in_force(_policy(connection))
    corrected = {row.key: row for row in _corrected(connection)}
    confirmed = {row.key: row for row in _confirmed(connection, taxonomy)}
    both = [
        msgspec.structs.replace(row, labels={**confirmed[key].labels, **row.labels}) if key in confirmed else row
        for key, row in corrected.items()
    ]
    rows = [*_imported(connection), *both, *(row for key, row in confirmed.items() if key not in corrected)]
    rows.sort(key=lambda row: (row.at, row.position, row.key))
    kept, untold = in_categories(rows, taxonomy, verdicts)
    return Material(
        rows=kept, verdicts=verdicts, taxonomy=taxonomy, through=through, untold=untold,
        promoted=_promoted(connection), looked_at=_looked_at(connection),
    )  # fmt: skip


def _promoted(connection: sa.Connection) -> int:
    e = entries.c
    asked = sa.select(sa.func.count()).where(e.kind == "model-changed", e.rule == "model promoted")
    return connection.scalar(asked) or 0


def _looked_at(connection: sa.Connection) -> dict[str, int]:
    """A model that is verified is the same one with other limits: only another model begins anew."""
    e = entries.c
    another = sa.select(sa.func.max(e.position)).where(e.kind == "model-changed", e.rule != "model verified")
    since = connection.scalar(another) or 0
    found: dict[str, int] = {}
    for body in connection.scalars(sa.select(trials.c.body).where(trials.c.position > since)):
        for one in msgspec.json.decode(body, type=Trial).targets:
            if one.chance >= one.risk:
                found[one.target] = max(found.get(one.target, 0), one.rows)
    return found


def in_categories(
    rows: Iterable[Row], taxonomy: Taxonomy, verdicts: Mapping[str, str]
) -> tuple[list[Row], dict[str, int]]:
    """The rows in the categories that are in force, without labels that a person dropped; and what cannot be used.

    A label under a category that was divided stays as it is, for `divided` to tell apart.
    """
    rows = list(rows)
    ours = set(taxonomy.categories())
    used = Counter(row.labels["category"] for row in rows if "category" in row.labels)
    kept, untold = [], Counter[str]()
    for row in rows:
        given = {t: v for t, v in row.labels.items() if verdicts.get(row.key_of(t)) != "dropped"}
        name = given.get("category")
        if name is not None:
            meant = taxonomy.meant(name)
            if len(meant) == 1 and (meant[0] in ours or used[name] >= LEAST_OF_NEW):
                given["category"] = meant[0]
            else:
                untold[name] += 1
                if len(meant) < 2:
                    del given["category"]
        if given:
            kept.append(msgspec.structs.replace(row, labels=given))
    return kept, dict(untold)


def starter_rows(taxonomy: Taxonomy) -> list[Row]:
    """The tickets that ship, in the categories that are in force; older than anything of the desk's own."""
    from classify.starting import starter_tickets

    texts, given = starter_tickets()
    ours = set(taxonomy.categories())
    rows = []
    for place, text in enumerate(texts):
        values = {target: value for target, column in given.items() if (value := column[place]) is not None}
        meant = taxonomy.meant(values.get("category", ""))
        if len(meant) == 1 and meant[0] in ours:
            values["category"] = meant[0]
        else:
            values.pop("category", None)
        rows.append(
            Row(key=f"starter {place}", text=text, labels=values, actor="", at=_BEFORE, position=0, origin="starter")
        )
    return rows


_BEFORE = datetime(1970, 1, 1, tzinfo=UTC)


# --- reading the tables -----------------------------------------------------------------------------------------------


def _policy(connection: sa.Connection) -> Policy:
    from desk.web.queries.counts import policy

    return policy(connection)


def _imported(connection: sa.Connection) -> Iterator[Row]:
    for row in connection.execute(sa.select(examples).order_by(examples.c.at, examples.c.id)):
        yield Row(
            key=f"x{row.position}.{row.index:05}",
            text=Text(subject=row.subject, body=row.body, sender=row.sender),
            labels=msgspec.json.decode(row.labels, type=dict[str, str]),
            actor=row.actor if row.source == "taxonomy" else f"import ({row.source})",
            at=row.at,
            position=row.position,
            origin="imported",
        )


def _corrected(connection: sa.Connection) -> Iterator[Row]:
    """Records that people corrected: for each field the last word."""
    l = labels.c  # noqa: E741
    said: dict[str, dict[str, Any]] = {}
    for row in connection.execute(sa.select(labels).where(l.target.in_(tuple(TARGET_OF_FIELD))).order_by(l.id)):
        said.setdefault(row.record, {})[TARGET_OF_FIELD[row.target]] = row
    texts = _texts(connection, list(said))
    for number, given in said.items():
        if number not in texts:
            continue
        newest = max(given.values(), key=lambda row: row.id)
        yield Row(
            key=number,
            text=texts[number],
            labels={target: row.value for target, row in given.items()},
            actor=newest.actor,
            at=newest.at,
            position=newest.position,
            origin="corrected",
            keys={target: f"{row.position}:{target}" for target, row in given.items()},
        )


class _Answer(Struct, frozen=True):
    value: str | None = None


class _Said(Struct, frozen=True):
    type: _Answer = _Answer()
    category: _Answer = _Answer()


def _confirmed(connection: sa.Connection, taxonomy: Taxonomy) -> Iterator[Row]:
    """Records that a person resolved and left as the model had decided or proposed them: silence, but of somebody who
    looked. Without it only the model's mistakes would be learned from, and only they would judge it."""
    e, r, c = entries.c, records.c, classifications.c
    resolved = (
        sa.select(e.record, sa.func.max(e.position).label("position"), sa.func.max(e.at).label("at"),
                  sa.func.max(e.actor).label("actor"))
        .where(e.kind == "record-changed", e.change == "resolved", e.actor.is_not(None))
        .group_by(e.record).order_by(sa.func.max(e.position).desc()).limit(MOST_CONFIRMED).subquery()
    )  # fmt: skip
    query = (
        sa.select(r.number, r.category, r.type, resolved.c.position, resolved.c.at, resolved.c.actor, c.body)
        .join_from(resolved, records, r.number == resolved.c.record)
        .join(classifications, c.record == r.number)
        .where(r.origin == "mail")
        .order_by(c.position, c["index"])
    )
    found: dict[str, Any] = {}
    for row in connection.execute(query):
        found.setdefault(row.number, row)
    texts = _texts(connection, list(found))
    for number, row in found.items():
        said = msgspec.json.decode(row.body, type=_Said)
        given = {t: getattr(row, t) for t in CONFIRMED if _left_alone(getattr(said, t), getattr(row, t), taxonomy)}
        if given and number in texts:
            yield Row(
                key=number, text=texts[number], labels=given, actor=row.actor, at=row.at,
                position=row.position, origin="confirmed",
            )  # fmt: skip


def _left_alone(answer: _Answer, value: str | None, taxonomy: Taxonomy) -> bool:
    said = answer.value
    if said is None or value is None:
        return False
    return value == said or (value,) == taxonomy.meant(said)


def recent_texts(connection: sa.Connection, since: datetime, until: datetime) -> list[Text]:
    """What people wrote between the two, newest first, as far as a model was asked about it; labels or none."""
    e, c = entries.c, classifications.c
    query = (
        sa.select(e.text, e.detail, e.actor)
        .join_from(classifications, entries, sa.and_(e.position == c.position, e["index"] == c["index"]))
        .where(e.kind == "mail-filed", sa.not_(e.internal), e.at > since, e.at <= until)
        .order_by(e.id.desc()).limit(MOST_RECENT)
    )  # fmt: skip
    return [
        Text(subject=msgspec.json.decode(row.detail or "{}").get("subject"), body=(row.text or "")[:_LONGEST] or None)
        for row in connection.execute(query)
    ]


def _texts(connection: sa.Connection, numbers: Sequence[str]) -> dict[str, Text]:
    """What people first wrote in these records."""
    e = entries.c
    found: dict[str, Text] = {}
    for start in range(0, len(numbers), _AT_ONCE):
        first = (
            sa.select(sa.func.min(e.id))
            .where(e.record.in_(numbers[start : start + _AT_ONCE]), e.kind == "mail-filed", sa.not_(e.internal))
            .group_by(e.record)
        )
        for row in connection.execute(sa.select(e.record, e.text, e.detail, e.actor).where(e.id.in_(first))):
            subject = msgspec.json.decode(row.detail or "{}").get("subject")
            body = row.text[:_LONGEST] if row.text else None
            if subject or body:
                found[row.record] = Text(subject=subject, body=body, sender=row.actor)
    return found
