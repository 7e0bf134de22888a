"""What did this person newly write? Some 300 mails of the world's clients in 18 languages, word for word."""

from pathlib import Path

import pytest

from ingest.event import Reading
from ingest.mail import read_mail

CORPUS = Path(__file__).parents[2] / "corpora" / "mail"


def mails() -> list[tuple[str, list[str], list[str], list[str]]]:
    """Name, all lines, lines to keep, lines to cut."""
    found: list[tuple[str, list[str], list[str], list[str]]] = []
    for path in sorted(CORPUS.glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("=== "):
                found.append((f"{path.stem}: {line[4:]}", [], [], []))
                continue
            sign, text = line[:1], line[1:]
            assert sign in {"+", "-"}, f"{path.name}: {line!r} has no sign"
            found[-1][1].append(text)
            if text.strip():
                found[-1][2 if sign == "+" else 3].append(text.rstrip())
    return found


MAILS = mails()


def full(text: str | None) -> list[str]:
    return [line.rstrip() for line in (text or "").split("\n") if line.strip()]


@pytest.mark.parametrize(("name", "lines", "new", "old"), MAILS, ids=[mail[0] for mail in MAILS])
def test_new_words_stay_and_old_ones_go(name: str, lines: list[str], new: list[str], old: list[str]) -> None:
    raw = "From: Pat Example <pat@example.org>\nTo: desk@example.com\nSubject: Re: INC-2041\n"
    raw += "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n" + "\n".join(lines) + "\n"
    mail = read_mail(raw.encode(), Reading(), {})
    assert full(mail.new_text) == new
    assert full(mail.quoted_text) == old


@pytest.mark.parametrize("path", sorted((CORPUS / "html").glob("*.html")), ids=lambda path: path.stem)
def test_what_clients_mark_in_their_html(path: Path) -> None:
    html, _, new = path.read_text(encoding="utf-8").partition("\n=== new\n")
    raw = "From: Pat Example <pat@example.org>\nTo: desk@example.com\nSubject: Re: INC-2041\n"
    raw += "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n" + html + "\n"
    mail = read_mail(raw.encode(), Reading(), {})
    assert full(mail.new_text) == full(new)


def test_the_corpus_is_as_large_as_promised() -> None:
    html = list((CORPUS / "html").glob("*.html"))
    assert len(MAILS) + len(html) >= 300
    assert len({mail[0].partition(":")[0] for mail in MAILS} - {"other", "clients"}) == 18
