"""Mappings on the pages, without JavaScript: written beside what came, tried, saved, taken away."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ingest.event import Draft
from tests.integration.pages_desk import Browser, PagesDesk, a_desk

PLANT = {"title": "join(' ', ['Unit', unit])", "resource": "unit", "status": "condition", "firing": "leaks"}
REPORT = (
    b"From: probe@boilers.example.net\r\nTo: desk@example.org\r\nSubject: Boiler report no. 7\r\n"
    b"Message-ID: <r7@boilers.example.net>\r\n\r\nUnit: B2\r\nCondition: leaks\r\n"
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PagesDesk]:
    with a_desk(tmp_path) as made:
        yield made


def post(desk: PagesDesk, payload: Any, hook: str = "plant") -> int:
    envelope = {"tool": "auto", "hook": hook, "content_type": "application/json"}
    body = json.dumps(payload).encode()
    (position,) = desk.journal.append(
        [Draft(kind="webhook", route=f"hook:{hook}", envelope=envelope, body=body)], desk.clock()
    )
    desk.settle()
    return position


def send(browser: Browser, name: str, entries: dict[str, str], do: str = "save", **more: str) -> None:
    fields = {f"entry-{entry}": said for entry, said in entries.items()}
    browser.post("/mappings/edit", name=name, do=do, **fields, **more)


def test_a_mapping_is_written_beside_what_came_tried_and_saved(desk: PagesDesk) -> None:
    post(desk, {"unit": "B1", "condition": "leaks", "severity": "major"})
    ada = desk.browser("ada")
    ada.get("/mappings/edit")
    assert '"unit": "B1"' in ada.text, "the last payload is there to read"
    send(ada, "plant", PLANT, do="preview")
    assert ada.page.status_code == 200
    assert "Unit B1" in ada.text
    assert "status firing" in " ".join(ada.text.split())
    assert "[mappings.plant]" in ada.text
    assert "No mapping yet" in ada.get("/mappings").text, "a preview keeps nothing"
    ada.get("/mappings/edit")
    send(ada, "plant", PLANT)
    assert "The new setting is in force" in ada.banner
    assert "plant" in ada.text
    assert desk.value("SELECT count(*) FROM entries WHERE rule = 'mapping edited'") == 1


def test_mails_of_an_unknown_tool_are_mapped_on_the_page(desk: PagesDesk) -> None:
    desk.raw_mail(REPORT)
    ada = desk.browser("ada")
    position = desk.value("SELECT max(position) FROM entries")
    ada.get(f"/inputs/{position}")
    ada.get(f"/mappings/edit?of={position}")
    assert "Unit: B2" in ada.text
    entries = {
        "from": r"@boilers\.example\.net$",
        "body": "^Unit:\\s+(?P<resource>\\S+)\n^Condition:\\s+(?P<status>.+)$",
    }
    send(ada, "boilers", {**entries, "title": "Boiler {resource}", "firing": "leaks"}, do="preview", of=str(position))
    assert "Boiler B2" in ada.text


def test_a_mistake_is_told_and_what_was_typed_stays(desk: PagesDesk) -> None:
    ada = desk.browser("ada")
    ada.get("/mappings/edit")
    send(ada, "plant", {"title": "a[", "resource": "kept.text"})
    assert ada.page.status_code == 422
    assert "is no JMESPath expression" in ada.banner
    assert 'value="kept.text"' in ada.page.text
    send(ada, "", {"title": "a"})
    assert "small letters" in ada.banner


def test_a_mapping_is_renamed_and_removed(desk: PagesDesk) -> None:
    ada = desk.browser("ada")
    ada.get("/mappings/edit")
    send(ada, "plant", PLANT)
    ada.get("/mappings/edit?name=plant")
    send(ada, "plant-4", PLANT, was="plant")
    assert "plant-4" in ada.text
    ada.post("/mappings/act", name="plant-4", do="remove")
    assert "No mapping yet" in ada.text
    ada.post("/mappings/act", name="plant-4", do="remove")
    assert "There is no mapping “plant-4” on this page any more" in ada.banner


def test_only_administrators_edit_and_only_with_the_forms_token(desk: PagesDesk) -> None:
    ann, ada = desk.browser("ann"), desk.browser("ada")
    assert "Add a mapping" not in ann.get("/mappings").text
    assert ann.get("/mappings/edit").status_code == 403
    ann.get("/queue")
    send(ann, "plant", PLANT)
    assert ann.page.status_code == 403
    ada.get("/mappings/edit")
    for path in ("/mappings/edit", "/mappings/act"):
        assert ada.post(path, csrf="forged", name="plant", do="remove").status_code == 403
    assert desk.value("SELECT count(*) FROM entries WHERE rule = 'mapping edited'") == 0


def test_what_came_and_what_was_typed_is_shown_as_text(desk: PagesDesk) -> None:
    post(desk, {"unit": "<script>alert(1)</script>", "condition": "leaks"})
    ada = desk.browser("ada")
    ada.get("/mappings/edit")
    send(ada, "plant", {**PLANT, "description": "'\"><img src=x>'"}, do="preview")
    assert "<script>alert" not in ada.page.text
    assert "<img" not in ada.page.text


@pytest.mark.parametrize("entry", ["key", "labels", "alerts"])
def test_an_expression_that_gives_an_expression_is_shown_as_one(desk: PagesDesk, entry: str) -> None:
    post(desk, {"unit": "B1"})
    ada = desk.browser("ada")
    ada.get("/mappings/edit")
    send(ada, "plant", {**PLANT, entry: "[&unit]"}, do="preview")
    assert ada.page.status_code == 200
    assert "an expression" in ada.text


def test_what_came_is_shown_as_words_and_never_as_a_page(desk: PagesDesk) -> None:
    post(desk, {"unit": "<img src=x onerror=alert(1)>", "</pre><script>": "x"})
    ada = desk.browser("ada")
    ada.get("/mappings/edit")
    send(ada, "plant", {**PLANT, "key": "unit"}, do="preview")
    assert "<img" not in ada.page.text
    assert "&lt;img src=x onerror=alert(1)&gt;" in ada.page.text
    assert "</pre><script>" not in ada.page.text


def test_nothing_is_tried_without_the_token_of_the_form(desk: PagesDesk) -> None:
    ada = desk.browser("ada")
    ada.get("/mappings/edit")
    send(ada, "plant", {"title": "a"}, csrf="guessed")
    assert ada.page.status_code == 403


def test_half_a_surrogate_pair_in_what_came_does_not_break_the_page(desk: PagesDesk) -> None:
    post(desk, {"unit": "B1 \ud800", "condition": "leaks"})
    ada = desk.browser("ada")
    assert ada.get("/mappings/edit").status_code == 200
    assert "B1 ?" in ada.text
