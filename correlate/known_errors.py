"""What is known of a problem works for people: its new incidents are linked, and who writes gets the workaround.

A problem is recognised by what it is: the service (or kind of trouble) that it is about, and how its incidents began or
what people wrote of them.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from math import log

from msgspec.structs import replace

from correlate.candidates import LOOK_BACK
from correlate.effects import ProblemChanged
from correlate.problem_lifecycle import HELPING
from correlate.records import Participant, Past, Problem, Reason, Record
from correlate.statistics import more_often_than
from correlate.turn import Turn
from correlate.words import tokens

MOST_INCIDENTS = 500
"""Incidents that a problem lists; further ones know their problem all the same."""
MOST_TIMES = 60
_MOST_SIGNS = 12
_WORDS_IN_COMMON = 2
_MARKS = "~="
_UNHELPFUL = log(20.0)
"""Evidence at which a workaround counts as one that fails more often than not."""
_YES = frozenset({
    "yes", "yep", "yeah", "ja", "jawohl", "oui", "si", "sì", "sí", "sim", "da", "tak", "ano", "hai", "evet", "jo",
})  # fmt: skip
_NO = frozenset({"no", "nope", "nein", "nee", "nej", "non", "não", "nao", "nie", "ne", "hayır", "nem", "ei"})
_LONGEST_ANSWER = 8


def signs_of(known: Iterable[Past], records: Iterable[Record]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """By what further incidents are recognised: how these began, and words that most of their people used."""
    templates = Counter(past.template for past in known if past.template)
    enough = max(1, templates.total() // 5)
    common = [template for template, count in templates.most_common(_MOST_SIGNS) if count >= enough]
    topics = [record.topic for record in records if record.topic]
    words = Counter(word for topic in topics for word in topic if word[0] not in _MARKS)
    shared = [word for word, count in words.most_common(_MOST_SIGNS) if count >= 2 and 2 * count >= len(topics)]
    return tuple(sorted(common)), tuple(sorted(shared))


def signed(turn: Turn, problem: Problem, numbers: Sequence[str]) -> Problem:
    """The problem with what these incidents tell of it added to its signs."""
    known = [
        past
        for number in numbers
        if (past := turn.situation.past.get(number)) is not None and past.opened_at > turn.at - LOOK_BACK
    ]
    records = [record for number in numbers if (record := turn.record(number)) is not None]
    templates, words = signs_of(known, records)
    return replace(
        problem,
        templates=tuple(sorted({*problem.templates, *templates})),
        words=tuple(sorted({*problem.words, *words})),
    )


def link(turn: Turn, record: Record) -> Record:
    """A new incident that matches a problem becomes one of its incidents; returns it as it is then."""
    if not turn.situation.problems.live or record.problem is not None or record.kind != "incident":
        return record
    problem = next((p for p in turn.situation.problems.live.values() if _matches(p, record)), None)
    if problem is None:
        return record
    reason = Reason("matches a problem", {"problem": problem.number})
    linked = replace(record, problem=problem.number)
    turn.changed(linked, "problem", reason)
    grown = problem
    if len(problem.incidents) < MOST_INCIDENTS:
        grown = replace(grown, incidents=(*problem.incidents, record.number))
    if problem.fixed_at is not None:
        grown = replace(grown, since_fix=(*problem.since_fix, turn.at)[-MOST_TIMES:])
    if grown is not problem:
        changed(turn, grown, "came again", reason)
    return linked


def _matches(problem: Problem, record: Record) -> bool:
    if problem.service is not None and problem.service != (record.service or record.resource):
        return False
    if record.template and record.template in problem.templates:
        return True
    needed = _WORDS_IN_COMMON if problem.service is not None else _WORDS_IN_COMMON + 1
    return sum(word in record.topic for word in problem.words) >= needed


# --- the workaround ---


def helps(problem: Problem) -> bool:
    """Whether people are given its workaround: not once their answers show that it fails more often than not."""
    if problem.workaround is None or problem.status not in HELPING:
        return False
    return more_often_than(problem.failed, problem.helped, 0.5, (0.7, 0.95)) < _UNHELPFUL


def workaround_of(turn: Turn, record: Record) -> str | None:
    """The workaround that people who write of this record are told."""
    problem = turn.situation.problems.get(record.problem or "")
    return problem.workaround if problem is not None and helps(problem) else None


def answered(turn: Turn, said: str, person: Participant) -> Participant | None:
    """Somebody who was given a workaround says whether it helped: it is counted. None where they say something else."""
    words = tokens(said)
    problem = turn.situation.problems.get(person.offered or "")
    if problem is None or not words or len(words) > _LONGEST_ANSWER or words[0] not in _YES | _NO:
        return None
    helped = words[0] in _YES
    reason = Reason("workaround helped" if helped else "workaround did not help", {"problem": problem.number})
    did = helps(problem)
    counted = replace(problem, helped=problem.helped + helped, failed=problem.failed + (not helped))
    changed(turn, counted, "answered", reason)
    if did and not helps(counted):
        why = Reason("workaround is not sent any more", {"helped": counted.helped, "failed": counted.failed})
        changed(turn, counted, "workaround stopped", why)
    told = replace(person, offered=None)
    turn.person(told, reason)
    return told


def changed(turn: Turn, problem: Problem, change: str, reason: Reason, actor: str | None = None) -> None:
    """Say that a problem is like this now."""
    turn.effects.append(
        ProblemChanged(cause=turn.cause, at=turn.at, reason=reason, problem=problem, change=change, actor=actor)
    )
