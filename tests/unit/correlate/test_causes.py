"""Probable causes: what is first, what lies beneath, what changed, and what only the affected have."""

from correlate.causes import Suspect, Symptom, ranked
from correlate.records import Change
from correlate.services import ServiceMap
from tests.unit.correlate.world import POLICY, at

SERVICES = ServiceMap(POLICY.services)


def symptom(minutes: float, service: str | None, resource: str = "x", **labels: str) -> Symptom:
    return Symptom(service, resource, at(minutes), labels)


def change(minutes: float, ident: str, service: str) -> Change:
    return Change(id=ident, service=service, title="Upgrade", start=at(minutes), end=None)


def suspects(*symptoms: Symptom, **given: object) -> list[Suspect]:
    return ranked(
        symptoms,
        given.get("elsewhere", ()),  # type: ignore[arg-type]
        given.get("named"),  # type: ignore[arg-type]
        given.get("changes", ()),  # type: ignore[arg-type]
        SERVICES,
        at(1),
    )


def rules(suspect: Suspect) -> set[str]:
    return {why.rule for why in suspect.evidence}


def test_what_is_first_and_beneath_the_rest_is_suspected_most() -> None:
    found = suspects(symptom(2, "ledger"), symptom(1, "ledger-db"), symptom(0, "storage"))
    assert found[0].name == "storage"
    assert rules(found[0]) == {"first symptom", "beneath the affected"}


def test_a_late_witness_beneath_comes_before_those_who_suffer() -> None:
    found = suspects(symptom(0, "ledger"), symptom(0.5, "ledger-db"), symptom(3, "storage"))
    assert found[0].name == "storage"


def test_what_all_need_is_suspected_though_it_shows_nothing() -> None:
    found = suspects(symptom(1, "ledger"), symptom(2, "ledger-db"))
    assert "storage" in [suspect.name for suspect in found]


def test_a_change_shortly_before_on_a_suspect_comes_first() -> None:
    found = suspects(symptom(0, "storage"), symptom(2, "ledger"), changes=[change(-10, "C-7", "storage")])
    assert (found[0].kind, found[0].name) == ("change", "C-7")


def test_a_daily_change_is_a_coincidence() -> None:
    daily = [change(-10 - day * 1440, f"C-{day}", "storage") for day in range(15)]
    found = suspects(symptom(0, "storage"), symptom(2, "ledger"), changes=daily)
    assert found[0].kind == "service"


def test_what_the_affected_share_and_others_do_not_is_named() -> None:
    mine = [symptom(n, None, f"h{n}", rack="b7", zone="north") for n in range(4)]
    others = [symptom(n, None, f"o{n}", rack="a1", zone="north") for n in range(4)]
    found = suspects(*mine, elsewhere=others)
    assert [suspect.name for suspect in found] == ["rack=b7"]
    assert found[0].evidence[0].evidence == {"share": "100%", "elsewhere": "0%"}


def test_of_an_incident_that_only_people_know_it_is_what_they_write_of() -> None:
    (found,) = suspects(named="ledger")
    assert (found.name, rules(found)) == ("ledger", {"people write of it"})
