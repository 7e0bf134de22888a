"""One trial: recorded history played twice, as things are configured and with a change, and the difference."""

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from classify.classification import Model
from correlate.policy import Policy
from correlate.silencing import unusable
from desk.lab.difference import Difference, difference
from desk.replay.simulation import Simulation
from desk.replay.source import Recorded
from ingest.journal import Journal

_ROWS = 500
MODEL = "model"


class ChangeError(ValueError):
    """The change cannot be tried; the text is a sentence."""


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """What is tried: the policy as it is, and what shall be different. `model` is a file of another model."""

    policy: Policy
    changed: Policy
    model: str | None = None


def read_change(text: str) -> dict[str, Any]:
    """The settings in a text of TOML, as in `group_wait = 60`. Raises ChangeError."""
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, brackets within brackets
        raise ChangeError(f"This is no TOML: {error}. Write settings as in: group_wait = 60") from error


def trial_of(policy: Policy, change: Mapping[str, Any]) -> Trial:
    """The trial of a change. Raises ChangeError where a setting is unknown or its value does not fit."""
    change = dict(change)
    model = change.pop(MODEL, None)
    known = {field.name for field in msgspec.structs.fields(Policy)}
    unknown = sorted(set(change) - known)
    if unknown:
        raise ChangeError(
            f"There is no setting “{unknown[0]}”. Those that steer decisions: {', '.join(sorted(known))}."
        )
    if not change and model is None:
        raise ChangeError("Write at least one setting, as in: group_wait = 60")
    try:
        changed = msgspec.convert({**msgspec.to_builtins(policy), **change}, Policy, strict=False)
    except msgspec.ValidationError as error:
        raise ChangeError(f"This does not fit: {error}.") from error
    trouble = unusable(changed)
    if trouble is not None:
        raise ChangeError(trouble)
    made = Trial(policy=policy, changed=changed, model=str(model) if model is not None else None)
    try:
        return msgspec.json.decode(msgspec.json.encode(made), type=Trial)  # JSON has neither inf nor nan
    except msgspec.ValidationError as error:
        raise ChangeError(f"This does not fit: {error}.") from error


def history(journal: Journal, since: datetime | None = None) -> Iterator[Recorded]:
    """What the journal recorded from a time on; what was erased is passed over."""
    position = 0
    while items := journal.read(position, _ROWS):
        for item in items:
            if item.body is not None and (since is None or item.accepted_at >= since):
                yield Recorded(item.position, item)
        position = items[-1].position


def run(
    trial: Trial, records: Sequence[Recorded], model: Model | None, progress: Callable[[int], None] | None = None
) -> Difference:
    """Play the history twice. `progress` hears how many inputs of both runs together are done. Raises ChangeError."""
    other = model
    if trial.model is not None:
        from classify.model import LoadError, load

        try:
            other = load(Path(trial.model))
        except (LoadError, OSError) as error:
            raise ChangeError(f"The model {trial.model} cannot be loaded: {error}") from error
    before = Simulation(replace(trial.policy, observing=()), model)
    before.run(records, progress)
    after = Simulation(replace(trial.changed, observing=()), other)
    after.run(records, (lambda done: progress(len(records) + done)) if progress is not None else None)
    return difference(before, after)
