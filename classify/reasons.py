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
    share = (matrix.data / counts)[:, None] * weights
    term = terms.of_word[seen.words[known]]
    size = len(terms.rows)
    return np.stack(
        [np.bincount(term, weights=share[places, column], minlength=size) for column in range(weights.shape[1])], axis=1
    )


def strongest(seen: Occurrences, terms: Terms, added: NDArray[np.float64], most: int = 5) -> list[tuple[Reason, ...]]:
    """For each text the terms that count most, for or against, strongest first, from one column of contributions."""
    order = np.lexsort((-np.abs(added), terms.rows))
    texts = int(terms.rows[-1]) + 1
    first = np.searchsorted(terms.rows, np.arange(texts + 1))
    place = np.arange(len(order)) - first[terms.rows]
    best = order[(place < most) & (added[order] != 0.0)]
    found: list[list[Reason]] = [[] for _ in range(texts)]
    for term, row, value in zip(best.tolist(), terms.rows[best].tolist(), added[best].tolist(), strict=True):
        found[row].append(Reason(terms.text(seen, term), round(value, 4)))
    return [tuple(reasons) for reasons in found]
