"""Whatever happens to incidents, silences and mutes: who hears that it fires hears once, and once that it is over."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from correlate.declared import Chain, Inhibition, Level, Route
from correlate.effects import Effect, MailDue, RecordChanged
from correlate.matchers import parse
from correlate.policy import Service
from correlate.records import OPEN_STATUSES
from ingest.event import Tick
from tests.unit.correlate.world import POLICY, TestDesk, alert, at

HOSTS = {"a": "nas-1", "b": "pg-1", "c": "led-1", "d": "web-1"}
OWNERS = {"storage": "infra", "ledger-db": "data", "ledger": "apps", "intranet-pages": "web"}
BOSS = "boss@fernhill.example"
POLICED = replace(
    POLICY,
    services=tuple(
        Service(
            name=one.name, depends_on=one.depends_on, resources=one.resources,
            owner=f"{OWNERS[one.name]}@fernhill.example",
        )
        for one in POLICY.services
    ),
    group_interval=300,
    repeat_interval=1800,
    escalations=(Chain(name="all", levels=(Level(to=(BOSS,), after=1200),)),),
    routes=(Route(name="ledger", services=("ledger",), group_wait=120, escalation="all"), Route(name="rest")),
    inhibit=(Inhibition(name="r", source=parse("resource=~nas-.*"), target=parse("resource=~web-.*")),),
)  # fmt: skip

_WHAT = (*["fire"] * 3, *["resolve"] * 2, "acknowledge", "silence", "mute", "unmute", "join", "end")
_STEPS = st.lists(
    st.tuples(st.sampled_from(_WHAT), st.sampled_from("abcd"), st.sampled_from((0.2, 1, 4, 8, 20, 45))), max_size=25
)


class Ledger(NamedTuple):
    """Who knows of which incident that it fires, by what the mails said so far."""

    knows: dict[str, set[str]]

    def read(self, effects: Iterable[Effect]) -> None:
        for effect in effects:
            if isinstance(effect, RecordChanged) and effect.change == "merged":
                self.knows[effect.record.merged_into or ""] |= self.knows.pop(effect.record.number, set())
            elif isinstance(effect, MailDue) and effect.outgoing.kind == "staff":
                self._told(effect.outgoing.about or "", effect.outgoing.to, effect.outgoing.facts["happened"])

    def _told(self, number: str, person: str, happened: str | None) -> None:
        known = self.knows[number]
        if happened == "resolved":
            assert person in known, f"{person} hears of the end of {number} and never heard of its beginning"
            known.remove(person)
        elif happened is None:
            assert person not in known, f"{person} is told twice that {number} is open"
            known.add(person)
        elif happened == "escalated":
            known.add(person)
        else:
            assert person in known, f"{person} hears of {number}: {happened}, and never heard of its beginning"


class Story:
    def __init__(self) -> None:
        self.desk = TestDesk(POLICED)
        self.ledger = Ledger(defaultdict(set))
        self.now = 0.0
        self._starts: dict[str, float] = {}

    def go(self, what: str, name: str, minutes: float) -> None:
        numbers = [record.number for record in self.desk.incidents() if record.status in OPEN_STATUSES]
        picked = numbers[ord(name) % len(numbers)] if numbers else ""
        if what == "fire":
            self._starts.setdefault(name, self.now)
            self._notice(name, "firing", started_at=at(self._starts[name]))
        elif what == "resolve":
            self._notice(name, "resolved", started_at=at(self._starts.pop(name, self.now)), ended_at=at(self.now))
        elif what == "acknowledge":
            self._notice(name, "acknowledged")
        elif what == "silence":
            self._do("silence-add", "", matchers=f"resource={HOSTS[name]}", duration=minutes * 60 + 60, comment="why")
        elif numbers and what in ("mute", "unmute"):
            self._do(what, picked, **({"seconds": minutes * 60 + 60} if what == "mute" else {}))
        elif numbers and what == "join" and numbers[0] != picked:
            self._do("join", numbers[0], into=picked)
        elif numbers and what == "end":
            self._do("resolve", picked, resolution="Done.")
        self.wait(minutes)

    def wait(self, minutes: float) -> None:
        """Time passes, from one thing that falls due to the next."""
        end, situation = self.now + minutes, self.desk.situation
        while (due := situation.next_deadline()) is not None and due.due <= at(end):
            self.now = max(self.now, (due.due - at(0)).total_seconds() / 60)
            effects = self.desk.take(self.now, Tick())
            self.ledger.read(effects)
            self._nothing_of_what_is_quiet(effects)
        self.now = end

    def _nothing_of_what_is_quiet(self, effects: Iterable[Effect]) -> None:
        """Nobody is told that it fires while a silence fits all of it, or somebody muted it."""
        situation = self.desk.situation
        for effect in effects:
            if not isinstance(effect, MailDue) or effect.outgoing.kind != "staff":
                continue
            number, what = effect.outgoing.about or "", effect.outgoing.facts["happened"]
            firing = [situation.conditions[name] for name in situation.members[number].firing]
            if what != "resolved" and firing:
                assert any(situation.mutes.on(one, effect.at) is None for one in firing), f"{number}: {what}"
                mute = situation.records[number].mute
                assert mute is None or (mute.until is not None and mute.until <= effect.at), f"{number}: {what}"

    def all_over(self) -> None:
        for name in HOSTS:
            self._notice(name, "resolved", ended_at=at(self.now))
        self.wait(400)

    def _notice(self, name: str, status: str, **fields: Any) -> None:
        self.ledger.read(self.desk.take(self.now, alert(name, status, resource=HOSTS[name], **fields)))

    def _do(self, action: str, subject: str, **arguments: Any) -> None:
        self.ledger.read(self.desk.command(self.now, action, subject, **arguments))


@given(_STEPS)
@settings(max_examples=150, deadline=None)
def test_everybody_who_hears_of_a_beginning_hears_of_one_end_and_nobody_else(
    steps: list[tuple[str, str, float]],
) -> None:
    story = Story()
    for step in steps:
        story.go(*step)
    story.all_over()
    for record in story.desk.incidents():
        assert record.status not in OPEN_STATUSES
        assert not story.ledger.knows[record.number], f"{record.number} is over, and they do not know"


@given(_STEPS)
@settings(max_examples=150, deadline=None)
def test_what_fires_and_is_held_back_by_nothing_any_more_is_known_to_somebody(
    steps: list[tuple[str, str, float]],
) -> None:
    story = Story()
    for step in steps:
        story.go(*step)
    story.wait(120)
    situation = story.desk.situation
    for record in story.desk.incidents():
        if record.status not in OPEN_STATUSES:
            continue
        if record.muted is None and situation.members[record.number].firing:
            assert story.ledger.knows[record.number], f"nobody knows of {record.number}"
        assert record.muted is None or "INC-" in record.muted, "no silence lasts so long"
