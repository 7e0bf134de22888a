"""Outgoing mail: what it says in each language, in text and in HTML."""

import re
from typing import Any

import pytest

from desk.config_sections import LANGUAGES
from desk.rendering import TEMPLATES
from desk.wording import languages, wording
from tests.unit.desk.letters import FACTS, NOT_ABOUT_A_RECORD, composed, outgoing, renderer, text_of


def test_an_acknowledgement_says_what_was_understood_and_what_happens_next() -> None:
    text = text_of(composed(outgoing()))

    assert text.startswith("Hello Ana Silva,\n\nWe have received your message and recorded it as INC-7.")
    for words in (
        "Priority:  P3, medium",
        "Category:  printing",
        "One person is affected.",
        "Somebody will take it up.",
    ):
        assert words in re.sub(r": +", ":  ", text)
    assert "reply with the single word “status”" in text


def test_the_languages_that_can_be_configured_are_those_that_ship() -> None:
    assert set(languages()) == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_sentences_with_the_same_places(language: str) -> None:
    def shape(words: dict[str, Any]) -> dict[str, Any]:
        return {
            key: shape(value) if isinstance(value, dict)
            else len(value) if isinstance(value, list)
            else sorted(re.findall(r"{\w+}", value))
            for key, value in words.items()
        }  # fmt: skip

    assert shape(dict(wording(language).words)) == shape(dict(wording("en").words))


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_no_sentence_was_left_in_english(language: str) -> None:
    words, english = wording(language).words, wording("en").words

    assert not [key for key, value in words.items() if value == english[key] and len(str(value).split()) > 4]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", TEMPLATES)
def test_every_mail_in_every_language_says_its_facts_and_nothing_odd(template: str, language: str) -> None:
    rendered = renderer().render(outgoing(template, language=language))

    assert rendered.language == language
    for part in (rendered.text, rendered.html):
        assert not re.search(r"None|Undefined|{\w|{{|\[\]|{}", part.partition("<body")[2] or part), part
        assert "INC-7" in part or template in NOT_ABOUT_A_RECORD, part


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_looks_of_every_mail_are_in_its_elements(template: str) -> None:
    html = renderer().render(outgoing(template)).html

    bare = re.findall(r"<(?:p|h2|ul|li|td|table|a)\b(?![^>]*\sstyle=)[^>]*>", html.partition("<body")[2])
    assert bare == [], "Gmail and Outlook leave style sheets out"
    assert set(re.findall(r"<style[^>]*>\s*([@\w]+)", html)) <= {"@media"}, "what is left is for dark screens"
    assert not re.search(r"<link|<script|<img|url\(|@import", html), "nothing is fetched"


@pytest.mark.parametrize("template", TEMPLATES)
def test_a_missing_fact_breaks_no_mail(template: str) -> None:
    fewer = [{name: value for name, value in FACTS.items() if name != left_out} for left_out in FACTS]
    for language, facts in [*((language, {}) for language in LANGUAGES), *(("en", facts) for facts in fewer)]:
        rendered = renderer().render(outgoing(template, language=language, facts=facts, about=None, to_name=None))

        assert "None" not in rendered.text
        assert "\n\n\n" not in rendered.text
        assert not re.search(r":\s*\n\n\S*$", rendered.text)


@pytest.mark.parametrize("template", TEMPLATES)
def test_facts_of_the_wrong_shape_break_no_mail(template: str) -> None:
    for odd in (7, True, None, "x", [], [1, None], {"a": 1}, {}, [["x"]], "2026-03-02", "\x00\ud800"):
        rendered = renderer().render(outgoing(template, facts=dict.fromkeys(FACTS, odd)))

        rendered.text.encode("utf-8", "replace")


def test_text_and_html_say_the_same() -> None:
    mail = composed(outgoing("resolution"))

    html = text_of(mail, "html").replace("&nbsp;", " ").partition("<body")[2].partition(">")[2]
    words = re.sub(r"<[^>]*>|[\s:]", "", html)

    assert words == re.sub(r"^-- $|[\s:]", "", text_of(mail), flags=re.MULTILINE)


def test_times_are_told_in_the_time_zone_of_the_desk() -> None:
    assert "2 March 2026, 09:15" in text_of(composed(outgoing("status")))
    assert "2. März 2026, 09:15 Uhr" in text_of(composed(outgoing("status", language="de")))


def test_a_language_that_nobody_wrote_becomes_english_and_a_variant_its_language() -> None:
    assert renderer().render(outgoing(language="xx")).language == "en"
    assert renderer().render(outgoing(language="de-AT")).language == "de"


def test_a_template_that_nobody_knows_still_gives_a_mail() -> None:
    assert "Printer on floor 3" in renderer().render(outgoing("of_a_later_version")).text


def test_html_of_others_is_shown_and_not_run() -> None:
    facts = {**FACTS, "title": "<script>alert(1)</script>", "text": '<img src=x onerror="x()">'}

    html = renderer().render(outgoing("staff_new", facts=facts)).html

    assert "<script>" not in html
    assert "<img" not in html
    assert "&lt;script&gt;" in html
