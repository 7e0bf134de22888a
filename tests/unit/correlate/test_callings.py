"""What people call a service is learned from when they write it; a person has the last word."""

import random
from datetime import timedelta

import msgspec

from correlate.callings import learned, renewed
from correlate.effects import CommandRefused
from correlate.policy import Calling, Policy, Service, called
from correlate.records import Past
from correlate.services import ServiceMap
from desk.simulator.null_worlds import DAYS, START
from ingest.event import Configured
from tests.unit.correlate.world import POLICY, TestDesk

SERVICES = ServiceMap(
    Service(name=name, depends_on=("planner-db",) if name == "planner" else ())
    for name in ("planner", "planner-db", *(f"other-{number}" for number in range(12)))
)
END = START + timedelta(days=DAYS)
PHOENIX = Calling(word="phoenix", service="ledger", status="learned", times=6, of=6, evidence=14.0, since=START)


def trouble(number: int, service: str, day: float, hours: float = 2.0) -> Past:
    opened = START + timedelta(days=day)
    return Past(
        number=f"INC-A{number}", opened_at=opened, service=service, template="t", category=None, origin="alert",
        services=(service,), resolved_at=opened + timedelta(hours=hours),
    )  # fmt: skip


def written(number: int, day: float, *words: str) -> Past:
    return Past(
        number=f"INC-M{number}", opened_at=START + timedelta(days=day), service=None, template="t", category=None,
        origin="mail", people=1, words=words,
    )  # fmt: skip


def others(chance: random.Random) -> list[Past]:
    """What else a quarter has: troubles of other services, with mails about them."""
    found = []
    for number in range(80):
        day = chance.uniform(0, DAYS - 1)
        found.append(trouble(number, f"other-{number % 12}", day))
        found.append(written(number, day + 0.02, "waiting", f"thing{chance.randrange(9)}", "tower"))
    return found


def learned_words(past: list[Past]) -> list[tuple[str, str, int, int]]:
    return [(one.word, one.service, one.times, one.of) for one in learned(past, SERVICES, END, 0.1)]


def test_a_word_that_comes_whenever_a_service_is_in_trouble_is_what_people_call_it() -> None:
    past = others(random.Random(3))
    for number in range(6):
        day = 4.0 + 13 * number
        past.append(trouble(100 + number, "planner" if number % 2 else "planner-db", day))
        past.append(written(100 + number, day + 0.03, "phoenix", "waiting"))
    assert learned_words(past) == [("phoenix", "planner", 6, 6)], "what needs the other is what fails in both"


def test_a_word_that_comes_at_any_time_means_nothing() -> None:
    past = others(random.Random(4))
    for number in range(6):
        past.append(trouble(100 + number, "planner", 4.0 + 13 * number))
    past += [written(100 + number, 1.0 + 4.3 * number, "phoenix") for number in range(20)]
    assert learned_words(past) == []


def test_many_mails_on_one_afternoon_are_one_occasion() -> None:
    past = [*others(random.Random(5)), trouble(100, "planner", 30.0)]
    past += [written(100 + number, 30.01 + number / 1_000, "phoenix") for number in range(25)]
    assert learned_words(past) == []


def test_in_quarters_without_any_meaning_hardly_a_word_is_learned() -> None:
    """Each word means nothing in any of these quarters; the promise is one wrong name in ten."""
    wrong = 0
    for seed in range(40):
        chance = random.Random(seed)
        past = others(chance)
        for number in range(30):
            day = chance.uniform(0, DAYS - 1)
            past.append(written(200 + number, day, *(f"word{chance.randrange(12)}" for _ in range(3))))
        wrong += bool(learned_words(past))
    assert wrong <= 4


def test_a_name_of_a_service_is_not_learned_again() -> None:
    past = others(random.Random(6))
    for number in range(6):
        past.append(trouble(100 + number, "planner-db", 4.0 + 13 * number))
        past.append(written(100 + number, 4.02 + 13 * number, "plann"))
    assert learned_words(past) == []


def test_what_a_person_said_outlives_the_nights() -> None:
    declined = msgspec.structs.replace(PHOENIX, status="declined")
    other = msgspec.structs.replace(PHOENIX, word="heron")
    policy = Policy(callings=(declined, other))
    assert renewed(policy, [PHOENIX]) == (declined,), "what is not found any more is forgotten"
    assert called(Policy(callings=renewed(policy, [other]))) == {"heron": "ledger"}


def test_a_learned_word_names_the_service_until_a_person_declines_it() -> None:
    desk = TestDesk(msgspec.structs.replace(POLICY, callings=(PHOENIX,)))
    assert set(desk.situation.services.names.in_text("Phoenix is slow again")) == {"ledger"}
    assert set(desk.situation.services.names.in_text("the Phoenix, I mean intranet-pages")) == {"intranet-pages"}
    desk.take(1, Configured(settings=msgspec.to_builtins(POLICY)))
    assert set(desk.situation.services.names.in_text("phoenixes")) == {"ledger"}
    desk.command(2, "calling-decline", "phoenix", service="ledger")
    assert not desk.situation.services.names.in_text("Phoenix is slow again")


def test_what_was_never_learned_cannot_be_judged() -> None:
    desk = TestDesk(msgspec.structs.replace(POLICY, callings=(PHOENIX,)))
    effects = desk.command(1, "calling-confirm", "phoenix", service="storage")
    assert any(isinstance(effect, CommandRefused) for effect in effects)
    assert desk.situation.policy.callings == (PHOENIX,)
