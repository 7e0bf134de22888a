"""Times, strings and identities as tools write them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from ingest.fingerprint import fingerprint, without_measurements
from ingest.tools.fields import labels, line, links, pairs, text
from ingest.tools.times import instant

NINE = datetime(2025, 3, 4, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "said",
    [
        "2025-03-04T09:00:00Z", "2025-03-04T10:00:00+01:00", "2025-03-04T10:00:00+0100",
        "2025-03-04T10:00:00.000+01.00",
        "2025-03-04 09:00:00 UTC", "2025-03-04 09:00:00 +0000 UTC", "2025-03-04 09:00:00.000000000 +0000 UTC m=+12.5",
        "2025/03/04 09:00:00 GMT", "2025-03-04T09:00:00.000000000Z", "Tue, 04 Mar 2025 09:00:00 +0000",
        "Tue Mar  4 09:00:00 UTC 2025", "March 4, 2025 09:00 AM UTC", "3/4/2025 9:00:00 AM -00:00",
        1741078800, 1741078800.0, "1741078800", 1741078800000, "1741078800000", 1741078800000000, 1741078800000000000,
    ],
)  # fmt: skip
def test_one_moment_in_many_spellings(said: Any) -> None:
    assert instant(said) == NINE


@pytest.mark.parametrize(
    "said",
    [
        None, "", 0, "0", -5, True, "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "1970-01-01T00:00:00Z",
        "yesterday",
        "2025-02-30T00:00:00Z", "9999-12-31T23:59:59-14:00", float("nan"), float("inf"), 10**30, [], {},
        "2025-03-04 09:00:00",
        "$TIME", "x" * 500,
    ],
)  # fmt: skip
def test_what_is_no_moment_is_none(said: Any) -> None:
    assert instant(said) is None


def test_a_local_time_counts_only_where_the_tool_means_utc() -> None:
    assert instant("2025-03-04 09:00:00", naive_is_utc=True) == NINE


def test_nanoseconds_keep_their_microseconds() -> None:
    assert instant(1741078800123456789) == NINE.replace(microsecond=123456)


@pytest.mark.parametrize(
    "said", ["", "  ", "null", "None", "$SERVICE", "${X}", "{PID}", "{{ alert }}", "*alertDuration*", "%%X%%", [], {}]
)
def test_placeholders_and_nothings_say_nothing(said: Any) -> None:
    assert text(said) is None


@pytest.mark.parametrize(
    ("said", "meant"), [(0, "0"), (1.0, "1"), (True, "true"), (" a ", "a"), ("costs $5", "costs $5")]
)
def test_what_says_something_is_kept(said: Any, meant: str) -> None:
    assert text(said) == meant


def test_a_line_is_one_line() -> None:
    assert line("a\n  b\tc") == "a b c"
    assert len(line("x" * 1000) or "") == 500


def test_labels_are_strings_with_dotted_names() -> None:
    assert labels({"a": {"b": 1, "c": None}, "d": [1, "x"], "e": ""}) == {"a.b": "1", "d": "1, x"}


def test_pairs_in_every_form() -> None:
    wanted = {"host": "web1", "env": "prod"}
    assert pairs("host:web1,env:prod,lonely") == wanted
    assert pairs(["host:web1", "env:prod", "lonely"]) == wanted
    assert pairs([["host", "web1"], ["env", "prod"]]) == wanted
    assert pairs([{"key": "host", "value": "web1"}, {"key": "env", "value": "prod"}]) == wanted
    assert pairs(wanted) == wanted


def test_only_web_addresses_are_links() -> None:
    assert links("https://a.example.net/x", "javascript:alert(1)", "?orgId=1", "https://b c", None, 'https://"') == (
        "https://a.example.net/x",
    )


def test_parts_of_an_identity_do_not_run_together() -> None:
    assert fingerprint("t", ["ab", "c"]) != fingerprint("t", ["a", "bc"])
    assert fingerprint("t", {"a": "1", "b": "2"}) == fingerprint("t", {"b": "2", "a": "1"})
    assert fingerprint("t", {"a": None}) != fingerprint("t", {})
    assert fingerprint("t", ["x"]) == "t:1:" + fingerprint("t", ["x"]).rsplit(":", 1)[1]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("CPU is 97.2% on web1", "CPU is 12% on web1"),
        ("latency 120 ms", "latency 8 ms"),
        ("failed at 2025-03-04 09:00:00", "failed at 2025-03-05 11:12:13"),
        ("used 12.5 GB", "used 900 MB"),
    ],
)
def test_measurements_are_no_identity(one: str, other: str) -> None:
    assert without_measurements(one) == without_measurements(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("disk 1 failed", "disk 2 failed"), ("web01", "web02"), ("port 443", "port 80"), ("10.0.0.1", "10.0.0.2")],
)
def test_names_with_numbers_are(one: str, other: str) -> None:
    assert without_measurements(one) != without_measurements(other)
