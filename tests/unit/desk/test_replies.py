"""Outgoing mail: what it says in each language, how it threads, and what nobody can slip into it."""

import base64
import email
import re
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from email import policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from typing import Any, cast

import dkim
import pytest
from hypothesis import given
from hypothesis import strategies as st

from correlate import resolving
from correlate.records import Outgoing
from desk.config import ConfigError, Settings
from desk.config_file import parse_settings
from desk.config_sections import LANGUAGES
from desk.plus_addresses import PlusAddresses
from desk.rendering import TEMPLATES, House, Renderer
from desk.replies import Composer, UnsendableError
from desk.signing import Signer
from desk.template_trial import problems_of
from desk.wording import languages, wording

Finder = Callable[[str], str]
AT = datetime(2026, 3, 2, 8, 15, tzinfo=UTC)
NOT_ABOUT_A_RECORD = {"refusal", "digest", "plain", *(name for name in TEMPLATES if name.startswith("mailbox_"))}
FACTS: dict[str, Any] = {
    "number": "INC-7",
    "title": "Printer on floor 3",
    "type": "incident",
    "category": "printing",
    "service": "print",
    "resource": "printer-3",
    "priority": "P3",
    "impact": "low",
    "urgency": "high",
    "status": "assigned",
    "reason": "One person is affected.",
    "next": "Somebody will take it up.",
    "text": "First line\n  indented\n\nlast line",
    "resolution": "The toner was changed.",
    "workaround": "Use the printer on floor 2.",
    "assignee": "Kim Larsen",
    "requester": "ana@example.com",
    "opened_at": "2026-03-02T08:15:00+00:00",
    "updated_at": "2026-03-02T09:15:00Z",
    "resolved_at": "2026-03-03T08:15:00+00:00",
    "since": "2026-02-23T07:00:00+00:00",
    "until": "2026-03-02T07:00:00+00:00",
    "related": ["INC-3", "INC-5"],
    "actor": "Kim Larsen",
    "survivor": "INC-2",
    "change": "CHG-7",
    "happened": "reopened",
    "code": "too_large",
    "alerts": [{"title": "HighLoad", "resource": "db-1", "severity": "critical", "opened_at": "2026-03-02T08:15:00Z"}],
    "incidents": ["INC-1", "INC-2"],
    "suggestions": [
        {"id": "SUG-1", "title": "db-1 restarts", "sentence": "6 where 0.7 are expected.", "incidents": ["INC-1"]}
    ],
    "counts": {"incidents": 12, "requests": 30, "failed": 1},
    "head": "41873:9f2c",
}


def outgoing(template: str = "acknowledgement", **changes: Any) -> Outgoing:
    values: dict[str, Any] = {
        "message_id": "ack.7.1@example.com",
        "kind": "staff" if template.startswith("staff") else "digest" if template == "digest" else "update",
        "to": "ana@example.com",
        "to_name": "Ana Silva",
        "about": "INC-7",
        "subject": "[INC-7] Printer on floor 3",
        "template": template,
        "facts": FACTS,
    }
    return Outgoing(**(values | changes))


def settings(**sections: Any) -> Settings:
    desk = {"name": "IT Desk", "address": "it@example.com", "timezone": "Europe/Berlin"}
    return parse_settings({"desk": desk, "http": {"public_url": "https://desk.example.com"}, **sections}, Path("/tmp"))


def composed(mail: Outgoing, **sections: Any) -> EmailMessage:
    composer = Composer(settings(**sections)) if sections else composer_of_the_house()
    letter = composer.compose(mail, AT, 17)
    return cast("EmailMessage", email.message_from_bytes(letter.message, policy=policy.default))


@cache
def composer_of_the_house() -> Composer:
    return Composer(settings())


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


@cache
def renderer(own: Path | None = None) -> Renderer:
    house = House(
        desk_name="IT Desk", address="it@example.com", public_url="https://d.example", timezone="Europe/Berlin"
    )
    return Renderer(house, own)


# --- what is said -------------------------------------------------------------------------------


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


# --- headers ------------------------------------------------------------------------------------


def test_a_reply_threads() -> None:
    mail = composed(outgoing(in_reply_to="b@x", references=("root@x", "a@x")))

    assert mail["Message-ID"] == "<ack.7.1@example.com>"
    assert mail["In-Reply-To"] == "<b@x>"
    assert mail["References"].split() == ["<root@x>", "<a@x>", "<b@x>"]


def test_of_a_long_thread_the_first_and_the_newest_references_are_kept() -> None:
    mail = composed(outgoing(in_reply_to="9@x", references=tuple(f"{n}@x" for n in range(9))))

    assert mail["References"].split() == ["<0@x>", "<6@x>", "<7@x>", "<8@x>", "<9@x>"]


def test_an_id_longer_than_a_line_is_not_broken() -> None:
    long = "a" * 300 + "@x"

    raw = Composer(settings()).compose(outgoing(in_reply_to=long), AT, 1).message

    assert f"\r\nIn-Reply-To: <{long}>\r\n".encode() in raw


@pytest.mark.parametrize("bad", ["a b@x", "a\r\nBcc: x@y", "<a@b>", "", "ä@x", "a" * 2000])
def test_ids_of_others_that_are_not_well_formed_are_left_out(bad: str) -> None:
    mail = composed(outgoing(in_reply_to=bad, references=(bad, "good@x")))

    assert mail["In-Reply-To"] is None
    assert mail["References"] == "<good@x>"
    assert mail["Bcc"] is None


def test_no_program_answers_what_a_program_wrote() -> None:
    answer = composed(outgoing(in_reply_to="b@x"))
    news = composed(outgoing("taken", in_reply_to="b@x"))

    assert (answer["Auto-Submitted"], answer["X-Auto-Response-Suppress"]) == ("auto-replied", "All")
    assert news["Auto-Submitted"] == "auto-generated"


def test_what_a_person_wrote_says_nothing_of_being_automatic() -> None:
    mail = composed(outgoing("answer"))

    assert mail["Auto-Submitted"] is None
    assert "automatically" not in text_of(mail)
    assert "First line\n  indented\n\nlast line" in text_of(mail)


def with_keys(mail: Outgoing, **sections: Any) -> EmailMessage:
    composer = Composer(settings(**sections), PlusAddresses("it@example.com", b"secret"))
    return cast("EmailMessage", email.message_from_bytes(composer.compose(mail, AT, 17).message, policy=policy.default))


def test_a_digest_is_a_list_that_one_can_leave_by_page_by_one_click_and_by_mail() -> None:
    digest = with_keys(outgoing("digest"))

    ticket = PlusAddresses("it@example.com", b"secret").ticket("stop", 17, "ack.7.1@example.com")
    page = f"https://desk.example.com/unsubscribe/{ticket}"
    mail = f"mailto:it@example.com?subject=unsubscribe%20{ticket}"
    assert re.findall("<(.*?)>", digest["List-Unsubscribe"]) == [mail, page]
    assert digest["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (digest["List-Id"], digest["Precedence"]) == ("<digest.example.com>", "bulk")
    assert page in text_of(digest)
    assert page in text_of(digest, "html")


def test_one_click_is_offered_over_https_only() -> None:
    digest = with_keys(outgoing("digest"), http={"public_url": "http://desk.example.com"})

    assert digest["List-Unsubscribe-Post"] is None
    assert digest["List-Unsubscribe"].startswith("<mailto:it@example.com?")
    assert "https" not in digest["List-Unsubscribe"]


@pytest.mark.parametrize("template", [name for name in TEMPLATES if name != "digest"])
def test_nothing_else_is_a_list(template: str) -> None:
    other = with_keys(outgoing(template))

    assert (other["List-Id"], other["List-Unsubscribe"], other["Precedence"]) == (None, None, None)


def test_each_mail_says_which_desk_wrote_it_and_whether_a_person_did() -> None:
    assert composed(outgoing())["X-Quietdesk"] == "it@example.com; machine"
    assert composed(outgoing("answer"))["X-Quietdesk"] == "it@example.com; person"


def test_with_plus_addresses_the_return_path_and_the_reply_to_name_the_mail() -> None:
    keys = PlusAddresses("it@example.com", b"secret")
    letter = Composer(settings(delivery={"plus_addresses": True}), keys).compose(outgoing(), AT, 17)
    plain = Composer(settings(), keys).compose(outgoing(), AT, 17)

    assert letter.mail_from == keys.make("bounce", 17, "ack.7.1@example.com")
    assert f"Reply-To: IT Desk <{keys.make('reply', 17, 'ack.7.1@example.com')}>".encode() in letter.message
    assert plain.mail_from == "it@example.com"
    assert b"Reply-To:" not in plain.message


def test_the_same_mail_is_the_same_bytes() -> None:
    assert Composer(settings()).compose(outgoing(), AT, 1) == Composer(settings()).compose(outgoing(), AT, 1)


HOSTILE = st.text(max_size=200) | st.text(alphabet='\r\n\x00\x0b\x0c\x85\u2028: Bcc<>@,;"\\=?utf-8?q?_ü', max_size=80)


@given(HOSTILE, HOSTILE, HOSTILE)
def test_nothing_in_a_name_subject_or_title_becomes_a_header(name: str, subject: str, title: str) -> None:
    mail = outgoing(to_name=name, subject=subject, facts={**FACTS, "title": title, "text": title})

    letter = COMPOSER.compose(mail, AT, 1)

    head = letter.message.partition(b"\r\n\r\n")[0].decode("ascii")
    names = [line.partition(":")[0] for line in head.split("\r\n") if not line.startswith((" ", "\t"))]
    assert names == [
        "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress", "X-Quietdesk",
        "Content-Language", "MIME-Version", "Content-Type",
    ]  # fmt: skip
    assert b"\n" not in letter.message.replace(b"\r\n", b"")
    assert max(map(len, letter.message.split(b"\r\n"))) <= 998
    parsed = cast("EmailMessage", email.message_from_bytes(letter.message, policy=policy.default))
    assert [address.addr_spec for address in parsed["To"].addresses] == ["ana@example.com"]
    assert [part.get_content_type() for part in parsed.iter_parts()] == ["text/plain", "text/html"]


COMPOSER = Composer(Settings())


LONG_NAMES = (
    "\N{WOMAN}\u200d\N{WOMAN}\u200d\N{GIRL}" * 60, "می\u200cخواهد مرتضی " * 30, "שלום עולם " * 40, "x" * 3000,
    "ж" * 900, "名" * 400, "a\u202egpj.exe", 'Ü, "Q" <q@x>',
)  # fmt: skip


@pytest.mark.parametrize("name", LONG_NAMES)
def test_names_of_every_script_and_length_arrive(name: str) -> None:
    letter = COMPOSER.compose(outgoing(to_name=name, subject=f"[INC-7] {name}"), AT, 1)

    assert max(map(len, letter.message.split(b"\r\n"))) <= 998
    head = letter.message.partition(b"\r\n\r\n")[0]
    assert all(len(word) <= 75 for word in re.findall(rb"=\?[^ \r\n]*\?=", head)), "RFC 2047, 2"
    parsed = email.message_from_bytes(letter.message)
    to, subject = (str(make_header(decode_header(parsed[field]))) for field in ("To", "Subject"))
    expected = " ".join(name.replace("\u202e", " ").split())
    assert to.endswith(" <ana@example.com>")
    assert to.lstrip('"').replace("\\", "")[:40] == expected[:40] or len(expected) < 40
    assert subject[:48] == f"[INC-7] {expected}"[:48]
    assert "\u202e" not in to + subject, "nothing turns a name around"


@pytest.mark.parametrize(
    "address", ["", "@", "a@", "@b", "a b@c.d", "a@b@c", "<a@b.c>", "a,b@c.d", "a\r\n@b.c", "ä" * 70 + "@b.c"]
)
def test_an_address_that_is_none_is_refused_with_a_sentence(address: str) -> None:
    with pytest.raises(UnsendableError, match="is no mail address"):
        COMPOSER.compose(outgoing(to=address), AT, 1)


# --- signing ------------------------------------------------------------------------------------


def test_dkim_signatures_verify_and_notice_a_change(rsa_key: tuple[Path, str]) -> None:
    file, public = rsa_key
    raw = Composer(settings(delivery=dkim_settings(file))).compose(outgoing(), AT, 1).message

    def answer(name: bytes, timeout: int = 5) -> bytes:
        assert name == b"desk._domainkey.example.com."
        return f"v=DKIM1; k=rsa; p={public}".encode()

    assert dkim.verify(raw, dnsfunc=answer)
    assert not dkim.verify(raw.replace(b"Printer", b"Plotter"), dnsfunc=answer)
    assert not dkim.verify(raw.replace(b"Subject: ", b"Subject: x"), dnsfunc=answer)


def test_nobody_can_add_a_field_behind_the_signature(rsa_key: tuple[Path, str]) -> None:
    file, public = rsa_key
    raw = Composer(settings(delivery=dkim_settings(file))).compose(outgoing(), AT, 1).message

    def answer(name: bytes, timeout: int = 5) -> bytes:
        return f"v=DKIM1; k=rsa; p={public}".encode()

    for field in (b"From: boss@example.com", b"Subject: other", b"Reply-To: x@evil.example", b"List-Unsubscribe: <x>"):
        assert not dkim.verify(field + b"\r\n" + raw, dnsfunc=answer), field


def test_two_keys_sign_and_both_verify(tmp_path: Path, rsa_key: tuple[Path, str], server_program: Finder) -> None:
    file, public = rsa_key
    second, openssl = tmp_path / "second.pem", server_program("openssl")
    subprocess.run([openssl, "genpkey", "-algorithm", "ed25519", "-out", str(second)], check=True, capture_output=True)
    der = subprocess.run(
        [openssl, "pkey", "-in", str(second), "-pubout", "-outform", "DER"], check=True, capture_output=True
    ).stdout
    keys = {
        b"desk._domainkey.example.com.": f"v=DKIM1; k=rsa; p={public}".encode(),
        b"new._domainkey.example.com.": b"v=DKIM1; k=ed25519; p=" + base64.b64encode(der[-32:]),
    }
    asked: list[bytes] = []

    def answer(name: bytes, timeout: int = 5) -> bytes:
        asked.append(name)
        return keys[name]

    delivery = {**dkim_settings(file), "dkim_second_selector": "new", "dkim_second_key_file": str(second)}
    raw = Composer(settings(delivery=delivery)).compose(outgoing(), AT, 1).message

    assert [dkim.DKIM(raw).verify(number, dnsfunc=answer) for number in (0, 1)] == [True, True]
    assert set(asked) == set(keys)
    for number in (0, 1):
        with pytest.raises(dkim.ValidationError):
            dkim.DKIM(raw.replace(b"Printer", b"Plotter")).verify(number, dnsfunc=answer)


def dkim_settings(file: Path) -> dict[str, Any]:
    return {"dkim_domain": "example.com", "dkim_selector": "desk", "dkim_key_file": str(file)}


def test_a_key_that_is_none_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text("no key")

    with pytest.raises(ConfigError, match="holds no key that can sign"):
        Signer("example.com", "desk", tmp_path / "key.pem")
    with pytest.raises(ConfigError, match="cannot be read"):
        Signer("example.com", "desk", tmp_path / "nothing.pem")


@pytest.fixture
def rsa_key(tmp_path: Path, server_program: Callable[[str], str]) -> tuple[Path, str]:
    openssl, file = server_program("openssl"), tmp_path / "key.pem"
    subprocess.run([openssl, "genrsa", "-out", str(file), "1024"], check=True, capture_output=True)
    public = subprocess.run(
        [openssl, "rsa", "-in", str(file), "-pubout", "-outform", "DER"], check=True, capture_output=True
    ).stdout
    return file, base64.b64encode(public).decode()


# --- one's own templates ------------------------------------------------------------------------


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
