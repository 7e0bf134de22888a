"""What versions, gateways and settings make of header blocks and attributions, in every language."""

from collections.abc import Callable

import pytest

from tests.unit.ingest.client_languages import LANGUAGES, Language
from tests.unit.ingest.test_mail_clients import ADDRESS, Lines, block, full, new, old, read, told


def fields(of: Language, sender: str = "{n} <{a}>", shape: Callable[[str], str] = str, gap: str = " ") -> Lines:
    """From, Sent, To and Subject, each label given a shape."""
    labels = (of.labels[0], of.labels[1], of.labels[2], of.labels[4])
    values = (sender.format(n=of.name, a=ADDRESS), of.sent, "Pat Example", "RE: Scanner")
    return [f"-{shape(label)}{gap}{value}" for label, value in zip(labels, values, strict=True)]


BLOCKS: dict[str, Callable[[Language], Lines]] = {
    "names without addresses": lambda of: fields(of, "{n}"),
    "addresses in mailto": lambda of: fields(of, "{n} [mailto:{a}]"),
    "tabs": lambda of: fields(of, gap="\t"),
    "a hard blank before the colon": lambda of: fields(of, shape=lambda label: label.replace(":", "\u00a0:")),
    "wide colons": lambda of: fields(of, shape=lambda label: label.replace(":", "：")),
    "capitals": lambda of: fields(of, shape=str.upper),
    "bold labels": lambda of: fields(of, shape="**{}**".format),
    "indented": lambda of: ["-  " + line[1:] for line in block(of)],
    "an empty line after each": lambda of: [part for line in block(of) for part in (line, "-")],
    "importance": lambda of: [*block(of), "-Importance: High"],
    "the subject first": lambda of: [fields(of)[3], *fields(of)[:3]],
    "no date": lambda of: [fields(of)[0], *fields(of)[2:]],
    "no recipient": lambda of: [*fields(of)[:2], fields(of)[3]],
    "thirty recipients": lambda of: [
        *fields(of)[:2], f"-{of.labels[2]} " + "; ".join(f"P. {n} <p{n}@example.org>" for n in range(30)),
        fields(of)[3],
    ],
    "recipients on lines": lambda of: [
        *fields(of)[:2], f"-{of.labels[2]} P. 0 <p0@example.org>;",
        *(f"-P. {n} <p{n}@example.org>;" for n in range(1, 9)), fields(of)[3],
    ],
    "a long subject": lambda of: [
        *fields(of)[:3], f"-{of.labels[4]} RE: a subject that goes on and", "-on until it wraps",
    ],
}  # fmt: skip
ATTRIBUTIONS: dict[str, Callable[[Language], str]] = {
    "a name in quotes": lambda of: of.gmail.replace("{n} ", '"{n}" '),
    "mailto": lambda of: of.gmail.replace("{a}", "mailto:{a}"),
    "a link as text": lambda of: of.gmail.replace("{a}", "{a} <mailto:{a}>"),
    "a link in Markdown": lambda of: of.gmail.replace("{a}", "[{a}](mailto:{a})"),
    "no name, Apple Mail": lambda of: of.apple.replace("{n} <{a}>", "{a}"),
    "no name, Gmail": lambda of: of.gmail.replace("{n} ", ""),
    "a name with 'via'": lambda of: of.apple.replace("{n}", "{n} via Service Desk"),
    "bold": lambda of: f"*{of.apple}*",
    "indented": lambda of: f"  {of.gmail}",
}


@pytest.mark.parametrize("of", LANGUAGES, ids=lambda of: of.code)
@pytest.mark.parametrize("name", BLOCKS)
def test_header_blocks_of_every_make(name: str, of: Language) -> None:
    lines = [*new(of), "-", *BLOCKS[name](of), "-", *old(of, "")]
    assert read([line[1:] for line in lines])[0] == full([line[1:] for line in new(of)])


@pytest.mark.parametrize("mark", ["> ", ""], ids=["quoted", "not quoted"])
@pytest.mark.parametrize("of", LANGUAGES, ids=lambda of: of.code)
@pytest.mark.parametrize("name", ATTRIBUTIONS)
def test_attributions_of_every_make(name: str, of: Language, mark: str) -> None:
    lines = [*new(of), "-", told(ATTRIBUTIONS[name](of), of), "-", *old(of, mark)]
    assert read([line[1:] for line in lines])[0] == full([line[1:] for line in new(of)])
