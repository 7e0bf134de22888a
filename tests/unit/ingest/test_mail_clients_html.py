"""The HTML of every client in every language: what is newly written stays, what the client put around it goes."""

from collections.abc import Callable, Iterator
from html import escape

import pytest

from tests.unit.ingest.client_languages import LANGUAGES, Language
from tests.unit.ingest.test_mail_clients import ADDRESS, full, read

CITE = 'style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex"'
FONT = 'style="font-family: Aptos, Calibri, sans-serif; font-size: 12pt; color: rgb(0, 0, 0);"'
RULE = 'style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"'


def told(pattern: str, of: Language) -> str:
    return escape(pattern.format(n=of.name, a=ADDRESS), quote=False)


def divs(lines: tuple[str, ...], attributes: str = "") -> str:
    return "".join(f"<div{attributes}>{escape(line)}</div>" for line in lines)


def word(lines: tuple[str, ...]) -> str:
    return "\r\n".join(
        f'<p class="MsoNormal"><span lang="EN-US">{escape(line) or "&nbsp;"}<o:p></o:p></span></p>' for line in lines
    )


def head(of: Language) -> str:
    """Outlook's header fields of the old mail."""
    sender, sent, to, copy, subject = of.labels
    values = (
        (sender, f"{of.name} &lt;{ADDRESS}&gt;"), (sent, of.sent), (to, "Pat Example &lt;pat@example.org&gt;"),
        (copy, "Kim Example &lt;kim@example.org&gt;"), (subject, "RE: [INC-17] Scanner"),
    )  # fmt: skip
    return "<br>".join(f"<b>{label}</b> {value}" for label, value in values)


def gmail(of: Language) -> str:
    attribution = told(of.gmail, of).replace(ADDRESS, f'<a href="mailto:{ADDRESS}">{ADDRESS}</a>')
    quote = f'<blockquote class="gmail_quote" {CITE}><div dir="ltr">{"<br>".join(of.asked)}</div></blockquote>'
    return (
        f'<div dir="ltr"><div>{of.new[0]}</div><div><br></div><div>{of.new[1]}</div></div><br>'
        '<div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">'
        f"{attribution}<br></div>{quote}</div>"
    )


def gmail_between(of: Language) -> str:
    pairs = zip(of.asked, of.answered, strict=True)
    inner = "".join(
        f'<blockquote class="gmail_quote" {CITE}><div>{q}</div></blockquote><div>{a}</div>' for q, a in pairs
    )
    attribution = f'<div dir="ltr" class="gmail_attr">{told(of.gmail, of)}<br></div>'
    return f'<div dir="ltr"><div class="gmail_quote">{attribution}{inner}</div></div>'


def outlook(of: Language) -> str:
    return (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style><!-- p.MsoNormal {} --></style>'
        f'</head><body lang="DE" link="#0563C1"><div class="WordSection1">\r\n{word((*of.new, ""))}\r\n'
        f'<div><div {RULE}><p class="MsoNormal">{head(of)}<o:p></o:p></p></div></div>\r\n'
        f"{word(of.asked)}</div></body></html>"
    )


def outlook_web(of: Language) -> str:
    return (
        f'<html><body dir="ltr"><div class="elementToProof" {FONT}>{of.new[0]}</div><div class="elementToProof" {FONT}>'
        f'{of.new[1]}</div><div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1">'
        f'<div id="divRplyFwdMsg" dir="ltr"><font face="Calibri">{head(of)}</font><div>&nbsp;</div></div>'
        f"{divs(of.asked)}</body></html>"
    )


def outlook_new(of: Language) -> str:
    return (
        f"<html><body><div {FONT}>{of.new[0]}</div><div {FONT}>{of.new[1]}</div>"
        '<div id="mail-editor-reference-message-container">'
        '<div class="ms-outlook-mobile-reference-message skipProofing" '
        f'style="border-top: 1pt solid rgb(181, 196, 223); padding: 3pt 0in 0in;">{head(of)}</div>'
        f"{divs(of.asked)}</div></body></html>"
    )


def outlook_mobile(of: Language) -> str:
    link = f'<a href="https://aka.ms/o0ukef">{of.outlook_mobile}</a>'
    return (
        f"<html><body>{divs(of.new, ' dir=auto')}<div dir=auto><br></div>"
        f"<div id=ms-outlook-mobile-signature dir=auto>{link}</div>"
        f'<hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr">{head(of)}</div>'
        f"{divs(of.asked)}</body></html>"
    )


def through_a_gateway(of: Language) -> str:
    """Outlook's HTML after a gateway took ids, classes and styles away."""
    lines = "".join(f"<p>{line}</p>" for line in of.new)
    return f"<html><body>{lines}<p>{head(of)}</p>{''.join(f'<p>{line}</p>' for line in of.asked)}</body></html>"


def plain_text_as_html(of: Language) -> str:
    """What Exchange makes of plain text."""
    sender, sent, to, _, subject = of.labels
    lines = [
        *of.new, "", "-" * 5 + of.original + "-" * 5, f"{sender} {of.name} &lt;{ADDRESS}&gt;", f"{sent} {of.sent}",
        f"{to} pat@example.org", f"{subject} [INC-17]", "", *of.asked,
    ]  # fmt: skip
    body = "<br>\r\n".join(lines)
    text = f'<span style="font-size:11pt;"><div class="PlainText">{body}</div></span>'
    return f'<html><body><font size="2">{text}</font></body></html>'


def apple(of: Language) -> str:
    return (
        f'<html><body style="overflow-wrap: break-word;"><div>{of.new[0]}</div><div><br></div><div>{of.new[1]}</div>'
        f'<div><br><blockquote type="cite"><div>{told(of.apple, of)}</div><br class="Apple-interchange-newline">'
        f"<div>{divs(of.asked)}</div></blockquote></div><br></body></html>"
    )


def iphone(of: Language) -> str:
    return (
        f'<html><body dir="auto">{divs(of.new)}<div><br></div><div dir="ltr">{of.iphone}</div><div dir="ltr"><br>'
        f'<blockquote type="cite">{told(of.apple, of)}<br><br></blockquote></div>'
        f'<blockquote type="cite"><div dir="ltr">{divs(of.asked)}</div></blockquote></body></html>'
    )


def thunderbird(of: Language) -> str:
    quote = f'<blockquote type="cite" cite="mid:a@b"><p>{"</p><p>".join(of.asked)}</p></blockquote>'
    cite = f'<div class="moz-cite-prefix">{told(of.thunderbird, of)}<br></div>'
    return f"<html><body><p>{'<br>'.join(of.new)}</p>{cite}{quote}</body></html>"


def thunderbird_below(of: Language) -> str:
    quote = f'<blockquote type="cite" cite="mid:a@b"><p>{"</p><p>".join(of.asked)}</p></blockquote>'
    signature = '<pre class="moz-signature" cols="72">-- \nPat Example\nExample Ltd</pre>'
    cite = f'<div class="moz-cite-prefix">{told(of.thunderbird, of)}<br></div>'
    return f"<html><body>{cite}{quote}<p>{'<br>'.join(of.new)}</p>{signature}</body></html>"


def yahoo(of: Language) -> str:
    return (
        f'<html><body><div class="ydp1yahoo-style-wrap">{divs(of.new)}</div>'
        '<div id="yahoo_quoted_1" class="yahoo_quoted"><div>'
        f"<div>{told(of.yahoo, of)}</div><div><br></div><div>{divs(of.asked)}</div></div></div></body></html>"
    )


def samsung(of: Language) -> str:
    sender, sent, to, _, subject = of.labels
    return (
        f'<html><body>{divs(of.new)}<div><br></div><div id="composer_signature">'
        f'<div style="font-size:85%;color:#575757">{of.galaxy}</div></div><div><br></div>'
        f'<div style="font-size:100%;color:#000000"><div>-------- {of.original} --------</div>'
        f"<div>{sender} {of.name} &lt;{ADDRESS}&gt; </div><div>{sent} {of.sent} </div><div>{to} pat@example.org </div>"
        f"<div>{subject} [INC-17] </div><div><br></div></div>{divs(of.asked)}</body></html>"
    )


def gmx(of: Language) -> str:
    return (
        f'<html><body><div style="font-family: Verdana;font-size: 12.0px;">{divs(of.new)}<div>&nbsp;<div name="quote" '
        'style="margin:10px 5px 5px 10px; padding: 10px 0 10px 10px; border-left:2px solid #C3D9E5;">'
        '<div style="margin:0 0 10px 0;">'
        f"{head(of)}</div><div name=quoted-content>{divs(of.asked)}</div></div></div></div></body></html>"
    )


def roundcube(of: Language) -> str:
    style = 'style="padding: 0 0.4em; border-left: #1010ff 2px solid; margin: 0"'
    quote = f'<blockquote type="cite" {style}>{divs(of.asked)}</blockquote>'
    return f"<html><body>{divs(of.new)}<p id=reply-intro>{told(of.thunderbird, of)}</p>{quote}</body></html>"


SHAPES: dict[str, Callable[[Language], str]] = {
    "Gmail": gmail, "Outlook": outlook, "Outlook on the web": outlook_web, "new Outlook": outlook_new,
    "Outlook for iOS": outlook_mobile, "through a gateway": through_a_gateway, "plain text as HTML": plain_text_as_html,
    "Apple Mail": apple, "iPhone": iphone, "Thunderbird": thunderbird, "Thunderbird, below": thunderbird_below,
    "Yahoo": yahoo, "Samsung": samsung, "GMX": gmx, "Roundcube": roundcube,
}  # fmt: skip


def mails() -> Iterator[tuple[str, Language, str]]:
    for of in LANGUAGES:
        for name, shape in SHAPES.items():
            yield f"{of.code}: {name}", of, shape(of)


@pytest.mark.parametrize(
    ("name", "of", "source"), list(mails()), ids=lambda value: value if str(value)[2:4] == ": " else ""
)
def test_what_was_newly_written_stays_alone(name: str, of: Language, source: str) -> None:
    new, old = read([source], "html")
    assert new == list(of.new)
    assert " ".join(old).count(of.asked[0]) == 1


@pytest.mark.parametrize("of", LANGUAGES, ids=lambda of: of.code)
def test_answers_between_the_questions_stay(of: Language) -> None:
    new, old = read([gmail_between(of)], "html")
    pairs = zip(of.asked, of.answered, strict=True)
    assert new == [line for asked, answer in pairs for line in (f"> {asked}", answer)]
    assert full(old)
