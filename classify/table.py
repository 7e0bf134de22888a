"""Labelled rows from CSV files of any desk's export: the columns are named by whoever calls."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from classify.classification import Text

LONGEST_CELL = 10 << 20
"""Characters; the csv module's own limit of 128 K is below the length of real mails."""


class TableError(ValueError):
    """The file cannot be read as a table with the columns asked for; the message says why."""


@dataclass(frozen=True, slots=True)
class Table:
    """Texts and, for each target, the label of each text (None where the cell is empty)."""

    texts: list[Text]
    labels: dict[str, list[str | None]]


def read(path: Path, targets: Sequence[str], text: Sequence[str], sender: str | None = None) -> Table:
    """The rows of a CSV file with a header line (UTF-8; commas, semicolons or tabs).

    Of the `text` columns the first is the subject if there are several; the others make the body. Raises TableError
    for a file that cannot be read or lacks one of the columns.
    """
    csv.field_size_limit(LONGEST_CELL)
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            header = lines.readline()
            delimiter = max(",;\t", key=header.count)
            lines.seek(0)
            rows = csv.DictReader(lines, delimiter=delimiter)
            columns = rows.fieldnames or ()
            missing = [name for name in (*targets, *text, *([sender] if sender else ())) if name not in columns]
            if missing:
                raise TableError(f"{path} has no column {missing[0]!r}; it has {', '.join(columns) or 'none'}.")
            return _table(rows, targets, text, sender)
    except OSError as problem:
        raise TableError(f"Cannot read {path}: {problem.strerror}.") from problem
    except UnicodeDecodeError as problem:
        raise TableError(f"{path} is not UTF-8; save it as UTF-8 and try again.") from problem
    except csv.Error as problem:
        raise TableError(f"{path} is not a CSV file that can be read: {problem}.") from problem


def _table(rows: "csv.DictReader[str]", targets: Sequence[str], text: Sequence[str], sender: str | None) -> Table:
    table = Table([], {target: [] for target in targets})
    for row in rows:
        cells = [row[name] or "" for name in text]
        subject, body = (cells[0], "\n".join(cells[1:])) if len(cells) > 1 else ("", cells[0])
        address = row[sender] if sender else None
        table.texts.append(Text(subject=subject or None, body=body or None, sender=address or None))
        for target in targets:
            table.labels[target].append((row[target] or "").strip() or None)
    return table
