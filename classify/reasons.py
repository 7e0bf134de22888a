"""Why a value was chosen: the words of the text, each with what it added to the score of the value.

The score is linear, so it is the sum of all contributions and the value's base score (its intercept). A pair of words
counts half for each of the two, a character n-gram for the word it is cut from.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from classify.classification import Reason
from classify.features import Occurrences

LAYOUT = "(form of the text)"
"""The term that stands for length, punctuation and sender."""


def contributions(
    seen: Occurrences, matrix: sparse.csr_array, places: NDArray[np.int64], weights: NDArray[np.float32]
) -> NDArray[np.float64]:
    """What each word of a batch adds to the scores: one row per word (numbered as in `seen`), one column per weight.

    `weights` has, for each row of `matrix` (one text), a row of its terms' weights: shape (stored values, columns).
    """
    per_value = matrix.data[:, None].astype(np.float64) * weights
    known = places >= 0
    counts = np.maximum(np.bincount(places[known], minlength=len(matrix.data)), 1)
    share = per_value / counts[:, None]
    totals = np.zeros((len(seen.word_rows), weights.shape[1]))
    for column in range(weights.shape[1]):
        totals[:, column] = np.bincount(
            seen.words[known], weights=share[places[known], column], minlength=len(seen.word_rows)
        )
    return totals


def strongest(seen: Occurrences, added: NDArray[np.float64], rows: int, most: int = 5) -> list[tuple[Reason, ...]]:
    """For each text the terms that count most, for or against, strongest first, from one column of contributions."""
    bounds = np.searchsorted(seen.word_rows[: len(seen.word_rows) - rows], np.arange(rows + 1))
    found: list[tuple[Reason, ...]] = []
    for row in range(rows):
        terms: dict[str, float] = {}
        for word in range(bounds[row], bounds[row + 1]):
            value = added[word]
            if value:
                term = seen.joined[seen.word_starts[word] : seen.word_ends[word]]
                terms[term] = terms.get(term, 0.0) + float(value)
        layout = float(added[len(seen.word_rows) - rows + row])
        if layout:
            terms[LAYOUT] = layout
        ranked = sorted(terms.items(), key=lambda item: (-abs(item[1]), item[0]))[:most]
        found.append(tuple(Reason(term, round(value, 4)) for term, value in ranked))
    return found
