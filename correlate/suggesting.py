"""Every night findings become suggestions; people accept, merge, decline or snooze them; a digest goes out weekly."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from math import exp
from typing import Any
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from correlate import callings, dependencies, known_errors, observing
from correlate.candidates import Fleet
from correlate.digest_words import count_of_suggestions
from correlate.effects import DeadlineSet, SuggestionChanged
from correlate.evidence import evidence_of, summary
from correlate.identity import message_id
from correlate.known_errors import MOST_INCIDENTS
from correlate.problem_lifecycle import suggestion_after
from correlate.records import Deadline, Outgoing, Reason, Suggestion
from correlate.recurrence import Finding, search
from correlate.turn import Turn
from correlate.wording import claim, small_chart, title_of, week_series

NIGHT, DIGEST = "round:night", "round:digest"
NIGHT_HOUR = 4
_MOST_CHANGES = 50
_SEARCHED = Reason("searched for what recurs")
_EVERY_WEEK = Reason("weekly digest")


# --- rounds ---


def begin_rounds(turn: Turn) -> None:
    """Set the nightly search and the weekly digest going where they are not yet."""
    known = turn.situation.deadlines
    if NIGHT not in known:
        _next(turn, NIGHT, "night", _next_night(turn))
    if DIGEST not in known:
        _next(turn, DIGEST, "digest", _next_digest(turn))


def _next(turn: Turn, name: str, kind: str, due: datetime) -> None:
    deadline = Deadline(id=name, due=due, kind=kind)
    turn.effects.append(DeadlineSet(cause=turn.cause, at=turn.at, reason=_SEARCHED, deadline=deadline))


def _next_night(turn: Turn) -> datetime:
    return _at_hour(turn, NIGHT_HOUR, lambda _: True)


def _next_digest(turn: Turn) -> datetime:
    policy = turn.policy
    return _at_hour(turn, policy.digest_hour, lambda day: day.weekday() == policy.digest_weekday)


def _at_hour(turn: Turn, hour: int, fits: Callable[[datetime], bool]) -> datetime:
    """The next time after now at which the desk's clocks show this hour on a fitting day."""
    local = turn.at.astimezone(ZoneInfo(turn.policy.timezone))
    candidate = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    while candidate <= local or not fits(candidate):
        candidate += timedelta(days=1)
    return candidate.astimezone(turn.at.tzinfo)


def night(turn: Turn, _: str) -> None:
    """Search the past; propose what is new, and add to what was proposed before."""
    situation = turn.situation
    fleet = Fleet(
        tuple(situation.past.values()),
        tuple(situation.changes.values()),
        situation.services,
        turn.policy,
        turn.at,
        {number for suggestion in situation.suggestions.values() for number in suggestion.incidents},
    )
    for suggestion in situation.suggestions.values():
        if suggestion.status == "snoozed" and suggestion.snoozed_until and suggestion.snoozed_until <= turn.at:
            _say(turn, replace(suggestion, status="proposed", snoozed_until=None, undo=None), "returned", _SEARCHED)
    observing.look(turn)
    dependencies.look(turn, fleet)
    callings.look(turn)
    number = situation.counters.get("SUG", 0)
    hear = situation.on_search
    total = fleet.candidates() + 1 if hear is not None else 0
    progress = (lambda done: hear(done, total)) if hear is not None else None
    for finding in search(fleet, len(situation.suggestions), progress):
        known = _known(turn, finding)
        if known is None:
            number += 1
            _propose(turn, fleet, finding, f"SUG-{number}")
        else:
            _grow(turn, fleet, finding, known)
    if hear is not None:
        hear(total, total)
    _next(turn, NIGHT, "night", _next_night(turn))


def _known(turn: Turn, finding: Finding) -> Suggestion | None:
    """What was suggested before about the same thing, or about mostly the same incidents."""
    members = set(_numbers(finding))
    for suggestion in turn.situation.suggestions.values():
        if suggestion.key == finding.key or 2 * len(members & set(suggestion.incidents)) > len(members):
            return suggestion
    return None


def _numbers(finding: Finding) -> tuple[str, ...]:
    return tuple(dict.fromkeys(past.number for event in finding.pattern.events for past in event.incidents))


def _propose(turn: Turn, fleet: Fleet, finding: Finding, name: str) -> None:
    suggestion = Suggestion(
        id=name,
        key=finding.key,
        kind=finding.kind,
        status="proposed",
        title=title_of(finding, fleet.zone),
        service=finding.service,
        incidents=_numbers(finding),
        first_proposed_at=turn.at,
        updated_at=turn.at,
        **_figures(turn, fleet, finding),
    )
    _say(turn, suggestion, "proposed", _found(finding))


def _grow(turn: Turn, fleet: Fleet, finding: Finding, known: Suggestion) -> None:
    removed = set(known.evidence.get("removed", ()))
    members = tuple(dict.fromkeys((*known.incidents, *(n for n in _numbers(finding) if n not in removed))))
    if len(members) == len(known.incidents) or not _is_news(known, len(members), finding):
        return
    returns = suggestion_after("return", known.status) if known.status in ("declined", "snoozed") else None
    comes_back = returns is not None and (known.status == "declined" or known.snoozed_strength is not None)
    figures = _figures(turn, fleet, finding)
    if removed:
        figures["evidence"] = {**figures["evidence"], "removed": sorted(removed)}
    grown = replace(
        known,
        status="proposed" if comes_back else known.status,
        snoozed_strength=None if comes_back else known.snoozed_strength,
        undo=None if comes_back else known.undo,
        title=title_of(finding, fleet.zone),
        kind=finding.kind,
        incidents=members,
        updated_at=turn.at,
        **figures,
    )
    _say(turn, grown, "returned" if comes_back else "grown", _found(finding))
    _grow_problem(turn, known, members, _found(finding))


def _is_news(known: Suggestion, members: int, finding: Finding) -> bool:
    """Whether growth matters: what was declined, or snoozed until it escalates, must have grown materially."""
    if known.status == "declined":
        strength = known.declined_strength or 1.0
        return members >= max(2 * strength, strength + 5)
    if known.status == "snoozed" and known.snoozed_strength is not None:
        strength = known.snoozed_strength
        return members >= max(1.5 * strength, strength + 3) or (finding.kind == "rising" and known.kind != "rising")
    return True


def _grow_problem(turn: Turn, known: Suggestion, members: tuple[str, ...], reason: Reason) -> None:
    """What was accepted or merged goes on: its new incidents belong to the problem too."""
    problem = turn.situation.problems.get(known.problem or "")
    if problem is None or known.status not in ("accepted", "merged") or problem.status == "closed":
        return
    added = [number for number in members if number not in problem.incidents]
    for number in added:
        record = turn.record(number)
        if record is not None and record.problem is None:
            turn.changed(replace(record, problem=problem.number), "problem", reason)
    if added and len(problem.incidents) < MOST_INCIDENTS:
        known_errors.changed(turn, replace(problem, incidents=(*problem.incidents, *added)), "grown", reason)


def _figures(turn: Turn, fleet: Fleet, finding: Finding) -> dict[str, Any]:
    pattern = finding.pattern
    return {
        "p_value": exp(-min(finding.log_evidence, 700.0)),
        "rate_ratio": pattern.rate_ratio,
        "period_s": pattern.period_s,
        "after_change": pattern.change,
        "evidence": {
            "sentence": claim(finding),
            "about": finding.stream.key,
            "pattern": pattern.name,
            "times": len(pattern.events),
            "days": round(finding.days, 1),
            "expected": round(finding.expected, 2),
            "since": pattern.events[0].at.isoformat(),
            "partners": list(pattern.partners),
            "chance_one_in": round(exp(min(finding.log_evidence, 700.0))),
            "needed_one_in": round(exp(finding.needed)),
            "series": week_series(fleet, finding),
            **evidence_of(fleet, finding, turn.policy, turn.situation.problems.values()),
        },
    }


def _found(finding: Finding) -> Reason:
    evidence = {"pattern": finding.pattern.name, "times": len(finding.pattern.events), "days": round(finding.days)}
    return Reason("recurs more often than chance", evidence)


def _say(turn: Turn, suggestion: Suggestion, change: str, reason: Reason, actor: str | None = None) -> None:
    turn.effects.append(
        SuggestionChanged(
            cause=turn.cause, at=turn.at, reason=reason, suggestion=suggestion, change=change, actor=actor
        )
    )


# --- the digest ---


def digest(turn: Turn, _: str) -> None:
    """Once a week: what is suggested, and how the week was, to every problem manager."""
    situation, policy = turn.situation, turn.policy
    waiting = [s for s in situation.suggestions.values() if s.status == "proposed"]
    week_ago = turn.at - timedelta(days=7)
    opened = sum(1 for past in situation.past.values() if past.opened_at > week_ago and past.merged_into is None)
    facts: Mapping[str, Any] = {
        "suggestions": [_digest_row(turn, suggestion) for suggestion in waiting],
        "counts": {"incidents": opened, "open": len(situation.open_records), "suggestions": len(waiting)},
    }
    for manager in dict.fromkeys(policy.problem_managers):
        if manager in policy.digest_stopped:
            continue
        outgoing = Outgoing(
            message_id=message_id(policy, "digest", manager, None, turn.cause),
            kind="digest",
            to=manager,
            subject=f"{policy.desk_name}: {count_of_suggestions(len(waiting), policy.language)}",
            template="digest",
            facts=facts,
            language=policy.language,
        )
        turn.mail(outgoing, _EVERY_WEEK)
    _next(turn, DIGEST, "digest", _next_digest(turn))


def _digest_row(turn: Turn, suggestion: Suggestion) -> dict[str, Any]:
    return {
        "id": suggestion.id,
        "title": suggestion.title,
        "sentence": suggestion.evidence.get("sentence"),
        "lines": summary(suggestion.evidence),
        "chart": small_chart(suggestion.evidence.get("series")),
        "series": suggestion.evidence.get("series"),
        "changes": _changes(turn, suggestion.service),
        "service": suggestion.service,
        "incidents": list(suggestion.incidents[-12:]),
        "first_proposed_at": suggestion.first_proposed_at.isoformat(),
    }


def _changes(turn: Turn, service: str | None) -> list[list[str]]:
    """When the service was changed, and how: the marks of its chart."""
    known = [change for change in turn.situation.changes.values() if service is not None and change.service == service]
    known.sort(key=lambda change: (change.start, change.id))
    return [[change.start.isoformat(), change.title[:80]] for change in known[-_MOST_CHANGES:]]


__all__ = ["DIGEST", "NIGHT", "begin_rounds", "digest", "night"]
