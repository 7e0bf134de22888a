"""The first day: the tickets and the taxonomy that ship."""

import csv
import hashlib
import io
from importlib.resources import files

from classify.classification import Text

TARGETS = ("type", "category", "impact", "urgency")


def starter_tickets() -> tuple[list[Text], dict[str, list[str | None]]]:
    """The example tickets with their labels, well shuffled and always in the same order."""
    rows: list[dict[str, str]] = []
    for item in (files("classify.starter") / "tickets").iterdir():
        if item.name.endswith(".csv"):
            rows += csv.DictReader(io.StringIO(item.read_text(encoding="utf-8"), newline=""))
    rows.sort(key=lambda row: hashlib.blake2b(f"{row['subject']}|{row['text']}".encode(), digest_size=8).digest())
    texts = [Text(subject=row["subject"] or None, body=row["text"] or None, language=row["language"]) for row in rows]
    return texts, {target: [row[target] for row in rows] for target in TARGETS}
