"""Outgoing mail as text and HTML: Jinja2 templates, sandboxed, made of the blocks of `desk.mail_blocks`.

Facts are plain JSON and any of them may be missing or of another shape: what is missing is not said. A template of the
administrator's own that fails is logged, and the shipped one is used in its place.

Facts that the shipped templates know: number, title, type, category, service, resource, priority, impact, urgency,
status, reason (a sentence), basis (of the priority), proposed (names of what nobody has decided yet), because (words
that speak for the category), next (over, taken, queued), text (what a person wrote), resolution, workaround, assignee,
actor, requester, related (records it may belong to), survivor, change (that probably caused it), happened (opened,
resolved, …), escalation (chain and level), reasons, code (of a refusal: too_large, unknown, closed, command,
unverified), times in RFC 3339 (opened_at, updated_at, resolved_at, since, until), alerts (objects with title, resource,
severity, opened_at), records (of a status: objects like these facts), suggestions (objects with id, title, sentence,
service, incidents, chart, picture: its Content-ID), counts (of a digest: name to number), head (of the journal) and
stop_url (of the page that stops a digest).
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import css_inline
from jinja2 import ChainableUndefined, FileSystemLoader
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup
from msgspec import Struct

from correlate.records import Outgoing
from desk.mail_blocks import Blocks, HtmlBlocks, TextBlocks
from desk.wording import SHIPPED, Wording, fill, one_line, wording

log = logging.getLogger(__name__)

TEMPLATES = tuple(sorted(file.stem for file in SHIPPED.glob("*.jinja") if not file.stem.startswith("layout")))
_INLINER = css_inline.CSSInliner(keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False)


class House(Struct, frozen=True, kw_only=True):
    """What every mail may say of the desk itself."""

    desk_name: str
    address: str
    public_url: str | None
    timezone: str = "UTC"


class Rendered(Struct, frozen=True):
    """The two parts of a mail, and the language they are in."""

    text: str
    html: str
    language: str


class Renderer:
    """Renders mails; `own` is a directory with the administrator's own templates and wordings. Thread-safe.

    `fell_back` hears a sentence when one of them failed and the shipped one was used.
    """

    def __init__(
        self, house: House, own: Path | None = None, fell_back: Callable[[str], None] = lambda _words: None
    ) -> None:
        self._fell_back = fell_back
        self._shipped = Theme(house, None)
        self._own = Theme(house, own) if own is not None else None

    def render(self, outgoing: Outgoing) -> Rendered:
        """Both parts of a mail. Never fails for want of a fact."""
        if self._own is not None:
            try:
                return self._own.render(outgoing)
            except Exception as error:  # a template can raise anything; the mail has to leave all the same
                log.exception("Your own template for %s failed: the shipped one is used", outgoing.template)
                why = " ".join(str(error).split())[:300] or type(error).__name__
                self._fell_back(f"Your own template for “{outgoing.template}” failed, the shipped one was used: {why}")
        return self._shipped.render(outgoing)


class Theme:
    """Templates from one's own directory first, where there is one, then those shipped."""

    def __init__(self, house: House, own: Path | None) -> None:
        self._house = house
        self._own = own
        self._zone = ZoneInfo(house.timezone)
        self._forms: list[tuple[str, Blocks, ImmutableSandboxedEnvironment]] = [
            ("txt", TextBlocks(), _templates(own, escaping=False)),
            ("html", HtmlBlocks(), _templates(own, escaping=True)),
        ]

    def compile(self, name: str) -> None:
        for _, _, environment in self._forms:
            environment.get_template(name)

    def render(self, outgoing: Outgoing) -> Rendered:
        words = wording(outgoing.language, self._own)
        text, html = (self._part(outgoing, words, *form) for form in self._forms)
        return Rendered(_tidy(text), _INLINER.inline(html), words.language)

    def _part(
        self, outgoing: Outgoing, words: Wording, form: str, blocks: Blocks, environment: ImmutableSandboxedEnvironment
    ) -> str:
        teller = _Teller(outgoing, words, self._house, self._zone)
        names = [f"{words.language}/{outgoing.template}", outgoing.template, "plain"]
        body = environment.select_template([f"{name}{end}" for name in names for end in (f".{form}.jinja", ".jinja")])
        context = _context(teller, blocks)
        inside = body.render(context)
        layout = environment.get_template(f"layout.{form}.jinja")
        return layout.render({**context, "body": Markup(inside) if form == "html" else inside})  # noqa: S704 - escaped above


def _templates(own: Path | None, *, escaping: bool) -> ImmutableSandboxedEnvironment:
    """One's own are read anew each time this is asked; those shipped stay as they are."""
    return _shipped(escaping) if own is None else _environment([own, SHIPPED], escaping)


@cache
def _shipped(escaping: bool) -> ImmutableSandboxedEnvironment:
    return _environment([SHIPPED], escaping)


def _environment(folders: list[Path], escaping: bool) -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(folders),
        autoescape=escaping,
        undefined=ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )


def _context(teller: "_Teller", blocks: Blocks) -> dict[str, Any]:
    outgoing, house = teller.outgoing, teller.house
    page = f"{house.public_url}/records/{outgoing.about}" if house.public_url and outgoing.about else ""
    return {
        "facts": outgoing.facts,
        "number": teller.facts.get("number", ""),
        "language": teller.words.language,
        "template": outgoing.template,
        "subject": one_line(outgoing.subject),
        "desk_name": house.desk_name,
        "desk_address": house.address,
        "public_url": house.public_url or "",
        "page": page,
        "by_person": outgoing.template == "answer",
        "for_staff": outgoing.kind == "staff",
        "say": teller.say,
        "label": teller.words.label,
        "value": teller.value,
        "rows": objects,
        "line": one_line,
        "p": blocks.paragraph,
        "heading": blocks.heading,
        "verbatim": lambda text: blocks.verbatim(text if isinstance(text, str) else ""),
        "written": teller.written,
        "prose": lambda text: blocks.prose(text if isinstance(text, str) else ""),
        "details": lambda *names, of=None: blocks.details(teller.details(names, of)),
        "counts": lambda of: blocks.details(teller.counts(of)),
        "items": blocks.items,
        "alert_lines": teller.alerts,
        "link": blocks.link,
        "note": blocks.note,
        "chart": blocks.chart,
    }


class _Teller:
    """Says what a mail has to say, in its language."""

    def __init__(self, outgoing: Outgoing, words: Wording, house: House, zone: ZoneInfo) -> None:
        self.outgoing = outgoing
        self.words = words
        self.house = house
        self._zone = zone
        known = {"number": outgoing.about, **outgoing.facts}
        known |= {"desk_name": house.desk_name, "to_name": outgoing.to_name}
        self.facts: Mapping[str, str] = {name: self._told(name, value, known) for name, value in known.items()}

    def say(self, key: str, **more: object) -> str:
        """The sentence of this name with its facts; nothing where one of them is missing."""
        facts = {**self.facts, **{name: one_line(value) for name, value in more.items()}} if more else self.facts
        return fill(self.words.sentence(key), facts)

    def value(self, name: str, of: Any = None) -> str:
        """One fact in words; `of` is an object within the facts, by default the facts themselves."""
        if of is None:
            if name == "reason":
                return self._why(self.outgoing.facts)
            return self._guessed(name, self.facts.get(name, ""))
        return self._told(name, of.get(name), of) if isinstance(of, Mapping) else ""

    def _guessed(self, name: str, value: str) -> str:
        """The value, marked where nobody has decided it yet."""
        proposed = self.outgoing.facts.get("proposed")
        if not value or not isinstance(proposed, (list, tuple)) or name not in proposed:
            return value
        return f"{value} ({self.words.word_for('basis', 'proposal')})"

    def written(self, name: str) -> str:
        """A text with its lines; where it is one of the desk's own, in this mail's language."""
        text = self.outgoing.facts.get(name)
        return self.words.word_for(name, text) if isinstance(text, str) else ""

    def details(self, names: Iterable[str], of: Any = None) -> list[tuple[str, str]]:
        rows = ((self.words.label(name), self.value(name, of)) for name in names)
        return [(label, value) for label, value in rows if value]

    def alerts(self) -> list[str]:
        """Each alert in one line: what, where, how bad, since when."""
        lines = []
        for alert in objects(self.outgoing.facts.get("alerts")):
            parts = [one_line(alert.get(name)) for name in ("title", "resource", "severity")]
            lines.append(
                " · ".join(filter(None, [*parts, self.value("opened_at", alert) or self.value("since", alert)]))
            )
        return lines

    def counts(self, of: Any) -> list[tuple[str, str]]:
        counts = of if isinstance(of, Mapping) else {}
        return [(self.words.label(name), str(n)) for name, n in counts.items() if isinstance(n, int)]

    def _told(self, name: str, value: object, _among: Mapping[str, Any]) -> str:
        if name.endswith(("_at", "_until")) or name in {"since", "until"}:
            moment = _moment(value)
            if moment is not None:
                return self.words.moment(moment, self._zone)
        return self.words.word_for(name, one_line(value))

    def _why(self, facts: Mapping[str, Any]) -> str:
        """The reason's sentence is English; in other languages the levels say why the priority is what it is."""
        reason = one_line(facts.get("reason"))
        if self.words.language == "en" and reason:
            return reason
        levels = {name: self.facts.get(name, "") for name in ("impact", "urgency")}
        why = self.words.words.get("why", {})
        said = fill(str(why.get("levels", "")), levels)
        basis = self.facts.get("basis", "")
        return f"{said} ({basis})" if said and basis else said or reason


def objects(value: object) -> list[Mapping[str, Any]]:
    """A list of facts as objects, whatever it really is."""
    if not isinstance(value, (list, tuple)):
        return []
    return [item if isinstance(item, Mapping) else {"title": one_line(item)} for item in value[:100]]


def _moment(value: object) -> datetime | None:
    if isinstance(value, datetime):
        return value if value.tzinfo else None
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _tidy(text: str) -> str:
    """No more than one empty line in a row, none at the ends."""
    lines: list[str] = []
    for line in text.splitlines():
        if line.strip() or (lines and lines[-1]):
            lines.append(line.rstrip() if line != "-- " else line)
    return "\n".join(lines).strip("\n") + "\n"
