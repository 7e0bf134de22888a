"""What spam filters say in header fields and at the door, and whom the desk believes."""

from typing import Any

import pytest

from ingest.event import Mail, Reading, Spam
from ingest.mail import read_mail

EVERY = ("X-Spam-Flag", "X-Spam-Status", "X-Spam-Score", "X-Spam-Level", "X-Spamd-Result", "X-Spam")


def read(fields: str, believed: tuple[str, ...] = EVERY, **envelope: Any) -> Mail:
    raw = f"{fields}\nFrom: eve@elsewhere.test\nSubject: Hello\n\nBuy now.".encode()
    reading = Reading(spam_headers=believed, spam_actions=("reject", "add header", "rewrite subject"))
    return read_mail(raw.lstrip(), reading, envelope)


SPAM = """
X-Spam-Flag: YES
X-Spam-Status: Yes, score=8.1 required=5.0 tests=BAYES_99
X-Spam-Status: Yes
X-Spam-Score: 7.2
X-Spam-Score: 9.5 (+++++++++)
X-Spam-Level: *******
X-Spamd-Result: default: True [17.30 / 15.00]; GTUBE(0.00)
X-Spamd-Result: default [17.30 / 15.00]; GTUBE(0.00)
X-Spam: Yes
"""
HAM = """
X-Spam-Flag: NO
X-Spam-Status: No, score=-1.9 required=5.0 tests=BAYES_00
X-Spam-Score: -0.1
X-Spam-Score: none
X-Spam-Level:
X-Spam-Level: **
X-Spamd-Result: default: False [1.20 / 15.00]; ARC_NA(0.00)
X-Spam-Flag:
Subject: X-Spam-Flag: YES
"""


@pytest.mark.parametrize("field", SPAM.strip().splitlines())
def test_a_field_that_says_spam(field: str) -> None:
    found = read(field).spam
    assert found is not None
    assert found.spam
    assert found.by == field.partition(":")[0]


@pytest.mark.parametrize("field", HAM.strip().splitlines())
def test_a_field_that_does_not(field: str) -> None:
    assert read(field).spam is None


def test_the_score_is_told() -> None:
    said = read("X-Spam-Status: Yes, score=8.1 required=5.0").spam
    assert said == Spam(by="X-Spam-Status", spam=True, score=8.1, required=5.0)


def test_nobody_is_believed_who_was_not_named() -> None:
    assert read("X-Spam-Flag: YES", believed=()).spam is None
    assert read("X-Spam-Flag: YES", believed=("X-Spamd-Result",)).spam is None


def test_a_forged_no_above_does_not_hide_the_servers_yes() -> None:
    found = read("X-Spam-Flag: NO\nX-Spam-Flag: NO\nX-Spam-Flag: YES").spam
    assert found is not None
    assert found.spam


@pytest.mark.parametrize(
    ("action", "spam"),
    [("reject", True), ("add header", True), ("rewrite subject", True), ("greylist", False), ("soft reject", False),
     ("no action", False), ("", False)],
)  # fmt: skip
def test_the_verdict_of_the_door_counts_by_its_action(action: str, spam: bool) -> None:
    said = read("", spam={"by": "rspamd", "action": action, "score": 7.5, "required": 15.0}).spam
    assert said == Spam(by="rspamd", spam=spam, action=action, score=7.5, required=15.0)


def test_a_filter_that_did_not_answer_is_noted_and_the_fields_still_count() -> None:
    missing = {"by": "rspamd", "missing": "it did not answer within 3 seconds"}
    assert read("", spam=missing).spam == Spam(by="rspamd", spam=False, missing=missing["missing"])
    found = read("X-Spam-Flag: YES", spam=missing).spam
    assert found is not None
    assert found.spam


@pytest.mark.parametrize("noted", [None, 7, "reject", [], {"action": 7}, {"by": None, "score": "x"}])
def test_an_envelope_of_another_shape_is_no_spam_and_no_exception(noted: Any) -> None:
    found = read("", spam=noted).spam
    assert found is None or not found.spam


def test_what_a_person_overruled_is_no_spam() -> None:
    mail = read("X-Spam-Flag: YES", overruled_by="kim", spam={"by": "rspamd", "action": "reject"})
    assert mail.spam is None
    assert mail.overruled_by == "kim"
