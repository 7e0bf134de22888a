"""The line that a client writes above a quote: "On 3 May 2026 at 10:15, Ann <ann@example.org> wrote:".

No pattern per client: a line (or up to four that were wrapped) is an attribution when it shows enough of what
attributions consist of: a date, a time, an address, a word for writing, an end in a colon. How much is enough depends
on what follows: a quote proves much, plain text asks for more, because what stands below is then cut.
"""

import html
import re
from enum import IntEnum
from typing import Final

from ingest.quoting.words import DAYS, OPENERS, WROTE

MAX_LINES: Final = 4
_MAX_LENGTH: Final = 500


class Proof(IntEnum):
    """How much a line says about itself."""

    NONE = 0
    WITH_QUOTE = 1
    """An attribution only if a quote follows at once."""
    ALONE = 2
    """An attribution whatever follows."""


_ADDRESS = re.compile(r"[^\s<>()\[\]:;,\"@]{1,80}@[^\s<>()\[\]:;,\"@]{2,120}")
_END_ADDRESS = re.compile(r"@[^\s<>()\[\]\"@]{2,120}(?:<[^<>]{0,140}>)?[>)\]\"'\s]*[:：]?$")
_TIME = re.compile(
    r"\b\d{1,2}\s?[:.h]\s?\d{2}\b|\b\d{1,2}\s?[ap]\.?m\b|\d{1,2}[点點時时시](?:\s?\d{1,2}[分분])?", re.IGNORECASE
)
_DATE = re.compile(
    r"\b\d{4}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?\d{1,2}"
    r"|\b\d{1,2}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?(?:\d{4}|\d{2})\b"
    r"|\b\d{1,2}(?:st|nd|rd|th|er|º|ª|-го)?[.,]?\s(?:de\s)?[^\W\d_]{3,12}[.,]?\s(?:(?:de|del)\s)?(?:\d{4}|\d{2}\b)"
    r"|\b\d{1,2}[-/][^\W\d_]{3,9}[-/]\d{2,4}"
    r"|\b[^\W\d_]{3,12}[.,]?\s\d{1,2}(?:st|nd|rd|th)?,?\s\d{4}"
    r"|\d{1,4}\s?[年년]\s?\d{1,2}\s?[月월]\s?\d{1,2}|\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일]"
)
_DAY_MONTH = re.compile(
    r"\b\d{1,2}(?:st|nd|rd|th)?[.,]?\s(?:de\s)?[^\W\d_]{3,12}\b|\b[^\W\d_]{3,12}[.,]?\s\d{1,2}\b|\b\d{1,2}[./]\d{1,2}\b"
)
_CJK = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")

_VERBS = sorted({verb for verbs in WROTE.values() for verb in verbs}, key=lambda verb: (-len(verb), verb))
_VERBS.append("napisana przez")


_AROUND_WORDS: Final = " \t()*_-–.,:;：<>[]/\"'"


def _verbs_by_last_word() -> tuple[dict[str, list[str]], list[str]]:
    """The verbs by the word that they end with, and those of scripts without blanks."""
    spaced: dict[str, list[str]] = {}
    for verb in _VERBS:
        if not _CJK.search(verb):
            spaced.setdefault(verb.rsplit(None, 1)[-1].strip(_AROUND_WORDS), []).append(verb)
    return spaced, [verb for verb in _VERBS if _CJK.search(verb)]


_BY_LAST_WORD, _UNSPACED = _verbs_by_last_word()


def _verb(text: str) -> tuple[int, int] | None:
    """Where the first word for writing stands."""
    lowered = text.lower()
    candidates = list(_UNSPACED) if _CJK.search(lowered) else []
    for word in lowered.split():
        candidates += _BY_LAST_WORD.get(word.strip(_AROUND_WORDS), ())
    best: tuple[int, int] | None = None
    for verb in candidates:
        at = lowered.find(verb)
        if at < 0:
            continue
        end = at + len(verb)
        whole = _CJK.search(verb) or not (lowered[at - 1 : at].isalnum() or lowered[end : end + 1].isalnum())
        if whole and (best is None or at < best[0] or (at == best[0] and end > best[1])):
            best = (at, end)
    return best


_FIRST_PERSON = re.compile(
    r"\b(?:i (?:have )?(?:wrote|written|said)|we (?:wrote|said)|schrieb(?:en)? (?:ich|wir)|(?:ich|"
    r"wir) \w* ?geschrieben|j'ai écrit|j'avais écrit"
    r"|nous avons écrit|(?:schreef|schrijft) (?:ik|wij|we)|skrev (?:jag|jeg|vi|eg)|(?:я|мы) написали?|"
    r"написал я|já? jsem napsal|jsem (?:vám )?napsala?"
    r"|(?:you|u|sie|du|ihr|vous|tu) (?:wrote|schrieben|schriebst|avez écrit|schreef)|schrieben sie|"
    r"schriebst du|schreef u|skrev du|you said|it said|it says)\b",
    re.IGNORECASE,
)
# Horde and its kin: "Quoting Ann <ann@example.org>:".
_QUOTING = re.compile(
    r"(?:quoting|zitat von|citando|citation de|citat från|citerar|citeren|cytowanie|cytat z)\s", re.IGNORECASE
)
_FIRST = re.compile(r"[^\s.,:(（，、]+")
_TRIM = " \t*_>-\u200e\u200f\u202a\u202c\u00a0"


_PRONOUNS = frozenset(
    [
        "i", "we", "ich", "wir", "j'ai", "j'avais", "nous", "ik", "wij", "jag", "jeg", "vi", "eg", "я", "мы", "já",
        "jsem", "you", "u", "sie", "du", "ihr", "vous", "tu", "it", "ich:", "wir:", "ik:", "jag:", "jeg:", "vi:", "я:",
        "sie:", "du:", "u:", "you:",
    ]
)  # fmt: skip


def _clean(text: str) -> str:
    if "&" in text:
        text = html.unescape(text)
    return text.strip(_TRIM)


def opens(line: str) -> bool:
    """Whether attributions begin like this: "On ...", a weekday, a date."""
    text = _clean(line)
    if not text:
        return False
    if text[0].isdigit():
        return bool(_DATE.match(text) or _DAY_MONTH.match(text))
    first = _FIRST.match(text)
    word = first[0].lower() if first else ""
    if word in OPENERS or word in DAYS:
        return any(c.isdigit() for c in text[:60])
    return text[0] in "在于於"


def proof(text: str) -> Proof:
    """How sure it is that `text` (one line, or wrapped lines joined by blanks) is an attribution."""
    if len(text) > _MAX_LENGTH:
        return Proof.NONE
    dashes = text.strip().startswith("--") and text.strip().endswith("--")
    text = _clean(text)
    colon = text.endswith((":", "："))
    verb = _verb(text)
    if verb is None and not _END_ADDRESS.search(text) and not text.endswith("]:"):
        return Proof.NONE
    closed = verb is not None and not text[verb[1] :].strip(" )]\"'*_-:：")
    if verb is not None and not (colon or dashes or closed):
        return Proof.NONE
    address, time = _ADDRESS.search(text), _TIME.search(text)
    date = _DATE.search(text) or (time and _DAY_MONTH.search(text))
    if verb is None:
        if not (date and address):
            return Proof.WITH_QUOTE if colon and address and _QUOTING.match(text) else Proof.NONE
        return Proof.ALONE if colon and time and (opens(text)) else Proof.WITH_QUOTE
    if not _PRONOUNS.isdisjoint(text.lower().split()) and _FIRST_PERSON.search(text):
        return Proof.WITH_QUOTE if date and (address or time) else Proof.NONE
    if address and (date or _angle_before(text, verb)):
        return Proof.ALONE
    if date and time and (opens(text) or colon):
        return Proof.ALONE
    if date or address:
        return Proof.WITH_QUOTE
    return Proof.WITH_QUOTE if colon and len(text) <= 80 and len(text.split()) <= 8 and closed else Proof.NONE


def _angle_before(text: str, verb: tuple[int, int]) -> bool:
    """`Name <address> wrote:`: the address stands right before the verb."""
    before = text[: verb[0]].rstrip()
    return before.endswith((">", ")", "]")) and "@" in before[-140:]


def find(lines: list[str], end: int, floor: int) -> tuple[int, Proof]:
    """The attribution that ends on line `end` and begins no higher than `floor`: its first line and its proof."""
    best = (end, Proof.NONE)
    joined = ""
    for start in range(end, max(floor, end - MAX_LINES + 1) - 1, -1):
        line = lines[start].strip()
        if not line or (start < end and line.startswith(">")):
            break
        joined = f"{line} {joined}" if joined else line
        found = proof(joined)
        if found is Proof.NONE:
            continue
        if opens(line):
            return start, max(found, best[1])
        if (
            found > best[1]
            or (lines[start].rstrip().endswith(("<", "(", ",")) and start == best[0] - 1)
            or (start == best[0] - 1 and _names_address_below(lines, start, floor))
        ):
            best = (start, found)
    return best


def _names_address_below(lines: list[str], n: int, floor: int) -> bool:
    """A name that was too long to stand on one line with its address. It stands apart from the text above: what is
    all that somebody wrote is no name."""
    name = lines[n].strip()
    if not lines[n + 1].lstrip().startswith("<") or name[-1] in ".!?:;。！？：" or len(name) > 100 or n < floor + 2:
        return False
    return not lines[n - 1].strip() and any(line.strip() for line in lines[floor : n - 1])


_WITH_TEXT = re.compile(r"(.{12,300}?@[^\s<>]{2,120}>\s?[^:<>]{2,40}:)[ \u00a0]{2,}\S")


def with_text_behind(line: str) -> bool:
    """Yahoo's phones put the old text right behind the attribution, on its line."""
    hit = _WITH_TEXT.match(line)
    return hit is not None and opens(line) and proof(hit[1]) is Proof.ALONE


_LAST_WORDS: Final = frozenset(verb.rsplit(None, 1)[-1].lower() for verb in _VERBS)
_UNSPACED_VERBS: Final = tuple(verb for verb in _VERBS if _CJK.search(verb))
VERB_TAILS: Final = frozenset(
    tail for verb in _VERBS for tail in ((verb[-2:],) if _CJK.search(verb) else (verb[-3:].lower(), verb[-3:].upper()))
)
"""The last letters of the words for writing (three, or two signs of a script without blanks): a cheap look at the end
of a line that has no colon there."""


def ends_with_verb(line: str) -> bool:
    """Whether the line closes with a word for writing."""
    if line[-3:] in VERB_TAILS:
        return line[-24:].rsplit(None, 1)[-1].lower() in _LAST_WORDS
    return line[-2:] in VERB_TAILS and line.endswith(_UNSPACED_VERBS)
