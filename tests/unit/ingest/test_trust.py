"""Where the key stands, and from where a hook may be called."""

import base64

import pytest

from ingest.trust import key_in, may_call, network_problem


def basic(credentials: str) -> str:
    return "Basic " + base64.b64encode(credentials.encode()).decode()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (b"authorization", "Bearer KEY"), (b"authorization", "GenieKey KEY"), (b"authorization", "token KEY"),
        (b"authorization", basic("anybody:KEY")), (b"authorization", basic("KEY:")), (b"x-api-key", "KEY"),
        (b"x-gitlab-token", " KEY "),
    ],
)  # fmt: skip
def test_the_key_is_found_where_tools_put_it(name: bytes, said: str) -> None:
    assert key_in({name: said}) == "KEY"


@pytest.mark.parametrize("said", ["", "Bearer", "Basic", "Basic !!!", basic(":"), "Digest KEY", "KEY", "Basic /w=="])
def test_what_is_no_key_is_none(said: str) -> None:
    assert key_in({b"authorization": said}) is None


@pytest.mark.parametrize(
    ("peer", "networks", "may"),
    [
        ("192.0.2.7", (), True), (None, (), True), ("192.0.2.7", ("192.0.2.0/24",), True),
        ("::ffff:192.0.2.7", ("192.0.2.0/24",), True), ("198.51.100.1", ("192.0.2.0/24",), False),
        (None, ("192.0.2.0/24",), False), ("unknown", ("192.0.2.0/24",), False),
        ("2001:db8::1", ("192.0.2.0/24", "2001:db8::/32"), True), ("192.0.2.7", ("192.0.2.7",), True),
    ],
)  # fmt: skip
def test_a_hook_is_open_to_its_networks(peer: str | None, networks: tuple[str, ...], may: bool) -> None:
    assert may_call(peer, networks) is may


def test_a_network_that_is_none_is_told() -> None:
    assert network_problem("10.0.0.0/8") is None
    assert "desk.example.com" in (network_problem("desk.example.com") or "")
