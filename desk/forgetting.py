"""Taking what one mail said out of every table that copied it: the records stay, and what others said of them.

The desk decides by some of it (the words by which further mails are recognised, mails that are looked at again), so the
worker must not write back what it has in memory: it is made to begin anew.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa
from msgspec.structs import replace

from classify.classification import TARGETS
from correlate.policy import Policy
from correlate.records import Outgoing, Participant, Past, Problem, Reason, Record, Suggestion
from correlate.taxonomies import in_force
from desk.bounded import bounded
from desk.copied_words import Copied, names_of, words_in
from desk.store import locked_fence
from desk.tables import (
    classifications,
    conditions,
    entries,
    examples,
    ignored,
    outbox,
    participants,
    past,
    problems,
    quarantine,
    records,
    state,
    suggestions,
    threads,
)
from desk.write import STATEMENTS
from ingest.event import Event, Mail

T = TypeVar("T")

_USUAL = 5
"""A word that more mails than this had says nothing of one."""
_ANSWER = "text"
"""The fact of a mail that is an agent's own words."""


def forget(connection: sa.Connection, position: int, events: Iterable[Event]) -> tuple[Copied, int]:
    """Take what the input at this position said out of the tables, within the caller's transaction; gives what that
    was, and in how many rows it stood.

    `events` are what is read in it, none where its content is gone already: then what the records say of it counts.
    """
    mails = [event for event in events if isinstance(event, Mail)]
    filed = _filed(connection, position, {mail.message_id for mail in mails if mail.message_id})
    numbers = _records_of(connection, position, {row.record for row in filed if row.record})
    message_ids = {row.subject for row in filed if row.subject}
    details = [msgspec.json.decode(row.detail or "{}") for row in filed]
    subjects = [*(mail.subject for mail in mails), *(detail.get("subject") for detail in details)]
    texts = [text for mail in mails for text in (mail.text, mail.new_text, mail.quoted_text)]
    texts += [row.text for row in filed] + [detail.get("quoted") for detail in details]
    copied = Copied.of(
        (subject for subject in subjects if subject),
        (text for text in texts if text),
        _theirs(connection, numbers, {row.id for row in filed}),
    )
    done = _forget_filed(connection, {row.id for row in filed}, position)
    done += _forget_history(connection, numbers, position, copied)
    done += _forget_records(connection, numbers, message_ids, copied)
    done += _forget_mails(connection, numbers, position, copied)
    done += _forget_problems(connection, numbers, copied)
    _forget_learned(connection, copied)
    connection.execute(sa.delete(examples).where(examples.c.position == position))
    _begin_anew(connection)
    return copied, done


# --- where it went ---


def _filed(connection: sa.Connection, position: int, message_ids: set[str]) -> list[Any]:
    """The entries in which the mail stands, also where somebody moved it."""
    e, t = entries.c, threads.c
    known = set(connection.scalars(sa.select(e.subject).where(e.position == position, e.kind == "mail-filed")))
    ids = sorted({name for name in known | message_ids if name})
    numbers = set(connection.scalars(sa.select(e.record).where(e.position == position, e.record.is_not(None))))
    numbers.update(connection.scalars(sa.select(t.record).where(t.message_id.in_([bounded(name) for name in ids]))))
    moved = sa.and_(e.subject.in_(ids), e.record.in_(_linked(connection, numbers)))
    query = sa.select(e.id, e.record, e.subject, e.text, e.detail).where(
        e.kind == "mail-filed", sa.or_(e.position == position, moved)
    )
    return list(connection.execute(query.order_by(e.id)))


def _linked(connection: sa.Connection, numbers: set[str]) -> list[str]:
    """These records, all that were or will be one with them, and those next to them."""
    found, wanted, beside = set[str](), set(numbers), set[str]()
    while wanted:
        found |= wanted
        bodies = connection.scalars(sa.select(records.c.body).where(records.c.number.in_(sorted(wanted))))
        wanted = set()
        for record in (msgspec.json.decode(body, type=Record) for body in bodies):
            wanted.update(record.merged, (record.merged_into,) if record.merged_into else ())
            beside.update(record.related, record.apart)
        wanted -= found
    return sorted(found | beside)


def _records_of(connection: sa.Connection, position: int, numbers: set[str]) -> list[str]:
    e = entries.c
    numbers |= set(connection.scalars(sa.select(e.record).where(e.position == position, e.record.is_not(None))))
    return _linked(connection, numbers)


def _theirs(connection: sa.Connection, numbers: list[str], ours: set[int]) -> set[str]:
    """Words that are not the mail's alone: what others wrote of the same matter, and names of things here."""
    e = entries.c
    found: set[str] = set()
    query = sa.select(e.id, e.text, e.detail).where(e.record.in_(numbers), e.kind == "mail-filed")
    for row in connection.execute(query):
        if row.id not in ours:
            found |= words_in(row.text) | words_in(msgspec.json.decode(row.detail or "{}").get("subject"))
    c = conditions.c
    for row in connection.execute(sa.select(c.title, c.resource, c.service).where(c.record.in_(numbers))):
        found |= names_of(row)
    policy = policy_of(connection)
    for service in policy.services:
        found |= names_of((service.name, *service.aliases, *service.resources))
    return found | names_of(in_force(policy).categories())


def policy_of(connection: sa.Connection) -> Policy:
    """The policy in force."""
    value = connection.scalar(sa.select(state.c.value).where(state.c.name == "policy"))
    return Policy() if value is None else msgspec.json.decode(value, type=Policy)


# --- taking it out ---


def _forget_filed(connection: sa.Connection, ids: set[int], position: int) -> int:
    """Its text, its subject, and what was cut from it as quoted or as a signature."""
    e = entries.c
    its = sa.or_(e.id.in_(sorted(ids)), e.position == position)
    done = connection.execute(sa.update(entries).where(its, e.text.is_not(None)).values(text=None)).rowcount
    of_mails = sa.select(e.id, e.detail).where(its, e.kind == "mail-filed", e.detail.is_not(None))
    for number, detail in connection.execute(of_mails).all():
        kept = msgspec.json.encode({**msgspec.json.decode(detail), "subject": None, "quoted": None, "erased": True})
        connection.execute(sa.update(entries).where(e.id == number).values(detail=kept.decode()))
    _each(connection, classifications, classifications.c.position == position, _without_reasons)
    of_it = ignored.c.position == position
    connection.execute(sa.update(ignored).where(of_it).values(sender=None, subject=None))
    return done


def _without_reasons(text: str) -> str:
    """A classification without the words because of which it is so."""
    said = msgspec.json.decode(text)
    bare = {name: {**said[name], "reasons": []} for name in TARGETS if isinstance(said.get(name), dict)}
    return msgspec.json.encode({**said, **bare}).decode()


def _forget_history(connection: sa.Connection, numbers: list[str], position: int, copied: Copied) -> int:
    """Reasons that quote it, and the subjects of mails that were sent because of it."""

    def plain(text: str) -> str:
        return msgspec.json.encode(copied.without(msgspec.json.decode(text))).decode()

    its = sa.or_(entries.c.record.in_(numbers), entries.c.position == position)
    done = _each(connection, entries, its, plain, "evidence") + _each(connection, entries, its, plain, "detail")
    for table in (quarantine, ignored):
        done += _each(connection, table, table.c.position == position, plain, "evidence")
    return done


def _forget_records(connection: sa.Connection, numbers: list[str], message_ids: set[str], copied: Copied) -> int:
    def reason(one: Reason) -> Reason:
        return Reason(one.rule, copied.without(msgspec.to_builtins(one.evidence)))

    def record(one: Record) -> Record:
        return replace(
            one,
            title=copied.text_without(one.title),
            template="" if copied.is_subject(one.template) else copied.text_without(one.template),
            topic={word: count for word, count in one.topic.items() if not copied.has_word(word)},
            doubted=tuple(each for each in one.doubted if each.message_id not in message_ids),
            reasons=tuple(map(reason, one.reasons)),
        )

    def remembered(one: Past) -> Past:
        return replace(
            one,
            template="" if copied.is_subject(one.template) else copied.text_without(one.template),
            words=tuple(word for word in one.words if not copied.has_word(word)),
        )

    def person(one: Participant) -> Participant:
        return replace(one, last_subject=copied.text_without(one.last_subject)) if one.last_subject else one

    done = _each(connection, records, records.c.number.in_(numbers), _as(Record, record), title="title")
    done += _each(connection, past, past.c.number.in_(numbers), _as(Past, remembered))
    return done + _each(connection, participants, participants.c.record.in_(numbers), _as(Participant, person))


def _forget_mails(connection: sa.Connection, numbers: list[str], position: int, copied: Copied) -> int:
    """Mails of the desk that repeat it; what an agent wrote in one is their own."""

    def mail(one: Outgoing) -> Outgoing:
        said = {name: each if name == _ANSWER else copied.without(each) for name, each in one.facts.items()}
        return replace(one, subject=copied.text_without(one.subject), facts=said)

    o = outbox.c
    its = sa.or_(o.about.in_(numbers), o.position == position, o.kind == "digest")
    return _each(connection, outbox, its, _as(Outgoing, mail), subject="subject")


def _forget_problems(connection: sa.Connection, numbers: list[str], copied: Copied) -> int:
    """Of patterns and problems what only this mail gave them: its subject anywhere, its words where it is a member."""
    here = set(numbers)
    subject_alone = replace(copied, words=frozenset())

    def said(members: Iterable[str]) -> Copied:
        return copied if here.intersection(members) else subject_alone

    def suggestion(one: Suggestion) -> Suggestion:
        found = said(one.incidents)
        return replace(
            one, title=found.text_without(one.title), evidence=found.without(msgspec.to_builtins(one.evidence))
        )

    def problem(one: Problem) -> Problem:
        found = said(one.incidents)
        if any(map(found.has_word, one.words)):
            found = replace(found, words=found.words - _topics(connection, set(one.incidents) - here))
        return replace(
            one,
            title=found.text_without(one.title),
            templates=tuple(text for text in one.templates if not found.is_subject(text)),
            words=tuple(word for word in one.words if not found.has_word(word)),
        )

    done = _each(connection, suggestions, sa.true(), _as(Suggestion, suggestion), title="title")
    return done + _each(connection, problems, sa.true(), _as(Problem, problem), title="title")


def _topics(connection: sa.Connection, numbers: set[str]) -> set[str]:
    """The words that people wrote of these records."""
    bodies = connection.scalars(sa.select(records.c.body).where(records.c.number.in_(sorted(numbers))))
    return {word for body in bodies for word in msgspec.json.decode(body, type=Record).topic}


def _forget_learned(connection: sa.Connection, copied: Copied) -> None:
    """How usual its words are, and what was learned by quoting it."""
    lore = connection.scalar(sa.select(state.c.value).where(state.c.name == "lore"))
    if lore is not None:
        known = msgspec.json.decode(lore)
        known["words"] = {w: n for w, n in known["words"].items() if n > _USUAL or not copied.has_word(w)}
        _set_state(connection, "lore", known)
    policy = policy_of(connection)
    edges = []
    for edge in policy.edges:
        quotes = [pair for pair in zip(edge.quoted, edge.quotes, strict=False) if not copied.is_subject(pair[1])]
        edges.append(replace(edge, quoted=tuple(q[0] for q in quotes), quotes=tuple(q[1] for q in quotes)))
    if tuple(edges) != policy.edges:
        _set_state(connection, "policy", replace(policy, edges=tuple(edges)))


def _begin_anew(connection: sa.Connection) -> None:
    """Whoever processes now has taken nothing of this into account: what they would write is void, and they start
    again from the tables."""
    _set_state(connection, "fence", locked_fence(connection) + 1)
    _set_state(connection, "running", False)


def _set_state(connection: sa.Connection, name: str, value: object) -> None:
    upsert = STATEMENTS[connection.dialect.name].state
    connection.exec_driver_sql(upsert, [(name, msgspec.json.encode(value).decode())])


def _as(kind: type[T], change: Callable[[T], T]) -> Callable[[str], str]:
    """The change of a value as one of its JSON."""

    def changed(text: str) -> str:
        return msgspec.json.encode(change(msgspec.json.decode(text, type=kind))).decode()

    return changed


def _each(
    connection: sa.Connection,
    table: sa.Table,
    where: sa.ColumnElement[bool],
    change: Callable[[str], str],
    column: str = "body",
    **copies: str,
) -> int:
    """Change a column of JSON in these rows; `copies` are columns that repeat one of its fields. Returns how many
    rows were changed."""
    keys = list(table.primary_key.columns)
    done = 0
    found = connection.execute(sa.select(*keys, table.c[column]).where(where, table.c[column].is_not(None))).all()
    for row in found:
        before = row[-1]
        after = change(before)
        if msgspec.json.decode(after) == msgspec.json.decode(before):
            continue
        known = msgspec.json.decode(after)
        values = {column: after, **{name: known[field] for name, field in copies.items()}}
        its = sa.and_(*(key == value for key, value in zip(keys, row, strict=False)))
        connection.execute(sa.update(table).where(its).values(values))
        done += 1
    return done
