"""The picture of services, and the dependencies that wait for somebody to judge them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from correlate.policy import Calling, Edge, Service
from desk.web.queries import counts
from tests.integration.pages_desk import PagesDesk, a_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PagesDesk]:
    with a_desk(tmp_path) as made:
        yield made


def test_what_is_red_now_is_in_the_picture(desk: PagesDesk) -> None:
    desk.incident("shop-1")
    page = desk.browser("ann")
    assert page.get("/services").status_code == 200
    assert "shop: 1 open" in page.text
    assert 'class="red"' in page.page.text


def test_a_problem_manager_confirms_a_learned_dependency(desk: PagesDesk) -> None:
    services = (Service(name="shop"), Service(name="till"))
    edge = Edge(
        service="shop", needs="till", status="proposed", times=5, of=6, first=5, evidence=12.0, since=desk.clock()
    )
    desk.configure(services=services, edges=(edge,))
    desk.settle()
    browser = desk.browser("pia")
    browser.get("/services")
    assert "shop seems to need till" in browser.text
    browser.post("/services/edge", service="shop", needs="till", do="confirm")
    assert "confirmed by pia" in browser.text
    with desk.engine.connect() as connection:
        assert [e.status for e in counts.policy(connection).edges] == ["confirmed"]


def test_an_agent_only_looks(desk: PagesDesk) -> None:
    browser = desk.browser("ann")
    browser.get("/services")
    assert browser.post("/services/edge", service="a", needs="b", do="confirm").status_code == 403


def test_the_words_that_a_dependency_was_learned_from_are_quoted_and_escaped(desk: PagesDesk) -> None:
    incident = desk.incident("shop-1")
    edge = Edge(
        service="shop", needs="till<img src=x>", status="proposed", times=0, of=6, first=0, evidence=12.0, named=5,
        elsewhere=1, others=80, quoted=(incident,), quotes=("<script>alert(1)</script> waits for till",),
        since=desk.clock(),
    )  # fmt: skip
    desk.configure(services=(Service(name="shop"), Service(name="till<img src=x>")), edges=(edge,))
    desk.settle()
    browser = desk.browser("pia")
    page = browser.get("/services").text
    assert "Named in 5 of 6 of its troubles, elsewhere in 1 of 80." in browser.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; waits for till" in page
    assert "<script>alert" not in page
    assert "<img src=x>" not in page
    assert f'href="/records/{incident}"' in page
    assert 'class="proposed"' in page


def test_a_problem_manager_says_that_a_word_means_no_service(desk: PagesDesk) -> None:
    calling = Calling(
        word="<b>phoenix", service="shop", status="learned", times=5, of=6, evidence=12.0, since=desk.clock()
    )
    desk.configure(services=(Service(name="shop"),), callings=(calling,))
    desk.settle()
    browser = desk.browser("pia")
    assert "<b>phoenix" not in browser.get("/services").text
    assert "means shop" in browser.text
    assert "5 of 6 times" in browser.text
    browser.post("/services/calling", word="<b>phoenix", service="shop", do="decline")
    assert "declined by pia" in browser.text
    with desk.engine.connect() as connection:
        assert [one.status for one in counts.policy(connection).callings] == ["declined"]
    assert desk.browser("ann").post("/services/calling", word="x", service="shop", do="confirm").status_code == 403
