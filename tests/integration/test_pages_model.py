"""The pages of the model: who may see them, what they say, and what can be decided there."""

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from classify.model_file import model_digest, starter_model_path
from desk.learning.inputs import TRIED
from desk.learning.trial import Doubt, Trial
from ingest.event import Command, ModelInForce
from tests.integration.pages_desk import PagesDesk, a_desk
from tests.integration.test_pages_api import Program

RULES = Path(__file__).parents[2] / "deploy" / "prometheus" / "quietdesk-model.rules.yml"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PagesDesk]:
    with a_desk(tmp_path) as made:
        yield made


def doubtful(desk: PagesDesk, *doubts: Doubt) -> None:
    """A night on which these labels were doubted."""
    trial = Trial(outcome="kept back", why=("It is worse.",), asked_by="<b>night</b>", champion=None, doubts=doubts)
    desk.state(Command(action=TRIED, actor="desk", arguments={"trial": msgspec.to_builtins(trial)}), "learning")
    desk.settle()


def corrected(desk: PagesDesk, subject: str, category: str) -> str:
    """A record whose category somebody corrected; returns the key of the label."""
    number = desk.request(subject)
    browser = desk.browser("ann")
    browser.get(f"/records/{number}")
    browser.post(f"/records/{number}/set", field="category", value=category)
    desk.settle()
    return f"{desk.value('SELECT position FROM labels ORDER BY id DESC LIMIT 1')}:category"


def test_agents_have_no_business_there_and_those_who_answer_for_it_see_it_escaped(desk: PagesDesk) -> None:
    doubtful(desk)
    assert desk.browser("ann").get("/model").status_code == 403
    page = desk.browser("pia").get("/model").text
    assert "&lt;b&gt;night&lt;/b&gt;" in page
    assert "<b>night</b>" not in page
    assert "criticality 1" in page
    assert desk.browser("ada").get("/model/labels").status_code == 200


def test_a_doubtful_label_is_shown_with_its_record_and_decided_by_a_click(desk: PagesDesk) -> None:
    one, other = corrected(desk, "Paper <jam>", "printing"), corrected(desk, "Paper <jam> again", "network")
    doubtful(desk, Doubt(kind="contradiction", target="category", labels=(one, other), values=("printing", "network")))
    browser = desk.browser("pia")
    page = browser.get("/model/labels").text
    assert "Paper &lt;jam&gt;" in page
    browser.post("/model/labels", key=[one, other], value=["printing", "network"], right="only printing")
    desk.settle()
    assert desk.value(f"SELECT verdict FROM label_verdicts WHERE label = '{one}'") == "kept"
    assert desk.value(f"SELECT verdict FROM label_verdicts WHERE label = '{other}'") == "dropped"
    assert "Nothing to decide" in browser.get("/model/labels").text


def test_a_model_that_is_not_there_is_a_warning_and_the_desk_goes_on(desk: PagesDesk) -> None:
    desk.state(ModelInForce(digest="f" * 64), "config")
    assert desk.request("Blank labels", "The printer prints blank labels.")
    ready = desk.browser("ada").get("/readyz").json()
    assert ready["ready"] is True
    assert ready["checks"]["model"]["well"] is False
    assert "rules decide alone" in desk.browser("ada").get("/model").text


@pytest.mark.server
def test_the_alert_rules_that_ship_are_rules_and_name_metrics_that_there_are(
    desk: PagesDesk, server_program: Callable[[str], str]
) -> None:
    promtool = server_program("promtool")
    checked = subprocess.run([promtool, "check", "rules", str(RULES)], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    exposed = desk.app.state.metrics.text().decode()
    named = {word for word in re.sub(r"[(){]", " ", RULES.read_text("utf-8")).split()
             if word.startswith("desk_model_")}  # fmt: skip
    assert named
    assert all(f"# TYPE {name} gauge" in exposed for name in named)
    text = "".join(line + "\n" for line in exposed.splitlines() if "desk_model" in line)
    checked = subprocess.run([promtool, "check", "metrics"], input=text, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_api_has_categories_and_figures_and_changes_them_for_those_who_may(desk: PagesDesk) -> None:
    agent, root, manager = Program(desk, "ann"), Program(desk, "ada"), Program(desk, "pia")
    add = {"action": "taxonomy", "what": "add", "subject": "purchasing", "parent": "applications"}
    assert agent.act(**add).status_code == 403
    assert root.act(**add).status_code == 200
    assert root.act(**add).status_code == 409
    areas = agent.get("/api/v1/taxonomy").json()["area"]
    applications = next(area for area in areas if area["name"] == "applications")
    assert "purchasing" in [category["name"] for category in applications["category"]]
    assert agent.get("/api/v1/model").status_code == 403
    key = corrected(desk, "Paper jam", "purchasing")
    doubtful(desk, Doubt(kind="person", target="category", labels=(key,), values=("purchasing",), actor="ann"))
    assert manager.get("/api/v1/model").json()["doubts"][0]["texts"] == ["Paper jam"]
    judged: dict[str, Any] = {"action": "labels-judge", "labels": [key], "verdict": "kept"}
    assert manager.act(**judged).status_code == 200
    assert manager.get("/api/v1/model").json()["doubts"] == []


def test_charts_are_drawn_for_the_page(desk: PagesDesk) -> None:
    browser = desk.browser("ada")
    assert "<svg" in browser.get("/model/weeks.svg").text
    assert "<svg" in browser.get("/model/calibration.svg?theme=dark").text


def test_the_model_that_ships_is_said_to_propose_only_until_labels_have_proven_it(desk: PagesDesk) -> None:
    desk.state(ModelInForce(digest=model_digest(starter_model_path())), "config")
    desk.settle()
    page = desk.browser("pia").get("/model").text
    assert "The model only proposes." in page
    card = desk.browser("pia").get("/model/card.md").text
    assert "Nothing: it only proposes." in card
    assert Program(desk, "pia").get("/api/v1/model").json()["decides"] == {}


def test_what_a_challenger_that_lost_was_like_can_be_read(desk: PagesDesk) -> None:
    card = {"data": "labels of this desk", "targets": [], "weaknesses": ["category: fleet has fewer than 10 examples."]}
    trial = Trial(outcome="kept back", why=("It is worse.",), asked_by="night", champion=None, card=card)
    desk.state(Command(action=TRIED, actor="desk", arguments={"trial": msgspec.to_builtins(trial)}), "learning")
    desk.settle()
    browser = desk.browser("pia")
    browser.get("/model")
    position = desk.value("SELECT max(position) FROM trials")
    assert f'href="/model/trials/{position}"' in browser.page.text
    assert "fleet has fewer than 10 examples" in browser.get(f"/model/trials/{position}").text
    assert "It is worse." in browser.text
    assert browser.get("/model/trials/9999").status_code == 404
    assert desk.browser("ann").get(f"/model/trials/{position}").status_code == 403
