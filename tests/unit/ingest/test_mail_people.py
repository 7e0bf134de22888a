"""Addresses: taken apart before anything is decoded; who is answered, and where a mail went."""

import pytest

from ingest.addresses import parse_addresses
from ingest.event import Address, Reading
from tests.unit.ingest.mail_maker import plain, read


@pytest.mark.parametrize(
    ("field", "people"),
    [
        ("Ann Lee <ann@example.org>", [("Ann Lee", "ann@example.org")]),
        ("ann@EXAMPLE.org", [(None, "ann@example.org")]),
        ('"Lee, Ann" <ann@example.org>, bob@example.org', [("Lee, Ann", "ann@example.org"), (None, "bob@example.org")]),
        ("Lee, Ann <ann@example.org>", [("Lee, Ann", "ann@example.org")]),
        ("ann@example.org (Ann Lee)", [("Ann Lee", "ann@example.org")]),
        ("'Ann Lee' <ann@example.org>", [("Ann Lee", "ann@example.org")]),
        ("ann@example.org <ann@example.org>", [(None, "ann@example.org")]),
        ("Team: ann@example.org, bob@example.org;", [(None, "ann@example.org"), (None, "bob@example.org")]),
        ("undisclosed-recipients:;", []),
        ("<mailto:ann@example.org>", [(None, "ann@example.org")]),
        ("Ann Lee ann@example.org", [("Ann Lee", "ann@example.org")]),
        ("<ann @ example.org>", [(None, "ann@example.org")]),
        ("ann@example.org; bob@example.org", [(None, "ann@example.org"), (None, "bob@example.org")]),
        ('"\\"Ann\\" Lee" <ann@example.org>', [('"Ann" Lee', "ann@example.org")]),
        ("=?utf-8?q?Lee=2C_Ann?= <ann@example.org>", [("Lee, Ann", "ann@example.org")]),
        ("Ann <ann@example.org", [("Ann", "ann@example.org")]),
        ("nobody", []),
        ("<>", []),
        ("@example.org", []),
    ],
)
def test_address_fields(field: str, people: list[tuple[str | None, str]]) -> None:
    assert [(box.name, box.address) for box in parse_addresses(field)] == people


@pytest.mark.parametrize(
    "field",
    [
        "=?utf-8?q?boss=40corp.example?= <eve@evil.example>",
        "=?utf-8?q?=3Cboss=40corp.example=3E?= <eve@evil.example>",
        '"boss@corp.example" <eve@evil.example>',
    ],
)
def test_a_display_name_never_becomes_the_address(field: str) -> None:
    assert [box.address for box in parse_addresses(field)] == ["eve@evil.example"]


def test_an_encoded_address_is_not_decoded() -> None:
    assert [box.address for box in parse_addresses("=?utf-8?q?boss?=@corp.example")] == [
        "=?utf-8?q?boss?=@corp.example"
    ]


def test_reply_to_is_not_followed() -> None:
    assert read("From: ann@example.org\nReply-To: eve@evil.example\n\nx").sender == Address(None, "ann@example.org")


def test_reply_to_is_followed_where_a_forwarding_list_vouches_for_it() -> None:
    listed = "From: Ann via Help <help@lists.example>\nReply-To: Ann <ann@example.org>\nX-Original-From: Ann <{}>\n\nx"
    assert read(listed.format("ann@example.org")).sender == Address("Ann", "ann@example.org")
    assert read(listed.format("bob@example.org")).sender == Address("Ann via Help", "help@lists.example")


@pytest.mark.parametrize("field", ["Reply-To", "Return-Path", "Sender"])
def test_a_from_without_an_address_falls_back(field: str) -> None:
    assert read(f"From: Scanner\n{field}: <scan@example.org>\n\nx").sender == Address(None, "scan@example.org")


def test_a_mail_from_nobody_has_no_sender_and_gets_no_answer() -> None:
    mail = read("Subject: x\n\nbody")
    assert mail.sender is None
    assert (mail.answerable, mail.rules) == (False, ("no-sender-address",))


def test_recipients_are_told_by_the_envelope_first() -> None:
    headers = (
        "Delivered-To: help@example.com\nX-Original-To: HELP@example.com\n"
        "Envelope-To: it@example.com\nCc: boss@example.org\n"
    )
    mail = read(plain("x", headers), rcpt_to=["desk+7@example.com"])
    assert mail.recipients == (
        "desk+7@example.com",
        "help@example.com",
        "it@example.com",
        "desk@example.com",
        "boss@example.org",
    )


def test_only_the_topmost_authentication_results_count() -> None:
    headers = "Authentication-Results: mx.example.com; dmarc=fail\nAuthentication-Results: mx.example.com; dmarc=pass\n"
    assert read(plain("x", headers)).authentication_results == "mx.example.com; dmarc=fail"


def test_a_thousand_and_more_recipients_are_bounded() -> None:
    assert len(parse_addresses("a@b.example, " * 5_000)) == 1_000


def test_reading_needs_no_configuration() -> None:
    assert read(plain("x"), Reading()).answerable
