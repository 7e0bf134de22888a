"""HTML is read in two ways, from tag to tag and by way of a tree: to the same text, wherever the first will do."""

import random
from pathlib import Path

import pytest

from ingest.html import html_to_marked
from ingest.html_tags import UntidyError, write_tags
from ingest.html_tree import write_tree
from ingest.html_writer import Writer

CLIENTS = sorted((Path(__file__).parents[2] / "corpora" / "mail" / "html").glob("*.html"))
PIECES = (
    "<p>", "</p>", "<P CLASS=MsoNormal>", "<div>", "</div>", "<div class='gmail_signature'>", "<ul>", "<li>", "</li>",
    "</ul>", "<ol>", "</ol>",
    "<b>", "</b>", "<a href='https://x.example/'>", "</a>", "<br>", "<br/>", "<table>", "<tr>",
    "<td>", "</td>", "</tr>", "</table>", "<tbody>", "<h1>", "</h1>", "<h2>", "</h2>", "<hr>", "<!-- <p>a -->",
    "<blockquote type=\"cite\">", "</blockquote>", "<blockquote>", "<pre>\n", "</pre>", " &amp; ", "\n", "  ",
    "<style>p{}</style>", "<o:p></o:p>", "<center>", "</center>", "<dl>", "<dt>", "<dd>", "</dl>", "<form>", "</form>",
    "<img alt='🎉'>", "<![if x]>", "<body>", "<span style='color:red'>", "</span>", "</br>", "<title>x</title>",
)  # fmt: skip


def by_tags(source: str) -> list[str] | None:
    """None where only a tree will do."""
    writer = Writer()
    try:
        write_tags(source, writer)
    except UntidyError:
        return None
    writer.line()
    return writer.lines


def by_tree(source: str) -> list[str]:
    writer = Writer()
    write_tree(source, writer)
    writer.line()
    return writer.lines


@pytest.mark.parametrize("path", CLIENTS, ids=lambda path: path.stem)
def test_what_clients_write_needs_no_tree(path: Path) -> None:
    source = path.read_text("utf-8").partition("\n=== new\n")[0]
    assert by_tags(source) == by_tree(source)


def test_both_ways_lead_to_the_same_text() -> None:
    dice = random.Random(20260304)
    tidy = 0
    for _ in range(6_000):
        words = iter(range(100))
        source = "".join(
            dice.choice(PIECES) + (f"w{next(words)} " if dice.random() < 0.5 else "") for _ in range(dice.randint(1, 9))
        )
        found = by_tags(source)
        if found is not None:
            tidy += 1
            assert [line.split() for line in found] == [line.split() for line in by_tree(source)], source
    assert tidy > 800


@pytest.mark.parametrize(
    "source",
    [
        "<p>a<table><tr><td>b</table>", "<table>a</table>", "<b title='>'>a</b>", "a < b", "<div", "</p>a",
        "<a href=x>a<a href=y>b</a>", "<p><a href=x>b</p>c</a>", "<svg><text>a</text></svg>", "<td>a</td>",
        "<div>" * 500, "<form><form>a",
    ],
)  # fmt: skip
def test_what_is_not_tidy_is_left_to_the_tree(source: str) -> None:
    assert by_tags(source) is None


def test_a_link_shows_its_target_once() -> None:
    assert html_to_marked("<p>See <a href='https://x.example/a'>the page</a> or <a href='https://x.example/b'>") == (
        "See the page <https://x.example/a> or <https://x.example/b>"
    )
