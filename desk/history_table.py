"""Another desk's export, or any table with labels: rows of CSV, TSV or JSON to labelled texts. None is trusted."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from classify.taxonomy_edits import LONGEST_NAME
from desk.history_columns import Columns, day_first, level_of, moment_of, recognised, type_of
from desk.learning.inputs import LONGEST, Example
from ingest.html import html_to_text

TABLES = (".csv", ".tsv", ".tab", ".json", ".jsonl")
LARGEST = 1 << 30
"""Bytes of one file."""
LONGEST_CELL = 10 << 20
RARE = 3
"""Categories with fewer rows are left out: nothing is learned from one or two, and most are slips."""


class TableError(ValueError):
    """The file cannot be read as a table with texts and labels; the message says why."""


class History(Struct, kw_only=True):
    """What was read. `skipped` counts rows by the reason why they were left out."""

    columns: Columns
    rows: list[Example] = []
    skipped: Counter[str] = msgspec.field(default_factory=Counter)
    read: int = 0

    def classes(self, target: str) -> Counter[str]:
        """How many rows have each label of a target."""
        return Counter(row.labels[target] for row in self.rows if target in row.labels)


def read_history(path: Path, told: Mapping[str, str] | None = None) -> History:
    """The labelled rows of a file. `told` names columns by hand. Raises TableError with a sentence."""
    records = _records(path)
    if not records:
        raise TableError(f"{path} has no rows below its header: there is nothing to learn from.")
    names = list(dict.fromkeys(name for record in records[:200] for name in record))
    missing = [name for name in (told or {}).values() if name not in names]
    if missing:
        raise TableError(f"{path} has no column {missing[0]!r}; it has {', '.join(names) or 'none'}.")
    columns = recognised(names, told or {})
    if columns.subject is None and not columns.body:
        raise TableError(f"{path} has no column with a subject or a text; say which: --text-column NAME. It has "
                         f"{', '.join(names) or 'none'}.")  # fmt: skip
    if not columns.targets:
        raise TableError(f"{path} has no column with a category or a group; say which: --category-column NAME. It has "
                         f"{', '.join(names)}.")  # fmt: skip
    history = History(columns=columns, read=len(records))
    days_first = day_first(record.get(columns.at or "", "") for record in records)
    for record in records:
        example = _example(record, columns, days_first)
        if isinstance(example, str):
            history.skipped[example] += 1
        else:
            history.rows.append(example)
    return _without_rare(_without_twins(history))


def _example(record: Mapping[str, str], columns: Columns, days_first: bool) -> Example | str:
    subject = record.get(columns.subject or "", "").strip()
    body = next((text for name in columns.body if (text := _text(record.get(name, "")))), "")
    if columns.desk == "jira":
        body = _WIKI.sub(" ", body).strip()
    if not subject and not body:
        return "no text"
    labels = {}
    for target, names in columns.targets.items():
        value = next((found for name in names if (found := " ".join(record.get(name, "").split()))), "")
        ours = _value(target, value)
        if ours:
            labels[target] = ours
    if not labels:
        return "no label"
    sender = next((said for name in columns.sender if "@" in (said := record.get(name, "").strip())), None)
    return Example(
        labels=labels, subject=subject[:LONGEST] or None, body=body[:LONGEST] or None,
        sender=sender, at=moment_of(record.get(columns.at or "", ""), days_first=days_first),
    )  # fmt: skip


def _value(target: str, value: str) -> str | None:
    if not value or value.casefold() in _NOTHING:
        return None
    if target == "type":
        return type_of(value)
    if target in ("impact", "urgency"):
        return level_of(value)
    printable = "".join(c for c in value if c.isprintable())
    return printable[:LONGEST_NAME].strip() or None


_WIKI = re.compile(
    r"\{(?:code|noformat|quote|color|panel)(?::[^{}\n]{0,120})?\}|!\S{1,120}\.[A-Za-z]{3,4}(?:\|[^!\n]{0,80})?!|\[~[^\]\n]{1,80}\]"
)
"""What Jira writes into a description beside the words: colours and frames, pictures, names of people."""
_NOTHING = frozenset({"-", "none", "null", "n/a", "na", "unknown", "unassigned", "no category"})


def _text(value: str) -> str:
    value = value.strip()
    low = value[:2000].casefold()
    return html_to_text(value).strip() if any(tag in low for tag in ("<p", "<br", "<div", "<html", "<span")) else value


def _without_twins(history: History) -> History:
    seen: set[tuple[object, ...]] = set()
    kept = []
    for row in history.rows:
        key = (row.subject, row.body, tuple(sorted(row.labels.items())))
        if key in seen:
            history.skipped["the same text with the same labels again"] += 1
        else:
            seen.add(key)
            kept.append(row)
    history.rows = kept
    return history


def _without_rare(history: History) -> History:
    counts = history.classes("category")
    kept = []
    for row in history.rows:
        name = row.labels.get("category")
        if name is None or counts[name] >= RARE:
            kept.append(row)
            continue
        labels = {target: value for target, value in row.labels.items() if target != "category"}
        history.skipped[f"categories with fewer than {RARE} rows"] += 1
        if labels:
            kept.append(msgspec.structs.replace(row, labels=labels))
    history.rows = kept
    return history


# --- files ------------------------------------------------------------------------------------------------------------


def _records(path: Path) -> list[dict[str, str]]:
    try:
        if path.stat().st_size > LARGEST:
            raise TableError(f"{path} has more than {LARGEST >> 30} GB: split it.")
        data = path.read_bytes()
    except OSError as error:
        raise TableError(f"{path} cannot be read: {error.strerror}.") from error
    if path.suffix.lower() in (".json", ".jsonl"):
        return list(_of_json(path, data))
    text = _decoded(data)
    header = text.split("\n", 1)[0]
    delimiter = max(",;\t|", key=header.count)
    csv.field_size_limit(LONGEST_CELL)
    try:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        names = next(lines, [])
        return [_record(names, cells) for cells in lines if any(cells)]
    except csv.Error as error:
        raise TableError(f"{path} is no table that can be read: {error}.") from error


def _record(names: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """A name may stand several times, as Jira's Component/s does: the first that is filled counts."""
    record: dict[str, str] = {}
    for name, cell in zip(names, cells, strict=False):
        if cell.strip() or name not in record:
            record[name.strip()] = record.get(name.strip()) or cell
    return record


def _decoded(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _of_json(path: Path, data: bytes) -> Iterator[dict[str, str]]:
    """Zammad's API gives a list of tickets, or one object that has them; JSON Lines have one a line."""
    try:
        if path.suffix.lower() == ".jsonl":
            found: Any = [msgspec.json.decode(line) for line in data.splitlines() if line.strip()]
        else:
            found = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError) as error:
        raise TableError(f"{path} is not JSON: {error}.") from error
    if isinstance(found, dict) and isinstance(found.get("assets"), dict):
        found = list(_of_assets(found["assets"]))
    if isinstance(found, dict):
        found = next((v for k in ("tickets", "records", "issues", "data") if isinstance(v := found.get(k), list)), None)
    if not isinstance(found, list):
        raise TableError(f"{path} has no list of tickets.")
    for ticket in found:
        if isinstance(ticket, dict):
            yield {name: word for name, value in _flat(ticket).items() if (word := _word(value)) is not None}


def _of_assets(assets: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Zammad's answer to a search that was not asked to `expand`: tickets by their numbers, and beside them the groups,
    people and articles that they name by number."""
    groups, people, articles = (_by_number(assets, kind) for kind in ("Group", "User", "TicketArticle"))
    for number, ticket in sorted(_by_number(assets, "Ticket").items()):
        first = next((a for _, a in sorted(articles.items()) if str(a.get("ticket_id")) == str(number)), None)
        yield {
            "number": str(number), **ticket, "group": groups.get(_number(ticket.get("group_id")), {}).get("name"),
            "customer": people.get(_number(ticket.get("customer_id")), {}).get("email"), "article": first,
        }  # fmt: skip


def _by_number(assets: Mapping[str, Any], kind: str) -> dict[int, Mapping[str, Any]]:
    found = assets.get(kind)
    listed = found.items() if isinstance(found, dict) else ()
    return {_number(number): each for number, each in listed if isinstance(each, dict)}


def _number(value: Any) -> int:
    said = str(value)
    return int(said) if said.isdecimal() and len(said) < 19 else -1


def _flat(ticket: Mapping[str, Any]) -> dict[str, Any]:
    flat = dict(ticket)
    articles = ticket.get("articles") or ticket.get("article")
    first = articles[0] if isinstance(articles, list) and articles else articles
    if isinstance(first, dict):
        flat.setdefault("body", first.get("body"))
        flat.setdefault("from", first.get("from"))
    return flat


_NAMES = ("name", "value", "displayName")


def _word(value: Any) -> str | None:
    """Of a list the first word; of lists within it, as of what is named by anything but a text, none."""
    if isinstance(value, list):
        value = next((word for each in value if not isinstance(each, list) and (word := _word(each))), None)
    if isinstance(value, dict):
        value = next((said for key in _NAMES if isinstance(said := value.get(key), str) and said), None)
    return value if isinstance(value, str) else None if value is None or isinstance(value, dict) else str(value)
