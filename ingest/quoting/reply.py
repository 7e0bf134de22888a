"""What did this person newly write? The text without history, signature and client boilerplate.

Losing somebody's words is ten times worse than keeping a quote. So a cut needs proof (an attribution, a header block,
a separator, a client's own container), what stands between quotes stays with them, and where a cut would leave
nothing the text below the cut is taken for the message, as in a mail that only forwards.

The text comes as lines; each gets a kind, and the kinds in their order decide.
"""

import re
from typing import Final, Literal, NamedTuple

from ingest.html import HISTORY, MARKS, RULE, SIGNATURE_CLOSE, SIGNATURE_OPEN
from ingest.quoting import attribution, boilerplate, header_block
from ingest.quoting.attribution import Proof
from ingest.quoting.separator import separator

# text, empty, quoted, attribution, delimiter, client line, signature, mark
Kind = Literal["t", "e", "q", "a", "d", "c", "s", "m"]
_MAX_LINES: Final = 20_000
_QUOTED = re.compile(r"\s{0,3}>")
_INITIALS = re.compile(r"[A-Za-z]{0,3}[>|]")


class Reply(NamedTuple):
    """`new` and `quoted` as in `Mail.new_text` and `Mail.quoted_text`; None where there is nothing."""

    new: str | None
    quoted: str | None


class _Cut(NamedTuple):
    """From `start` on the text is history; where nothing stands above, the message begins on line `resume`."""

    start: int
    resume: int


def split_reply(marked: str) -> Reply:
    """Divides a mail's text (plain, or as `ingest.html.html_to_marked` gives it) into new and old."""
    lines = marked.split("\n")
    tail = lines[_MAX_LINES:]
    lines = lines[:_MAX_LINES]
    kinds = _kinds(lines)
    if "t" not in kinds:
        return _result(lines, [], tail)
    low, high = 0, len(lines)
    hidden: set[int] = set()
    at = 0
    while (cut := _next_cut(lines, kinds, at)) is not None:
        if _has_text(kinds, low, cut.start):
            high = cut.start
            break
        # Nothing stands above: what is below is the message. Only the separating lines go.
        hidden.update(range(cut.start, cut.resume))
        for line in range(cut.start, cut.resume):
            kinds[line] = "m"
        at = low = cut.resume
    kept = _between_quotes(lines, kinds, low, high)
    kept = _without_signature(lines, kinds, kept)
    if not any(kinds[n] == "t" for n in kept) and high < len(lines) and not hidden:
        return _result(lines, [], tail)
    return _result(lines, kept, tail if high == len(lines) and not kept else tail)


def _result(lines: list[str], kept: list[int], tail: list[str]) -> Reply:
    while kept and not lines[kept[0]].strip():
        kept = kept[1:]
    while kept and not lines[kept[-1]].strip():
        kept = kept[:-1]
    inside = set(kept)
    new = _join(lines[n] for n in kept)
    old = _join([line for n, line in enumerate(lines) if n not in inside] + tail)
    return Reply(new or None, old or None)


def _join(lines: "list[str] | object") -> str:
    out: list[str] = []
    for line in lines:  # type: ignore[attr-defined]
        if len(line) == 1 and MARKS.match(line):
            continue
        line = line.rstrip()
        if not line and out[-2:] == ["", ""]:
            continue
        out.append(line)
    return "\n".join(out).strip("\n").strip()


# --- kinds of lines -------------------------------------------------------------------------------


def _kinds(lines: list[str]) -> list[Kind]:
    kinds: list[Kind] = []
    signature = False
    before: Kind = "e"
    for line in lines:
        kind: Kind = "t"
        stripped = line.strip()
        if not stripped:
            kind = "e"
        elif len(stripped) == 1 and MARKS.match(stripped):
            kind = "m"
            signature = stripped == SIGNATURE_OPEN or (signature and stripped != SIGNATURE_CLOSE)
        elif signature:
            kind = "s"
        elif line[:4].lstrip()[:1] == ">":
            kind = "q"
        elif boilerplate.is_delimiter(line):
            kind = "d"
        elif before != "t" and boilerplate.is_client_line(line):
            kind = "c"
        kinds.append(kind)
        if kind != "m":
            before = kind
    if "t" not in kinds and "s" in kinds:  # a client that took the message for a signature
        kinds = ["t" if kind == "s" else kind for kind in kinds]
    _last_client_line(lines, kinds)
    return kinds


def _last_client_line(lines: list[str], kinds: list[Kind]) -> None:
    """A client's line that stands right below the text, with nothing new after it."""
    for n in range(len(lines) - 1, -1, -1):
        if kinds[n] == "t":
            if boilerplate.is_client_line(lines[n]) and n and kinds[n - 1] == "t":
                kinds[n] = "c"
            return


def _has_text(kinds: list[Kind], low: int, high: int) -> bool:
    return any(kinds[n] == "t" for n in range(low, high))


# --- where history begins -------------------------------------------------------------------------


def _next_cut(lines: list[str], kinds: list[Kind], at: int) -> _Cut | None:
    """The first place from line `at` on below which everything is old. Marks attributions of quotes on the way."""
    n = at
    while n < len(lines):
        kind = kinds[n]
        if kind == "m":
            cut = _cut_at_mark(lines, kinds, n)
        elif kind in "ted" and kind != "e":
            cut = _cut_at_line(lines, kinds, n, at)
        else:
            cut = None
        if cut is not None:
            return cut
        n += 1
    return None


def _cut_at_mark(lines: list[str], kinds: list[Kind], n: int) -> _Cut | None:
    if lines[n] == HISTORY:
        below = _next_full(lines, n + 1)
        block = header_block.find(lines, below, least=2) if below < len(lines) else None
        return _Cut(n, block.end if block else n + 1)
    if lines[n] == RULE:
        below = _next_full(lines, n + 1)
        if below < len(lines):
            block = header_block.find(lines, below, least=2)
            if block:
                return _Cut(n, block.end)
    return None


def _cut_at_line(lines: list[str], kinds: list[Kind], n: int, floor: int) -> _Cut | None:
    line = lines[n]
    found = separator(line)
    if found is not None:
        below = _next_full(lines, n + 1)
        block = header_block.find(lines, below, least=2) if below < len(lines) and found in {"original", "forward"} else None
        return _Cut(n, block.end if block else n + 1)
    if kinds[n] != "t":
        return None
    if ":" in line or "：" in line:
        block = header_block.find(lines, n)
        if block is not None:
            return _Cut(n, block.end)
    if _may_end_attribution(line):
        return _cut_at_attribution(lines, kinds, n, floor)
    return None


def _may_end_attribution(line: str) -> bool:
    end = line.rstrip(" \t*_\u00a0")
    return end.endswith((":", "：", "--", ">", ")")) or attribution.ends_with_verb(end)


def _cut_at_attribution(lines: list[str], kinds: list[Kind], n: int, floor: int) -> _Cut | None:
    start, proof = attribution.find(lines, n, floor)
    if proof is Proof.NONE:
        return None
    below = _next_full(lines, n + 1)
    quoted = below < len(lines) and (kinds[below] == "q" or bool(below == n + 1 and _INITIALS.match(lines[below])))
    if quoted:
        for line in range(start, n + 1):
            kinds[line] = "a"
        n = below
        while n < len(lines) and kinds[n] == "t" and _INITIALS.match(lines[n]):
            kinds[n] = "q"
            n += 1
        return None
    if proof is Proof.ALONE:
        return _Cut(start, n + 1)
    return None


def _next_full(lines: list[str], n: int) -> int:
    while n < len(lines) and (not lines[n].strip() or (len(lines[n]) == 1 and MARKS.match(lines[n]))):
        n += 1
    return n


# --- quotes ---------------------------------------------------------------------------------------


def _between_quotes(lines: list[str], kinds: list[Kind], low: int, high: int) -> list[int]:
    """The lines to keep of `low` to `high`: answers below a quote, between quotes, or above one."""
    _wrapped_quotes(lines, kinds, low, high)
    texts = [n for n in range(low, high) if kinds[n] == "t"]
    if not texts:
        return []
    first, last = texts[0], texts[-1]
    kept = range(low, last + 1)
    lead = {kinds[n] for n in range(low, first)}
    inside = any(kinds[n] == "q" for n in range(first, last))
    if "a" in lead and not inside:
        kept = range(first, last + 1)
    # A delimiter may stand below the last text, with a signature of client lines only.
    return [n for n in kept if kinds[n] not in "acsm"]


def _wrapped_quotes(lines: list[str], kinds: list[Kind], low: int, high: int) -> None:
    """A quoted line that some client broke in two lost its mark on the second half."""
    for n in range(low + 1, high - 1):
        if kinds[n] != "t" or kinds[n - 1] != "q" or kinds[n + 1] != "q":
            continue
        above, line = lines[n - 1].rstrip(), lines[n].strip()
        if len(above) >= 60 and above[-1] not in ".!?:" and line[:1].islower() and len(line) < len(above):
            kinds[n] = "q"


# --- signatures -----------------------------------------------------------------------------------


def _without_signature(lines: list[str], kinds: list[Kind], kept: list[int]) -> list[int]:
    while kept and kinds[kept[-1]] in "de":
        kept = kept[:-1]
    for place in range(len(kept) - 1, -1, -1):
        n = kept[place]
        if kinds[n] != "d":
            continue
        below = [lines[m] for m in kept[place + 1 :]]
        quotes = any(kinds[m] == "q" for m in kept[place + 1 :])
        if quotes or not any(kinds[m] == "t" for m in kept[:place]):
            break
        if boilerplate.is_signature_delimiter(lines[n]):
            if sum(1 for line in below if line.strip()) > 15:
                break
        elif len(lines[n].strip()) < 2 or not boilerplate.looks_like_signature(below):
            break
        kept = kept[:place]
        while kept and kinds[kept[-1]] in "de":
            kept = kept[:-1]
        break
    return kept
