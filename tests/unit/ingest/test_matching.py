"""Which rules a mail meets: every comparison on every kind of field, and nothing that misleads the desk."""

import pytest

from ingest.event import Mail, Reading
from ingest.mail import read_mail
from ingest.matching import problems, size_of
from ingest.rule import Condition, Matcher

RAW = b"""\
Received: from mx.example.com by mail.example.com; Mon, 2 Mar 2026 09:00:00 +0000
From: "Billing @example.org" <billing@shop.test>
To: Help <help@example.com>, it@example.com
Subject: =?utf-8?q?Rechnung_M=C3=A4rz?= 2026
List-Id: Offers of the week <offers.shop.test>
X-Priority: 1
X-Mailer: Bulk 3
X-Mailer: Twice
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain; charset=utf-8

Please pay within 14 days.
--b
Content-Type: application/pdf; name="Invoice-7.PDF"
Content-Disposition: attachment; filename="Invoice-7.PDF"

xx
--b--
"""
ENVELOPE = {"mail_from": "bounce-77@news.shop.test", "rcpt_to": ["help@example.com"], "route": "help@example.com"}


def met(*conditions: tuple[str, str, str], require: str = "all", raw: bytes = RAW) -> bool:
    rule = Matcher(
        name="r",
        when=tuple(Condition(*condition) for condition in conditions),
        require="any" if require == "any" else "all",
    )
    return read(rule, raw=raw).ruled is not None


def read(*rules: Matcher, raw: bytes = RAW, **more: object) -> Mail:
    return read_mail(raw, Reading(rules=rules), {**ENVELOPE, **more})


HOLD = """
Subject | is | rechnung märz 2026
Subject | is not | Rechnung
Subject | contains | MÄRZ
Subject | contains not | April
Subject | starts with | Rechnung
Subject | ends with | 2026
Subject | matches | ^rechnung m.rz 20\\d\\d$
Subject | matches not | ^\\d
From | is | billing@shop.test
From | ends with | @shop.test
From | starts with | billing@
From | contains | "Billing @example.org"
To | is | it@example.com
List-Id | contains | offers.shop.test
list-id | is not |
X-Spam-Flag | is |
X-Spam-Flag | contains not | yes
X-Mailer | is | Twice
x-priority | is | 1
envelope sender | starts with | bounce-
recipient | is | HELP@example.com
route | is | help@example.com
body | contains | within 14 days
attachment name | ends with | .pdf
size | above | 500
size | below | 2KB
verified | is | no
written by | is | list
"""


@pytest.mark.parametrize("line", HOLD.strip().splitlines())
def test_a_condition_that_holds(line: str) -> None:
    field, operator, value = (part.strip() for part in line.split("|"))
    assert met((field, operator, value))


FAIL = """
Subject | is | rechnung
Subject | is not | Rechnung März 2026
Subject | contains not | märz
Subject | matches | ^März
Subject | matches not | 2026$
From | ends with | @example.org
From | is | Billing @example.org
To | is | help
X-Mailer | is | Bulk
X-Mailer | is not | Twice
List-Id | is |
X-Missing | contains | a
envelope sender | is | billing@shop.test
attachment name | ends with | .exe
size | above | 10MB
size | below | 500
verified | is | yes
written by | is | person
"""


@pytest.mark.parametrize("line", FAIL.strip().splitlines())
def test_a_condition_that_does_not_hold(line: str) -> None:
    field, operator, value = (part.strip() for part in line.split("|"))
    assert not met((field, operator, value))


def test_the_name_beside_an_address_is_no_address() -> None:
    raw = b"From: boss@example.com <thief@elsewhere.test>\nSubject: Pay\n\nNow."
    assert not met(("From", "is", "boss@example.com"), raw=raw)
    assert not met(("From", "ends with", "@example.com"), raw=raw)
    assert met(("From", "is", "thief@elsewhere.test"), raw=raw)


def test_all_conditions_or_any() -> None:
    one, other = ("Subject", "contains", "März"), ("Subject", "contains", "April")
    assert not met(one, other)
    assert met(one, other, require="any")


def test_rules_hold_in_order_until_one_says_stop_and_switched_off_ones_never() -> None:
    rules = [
        Matcher(name="off", when=(Condition("Subject", "contains", "2026"),), enabled=False, ignore=True),
        Matcher(name="first", when=(Condition("Subject", "contains", "2026"),)),
        Matcher(name="other", when=(Condition("Subject", "contains", "2025"),), stop=True),
        Matcher(name="last", when=(Condition("From", "contains", "shop"),), stop=True, trust="tool"),
        Matcher(name="never", when=(Condition("From", "contains", "shop"),), trust="spam", ignore=True),
    ]
    found = read(*rules).ruled
    assert found is not None
    assert (found.names, found.ignored_by, found.trust, found.trusted_by) == (("first", "last"), None, "tool", "last")


def test_a_verified_sender_is_one_that_our_own_server_vouches_for() -> None:
    raw = (
        b"Authentication-Results: mx.example.com; dkim=pass header.d=shop.test; dmarc=pass header.from=shop.test\n"
        + RAW
    )
    rule = Matcher(name="r", when=(Condition("verified", "is", "yes"),))
    assert read_mail(raw, Reading(rules=(rule,)), ENVELOPE).ruled is None
    ours = Reading(rules=(rule,), authserv_ids=("mx.example.com",))
    assert read_mail(raw, ours, {**ENVELOPE, "peer": "127.0.0.1"}).ruled is not None


def test_an_expression_that_would_never_end_elsewhere_ends() -> None:
    raw = b"Subject: " + b"a" * 50_000 + b"\n\n" + b"a" * 200_000
    assert not met(("Subject", "matches", "(a+)+$b"), ("body", "matches", "(a*)*b"), raw=raw)


def test_hostile_headers_are_matched_without_an_exception() -> None:
    raw = b"Subject: \xff\xfe\xed\xa0\x80 =?utf-8?b?7aCA?=\nFrom: <<>>,;:@\nX-Null: a\x00b\n\n\xff"
    every = ("Subject", "From", "X-Null", "body", "attachment name", "recipient")
    for field in every:
        met((field, "matches", "."), raw=raw)
        met((field, "contains", "\x00"), raw=raw)


def test_what_cannot_be_used_never_holds_and_is_told() -> None:
    bad = Condition("Subject", "matches", "(")
    assert not met(("Subject", "matches", "("))
    assert "no expression" in next(problems(Matcher(name="r", when=(bad,))))
    assert read(Matcher(name="r", when=())).ruled is None


@pytest.mark.parametrize(
    ("said", "size"), [("10", 10), ("5KB", 5120), ("2 mb", 2 * 1024**2), ("x", None), ("-1", None), ("", None)]
)
def test_a_size_is_written_as_people_write_it(said: str, size: int | None) -> None:
    assert size_of(said) == size
