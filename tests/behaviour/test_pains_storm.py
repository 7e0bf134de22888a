"""Thousands of alerts at once: nothing is lost, and nobody gets thousands of mails."""

from datetime import timedelta

import pytest

from correlate.declared import Chain, Level, Route
from correlate.policy import Service
from tests.behaviour.harness import Desk, company_policy

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MANY = 5_000


def many_services(desk: Desk) -> None:
    services = tuple(
        Service(name=f"svc-{n:04}", owner="everything@fernhill.example", resources=(f"svc{n:04}-*",))
        for n in range(MANY)
    )
    desk.configure(services=services)


def storm(desk: Desk, *, ends: bool = False) -> None:
    """5,000 alerts of 5,000 services within a minute."""
    began = desk.now - (30 * MINUTE if ends else timedelta())
    for second in range(50):
        alerts = [
            desk.alertmanager_alert(
                "Unreachable", f"svc{n:04}-host", starts=began, ends=desk.now if ends else None
            )
            for n in range(second * 100, second * 100 + 100)
        ]  # fmt: skip
        desk.post("alertmanager", desk.alertmanager_group(alerts))
        desk.advance(timedelta(seconds=1))


def test_five_thousand_alerts_of_five_thousand_services_give_as_many_mails_as_one_fault(desk: Desk) -> None:
    many_services(desk)
    storm(desk)
    desk.advance(20 * MINUTE)
    told = desk.expect_mail("everything@fernhill.example", "staff", "Alert storm from alertmanager")
    (record,) = [one for one in desk.records() if one.status == "new"]
    assert record.number == told.about
    assert desk.firing(record.number) == MANY
    assert "5000 alerts" in record.title
    assert "The storm is over. It had 5000 alerts" in desk.timeline(record.number)
    storm(desk, ends=True)
    desk.advance(HOUR)
    assert desk.record(record.number).status == "resolved"
    desk.expect_mail("everything@fernhill.example", "staff", "5000 alerts")


def test_one_fault_for_comparison(desk: Desk) -> None:
    desk.fire("HighErrorRate", "erp-app-1")
    desk.advance(20 * MINUTE)
    desk.resolve("HighErrorRate", "erp-app-1")
    desk.advance(HOUR)
    assert len(desk.take_mail()) == 2


def test_after_the_storm_a_new_trouble_is_an_incident_of_its_own(desk: Desk) -> None:
    strange = tuple(Service(name=f"s{n}", resources=(f"s{n}-*",)) for n in range(60))
    desk.configure(services=(*company_policy().services, *strange))
    for n in range(60):
        desk.fire("Unreachable", f"s{n}-host")
    desk.advance(30 * MINUTE)
    assert len([one for one in desk.records() if one.status == "new"]) == 1
    desk.fire("trunk registration lost", "pbx-1")
    desk.advance(MINUTE)
    assert len([one for one in desk.records() if one.status == "new"]) == 2
    desk.take_mail()


@pytest.mark.slow
@pytest.mark.parametrize("many", [1, 1200], ids=["one fault", "a storm"])
def test_a_storm_gives_no_more_mails_than_one_fault_whatever_is_configured(desk: Desk, many: int) -> None:
    """With many owners, grave and less grave alerts, group and repeat intervals, and a chain with a webhook."""
    services = tuple(
        Service(name=f"svc-{n:04}", owner=f"owner{n % 40}@fernhill.example", resources=(f"svc{n:04}-*",))
        for n in range(many)
    )
    chain = Chain(
        name="all", levels=(Level(to=("ana@fernhill.example", "webhook:pager")), Level(to=("boss@fernhill.example",)))
    )
    desk.configure(
        services=services, group_interval=300, repeat_interval=3600, problem_managers=(), webhooks=("pager",),
        escalations=(chain,), routes=(Route(name="all", escalation="all"),),
    )  # fmt: skip

    def minute(*, ends: bool) -> None:
        began = desk.now - (2 * HOUR if ends else timedelta())
        for second in range(60):
            hosts = range(second * many // 60, (second + 1) * many // 60)
            alerts = [
                desk.alertmanager_alert(
                    "Unreachable", f"svc{n:04}-host", severity=("critical", "warning", "major")[n % 3], starts=began,
                    ends=desk.now if ends else None,
                )
                for n in hosts
            ]  # fmt: skip
            if alerts:
                desk.post("alertmanager", desk.alertmanager_group(alerts))
            desk.advance(timedelta(seconds=1))

    minute(ends=False)
    desk.advance(2 * HOUR - 2 * MINUTE)
    fires = [mail.to for mail in desk.take_mail()]
    assert len(fires) == 6  # the owner and two levels, and each of them once more when the repeat is due
    assert len({*fires}) == 3
    minute(ends=True)
    desk.advance(2 * HOUR)
    assert sorted(mail.to for mail in desk.take_mail()) == sorted({*fires}), "who heard of it hears of its end, once"
    assert [post.type for post in desk.receiver.take()][-1] == "incident.resolved"
    assert all(record.status in ("resolved", "merged", "closed") for record in desk.records())
