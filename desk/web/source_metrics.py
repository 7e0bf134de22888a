"""When each source brought something last, for Prometheus: a source that has fallen silent is seen there too."""

from collections.abc import Callable, Iterable
from datetime import datetime

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from desk.web.queries.sources import Arrivals


class SourceMetrics(Collector):
    """One sample for each route that the tail of the journal knows; their number is bounded there."""

    def __init__(self, arrivals: Arrivals, clock: Callable[[], datetime]) -> None:
        self._arrivals = arrivals
        self._clock = clock

    def describe(self) -> Iterable[Metric]:
        """Nothing: a registry would otherwise read the journal when it is made."""
        return ()

    def collect(self) -> Iterable[Metric]:
        last = GaugeMetricFamily(
            "desk_source_last_input_timestamp_seconds", "When a source last brought an input.",
            labels=("source", "kind"),
        )  # fmt: skip
        for arrival in sorted(self._arrivals.latest(self._clock()), key=lambda one: one.route):
            last.add_metric((arrival.route.removeprefix("hook:"), arrival.kind), arrival.last_at.timestamp())
        yield last
