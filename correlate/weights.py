"""How much each piece of evidence counts in this house: factors that are fitted to what people corrected."""

from collections.abc import Mapping
from typing import Literal

MAIL: Literal["mail"] = "mail"
INCIDENT: Literal["incident"] = "incident"
"""Whose evidence it is: that a mail is about an incident, or that two incidents are one."""
SMALLEST, LARGEST = 0.0, 5.0


def weighted(
    pieces: dict[str, float], kind: Literal["mail", "incident"], weights: Mapping[str, float]
) -> dict[str, float]:
    """The pieces of evidence, each times the factor that `weights` has for it ("mail.words" = 1.2); one where none."""
    if not weights:
        return pieces
    return {name: value * bounded(weights.get(f"{kind}.{name}", 1.0)) for name, value in pieces.items()}


def bounded(factor: float) -> float:
    """A factor as it counts: they come from a file that people edit."""
    return max(SMALLEST, min(LARGEST, factor)) if factor == factor else 1.0
