"""Whatever people join, split and move, in any order: no input is lost, and nobody is told twice."""

from collections import Counter
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from correlate.effects import CommandRefused, MailDue, MailFiled, RecordChanged
from correlate.records import OPEN_STATUSES
from correlate.situation import FiledItem
from tests.unit.correlate.world import ADA, BEN, CAT, TestDesk, alert, mail

_PEOPLE = (ADA, BEN, CAT)
_TEXTS = (
    ("ledger", "The ledger shows nothing but errors."),
    ("pages", "intranet-pages is blank since this morning."),
    ("storage", "storage refuses every file of mine."),
    ("lamp", "My lamp buzzes."),
)
_RESOURCES = ("led-1", "web-1", "nas-1")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("write", "write", "fire", "over", "join", "split", "move", "wait")),
        st.integers(0, 11),
        st.integers(0, 11),
    ),
    min_size=3,
    max_size=20,
)


class Played:
    """A desk, the place of every mail and alert, and what each input became."""

    def __init__(self, steps: Sequence[tuple[str, int, int]]) -> None:
        self.desk = TestDesk()
        self.mails: dict[str, tuple[int, int]] = {}
        self.alerts: dict[str, tuple[int, int]] = {}
        for minute, (what, one, two) in enumerate(steps):
            self._step(minute * 3.0, what, one, two)
        self.end = len(steps) * 3.0

    def _step(self, minute: float, what: str, one: int, two: int) -> None:
        desk = self.desk
        if what == "write":
            subject, text = _TEXTS[two % len(_TEXTS)]
            ident = f"{len(self.mails)}@x"
            desk.take(minute, mail(_PEOPLE[one % 3], subject, text, ident))
            self.mails[ident] = (desk.position, 0)
        elif what in ("fire", "over"):
            name = str(one % 3)
            desk.take(minute, alert(name, "firing" if what == "fire" else "resolved", resource=_RESOURCES[one % 3]))
            self.alerts.setdefault(name, (desk.position, 0))
        elif what == "wait":
            desk.wait_until(minute)
        else:
            self._command(minute, what, one, two)

    def _command(self, minute: float, what: str, one: int, two: int) -> None:
        desk = self.desk
        self._place_items()
        numbers = [record.number for record in desk.situation.records.values() if record.merged_into is None]
        places = [*self.mails.values(), *self.alerts.values()]
        if not numbers or not places:
            return
        into = numbers[two % len(numbers)]
        if what == "join":
            effects = desk.command(minute, "join", numbers[one % len(numbers)], into=into)
        else:
            place = places[one % len(places)]
            item = desk.situation.items.get(place)
            if item is None:
                return
            more = {"into": into} if what == "move" else {}
            holder = desk.situation.survivor(item.record)
            effects = desk.command(minute, what, holder, items=[list(place)], **more)
        told = [each.outgoing.kind for each in effects if isinstance(each, MailDue) and each.cause.deadline is None]
        assert "acknowledgement" not in told
        if what != "join":
            assert not told

    def _place_items(self) -> None:
        """What the shell loads for a command: what became of each input."""
        situation = self.desk.situation
        for ident, place in self.mails.items():
            filed = [each for each in self.desk.of(MailFiled) if each.message_id == ident]
            if filed:
                last = filed[-1]
                situation.items[place] = FiledItem(
                    kind="mail", record=last.record, subject=ident, sender=last.sender, title=last.subject
                )
        for name, place in self.alerts.items():
            condition = situation.conditions.get(name)
            if condition is not None and condition.record is not None:
                situation.items[place] = FiledItem(kind="alert", record=condition.record, subject=name)


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_no_input_is_lost(steps: list[tuple[str, int, int]]) -> None:
    played = Played(steps)
    situation = played.desk.situation
    played.desk.wait_until(played.end + 45)  # what the desk itself joins and parts later
    for ident in played.mails:
        holder = situation.survivor(situation.threads[ident])
        assert situation.records[holder].status != "merged"
    for name in played.alerts:
        condition = situation.conditions.get(name)
        if condition is not None and condition.record is not None:
            assert name in situation.members[situation.survivor(condition.record)].conditions
    counted = Counter(name for members in situation.members.values() for name in members.conditions)
    assert not [name for name, times in counted.items() if times > 1]


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_nobody_hears_of_one_end_twice(steps: list[tuple[str, int, int]]) -> None:
    played = Played(steps)
    desk = played.desk
    desk.wait_until(played.end + 1)  # what the desk itself still joins
    for number in list(desk.situation.open_records):
        if desk.situation.records[number].status in OPEN_STATUSES:
            desk.command(played.end + 1, "resolve", number, resolution="Done.")
    assert not [each for each in desk.of(CommandRefused) if each.action == "resolve"]
    desk.wait_until(played.end + 60)
    ends = Counter(
        (each.outgoing.to, desk.situation.survivor(each.outgoing.about or ""))
        for each in desk.of(MailDue)
        if each.outgoing.kind == "resolution"
    )
    again = Counter(
        (each.outgoing.to, desk.situation.survivor(each.outgoing.about or ""))
        for each in desk.of(MailDue)
        if each.outgoing.kind == "reopened"
    )
    merged = {record.number for record in desk.situation.records.values() if record.merged}
    assert not [key for key, times in ends.items() if times > 1 + again[key] and key[1] not in merged]


@settings(max_examples=100, deadline=None)
@given(STEPS)
def test_the_desk_undoes_nothing_that_a_person_decided(steps: list[tuple[str, int, int]]) -> None:
    played = Played(steps)
    desk = played.desk
    desk.wait_until(played.end + 45)
    for record in desk.situation.records.values():
        for joined in record.held_together:
            assert desk.situation.survivor(joined) == desk.situation.survivor(record.number)
    for each in desk.of(RecordChanged):
        if each.change == "merged" and each.actor is None:
            assert each.record.merged_into not in each.record.apart
        if each.reason.rule == "two troubles after all":
            assert not each.record.held_together
