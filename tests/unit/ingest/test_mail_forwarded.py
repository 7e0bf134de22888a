"""A colleague forwards: whose mail was it, and what did the colleague add?"""

import base64

import pytest

from tests.unit.ingest.mail_maker import mixed, plain, read

BODY = "The gate in Leeds stays open at night."
FORWARDS = {
    "gmail": "Can you look at this?\n\n---------- Forwarded message ---------\nFrom: Ada Byron <ada@example.net>\n"
    "Date: Tue, 03 Mar 2026 08:01:00 +0000\nSubject: Gate\nTo: <info@example.org>\n\n\n" + BODY,
    "outlook": "Can you look at this?\n\nVon: Ada Byron <ada@example.net>\nGesendet: Dienstag, 3. März 2026 08:01\n"
    "An: Info <info@example.org>\nBetreff: Gate\n\n" + BODY,
    "old outlook": "Can you look at this?\n\n-----Message d'origine-----\nDe : Ada Byron [mailto:ada@example.net]\n"
    "Envoyé : mardi 3 mars 2026 08:01\nÀ : Info\nObjet : Gate\n\n" + BODY,
    "apple": "Can you look at this?\n\n> Begin forwarded message:\n>\n"
    "> From: Ada Byron <ada@example.net>\n> Subject: Gate\n"
    "> Date: 3 March 2026 at 08:01:00 GMT\n> To: info@example.org\n>\n> " + BODY,
}


@pytest.mark.parametrize("client", FORWARDS)
def test_the_writer_of_a_forwarded_mail_is_found(client: str) -> None:
    mail = read(plain(FORWARDS[client]).replace("Door does not open", "WG: Gate"))
    assert mail.forwarded is not None
    assert mail.forwarded.sender is not None
    assert (mail.forwarded.sender.name, mail.forwarded.sender.address) == ("Ada Byron", "ada@example.net")
    assert (mail.forwarded.subject, mail.forwarded.text) == ("Gate", BODY)
    assert mail.new_text == "Can you look at this?"


def test_a_forward_without_a_comment_is_all_the_original() -> None:
    mail = read(plain(FORWARDS["gmail"].partition("\n\n")[2]).replace("Door does not open", "Fwd: Gate"))
    assert mail.forwarded is not None
    assert (mail.forwarded.text, mail.new_text) == (BODY, BODY)
    assert mail.forwarded.date is not None
    assert mail.forwarded.date.isoformat() == "2026-03-03T08:01:00+00:00"


def test_a_mail_forwarded_as_an_attachment() -> None:
    inner = f"From: Ada Byron <ada@example.net>\nSubject: Gate\n\n{BODY}"
    for part in (
        f"Content-Type: message/rfc822\n\n{inner}",
        (
            f"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n"
            f"\n{base64.encodebytes(inner.encode()).decode()}"
        ),
    ):
        mail = read(mixed("Content-Type: text/plain\n\nSee attached.", part).replace("Door does not open", "FW: Gate"))
        assert mail.forwarded is not None
        assert mail.forwarded.sender is not None
        assert (mail.forwarded.sender.address, mail.forwarded.text) == ("ada@example.net", BODY)


def test_a_reply_forwards_nothing() -> None:
    mail = read(plain(FORWARDS["outlook"]).replace("Door does not open", "AW: Gate"))
    assert mail.forwarded is None
