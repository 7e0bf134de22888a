"""Templates, layouts and words of one's own: what may be wrong with them costs no mail."""

from pathlib import Path

import pytest

from correlate import resolving
from desk.rendering import House, Renderer
from desk.template_trial import problems_of
from desk.wording import languages, wording
from tests.unit.desk.letters import FACTS, composed, outgoing, renderer, text_of


def test_words_templates_and_layout_can_be_ones_own(tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "de.toml").write_text('closing = "Servus"\n[priority_of]\nP3 = "mittelprächtig"\n')
    (tmp_path / "taken.jinja").write_text("{{ p('On it: ' ~ number) }}")
    (tmp_path / "de").mkdir()
    (tmp_path / "de" / "taken.jinja").write_text("{{ p('Bin dran: ' ~ number) }}{{ details('priority') }}")
    (tmp_path / "layout.txt.jinja").write_text("{{ body }}\n{{ say('closing') }}\nUnser Haus\n")

    own = renderer(tmp_path)

    assert own.render(outgoing("taken", language="de")).text == (
        "Bin dran: INC-7\n\n    Priorität:  mittelprächtig\n\nServus\nUnser Haus\n"
    )
    assert own.render(outgoing("taken")).text.startswith("On it: INC-7")
    assert "recorded it as INC-7" in own.render(outgoing()).text
    assert problems_of(tmp_path) == []


@pytest.mark.parametrize(
    "template",
    ["{{ unclosed", "{{ ''.__class__.__mro__ }}", "{{ 1 / 0 }}", "{% include 'nothing' %}", "{{ facts.update(x=1) }}",
     "{% for i in range(10**9) %}x{% endfor %}", "{{ p(7) }}"],
)  # fmt: skip
def test_a_template_of_ones_own_that_fails_costs_no_mail(tmp_path: Path, template: str) -> None:
    (tmp_path / "taken.jinja").write_text(template)

    text = renderer(tmp_path).render(outgoing("taken")).text

    assert "__main__" not in text
    assert "class 'object'" not in text
    if "__class__" not in template and "p(7)" not in template:  # these two do nothing, and so do no harm
        (problem,) = problems_of(tmp_path)
        assert "taken.jinja" in problem
        assert "line 1" in problem


def test_whoever_asked_to_hear_of_it_hears_of_a_template_that_failed(tmp_path: Path) -> None:
    (tmp_path / "taken.jinja").write_text("{{ 1 / 0 }}")
    heard: list[str] = []
    own = Renderer(House(desk_name="IT Desk", address="it@example.com", public_url=None), tmp_path, heard.append)

    own.render(outgoing("waiting"))
    assert heard == []
    own.render(outgoing("taken"))

    assert heard == ["Your own template for “taken” failed, the shipped one was used: division by zero"]


def test_a_template_that_works_only_where_no_fact_is_missing_is_named(tmp_path: Path) -> None:
    (tmp_path / "taken.jinja").write_text("{{ p(facts.title.upper()[0] ~ '') }}")

    (problem,) = problems_of(tmp_path)

    assert "taken.jinja fails when it is used for a mail that lacks facts" in problem


def test_a_template_of_a_name_that_no_mail_has_is_named(tmp_path: Path) -> None:
    (tmp_path / "de").mkdir()
    (tmp_path / "de" / "acknowledgment.jinja").write_text("{{ p('Hallo') }}")
    (tmp_path / "_part.jinja").write_text("{{ p('x') }}")

    (problem,) = problems_of(tmp_path)

    assert "do you mean acknowledgement?" in problem


def test_a_language_of_ones_own_needs_only_its_words(tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "sv.toml").write_text('received = "Vi har fått ditt meddelande: {number}."\n')

    rendered = renderer(tmp_path).render(outgoing(language="sv"))

    assert problems_of(tmp_path) == []
    assert rendered.language == "sv"
    assert "Vi har fått ditt meddelande: INC-7." in rendered.text


def test_a_wording_that_does_not_fit_is_named(tmp_path: Path) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "en.toml").write_text('recieved = "x"\n')

    (problem,) = problems_of(tmp_path)

    assert "recieved" in problem
    assert "We have received" in renderer(tmp_path).render(outgoing()).text


@pytest.mark.parametrize("language", languages())
def test_what_happens_next_what_was_done_and_why_are_told_in_each_language(language: str) -> None:
    words = wording(language).words
    facts = {
        **FACTS,
        "next": "taken",
        "basis": "tool",
        "reason": None,
        "resolution": "All alerts are over.",
        "text": None,
    }

    acknowledged = text_of(composed(outgoing(language=language, facts=facts)))
    resolved = text_of(composed(outgoing("resolution", language=language, facts=facts)))

    assert words["next_of"]["taken"] in " ".join(acknowledged.split())
    assert words["basis_of"]["tool"] in " ".join(acknowledged.split())
    assert words["resolution_of"]["All alerts are over."] in resolved


def test_what_the_desk_itself_says_of_an_end_is_known_to_the_wordings() -> None:
    said = Path(resolving.__file__).read_text("utf-8")

    for sentence in wording("en").words["resolution_of"]:
        assert f'"{sentence}"' in said
