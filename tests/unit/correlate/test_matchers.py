"""Matchers as in Alertmanager, and the index that finds a silence among a thousand."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from correlate.matchers import (
    Facts,
    MatcherError,
    facts_of,
    from_alertmanager,
    holds,
    parse,
    selects_something,
    written,
)
from correlate.muting import Mutes
from correlate.records import Condition, Matcher, Silence
from tests.unit.correlate.world import START, at

FACTS = Facts(
    {"alertname": "DiskFull", "instance": "web-1:9100", "service": "node", "env": "prod"},
    {"service": "webshop", "resource": "web-1", "severity": "critical", "title": None},
)
CONDITION = Condition(
    fingerprint="f", status="firing", tool="alertmanager", severity="critical", resource="web-1", service="webshop",
    title="DiskFull", template="diskfull", first_at=START, last_at=START, changed_at=START,
    labels='{"alertname":"DiskFull","instance":"web-1:9100"}',
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ('alertname="DiskFull"', True),
        ("{alertname=DiskFull,}", True),
        ('alertname=~"Disk.*", instance=~"web-[0-9]:9100"', True),
        ('instance=~"web"', False),  # patterns match the whole value
        ('env!="test"', True),
        ('env!~"pr.d|test"', False),
        ('team=""', True),
        ('team!=""', False),
        ('service="webshop"', True),  # the desk's own word
        ('service="node"', True),  # the label
        ('service!="webshop"', False),
        ('severity="critical"', True),
        ('"alertname"="DiskFull"', True),
        ('alertname="Disk\\"Full"', False),
    ],
)
def test_what_fits(text: str, fits: bool) -> None:
    assert holds(parse(text), FACTS) is fits


@pytest.mark.parametrize("text", ["severity warning", "=x", 'a=~"("', 'a="b" c="d"', "{a=b}}", "a=" + "x" * 2_000])
def test_what_cannot_be_read_is_an_error_with_a_sentence(text: str) -> None:
    with pytest.raises(MatcherError, match=r"\."):
        parse(text)


def test_what_fits_everything_is_told_from_what_selects_something() -> None:
    assert not selects_something(parse('a=~".*", b!="c"'))
    assert not selects_something(())
    assert selects_something(parse('a=~".*", b="c"'))


def test_matchers_of_alertmanagers_api() -> None:
    given = [
        {"name": "a", "value": "b", "isRegex": False},
        {"name": "c", "value": "d.*", "isRegex": True, "isEqual": False},
    ]
    assert written(from_alertmanager(given)) == 'a="b", c!~"d.*"'
    with pytest.raises(MatcherError):
        from_alertmanager([{"name": "a"}])


_names = st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=1, max_size=10)


@given(st.lists(st.builds(Matcher, _names, st.sampled_from(["=", "!="]), st.text(max_size=20)), min_size=1, max_size=5))
def test_what_is_written_is_read_again(matchers: list[Matcher]) -> None:
    assert list(parse(written(matchers))) == matchers


def silence(number: int, text: str, **fields: object) -> Silence:
    return Silence(
        id=f"SIL-{number}", kind="silence", matchers=parse(text), starts_at=START, ends_at=at(60), author="kim",
        comment="c", created_at=START, **fields,
    )  # fmt: skip


def test_the_index_finds_what_trying_all_would_find() -> None:
    mutes = Mutes()
    for number in range(1_000):
        mutes.put(silence(number, f'instance="web-{number}:9100"'))
    assert mutes.on(CONDITION, at(1)) == mutes.by_id["SIL-1"]
    assert len(list(mutes._candidates(facts_of(CONDITION)))) == 1
    mutes.put(replace(mutes.by_id["SIL-1"], over=True))
    assert mutes.on(CONDITION, at(1)) is None


def test_of_several_the_one_that_lasts_longest_holds() -> None:
    mutes = Mutes()
    mutes.put(silence(1, "severity=critical"))
    mutes.put(replace(silence(2, 'instance=~"web.*"'), ends_at=at(120)))
    found = mutes.on(CONDITION, at(1))
    assert found is not None
    assert found.id == "SIL-2"
    assert mutes.on(CONDITION, at(0) - timedelta(seconds=1)) is None
    assert mutes.on(CONDITION, at(120)) is None


def test_services_and_matchers_must_both_fit() -> None:
    mutes = Mutes()
    mutes.put(silence(1, "severity=warning", services=("webshop",)))
    assert mutes.on(CONDITION, at(1)) is None
    mutes.put(silence(1, "severity=critical", services=("erp", "webshop")))
    assert mutes.on(CONDITION, at(1)) is not None
