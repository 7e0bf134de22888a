"""Reading `desk.toml`: every problem in it becomes a sentence that says what to change."""

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import FieldInfo

from correlate.policy import Service
from desk.config import ConfigError, Settings
from desk.config_alerts import TABLES, read_tables
from desk.config_checks import contradictions
from desk.config_sections import DeskSettings, StorageSettings
from desk.mailbox_settings import MailboxSettings
from desk.rule_settings import read_rules

DEFAULT_FILE = Path("desk.toml")
_PATHS = {
    "desk": ("services_file",),
    "storage": ("data_dir", "password_file"),
    "smtp_in": ("tls_cert", "tls_key"),
    "delivery": (
        "ca_file", "password_file", "client_secret_file", "refresh_token_file", "maildir", "templates",
        "dkim_key_file", "dkim_second_key_file",
    ),
    "model": ("file",),
    "mailboxes": ("ca_file", "password_file", "client_secret_file", "refresh_token_file"),
}  # fmt: skip
_UNITS = {
    "seconds": {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400},
    "bytes": {"kb": 1024, "mb": 1024**2, "gb": 1024**3},
}
UNIT_EXAMPLES = {"seconds": '"30s", "5m", "12h" or "14d"', "bytes": '"500KB" or "25MB"'}


def load_settings(path: Path | None) -> Settings:
    """The settings in a file; the defaults where `path` is None. Raises ConfigError with every problem found.

    Relative paths in the file are relative to the file's directory.
    """
    if path is None:
        return parse_settings({}, Path.cwd())
    try:
        text = path.read_bytes().decode("utf-8-sig")
        raw = tomllib.loads(text)
    except OSError as error:
        raise ConfigError([f"{path} cannot be read: {error.strerror}."]) from error
    except UnicodeDecodeError as error:
        raise ConfigError([f"{path} is not UTF-8 text: save it as UTF-8."]) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([f"{path} is not TOML: {error}. A text needs quotes, a list brackets."]) from error
    return parse_settings(raw, path.resolve().parent)


def parse_settings(raw: Mapping[str, Any], folder: Path) -> Settings:
    """The settings of parsed TOML, with paths relative to `folder`. Raises ConfigError with every problem found."""
    problems: list[str] = []
    sections = {field.encode_name: field for field in sections_of()}
    values: dict[str, Any] = {}
    for name, content in raw.items():
        if name == "mappings":
            values[name] = _mappings(content, problems)
            problems.extend(_mapping_problems(values[name]))
        elif name == "mailboxes":
            values[name] = dict(_mailboxes(content, folder, problems))
        elif name == "rules":
            values[name] = read_rules(content, problems)
        elif name in TABLES:
            values[name] = read_tables(name, content, _zone_in(raw), folder, problems)
        elif name not in sections:
            problems.append(
                f"[{name}]: {_unknown(name, [*sections, 'mappings', 'mailboxes', 'rules', *TABLES], 'section')}"
            )
        elif not isinstance(content, dict):
            problems.append(f"[{name}] is a section: write its settings below a line [{name}].")
        else:
            values[sections[name].name] = _section(name, sections[name].type, content, folder, problems)
    if "storage" not in values:
        values["storage"] = _section("storage", StorageSettings, {}, folder, problems)
    if not problems:
        settings = Settings(**values)
        settings = msgspec.structs.replace(settings, services=_services(settings.desk.services_file, problems))
        problems += contradictions(settings)
    if problems:
        raise ConfigError(problems)
    return settings


def sections_of() -> list[FieldInfo]:
    """The sections of the file, in its order."""
    skipped = {"mappings", "mailboxes", "rules", "services", *TABLES}
    return [field for field in msgspec.structs.fields(Settings) if field.name not in skipped]


def settings_of(section: type[Struct]) -> Iterator[tuple[FieldInfo, Meta]]:
    """The settings of a section, each with its description."""
    for field in msgspec.structs.fields(section):
        meta = next(m for m in getattr(field.type, "__metadata__", ()) if isinstance(m, Meta) and m.description)
        yield field, meta


# --- reading -------------------------------------------------------------------------------------


def _section(name: str, section: type[Struct], content: Mapping[str, Any], folder: Path, problems: list[str]) -> Struct:
    known = {field.name: (field, meta) for field, meta in settings_of(section)}
    values = {}
    for key, value in content.items():
        if key not in known:
            problems.append(f"[{name}]: {_unknown(key, list(known), 'setting')}")
            continue
        field, meta = known[key]
        if value == "" and field.default is None:
            continue
        unit = (meta.extra or {}).get("unit")
        if unit and isinstance(value, str):
            value = _with_unit(value, unit, f"[{name}] {key}", problems)
            if value is None:
                continue
        values[key] = _converted(value, field.type, f"[{name}] {key}", problems)
    for key in _PATHS.get(name.partition(".")[0], ()):
        path = values.get(key, known[key][0].default)
        if isinstance(path, str):
            values[key] = str((folder / Path(path).expanduser()).resolve())
    return section(**{key: value for key, value in values.items() if value is not None})


def _mailboxes(content: Any, folder: Path, problems: list[str]) -> Iterator[tuple[str, Struct]]:
    """Every `[mailboxes.NAME]`; the word after the dot is the mailbox's name."""
    if not isinstance(content, dict) or not all(isinstance(table, dict) for table in content.values()):
        problems.append(
            "[mailboxes] needs a name for each mailbox: write its settings below a line [mailboxes.support]."
        )
        return
    for name, table in content.items():
        yield name, _section(f"mailboxes.{name}", MailboxSettings, table, folder, problems)


def _zone_in(raw: Mapping[str, Any]) -> str:
    """The desk's time zone, before its section has been looked at."""
    section = raw.get("desk")
    zone = section.get("timezone") if isinstance(section, dict) else None
    return zone if isinstance(zone, str) else DeskSettings().timezone


def _mappings(content: Any, problems: list[str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for name, table in (content if isinstance(content, dict) else {"NAME": content}).items():
        if not isinstance(table, dict):
            problems.append(f"[mappings.{name}] is a table: write its entries below a line [mappings.{name}].")
            continue
        wrong = [entry for entry, value in table.items() if not isinstance(value, str)]
        if wrong:
            where = f"[mappings.{name}]"
            problems += [f'{where} {entry}: write it as one text in quotes: {entry} = "…".' for entry in wrong]
        else:
            found[name] = table
    return found


def _mapping_problems(mappings: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    from ingest import mapping  # JMESPath and RE2 are only needed where there is a mapping

    for name, table in mappings.items():
        yield from mapping.problems(name, table)


def _converted(value: Any, wanted: Any, where: str, problems: list[str]) -> Any:
    try:
        return msgspec.convert(value, wanted)
    except msgspec.ValidationError as error:
        choices = get_args(get_args(wanted)[0]) if get_origin(wanted) is Annotated else ()
        if isinstance(value, str) and choices and all(isinstance(choice, str) for choice in choices):
            near = ", ".join(f'"{choice}"' for choice in choices)
            problems.append(f"{where}: '{value}' is none of {near}.")
        else:
            problems.append(f"{where}: {_plain(str(error))}.")
        return None


def _plain(message: str) -> str:
    """msgspec's words for people."""
    for theirs, ours in {
        "Expected `str`": "Expected a text in quotes",
        "Expected `int`": "Expected a whole number",
        "Expected `float`": "Expected a number",
        "Expected `bool`": "Expected true or false",
        "Expected `array`": "Expected a list in brackets",
        "Expected `object`": "Expected a table",
        "`str`": "a text",
        "`int`": "a whole number",
        "`float`": "a number",
        "`bool`": "true or false",
        "`array`": "a list",
        " | null": "",
        " - at `$`": "",
    }.items():
        message = message.replace(theirs, ours)
    return message[0].lower() + message[1:]


def _unknown(name: str, known: list[str], what: str) -> str:
    near = difflib.get_close_matches(name, known, 1, 0.5)
    return f"there is no {what} '{name}'" + (f": did you mean '{near[0]}'?" if near else ".")


def _with_unit(text: str, unit: str, where: str, problems: list[str]) -> int | None:
    number = text.strip().lower()
    for suffix, factor in _UNITS[unit].items():
        count = number.removesuffix(suffix).strip()
        if number.endswith(suffix) and count.isascii() and count.isdigit():
            return int(count) * factor
    problems.append(f"{where}: '{text}' cannot be read: write a number of {unit}, or {UNIT_EXAMPLES[unit]}.")
    return None


def _services(file: str | None, problems: list[str]) -> tuple[Service, ...]:
    if file is None:
        return ()
    try:
        return load_services(Path(file))
    except ConfigError as error:
        problems += error.problems
        return ()


def load_services(path: Path) -> tuple[Service, ...]:
    """The `[[service]]` tables of a services.toml. Raises ConfigError."""
    try:
        raw = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise ConfigError([f"[desk] services_file: {path} cannot be read: {error.strerror}."]) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError([f"[desk] services_file: {path} is not TOML: {error}."]) from error
    problems = [f"{path.name}: {_unknown(name, ['service'], 'table')}" for name in raw if name != "service"]
    tables = raw.get("service", [])
    fields = [field.name for field in msgspec.structs.fields(Service)]
    services = []
    for index, table in enumerate(tables if isinstance(tables, list) else []):
        where = f"{path.name}, service {table.get('name', index + 1) if isinstance(table, dict) else index + 1}"
        if isinstance(table, dict):
            problems += [f"{where}: {_unknown(key, fields, 'setting')}" for key in table if key not in fields]
        services.append(_converted(table, Service, where, problems))
    if not isinstance(tables, list):
        problems.append(f"{path.name}: a service begins with a line [[service]], in two pairs of brackets.")
    if not problems:
        problems += _service_contradictions(services, path.name)
    if problems:
        raise ConfigError(problems)
    return tuple(services)


def _service_contradictions(services: list[Service], file: str) -> Iterator[str]:
    names = [service.name for service in services]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"{file}: the service {name} is there twice."
    for service in services:
        if not 1 <= service.criticality <= 4:
            yield f"{file}, service {service.name}: criticality is 1 (highest) to 4."
        for needed in service.depends_on:
            if needed not in names:
                near = difflib.get_close_matches(needed, names, 1, 0.5)
                hint = f": did you mean '{near[0]}'?" if near else ": add it, or take it out."
                yield f"{file}, service {service.name}: depends_on names '{needed}', which is not there{hint}"
