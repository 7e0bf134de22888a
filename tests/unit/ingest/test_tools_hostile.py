"""Whatever is posted, reading gives Alerts or a reason, never an exception, and in bounded time."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.alerts import LARGE, MAX_ALERTS, check_webhook, read_payload, read_webhook
from ingest.event import Alert, Reading, Unreadable
from ingest.payload import PayloadError, decode_payload
from ingest.tools.registry import TOOLS, recognise
from tests.processor_time import takes_less_than

CORPUS = Path(__file__).parents[2] / "corpora" / "payloads"
PAYLOADS = {
    path.stem: [case["payload"] for case in json.loads(path.read_text(encoding="utf-8"))["cases"]]
    for path in sorted(CORPUS.glob("*.json"))
}
ODD: list[Any] = [
    None, True, False, 0, -1, 10**40, 1e308, -1e308, 0.1, "", " ", "null", "x" * 3000, "$VAR$", "{{x}}", "\ud800",
    "\u0000", [], {}, [[]], [{}], {"a": {}}, ["x"], "0001-01-01T00:00:00Z", "2025-13-45T99:99:99Z", "-",
    "1741078800", 10**18, "{\"a\":",
]  # fmt: skip


def all_read(events: tuple[Any, ...]) -> bool:
    return all(isinstance(event, Alert | Unreadable) for event in events)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in members:
        found += places(inner, (*path, key))
    return found


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(value[path[0]], path[1:], new)
    return copy


@pytest.mark.parametrize("tool", sorted(PAYLOADS))
def test_any_field_may_hold_anything(tool: str) -> None:
    for payload in PAYLOADS[tool]:
        for path in places(payload):
            for odd in ODD:
                assert all_read(read_payload(tool, replaced(payload, path, odd), Reading()))


NAMES = st.sampled_from(
    sorted({str(step) for payloads in PAYLOADS.values() for path in places(payloads) for step in path})
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | st.sampled_from(ODD[:20]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=25,
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(JSON)
def test_any_json_gives_alerts_or_a_reason(payload: Any) -> None:
    recognise(payload)
    for tool in (*TOOLS, "auto"):
        assert all_read(read_payload(tool, payload, Reading()))


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=300),
    st.sampled_from([None, "application/json", "multipart/form-data; boundary=x", "text/plain"]),
)
def test_any_bytes_give_alerts_or_a_reason(body: bytes, content_type: str | None) -> None:
    for tool in ("alertmanager", "grafana", "generic", "auto"):
        assert all_read(read_webhook(tool, body, Reading(), content_type))
        check_webhook(tool, body, content_type)


DEEP = b'{"alerts":' + b"[" * 100_000
HOSTILE = {
    "nesting without end": DEEP,
    "nesting that closes": b"[" * 50_000 + b"]" * 50_000,
    "deep objects": b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
    "NaN": b'{"title":"x","value":NaN,"labels":{"a":Infinity}}',
    "a number of a million digits": b'{"title":"x","value":' + b"9" * 1_000_000 + b"}",
    "a huge exponent": b'{"title":"x","starts_at":1e999}',
    "names that come twice": b'{"title":"x","title":"y","status":"ok","status":"firing"}',
    "half of a pair": b'{"title":"\\ud83d","labels":{"\\ud83d":"\\ud83d"}}',
    "a megabyte of one word": b'{"title":"' + b"a " * 500_000 + b'"}',
    "a megabyte of template marks": b'{"title":"' + b"{" * 1_000_000 + b'"}',
    "a megabyte of digits with dots": b'{"title":"' + b"1." * 500_000 + b'"}',
    "a megabyte of line starts": json.dumps({"from": "a", "subject": "b", "text": "a:\n" * 300_000}).encode(),
    "many labels": json.dumps({"title": "x", "labels": {f"l{n}": "v" for n in range(20_000)}}).encode(),
    "a form of many fields": b"&".join(b"f%d=1" % n for n in range(50_000)),
    "UTF-16": '{"title":"x"}'.encode("utf-16"),
    "Latin-1": '{"title":"Störung"}'.encode("latin-1"),
    "a byte order mark": b"\xef\xbb\xbf" + b'{"title":"x"}',
    "raw line ends in a string": b'{"title":"x","details":"one\ntwo\tthree"}',
    "nothing": b"",
    "white space": b" \n ",
    "a word": b"hello",
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_bodies_are_answered_soon(name: str) -> None:
    def ask_each() -> None:
        for tool in ("alertmanager", "grafana", "generic", "zabbix", "cloudwatch", "email_json", "auto"):
            assert all_read(read_webhook(tool, HOSTILE[name], Reading()))
            check_webhook(tool, HOSTILE[name])

    assert takes_less_than(300, 1_000_000, ask_each)


@pytest.mark.parametrize("name", ["UTF-16", "Latin-1", "a byte order mark", "raw line ends in a string", "NaN"])
def test_what_real_senders_get_wrong_is_read(name: str) -> None:
    assert [type(event) for event in read_webhook("generic", HOSTILE[name], Reading())] == [Alert]


def test_a_post_of_too_many_alerts_says_so() -> None:
    body = json.dumps([{"title": f"t{n}"} for n in range(MAX_ALERTS + 5)]).encode()
    events = read_webhook("generic", body, Reading())
    assert len(events) == MAX_ALERTS + 1
    assert isinstance(events[-1], Unreadable)


def test_the_state_of_a_twin_name_is_the_last() -> None:
    (alert,) = read_webhook("generic", HOSTILE["names that come twice"], Reading())
    assert isinstance(alert, Alert)
    assert (alert.title, alert.status) == ("y", "firing")


def test_the_order_of_members_gives_their_index() -> None:
    events = read_webhook("generic", b'[{"title":"a"},{"title":"b"},{"title":"c"}]', Reading())
    assert [event.index for event in events if isinstance(event, Alert)] == [0, 1, 2]


# --- what a large post may cost -------------------------------------------------------------------


def test_a_large_post_is_looked_at_no_further_than_whether_it_is_json() -> None:
    filler = "x" * LARGE
    assert check_webhook("grafana", json.dumps({"filler": filler}).encode()) is None
    assert "must be JSON" in (check_webhook("grafana", json.dumps({"filler": filler}).encode()[:-1]) or "")
    assert "must be JSON" in (check_webhook("generic", b"[NaN," + b"[]," * (LARGE // 3) + b"1]") or "")
    form = f"title=Disk+full&filler={filler}".encode()
    assert check_webhook("generic", form, "application/x-www-form-urlencoded") is None


def test_the_members_of_a_list_are_counted_and_only_so_many_are_read() -> None:
    body = json.dumps([{"title": "x"}] * (3 * MAX_ALERTS)).encode()
    *alerts, excess = read_webhook("generic", body, Reading())
    assert len(alerts) == MAX_ALERTS
    assert excess == Unreadable(
        reason=f"The post has {3 * MAX_ALERTS} alerts; only the first {MAX_ALERTS} were read.", index=MAX_ALERTS
    )


def test_a_form_of_many_parts_or_long_headers_is_refused() -> None:
    media = "multipart/form-data; boundary=b"
    part = b'--b\r\nContent-Disposition: form-data; name="title"\r\n\r\nDisk full\r\n'
    assert decode_payload(part + b"--b--\r\n", media) == {"title": "Disk full"}
    with pytest.raises(PayloadError, match="more than 200 parts"):
        decode_payload(part * 300 + b"--b--\r\n", media)
    with pytest.raises(PayloadError, match="header that is too long"):
        decode_payload(b"--b\r\n" + b"X-Filler: y\r\n" * 10_000 + b"\r\nx\r\n--b--\r\n", media)


@pytest.mark.parametrize(
    ("body", "deep"),
    [
        (b"[" * 5_000 + b"]" * 5_000, True),
        (b'{"a":' * 101 + b"NaN" + b"}" * 101, True),
        (b"[" + b"[{}]," * 5_000 + b"NaN]", False),
        (b'{"title": "' + b"[" * 5_000 + b'", "value": NaN}', False),
    ],
)
def test_only_depth_is_refused_not_width_nor_brackets_in_words(body: bytes, deep: bool) -> None:
    if deep:
        with pytest.raises(PayloadError, match="levels deep"):
            decode_payload(body)
    else:
        assert decode_payload(body)
