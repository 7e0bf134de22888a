"""What hostile mails and answers have tried on those who look at them, and on those who ask."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from desk.rspamd import _number
from desk.web.mailparts import MAX_PREVIEW, MAX_TAGS, html_view, sanitised
from tests.integration.pages_desk import PagesDesk, a_desk

PICTURE = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(1_000_000)).decode()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PagesDesk]:
    with a_desk(tmp_path) as made:
        yield made


def with_picture(html: str) -> bytes:
    return (
        "From: eve@evil.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\n"
        f"Content-Type: text/html\r\n\r\n{html}\r\n--x\r\nContent-Type: image/png\r\nContent-ID: <logo>\r\n"
        f"Content-Transfer-Encoding: base64\r\n\r\n{PICTURE}\r\n--x--\r\n"
    ).encode()


def test_one_picture_shown_ten_thousand_times_fills_the_memory() -> None:
    view = html_view(with_picture('<img src="cid:logo">' * 10_000))
    assert view is not None
    assert 1 < view.document.count("data:image/png") < 20
    assert len(view.document) < 2 * MAX_PREVIEW


def test_a_mail_of_nothing_but_tags_keeps_the_page_busy_for_minutes() -> None:
    assert sanitised("<div>" * 400_000).document.count("<div>") < MAX_TAGS
    words = sanitised("<p>Hello <b>you</b></p>").document
    assert "<p>Hello <b>you</b></p>" in words


def test_a_window_at_the_end_of_time_is_an_error_of_the_server(desk: PagesDesk) -> None:
    browser = desk.browser("ada")
    browser.get("/silences")
    for moment in ("9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+12:00"):
        assert browser.post("/silences", matchers='a="b"', comment="x", ends_at=moment).status_code == 422
        browser.get("/silences")


@pytest.mark.parametrize("score", [10**400, -(10**400), float("inf"), float("nan")])
def test_an_absurd_score_of_a_spam_filter_keeps_the_mail_out(score: float) -> None:
    assert _number(score) is None
