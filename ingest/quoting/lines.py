"""The lines of a text and their kinds: which are plain, which are quoted, drawn, or written by a client.

Most lines of most mails are plain: a look at their first and last characters keeps the patterns away from them.
"""

from typing import Final, Literal

from ingest.html import MARK_SIGNS, SIGNATURE_CLOSE, SIGNATURE_OPEN
from ingest.quoting import attribution, boilerplate
from ingest.quoting.separator import is_groupwise

# text, empty, quoted, attribution, delimiter, client line, signature, mark
Kind = Literal["t", "e", "q", "a", "d", "c", "s", "m"]
STROKES: Final = frozenset(">-_,=+~#*ᐧ—–━") | MARK_SIGNS
_SPECIAL: Final = STROKES | frozenset("<([")
_HEAD_SIGNS: Final = _SPECIAL | boilerplate.FIRST_SIGNS
ATTRIBUTION_ENDS: Final = frozenset(":：->)*_\u00a0\u200e\u200f\u202c")
_TAIL_SIGNS: Final = ATTRIBUTION_ENDS | boilerplate.LAST_SIGNS | frozenset(tail[-1] for tail in attribution.VERB_TAILS)


class Lines:
    """The lines as they are, without the blanks around them, and their kinds. `heads` and `tails` are the numbers of
    those whose first or last sign is one that lines of clients begin or end with."""

    __slots__ = ("bare", "heads", "kinds", "lines", "plain", "prefixes", "tails", "tried")

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.tried = 0
        """How many attributions have been tried."""
        self.prefixes: set[str] = set()
        """What has been found to stand before quoted lines."""
        self.bare = bare = [line.strip() for line in lines]
        self.kinds: list[Kind] = ["t" if line else "e" for line in bare]
        self.heads = [n for n, line in enumerate(bare) if line and line[0] in _HEAD_SIGNS]
        self.tails = [n for n, line in enumerate(bare) if line and line[-1] in _TAIL_SIGNS]
        self.plain = not _mark_kinds(self)
        """Whether nothing but text and empty lines was found when the lines were first looked at."""

    def has(self, kinds: str, low: int, high: int) -> bool:
        """Whether a line of one of these kinds stands in `low` to `high`."""
        inside = self.kinds[low:high]
        for kind in kinds:  # noqa: SIM110 - any() takes four times as long
            if kind in inside:
                return True
        return False

    def next_full(self, n: int) -> int:
        """The first line from `n` on that is neither empty nor a mark."""
        while n < len(self.lines) and (not self.bare[n] or self.kinds[n] == "m"):
            n += 1
        return n


def _mark_kinds(text: Lines) -> bool:
    """Finds the lines that are no plain text; says whether there are any."""
    kinds, bare = text.kinds, text.bare
    special = [n for n in text.heads if bare[n][0] in _SPECIAL]
    found = False
    for n in sorted({*special, *boilerplate.may_be_client_lines(bare, text.heads, text.tails)}):
        kinds[n] = kind = _kind(text, n)
        found = found or kind != "t"
    if special and SIGNATURE_OPEN in bare:
        _mark_signatures(text)
    last = len(kinds) - 1
    while last > 0 and kinds[last] != "t":
        last -= 1
    if last > 0 and kinds[last - 1] == "t" and boilerplate.is_client_line(bare[last]):
        kinds[last] = "c"  # right below the text, with nothing new after it
        return True
    return found


def _kind(text: Lines, n: int) -> Kind:
    line = text.bare[n]
    if line in MARK_SIGNS:
        return "m"
    if line[0] == ">" and text.lines[n][:4].lstrip()[:1] == ">":
        if (line[-1] in ":：" and _closes_address(text.lines, n)) or (line[:4] == ">>> " and is_groupwise(line)):
            return "t"
        return "q"
    if boilerplate.is_delimiter(line):
        return "d"
    above = n - 1
    while above >= 0 and text.kinds[above] == "m":
        above -= 1
    if (above < 0 or text.kinds[above] != "t") and boilerplate.is_client_line(line):
        return "c"
    return "t"


def _mark_signatures(text: Lines) -> None:
    """What stands in a client's signature container, unless the client took the whole message for it."""
    inside = False
    found = []
    for n, line in enumerate(text.bare):
        if line in {SIGNATURE_OPEN, SIGNATURE_CLOSE}:
            inside = line == SIGNATURE_OPEN
        elif inside and line not in MARK_SIGNS:
            found.append(n)
    others = set(found)
    if any(kind == "t" and n not in others for n, kind in enumerate(text.kinds)):
        for n in found:
            text.kinds[n] = "s"


def _closes_address(lines: list[str], n: int) -> bool:
    """`>:` below `... wrote Ann <ann@example.org`: a wrapped address, no quote."""
    if not n or len(lines[n]) > 60 or not lines[n].rstrip().endswith((":", "：")):
        return False
    above = lines[n - 1]
    return above.rfind("<") > above.rfind(">") and "@" in above[above.rfind("<") :]
