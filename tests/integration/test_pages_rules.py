"""Rules and ignored mail on the pages, without JavaScript, and by the API."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.pages_desk import Browser, PagesDesk, a_desk

OFFERS = {"List-Id": "<offers.shop.test>"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PagesDesk]:
    with a_desk(tmp_path) as made:
        yield made


def add(browser: Browser, name: str, *conditions: tuple[str, str, str], do: str = "save", **says: Any) -> None:
    """Fill in the form for a new rule and send it."""
    browser.get("/rules/edit")
    send(browser, name, *conditions, do=do, **says)


def send(browser: Browser, name: str, *conditions: tuple[str, str, str], do: str = "save", **says: Any) -> None:
    columns: dict[str, Any] = {
        label: [condition[place] for condition in conditions]
        for place, label in enumerate(("field", "operator", "value"))
    }
    browser.post("/rules/edit", name=name, do=do, **columns, **({"enabled": "1"} | says))


def test_an_administrator_adds_a_rule_and_the_next_record_shows_it(desk: PagesDesk) -> None:
    ada = desk.browser("ada")
    assert "No rule yet" in ada.follow("/rules").text
    add(ada, "Labels", ("Subject", "contains", "labels"), category="printing", priority="P2", tags="labels, Floor 3")
    assert "The new setting is in force" in ada.banner
    assert "category: printing" in ada.text
    number = desk.request("Blank labels")
    ada.get(f"/records/{number}")
    assert "The rule “Labels” holds for it: category printing, priority P2, tag labels, tag Floor 3" in ada.text
    assert "by a rule" in ada.text
    assert desk.value("SELECT priority FROM records") == "P2"


def test_a_rule_is_edited_moved_switched_off_and_removed(desk: PagesDesk) -> None:
    ada = desk.browser("ada")
    add(ada, "one", ("Subject", "contains", "a"), tags="1")
    add(ada, "two", ("Subject", "contains", "b"), tags="2", stop="1")
    ada.post("/rules/act", name="two", do="move up")
    assert ada.text.index("two") < ada.text.index("one")
    ada.post("/rules/act", name="two", do="switch off")
    assert "off" in ada.text
    ada.get("/rules/edit?name=two")
    assert 'value="b"' in ada.page.text
    send(ada, "second", ("Subject", "is", "b"), tags="2", was="two")
    assert "second" in ada.text
    assert "two" not in ada.text
    ada.post("/rules/act", name="second", do="remove")
    assert "second" not in ada.text.replace(ada.banner, "")
    ada.post("/rules/act", name="second", do="remove")
    assert "There is no rule “second” on this page any more" in ada.banner


def test_a_mistake_is_told_in_a_sentence_and_what_was_typed_stays(desk: PagesDesk) -> None:
    ada = desk.browser("ada")
    add(ada, "bad", ("Subject", "matches", "(x"), tags="kept tag")
    assert ada.page.status_code == 422
    assert "this is no expression (RE2)" in ada.banner
    assert "kept tag" in ada.page.text
    assert 'value="(x"' in ada.page.text
    add(ada, "bad", ("Subject", "contains", "x"), category="no such thing")
    assert "There is no category 'no such thing'; the desk knows: " in ada.banner
    add(ada, "bad", ("Subject", "contains", "x"))
    assert "It does nothing" in ada.banner
    add(ada, "bad", ("Subject", "contains", "x"), priority="P9")
    assert "priority cannot be 'P9'" in ada.banner.replace("Priority", "priority")
    add(ada, "good", ("Subject", "contains", "x"), stop="1")
    add(ada, "good", ("Subject", "contains", "y"), stop="1")
    assert "There is a rule “good” already" in ada.banner
    assert desk.value("SELECT count(*) FROM entries WHERE kind = 'policy-changed'") == 2, (
        "the first configuration, good"
    )


def test_a_rule_is_tried_on_past_mails_before_it_holds(desk: PagesDesk) -> None:
    for subject in ("Blank labels", "No sound", "Labels are crooked"):
        desk.request(subject)
    ada = desk.browser("ada")
    add(ada, "Labels", ("Subject", "contains", "label"), do="test", last="500", ignore="1")
    assert "held 2 times in 3" in ada.text
    assert "Labels are crooked" in ada.text
    assert "No sound" not in ada.text
    assert 'value="Labels"' in ada.page.text, "the form is still filled in"
    assert desk.value("SELECT count(*) FROM ignored") == 0
    assert "No rule yet" in ada.get("/rules").text


def test_only_administrators_edit_and_only_with_the_forms_token(desk: PagesDesk) -> None:
    ann, ada = desk.browser("ann"), desk.browser("ada")
    assert "Add a rule" not in ann.get("/rules").text
    assert ann.get("/rules/edit").status_code == 403
    ann.get("/queue")
    send(ann, "x", ("Subject", "contains", "x"), stop="1")
    assert ann.page.status_code == 403
    assert ann.post("/rules/act", name="x", do="remove").status_code == 403
    ada.get("/rules/edit")
    for path in ("/rules/edit", "/rules/act"):
        assert ada.post(path, csrf="forged", name="x", do="remove").status_code == 403
    assert desk.value("SELECT count(*) FROM entries WHERE rule = 'rule edited'") == 0


def test_a_hostile_rule_is_shown_as_text(desk: PagesDesk) -> None:
    ada = desk.browser("ada")
    add(ada, "<script>alert(1)</script>", ("X-<b>", "contains", '"><img src=x>'), tags="<i>")
    ada.get("/rules")
    assert "<script>alert" not in ada.page.text
    assert "<img" not in ada.page.text
    add(ada, "y", ("Subject", "contains", "\"'><img src=x>"), do="test", tags="<i>")
    assert "<img" not in ada.page.text


def test_rules_of_the_file_are_shown_and_cannot_be_edited(desk: PagesDesk) -> None:
    when = [["From", "is", "eve@example.com"]]
    desk.configure(rules=[{"name": "of the file", "when": when, "tags": ["file"]}])
    desk.settle()
    ada = desk.browser("ada")
    ada.get("/rules")
    assert "From desk.toml" in ada.text
    assert "of the file" in ada.text
    assert ada.get("/rules/edit?name=of%20the%20file").status_code == 404
    add(ada, "of the file", ("Subject", "contains", "x"), stop="1")
    assert "There is a rule “of the file” already" in ada.banner


def test_ignored_mail_is_listed_with_its_reason_and_an_agent_has_it_processed(desk: PagesDesk) -> None:
    desk.configure(rules=[{"name": "Labels", "when": [["Subject", "contains", "labels"]], "ignore": True}])
    desk.mail("Eve Young <eve@example.com>", "Blank labels <b>", "They are blank.")
    desk.settle()
    ann = desk.browser("ann")
    ann.get("/ignored")
    assert "The rule “Labels” says that it is to be ignored" in ann.text
    assert "eve@example.com" in ann.text
    assert "Blank labels <b>" in ann.text
    position = desk.value("SELECT position FROM ignored")
    assert ann.get("/ignored?why=spam").text.count(f"/ignored/{position}/process") == 0
    ann.get("/ignored")
    ann.post(f"/ignored/{position}/process")
    assert "processed as usual" in ann.banner
    assert "No mail is ignored" in ann.text
    ann.get(f"/records/{desk.newest()}")
    assert "ann said that it is to be processed as usual" in ann.text
    ann.post(f"/ignored/{position}/process")
    assert "somebody has seen to it already" in ann.banner
    assert desk.value("SELECT count(*) FROM records") == 1
    assert "Blank labels" in ann.get("/ignored?state=processed").text


def test_what_was_erased_can_no_longer_be_processed(desk: PagesDesk) -> None:
    from desk.erasing import erase_input

    desk.configure(spam_headers=["X-Spam-Flag"])
    position = desk.mail("eve@example.com", "Private", "Private words.", **{"X-Spam-Flag": "YES"})
    desk.settle()
    erase_input(desk.engine, desk.journal, position, "asked for", desk.clock())
    ann = desk.browser("ann")
    assert "Private" not in ann.get("/ignored").text
    assert ann.post(f"/ignored/{position}/process").status_code == 410


def test_the_api_lists_and_processes_ignored_mail_and_lists_rules(desk: PagesDesk) -> None:
    desk.configure(spam_headers=["X-Spam-Flag"], rules=[{"name": "L", "when": [["Subject", "is", "x"]], "tags": ["t"]}])
    position = desk.mail("eve@example.com", "x", "The printer is out of toner.", **{"X-Spam-Flag": "YES"})
    desk.settle()
    key = {"authorization": f"Bearer {desk.accounts.add_token('ann')[1]}"}
    browser = desk.browser()
    (mail,) = browser.get("/api/v1/ignored", headers=key).json()["mails"]
    assert (mail["position"], mail["why"], mail["sender"]) == (position, "spam", "eve@example.com")
    assert mail["reason"]["sentence"].startswith("It is spam by the word of X-Spam-Flag")
    assert browser.get("/api/v1/rules", headers=key).json()["rules"][0]["name"] == "L"
    body = {"action": "ignored-process", "position": position}
    answer = desk.runner.run(browser.client.post("/api/v1/actions", json=body, headers=key))
    assert answer.status_code == 200, answer.text
    record = browser.get(f"/api/v1/records/{desk.newest()}", headers=key).json()
    assert record["tags"] == ["t"]
    assert any(reason["rule"] == "a rule applied" for reason in record["reasons"])
    again = desk.runner.run(browser.client.post("/api/v1/actions", json=body, headers=key))
    assert again.status_code == 409


def test_a_rule_over_alerts_is_tried_on_past_posts(desk: PagesDesk) -> None:
    desk.incident("shop-1", "shop-2")
    desk.request("Blank labels")
    ada = desk.browser("ada")
    add(ada, "Shops", ("alert resource", "starts with", "shop-"), do="test", ignore="1")
    assert "held 2 times in 2 inputs" in ada.text
    assert "InstanceDown" in ada.text
