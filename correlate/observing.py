"""After a fix: whether the trouble is gone, less, or still there, and what follows from either.

A sequential test: incidents since the fix are a Poisson process, and three rates bet against each other every night,
each a share of the rate before. Whoever is twenty times as likely as the rival has won (Wald, "Sequential tests of
statistical hypotheses", 1945): so it may be looked at whenever one likes.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from math import log
from typing import Literal

from msgspec.structs import replace

from correlate import resolving
from correlate.candidates import LOOK_BACK
from correlate.known_errors import changed
from correlate.records import OPEN_STATUSES, Problem, Reason, Record
from correlate.turn import Turn

Verdict = Literal["gone", "less", "still there"]

SHARES: Mapping[Verdict, float] = {"gone": 0.05, "less": 0.35, "still there": 1.0}
"""What is left of the rate before the fix."""
_SAYS: Mapping[Verdict, Reason] = {
    "gone": Reason("after the fix: gone"),
    "less": Reason("after the fix: less"),
    "still there": Reason("after the fix: still there"),
}
_DECIDED = log(20.0)
_RATHER = log(2.0)
_SHORTEST = timedelta(days=7)


def rate_before(times: Iterable[datetime], fixed_at: datetime) -> float:
    """Incidents a day from the first of them until the fix; at least a week counts."""
    before = [time for time in times if time <= fixed_at]
    if not before:
        return 0.0
    return len(before) / (max(fixed_at - min(before), _SHORTEST).total_seconds() / 86_400)


def verdict(since: int, days: float, before: float) -> Verdict | None:
    """What so many incidents in so many days say, where there were `before` a day; None where it is too early."""
    if before <= 0 or days <= 0:
        return None
    expected = before * days
    likely = {name: since * log(share) - share * expected for name, share in SHARES.items()}
    if likely["still there"] - likely["less"] >= _DECIDED:
        return "still there"
    if likely["gone"] - likely["still there"] >= _DECIDED and likely["gone"] - likely["less"] >= _RATHER:
        return "gone"
    if likely["less"] - likely["still there"] >= _DECIDED and likely["less"] - likely["gone"] >= _RATHER:
        return "less"
    return None


def begun(turn: Turn, problem: Problem) -> Problem:
    """The problem with the test begun: a fix is in place from now on."""
    past = turn.situation.past
    times = [past[number].opened_at for number in problem.incidents if number in past]
    times = [time for time in times if time > turn.at - LOOK_BACK]
    return replace(problem, fixed_at=turn.at, before_fix=rate_before(times, turn.at), since_fix=(), verdict=None)


def look(turn: Turn) -> None:
    """Every night: what the test says of each fix; a problem that is still there is reopened."""
    for problem in list(turn.situation.problems.live.values()):
        if problem.fixed_at is None:
            continue
        days = (turn.at - problem.fixed_at).total_seconds() / 86_400
        found = verdict(len(problem.since_fix), days, problem.before_fix)
        if found is None or found == problem.verdict:
            continue
        evidence = {
            "since": len(problem.since_fix),
            "days": round(days),
            "expected": round(problem.before_fix * days, 1),
        }
        reason = replace(_SAYS[found], evidence=evidence)
        if found == "still there":
            back = replace(problem, status="investigating", verdict=found, closed_at=None, outcome=None, fixed_at=None)
            changed(turn, back, "reopened", reason)
        else:
            changed(turn, replace(problem, verdict=found), "verdict", reason)


def fixed(turn: Turn, problem: Problem, actor: str | None) -> None:
    """The problem is fixed: its open incidents are over, and everybody who wrote of one is told, once."""
    reason = Reason("its problem is fixed", {"problem": problem.number})
    told: set[str] = set()
    for number in sorted(turn.situation.open_records, key=lambda name: int(name.rpartition("-")[2])):
        record = turn.record(number)
        if record is not None and record.problem == problem.number and record.status in OPEN_STATUSES:
            _spare(turn, record, told, reason)
            told |= {person.address for person in turn.participants(number)}
            resolving.resolve(turn, record, reason, "Its cause was found and fixed.", actor or problem.owner or "desk")


def _spare(turn: Turn, record: Record, told: set[str], reason: Reason) -> None:
    """Who has just been told through another incident of the problem is not told again."""
    for person in turn.participants(record.number):
        if person.address in told and not person.told_resolved:
            turn.person(replace(person, told_resolved=True), reason)
            turn.withheld("resolution", person.address, record.number, reason)
