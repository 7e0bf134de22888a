"""The page of what is in force about notices: for each service and source, and in which section of desk.toml."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from desk.hooks import Hooks
from tests.integration.pages_desk import PagesDesk, a_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PagesDesk]:
    with a_desk(tmp_path) as made:
        yield made


def shown(desk: PagesDesk) -> str:
    """The page as lines of text, a row each."""
    page = desk.browser("ann").get("/times").text
    rows = re.sub(r"\s*\n\s*", " ", page).replace("</tr>", "\n")
    return html.unescape(re.sub(r"[ \t]+", " ", re.sub(r"<[^>]+>", " ", rows)))


def test_each_service_has_what_holds_for_it_and_where_it_is_said(desk: PagesDesk) -> None:
    desk.configure(
        services=[{"name": "shop", "owner": "olga@example.com"}, {"name": "mail"}],
        group_wait=30, repeat_interval=14400,
        routes=[
            {"name": "grave", "services": ["shop"], "group_wait": 0, "escalation": "night",
             "matchers": [{"name": "severity", "op": "=", "value": "critical"}]},
            {"name": "shop", "services": ["shop"], "group_interval": 600},
            {"name": "never", "services": ["shop"], "group_wait": 999},
        ],
        escalations=[{"name": "night", "levels": [{"to": ["on-call:web"], "after": 0}]}],
        teams=[{"name": "web", "people": [{"address": "ana@example.com"}]}],
    )  # fmt: skip
    desk.settle()
    text = shown(desk)
    assert 'shop olga@example.com [routes.grave] alerts with severity="critical" none never 4 h night web' in text
    assert "[routes.shop] 30 s 10 min 4 h the owner" in text
    assert "routes.never" not in text, "what comes before it always fits"
    assert "mail [policy] 30 s never 4 h the owner" in text
    assert "every other [policy] 30 s never 4 h" in text


def test_each_source_has_its_lifetime_and_its_silence(desk: PagesDesk) -> None:
    Hooks(desk.engine, desk.clock).add("splunk")
    desk.configure(sources=[{"name": "probe", "lifetime": 7200, "quiet_after": 86400, "service": "mail"}])
    desk.settle()
    text = shown(desk)
    assert "probe [hooks.probe] 2 h 24 h mail" in text
    assert "splunk [policy] 3 d ever –" in text


def test_the_page_is_found_from_those_it_explains_and_is_for_people_with_a_login(desk: PagesDesk) -> None:
    ann = desk.browser("ann")
    assert 'href="/times"' in ann.get("/on-call").text
    assert 'href="/times"' in ann.get("/sources").text
    assert desk.browser().get("/times").headers["location"].startswith("/login")
