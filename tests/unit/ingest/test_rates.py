"""Token buckets and the names that peers are counted under."""

import pytest

from ingest import rates
from ingest.rates import Peers, Rate


def test_a_burst_then_the_steady_rate() -> None:
    rate = Rate(per_minute=60, burst=3)
    assert [rate.take("a", 0.0) for _ in range(3)] == [0.0, 0.0, 0.0]
    assert rate.take("a", 0.0) == pytest.approx(1.0)
    assert rate.take("a", 0.5) == pytest.approx(0.5)
    assert rate.take("a", 1.0) == 0.0
    assert rate.take("a", 1.0) > 0


def test_waiting_as_long_as_told_is_enough() -> None:
    rate = Rate(per_minute=7, burst=1)
    now = 0.0
    for _ in range(50):
        assert rate.take("a", now) == 0.0
        wait = rate.take("a", now)
        assert wait > 0
        now += wait + 1e-9


def test_a_pause_earns_no_more_than_the_burst() -> None:
    rate = Rate(per_minute=60, burst=2)
    rate.take("a", 0.0)
    assert [rate.take("a", 3600.0) == 0.0 for _ in range(3)] == [True, True, False]


def test_peers_do_not_share() -> None:
    rate = Rate(per_minute=1, burst=1)
    assert rate.take("a", 0.0) == 0.0
    assert rate.take("b", 0.0) == 0.0
    assert rate.take("a", 0.0) > 0


def test_a_clock_that_jumps_back_stands_still() -> None:
    rate = Rate(per_minute=60, burst=1)
    assert rate.take("a", 100.0) == 0.0
    assert rate.take("a", 0.0) == pytest.approx(1.0)
    assert rate.take("a", 101.0) == 0.0


def test_memory_is_bounded_and_the_quiet_are_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "MAX_PEERS", 2)
    rate = Rate(per_minute=1, burst=1)
    for peer in ("a", "b", "c"):
        assert rate.take(peer, 0.0) == 0.0
    assert rate.take("c", 0.0) > 0
    assert rate.take("a", 0.0) == 0.0


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("10.1.2.3", None),
        ("::ffff:10.1.2.3", None),
        ("::1", None),
        (None, None),
        ("unix-peer", "unix-peer"),
    ],
)
def test_under_which_name_a_peer_is_counted(host: str | None, name: str | None) -> None:
    assert Peers(["10.0.0.0/8", "::1/128"]).name(host) == name


def test_what_is_no_network_is_refused() -> None:
    with pytest.raises(ValueError, match="neighbours"):
        Peers(["neighbours"])
