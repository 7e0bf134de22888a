"""Learning and judging tickets, against the plain TF-IDF + LinearSVC pipeline of scikit-learn.

    python -m bench.classify [--rounds 5] [--rows 10000]

Training is measured once for each side: it is long. Ours chooses among machines, calibrates and checks its promise on
later rows, which trains several times over; the plain pipeline trains once and has neither probabilities nor reasons.
Processor time is counted, so that another program on the machine costs neither side its turn.
"""

import argparse
import json
import resource
import time
import warnings
from collections.abc import Callable, Sequence
from typing import Any

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

from bench.measure import interleaved, report
from bench.normalize import for_a_while
from bench.tickets import tickets
from classify.classification import Text
from classify.model import StoredModel, loaded, stored
from classify.training import train

BATCH = 200
MINUTE = 60.0
LARGEST_FILE = 50e6
SLOWEST_LOAD = 1.0
SLOWEST_ANSWER_MS = 5.0


def plain() -> Any:
    """Words, pairs of words and character n-grams, one-against-rest support vectors: what anyone would try first."""
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    characters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, min_df=2)
    return make_pipeline(make_union(words, characters), LinearSVC())


def line_of(text: Text) -> str:
    """A ticket as one string, for the plain pipeline."""
    return f"{text.subject or ''} {text.body or ''}"


def spent(work: Callable[[], Any]) -> tuple[Any, float]:
    """What `work` gives, and the processor time in seconds that it took."""
    began = time.process_time()
    found = work()
    return found, time.process_time() - began


def say(case: str, **figures: float | bool) -> None:
    """One line of figures without a contender."""
    print(json.dumps({"bench": "classify", "case": case, **figures}), flush=True)


def trained(rows: int) -> tuple[StoredModel, Any]:
    """Both sides, trained on the same rows; prints what that cost."""
    texts, labels = tickets(rows)
    found, seconds = spent(lambda: train(texts, {"category": list(labels)}))
    data = stored(found.pipeline, {})
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    began = time.perf_counter()
    model = loaded(data)
    loading = time.perf_counter() - began
    machine = plain()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _, plain_seconds = spent(lambda: machine.fit([line_of(text) for text in texts], labels))
    say(
        f"training on {rows:,} rows",
        seconds=round(seconds, 1),
        plain_seconds=round(plain_seconds, 1),
        peak_mb=round(memory),
        file_mb=round(len(data) / 1e6, 1),
        load_s=round(loading, 2),
        met=seconds < MINUTE and len(data) < LARGEST_FILE and loading < SLOWEST_LOAD,
    )
    return model, machine


def judge(texts: Sequence[Text], ask: Callable[[Sequence[Text]], object], size: int) -> Callable[[], int]:
    """Answers the next `size` texts, over and over."""
    place = 0

    def step() -> int:
        nonlocal place
        ask(texts[place : place + size])
        place = (place + size) % len(texts)
        return size

    return step


def main() -> None:
    """Measure and print one line for each case."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--rows", type=int, default=10_000)
    options = parser.parse_args()
    model, machine = trained(options.rows)
    texts, _ = tickets(10 * BATCH, seed=2)
    for case, size in (("one at a time", 1), (f"batches of {BATCH}", BATCH)):
        contenders = {
            "with reasons": for_a_while(0.3, judge(texts, model.verdicts, size)),
            "without": for_a_while(0.3, judge(texts, lambda batch: model.verdicts(batch, reasons=False), size)),
            "TF-IDF + LinearSVC": for_a_while(
                0.3, judge(texts, lambda batch: machine.predict([line_of(text) for text in batch]), size)
            ),
        }
        rates = interleaved(contenders, options.rounds)
        report("classify", case, rates, "with reasons", "TF-IDF + LinearSVC", None)
        if size == 1:
            slowest = 1000 / min(rates["with reasons"])
            say("one answer", milliseconds=round(slowest, 2), met=slowest < SLOWEST_ANSWER_MS)


if __name__ == "__main__":
    main()
