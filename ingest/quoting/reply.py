"""What did this person newly write? The text without history, signature and client boilerplate.

Losing somebody's words is ten times worse than keeping a quote. So a cut needs proof (an attribution, a header block,
a separator, a client's own container), what stands between quotes stays with them, and where a cut would leave
nothing the text below the cut is taken for the message, as in a mail that only forwards.

The text comes as lines; each gets a kind (`ingest.quoting.lines`), and the kinds in their order decide.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from ingest.html import HISTORY, RULE
from ingest.quoting import attribution, boilerplate, header_block
from ingest.quoting.attribution import Proof
from ingest.quoting.footer import banner_end, footer_start
from ingest.quoting.lines import ATTRIBUTION_ENDS, STROKES, Lines
from ingest.quoting.separator import is_above_line, may_ask_above, may_separate, separator
from ingest.quoting.words import ORIGINAL

_MAX_LINES: Final = 20_000
_MAX_SIGNATURE: Final = 15
_MAX_INTRODUCED: Final = 6
_MAX_HEADS: Final = 100
"""So many heads of old mails may stand on each other above the message."""
_MAX_ATTRIBUTIONS: Final = 1_000
"""So many lines are looked at as attributions: what comes then is kept."""
_MAX_ABOVE: Final = 400
"""Nobody writes so many lines above "reply above this"."""
_FEW: Final = 40
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
    lines = [line.rstrip() for line in marked.split("\n")]
    tail = lines[_MAX_LINES:]
    text = Lines(lines[:_MAX_LINES])
    low, high = 0, len(text.lines)
    first: Old | None = None
    suspects = _suspects(text, [colon for colon in ":：" if colon in marked])
    if text.plain and not suspects and not _mark_servers(text, 0, high):
        return Reply(_join(text.lines), _join(tail), None, text.lines)
    for _ in range(_MAX_HEADS):
        cut = _next_cut(text, suspects, low)
        if cut is None:
            break
        first = first or cut.old
        if text.has("t", low, cut.start):
            high = cut.start
            break
        # Nothing stands above: what is below is the message. Only the separating lines go.
        low = cut.resume
    kept: Sequence[int] = _kept(text, low, high) if text.has("t", low, high) else ()
    new, quoted = _result(text, kept, tail)
    return Reply(new, quoted, first or _quoted_forward(text), text.lines)


def _quoted_forward(text: Lines) -> Old | None:
    """Apple Mail quotes what it forwards: "> Begin forwarded message:"."""
    for n in [n for n, kind in enumerate(text.kinds) if kind == "q" and text.bare[n][-1] in ATTRIBUTION_ENDS]:
        line = text.bare[n].lstrip("> \t")
        if line and separator(line) == "forward":
            below = n + 1
            while below < len(text.lines) and not text.bare[below].strip("> \t"):
                below += 1
            block = header_block.find(text.lines, below, least=2) if below < len(text.lines) else None
            return Old("forward", block)
    return None


def _result(text: Lines, kept: Sequence[int], tail: list[str]) -> tuple[str | None, str | None]:
    lines, kinds = text.lines, text.kinds
    if kept and kept[-1] - kept[0] + 1 == len(kept) and "m" not in kinds:
        low, high = kept[0], kept[-1] + 1
        return _join(lines[low:high]), _join(lines[:low] + lines[high:] + tail)
    inside = set(kept)
    old = [line for n, line in enumerate(lines) if n not in inside and kinds[n] != "m"]
    return _join([lines[n] for n in kept]), _join(old + tail)


def _join(lines: list[str]) -> str | None:
    text = "\n".join(lines).strip()
    while "\n\n\n\n" in text:
        text = text.replace("\n\n\n\n", "\n\n\n")
    return text or None


# --- where history begins -------------------------------------------------------------------------


def _suspects(text: Lines, colons: list[str]) -> list[int]:
    """The lines that may begin history, by a cheap look at each."""
    ends, tails, bare = ATTRIBUTION_ENDS, attribution.VERB_TAILS, text.bare
    found = [n for n in text.heads if bare[n][0] in STROKES]
    found += [n for n in text.tails if (line := bare[n])[-1] in ends or line[-3:] in tails or line[-2:] in tails]
    for colon in colons:
        found += [n for n, line in enumerate(bare) if colon in line and colon in line[:48]]
    kinds = text.kinds
    first = [n for n, kind in enumerate(kinds[:_MAX_ABOVE]) if kind == "t" and (not n or kinds[n - 1] != "t")]
    if len(first) < _FEW or may_ask_above(" ".join([bare[n] for n in first])):
        found += [n for n in first if is_above_line(bare[n])]
    return sorted(set(found))


def _next_cut(text: Lines, suspects: list[int], at: int) -> _Cut | None:
    """The first place from line `at` on below which everything is old. Marks attributions of quotes on the way."""
    kinds = text.kinds
    for n in suspects[bisect_left(suspects, at) :]:
        cut = None
        if kinds[n] == "t":
            cut = _cut_at_line(text, n, at)
        elif kinds[n] == "m" and text.bare[n] in {HISTORY, RULE} and kinds[n + 1 : n + 2] != ["m"]:
            cut = _cut_at_mark(text, n)
        if cut is not None:
            return cut
    return None


def _cut_at_mark(text: Lines, n: int) -> _Cut | None:
    below = text.next_full(n + 1)
    block = header_block.find(text.lines, below, least=2) if below < len(text.lines) else None
    if text.bare[n] == HISTORY:
        return _Cut(n, block.end if block else n + 1, Old("container", block))
    return _Cut(n, block.end, Old("header", block)) if block else None


def _cut_at_line(text: Lines, n: int, floor: int) -> _Cut | None:
    line = text.bare[n]
    if may_separate(line) and (found := separator(line)) is not None:
        below = text.next_full(n + 1)
        block = header_block.find(text.lines, below, least=2) if below < len(text.lines) else None
        return _Cut(n, block.end if block else n + 1, Old(found, block))
    if (n < _MAX_ABOVE or may_separate(line)) and is_above_line(line):
        return _Cut(n, n + 1, Old("above", None))
    if header_block.may_label(line) and (block := header_block.find(text.lines, n)) is not None:
        return _Cut(_named_above(text, n, floor), block.end, Old("header", block))
    if ">" in line and "@" in line and ":  " in line.replace("\u00a0", " ") and attribution.with_text_behind(line):
        return _Cut(n, n + 1, Old("attribution", None))
    if line[-1] in ATTRIBUTION_ENDS or attribution.ends_with_verb(line):
        text.tried += 1
        return _cut_at_attribution(text, n, floor) if text.tried <= _MAX_ATTRIBUTIONS else None
    return None


def _named_above(text: Lines, n: int, floor: int) -> int:
    """Where a header block begins: with a line that only says "Original Message", without strokes, if one is there."""
    above = n - 1
    while above > floor and not text.bare[above]:
        above -= 1
    return above if above > floor and text.bare[above].lower() in ORIGINAL else n


def _cut_at_attribution(text: Lines, n: int, floor: int) -> _Cut | None:
    if text.bare[n][-1] in ">)" and _prefix(text, text.next_full(n + 1)) is None:
        return None  # without a colon or a verb only a quote below can prove it
    start, proof = attribution.find(text.lines, n, floor)
    if proof is Proof.NONE:
        return None
    below = text.next_full(n + 1)
    prefix = _prefix(text, below)
    if prefix is not None:
        for line in range(start, n + 1):
            text.kinds[line] = "a"
        if prefix not in text.prefixes:
            text.prefixes.add(prefix)
            _mark_prefixed(text, below, prefix)
        return None
    return _Cut(start, n + 1, Old("attribution", None)) if proof is Proof.ALONE else None


def _prefix(text: Lines, n: int) -> str | None:
    """What the quote that begins on line `n` puts before its lines; None where no quote begins."""
    lines = text.lines
    if n >= len(lines):
        return None
    if text.kinds[n] == "q":
        return ">"
    hit = _OTHER_PREFIX.match(lines[n])
    return hit[0].strip() if hit and n + 1 < len(lines) and lines[n + 1].startswith(hit[0].strip()) else None


def _mark_prefixed(text: Lines, n: int, prefix: str) -> None:
    """Once a quote is proven, lines with its unusual prefix are quotes, and so are those of a second writer (`AB>`)."""
    lines, kinds = text.lines, text.kinds
    for m in range(n, len(lines)):
        if kinds[m] != "t" or (prefix == ">" and ">" not in lines[m][:4]):
            continue
        if (prefix != ">" and lines[m].startswith(prefix)) or (
            (hit := _SECOND_WRITER.match(lines[m]))
            and ((m + 1 < len(lines) and lines[m + 1].startswith(hit[1])) or kinds[m - 1] == "q")
        ):
            kinds[m] = "q"


# --- what is kept ---------------------------------------------------------------------------------


def _kept(text: Lines, low: int, high: int) -> Sequence[int]:
    """The lines to keep of `low` to `high`: answers below a quote, between quotes, or above one."""
    kinds = text.kinds
    _mark_servers(text, low, high)
    if text.has("q", low, high):
        _wrapped_quotes(text, low, high)
    _signature(text, low, high)
    first = kinds.index("t", low)
    last = high - 1
    while kinds[last] != "t":
        last -= 1
    last = _introduced(text, last, high)
    start = low
    if text.has("a", low, first) and not text.has("q", first, last):
        start = first  # the answer stands below the whole old mail
    if text.has("acsm", start, last + 1):
        return [n for n in range(start, last + 1) if kinds[n] not in "acsm"]
    return range(start, last + 1)


def _mark_servers(text: Lines, low: int, high: int) -> bool:
    """Marks what servers put around the words of people, as long as words are left; says whether there is any."""
    kinds = text.kinds
    last = high - 1
    while last >= low and kinds[last] != "t":
        last -= 1
    first = text.next_full(low)
    if last <= first:
        return False
    begin, end = footer_start(text.bare, first, last), banner_end(text.bare, first, last)
    old = [n for n in (*range(first, end), *range(begin, last + 1)) if kinds[n] == "t" or kinds[n] == "d"]
    if not old or kinds[low:high].count("t") <= sum(kinds[n] == "t" for n in old):
        return False
    for n in old:
        kinds[n] = "s"
    return True


def _introduced(text: Lines, last: int, high: int) -> int:
    """`The error is:` and a few quoted lines: these the writer put there. The last line to keep."""
    kinds = text.kinds
    if text.bare[last][-1] not in ":：" or high < len(kinds):
        return last
    quoted = [n for n in range(last + 1, high) if kinds[n] == "q"]
    if not 0 < len(quoted) <= _MAX_INTRODUCED or text.has("ta", last + 1, high):
        return last
    told = (text.bare[n].lstrip("> ") for n in quoted)
    if any(line and (attribution.proof(line) is not Proof.NONE or header_block.may_label(line)) for line in told):
        return last
    return quoted[-1]


def _wrapped_quotes(text: Lines, low: int, high: int) -> None:
    """A quoted line that some client broke in two lost its mark on the second half. Where that would be all that
    stands between the quotes, it is held for the answer."""
    kinds = text.kinds
    halves: list[int] = []
    for n in [n + 1 for n in range(low, high - 2) if kinds[n] == "q"]:
        if kinds[n] != "t" or kinds[n + 1] != "q":
            continue
        above, line = text.bare[n - 1], text.bare[n]
        if len(above) >= 60 and above[-1] not in ".!?:" and line[:1].islower() and len(line) < len(above):
            halves.append(n)
    if len(halves) < kinds[low:high].count("t"):
        for n in halves:
            kinds[n] = "q"


def _signature(text: Lines, low: int, high: int) -> None:
    """Marks the signature below the last delimiter, if there is text above it and nothing but quotes behind it."""
    kinds, bare = text.kinds, text.bare
    if not text.has("d", low, high):
        return
    for n in range(high - 1, low - 1, -1):
        if kinds[n] != "d" or len(bare[n]) < 2:
            continue
        end = n + 1
        while end < high and kinds[end] not in "qa":
            end += 1
        below = [bare[m] for m in range(n + 1, end)]
        if text.has("t", end, high) or not text.has("t", low, n):
            return
        if not any(below):
            continue
        if boilerplate.is_signature_delimiter(text.lines[n]) and text.bare[low:n].count(bare[n]) == 0:
            # No signature asks a question.
            if sum(map(bool, below)) > _MAX_SIGNATURE or any(line.endswith(("?", "？")) for line in below):
                return
        elif not boilerplate.looks_like_signature(below):
            return
        for m in range(n, end):
            kinds[m] = "s"
        return
