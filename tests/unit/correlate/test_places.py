"""Where hosts stand, as far as their names tell it."""

from datetime import UTC, datetime

from correlate.candidates import places_of
from correlate.records import Past

AT = datetime(2026, 3, 2, tzinfo=UTC)


def past(number: int, resource: str | None) -> Past:
    return Past(
        number=f"INC-{number}", opened_at=AT, service="shop", template="t", category=None, origin="alert",
        resource=resource, services=("shop",),
    )  # fmt: skip


def test_the_domain_that_most_hosts_share_is_the_house_itself_and_no_place() -> None:
    hosts = [
        "a1.berlin.example.com",
        "a2.berlin.example.com",
        "b1.lyon.example.com",
        "c1.oslo.example.com",
        "web",
        None,
    ]
    assert places_of(past(n, host) for n, host in enumerate(hosts)) == {
        "berlin.example.com", "lyon.example.com", "oslo.example.com",
    }  # fmt: skip
    house = [f"a{n}.ops.example.com" for n in range(5)] + ["b1.lyon.example.com"]
    assert places_of(past(n, host) for n, host in enumerate(house)) == {"lyon.example.com"}


def test_hosts_of_one_domain_are_nowhere_in_particular() -> None:
    assert places_of(past(n, f"a{n}.ops.example.com") for n in range(5)) == frozenset()
