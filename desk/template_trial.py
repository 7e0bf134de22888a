"""What is wrong with templates and wordings of one's own: each is read, and used for a mail as the desk sends them."""

import difflib
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from jinja2 import TemplateError

from correlate.records import MailKind, Outgoing
from desk.rendering import TEMPLATES, House, Theme
from desk.wording import FALLBACK, WordingError, languages, wording

_KINDS: Mapping[str, MailKind] = {"digest": "digest", "staff_new": "staff", "staff_update": "staff"}
_FRAMES = ("layout.txt.jinja", "layout.html.jinja")
SAMPLE: Mapping[str, Any] = {
    "number": "INC-7", "title": "Printer on floor 3", "type": "incident", "category": "printing", "service": "print",
    "resource": "printer-3", "priority": "P3", "impact": "low", "urgency": "high", "status": "assigned",
    "reason": "One person is affected.", "next": "Somebody will take it up.", "text": "First line\n\nlast line",
    "resolution": "The toner was changed.", "workaround": "Use the printer on floor 2.", "assignee": "Kim Larsen",
    "actor": "Kim Larsen", "requester": "ana@example.com", "opened_at": "2026-03-02T08:15:00+00:00",
    "updated_at": "2026-03-02T09:15:00+00:00", "resolved_at": "2026-03-03T08:15:00+00:00",
    "since": "2026-02-23T07:00:00+00:00", "until": "2026-03-02T07:00:00+00:00", "related": ["INC-3", "INC-5"],
    "survivor": "INC-2", "change": "CHG-7", "happened": "reopened", "code": "too_large", "head": "41873:9f2c",
    "escalation": "night 2/3",
    "alerts": [{"title": "HighLoad", "resource": "db-1", "severity": "critical"}], "records": [{"number": "INC-1"}],
    "suggestions": [{"id": "SUG-1", "title": "db-1 restarts", "sentence": "6 where 0.7 are expected."}],
    "incidents": ["INC-1", "INC-2"], "counts": {"incidents": 12}, "stop_url": "https://desk.example.com/unsubscribe/u1-a",
}  # fmt: skip
"""Facts as a mail may have them; every template is tried with all of them and with none."""


def problems_of(own: Path) -> list[str]:
    """What is wrong with a directory of templates of one's own, as sentences."""
    if not own.is_dir():
        return [f"{own} is not a directory."]
    problems = list(_wordings(own))
    theme = Theme(House(desk_name="Desk", address="desk@example.com", public_url="https://desk.example.com"), own)
    for file in sorted(own.rglob("*.jinja")):
        problems += _template(theme, own, file)
    return problems


def _wordings(own: Path) -> Iterator[str]:
    for language in sorted({*languages(), *(file.stem for file in own.glob("words/*.toml"))}):
        try:
            wording(language, own)
        except WordingError as error:
            yield str(error)


def _template(theme: Theme, own: Path, file: Path) -> Iterator[str]:
    name = file.relative_to(own)
    try:
        theme.compile(str(name))
    except TemplateError as error:
        line = getattr(error, "lineno", None)
        yield f"{file}{f', line {line}' if line else ''}: {error}."
        return
    if name.name.startswith("_"):
        return  # a part that others include
    stem = name.name.removesuffix(".jinja").removesuffix(".txt").removesuffix(".html")
    if stem not in TEMPLATES and name.name not in _FRAMES:
        near = difflib.get_close_matches(stem, TEMPLATES, 1)
        hint = f": do you mean {near[0]}?" if near else ", and no other includes it if its name begins without _."
        yield f"{file}: no mail is made of a template of this name{hint}"
        return
    language = name.parts[0] if len(name.parts) > 1 else FALLBACK
    for facts in (SAMPLE, {}):
        why = _failure(theme, "plain" if name.name in _FRAMES else stem, language, facts)
        if why is not None:
            yield f"{file} fails when it is used{'' if facts else ' for a mail that lacks facts'}: {why}"
            return


def _failure(theme: Theme, template: str, language: str, facts: Mapping[str, Any]) -> str | None:
    about = Outgoing(
        message_id="trial@example.com", kind=_KINDS.get(template, "update"), to="ana@example.com", to_name="Ana Silva",
        about="INC-7", subject="[INC-7] Printer on floor 3", template=template, facts=facts, language=language,
    )  # fmt: skip
    try:
        theme.render(about)
    except Exception as error:  # noqa: BLE001 - a template can raise anything, and all of it is told
        places = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(".jinja")]
        where = f" (line {places[-1].lineno})" if places else ""
        return f"{' '.join(str(error).split()) or type(error).__name__}{where}."
    return None
