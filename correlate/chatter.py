"""Alerts that come and go by themselves: learned by the kind of alert, from what became of such alerts here.

Of every kind (the masked title) it is counted how often a lone alert of low severity came, and how often such an alert
was part of something: joined an incident, or was joined. A kind that has been alone often enough opens nothing by
itself any more, unless its source repeats it for hours; it still joins what others open, and that teaches the desk
otherwise.
"""

from collections.abc import Mapping

from correlate.identity import digest_of
from correlate.records import Condition, Reason

ALONE_BELOW = 0.2
"""A kind whose alerts are part of something less often than this is chatter."""
_WEIGHT = 8
"""Observations that a desk's own experience has to outweigh before it counts."""
_AT_FIRST = 0.42
"""The share on a desk that has seen nothing: there the first of a kind still opens an incident."""
ALL = ("came:all", "grew:all")
GOES_ON = 6 * 3600
"""Seconds; what its source repeats for so long does not go by itself, whatever came of its kind before."""
MAX_KINDS = 5_000


def names_of(condition: Condition) -> tuple[str, str]:
    """The names under which the kind's alerts, and those that were part of something, are counted."""
    kind = digest_of(condition.template or condition.fingerprint)
    return f"came:{kind}", f"grew:{kind}"


def share(counters: Mapping[str, int], condition: Condition) -> float:
    """The estimated share of the kind's alerts that are part of something.

    Empirical Bayes: what is known of all kinds counts as one observation beside the kind's own, so that a new kind is
    judged as such alerts usually fare on this desk.
    """
    came, grew = names_of(condition)
    before = max(counters.get(ALL[0], 0) - 1, 0)  # without the one that is judged
    usual = (counters.get(ALL[1], 0) + _WEIGHT * _AT_FIRST) / (before + _WEIGHT)
    return (counters.get(grew, 0) + usual) / (counters.get(came, 0) + 1)


def reason(counters: Mapping[str, int], condition: Condition) -> Reason:
    """Why a lasting alert still opens nothing."""
    came, grew = names_of(condition)
    evidence = {"came": counters.get(came, 0), "grew": counters.get(grew, 0), "kind": condition.template}
    return Reason("such alerts come and go", evidence)
