"""Fields with people's words in them say what was meant, keep to the limits, and never say anything else."""

import re
from email import message_from_bytes
from email.header import decode_header, make_header
from email.utils import parseaddr

from hypothesis import example, given
from hypothesis import strategies as st

from desk.header_fields import address_field, text_field
from desk.wording import one_line

LINES = (st.text(max_size=300) | st.text(alphabet=' "\\<>@,;:=?ütf-8b', max_size=80)).map(one_line)


def read(field: bytes) -> str:
    mail = message_from_bytes(field + b"\r\n")
    assert len(mail.items()) == 1, field
    return str(make_header(decode_header(mail.items()[0][1].replace("\r\n", ""))))


def checked(field: bytes) -> bytes:
    assert field.endswith(b"\r\n")
    lines = field[:-2].split(b"\r\n")
    assert all(line.startswith(b" ") and line.strip() for line in lines[1:]), "a line without words ends a header"
    assert all(b"\r" not in line and b"\n" not in line for line in lines)
    assert max(map(len, lines)) <= 998
    words = re.findall(rb"=\?utf-8\?b\?[A-Za-z0-9+/=]*\?=", field)
    assert all(len(word) <= 75 for word in words), "RFC 2047, 2"
    assert not words or max(map(len, lines)) <= 76, "RFC 2047, 2"
    return field


@given(LINES)
@example("שלום עולם " * 20)
@example("ж" * 200)
@example("x" * 400)
@example("=?utf-8?q?Bcc=3A?= x")
@example("")
def test_a_text_is_read_as_it_was_meant(text: str) -> None:
    assert " ".join(read(checked(text_field("Subject", text))).split()) == " ".join(text.split())


@given(LINES)
@example('Silva, "Ana" <x@evil.example>')
@example("\\")
@example("مرتضی می\u200cخواهد " * 10)
def test_a_name_is_read_as_it_was_meant_and_the_address_stays_the_only_one(name: str) -> None:
    field = checked(address_field("To", name, "ana@example.com"))

    plain = message_from_bytes(field + b"\r\n")["To"].replace("\r\n", "")
    said, address = parseaddr(plain)
    assert address == "ana@example.com"
    assert " ".join(str(make_header(decode_header(said))).split()) == " ".join(name.split())
