"""The pages of categories and of the matrix: who may change them, what a change would do, and what then holds."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.pages_desk import PagesDesk, a_desk
from tests.integration.test_pages_api import Program


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PagesDesk]:
    with a_desk(tmp_path) as made:
        yield made


CATEGORIES, MATRIX = "/model/categories", "/model/matrix"


def test_only_administrators_change_categories_and_priorities(desk: PagesDesk) -> None:
    agent, manager = desk.browser("ann"), desk.browser("pia")
    assert agent.get(CATEGORIES).status_code == 403
    assert agent.get(MATRIX).status_code == 403
    for path in (CATEGORIES, MATRIX):
        assert manager.get(path).status_code == 200
        assert 'method="post" action="/model' not in manager.page.text.replace('action="/model/matrix">', "", 1)
    assert manager.get(f"{CATEGORIES}/edit").status_code == 403
    token = desk.browser("pia")
    token.get("/model")
    for path, fields in ((CATEGORIES, {"what": "add", "name": "fleet"}), (MATRIX, {"low/low/1": "P1"})):
        token.get("/queue")
        assert token.post(path, **fields).status_code == 403
    assert desk.value("SELECT count(*) FROM entries WHERE kind = 'policy-changed' AND rule <> 'configured'") == 0


def test_a_category_is_looked_at_first_and_added_with_its_examples(desk: PagesDesk) -> None:
    browser = desk.browser("ada")
    browser.get(f"{CATEGORIES}/edit")
    typed = {"what": "add", "name": "fleet", "parent": "vehicles", "examples": "A tyre is flat\r\n\r\nThe <car> stops"}
    browser.post(CATEGORIES, do="look", **typed)
    assert "“fleet” is new, with 2 examples" in browser.text
    assert "The &lt;car&gt; stops" in browser.page.text
    assert desk.value("SELECT count(*) FROM examples") == 0
    browser.post(CATEGORIES, do="make", why="We bought cars", **typed)
    assert "vehicles" in browser.text
    assert "fleet added (“We bought cars”)" in browser.text
    assert desk.value("SELECT count(*) FROM examples WHERE actor = 'ada'") == 2
    browser.get(f"{CATEGORIES}/edit?name=fleet")
    browser.post(CATEGORIES, what="examples", name="fleet", examples="The lease of the van ends")
    assert desk.value("SELECT count(*) FROM examples") == 3


def test_what_cannot_be_is_said_and_nothing_typed_is_lost(desk: PagesDesk) -> None:
    browser = desk.browser("ada")
    browser.get(f"{CATEGORIES}/edit")
    assert browser.post(CATEGORIES, what="add", name="Printing", about="toner & co").status_code == 422
    assert "There is a category 'Printing' already" in browser.banner
    assert "toner &amp; co" in browser.page.text
    assert browser.post(CATEGORIES, what="examples", name="no such", examples="x").status_code == 422
    browser.get(f"{CATEGORIES}/edit?name=printing")
    assert browser.post(CATEGORIES, what="split", name="printing", parts="one").status_code == 422
    assert browser.post(CATEGORIES, what="nonsense", name="printing").status_code == 422


def test_renaming_takes_labels_and_open_records_along(desk: PagesDesk) -> None:
    number = desk.request("Paper jam")
    browser = desk.browser("ada")
    browser.get(f"/records/{number}")
    agent = desk.browser("ann")
    agent.get(f"/records/{number}")
    agent.post(f"/records/{number}/set", field="category", value="printing")
    browser.get(f"{CATEGORIES}/edit?name=printing")
    browser.post(CATEGORIES, what="rename", name="printing", to="paper", do="look")
    assert "“printing” counts for “paper”: 1 open record and 1 label go there at once" in browser.text
    assert desk.value(f"SELECT category FROM records WHERE number = '{number}'") == "printing"
    browser.post(CATEGORIES, what="rename", name="printing", to="paper")
    assert desk.value(f"SELECT category FROM records WHERE number = '{number}'") == "paper"
    assert "The category that it had counts for paper now." in agent.get(f"/records/{number}").text


def test_categories_are_merged_divided_and_taken_away(desk: PagesDesk) -> None:
    browser = desk.browser("ada")
    browser.get(CATEGORIES)
    browser.post(CATEGORIES, what="merge", names=["printing", "hardware"], into="devices", do="look")
    assert "“hardware” counts for “devices”" in browser.text
    browser.post(CATEGORIES, what="merge", names=["printing", "hardware"], into="devices")
    assert "printing, hardware" in browser.text
    browser.get(f"{CATEGORIES}/edit?name=email")
    browser.post(CATEGORIES, what="split", name="email", parts="mailboxes\r\ncalendars\r\n")
    assert "email: mailboxes, calendars" in browser.text
    browser.get(f"{CATEGORIES}/edit?name=websites")
    browser.post(CATEGORIES, what="remove", name="websites", do="look")
    assert "“websites” stands for nothing any more" in browser.text
    browser.post(CATEGORIES, what="remove", name="websites")
    names = [
        c["name"] for area in Program(desk, "ann").get("/api/v1/taxonomy").json()["area"] for c in area["category"]
    ]
    assert {"devices", "mailboxes", "calendars"} <= set(names)
    assert not {"printing", "email", "websites"} & set(names)


def test_a_cell_is_tried_on_the_last_month_then_put_in_force_and_taken_back(desk: PagesDesk) -> None:
    number = desk.request("Paper jam", "The printer has a paper jam.")
    assert desk.value(f"SELECT priority FROM records WHERE number = '{number}'") == "P4"
    browser = desk.browser("ada")
    browser.get(MATRIX)
    shown = {"shown low/medium/none": "P4", "shown high/high/1": "P1", "high/high/1": "P1"}
    browser.post(MATRIX, do="look", **{**shown, "low/medium/none": "P2"})
    assert "Of 1 records of the last 30 days" in browser.text
    assert f"{number} Paper jam P4 → P2" in browser.text
    assert desk.request("Toner") and desk.value("SELECT count(*) FROM records WHERE priority = 'P2'") == 0
    browser.post(MATRIX, do="make", why="We promise more", **{**shown, "low/medium/none": "P2"})
    assert "ada changed the matrix of priorities: low/medium/none P4 → P2 (“We promise more”)." in browser.text
    newer = desk.request("My monitor", "The screen on my desk flickers.")
    assert desk.value(f"SELECT priority FROM records WHERE number = '{newer}'") == "P2"
    assert desk.value(f"SELECT priority FROM records WHERE number = '{number}'") == "P4"
    browser.post(MATRIX, **{"shown low/medium/none": "P2", "low/medium/none": ""})
    assert "low/medium/none P2 → P4" in browser.text


def test_a_matrix_that_cannot_be_is_refused_and_desk_toml_comes_first(desk: PagesDesk) -> None:
    desk.configure(matrix={"high/high/none": "P2"})
    desk.settle()
    browser = desk.browser("ada")
    browser.get(MATRIX)
    assert "P2 desk.toml" in browser.text
    assert browser.post(MATRIX, **{"shown high/high/none": "P2", "high/high/none": "P1"}).status_code == 422
    assert "is set in desk.toml" in browser.banner
    assert browser.post(MATRIX, **{"low/low/1": "P9"}).status_code == 422
    assert browser.post(MATRIX).status_code == 422
    root, agent = Program(desk, "ada"), Program(desk, "ann")
    assert agent.act(action="matrix", cells={"low/low/1": "P1"}).status_code == 403
    assert root.act(action="matrix", cells={"low/low/1": "P1"}).status_code == 200
    assert root.act(action="matrix", cells={"low/low/1": "P1"}).status_code == 409
    desk.configure(desk_name="Another name")
    desk.settle()
    browser.get(MATRIX)
    assert "changed here" in browser.text


def test_a_category_is_divided_with_examples_of_each_part_in_one_go(desk: PagesDesk) -> None:
    browser = desk.browser("ada")
    browser.get(f"{CATEGORIES}/edit?name=printing")
    typed = {
        "what": "split", "name": "printing", "part 0": "label  printers",
        "examples 0": "Crate <tags> are blank\r\n\r\nThe tag is torn",
        "part 1": "copiers", "examples 1": "The copier jams", "parts": "plotters",
    }  # fmt: skip
    assert browser.post(CATEGORIES, **typed, do="look").status_code == 200
    page = browser.page.text
    assert "“label printers” is new, with 2 examples" in page
    assert "“plotters” is new, with 0 examples" in page
    assert "Crate &lt;tags&gt; are blank\nThe tag is torn</textarea>" in page
    assert 'value="plotters"' in page, "the further part has a place for its examples now"
    assert desk.value("SELECT count(*) FROM examples") == 0
    browser.post(CATEGORIES, **typed, do="make")
    desk.settle()
    told = desk.value("SELECT count(*) FROM examples WHERE labels LIKE '%label printers%'")
    assert (told, desk.value("SELECT count(*) FROM examples")) == (2, 3)
    assert "printing: label printers, copiers, plotters" in browser.get(CATEGORIES).text


def test_examples_of_a_part_without_a_name_are_not_lost(desk: PagesDesk) -> None:
    browser = desk.browser("ada")
    browser.get(f"{CATEGORIES}/edit?name=printing")
    typed = {"what": "split", "name": "printing", "part 0": "copiers", "examples 1": "Tags are blank"}
    assert browser.post(CATEGORIES, **typed, do="make").status_code == 422
    assert "Tags are blank</textarea>" in browser.page.text
