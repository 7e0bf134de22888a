"""Alerts that come and go by themselves: learned by the kind of alert, from what became of such alerts here.

Of every kind (the masked title) it is counted how often a lone alert of low severity came, and how often such an alert
was part of something: joined an incident, or was joined. A kind that has been alone often enough opens nothing by
itself any more; it still joins what others open, and that teaches the desk otherwise.
"""

from collections.abc import Mapping

from correlate.identity import digest_of
from correlate.records import Condition, Reason

ALONE_BELOW = 0.12
"""A kind whose alerts are part of something less often than this is chatter. With a prior of one half observation
each way that takes at least four lone ones."""
MAX_KINDS = 5_000


def names_of(condition: Condition) -> tuple[str, str]:
    """The names under which the kind's alerts, and those that were part of something, are counted."""
    kind = digest_of(condition.template or condition.fingerprint)
    return f"came:{kind}", f"grew:{kind}"


def share(counters: Mapping[str, int], condition: Condition) -> float:
    """The estimated share of the kind's alerts that are part of something (Jeffreys' prior)."""
    came, grew = names_of(condition)
    return (counters.get(grew, 0) + 0.5) / (counters.get(came, 0) + 1)


def reason(counters: Mapping[str, int], condition: Condition) -> Reason:
    """Why a lasting alert still opens nothing."""
    came, grew = names_of(condition)
    evidence = {"came": counters.get(came, 0), "grew": counters.get(grew, 0), "kind": condition.template}
    return Reason("such alerts come and go", evidence)
