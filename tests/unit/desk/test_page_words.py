"""Small things that pages say and check, without a page."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.web.claims import chance, every_words
from desk.web.mailparts import safe_name, sanitised
from desk.web.outcome import with_position
from desk.web.queries.queue import filter_of
from desk.web.rendering import duration, linked, number, percent, size
from desk.web.security import LoginLimit, safe_path

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (89, "89 s"), (600, "10 min"), (7200, "2 h"), (3 * 86_400, "3 d"), (50 * 86_400, "7 weeks"),
     (900 * 86_400, "2 years"), (-5, "0 s")],
)  # fmt: skip
def test_a_duration_is_said_in_its_largest_unit(seconds: float, words: str) -> None:
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("p_value", "words"),
    [(None, "–"), (0.7, "0.7"), (0.0002, "about 1 in 5\u202f000"), (1e-12, "less than 1 in a million")],
)
def test_a_p_value_is_said_as_odds(p_value: float | None, words: str) -> None:
    assert chance(p_value) == words


def test_a_period_is_said_as_people_do() -> None:
    assert [every_words(days * 86_400.0) for days in (1, 7, 30.4, 5.8)] == ["day", "week", "month", "6 d"]


def test_numbers_of_records_are_links_and_everything_else_is_escaped() -> None:
    assert str(linked("see INC-7 <b>")) == 'see <a href="/records/INC-7">INC-7</a> &lt;b&gt;'
    assert str(linked("SUG-2, PRB-1")).count("<a ") == 2
    assert str(linked(None)) == ""


def test_counts_and_sizes_can_be_read() -> None:
    assert (number(12_345), number(0.0456), number(None)) == ("12\u202f345", "0.046", "–")
    assert (size(999), size(2_500), size(25_000_000)) == ("999 bytes", "2.5 KB", "25 MB")


def test_nearly_certain_is_not_certain() -> None:
    assert [percent(share) for share in (None, 0.0, 0.856, 0.997, 1.0)] == ["–", "0 %", "86 %", "> 99 %", "100 %"]


@pytest.mark.parametrize(
    "target",
    ["//e.example", "/\\e.example", "https://e.example", "javascript:x", "", None, "/a\nb", "/a b", "/" + 3000 * "x"],
)
def test_a_way_back_never_leads_elsewhere(target: str | None) -> None:
    assert safe_path(target) == "/"


@given(st.text())
def test_whatever_is_asked_for_the_way_back_stays_here(target: str) -> None:
    path = safe_path(target)
    assert path.startswith("/")
    assert not path.startswith(("//", "/\\"))


def test_the_position_of_an_action_replaces_an_earlier_one() -> None:
    assert with_position("/queue?status=new&at=3", 9) == "/queue?status=new&at=9"


@given(st.text(), st.integers(0, 50))
def test_a_file_name_is_never_a_path_or_a_trick(name: str, part: int) -> None:
    safe = safe_name(name, part, "application/pdf")
    assert 0 < len(safe) <= 130
    assert not set(safe) & set('\\/:*?"<>|')
    assert safe.isprintable()
    assert not safe.startswith(".")


@given(st.text())
def test_sanitised_html_never_has_a_script_or_an_address_that_is_fetched(words: str) -> None:
    html = f"<p>{words}</p><script>x</script><img src='http://e.example/x.gif' onerror=x><img src='data:image/png,x'>"
    found = sanitised(html, {"a": "data:image/png;base64,AA"}).document
    body = found.partition("<body>")[2]
    assert "<script" not in body
    assert "src=" not in body
    assert "onerror=" not in body or "&lt;" in body or "onerror" in words


def test_a_picture_of_the_mail_itself_is_shown() -> None:
    assert (
        'src="data:image/png;base64,AA"'
        in sanitised("<img src='cid:A@b'>", {"a@b": "data:image/png;base64,AA"}).document
    )


def test_a_login_waits_after_too_many_failures_and_no_longer() -> None:
    limit = LoginLimit()
    for _ in range(LoginLimit.LIMITS["both"]):
        assert limit.wait("ann", "10.0.0.9", NOW) == 0
        limit.failed("ann", "10.0.0.9", NOW)
    assert limit.wait("Ann", "10.0.0.9", NOW) == 901
    assert limit.wait("ann", "10.0.0.10", NOW) == 0, "somebody else's failures do not lock her out elsewhere"
    assert limit.wait("bob", "10.0.0.9", NOW) == 0
    assert limit.wait("ann", "10.0.0.9", NOW + timedelta(minutes=15)) == 0


def test_one_peer_cannot_try_many_logins() -> None:
    limit = LoginLimit()
    for place in range(LoginLimit.LIMITS["peer"]):
        limit.failed(f"login{place}", "10.0.0.9", NOW)
    assert limit.wait("another", "10.0.0.9", NOW) > 0


def test_memory_of_failures_is_bounded() -> None:
    limit = LoginLimit()
    limit.MAX_ENTRIES = 100  # type: ignore[misc]
    for place in range(1000):
        limit.failed(f"login{place}", f"10.0.{place // 250}.{place % 250}", NOW)
    assert len(limit._failures) <= 100


@given(st.dictionaries(st.sampled_from(["status", "kind", "priority", "sort", "page", "words", "assignee"]), st.text()))
def test_any_address_gives_a_filter(values: dict[str, str]) -> None:
    wanted = filter_of(values)
    assert wanted.page >= 1
    assert filter_of({name: str(value) for name, value in wanted.query().items()}) == wanted
