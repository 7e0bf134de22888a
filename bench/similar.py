"""Finding similar records among 1,000, 10,000 and 100,000, against a plain TF-IDF matrix.

    python -m bench.similar [--rounds 3] [--most 100000]

The index grows record by record, as mails come; the matrix of scikit-learn has to be built anew for every record that
joins. So its time is that of one build, spread over all records, which flatters it.
"""

import argparse
import json
import time
from collections.abc import Callable, Sequence

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer

from bench.classify import line_of, spent
from bench.measure import ROUNDS, interleaved, report
from bench.normalize import for_a_while
from bench.tickets import tickets
from classify.classification import Text
from classify.similar import SimilarIndex

SIZES = (1_000, 10_000, 100_000)
SLOWEST_MS = 20.0


def indexed(texts: Sequence[Text]) -> SimilarIndex:
    """The index of these texts."""
    index = SimilarIndex()
    for number, text in enumerate(texts):
        index.add(str(number), text.subject, text.body)
    return index


def matrix_search(texts: Sequence[Text]) -> Callable[[Text], object]:
    """The ten best by cosine of TF-IDF over words and pairs of words."""
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    matrix = vectorizer.fit_transform([line_of(text) for text in texts])

    def find(question: Text) -> object:
        scores = (matrix @ vectorizer.transform([line_of(question)]).T).toarray()[:, 0]
        return np.argpartition(-scores, 10)[:10]

    return find


def one_by_one(questions: Sequence[Text], find: Callable[[Text], object]) -> Callable[[], int]:
    """Asks the next question, over and over."""
    place = 0

    def step() -> int:
        nonlocal place
        find(questions[place])
        place = (place + 1) % len(questions)
        return 1

    return step


def main() -> None:
    """Measure and print one line for each case."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--most", type=int, default=SIZES[-1])
    options = parser.parse_args()
    texts, _ = tickets(options.most)
    questions, _ = tickets(200, seed=2)
    for size in (size for size in SIZES if size <= options.most):
        index, seconds = spent(lambda size=size: indexed(texts[:size]))  # type: ignore[misc]
        search, plain_seconds = spent(lambda size=size: matrix_search(texts[:size]))  # type: ignore[misc]
        times = []
        for question in questions:
            began = time.process_time()
            index.find(question.subject, question.body)
            times.append(1000 * (time.process_time() - began))
        figures = {
            "index_us_each": round(1e6 * seconds / size),
            "plain_us_each": round(1e6 * plain_seconds / size),
            "query_ms_median": round(float(np.median(times)), 2),
            "query_ms_95": round(float(np.quantile(times, 0.95)), 2),
            "met": float(np.quantile(times, 0.95)) < SLOWEST_MS,
        }
        print(json.dumps({"bench": "similar", "case": f"{size:,} records", **figures}), flush=True)
        contenders = {
            "similar": for_a_while(0.3, one_by_one(questions, lambda q, index=index: index.find(q.subject, q.body))),  # type: ignore[misc]
            "TF-IDF matrix": for_a_while(0.3, one_by_one(questions, search)),
        }
        rates = interleaved(contenders, options.rounds)
        report("similar", f"query among {size:,}", rates, "similar", "TF-IDF matrix", None)


if __name__ == "__main__":
    main()
