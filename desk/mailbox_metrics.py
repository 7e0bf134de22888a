"""Metrics about the mailboxes that are read by IMAP: read from the tables when somebody asks, as the others are."""

from collections.abc import Iterable

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from desk.mailboxes import Mailboxes


class MailboxMetrics(Collector):
    """One series for each mailbox of the settings; none where there are no mailboxes."""

    def __init__(self, mailboxes: Mailboxes) -> None:
        self._mailboxes = mailboxes

    def describe(self) -> Iterable[Metric]:
        """Nothing: a registry would otherwise ask the database when it is made."""
        return ()

    def collect(self) -> Iterable[Metric]:
        up = GaugeMetricFamily(
            "desk_mailbox_up", "1 where the mailbox was read to its end at the last try, else 0.", labels=("mailbox",)
        )
        read_at = GaugeMetricFamily(
            "desk_mailbox_read_timestamp_seconds",
            "When every folder of the mailbox was last read to its end, to the minute; 0 before the first time.",
            labels=("mailbox",),
        )
        observing = GaugeMetricFamily(
            "desk_mailbox_observing", "1 where the answers to the mailbox's mail are held.", labels=("mailbox",)
        )
        mails = CounterMetricFamily("desk_mailbox_mails", "Mails taken from a folder.", labels=("mailbox", "folder"))
        for mailbox in self._mailboxes.all():
            name, known = mailbox.name, mailbox.condition
            connected = known is not None and known.well_at is not None
            up.add_metric((name,), float(connected and mailbox.trouble is None))
            read_at.add_metric((name,), known.well_at.timestamp() if known is not None and known.well_at else 0.0)
            observing.add_metric((name,), float(mailbox.observing))
            for folder, count in sorted(mailbox.taken.items()):
                mails.add_metric((name, folder), count)
        yield from (up, read_at, observing, mails)
