"""How far an answer of a model is leant on where nobody is told of it: joining mails, telling troubles from wishes."""

from classify.classification import Verdict

SURE = 0.83
"""A confidence from which an answer tips such a balance, though it was only proposed: a hint that other evidence may
overrule. What people are told as decided, and whom a matter is given to, needs `Verdict.decided`."""


def leans(verdict: Verdict) -> bool:
    """Whether the answer is decided, or proposed with so much confidence that it counts as a hint."""
    return verdict.decided or verdict.confidence >= SURE
