"""Lines that divide the new from the old by themselves: "-----Original Message-----", "reply above this line"."""

import re
from typing import Final, Literal

from ingest.quoting.words import ABOVE, FORWARD, ORIGINAL, PREVIOUS

Separator = Literal["original", "forward", "above", "previous"]

_RIM: Final = "-_=*~#>•—–─ \t\u00a0:："
_DASHED = re.compile(r"^[\s>*]*[-_=~#*—–─]{2,}|[-_=~#*—–─]{2,}[\s*]*$")
_WITH_NAME = re.compile(
    r"(?:forwarded (?:by|message from|mail from)|weitergeleitet von|original message from|message from|"
    r"transféré par|reenviado por|inoltrato da"
    r"|doorgestuurd door|encaminhado por|przekazane przez|mensaje original de|message de|nachricht von|"
    r"messaggio da) .{3,160}",
)
# Apple Mail's lines stand without dashes.
_BARE = frozenset(word for word in FORWARD if word.startswith((
    "begin", "anfang", "début", "inicio", "inizio", "início", "początek", "början", "start på", "začátek",
    "начало", "välitet", "välitty", "videresendt",
    "vidarebefordrat", "iletilmiş", "下面是", "开始", "開始", "転送された", "전달된",
)))  # fmt: skip
_MAX_LENGTH: Final = 200


_EDGE: Final = frozenset("-_=*~#>•—–─:：")


def may_separate(stripped: str) -> bool:
    """A cheap look at a line's edges before `separator` looks at its words."""
    return stripped[0] in _EDGE or stripped[-1] in _EDGE


_GROUPWISE = re.compile(r">>> .{2,120}\d{1,2}[./-]\d{1,2}[./-]\d{2,4}.{0,4}\d{1,2}[:.]\d{2}.{0,8}>>>")


def is_groupwise(line: str) -> bool:
    """`>>> Ann Lee <ann@example.org> 03.03.2026 09:12 >>>`: the old mail follows without marks."""
    return line.startswith(">>> ") and bool(_GROUPWISE.fullmatch(line.strip()))


def separator(line: str) -> Separator | None:
    """What kind of separator the line is, if any."""
    if len(line) > _MAX_LENGTH:
        return None
    if is_groupwise(line):
        return "original"
    text = line.strip()
    if len(text) < 4:
        return None
    core = text.strip(_RIM).lower().replace("i\u0307", "i")  # Turkish İ
    if not core:
        return None
    if _DASHED.search(text):
        core = " ".join(core.split())
        found = _dashed(core)
        if found is None and "/" in core:  # in two languages: "Alkuperäinen viesti / Orig.Msg."
            found = next((kind for half in core.split("/") if (kind := _dashed(half.strip(_RIM)))), None)
        if found is not None:
            return found
    if text[-1] in ":：" and core in _BARE:
        return "forward"
    if core in PREVIOUS:
        return "previous"
    return None


def _dashed(core: str) -> Separator | None:
    """What words between dashes mean."""
    if core in ORIGINAL or core.replace(" ", "") in _TIGHT_ORIGINAL:
        return "original"
    return "forward" if core in FORWARD or _WITH_NAME.fullmatch(core) else None


_ABOVE_WORDS: Final = frozenset(
    [
        "above", "über", "oberhalb", "au-dessus", "dessus", "encima", "arriba", "sobre", "sopra", "boven",
        "acima", "powyżej", "nad", "ovanför", "over", "yläpuolelle", "выше", "над", "üzerine", "üstüne",
    ]
)  # fmt: skip


_MAX_ABOVE: Final = 120


def may_ask_above(text: str) -> bool:
    """A cheap look at a whole text: might a line of it ask to write above it?"""
    if not _ABOVE_WORDS.isdisjoint(text.lower().split()):
        return True
    return not text.isascii() and any(words in text for words in _UNSPACED_ABOVE)


_UNSPACED_ABOVE: Final = tuple(words for words in ABOVE if words[0] > "\u3000")


def is_above_line(line: str) -> bool:
    """Whether the line asks to write above it."""
    if not 8 < len(line) <= _MAX_ABOVE:
        return False
    lowered = line.lower()
    if not _ABOVE_WORDS.isdisjoint(lowered.split()):
        return any(words in lowered for words in ABOVE)
    return line.lstrip(_RIM)[:1] > "\u2fff" and any(words in line for words in _UNSPACED_ABOVE)


_TIGHT_ORIGINAL = frozenset(words.replace(" ", "") for words in ORIGINAL)
