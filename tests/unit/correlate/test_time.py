"""Results do not depend on lag: with or without ticks, however often somebody looks, the same comes out."""

import re
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from correlate.effects import Effect, MailDue
from ingest.event import Event
from tests.unit.correlate.world import ADA, BEN, TestDesk, alert, mail

STEPS = st.lists(
    st.tuples(
        st.sampled_from(("fire", "warn", "over", "write", "reply", "take", "resolve", "join")),
        st.integers(0, 2),
        st.sampled_from((0, 1, 3, 20, 90, 900)),
    ),
    min_size=1,
    max_size=14,
)
_POSITION_OF_A_DEADLINE = re.compile(r"position=\d+(?=, index=0, deadline=')")
RESOURCES = ("led-1", "pg-1", "web-1")
TEXTS = ("The ledger does not open.", "My chair squeaks terribly.", "Nothing works!")


def play(steps: Sequence[tuple[str, int, int]], ticks: bool) -> list[Effect]:
    desk = TestDesk()
    desk.wait_until(0)  # the first input sets the desk's calendar
    minute = 0
    for number, (what, which, pause) in enumerate(steps):
        if ticks:
            for between in range(minute, minute + pause, 7):
                desk.wait_until(between)
                desk.position -= 1
        minute += pause
        act(desk, minute, number, what, which)
    desk.wait_until(minute + 20_000)
    return desk.effects


def act(desk: TestDesk, minute: int, number: int, what: str, which: int) -> None:
    chosen = f"INC-{which + 1}"
    event: Event
    match what:
        case "fire":
            event = alert(str(which), resource=RESOURCES[which])
        case "warn":
            event = alert(f"w{which}", resource=RESOURCES[which], severity="warning")
        case "over":
            event = alert(str(which), "resolved", resource=RESOURCES[which])
        case "write":
            event = mail((ADA, BEN)[which % 2], f"Trouble {which}", TEXTS[which], f"{number}@x")
        case "reply":
            event = mail(BEN, "Re: that", "Still not working here.", f"{number}@x", in_reply_to=f"{which}@x")
        case _:
            arguments = {"resolve": {"resolution": "Done."}, "join": {"into": f"INC-{(which + 1) % 3 + 1}"}}
            desk.command(minute, what, chosen, **arguments.get(what, {}))
            return
    desk.take(minute, event)


def comparable(effects: Sequence[Effect]) -> list[str]:
    """The effects without the position of whatever let a deadline be decided: that is all that lag may change."""
    return [_POSITION_OF_A_DEADLINE.sub("", repr(each)) for each in effects]


@given(STEPS)
@settings(max_examples=120, deadline=None)
def test_with_and_without_ticks(steps: list[tuple[str, int, int]]) -> None:
    assert comparable(play(steps, ticks=True)) == comparable(play(steps, ticks=False))


@given(STEPS)
@settings(max_examples=60, deadline=None)
def test_twice_the_same(steps: list[tuple[str, int, int]]) -> None:
    assert play(steps, ticks=False) == play(steps, ticks=False)


@given(STEPS)
@settings(max_examples=60, deadline=None)
def test_no_mail_leaves_twice_and_nobody_is_acknowledged_twice_for_one_record(
    steps: list[tuple[str, int, int]],
) -> None:
    mails = [each.outgoing for each in play(steps, ticks=False) if isinstance(each, MailDue)]
    assert len({each.message_id for each in mails}) == len(mails)
    answered = [(each.to, each.about) for each in mails if each.kind == "acknowledgement"]
    assert len(set(answered)) == len(answered)
