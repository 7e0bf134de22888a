"""Metrics of the model: read from the tables when somebody asks, at most once a minute, as the others are."""

import threading
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Connection, Engine

from correlate.taxonomies import in_force
from desk.clock import Clock
from desk.config import Settings
from desk.learning import shelf, watching
from desk.learning.checked import Checked, checked
from desk.store import MODEL_TROUBLE, read_state
from desk.web.queries import counts, model

LOOKED_AGAIN = timedelta(minutes=1)
MOST_CATEGORIES = 200
NOT_KNOWN = float("nan")


class ModelMetrics(Collector):
    """What became of the answers of the last week, whether the promise is kept, and what has drifted."""

    def __init__(self, engine: Engine, settings: Settings, clock: Clock) -> None:
        self._engine = engine
        self._settings = settings
        self._clock = clock
        self._lock = threading.Lock()
        self._known: list[Metric] = []
        self._read_at: datetime | None = None

    def describe(self) -> Iterable[Metric]:
        """Nothing: a registry would otherwise ask the database when it is made."""
        return ()

    def collect(self) -> Iterable[Metric]:
        with self._lock:
            now = self._clock()
            if self._read_at is None or not timedelta(0) <= now - self._read_at < LOOKED_AGAIN:
                with self._engine.connect() as connection:
                    self._known = list(self._read(connection, now))
                self._read_at = now
            return self._known

    def _read(self, connection: Connection, now: datetime) -> Iterable[Metric]:
        taxonomy, promise = in_force(counts.policy(connection)), self._settings.model.promise
        known = watching.answers(connection, taxonomy, now)
        seen = watching.watched(known, promise, now)
        trouble = read_state(connection).get(MODEL_TROUBLE) is not None
        well = not trouble and shelf.is_there(connection, self._settings)
        yield _gauge("desk_model_up", "1 where the model in force can be used, else 0: rules decide alone.", well)
        yield from _answers(known, now)
        yield from _checked(checked(connection, taxonomy, promise, now))
        yield _gauge("desk_model_promise_ratio", "The share of right answers promised among those decided.", promise)
        yield _gauge("desk_model_coverage_ratio", "The share of a week's mails that it decided.", seen.coverage)
        yield _gauge(
            "desk_model_right_ratio", "Of the answers decided in a quarter whose matter is over: the share that was "
            "right.", seen.right_of_decided,
        )  # fmt: skip
        yield _gauge(
            "desk_model_promise_broken", "1 where fewer are right than the promise and chance allow.",
            seen.broken_promise,
        )  # fmt: skip
        yield _gauge(
            "desk_model_other_language_ratio", "The share of a week's mails in none of the eight languages.",
            seen.unknown_language,
        )  # fmt: skip
        drift = GaugeMetricFamily(
            "desk_model_drift", "Population stability index: the last week against the four before.", labels=("of",)
        )
        much = GaugeMetricFamily("desk_model_drifted", "1 where that is more than chance gives.", labels=("of",))
        for name, value in (("answers", seen.drift_of_answers), ("languages", seen.drift_of_languages)):
            drift.add_metric((name,), NOT_KNOWN if value is None else value)
            much.add_metric((name,), float(name in seen.drifted))
        yield drift
        yield much
        night = model.last_watched(connection)
        yield _gauge(
            "desk_model_unknown_words_ratio", "The share of words of a week's mails that the model never met.",
            night[1].unknown_words if night is not None else None,
        )  # fmt: skip
        yield _gauge(
            "desk_model_unknown_words_before_ratio", "The same for the four weeks before.",
            night[1].unknown_words_before if night is not None else None,
        )  # fmt: skip
        yield _gauge(
            "desk_model_trial_timestamp_seconds", "When a model was last trained and judged; 0 before the first time.",
            night[0].timestamp() if night is not None else 0.0,
        )  # fmt: skip
        _, doubtful = model.doubts(connection, 0)
        yield _gauge("desk_model_doubtful_labels", "Groups of labels that wait for somebody to look.", doubtful)


def _answers(known: Iterable[watching.Answer], now: datetime) -> Iterable[Metric]:
    found = GaugeMetricFamily(
        "desk_model_answers", "Answers about mails of the last week, by category and by what became of them.",
        labels=("category", "outcome"),
    )  # fmt: skip
    tally: Counter[tuple[str, str]] = Counter()
    for name, outcomes in watching.by_category(a for a in known if a.at > now - watching.WEEK):
        known_names = len({category for category, _ in tally})
        for outcome, count in outcomes.items():
            tally[name if known_names < MOST_CATEGORIES else "(other)", outcome] += count
    for labels, count in sorted(tally.items()):
        found.add_metric(labels, count)
    yield found


def _checked(known: Iterable[Checked]) -> Iterable[Metric]:
    found = GaugeMetricFamily(
        "desk_model_decided_answers", "Answers decided about mails of the last quarter, by what people said of them.",
        labels=("target", "outcome"),
    )  # fmt: skip
    broken = GaugeMetricFamily(
        "desk_model_target_promise_broken", "1 where people corrected more than the promise and chance allow.",
        labels=("target",),
    )  # fmt: skip
    for one in known:
        outcomes = {"confirmed": one.confirmed, "corrected": one.corrected, "unchecked": one.unchecked}
        for outcome, count in outcomes.items():
            found.add_metric((one.target, outcome), count)
        broken.add_metric((one.target,), float(one.broken_promise))
    yield found
    yield broken


def _gauge(name: str, words: str, value: float | None) -> Metric:
    return GaugeMetricFamily(name, words, value=NOT_KNOWN if value is None else float(value))
