"""Text to numbers: words, pairs of words and character n-grams, hashed with numpy over a whole batch at once.

A vectoriser that walks n-grams in Python costs more than everything else the desk does with a mail. Here a batch is
one array of code points; a prefix sum of c[i]·B^i modulo 2^64 gives the hash of any stretch by one subtraction and one
multiplication (Karp and Rabin 1987, with B odd and so invertible): all n-grams are a handful of array operations.
Terms are known by their 64-bit hashes; for reasons the words themselves are read back from the text.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from classify.classification import Text

U64 = NDArray[np.uint64]
I64 = NDArray[np.int64]

SUBJECT_CHARACTERS = 200
WORD_CHARACTERS = 1_000
"""How far words are read, subject included."""
NGRAM_CHARACTERS = 400
"""How far character n-grams are read: they are what costs time, and a mail's point is made early."""
NGRAMS = (3, 4, 5)
_CHUNK = 1 << 17
_LONGEST_ADDRESS = 320

WORDS, CHARACTERS, SUBJECT, SUBJECT_CHARS, SOURCE = range(5)
"""Blocks of features; each is scaled to a length of its own."""
SCALES = np.array([1.4, 1.3, 0.5, 0.4, 0.5])
"""The length of each block in a row: subjects repeat what is said, and form says little."""
BLOCKS = len(SCALES)


def _mixed(values: U64) -> U64:
    """The finaliser of splitmix64 (Steele, Lea, Flood 2014): every bit in changes about half of the bits out."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def _powers(base: int, count: int) -> U64:
    powers = np.full(count, base, dtype=np.uint64)
    powers[0] = 1
    return np.cumprod(powers, dtype=np.uint64)


_BASE = 0x9E3779B97F4A7C15
_POWERS = _powers(_BASE, _CHUNK + 1)
_INVERSES = _powers(pow(_BASE, -1, 1 << 64), _CHUNK + 1)
_CODES = _mixed(np.arange(1 << 16, dtype=np.uint64) + np.uint64(0x5851F42D4C957F2D))
_WORD = np.array([chr(c).isalnum() or chr(c) == "_" or 0xD800 <= c < 0xE000 for c in range(1 << 16)])
_SALTS = _mixed(np.arange(1, 33, dtype=np.uint64) * np.uint64(0xD1342543DE82EF95))
_SALT_WORD, _SALT_PAIR, _SALT_SUBJECT, _SALT_SUBJECT_PAIR, _SALT_SHAPE, _SALT_SENDER = _SALTS[:6]
_SALT_NGRAM = {n: _SALTS[10 + n] for n in NGRAMS}


def _repaired(text: str) -> str:
    """UTF-8 that was read as Windows-1252 somewhere on its way ("fÃ¼r"), read properly; other text as it is."""
    if "Ã" in text or "â€" in text:
        try:
            return text.encode("cp1252").decode("utf-8")
        except UnicodeError:
            return text
    return text


def normalized(text: str | None, limit: int) -> str:
    """The first `limit` characters in one form: NFKC, lower case, single spaces, no characters beyond the BMP."""
    if not text:
        return ""
    text = unicodedata.normalize("NFKC", _repaired(text[: 2 * limit]))
    return " ".join(text.lower().split())[:limit].rstrip()


def _shape(subject: str, body: str) -> list[str]:
    """What a text looks like, as terms: how long, whether it asks, whether it has a subject."""
    size = len(body)
    terms = [f"length={size.bit_length()}"]
    if not subject:
        terms.append("no subject")
    if "?" in subject or "?" in body:
        terms.append("asks")
    if "!" in subject or "!" in body:
        terms.append("calls")
    return terms


@lru_cache(maxsize=4096)
def _term_hash(term: str) -> np.uint64:
    codes = np.minimum(np.frombuffer(term.encode("utf-32-le", "surrogatepass"), dtype=np.uint32), 0xFFFF)
    return np.uint64((_CODES[codes] * _POWERS[: len(codes)]).sum(dtype=np.uint64))


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Every term of every text, repeated as often as it occurs.

    `term` numbers the word (over the whole batch) that an occurrence belongs to; a pair belongs to its first word,
    an n-gram to the word it is cut from. `word_starts`/`word_ends` are places in `joined`; a negative start is the
    shape or the source of text number `word_rows`.
    """

    rows: I64
    hashes: U64
    blocks: NDArray[np.uint8]
    words: I64
    word_rows: I64
    word_starts: I64
    word_ends: I64
    word_hashes: U64
    joined: str


_Group = tuple[I64, U64, int, I64]
"""Rows, hashes, the block, and the words that the terms belong to."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """A chunk of texts as one array: " subject  body " after " subject  body ". `sums` is the prefix sum of hashes."""

    joined: str
    codes: NDArray[np.uint32]
    sums: U64
    row_of: I64
    begins: I64
    subject_ends: I64

    def hashes(self, starts: I64, ends: I64) -> U64:
        """The hash of each stretch; equal stretches have equal hashes wherever they stand."""
        found: U64 = (self.sums[ends] - self.sums[starts]) * _INVERSES[starts]
        return found


def _laid_out(parts: Sequence[tuple[str, str]]) -> _Layout:
    pieces = [f" {subject}  {body} " for subject, body in parts]
    joined = "".join(pieces)
    codes = np.minimum(np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32), 0xFFFF)
    begins = np.cumsum([0, *map(len, pieces)])
    sums = np.zeros(len(codes) + 1, dtype=np.uint64)
    np.cumsum(_CODES[codes] * _POWERS[: len(codes)], dtype=np.uint64, out=sums[1:])
    return _Layout(
        joined=joined,
        codes=codes,
        sums=sums,
        row_of=np.repeat(np.arange(len(parts)), np.diff(begins)),
        begins=begins,
        subject_ends=begins[:-1] + np.array([len(subject) + 1 for subject, _ in parts], dtype=np.int64),
    )


def occurrences(texts: Sequence[Text]) -> Occurrences:
    """All terms of a chunk of texts; the chunk must hold fewer than 2^17 characters (see `chunks`)."""
    parts = [(normalized(t.subject, SUBJECT_CHARACTERS), normalized(t.body, WORD_CHARACTERS)) for t in texts]
    layout = _laid_out(parts)
    edges = np.diff(_WORD[layout.codes].astype(np.int8), prepend=0, append=0)
    starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    rows, hashes = layout.row_of[starts], layout.hashes(starts, ends)
    pseudo = len(starts) + np.arange(len(texts))
    groups = [
        *_words(hashes, rows, starts < layout.subject_ends[rows]),
        *_ngrams(layout, ends, rows, pseudo),
        _form_and_source(texts, parts, pseudo),
    ]
    nowhere = np.full(len(texts), -1)
    return Occurrences(
        rows=np.concatenate([group[0] for group in groups]),
        hashes=np.concatenate([group[1] for group in groups]),
        blocks=np.repeat(np.array([group[2] for group in groups], dtype=np.uint8), [len(group[0]) for group in groups]),
        words=np.concatenate([group[3] for group in groups]),
        word_rows=np.concatenate([rows, np.arange(len(texts))]),
        word_starts=np.concatenate([starts, nowhere]),
        word_ends=np.concatenate([ends, nowhere]),
        word_hashes=np.concatenate([hashes, np.zeros(len(texts), dtype=np.uint64)]),
        joined=layout.joined,
    )


def _words(hashes: U64, rows: I64, in_subject: NDArray[np.bool_]) -> list[_Group]:
    """Words and pairs of neighbours, those of the subject once more by themselves."""
    numbers = np.arange(len(rows))
    beside = (rows[1:] == rows[:-1]) & (in_subject[1:] == in_subject[:-1])
    pairs = (hashes[:-1] * np.uint64(0x2545F4914F6CDD1D) + _mixed(hashes[1:]))[beside]
    firsts = numbers[:-1][beside]
    of_subject = in_subject[firsts]
    subjects, subject_firsts = numbers[in_subject], firsts[of_subject]
    return [
        (rows, _mixed(hashes ^ _SALT_WORD), WORDS, numbers),
        (rows[firsts], _mixed(pairs ^ _SALT_PAIR), WORDS, firsts),
        (rows[subjects], _mixed(hashes[subjects] ^ _SALT_SUBJECT), SUBJECT, subjects),
        (rows[subject_firsts], _mixed(pairs[of_subject] ^ _SALT_SUBJECT_PAIR), SUBJECT, subject_firsts),
    ]


def _ngrams(layout: _Layout, word_ends: I64, word_rows: I64, pseudo: I64) -> list[_Group]:
    """Character n-grams that have a space at most at their ends, from the first NGRAM_CHARACTERS of each text."""
    codes, row_of = layout.codes, layout.row_of
    size = len(codes)
    spaces = np.concatenate([[0], np.cumsum(codes == 32)])
    near = np.arange(size) - layout.begins[row_of] < NGRAM_CHARACTERS
    owner = np.searchsorted(word_ends, np.arange(size) + 1, side="right")
    owner_row = word_rows[np.minimum(owner, len(word_rows) - 1)] if len(word_rows) else np.full(size, -1)
    owner = np.where((owner < len(word_ends)) & (owner_row == row_of), owner, pseudo[row_of])
    found: list[_Group] = []
    for n in NGRAMS:
        if size < n:
            continue
        inside = spaces[n - 1 : size] - spaces[1 : size - n + 2]
        at = np.flatnonzero((inside == 0) & near[: size - n + 1])
        hashes = _mixed(layout.hashes(at, at + n) ^ _SALT_NGRAM[n])
        found.append((row_of[at], hashes, CHARACTERS, owner[at]))
        in_subject = at + n <= layout.subject_ends[row_of[at]] + 1
        at, hashes = at[in_subject], hashes[in_subject]
        found.append((row_of[at], _mixed(hashes ^ _SALT_SUBJECT), SUBJECT_CHARS, owner[at]))
    return found


def _form_and_source(texts: Sequence[Text], parts: Sequence[tuple[str, str]], pseudo: I64) -> _Group:
    """What a text looks like, and who sent it: the address and its domain."""
    rows: list[int] = []
    hashes: list[np.uint64] = []
    for row, (text, (subject, body)) in enumerate(zip(texts, parts, strict=True)):
        found = [_term_hash(term) ^ _SALT_SHAPE for term in _shape(subject, body)]
        if text.sender:
            address = text.sender.lower()[:_LONGEST_ADDRESS]
            found += [_term_hash(part) ^ _SALT_SENDER for part in (address, f"@{address.rpartition('@')[2]}")]
        rows += [row] * len(found)
        hashes += found
    places = np.array(rows, dtype=np.int64)
    return places, _mixed(np.array(hashes, dtype=np.uint64)), SOURCE, pseudo[places]


@dataclass(frozen=True, slots=True)
class Space:
    """The terms that count, with their inverse document frequencies: a TF-IDF space with one column per term.

    Two terms that fall into one slot of the table of 2^`bits` are told apart when the space is learned (the rarer is
    left out), so that looking up is one array access and one comparison.
    """

    hashes: U64
    idf: NDArray[np.float32]
    table: NDArray[np.int32]
    blocks: NDArray[np.uint8] | None = None
    """The block of each column; only a space that was just learned knows, for only training asks."""

    @classmethod
    def of(cls, hashes: U64, idf: NDArray[np.float32]) -> "Space":
        """The space with these columns, as stored in a model."""
        table = np.full(1 << _bits(len(hashes)), -1, dtype=np.int32)
        table[_slots(hashes, table)] = np.arange(len(hashes), dtype=np.int32)
        return cls(hashes, idf, table)

    @classmethod
    def learned(cls, texts: Sequence[Text], most: int, at_least: int = 2) -> "Space":
        """The `most` commonest terms of those that enough texts have: at most `at_least`, see `needed`."""
        hashes, counts, blocks = _document_frequencies(texts)
        kept = np.flatnonzero(counts >= np.minimum(at_least, needed(blocks)))
        kept = kept[np.argsort(-counts[kept], kind="stable")][:most]
        probe = np.empty(1 << _bits(len(kept)), dtype=np.int8)
        slots = _slots(hashes[kept], probe)
        _, first = np.unique(slots, return_index=True)
        kept = kept[np.sort(first)]
        idf = (np.log((1 + len(texts)) / (1 + counts[kept])) + 1).astype(np.float32)
        return replace(cls.of(hashes[kept], idf), blocks=blocks[kept])

    def columns(self, hashes: U64) -> I64:
        """The column of each hash, -1 for a term that does not count."""
        if not len(self.hashes):
            return np.full(len(hashes), -1, dtype=np.int64)
        found = self.table[_slots(hashes, self.table)].astype(np.int64)
        return np.where((found >= 0) & (self.hashes[found] == hashes), found, -1)

    def matrix(self, seen: Occurrences, size: int) -> tuple[sparse.csr_array, I64]:
        """Rows of TF-IDF values for `size` texts, and for each occurrence its place in the matrix' data (-1: none).

        Each occurrence adds an equal share to its value: tf is 1 + ln(count). The blocks of a row have the lengths that
        SCALES gives.
        """
        columns = self.columns(seen.hashes)
        known = np.flatnonzero(columns >= 0)
        width = max(len(self.hashes), 1)
        keys = seen.rows[known] * width + columns[known]
        order = np.argsort(keys)  # unstable, and so several times faster than what np.unique does
        keys = keys[order]
        new = np.ones(len(keys), dtype=bool)
        new[1:] = keys[1:] != keys[:-1]
        first = np.flatnonzero(new)
        counts = np.diff(first, append=len(keys))
        rows, cols = keys[first] // width, keys[first] % width
        blocks = seen.blocks[known[order[first]]]
        values = (1 + np.log(counts)) * self.idf[cols] if len(first) else np.zeros(0)
        cells = rows * BLOCKS + blocks
        lengths = np.sqrt(np.bincount(cells, weights=values * values, minlength=size * BLOCKS))
        values = (values * SCALES[blocks] / lengths[cells]).astype(np.float32)
        ends = np.searchsorted(rows, np.arange(size + 1))
        places = np.full(len(seen.hashes), -1, dtype=np.int64)
        places[known[order]] = np.cumsum(new) - 1
        return sparse.csr_array((values, cols, ends), shape=(size, len(self.hashes))), places

    def transform(self, texts: Sequence[Text]) -> sparse.csr_array:
        """TF-IDF rows of any number of texts."""
        parts = [self.matrix(occurrences(chunk), len(chunk))[0] for chunk in chunks(texts)]
        return sparse.csr_array(sparse.vstack(parts)) if parts else sparse.csr_array((0, len(self.hashes)))


def _bits(count: int) -> int:
    """Eight slots per term and more, so that few of them meet."""
    return max(10, (8 * count).bit_length())


def _slots(hashes: U64, table: NDArray[np.int8] | NDArray[np.int32]) -> U64:
    return hashes >> np.uint64(64 - (len(table).bit_length() - 1))


def needed(blocks: NDArray[np.uint8]) -> I64:
    """How many texts must have a term of each block for it to count: one for words, two for n-grams."""
    return np.where((blocks == WORDS) | (blocks == SUBJECT), 1, 2)


def as_if_new(matrix: sparse.csr_matrix, counts: I64, blocks: NDArray[np.uint8]) -> sparse.csr_matrix:
    """Rows as a space would give them that was learned without them, from texts with these `counts` of each column.

    Terms that only left-out texts have are in the space of all texts, but would not be in a space of the others; and
    what remains of a row would have all its length. Without this, texts left out look stranger than new ones will.
    """
    known = counts >= needed(blocks)
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    cells = rows * BLOCKS + blocks[matrix.indices]
    values = matrix.data * known[matrix.indices]
    lengths = np.sqrt(np.bincount(cells, weights=values * values, minlength=matrix.shape[0] * BLOCKS))
    values *= SCALES[blocks[matrix.indices]] / np.maximum(lengths[cells], 1e-12)
    return sparse.csr_matrix((values, matrix.indices, matrix.indptr), shape=matrix.shape)


def _document_frequencies(texts: Sequence[Text]) -> tuple[U64, I64, NDArray[np.uint8]]:
    """Each term's hash, the number of texts that have it, and its block."""
    found, blocks = [], []
    for chunk in chunks(texts):
        seen = occurrences(chunk)
        order = np.lexsort((seen.hashes, seen.rows))
        rows, hashes = seen.rows[order], seen.hashes[order]
        new = np.ones(len(rows), dtype=bool)
        new[1:] = (rows[1:] != rows[:-1]) | (hashes[1:] != hashes[:-1])
        found.append(hashes[new])
        blocks.append(seen.blocks[order][new])
    if not found:
        return np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.uint8)
    hashes, first, counts = np.unique(np.concatenate(found), return_index=True, return_counts=True)
    return hashes, counts, np.concatenate(blocks)[first]


def chunks(texts: Sequence[Text]) -> list[Sequence[Text]]:
    """Batches small enough for `occurrences` and for the processor's cache."""
    step = _CHUNK // (SUBJECT_CHARACTERS + WORD_CHARACTERS + 8)
    return [texts[i : i + step] for i in range(0, len(texts), step)]
