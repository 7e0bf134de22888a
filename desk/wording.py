"""The words of outgoing mails in each language, and how facts are put into them.

A wording is a TOML file of sentences with `{fact}` in them. A sentence that lacks one of its facts is not said at all:
an incomplete mail is better than a wrong or broken one.
"""

import re
import tomllib
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

SHIPPED = Path(__file__).parent / "templates" / "mail"
FALLBACK = "en"
LONGEST_LINE = 500
JOINERS = "\u200c\u200d"
"""Persian, Hindi and families of emoji need them; no other invisible character is let through."""
_PLACE = re.compile(r"\{(\w+)\}")
_TABLES = {
    "type": "type", "status": "status_of", "priority": "priority_of", "impact": "level", "urgency": "level",
    "happened": "change_of", "next": "next_of", "basis": "basis_of", "resolution": "resolution_of",
}  # fmt: skip


class WordingError(ValueError):
    """A wording cannot be used; the text is a sentence that says why."""


class Wording:
    """The words of one language, with the administrator's own in place of those shipped."""

    def __init__(self, language: str, words: Mapping[str, Any]) -> None:
        self.language = language
        self.words = words

    def sentence(self, key: str) -> str:
        """The sentence of this name, its places unfilled; empty where there is none."""
        words = self.words.get(key)
        return words if isinstance(words, str) else ""

    def label(self, name: str) -> str:
        return str(self.words["label"].get(name, name))

    def word_for(self, name: str, value: str) -> str:
        """The word of this language for a value of a fact ("P1", "waiting"), or the value itself."""
        table = self.words.get(_TABLES.get(name, ""), {})
        return str(table.get(value, value))

    def moment(self, moment: datetime, zone: ZoneInfo) -> str:
        """A time of day in the desk's time zone, as people of this language write it."""
        local = moment.astimezone(zone)
        places = {
            "day": str(local.day),
            "month": self.words["months"][local.month - 1],
            "year": f"{local.year:04}",
            "time": f"{local:%H:%M}",
        }
        return fill(self.sentence("date"), places)


def fill(sentence: str, facts: Mapping[str, str]) -> str:
    """The sentence with its places filled, or nothing where a fact is missing or empty."""
    if not all(facts.get(name) for name in _PLACE.findall(sentence)):
        return ""
    return _PLACE.sub(lambda place: facts[place[1]], sentence)


def languages() -> tuple[str, ...]:
    """The languages that come with the desk."""
    return tuple(sorted(file.stem for file in (SHIPPED / "words").glob("*.toml")))


@lru_cache(maxsize=64)
def wording(language: str, own: Path | None = None) -> Wording:
    """The words of a language ("de", "de-AT"), English where it is not known; `own` is the directory with one's own.

    Raises WordingError where a file of one's own cannot be read.
    """
    wanted = language.partition("-")[0].partition("_")[0].lower()
    shipped = {file.stem: file for file in (SHIPPED / "words").glob("*.toml")}
    mine = own / "words" / f"{wanted}.toml" if own is not None and wanted.isalpha() else None
    known = wanted in shipped or (mine is not None and mine.is_file())
    wanted = wanted if known else FALLBACK
    words = _read(shipped.get(wanted, shipped[FALLBACK]))
    mine = own / "words" / f"{wanted}.toml" if own is not None else None
    if mine is not None and mine.is_file():
        words = _over(words, _read(mine), mine)
    return Wording(wanted, words)


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WordingError(f"The wording {file} cannot be read: {error}.") from error


def _over(shipped: dict[str, Any], own: dict[str, Any], file: Path) -> dict[str, Any]:
    result = dict(shipped)
    for key, value in own.items():
        before = shipped.get(key)
        if before is None or type(before) is not type(value):
            raise WordingError(f"The wording {file} has '{key}', which is not a word of the shipped kind.")
        result[key] = {**before, **value} if isinstance(value, dict) else value
    return result


def one_line(value: object) -> str:
    """Any fact as one line of text: no line end and no control character survives."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, (list, tuple)):
        return ", ".join(filter(None, map(one_line, value)))
    if isinstance(value, Mapping):
        return one_line(value.get("number") or value.get("title") or value.get("name"))
    text = " ".join("".join(c if c.isprintable() or c in JOINERS else " " for c in str(value)).split())
    return text if len(text) <= LONGEST_LINE else text[: LONGEST_LINE - 1] + "…"
