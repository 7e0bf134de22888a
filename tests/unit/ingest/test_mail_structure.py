"""Header fields, parts, charsets and attachments: whatever arrives is read, and what is odd is noted."""

import base64
import email
import struct

import pytest

from ingest.charset import decode
from ingest.event import Reading
from ingest.mail import html_body, part_bytes, read_mail
from ingest.mime import Part, parse
from tests.unit.ingest.mail_maker import PERSON, mixed, plain, read

TEXT = "Content-Type: text/plain; charset=utf-8\n\nThe door at the back does not open."


def outline(part: Part) -> list[object]:
    return [part.content_type, [outline(child) for child in part.children]]


def standard(part: email.message.Message) -> list[object]:
    children = part.get_payload() if part.is_multipart() else []
    return [part.get_content_type(), [standard(child) for child in children]]


SOUND = [
    plain("Hello"),
    mixed(TEXT, "Content-Type: image/png\nContent-Transfer-Encoding: base64\n\niVBORw0KGgo="),
    mixed(TEXT, "Content-Type: text/html\n\n<p>The door</p>", kind="alternative"),
    mixed("Content-Type: message/rfc822\n\n" + plain("inner")),
    mixed(
        'Content-Type: multipart/related; boundary="in"\n\n--in\n\na\n--in\nContent-Type: text/html\n\nb\n--in--\n',
        TEXT,
    ),
    plain("crlf").replace("\n", "\r\n"),
    mixed(TEXT, TEXT).replace("\n", "\r\n"),
    "Subject: no body at all\n",
    "\nno header at all",
    "From ann@example.org Tue Mar  3 09:12:00 2026\nSubject: from an mbox\n\nbody",
]


@pytest.mark.parametrize("text", SOUND)
def test_sound_mails_have_the_same_parts_as_in_the_standard_library(text: str) -> None:
    ours, theirs = parse(text.encode()), email.message_from_bytes(text.encode())
    assert outline(ours.root) == standard(theirs)
    leaves = [part for part in theirs.walk() if not part.is_multipart()]
    ours_leaves = [part for part in ours.parts if not part.children]
    for own, other in zip(ours_leaves, leaves, strict=True):
        assert own.payload.rstrip() == (other.get_payload(decode=True) or b"").rstrip()
    assert [name for name, _ in ours.headers.fields] == [name.lower() for name in theirs]
    assert ours.oddities == []


def test_header_fields_are_decoded_and_unfolded() -> None:
    mail = read(
        "From: =?utf-8?q?J=C3=BCrgen_Gro=C3=9F?= <j.gross@example.org>\n"
        "Subject: =?utf-8?b?w5ZmZm51bmc=?=\n =?utf-8?q?szeiten?= am\n  Samstag\n"
        "Message-ID: <a1@example.org>\nIn-Reply-To: <inc-1@desk.example>\nReferences: <a0@x>\n\t<inc-1@desk.example>\n"
        "Date: Tue, 03 Mar 2026 09:12:00 +0100\n\nbody"
    )
    assert mail.sender is not None
    assert (mail.sender.name, mail.sender.address) == ("Jürgen Groß", "j.gross@example.org")
    assert mail.subject == "Öffnungszeiten am Samstag"
    assert (mail.message_id, mail.in_reply_to) == ("a1@example.org", "inc-1@desk.example")
    assert mail.references == ("a0@x", "inc-1@desk.example")
    assert mail.date is not None
    assert mail.date.isoformat() == "2026-03-03T08:12:00+00:00"


def test_a_character_split_between_two_encoded_words_is_joined() -> None:
    assert read("Subject: =?utf-8?q?caf=C3?= =?utf-8?q?=A9?=\n\nx").subject == "café"


@pytest.mark.parametrize(
    ("text", "codec", "declared"),
    [
        ("Гидрант протекает", "koi8-r", "koi8-r"),
        ("Preis: 5 €", "cp1252", "iso-8859-1"),
        ("朱镕基的电脑", "gb18030", "gb2312"),
        ("髙橋さんの席", "cp932", "shift_jis"),
        ("똠방각하", "cp949", "euc-kr"),
        ("日本語のメール", "iso-2022-jp", "iso-2022-jp"),
        ("Größe und Maße", "utf-8", "iso-8859-1"),
        ("Größe und Maße", "utf-8", None),
        ("Größe und Maße", "utf-8", "x-no-such-charset"),
        ("Größe", "cp1252", None),
        ("Größe", "cp1252", "us-ascii"),
        ("日本語", "iso-2022-jp", None),
    ],
)
def test_text_is_read_in_the_charset_it_really_has(text: str, codec: str, declared: str | None) -> None:
    assert decode(text.encode(codec), declared)[0] == text


def test_a_wrong_charset_is_noted() -> None:
    raw = PERSON.encode() + b"Content-Type: text/plain; charset=us-ascii\n\nGr\xc3\xb6\xc3\x9fe"
    mail = read_mail(raw, Reading(), {})
    assert mail.text == "Größe"
    assert mail.oddities == ("charset-wrong:us-ascii",)


def test_raw_eight_bit_header_fields_are_read_in_the_charset_of_the_mail() -> None:
    raw = "Subject: Störung im Aufzug\nContent-Type: text/plain; charset=iso-8859-1\n\nx".encode("cp1252")
    assert read_mail(raw, Reading(), {}).subject == "Störung im Aufzug"


def test_html_counts_where_it_says_anything() -> None:
    both = mixed(TEXT, "Content-Type: text/html\n\n<p>The <b>front</b> door.</p>", kind="alternative")
    empty = mixed(TEXT, "Content-Type: text/html\n\n<p> </p>", kind="alternative")
    assert read(both).text == "The front door."
    assert read(empty).text == "The door at the back does not open."
    rule = mixed(TEXT, "Content-Type: text/html\n\n<div><hr><img src='cid:logo'></div>", kind="alternative")
    assert read(rule).text == "The door at the back does not open."
    assert read(both).attachments == ()
    assert html_body(both.encode()) == "<p>The <b>front</b> door.</p>"
    assert html_body(plain("x").encode()) is None


def test_attachments_are_listed_and_can_be_fetched() -> None:
    content = bytes(range(200))
    picture = "Content-Type: image/png; name=a.png\nContent-ID: <logo@x>\nContent-Disposition: inline\n"
    picture += "Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(content).decode()
    named = (
        "Content-Type: application/pdf\nContent-Disposition: attachment;\n"
        " filename*0*=utf-8''Pr%C3%BC;\n filename*1*=fung.pdf\n\n%PDF"
    )
    raw = mixed(TEXT, picture, named).encode()
    mail = read_mail(raw, Reading(), {})
    assert [(a.filename, a.content_type, a.inline, a.size) for a in mail.attachments] == [
        ("a.png", "image/png", True, 200),
        ("Prüfung.pdf", "application/pdf", False, 4),
    ]
    assert mail.attachments[0].content_id == "logo@x"
    found, data = part_bytes(raw, mail.attachments[0].part)
    assert (found, data) == (mail.attachments[0], content)
    with pytest.raises(KeyError):
        part_bytes(raw, 0)


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        ('attachment; filename="=?utf-8?q?Gr=C3=B6=C3=9Fe.txt?="', "Größe.txt"),
        ("attachment; filename*=iso-8859-1''Gr%C3%B6%C3%9Fe.txt", "Größe.txt"),
        ("attachment; filename*=utf-8''a%20b.txt", "a b.txt"),
        ('attachment; filename="C:\\\\temp\\\\a.txt"', "a.txt"),
        ('attachment; filename="../../etc/passwd"', "passwd"),
        ('attachment; filename="a\x07b.txt"', "ab.txt"),
        ("attachment; filename=a b.txt", "a b.txt"),
        ("attachment", None),
    ],
)
def test_names_of_attachments(disposition: str, name: str | None) -> None:
    mail = read(mixed(TEXT, f"Content-Type: text/plain\nContent-Disposition: {disposition}\n\nx"))
    assert [a.filename for a in mail.attachments] == [name]


def test_a_nameless_mail_inside_a_mail_is_named_after_its_subject() -> None:
    mail = read(mixed(TEXT, "Content-Type: message/rfc822\n\n" + plain("inner")))
    assert [a.filename for a in mail.attachments] == ["Door does not open.eml"]


def test_uuencoded_parts_are_decoded() -> None:
    part = "Content-Type: text/csv; name=a.csv\nContent-Transfer-Encoding: x-uuencode\n"
    part += "Content-Disposition: attachment\n\nbegin 644 a.csv\n#:&D*\n`\nend"
    raw = mixed(TEXT, part).encode()
    assert part_bytes(raw, 2)[1] == b"hi\n"


def test_an_invitation_alone_becomes_text() -> None:
    event = "BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nSUMMARY:Server move\\, part 2\nDTSTART:20260312T080000Z\n"
    event += "LOCATION:Room 4\nDESCRIPTION:Bring\n  labels\nEND:VEVENT\nEND:VCALENDAR\n"
    mail = read(f"{PERSON}Content-Type: text/calendar; method=REQUEST\n\n{event}")
    assert mail.text == "Server move, part 2\nStart: 2026-03-12 08:00 UTC\nLocation: Room 4\nBring labels"
    assert [a.content_type for a in mail.attachments] == ["text/calendar"]


@pytest.mark.parametrize(
    ("method", "line", "first"),
    [
        ("CANCEL", "X-A: b", "Cancelled"),
        ("REPLY", "ATTENDEE;PARTSTAT=ACCEPTED;CN=Pat:mailto:pat@example.org", "Accepted"),
        ("REPLY", "ATTENDEE;CN=Pat;PARTSTAT=DECLINED:mailto:pat@example.org", "Declined"),
        ("COUNTER", "X-A: b", "Another time is proposed"),
        ("REQUEST", "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:pat@example.org", "Server move"),
    ],
)
def test_what_happens_to_an_appointment_stands_first(method: str, line: str, first: str) -> None:
    event = f"METHOD:{method}\nBEGIN:VEVENT\n{line}\nSUMMARY:Server move\nDTSTART;VALUE=DATE:20260312\n"
    event += 'DTEND;TZID="Europe/Berlin":20260312T080000\nORGANIZER:mailto:ann@example.org\nEND:VEVENT\n'
    text = read(f"{PERSON}Content-Type: text/calendar\n\nBEGIN:VCALENDAR\n{event}END:VCALENDAR\n").text or ""
    assert text.split("\n")[0] == first
    assert text.endswith("Start: 2026-03-12\nEnd: 2026-03-12 08:00 (Europe/Berlin)\nOrganizer: ann@example.org")


def test_an_invitation_beside_words_is_attached() -> None:
    event = "Content-Type: text/calendar; method=REQUEST; name=invite.ics\n\nBEGIN:VCALENDAR\nEND:VCALENDAR"
    mail = read(mixed(TEXT, event, kind="alternative"))
    assert (mail.text, [a.filename for a in mail.attachments]) == (
        "The door at the back does not open.",
        ["invite.ics"],
    )


def tnef(name: str, content: bytes) -> bytes:
    def attribute(ident: int, data: bytes) -> bytes:
        return struct.pack("<BII", 2, ident, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)

    parts = attribute(0x00069002, b"\x01\x00" + bytes(12)) + attribute(0x00018010, name.encode() + b"\x00")
    return struct.pack("<IH", 0x223E9F78, 1) + parts + attribute(0x0006800F, content)


def test_winmail_dat_is_unwrapped() -> None:
    wrapped = base64.encodebytes(tnef("plan.txt", b"the plan")).decode()
    part = f"Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n{wrapped}"
    raw = mixed(TEXT, part).encode()
    mail = read_mail(raw, Reading(), {})
    assert [(a.filename, a.content_type, a.size) for a in mail.attachments] == [("plan.txt", "text/plain", 8)]
    assert part_bytes(raw, mail.attachments[0].part)[1] == b"the plan"
    assert "winmail-unwrapped" in mail.oddities


def test_a_broken_winmail_dat_stays_attached() -> None:
    mail = read(mixed(TEXT, "Content-Type: application/ms-tnef; name=winmail.dat\n\nnothing of the kind"))
    assert [a.filename for a in mail.attachments] == ["winmail.dat"]
    assert "winmail-unreadable" in mail.oddities


def test_broken_structure_is_read_all_the_same() -> None:
    unclosed = mixed(TEXT).replace("--=_edge--", "")
    no_boundary = mixed(TEXT).replace('; boundary="=_edge"', "")
    nothing = f"{PERSON}Content-Type: multipart/mixed; boundary=missing\n\nJust text."
    assert read(unclosed).text == "The door at the back does not open."
    assert read(no_boundary).text == "The door at the back does not open."
    assert read(no_boundary).oddities == ("boundary-guessed",)
    assert read(nothing).text == "Just text."
    assert read(nothing).oddities == ("multipart-without-parts",)


def test_a_fold_that_lost_its_blank_does_not_end_the_header() -> None:
    mail = read(
        "From: ann@example.org\nX-Report: first line\n"
        "second line without a blank\nSubject: Printer\nTo: d@example.com\n\nBody"
    )
    assert (mail.subject, mail.text) == ("Printer", "Body")
    assert mail.oddities == ("header-line-broken",)


def test_a_body_without_an_empty_line_above_is_kept() -> None:
    mail = read("Subject: Printer\nThe printer is on fire.\nPlease hurry.")
    assert (mail.subject, mail.text) == ("Printer", "The printer is on fire.\nPlease hurry.")


def test_signs_that_a_sender_sneaks_in_mean_nothing() -> None:
    for sign in "\ue000\ue001\ue002\ue003":
        assert read(plain(f"first\n{sign}\nsecond")).new_text == "first\n\nsecond"


@pytest.mark.parametrize(
    "charset", ["zlib", "hex", "rot13", "undefined", "idna", "base64", "mbcs", "no-such", "utf-8\x00"]
)
def test_a_charset_that_is_none_does_no_harm(charset: str) -> None:
    raw = f"From: a@example.org\nContent-Type: text/plain; charset={charset}\n\n".encode() + "Tür über".encode("cp1252")
    assert read_mail(raw, Reading(), {}).text == "Tür über"
