"""The digest's charts are pictures that travel with it; text and HTML without pictures say the same."""

import email
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from typing import Any

import pytest

from desk import charts
from desk.drawing import DrawingError, Painter
from desk.replies import Composer
from tests.unit.desk.letters import AT, FACTS, outgoing, settings

SERIES = {
    "from": "2026-01-05T00:00:00+00:00", "step_s": 604_800.0, "counts": [0, 1, 4, 6], "expected": [0.7] * 4,
    "low": [0] * 4, "high": [3] * 4,
}  # fmt: skip
ROW = {**FACTS["suggestions"][0], "chart": "▁▂[▆][█]", "series": SERIES, "changes": [["2026-01-14T09:00:00Z", "new"]]}


class Broken(Painter):
    """Draws the first picture and no other."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    def png(self, series: charts.Series) -> bytes:
        self.asked += 1
        if self.asked > 1:
            raise DrawingError("no more")
        return b"\x89PNG\r\n\x1a\n" + bytes(200)


@pytest.fixture
def painter() -> Iterator[Painter]:
    made = Painter()
    yield made
    made.close()


def digest(painter: Painter | None, *rows: dict[str, Any]) -> EmailMessage:
    mail = outgoing("digest", kind="digest", about=None, facts={**FACTS, "suggestions": list(rows)})
    letter = Composer(settings(), painter=painter).compose(mail, AT, 1)
    return email.message_from_bytes(letter.message, EmailMessage, policy=policy.default)


def pictures(mail: EmailMessage) -> list[EmailMessage]:
    return [part for part in mail.walk() if part.get_content_type() == "image/png"]


def html(mail: EmailMessage) -> str:
    body = mail.get_body(("html",))
    assert body is not None
    return str(body.get_content())


def test_a_chart_is_a_picture_beside_the_html_and_bars_in_the_text(painter: Painter) -> None:
    mail = digest(painter, ROW)
    (picture,) = pictures(mail)
    data = picture.get_content()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    assert int.from_bytes(data[16:20]) > charts.WIDTH
    assert f'src="cid:{picture["Content-ID"].strip("<>")}"' in html(mail)
    text = mail.get_body(("plain",))
    assert text is not None
    assert "[█]" in text.get_content()
    assert "[█]" in html(mail)  # in the place of a picture that is not shown
    kinds = [part.get_content_type() for part in mail.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png"]
    assert not mail.defects


def test_what_cannot_be_drawn_leaves_the_bars() -> None:
    mail = digest(Broken(), ROW, {**ROW, "id": "SUG-2"}, {**ROW, "id": "SUG-3"})
    assert len(pictures(mail)) == 1
    assert html(mail).count("<img") == 1
    assert html(mail).count('class="verbatim"') == 2


@pytest.mark.parametrize("series", [None, {}, {"from": "yesterday"}, {**SERIES, "counts": [1]}, [1]])
def test_a_mail_without_figures_has_no_picture(series: Any) -> None:
    mail = digest(Broken(), {**ROW, "series": series})
    assert not pictures(mail)
    assert "[█]" in html(mail)


def test_changes_within_the_time_are_marked() -> None:
    made = charts.of_facts(SERIES, [["2026-01-14T09:00:00Z", "new"], ["2025-01-14T09:00:00Z", "old"]])
    assert made is not None
    assert [title for _, title in made.marks] == ["new"]
