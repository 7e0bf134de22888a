"""The matrix of priorities, changed cell by cell on its page; each change is an input, as with the categories.

A cell of the page holds for one criticality, or for troubles of no known service ("none"). What desk.toml says of a
cell comes before the page. Records that are open keep their priority until something about them changes.
"""

from collections.abc import Mapping
from itertools import product
from typing import Any

from msgspec.structs import replace

from classify.classification import LEVELS, PRIORITIES
from correlate.effects import PolicyChanged
from correlate.policy import Policy
from correlate.priorities import cell_of, own_cells
from correlate.records import Reason
from correlate.turn import Turn
from ingest.event import Command

ACTION = "matrix"
CRITICALITIES: tuple[int | None, ...] = (None, 1, 2, 3, 4)
CELLS: Mapping[str, tuple[Any, Any, int | None]] = {
    f"{impact}/{urgency}/{criticality or 'none'}": (impact, urgency, criticality)
    for criticality, impact, urgency in product(CRITICALITIES, LEVELS, LEVELS)
}
"""Every cell: impact, urgency and criticality."""
_LONGEST_WHY = 300


def matrix_command(turn: Turn, command: Command) -> bool:
    """Change cells, or refuse with a sentence; False for another command."""
    if command.action != ACTION:
        return False
    given = command.arguments.get("cells")
    try:
        changed = edited(turn.policy, given if isinstance(given, Mapping) else {})
    except ValueError as problem:
        turn.refuse(command, Reason("matrix cannot be changed so", {"why": str(problem)}))
        return True
    cells = ", ".join(f"{cell} {was} → {now}" for cell, (was, now) in differences(turn.policy, changed).items())
    why = command.arguments.get("why")
    if isinstance(why, str) and why.strip():
        cells = f"{cells} (“{why.strip()[:_LONGEST_WHY]}”)"
    reason = Reason("matrix changed", {"actor": command.actor, "cells": cells})
    turn.effects.append(PolicyChanged(cause=turn.cause, at=turn.at, reason=reason, policy=changed))
    return True


def edited(policy: Policy, given: Mapping[str, Any]) -> Policy:
    """The policy with these cells; None as a priority makes a cell the usual one. Raises ValueError with a sentence."""
    page = dict(policy.page_matrix)
    for cell, priority in given.items():
        if cell not in CELLS:
            raise ValueError(f"{str(cell)[:40]!r} is no cell: write impact/urgency/criticality, as in high/low/1.")
        if fixed(policy, cell):
            raise ValueError(f"The cell {cell} is set in desk.toml ([policy] matrix): change it there.")
        if priority is None:
            page.pop(cell, None)
        elif priority in PRIORITIES:
            page[cell] = priority
        else:
            raise ValueError(f"A priority is one of {', '.join(PRIORITIES)}: not {str(priority)[:40]!r}.")
    without = replace(policy, page_matrix={})
    page = {cell: priority for cell, priority in page.items() if priority_in(without, cell) != priority}
    changed = replace(policy, page_matrix=page)
    if not differences(policy, changed):
        raise ValueError("This changes no cell.")
    return changed


def fixed(policy: Policy, cell: str) -> bool:
    """Whether desk.toml says what this very cell is."""
    return cell in policy.matrix


def priority_in(policy: Policy, cell: str) -> str:
    """The priority that a cell gives."""
    return cell_of(own_cells(policy), *CELLS[cell])


def differences(before: Policy, after: Policy) -> dict[str, tuple[str, str]]:
    """The cells that give another priority: what it was, what it is."""
    both = {cell: (priority_in(before, cell), priority_in(after, cell)) for cell in CELLS}
    return {cell: pair for cell, pair in both.items() if pair[0] != pair[1]}
