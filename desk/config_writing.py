"""Writing `desk.toml` with a comment on every setting, and the reference of settings: both from the descriptions."""

import sys
from collections.abc import Mapping
from pathlib import Path
from textwrap import wrap
from typing import Any

import msgspec
from msgspec import Meta
from msgspec.structs import FieldInfo

from desk.config_file import UNIT_EXAMPLES, sections_of, settings_of
from desk.mailbox_settings import MailboxSettings
from desk.rule_settings import EXAMPLE

_OPENING = (
    "The settings of the desk. A line that begins with # is not in force and shows the default. After a change run "
    "`desk check`, then restart the desk. Secrets do not belong in here: name the file that holds one."
)
MAPPINGS = "How to read a webhook payload that nobody knows: JMESPath expressions, by the name of the hook or the tool."


def commented(chosen: Mapping[tuple[str, str], Any]) -> str:
    """A desk.toml with every setting: what is `chosen` by (section, setting) is set, the rest is commented out."""
    lines = [*_comment(_OPENING), ""]
    for section in sections_of():
        lines += [f"[{section.encode_name}]", *_comment((section.type.__doc__ or "").strip()), ""]
        for field, meta in settings_of(section.type):
            key = (section.encode_name, field.name)
            lines += _comment(f"{meta.description}{unit_note(meta)}")
            value = chosen[key] if key in chosen else default_of(field)
            mark = "" if key in chosen else "#"
            lines += [f"{mark}{field.name} = {toml_value(value)}", ""]
    lines += ["#[mailboxes.support]", *_comment((MailboxSettings.__doc__ or "").strip()), ""]
    for field, meta in settings_of(MailboxSettings):
        lines += _comment(f"{meta.description}{unit_note(meta)}")
        lines += [f"#{field.name} = {toml_value(default_of(field))}", ""]
    lines += [*_comment(MAPPINGS), "#[mappings.my-tool]", '#title = "event.summary"', '#status = "event.state"']
    lines += ["", *EXAMPLE.splitlines()]
    return "\n".join(lines) + "\n"


def reference() -> str:
    """The settings as Markdown tables, for the administrator's page."""
    lines: list[str] = []
    named = [(section.encode_name, section.type) for section in sections_of()]
    for name, kind in [*named, ("mailboxes.NAME", MailboxSettings)]:
        lines += [f"### `[{name}]`", "", " ".join((kind.__doc__ or "").split()), ""]
        lines += ["| setting | default | meaning |", "|---|---|---|"]
        for field, meta in settings_of(kind):
            default = default_of(field)
            shown = "unset" if default is None else f"`{toml_value(default)}`"
            lines.append(f"| `{field.name}` | {shown} | {meta.description}{unit_note(meta)} |")
        lines.append("")
    return "\n".join(lines)


def renew_reference(page: Path) -> None:
    """Put the present reference into the administrator's page, from its first section on."""
    text = page.read_text("utf-8")
    start = text.index("### `[")
    page.write_text(f"{text[:start]}{reference().strip()}\n", encoding="utf-8")


def default_of(field: FieldInfo) -> Any:
    """The default of a setting; None where it is unset."""
    if field.default is not msgspec.NODEFAULT:
        return field.default
    return field.default_factory()


def unit_note(meta: Meta) -> str:
    """What may be written for a number with a unit."""
    unit = (meta.extra or {}).get("unit")
    return f" A number of {unit}, or {UNIT_EXAMPLES[unit]}." if unit else ""


def toml_value(value: Any) -> str:
    """A value as TOML writes it; an empty text for what is unset."""
    if value is None:
        return '""'
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(toml_value(item) for item in value) + "]"
    if isinstance(value, dict):
        return (
            "{ " + ", ".join(f"{toml_value(k)} = {toml_value(v)}" for k, v in value.items()) + " }" if value else "{}"
        )
    if isinstance(value, str):
        return msgspec.json.encode(value).decode().replace("\x7f", "\\u007f")
    return str(value)


def _comment(text: str) -> list[str]:
    return [f"# {line}" for line in wrap(" ".join(text.split()), 110)]


if __name__ == "__main__":  # python -m desk.config_writing docs/administrator.md
    renew_reference(Path(sys.argv[1]))
