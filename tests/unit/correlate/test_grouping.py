"""Which incident an alert belongs to, and why."""

from correlate.effects import MailDue, RecordChanged
from correlate.hosts import host_stem
from correlate.records import Reason
from tests.unit.correlate.world import POLICY, TestDesk, alert


def reasons(desk: TestDesk) -> set[str]:
    return {effect.reason.rule for effect in desk.effects}


def test_alerts_of_one_service_are_one_incident() -> None:
    desk = TestDesk()
    desk.take(0, alert("a", resource="led-1"))
    desk.take(10, alert("b", resource="led-2"))
    assert len(desk.incidents()) == 1
    assert "same service" in reasons(desk)


def test_a_trouble_runs_along_dependencies_either_way() -> None:
    for first, second in (("pg-1", "led-1"), ("led-1", "pg-1")):
        desk = TestDesk()
        desk.take(0, alert("a", resource=first))
        desk.take(4, alert("b", resource=second))
        assert len(desk.incidents()) == 1
        assert "related service" in reasons(desk)


def test_long_after_it_began_a_neighbour_is_a_trouble_of_its_own() -> None:
    desk = TestDesk()
    desk.take(0, alert("a", resource="pg-1"))
    desk.take(45, alert("b", resource="led-1"))
    assert len(desk.incidents()) == 2


def test_unrelated_services_are_kept_apart() -> None:
    desk = TestDesk()
    desk.take(0, alert("a", resource="led-1"), alert("b", resource="web-1"))
    assert len(desk.incidents()) == 2


def test_the_incident_names_the_first_symptom_and_is_as_grave_as_the_gravest() -> None:
    desk = TestDesk()
    desk.take(0, alert("a", resource="pg-1", severity="warning", title="Locks"))
    desk.take(1, alert("b", resource="led-1", severity="critical", title="Errors"))
    (incident,) = desk.incidents()
    assert (incident.title, incident.service, incident.impact) == ("Locks", "ledger-db", "high")


def test_two_warnings_at_once_do_not_wait() -> None:
    desk = TestDesk()
    desk.take(0, alert("a", resource="pg-1", severity="warning"))
    desk.take(1, alert("b", resource="led-1", severity="warning"))
    assert len(desk.incidents()) == 1


def test_a_bridge_between_two_young_incidents_makes_them_one() -> None:
    desk = TestDesk()
    desk.take(0, alert("a", resource="nas-1"))
    desk.take(8.5, alert("b", resource="led-1"))
    assert len(desk.incidents()) == 2
    desk.take(9, alert("c", resource="pg-1"))
    (survivor,) = desk.incidents()
    assert desk.situation.members[survivor.number].conditions == {"a", "b", "c"}
    assert [e.change for e in desk.of(RecordChanged) if e.change == "merged"] == ["merged"]


def test_what_a_person_has_taken_up_is_not_merged_by_the_machine() -> None:
    desk = TestDesk()
    desk.take(0, alert("a", resource="nas-1"))
    desk.take(8.5, alert("b", resource="led-1"))
    desk.command(8.6, "take", "INC-2")
    desk.take(9, alert("c", resource="pg-1"))
    assert len(desk.incidents()) == 2


def test_a_host_that_nobody_declared_is_learned_from_what_others_say_of_it() -> None:
    desk = TestDesk()
    desk.take(0, alert("a", resource="acct7-01", service="ledger"))
    desk.take(2, alert("b", resource="acct7-02.prod.example:9100", service="node check"))
    assert len(desk.incidents()) == 1
    assert desk.situation.conditions["b"].service == "ledger"


def test_a_checks_name_is_not_a_service() -> None:
    desk = TestDesk()
    desk.take(0, alert("a", resource="xa-1", service="Memory"), alert("b", resource="zz-9", service="Memory"))
    assert len(desk.incidents()) == 2


def test_names_of_instances_have_one_stem() -> None:
    assert {host_stem(name) for name in ("nlb-01", "NLB-2", "nlb-03.prod.example:9100", "https://nlb.example/x")} == {
        "nlb"
    }
    assert host_stem("10.0.0.1") is None
    assert host_stem(None) is None


def test_five_thousand_alerts_are_one_incident_and_one_mail() -> None:
    desk = TestDesk()
    for batch in range(50):
        desk.take(batch / 60, *(alert(f"f{batch}.{n}", resource=f"led-{n}", title=f"Check {n}") for n in range(100)))
    desk.wait_until(5)
    assert len(desk.incidents()) == 1
    assert len(desk.of(MailDue)) == 1


def test_every_effect_has_a_reason() -> None:
    desk = TestDesk()
    desk.take(0, alert("a", resource="pg-1"))
    desk.take(1, alert("a", status="resolved"))
    desk.wait_until(POLICY.close_after / 60 + 60)
    assert desk.effects
    assert all(isinstance(effect.reason, Reason) and effect.reason.rule for effect in desk.effects)
