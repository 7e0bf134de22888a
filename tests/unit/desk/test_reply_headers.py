"""The header fields of outgoing mail: how it threads, who may answer it, and what nobody can slip into it."""

import email
import re
from email import policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from correlate.records import Outgoing
from desk.config import Settings
from desk.plus_addresses import PlusAddresses
from desk.rendering import TEMPLATES
from desk.replies import Composer, UnsendableError
from tests.unit.desk.letters import (
    AT,
    FACTS,
    composed,
    outgoing,
    settings,
    text_of,
)


def test_a_reply_threads() -> None:
    mail = composed(outgoing(in_reply_to="b@x", references=("root@x", "a@x")))

    assert mail["Message-ID"] == "<ack.7.1@example.com>"
    assert mail["In-Reply-To"] == "<b@x>"
    assert mail["References"].split() == ["<root@x>", "<a@x>", "<b@x>"]


def test_of_a_long_thread_the_first_and_the_newest_references_are_kept() -> None:
    mail = composed(outgoing(in_reply_to="9@x", references=tuple(f"{n}@x" for n in range(9))))

    assert mail["References"].split() == ["<0@x>", "<6@x>", "<7@x>", "<8@x>", "<9@x>"]


def test_an_id_longer_than_a_line_is_not_broken() -> None:
    long = "a" * 300 + "@x"

    raw = Composer(settings()).compose(outgoing(in_reply_to=long), AT, 1).message

    assert f"\r\nIn-Reply-To: <{long}>\r\n".encode() in raw


@pytest.mark.parametrize("bad", ["a b@x", "a\r\nBcc: x@y", "<a@b>", "", "ä@x", "a" * 2000])
def test_ids_of_others_that_are_not_well_formed_are_left_out(bad: str) -> None:
    mail = composed(outgoing(in_reply_to=bad, references=(bad, "good@x")))

    assert mail["In-Reply-To"] is None
    assert mail["References"] == "<good@x>"
    assert mail["Bcc"] is None


def test_no_program_answers_what_a_program_wrote() -> None:
    answer = composed(outgoing(in_reply_to="b@x"))
    news = composed(outgoing("taken", in_reply_to="b@x"))

    assert (answer["Auto-Submitted"], answer["X-Auto-Response-Suppress"]) == ("auto-replied", "All")
    assert news["Auto-Submitted"] == "auto-generated"


def test_what_a_person_wrote_says_nothing_of_being_automatic() -> None:
    mail = composed(outgoing("answer"))

    assert mail["Auto-Submitted"] is None
    assert "automatically" not in text_of(mail)
    assert "First line\n  indented\n\nlast line" in text_of(mail)


def with_keys(mail: Outgoing, **sections: Any) -> EmailMessage:
    composer = Composer(settings(**sections), PlusAddresses("it@example.com", b"secret"))
    return cast("EmailMessage", email.message_from_bytes(composer.compose(mail, AT, 17).message, policy=policy.default))


def test_a_digest_is_a_list_that_one_can_leave_by_page_by_one_click_and_by_mail() -> None:
    digest = with_keys(outgoing("digest"))

    ticket = PlusAddresses("it@example.com", b"secret").ticket("stop", 17, "ack.7.1@example.com")
    page = f"https://desk.example.com/unsubscribe/{ticket}"
    mail = f"mailto:it@example.com?subject=unsubscribe%20{ticket}"
    assert re.findall("<(.*?)>", digest["List-Unsubscribe"]) == [mail, page]
    assert digest["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (digest["List-Id"], digest["Precedence"]) == ("<digest.example.com>", "bulk")
    assert page in text_of(digest)
    assert page in text_of(digest, "html")


def test_one_click_is_offered_over_https_only() -> None:
    digest = with_keys(outgoing("digest"), http={"public_url": "http://desk.example.com"})

    assert digest["List-Unsubscribe-Post"] is None
    assert digest["List-Unsubscribe"].startswith("<mailto:it@example.com?")
    assert "https" not in digest["List-Unsubscribe"]


@pytest.mark.parametrize("template", [name for name in TEMPLATES if name != "digest"])
def test_nothing_else_is_a_list(template: str) -> None:
    other = with_keys(outgoing(template))

    assert (other["List-Id"], other["List-Unsubscribe"], other["Precedence"]) == (None, None, None)


def test_each_mail_says_which_desk_wrote_it_and_whether_a_person_did() -> None:
    assert composed(outgoing())["X-Quietdesk"] == "it@example.com; machine"
    assert composed(outgoing("answer"))["X-Quietdesk"] == "it@example.com; person"


def test_with_plus_addresses_the_return_path_and_the_reply_to_name_the_mail() -> None:
    keys = PlusAddresses("it@example.com", b"secret")
    letter = Composer(settings(delivery={"plus_addresses": True}), keys).compose(outgoing(), AT, 17)
    plain = Composer(settings(), keys).compose(outgoing(), AT, 17)

    assert letter.mail_from == keys.make("bounce", 17, "ack.7.1@example.com")
    assert f"Reply-To: IT Desk <{keys.make('reply', 17, 'ack.7.1@example.com')}>".encode() in letter.message
    assert plain.mail_from == "it@example.com"
    assert b"Reply-To:" not in plain.message


def test_the_same_mail_is_the_same_bytes() -> None:
    assert Composer(settings()).compose(outgoing(), AT, 1) == Composer(settings()).compose(outgoing(), AT, 1)


HOSTILE = st.text(max_size=200) | st.text(alphabet='\r\n\x00\x0b\x0c\x85\u2028: Bcc<>@,;"\\=?utf-8?q?_ü', max_size=80)


@given(HOSTILE, HOSTILE, HOSTILE)
def test_nothing_in_a_name_subject_or_title_becomes_a_header(name: str, subject: str, title: str) -> None:
    mail = outgoing(to_name=name, subject=subject, facts={**FACTS, "title": title, "text": title})

    letter = COMPOSER.compose(mail, AT, 1)

    head = letter.message.partition(b"\r\n\r\n")[0].decode("ascii")
    names = [line.partition(":")[0] for line in head.split("\r\n") if not line.startswith((" ", "\t"))]
    assert names == [
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress", "X-Quietdesk",
        "Content-Language", "MIME-Version", "Content-Type",
    ]  # fmt: skip
    assert b"\n" not in letter.message.replace(b"\r\n", b"")
    assert max(map(len, letter.message.split(b"\r\n"))) <= 998
    parsed = cast("EmailMessage", email.message_from_bytes(letter.message, policy=policy.default))
    assert [address.addr_spec for address in parsed["To"].addresses] == ["ana@example.com"]
    assert [part.get_content_type() for part in parsed.iter_parts()] == ["text/plain", "text/html"]


COMPOSER = Composer(Settings())


LONG_NAMES = (
    "\N{WOMAN}\u200d\N{WOMAN}\u200d\N{GIRL}" * 60, "می\u200cخواهد مرتضی " * 30, "שלום עולם " * 40, "x" * 3000,
    "ж" * 900, "名" * 400, "a\u202egpj.exe", 'Ü, "Q" <q@x>',
)  # fmt: skip


@pytest.mark.parametrize("name", LONG_NAMES)
def test_names_of_every_script_and_length_arrive(name: str) -> None:
    letter = COMPOSER.compose(outgoing(to_name=name, subject=f"[INC-7] {name}"), AT, 1)

    assert max(map(len, letter.message.split(b"\r\n"))) <= 998
    head = letter.message.partition(b"\r\n\r\n")[0]
    assert all(len(word) <= 75 for word in re.findall(rb"=\?[^ \r\n]*\?=", head)), "RFC 2047, 2"
    parsed = email.message_from_bytes(letter.message)
    to, subject = (str(make_header(decode_header(parsed[field]))) for field in ("To", "Subject"))
    expected = " ".join(name.replace("\u202e", " ").split())
    assert to.endswith(" <ana@example.com>")
    assert to.lstrip('"').replace("\\", "")[:40] == expected[:40] or len(expected) < 40
    assert subject[:48] == f"[INC-7] {expected}"[:48]
    assert "\u202e" not in to + subject, "nothing turns a name around"


@pytest.mark.parametrize(
    "address", ["", "@", "a@", "@b", "a b@c.d", "a@b@c", "<a@b.c>", "a,b@c.d", "a\r\n@b.c", "ä" * 70 + "@b.c"]
)
def test_an_address_that_is_none_is_refused_with_a_sentence(address: str) -> None:
    with pytest.raises(UnsendableError, match="is no mail address"):
        COMPOSER.compose(outgoing(to=address), AT, 1)
