"""What is kept of an incident when it is past, for the search for recurring causes."""

from collections.abc import Mapping

from correlate import callings
from correlate.effects import PastChanged
from correlate.records import Past, Reason, Record
from correlate.turn import Turn

MAX_TOPIC = 120


def remember(turn: Turn, record: Record, reason: Reason) -> None:
    """Keep the compact history of an incident as it is now; requests are not searched for causes."""
    if record.kind != "incident":
        return
    members = turn.situation.members.get(record.number)
    places = set(members.places) if members is not None else set()
    if record.service:
        places.add(record.service)
    past = Past(
        number=record.number,
        opened_at=record.opened_at,
        service=record.service,
        template=record.template,
        category=record.category,
        origin=record.origin,
        resource=record.resource,
        resolved_at=record.resolved_at,
        resolution=record.resolution if record.decided_by.get("resolution") == "person" else None,
        services=tuple(sorted(places)),
        people=len(turn.participants(record.number)),
        merged_into=record.merged_into,
        change=record.change,
        group=_group(turn, record),
        words=callings.kept_words(record),
    )
    turn.effects.append(PastChanged(cause=turn.cause, at=turn.at, reason=reason, past=past))


def _group(turn: Turn, record: Record) -> str | None:
    """The organisation that is affected alone."""
    domains = {person.address.rpartition("@")[2] for person in turn.participants(record.number)}
    return domains.pop() if len(domains) == 1 else None


def topic_of(record: Record, words: list[str], limit: int) -> Mapping[str, int]:
    """The record's topic with the words of one more mail; where it is full, what only one mail had makes room."""
    topic = dict(record.topic)
    for word in words:
        topic[word] = topic.get(word, 0) + 1
    if len(topic) > limit:
        kept = sorted(topic, key=lambda word: -topic[word])[: limit * 3 // 4]
        topic = {word: topic[word] for word in topic if word in set(kept)}
    return topic
