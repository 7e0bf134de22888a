"""How far the nightly search is, on the pages, while a real night runs."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from desk.night_search import SearchReport, running
from ingest.event import Tick
from tests.integration.pages_desk import PagesDesk, a_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PagesDesk]:
    with a_desk(tmp_path) as made:
        yield made


def test_a_running_night_is_seen_on_the_pages_and_is_gone_afterwards(desk: PagesDesk) -> None:
    for _ in range(4):
        desk.alerts("db-1", "web-1", "queue-1")
        desk.later(hours=3)
        desk.alerts("db-1", "web-1", "queue-1", status="resolved")
        desk.later(days=2)
    desk.pause()
    desk.pass_time(days=1)
    browser = desk.browser("pia")
    assert "is being searched" not in browser.get("/problems").text
    began = time.monotonic() - 60
    ticks = iter(range(60))
    report = SearchReport(desk.settings.data_dir, lambda: began + next(ticks))
    shown: list[tuple[str, str]] = []

    def hear(done: int, total: int) -> None:
        report(done, total)
        pages = [browser.get(path).text for path in ("/problems", "/suggestions")]
        found = [re.search(r'<progress id="search" max="(\d+)" value="(\d+)">', text) for text in pages]
        shown.extend((match[2], match[1]) for match in found if match)
        assert all(found) == (done < total)

    desk.state(Tick(), "clock")
    desk.process(on_search=hear)
    assert len(set(shown)) >= 3
    assert all(int(done) < int(total) for done, total in shown)
    assert "is being searched" not in browser.get("/problems").text
    desk.begin()


def test_a_search_that_was_cut_off_is_not_shown_for_ever(tmp_path: Path) -> None:
    SearchReport(tmp_path, lambda: 100.0)(3, 9)
    state = running(tmp_path, lambda: 101.0)
    assert state is not None
    assert (state.done, state.total) == (3, 9)
    assert running(tmp_path, lambda: 1000.0) is None
    assert running(tmp_path, lambda: 5.0) is None
    (tmp_path / "night-search.json").write_text("{")
    assert running(tmp_path, lambda: 101.0) is None
