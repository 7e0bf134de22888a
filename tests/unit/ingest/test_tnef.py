"""winmail.dat: what Outlook wraps, as MS-OXTNEF lays it out, and what somebody bends to do harm."""

import struct
from time import process_time

import pytest

from ingest.tnef import unwrap

MESSAGE, ATTACHMENT = 1, 2
BODY, DATA, TITLE, BEGINS, PROPERTIES, OF_ATTACHMENT, CODE_PAGE = 0x800C, 0x800F, 0x8010, 0x9002, 0x9003, 0x9005, 0x9007
WITHIN = bytes.fromhex("0703020000000000c000000000000046")


def attribute(level: int, name: int, data: bytes) -> bytes:
    return struct.pack("<BHHI", level, name, 6, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)


def stream(*attributes: bytes) -> bytes:
    return struct.pack("<IH", 0x223E9F78, 1) + b"".join(attributes)


def properties(*items: bytes) -> bytes:
    return struct.pack("<I", len(items)) + b"".join(items)


def binary(ident: int, value: bytes, kind: int = 0x102) -> bytes:
    return struct.pack("<HHII", kind, ident, 1, len(value)) + value + bytes(-len(value) % 4)


def text(ident: int, value: str) -> bytes:
    return binary(ident, f"{value}\0".encode("utf-16-le"), 0x1F)


def number(ident: int, value: int) -> bytes:
    return struct.pack("<HHI", 3, ident, value)


def named(value: bytes) -> bytes:
    """A property with a name of its own (0x8000 and on), and its value."""
    name = "x-spam".encode("utf-16-le")
    head = struct.pack("<HH16sII", 0x1E, 0x8001, bytes(16), 1, len(name)) + name + bytes(-len(name) % 4)
    return head + struct.pack("<II", 1, len(value)) + value + bytes(-len(value) % 4)


def test_the_long_name_and_the_exact_bytes_of_a_file() -> None:
    content = b"rows\n" + bytes(7)
    found = unwrap(
        stream(
            attribute(ATTACHMENT, BEGINS, bytes(14)),
            attribute(ATTACHMENT, TITLE, b"QUARTE~1.CSV\0"),
            attribute(ATTACHMENT, DATA, content),
            attribute(ATTACHMENT, OF_ATTACHMENT, properties(named(b"12"), text(0x3707, "Quartal Süd.csv"))),
        )
    )
    assert found is not None
    assert found.files == (("Quartal Süd.csv", content),)


def test_the_body_is_read_by_the_code_page_that_the_message_states() -> None:
    html = "<p>Schöne Grüße</p>".encode("cp1252")
    found = unwrap(stream(attribute(MESSAGE, PROPERTIES, properties(number(0x3FDE, 1252), binary(0x1013, html)))))
    assert found is not None
    assert found.html == "<p>Schöne Grüße</p>"


def test_a_body_without_properties_is_read_by_the_oem_code_page() -> None:
    body = "Принтер не работает".encode("cp1251")
    found = unwrap(stream(attribute(MESSAGE, CODE_PAGE, struct.pack("<II", 1251, 0)), attribute(MESSAGE, BODY, body)))
    assert found is not None
    assert found.text == "Принтер не работает"


def within(inner: bytes) -> bytes:
    data = properties(binary(0x3701, WITHIN + inner, 0x0D), text(0x3001, "Protokoll"))
    return stream(attribute(ATTACHMENT, BEGINS, bytes(14)), attribute(ATTACHMENT, OF_ATTACHMENT, data))


def test_a_message_within_the_message_gives_its_text_and_its_files() -> None:
    inner = stream(
        attribute(MESSAGE, BODY, b"See the list."),
        attribute(ATTACHMENT, BEGINS, bytes(14)),
        attribute(ATTACHMENT, TITLE, b"list.txt\0"),
        attribute(ATTACHMENT, DATA, b"one"),
    )
    found = unwrap(within(inner))
    assert found is not None
    assert found.files == (("Protokoll.txt", b"See the list."), ("list.txt", b"one"))


def test_messages_within_messages_end_somewhere() -> None:
    data = stream(attribute(MESSAGE, BODY, b"deep"))
    for _ in range(40):
        data = within(data)
    found = unwrap(data)
    assert found is not None
    assert len(found.files) == 1


@pytest.mark.parametrize(
    "values",
    [
        struct.pack("<I", 0xFFFFFFFF),
        struct.pack("<IHHI", 0xFFFFFFFF, 0x1003, 0x3701, 0xFFFFFFFF),
        struct.pack("<IHHI", 1, 0x0102, 0x3701, 0xFFFFFFFF) + bytes(4) * 1_000,
        struct.pack("<IHHII", 1, 0x0102, 0x3701, 1, 0xFFFFFFF0) + b"x" * 100,
        struct.pack("<IHH16sII", 9, 0x1E, 0x8001, bytes(16), 1, 0xFFFFFFFF),
        struct.pack("<IHH", 9, 0x0001, 0x3701),
        b"\1",
    ],
)
def test_counts_and_lengths_beyond_the_file_cost_nothing(values: bytes) -> None:
    data = stream(
        attribute(ATTACHMENT, BEGINS, bytes(14)),
        attribute(ATTACHMENT, OF_ATTACHMENT, values),
        attribute(ATTACHMENT, DATA, b"kept"),
        attribute(MESSAGE, PROPERTIES, values),
    )
    found = unwrap(data)
    assert found is not None
    assert found.files[0][1][:4] in (b"kept", b"")


def test_many_attributes_take_time_in_proportion() -> None:
    def spent(count: int) -> float:
        data = stream(*[attribute(ATTACHMENT, BEGINS, b"")] * count)
        began = process_time()
        assert unwrap(data) is not None
        return process_time() - began

    assert min(spent(80_000) for _ in range(3)) < 40 * min(spent(8_000) for _ in range(3))


@pytest.mark.parametrize("data", [b"", b"\x78\x9f", b"nothing of the kind", stream()[:5]])
def test_what_is_none_is_said_to_be_none(data: bytes) -> None:
    assert unwrap(data) is None


def test_messages_within_messages_do_not_multiply_the_files() -> None:
    file = attribute(ATTACHMENT, BEGINS, b"")
    within = file + attribute(ATTACHMENT, OF_ATTACHMENT, properties(binary(0x3701, WITHIN + stream(*[file] * 900))))
    found = unwrap(stream(*[within] * 900))
    assert found is not None
    assert len(found.files) == 1_000
