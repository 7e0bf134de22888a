"""Somebody is on call at night: who is woken, who is woken next, and that it ends when somebody has taken it."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from correlate.declared import Chain, Level, Member, Route, Team
from correlate.policy import Service
from tests.behaviour.harness import Desk

ANA = "ana@fernhill.example"
BO = "bo@fernhill.example"
BOSS = "boss@fernhill.example"
KIM = "kim@fernhill.example"
APPS = "apps@fernhill.example"
NIGHT = timedelta(hours=17)  # from nine in the morning to two at night
PROVEN = {"Authentication-Results": "mx.fernhill.example; dmarc=pass header.from=fernhill.example"}

ROTA = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Fernhill//Rota//EN
BEGIN:VEVENT
UID:ana
DTSTART;TZID=Europe/Berlin:20260302T090000
DTEND;TZID=Europe/Berlin:20260309T090000
RRULE:FREQ=WEEKLY;INTERVAL=2
SUMMARY:Ana Olsen is on call
END:VEVENT
BEGIN:VEVENT
UID:bo
DTSTART;TZID=Europe/Berlin:20260309T090000
DTEND;TZID=Europe/Berlin:20260316T090000
RRULE:FREQ=WEEKLY;INTERVAL=2
ATTENDEE;CN=Bo;PARTSTAT=ACCEPTED:mailto:bo@fernhill.example
SUMMARY:On call
END:VEVENT
END:VCALENDAR
"""
TEAM = Team(
    name="apps", calendar=ROTA, timezone="Europe/Berlin",
    people=(Member(address=ANA, name="Ana Olsen"), Member(address=BO, name="Bo Lund")),
)  # fmt: skip


def on_call(desk: Desk, *levels: Level, team: Team = TEAM, rounds: int = 1, **more: Any) -> None:
    """Whatever happens to ERP goes to these levels."""
    default = (Level(to=("on-call:apps",), after=0), Level(to=("team:apps", BOSS), after=900))
    route: Mapping[str, Any] = {"name": "erp", "services": ("erp",), "escalation": "erp", **more}
    desk.configure(
        teams=(team,),
        escalations=(Chain(name="erp", levels=levels or default, rounds=rounds),),
        routes=(Route(**route),),
        webhooks=("pager",),
        problem_managers=(),
    )


def erp_fails(desk: Desk) -> str:
    """ERP is down, and its owner has heard of it."""
    desk.fire("ErpDown", "erp-1")
    desk.advance(timedelta(seconds=31))
    return desk.expect_mail(APPS, "staff", "is open").about


def test_at_night_it_goes_up_two_levels_until_somebody_takes_it(desk: Desk) -> None:
    desk.advance(NIGHT)
    on_call(desk)
    number = erp_fails(desk)
    assert "1/2" in desk.expect_mail(ANA, "staff", "is open").text
    desk.advance(timedelta(minutes=14))
    assert desk.outbox_is_empty()
    desk.advance(timedelta(minutes=1))
    for person in (ANA, BO, BOSS):
        desk.expect_mail(person, "staff", "nobody has taken it", "2/2")
    desk.command("take", "bo", number)
    desk.advance(timedelta(hours=3))
    assert "Its escalation erp is through" in desk.decisions(number)


def test_it_stops_as_soon_as_somebody_takes_it(desk: Desk) -> None:
    on_call(desk)
    number = erp_fails(desk)
    desk.expect_mail(ANA, "staff", "is open")
    desk.advance(timedelta(minutes=10))
    desk.command("take", "ana", number)
    desk.advance(timedelta(hours=3))
    ended = desk.record(number).escalation
    assert ended is not None
    assert ended.ended is not None
    assert desk.sentence(ended.ended) == "It is in somebody's hands (ana): nobody else is told."


def test_whoever_is_on_call_takes_it_by_a_reply_of_one_word(desk: Desk) -> None:
    desk.configure(authserv_ids=("mx.fernhill.example",))
    on_call(desk)
    number = erp_fails(desk)
    page = desk.expect_mail(ANA, "staff", "is open", "take")
    desk.reply(ANA, page, "take", headers=PROVEN)
    assert desk.record(number).assignee == ANA
    desk.advance(timedelta(hours=3))


def test_somebody_who_was_not_told_cannot_take_it_by_mail(desk: Desk) -> None:
    desk.configure(authserv_ids=("mx.fernhill.example",))
    on_call(desk)
    number = erp_fails(desk)
    page = desk.expect_mail(ANA, "staff", "is open")
    desk.reply("eve@fernhill.example", page, "take", headers=PROVEN)
    desk.take_mail("eve@fernhill.example")
    assert desk.record(number).assignee is None


def test_an_alert_that_is_acknowledged_in_its_tool_goes_no_further_until_it_gets_worse(desk: Desk) -> None:
    on_call(desk)
    alert = {"id": "erp", "host": "erp-1", "severity": "major", "title": "ERP slow"}
    desk.post("generic", {**alert, "status": "firing"})
    desk.advance(timedelta(seconds=31))
    desk.expect_mail(APPS, "staff")
    desk.expect_mail(ANA, "staff")
    desk.post("generic", {**alert, "status": "acknowledged"})
    desk.advance(timedelta(hours=1))
    assert desk.outbox_is_empty()
    desk.post("generic", {**alert, "status": "firing", "severity": "critical"})
    desk.advance(timedelta(minutes=16))
    assert {mail.to for mail in desk.take_mail()} == {ANA, BO, BOSS}


def test_nobody_is_called_in_while_it_is_fine_and_the_next_level_is_when_it_comes_back(desk: Desk) -> None:
    desk.configure(resolve_grace=1200)
    on_call(desk)
    erp_fails(desk)
    desk.expect_mail(ANA, "staff", "is open")
    desk.advance(timedelta(minutes=10))
    desk.resolve("ErpDown", "erp-1")
    desk.advance(timedelta(minutes=15))
    assert desk.outbox_is_empty()
    desk.fire("ErpDown", "erp-1")
    desk.advance(timedelta(minutes=1))
    assert {mail.to for mail in desk.take_mail()} == {ANA, BO, BOSS}


def test_a_level_that_reaches_nobody_costs_no_time(desk: Desk) -> None:
    old = ROTA.replace(":2026", ":2025").replace("INTERVAL=2", "COUNT=3")
    quiet = Team(name="apps", calendar=old, timezone="Europe/Berlin")
    on_call(desk, Level(to=("on-call:apps",), after=0), Level(to=(BOSS,), after=900), team=quiet)
    number = erp_fails(desk)
    desk.expect_mail(BOSS, "staff", "nobody has taken it")
    assert "Nobody is on call in the team apps at this time." in desk.not_told(number)


def test_a_chain_can_be_gone_through_again(desk: Desk) -> None:
    on_call(desk, Level(to=(ANA,), after=0), Level(to=(BO,), after=600), rounds=2)
    erp_fails(desk)
    desk.advance(timedelta(hours=2))
    assert [mail.to for mail in desk.take_mail()] == [ANA, BO, ANA, BO]


def test_who_was_told_of_the_firing_hears_that_it_is_over_and_nobody_else(desk: Desk) -> None:
    on_call(desk, Level(to=(ANA, "webhook:pager"), after=0), Level(to=(BOSS,), after=900))
    number = erp_fails(desk)
    desk.expect_mail(ANA, "staff", "is open")
    (post,) = desk.receiver.take()
    assert (post.to, post.type, post.data["number"]) == ("webhook:pager", "incident.opened", number)
    desk.advance(timedelta(minutes=5))
    desk.resolve("ErpDown", "erp-1")
    desk.advance(timedelta(minutes=30))
    assert sorted(mail.to for mail in desk.take_mail()) == [ANA, APPS]
    assert [post.type for post in desk.receiver.take()] == ["incident.resolved"]


def test_a_service_that_changes_its_owner_meanwhile_surprises_nobody_with_an_end(desk: Desk) -> None:
    erp_fails(desk)
    desk.configure(services=(Service(name="erp", owner=BOSS, resources=("erp-*",)),))
    desk.resolve("ErpDown", "erp-1")
    desk.advance(timedelta(minutes=30))
    desk.expect_mail(APPS, "staff", "resolved")


def test_a_silence_that_begins_meanwhile_stops_the_chain_and_its_end_lets_it_go_on(desk: Desk) -> None:
    on_call(desk)
    number = erp_fails(desk)
    desk.expect_mail(ANA, "staff", "is open")
    desk.command(
        "silence-add", "kim", "", services=["erp"], duration=3600, comment="The database moves.",
    )  # fmt: skip
    desk.advance(timedelta(minutes=59))
    assert desk.outbox_is_empty()
    assert any("The database moves." in why for why in desk.not_told(number))
    desk.advance(timedelta(minutes=3))
    told = desk.take_mail()
    assert {mail.to for mail in told if "still goes on" in mail.text} == {APPS, ANA}
    assert {mail.to for mail in told if "nobody has taken it" in mail.text} == {ANA, BO, BOSS}


# --- webhooks --------------------------------------------------------------------------------------------------------


def test_a_webhook_that_is_away_for_an_hour_loses_nothing_and_floods_nobody(desk: Desk) -> None:
    on_call(desk, Level(to=("webhook:pager",), after=0), repeat_interval=1200)
    desk.receiver.is_down = True
    number = erp_fails(desk)
    for _ in range(60):
        desk.advance(timedelta(minutes=1))
    tried = desk.receiver.attempts
    assert 10 <= tried <= 20, "it is tried again, and less and less often"
    desk.take_mail(APPS)
    desk.receiver.is_down = False
    desk.advance(timedelta(minutes=6))
    posts = desk.receiver.take()
    assert [post.type for post in posts] == ["incident.opened", "incident.still", "incident.still", "incident.still"]
    assert {post.data["number"] for post in posts} == {number}
    desk.resolve("ErpDown", "erp-1")
    desk.advance(timedelta(minutes=30))
    desk.take_mail(APPS)
    assert [post.type for post in desk.receiver.take()] == ["incident.resolved"]


def test_one_notice_that_is_not_taken_holds_up_no_other_incident(desk: Desk) -> None:
    on_call(desk, Level(to=("webhook:pager",), after=0), services=())
    desk.receiver.answers = 500
    erp_fails(desk)
    desk.advance(timedelta(minutes=3))
    assert not desk.receiver.posts
    desk.receiver.answers = 204
    desk.fire("VpnPoolExhausted", "vpn-1")
    desk.advance(timedelta(seconds=31))
    desk.take_mail()
    assert len({post.data["number"] for post in desk.receiver.take()}) == 2


def test_a_webhook_that_is_given_up_shows_in_the_incident(desk: Desk) -> None:
    on_call(desk, Level(to=("webhook:pager",), after=0))
    desk.receiver.answers = 410
    number = erp_fails(desk)
    desk.advance(timedelta(minutes=1))
    assert "was given up: 410" in desk.decisions(number)
    assert desk.receiver.attempts == 1


def test_a_webhook_that_never_answers_is_given_up_after_a_day(desk: Desk) -> None:
    on_call(desk, Level(to=("webhook:pager",), after=0))
    desk.receiver.is_down = True
    number = erp_fails(desk)
    for _ in range(24 * 10 + 60):
        desk.advance(timedelta(minutes=6))
    assert "was given up: It cannot be reached" in desk.decisions(number)


# --- the calendar ----------------------------------------------------------------------------------------------------


def test_the_handover_is_at_nine_by_the_clock_on_the_wall_also_when_summer_time_begins(desk: Desk) -> None:
    on_call(desk)
    desk.advance(datetime(2026, 3, 30, 6, 59, tzinfo=UTC) - desk.now)  # one minute to nine in Berlin, in summer time
    erp_fails_to(desk, BO)
    desk.advance(timedelta(minutes=2))
    erp_fails_to(desk, ANA)


def erp_fails_to(desk: Desk, person: str) -> None:
    desk.fire("ErpDown", "erp-1")
    desk.advance(timedelta(seconds=31))
    page = desk.expect_mail(person, "staff", "is open")
    desk.expect_mail(APPS, "staff", "is open")
    desk.command("resolve", "kim", page.about, resolution="Restarted.")
    desk.resolve("ErpDown", "erp-1")
    desk.take_mail(person)
    desk.take_mail(APPS)
    desk.advance(timedelta(seconds=20))


def test_a_swapped_shift_counts_before_the_rota(desk: Desk) -> None:
    swaps = ROTA.split("BEGIN:VEVENT", maxsplit=1)[0] + (
        "BEGIN:VEVENT\nUID:swap\nDTSTART:20260302T090000Z\nDTEND:20260302T120000Z\nSUMMARY:bo@fernhill.example\n"
        "END:VEVENT\nEND:VCALENDAR\n"
    )
    on_call(desk, team=Team(name="apps", calendar=ROTA, swaps=swaps, people=TEAM.people, timezone="Europe/Berlin"))
    erp_fails(desk)
    desk.expect_mail(BO, "staff", "is open")


def test_one_week_that_was_moved_in_the_calendar_is_moved_here(desk: Desk) -> None:
    moved = ROTA.replace(
        "END:VCALENDAR",
        "BEGIN:VEVENT\nUID:ana\nRECURRENCE-ID;TZID=Europe/Berlin:20260302T090000\n"
        "DTSTART;TZID=Europe/Berlin:20260302T090000\nDTEND;TZID=Europe/Berlin:20260309T090000\n"
        "SUMMARY:Bo Lund for Ana\nEND:VEVENT\nEND:VCALENDAR",
    )
    on_call(desk, team=Team(name="apps", calendar=moved, people=TEAM.people[1:], timezone="Europe/Berlin"))
    erp_fails(desk)
    desk.expect_mail(BO, "staff", "is open")


def test_a_calendar_that_cannot_be_read_changes_nothing(desk: Desk) -> None:
    on_call(desk)
    desk.configure(teams=(Team(name="apps", calendar="BEGIN:VCALENDAR\nno"),))
    assert "cannot be read as a calendar" in desk.sentence(desk.quarantine()[-1].reason)
    erp_fails(desk)
    desk.expect_mail(ANA, "staff", "is open")


def test_a_chain_survives_a_restart(desk: Desk) -> None:
    on_call(desk)
    erp_fails(desk)
    desk.expect_mail(ANA, "staff", "is open")
    desk.restart()
    desk.advance(timedelta(minutes=15))
    assert {mail.to for mail in desk.take_mail()} == {ANA, BO, BOSS}
