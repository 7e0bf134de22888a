"""Bounces as thirty mail servers write them: who did not get which of our mails, why, and is it for good?"""

from pathlib import Path

import pytest

from tests.unit.ingest.mail_maker import read

CORPUS = Path(__file__).parents[2] / "corpora" / "mail" / "bounces" / "servers.txt"
ORIGINAL = (
    "Message-ID: <ack.inc-7.1@desk.example.com>\nFrom: Desk <desk@example.com>\nTo: kim@example.net\n"
    "Subject: INC-7\nDate: Tue, 3 Mar 2026 09:12:00 +0100\nMIME-Version: 1.0\n\nWe are on it."
)


def bounces() -> list[tuple[str, list[tuple[str, str | None, bool]], str, bool]]:
    """Name, recipients with status and permanence, the mail, and whether it encloses ours."""
    found = []
    for piece in CORPUS.read_text("utf-8").split("\n=== "):
        head, _, body = piece.removeprefix("=== ").partition("\n")
        name, _, told = head.partition(" | ")
        recipients = [
            (address, None if status == "-" else status, lasting == "permanent")
            for address, status, lasting in (words.split() for words in told.split(", "))
        ]
        raw = "To: desk@example.com\n" + body.replace("{original}", ORIGINAL)
        found.append((name, recipients, raw, "{original}" in body))
    return found


@pytest.mark.parametrize(("name", "recipients", "raw", "encloses"), bounces(), ids=[name for name, *_ in bounces()])
def test_a_server_says_who_did_not_get_it(
    name: str, recipients: list[tuple[str, str | None, bool]], raw: str, encloses: bool
) -> None:
    mail = read(raw)
    assert (mail.automatic, mail.answerable) == ("bounce", False)
    assert mail.bounce is not None
    assert [(r.address, r.status, r.permanent) for r in mail.bounce.recipients] == recipients
    assert mail.bounce.message_id == ("ack.inc-7.1@desk.example.com" if encloses else None)
