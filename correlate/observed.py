"""What becomes of records from a source that was only observed, once it is switched on."""

from msgspec.structs import replace

from correlate.policy import Policy
from correlate.records import OPEN_STATUSES, Reason
from correlate.turn import Turn


def configured(turn: Turn, policy: Policy) -> None:
    """Open records of a source that is observed no longer are like any other from here on: what is to be told of them
    leaves. What was held until now stays held, for a person to let out or not."""
    for number in sorted(turn.situation.records):
        record = turn.situation.records[number]
        if not record.held or record.observed is None or record.status not in OPEN_STATUSES:
            continue
        if record.observed not in policy.observing:
            # Whose notice is held still has heard of nothing, and need not hear of its end.
            known = replace(record, held=False, told=record.let_out)
            turn.changed(known, "enabled", Reason("its source was enabled"))
