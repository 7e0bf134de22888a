"""Commands at the top of an agent's mail, one a line before anything else: `#resolve`, `#assign kim`, `#priority P2`,
`category: printing`.

A few are so short that they need no sign: `mute 4h`, `unmute`, `take`.

What follows them is the mail itself. Nothing here decides whether they may be carried out.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from correlate import quieting
from correlate.records import Reason
from ingest.event import Command

_LINE = re.compile(r"#([a-z]{2,20})(?:[ \t:]+([^\n]*))?", re.IGNORECASE)
_BARE = re.compile(
    r"(un)?mute(?: +(\d{1,5} ?(?:min(?:ute)?s?|hours?|hrs?|days?|weeks?|[mhdw])(?: ?[:,–-] ?.{1,300})?))?[.!]?"
    r"|(?:ack(?:nowledged?)?|take)[.!]?",
    re.IGNORECASE,
)
"""What may be written without the sign, as the only words of the first line."""
_PLAIN = re.compile(r"(category|[ck]ategor(?:ie|ia)|catégorie|categoría)[ \t]*:[ \t]*([^\n]{1,80})", re.IGNORECASE)
"""The one command that may stand without its sign, for nobody begins an answer with it by chance; in the languages in
which the desk itself writes this line."""
_MOST = 10
_LONGEST_WHY = 500
_PRIORITY = re.compile(r"p?([1-5])", re.IGNORECASE)

_WITH_WORDS = frozenset({"resolve", "wait", "note", "mute"})

KNOWN: Mapping[str, str] = {
    "take": "#take",
    "assign": "#assign NAME",
    "priority": "#priority P1 to P5",
    "category": "#category NAME",
    "wait": "#wait",
    "resume": "#resume",
    "resolve": "#resolve WHAT WAS DONE",
    "reopen": "#reopen",
    "close": "#close",
    "note": "#note",
    "mute": "#mute 4h WHY",
    "unmute": "#unmute",
}
"""Word to how it is written, for the answer to a mistake."""


class Asked(Struct, frozen=True, kw_only=True):
    """What the top of a mail asks for. `rest` is what follows; with `note` it is for agents only."""

    lines: tuple[tuple[str, str], ...] = ()
    """Words and what stands behind them, in order."""
    rest: str = ""

    @property
    def note(self) -> bool:
        return any(word == "note" for word, _ in self.lines)

    @property
    def wordless(self) -> bool:
        """Whether there are commands, and nothing that a person could read as words."""
        return bool(self.lines) and not self.rest and not any(said for word, said in self.lines if word in _WITH_WORDS)


def read(text: str) -> Asked:
    """The commands on the first lines of a text, and the rest of it."""
    lines = text.replace("\N{NO-BREAK SPACE}", " ").split("\n")
    asked: list[tuple[str, str]] = []
    place = next((place for place, line in enumerate(lines) if line.strip()), 0)
    bare = _BARE.fullmatch(lines[place].strip())
    if bare is not None:
        word = lines[place].split()[0].rstrip(".!").lower()
        asked.append((word if word.endswith("mute") else "take", bare[2] or ""))
        place += 1
    while place < len(lines) and len(asked) < _MOST:
        line = lines[place].strip().strip("\N{ZERO WIDTH SPACE}\ufeff")
        signed, plain = _LINE.fullmatch(line), _PLAIN.fullmatch(line)
        if line and signed is None and plain is None:
            break
        if signed is not None:
            asked.append((signed[1].lower(), (signed[2] or "").strip()))
        elif plain is not None:
            asked.append(("category", plain[2].strip()))
        place += 1
    return Asked(lines=tuple(asked), rest="\n".join(lines[place:]).strip()) if asked else Asked(rest=text.strip())


def commands_of(
    asked: Asked, actor: str, number: str, category: Callable[[str], str | Reason]
) -> tuple[list[Command], list[Reason]]:
    """The commands in the order in which they stand, as pages would give them, and what is wrong with them.

    `category` says which category a name means.
    """
    commands: list[Command] = []
    wrong: list[Reason] = []
    for word, said in asked.lines:
        if word == "note":
            continue
        made = _MAKERS[word](said, asked) if word in _MAKERS else _unknown(word)
        if word == "category" and not isinstance(made, Reason):
            found = category(said)
            made = found if isinstance(found, Reason) else ("set", {"field": "category", "value": found})
        if isinstance(made, Reason):
            wrong.append(made)
        else:
            action, arguments = made
            commands.append(Command(action=action, actor=actor, subject=number, arguments=arguments))
    return commands, wrong


_Made = tuple[str, dict[str, Any]] | Reason


def _unknown(word: str) -> Reason:
    return Reason("no such mail command", {"word": f"#{word}", "known": list(KNOWN.values())})


def _plain(action: str) -> Callable[[str, Asked], _Made]:
    def make(said: str, _: Asked) -> _Made:
        return (action, {}) if not said else Reason("word too many", {"word": f"#{action}", "said": said[:80]})

    return make


def _assign(said: str, _: Asked) -> _Made:
    return ("assign", {"assignee": said}) if said else _missing("assign")


def _priority(said: str, _: Asked) -> _Made:
    found = _PRIORITY.fullmatch(said)
    return ("set", {"field": "priority", "value": f"P{found[1]}" if found else said}) if said else _missing("priority")


def _category(said: str, _: Asked) -> _Made:
    return ("set", {"field": "category", "value": said}) if said else _missing("category")


def _wait(said: str, asked: Asked) -> _Made:
    text = "\n\n".join(filter(None, (said, "" if asked.note else asked.rest)))
    return "wait", {"text": text} if text else {}


def _resolve(said: str, asked: Asked) -> _Made:
    text = "" if asked.note else asked.rest
    if not said and not text:
        return _missing("resolve")
    return "resolve", {"resolution": said, "text": text} if said and text else {"resolution": said or text}


def _missing(word: str) -> Reason:
    return Reason("mail command needs more", {"word": f"#{word}", "form": KNOWN[word]})


def _mute(said: str, asked: Asked) -> _Made:
    """How long stands on the line of the command; why, behind it or in the rest of the mail."""
    seconds, why = quieting.duration_in(said)
    arguments: dict[str, Any] = {} if seconds is None else {"seconds": seconds}
    words = " ".join(filter(None, (why, "" if asked.note else asked.rest)))[:_LONGEST_WHY].strip()
    return "mute", {**arguments, "text": words} if words else arguments


_MAKERS: Mapping[str, Callable[[str, Asked], _Made]] = {
    "take": _plain("take"),
    "assign": _assign,
    "priority": _priority,
    "category": _category,
    "wait": _wait,
    "resume": _plain("resume"),
    "resolve": _resolve,
    "reopen": _plain("reopen"),
    "close": _plain("close"),
    "mute": _mute,
    "unmute": _plain("unmute"),
}
SAYS_IT_ITSELF = frozenset({"wait", "resolve", "mute"})
"""Commands that the rest of the text belongs to: it is no answer of its own."""
