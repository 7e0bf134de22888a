"""Who counts as verified: what our own servers found, in the topmost field, and nothing that came with the mail."""

import pytest

from ingest.event import Authentication, Reading
from tests.unit.ingest.mail_maker import plain, read

OURS = Reading(authserv_ids=("mx.example.com",))
DMARC = "Authentication-Results: mx.example.com; dmarc=pass header.from=example.org\n"


def found(headers: str, reading: Reading = OURS, **envelope: object) -> Authentication:
    authentication = read(headers + plain("Hello."), reading, **envelope).authentication
    assert authentication is not None
    return authentication


def test_a_fresh_installation_verifies_nobody() -> None:
    assert found(DMARC, Reading()) == Authentication(verified=False, rule="no server is believed")


@pytest.mark.parametrize(
    ("results", "rule"),
    [
        ("dmarc=pass (p=reject dis=none) header.from=example.org", "dmarc passed"),
        ("dmarc=pass action=none header.from=example.org;compauth=pass reason=100", "dmarc passed"),
        ("dkim=pass (2048-bit key) header.d=example.org header.i=@example.org", "dkim passed"),
        ("dkim=fail header.d=x.example; dkim=pass header.i=@example.org header.s=s", "dkim passed"),
        ("dmarc=none header.from=example.org; dkim=pass header.d=example.org", "dkim passed"),
        ("spf=pass (designates 192.0.2.1 as permitted sender) smtp.mailfrom=pat@example.org", "spf passed"),
        ("spf=pass smtp.mailfrom=EXAMPLE.ORG", "spf passed"),
    ],
)
def test_what_our_server_found_verifies_the_sender(results: str, rule: str) -> None:
    authentication = found(f"Authentication-Results: MX.example.com;\n\t{results}\n")
    assert (authentication.verified, authentication.rule) == (True, rule)
    assert (authentication.domain, authentication.server) == ("example.org", "mx.example.com")


@pytest.mark.parametrize(
    ("results", "rule"),
    [
        ("mx.example.com; none", "nothing proves the sender"),
        ("mx.example.com; dmarc=fail header.from=example.org; dkim=pass header.d=example.org", "dmarc failed"),
        ("mx.example.com; dmarc=pass header.from=evil.example", "nothing proves the sender"),
        ("mx.example.com; dkim=pass header.d=evil.example; spf=pass smtp.mailfrom=evil.example",
         "nothing proves the sender"),
        ("mx.example.com; dkim=pass header.d=students.example.org", "nothing proves the sender"),
        ("mx.example.com; dkim=pass header.d=org", "nothing proves the sender"),
        ("mx.example.com; dkim=pass header.d=ample.org", "nothing proves the sender"),
        ("mx.example.com; arc=pass header.from=example.org", "nothing proves the sender"),
        ('mx.example.com; spf=fail smtp.mailfrom="x; dmarc=pass header.from=example.org"@evil.example',
         "nothing proves the sender"),
        ("mx.evil.example; dmarc=pass header.from=example.org", "results of another server"),
        ("mx.example.com.evil.example; dmarc=pass header.from=example.org", "results of another server"),
        ("(mx.example.com) evil.example; dmarc=pass header.from=example.org", "results of another server"),
        ("mx.example.com; dmarc=pass", "nothing proves the sender"),
        ("mx.example.com; " + "(" * 5_000, "results cannot be read"),
        # Signed by a domain of that name, with a selector of that name: to a reader of comments it is example.org.
        ("mx.example.com; dkim=pass header.d=example.org(.evil.example header.s=x); dmarc=none header.from=example.org",
         "results cannot be read"),
        ("mx.example.com; dkim=pass header.d=example.org(.evil.example header.s=x; dmarc=fail (reject) header.from=x)",
         "results cannot be read"),
        ("mx.example.com; spf=pass smtp.mailfrom=evil.example smtp.mailfrom=example.org", "nothing proves the sender"),
    ],
)  # fmt: skip
def test_anything_else_does_not(results: str, rule: str) -> None:
    authentication = found(f"Authentication-Results: {results}\n")
    assert (authentication.verified, authentication.rule) == (False, rule)


def test_what_a_server_repeats_of_the_envelope_is_no_result() -> None:
    sender = "x); dkim=pass header.d=example.org ("
    repeated = f"spf=pass (domain of {sender}@evil.example) smtp.mailfrom=evil.example"
    headers = f"Authentication-Results: mx.example.com; {repeated}\n"
    assert found(headers, mail_from=f'"{sender}"@evil.example').rule == "results cannot be read"
    assert found(f'Return-Path: <"{sender}"@evil.example>\n{headers}').rule == "results cannot be read"
    assert found("Return-Path: <pat@example.org>\n" + DMARC, mail_from="prvs=12=pat@example.org").verified


def test_only_the_topmost_field_counts() -> None:
    above = "Authentication-Results: mx.example.com; dmarc=fail header.from=example.org\n"
    assert found(above + "Received: from evil.example\n" + DMARC).rule == "dmarc failed"
    another = "Authentication-Results: relay.example.net; none\n"
    assert found(another + DMARC).rule == "results of another server"
    assert found("ARC-" + DMARC).rule == "no results"


def test_microsoft_365_names_no_server_and_is_believed_under_a_name_of_its_own() -> None:
    field = (
        "Authentication-Results: spf=pass (sender IP is 192.0.2.1)\n smtp.mailfrom=example.org;\n"
        " dkim=pass (signature was verified)\n header.d=example.org;dmarc=pass action=none\n"
        " header.from=example.org;compauth=pass reason=100\n"
    )
    assert found(field).rule == "results of another server"
    there = Reading(authserv_ids=("exchange-online",))
    assert found(field, there) == Authentication(
        verified=True, rule="dmarc passed", domain="example.org", server="exchange-online"
    )
    assert not found(field.replace("dmarc=pass", "dmarc=fail"), there).verified


def test_a_mail_that_came_past_our_servers_proves_nothing() -> None:
    assert found(DMARC, peer="127.0.0.1").verified
    assert found(DMARC, peer="::ffff:127.0.0.1").verified
    assert found(DMARC, peer="192.0.2.7") == Authentication(
        verified=False, rule="came past the mail server", server="192.0.2.7"
    )
    inside = Reading(authserv_ids=OURS.authserv_ids, relays=("192.0.2.0/24",))
    assert found(DMARC, inside, peer="192.0.2.7").verified
    assert not found(DMARC, inside, peer="127.0.0.1").verified


@pytest.mark.parametrize(
    "sender",
    [
        "From: pat@example.org\nFrom: eve@evil.example\n",
        "From: pat@example.org, eve@evil.example\n",
        "From: list@example.org\nReply-To: pat@example.org\nX-Original-From: pat@example.org\n",
        "Reply-To: pat@example.org\n",
    ],
)
def test_a_mail_with_more_or_less_than_one_sender_proves_nothing(sender: str) -> None:
    mail = read(f"{DMARC}{sender}Subject: Door\n\nHello.\n", OURS)
    assert mail.authentication is not None
    assert mail.authentication.rule == "not one sender"
