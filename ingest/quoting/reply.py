"""What did this person newly write? The text without history, signature and client boilerplate.

Losing somebody's words is ten times worse than keeping a quote. So a cut needs proof (an attribution, a header block,
a separator, a client's own container), what stands between quotes stays with them, and where a cut would leave
nothing the text below the cut is taken for the message, as in a mail that only forwards.

The text comes as lines; each gets a kind, and the kinds in their order decide.
"""

import re
from collections.abc import Iterable
from typing import Final, Literal, NamedTuple

from ingest.html import HISTORY, MARK_SIGNS, RULE, SIGNATURE_CLOSE, SIGNATURE_OPEN
from ingest.quoting import attribution, boilerplate, header_block
from ingest.quoting.attribution import Proof
from ingest.quoting.separator import above_possible, is_above_line, may_separate, separator

# text, empty, quoted, attribution, delimiter, client line, signature, mark
Kind = Literal["t", "e", "q", "a", "d", "c", "s", "m"]
_MAX_LINES: Final = 20_000
_MAX_SIGNATURE: Final = 15
_STROKES: Final = frozenset(">-_,=+~#*ᐧ—–━")
_ATTRIBUTION_ENDS: Final = frozenset(":：->)*_\u00a0")
_OTHER_PREFIX = re.compile(r"(?:[A-Za-z]{1,3}>|\||:|%)(?=\s|$)")
_SECOND_WRITER = re.compile(r"([A-Z]{1,3}>)(?:\s|$)")


class Old(NamedTuple):
    """Where history begins, what told it, and its copied header fields, if it has any."""

    told_by: Literal["forward", "original", "above", "previous", "header", "container", "attribution"]
    block: header_block.HeaderBlock | None


class Reply(NamedTuple):
    """`new` and `quoted` as in `Mail.new_text` and `Mail.quoted_text`; None where there is nothing. `old` is the first
    place where history begins, `lines` the text that its line numbers count."""

    new: str | None
    quoted: str | None
    old: Old | None
    lines: list[str]


class _Cut(NamedTuple):
    """From `start` on the text is history; where nothing stands above, the message begins on line `resume`."""

    start: int
    resume: int
    old: Old


def split_reply(marked: str) -> Reply:
    """Divides a mail's text (plain, or as `ingest.html.html_to_marked` gives it) into new and old."""
    lines = marked.split("\n")
    tail = lines[_MAX_LINES:]
    lines = lines[:_MAX_LINES]
    kinds = _kinds(lines)
    low, high = 0, len(lines)
    above = above_possible(marked.lower())
    first: Old | None = None
    while (cut := _next_cut(lines, kinds, low, above)) is not None:
        first = first or cut.old
        if _has_text(kinds, low, cut.start):
            high = cut.start
            break
        # Nothing stands above: what is below is the message. Only the separating lines go.
        low = cut.resume
    kept = _kept(lines, kinds, low, high) if _has_text(kinds, low, high) else []
    new, quoted = _result(lines, kept, tail)
    return Reply(new, quoted, first or _quoted_forward(lines, kinds), lines)


def _quoted_forward(lines: list[str], kinds: list[Kind]) -> Old | None:
    """Apple Mail quotes what it forwards: "> Begin forwarded message:"."""
    for n, kind in enumerate(kinds):
        if kind == "q":
            line = lines[n].lstrip("> \t")
            if line and may_separate(line) and separator(line) == "forward":
                below = n + 1
                while below < len(lines) and not lines[below].strip("> \t"):
                    below += 1
                return Old("forward", header_block.find(lines, below, least=2) if below < len(lines) else None)
    return None


def _result(lines: list[str], kept: list[int], tail: list[str]) -> tuple[str | None, str | None]:
    while kept and not lines[kept[0]].strip():
        kept = kept[1:]
    while kept and not lines[kept[-1]].strip():
        kept = kept[:-1]
    inside = set(kept)
    new = _join(lines[n] for n in kept)
    old = _join([line for n, line in enumerate(lines) if n not in inside] + tail)
    return new or None, old or None


def _join(lines: Iterable[str]) -> str:
    out: list[str] = []
    for line in lines:
        if line in MARK_SIGNS:
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
    for n, line in enumerate(lines):
        kind: Kind = "t"
        stripped = line.strip()
        if not stripped:
            kind = "e"
        elif stripped in MARK_SIGNS:
            kind = "m"
            signature = stripped == SIGNATURE_OPEN or (signature and stripped != SIGNATURE_CLOSE)
        elif signature:
            kind = "s"
        elif stripped[0] in _STROKES and (special := _stroke_kind(lines, n)):
            kind = special
        elif before != "t" and boilerplate.is_client_line(stripped):
            kind = "c"
        kinds.append(kind)
        if kind != "m":
            before = kind
    if "t" not in kinds and "s" in kinds:  # a client that took the message for a signature
        kinds = ["t" if kind == "s" else kind for kind in kinds]
    _last_client_line(lines, kinds)
    return kinds


def _stroke_kind(lines: list[str], n: int) -> Kind | None:
    """The kind of a line that begins with a stroke or a quote mark."""
    line = lines[n]
    if line[:4].lstrip()[:1] == ">":
        return None if _closes_address(lines, n) else "q"
    return "d" if boilerplate.is_delimiter(line) else None


def _closes_address(lines: list[str], n: int) -> bool:
    """`>:` below `... wrote Ann <ann@example.org`: a wrapped address, no quote."""
    if not n or len(lines[n]) > 60 or not lines[n].rstrip().endswith((":", "：")):
        return False
    above = lines[n - 1]
    return above.rfind("<") > above.rfind(">") and "@" in above[above.rfind("<") :]


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


def _next_cut(lines: list[str], kinds: list[Kind], at: int, above: bool) -> _Cut | None:
    """The first place from line `at` on below which everything is old. Marks attributions of quotes on the way."""
    for n in range(at, len(lines)):
        kind = kinds[n]
        if kind == "t":
            cut = _cut_at_line(lines, kinds, n, at, above)
        elif kind == "m" and lines[n] in {HISTORY, RULE}:
            cut = _cut_at_mark(lines, n)
        else:
            continue
        if cut is not None:
            return cut
    return None


def _cut_at_mark(lines: list[str], n: int) -> _Cut | None:
    below = _next_full(lines, n + 1)
    block = header_block.find(lines, below, least=2) if below < len(lines) else None
    if lines[n] == HISTORY:
        return _Cut(n, block.end if block else n + 1, Old("container", block))
    return _Cut(n, block.end, Old("header", block)) if block else None


def _cut_at_line(lines: list[str], kinds: list[Kind], n: int, floor: int, above: bool) -> _Cut | None:
    line = lines[n]
    stripped = line.strip()
    if may_separate(stripped) and (found := separator(line)) is not None:
        below = _next_full(lines, n + 1)
        block = header_block.find(lines, below, least=2) if below < len(lines) else None
        return _Cut(n, block.end if block else n + 1, Old(found, block))
    if above and is_above_line(line):
        return _Cut(n, n + 1, Old("above", None))
    if header_block.may_label(line) and (block := header_block.find(lines, n)) is not None:
        return _Cut(n, block.end, Old("header", block))
    if stripped[-1] in _ATTRIBUTION_ENDS or attribution.ends_with_verb(stripped):
        return _cut_at_attribution(lines, kinds, n, floor)
    return None


def _cut_at_attribution(lines: list[str], kinds: list[Kind], n: int, floor: int) -> _Cut | None:
    start, proof = attribution.find(lines, n, floor)
    if proof is Proof.NONE:
        return None
    below = _next_full(lines, n + 1)
    prefix = _prefix(lines, kinds, below)
    if prefix is not None:
        for line in range(start, n + 1):
            kinds[line] = "a"
        _mark_prefixed(lines, kinds, below, prefix)
        return None
    return _Cut(start, n + 1, Old("attribution", None)) if proof is Proof.ALONE else None


def _prefix(lines: list[str], kinds: list[Kind], n: int) -> str | None:
    """What the quote that begins on line `n` puts before its lines; None where no quote begins."""
    if n >= len(lines):
        return None
    if kinds[n] == "q":
        return ">"
    hit = _OTHER_PREFIX.match(lines[n])
    return hit[0].strip() if hit and n + 1 < len(lines) and lines[n + 1].startswith(hit[0].strip()) else None


def _mark_prefixed(lines: list[str], kinds: list[Kind], n: int, prefix: str) -> None:
    """Once a quote is proven, lines with its unusual prefix are quotes, and so are those of a second writer (`AB>`)."""
    for m in range(n, len(lines)):
        if kinds[m] != "t":
            continue
        if prefix != ">" and lines[m].startswith(prefix):
            kinds[m] = "q"
        elif (hit := _SECOND_WRITER.match(lines[m])) and (
            (m + 1 < len(lines) and lines[m + 1].startswith(hit[1])) or kinds[m - 1] == "q"
        ):
            kinds[m] = "q"


def _next_full(lines: list[str], n: int) -> int:
    while n < len(lines) and (not lines[n].strip() or (lines[n] in MARK_SIGNS)):
        n += 1
    return n


# --- what is kept ---------------------------------------------------------------------------------


def _kept(lines: list[str], kinds: list[Kind], low: int, high: int) -> list[int]:
    """The lines to keep of `low` to `high`: answers below a quote, between quotes, or above one."""
    _wrapped_quotes(lines, kinds, low, high)
    _signature(lines, kinds, low, high)
    texts = [n for n in range(low, high) if kinds[n] == "t"]
    first, last = texts[0], texts[-1]
    start = low
    if any(kinds[n] == "a" for n in range(low, first)) and not any(kinds[n] == "q" for n in range(first, last)):
        start = first  # the answer stands below the whole old mail
    kept = [n for n in range(start, last + 1) if kinds[n] not in "acsm"]
    while kept and kinds[kept[-1]] in "de":
        kept.pop()
    return kept


def _wrapped_quotes(lines: list[str], kinds: list[Kind], low: int, high: int) -> None:
    """A quoted line that some client broke in two lost its mark on the second half."""
    for n in range(low + 1, high - 1):
        if kinds[n] != "t" or kinds[n - 1] != "q" or kinds[n + 1] != "q":
            continue
        above, line = lines[n - 1].rstrip(), lines[n].strip()
        if len(above) >= 60 and above[-1] not in ".!?:" and line[:1].islower() and len(line) < len(above):
            kinds[n] = "q"


def _signature(lines: list[str], kinds: list[Kind], low: int, high: int) -> None:
    """Marks the signature below the last delimiter, if there is text above it and nothing but quotes behind it."""
    for n in range(high - 1, low - 1, -1):
        if kinds[n] != "d" or len(lines[n].strip()) < 2:
            continue
        end = n + 1
        while end < high and kinds[end] not in "qa":
            end += 1
        below = [lines[m] for m in range(n + 1, end)]
        if _has_text(kinds, end, high) or not _has_text(kinds, low, n):
            return
        if not any(line.strip() for line in below):
            continue
        if boilerplate.is_signature_delimiter(lines[n]):
            if sum(1 for line in below if line.strip()) > _MAX_SIGNATURE:
                return
        elif not boilerplate.looks_like_signature(below):
            return
        for m in range(n, end):
            kinds[m] = "s"
        return
