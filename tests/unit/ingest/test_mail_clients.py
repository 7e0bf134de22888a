"""Every shape that clients give to answers and forwards, in every language: the new words stay, the old ones go.

A shape is a list of lines, each behind `+` (newly written), `-` (to be cut) or a blank (empty). The words come from
`client_languages`; nothing here is made by the code that is tested.
"""

import textwrap
from collections.abc import Callable, Iterator

import pytest

from ingest.event import Reading
from ingest.mail import read_mail
from tests.unit.ingest.client_languages import LANGUAGES, Language

ADDRESS = "desk@service.example.com"
Lines = list[str]


def new(of: Language) -> Lines:
    return [f"+{line}" for line in of.new]


def old(of: Language, mark: str = "> ") -> Lines:
    return [f"-{mark}{line}" for line in of.asked]


def told(pattern: str, of: Language) -> str:
    return "-" + pattern.format(n=of.name, a=ADDRESS)


def block(of: Language, mark: str = "") -> Lines:
    """Outlook's header fields of the old mail."""
    sender, sent, to, copy, subject = of.labels
    return [
        f"-{mark}{sender} {of.name} <{ADDRESS}>", f"-{mark}{sent} {of.sent}",
        f"-{mark}{to} Pat Example <pat@example.org>",
        f"-{mark}{copy} Kim Example <kim@example.org>; Lou Example <lou@example.org>", f"-{mark}{subject} RE: [INC-17]",
    ]  # fmt: skip


def top(pattern: str, of: Language) -> Lines:
    return [*new(of), "-", told(pattern, of), "-", *old(of)]


def below(pattern: str, of: Language) -> Lines:
    return [told(pattern, of), *old(of), "-", *new(of)]


def between(pattern: str, of: Language) -> Lines:
    """The quoted questions stay, for without them the answers mean nothing."""
    pairs = zip(of.asked, of.answered, strict=True)
    return [told(pattern, of), *(line for asked, answer in pairs for line in (f"+> {asked}", f"+{answer}"))]


def broken(pattern: str, of: Language) -> Lines:
    """The line above the quote, too long for 76 columns."""
    longer = of._replace(name=of.name + " (Service Desk, Example Holdings International)")
    line = told(pattern, longer)[1:]
    rest = textwrap.wrap(line, 60, break_long_words=False, break_on_hyphens=False)
    return [*new(of), "-", *(f"-{piece}" for piece in rest), *old(of)]


def chain(pattern: str, of: Language) -> Lines:
    """Four answers deep."""
    lines = [*new(of), "-", told(pattern, of)]
    for depth in range(1, 4):
        mark = ">" * depth
        lines += [f"-{mark} {of.asked[0]}", f"-{mark}", f"-{mark} {told(pattern, of)[1:]}"]
    return [*lines, f"->>>> {of.asked[1]}"]


def phone(line: str, of: Language) -> Lines:
    return [*new(of), "-", f"-{line}", "-", told(of.apple, of).replace("-", "-> ", 1), "->", *old(of)]


def outlook_mobile(of: Language) -> Lines:
    link = f"-{of.outlook_mobile}<https://aka.ms/o0ukef>"
    return [*new(of), "-", link, "-" + "_" * 32, *block(of), "-", *old(of, "")]


def dashed(words: str, dashes: int) -> str:
    return "-" + "-" * dashes + words + "-" * dashes


def signature(of: Language) -> Lines:
    return ["-", "--- ", "-Pat Example", "-Example Ltd | +49 30 1234567"]


def samsung(of: Language) -> Lines:
    sender, _, to, _, subject = of.labels
    middle = [f"-{sender} {of.name} <{ADDRESS}>", f"-{to} pat@example.org", f"-{subject} Re: [INC-17]"]
    return [*new(of), "-", f"-{of.galaxy}", "-", dashed(f" {of.original} ", 8), *middle, "-", *old(of, "")]


def exchange(of: Language) -> Lines:
    """Plain text from an Exchange server: values broken where a line is full."""
    sender, sent, to, _, subject = of.labels
    return [
        *new(of), "-", "-" + "_" * 40, f"-{sender} {of.name} <{ADDRESS}>", f"-{sent} {of.sent}",
        f"-{to} Pat Example <pat@example.org>; Kim Example <kim@example.org>;", "- Lou Example <lou@example.org>",
        f"-{subject} [INC-17]", "-", *old(of, ""),
    ]  # fmt: skip


def gmail_head(of: Language) -> Lines:
    sender = f"-{of.labels[0]} {of.name} <{ADDRESS}>"
    return [
        dashed(" Forwarded message ", 10),
        sender,
        "-Date: " + of.sent,
        "-Subject: Scanner",
        "-To: <pat@example.org>",
    ]


def gmail_forward(of: Language) -> Lines:
    return [*new(of), "-", *gmail_head(of), "-", *old(of, "")]


def thunderbird_forward(of: Language) -> Lines:
    sender, _, to, _, subject = of.labels
    head = [f"-{subject} Scanner", f"-{sender} {of.name} <{ADDRESS}>", f"-{to} pat@example.org"]
    return [*new(of), "-", dashed(f" {of.forward} ", 8), *head, "-", *old(of, "")]


def apple_forward(of: Language) -> Lines:
    sender, _, to, _, subject = of.labels
    head = [f"-> {sender} {of.name} <{ADDRESS}>", f"-> {subject} Scanner", f"-> {to} pat@example.org", "->"]
    return [*new(of), "-", f"-> {of.apple_forward}", "->", *head, *old(of)]


def bare_forward(of: Language) -> Lines:
    """A forward without a comment: the old mail is what was sent."""
    return [*gmail_head(of), "-", "-", *(f"+{line}" for line in of.asked)]


SHAPES: dict[str, Callable[[Language], Lines]] = {
    "Gmail, above": lambda of: top(of.gmail, of),
    "Gmail, no empty line": lambda of: [*new(of), told(of.gmail, of), *old(of)],
    "Gmail, below": lambda of: below(of.gmail, of),
    "Gmail, between": lambda of: between(of.gmail, of),
    "Gmail, broken": lambda of: broken(of.gmail, of),
    "Gmail, chain": lambda of: chain(of.gmail, of),
    "Gmail, signature": lambda of: [*new(of), *signature(of), "-", told(of.gmail, of), "-", *old(of)],
    "Gmail, forward": gmail_forward,
    "Gmail, bare forward": bare_forward,
    "Apple Mail, above": lambda of: [*new(of), "-", *(told(of.apple, of).replace("-", "-> ", 1), "->", *old(of))],
    "Apple Mail, below": lambda of: below(of.apple, of),
    "Apple Mail, broken": lambda of: broken(of.apple, of),
    "Apple Mail, forward": apple_forward,
    "iPhone": lambda of: phone(of.iphone, of),
    "iPhone, first mail": lambda of: [*new(of), "-", f"-{of.iphone}"],
    "iPhone, no empty line": lambda of: [*new(of), f"-{of.iphone}"],
    "Thunderbird, above": lambda of: top(of.thunderbird, of),
    "Thunderbird, below": lambda of: [*below(of.thunderbird, of), *signature(of)],
    "Thunderbird, between": lambda of: between(of.thunderbird, of),
    "Thunderbird, chain": lambda of: chain(of.thunderbird, of),
    "Thunderbird, forward": thunderbird_forward,
    "Outlook": lambda of: [*new(of), "-", *block(of), "-", *old(of, "")],
    "Outlook, no empty line": lambda of: [*new(of), *block(of), "-", *old(of, "")],
    "Outlook, chain": lambda of: [*new(of), "-", *block(of), "-", *old(of, ""), "-", *block(of), "-", *old(of, "")],
    "Outlook 2003": lambda of: [*new(of), "-", dashed(of.original, 5), *block(of), "-", *old(of, "")],
    "Outlook, quoting with marks": lambda of: [*new(of), "-", dashed(of.original, 5), *block(of, "> "), "->", *old(of)],
    "Outlook, bold labels": lambda of: [
        *new(of), "-", *(f"-*{line[1:].replace(':', ':*', 1)}" for line in block(of)), "-", *old(of, ""),
    ],
    "Outlook for iOS": outlook_mobile,
    "Exchange, plain text": exchange,
    "Windows Mail": lambda of: [*new(of), "-", f"-{of.windows_mail}", "-", *block(of), "-", *old(of, "")],
    "Yahoo": lambda of: [*new(of), "-", told(of.yahoo, of), "-", "-", *old(of, "")],
    "Samsung": samsung,
    "Samsung, first mail": lambda of: [*new(of), "-", "-", f"-{of.galaxy}"],
    "Signature": lambda of: [*new(of), *signature(of)],
}  # fmt: skip


def mails() -> Iterator[tuple[str, Lines]]:
    for of in LANGUAGES:
        for name, shape in SHAPES.items():
            yield f"{of.code}: {name}", shape(of)


def read(lines: list[str], kind: str = "plain") -> tuple[list[str], list[str]]:
    """The full lines of the new and of the old text."""
    raw = "From: Pat Example <pat@example.org>\nTo: desk@example.com\nSubject: Re: [INC-17] Scanner\n"
    raw += f"Content-Type: text/{kind}; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n" + "\n".join(lines) + "\n"
    mail = read_mail(raw.encode(), Reading(), {})
    return full((mail.new_text or "").split("\n")), full((mail.quoted_text or "").split("\n"))


def full(lines: list[str]) -> list[str]:
    return [line.rstrip() for line in lines if line.strip()]


@pytest.mark.parametrize(("name", "lines"), list(mails()), ids=lambda value: value if isinstance(value, str) else "")
def test_new_words_stay_and_old_ones_go(name: str, lines: Lines) -> None:
    assert read([line[1:] for line in lines]) == (
        full([line[1:] for line in lines if line[0] == "+"]),
        full([line[1:] for line in lines if line[0] == "-"]),
    )


STAYS: dict[str, Callable[[Language], list[str]]] = {
    "a travel form": lambda of: [
        of.new[0], "", f"{of.labels[0]} Hamburg", f"{of.labels[1]} 12.05.", f"{of.labels[2]} Berlin", "", of.new[1],
    ],
    "a form with one address": lambda of: [of.new[0], "", f"{of.labels[2]} pat@example.org", "", of.new[1]],
    "a time and a colon": lambda of: [of.new[0], "", "03.03.2026 09:12:", of.answered[0], "", of.new[1]],
    "a name and a colon": lambda of: [of.new[0], "", f"{of.name}:", of.answered[0], "", of.new[1]],
    "an address and a colon": lambda of: [of.new[0], "", f"{ADDRESS}:", of.answered[0], "", of.new[1]],
    "strokes around a heading": lambda of: [of.new[0], "", f"----- {of.name} -----", of.answered[0], "", of.new[1]],
    "a list behind dashes": lambda of: [of.new[0], f"- {of.answered[0]}", f"- {of.answered[1]}", "", of.new[1]],
    "a log with addresses": lambda of: [
        of.new[0], f"2026-03-03 09:12:00 <{ADDRESS}> error", f"2026-03-03 09:12:01 <{ADDRESS}> error", "", of.new[1],
    ],
    "a rule between two matters": lambda of: [of.new[0], "", "-" * 20, "", of.new[1], of.answered[0]],
    "quotes that are named": lambda of: [of.new[0] + ":", "", f"> {of.answered[1]}", "", of.new[1]],
}  # fmt: skip


@pytest.mark.parametrize("of", LANGUAGES, ids=lambda of: of.code)
@pytest.mark.parametrize("name", STAYS)
def test_what_only_looks_like_an_old_mail_stays(name: str, of: Language) -> None:
    lines = STAYS[name](of)
    assert read(lines) == (full(lines), [])
