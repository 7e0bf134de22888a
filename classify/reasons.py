"""Why a value was chosen: the words of the text, each with what it added to the score of the value.

The score is linear, so it is the sum of all contributions and the value's base score (its intercept). A pair of words
counts half for each of the two, a character n-gram for the word it is cut from.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from classify.classification import Reason
from classify.features import Occurrences

LAYOUT = "(form of the text)"
"""The term that stands for length, punctuation and sender."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The distinct words of each text of a batch. `of_word` gives each word's term, `rows` each term's text."""

    of_word: NDArray[np.int64]
    rows: NDArray[np.int64]
    words: NDArray[np.int64]
    """For each term the first of its words."""

    def text(self, seen: Occurrences, term: int) -> str:
        """How the term reads."""
        word = self.words[term]
        start = seen.word_starts[word]
        return LAYOUT if start < 0 else seen.joined[start : seen.word_ends[word]]


def terms_of(seen: Occurrences) -> Terms:
    """The distinct words of each text, grouped by text."""
    order = np.lexsort((seen.word_hashes, seen.word_rows))
    rows, hashes = seen.word_rows[order], seen.word_hashes[order]
    new = np.ones(len(rows), dtype=bool)
    new[1:] = (rows[1:] != rows[:-1]) | (hashes[1:] != hashes[:-1])
    of_word = np.empty(len(rows), dtype=np.int64)
    of_word[order] = np.cumsum(new) - 1
    return Terms(of_word, rows[new], order[new])


def contributions(
    seen: Occurrences,
    terms: Terms,
    matrix: sparse.csr_array,
    places: NDArray[np.int64],
    weights: NDArray[np.float32],
) -> NDArray[np.float64]:
    """What each term of a batch adds to the scores: one row per term, one column per weight.

    `weights` has, for each stored value of `matrix`, the weights of its term that matter for its text.
    """
    known = np.flatnonzero(places >= 0)
    places = places[known]
    counts = np.maximum(np.bincount(places, minlength=len(matrix.data)), 1)
    shares = np.ascontiguousarray(weights.T) * (matrix.data / counts)
    term = terms.of_word[seen.words[known]]
    size = len(terms.rows)
    return np.stack([np.bincount(term, weights=share[places], minlength=size) for share in shares], axis=1)


def strongest(
    seen: Occurrences, terms: Terms, added: NDArray[np.float64], most: int = 5
) -> list[list[tuple[Reason, ...]]]:
    """For each text, and each column of contributions, the terms that count most, for or against, strongest first."""
    texts, columns = int(terms.rows[-1]) + 1, added.shape[1]
    first = np.searchsorted(terms.rows, np.arange(texts + 1))
    place = np.arange(len(terms.rows)) - first[terms.rows]
    widest = max(int(np.diff(first).max()), most)
    # A text has about as many terms as another: side by side they are a table, and no sorting of them all is needed.
    size = np.zeros((texts, widest, columns))
    size[terms.rows, place] = np.abs(added)
    size = np.ascontiguousarray(size.transpose(0, 2, 1))
    least = np.partition(size, widest - most, axis=2)[:, :, widest - most]
    row, column, at = np.nonzero((size >= least[:, :, None]) & (size > 0.0))
    term = first[row] + at
    values = added[term, column]
    order = np.lexsort((at, -np.abs(values), column, row))
    found: list[list[list[Reason]]] = [[[] for _ in range(columns)] for _ in range(texts)]
    chosen = zip(row[order].tolist(), column[order].tolist(), term[order].tolist(), values[order].tolist(), strict=True)
    words: dict[int, str] = {}
    for text, head, number, value in chosen:
        reasons = found[text][head]
        if len(reasons) < most:
            word = words.get(number)
            if word is None:
                word = words[number] = terms.text(seen, number)
            reasons.append(Reason(word, round(value, 4)))
    return [[tuple(reasons) for reasons in heads] for heads in found]
