"""What must be loaded before an event or a deadline can be decided."""

import re

from msgspec import Struct

from correlate.identity import known_as
from correlate.situation import Situation
from ingest.event import Alert, Command, Delivered, DigestReply, Event, Grant, Mail

_NUMBER = re.compile(r"(?:INC|REQ)-[1-9][0-9]{0,8}")


def numbers_in(subject: str | None) -> frozenset[str]:
    """The record numbers that a subject names ("[INC-7]", "Re: REQ-12 …"); at most ten are considered."""
    return frozenset(_NUMBER.findall((subject or "").upper())[:10])


class Keys(Struct, frozen=True):
    """What must be loaded before an event can be decided. Message-IDs lead to records, incoming and outgoing."""

    fingerprints: frozenset[str] = frozenset()
    message_ids: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    tickets: frozenset[str] = frozenset()
    """Tickets of which it must be known whether they have been used."""
    positions: frozenset[int] = frozenset()
    """Inputs whose mails and alerts must be known by their places (`Situation.items`)."""


def keys_of(event: Event, situation: Situation | None = None) -> Keys:
    """What the shell must load before the event can be decided. What a suggestion or a problem is about, the situation
    knows."""
    match event:
        case Alert():
            return Keys(fingerprints=frozenset({event.fingerprint}))
        case Mail():
            written = {*event.references, *filter(None, (event.message_id, event.in_reply_to))}
            if event.bounce and event.bounce.message_id:
                written.add(event.bounce.message_id)
            ids = {known_as(name) for name in written}
            people = {event.sender.address.lower()} if event.sender else set()
            if event.forwarded and event.forwarded.sender:
                people.add(event.forwarded.sender.address.lower())
            numbers = numbers_in(event.subject) | numbers_in(event.forwarded.subject if event.forwarded else None)
            if event.digest is not None:
                return _keys_of_digest(event.digest, ids, numbers, people, situation)
            if event.granted is None:
                return Keys(message_ids=frozenset(ids), numbers=numbers, addresses=frozenset(people))
            return _keys_of_granted(event.granted, ids, numbers, people, situation)
        case Command():
            named = {event.subject} if event.subject else set()
            if situation is not None and event.subject:
                suggestion, problem = situation.suggestions.get(event.subject), situation.problems.get(event.subject)
                named.update(suggestion.incidents if suggestion else ())
                named.update(problem.incidents if problem else ())
            named |= {v for v in event.arguments.values() if isinstance(v, str) and _NUMBER.fullmatch(v)}
            items = event.arguments.get("items")
            pairs = items if isinstance(items, list | tuple) else ()
            places = {pair[0] for pair in pairs if isinstance(pair, list | tuple) and pair and isinstance(pair[0], int)}
            return Keys(numbers=frozenset(named), positions=frozenset(places))
        case Delivered():
            return Keys(message_ids=frozenset({event.message_id}))
        case _:
            return Keys()


def _keys_of_granted(
    grant: Grant, ids: set[str], numbers: frozenset[str], people: set[str], situation: Situation | None
) -> Keys:
    """What a ticket is about, beside what any mail asks for."""
    suggestion = situation.suggestions.get(grant.subject) if situation is not None else None
    about = {grant.subject, *(suggestion.incidents if suggestion is not None else ())}
    return Keys(
        message_ids=frozenset(ids),
        numbers=numbers | about,
        addresses=frozenset(people),
        tickets=frozenset({grant.ticket}),
        positions=frozenset({grant.position}),
    )


def _keys_of_digest(
    digest: DigestReply, ids: set[str], numbers: frozenset[str], people: set[str], situation: Situation | None
) -> Keys:
    """Its reader may decide on any of its suggestions."""
    known = situation.suggestions if situation is not None else {}
    members = {number for name in digest.suggestions if name in known for number in known[name].incidents}
    return Keys(
        message_ids=frozenset(ids),
        numbers=numbers | members,
        addresses=frozenset(people),
        tickets=frozenset(f"{digest.ticket}:{name}" for name in digest.suggestions),
    )
