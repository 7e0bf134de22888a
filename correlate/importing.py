"""History that was imported: old mails become closed records with their own dates, and nobody is told of anything.

Nothing of it takes part in what is decided about the present: no incident that others join, no cause that recurs.
"""

from datetime import datetime

from msgspec.structs import replace

from classify.classification import Classification
from correlate import agents, filing, threads
from correlate.records import Reason, Record
from correlate.turn import Turn
from ingest.event import Mail

HISTORY = Reason("imported history")
_NO_SENDER = Reason("nobody to answer")


def history_came(turn: Turn, mail: Mail, classification: Classification | None) -> None:
    """An old mail, decided at the time at which it came: part of the record of its thread, else a closed record.

    Machines open nothing, as ever. What the desk's own address sent at the time is part of its thread.
    """
    then = Turn(turn.situation, min(mail.imported_at or turn.at, turn.at), turn.cause, turn.route)
    then.language = (classification.language if classification is not None else None) or mail.language
    then.ruling = turn.ruling
    _decide(then, mail, classification)
    turn.effects += then.effects


def _decide(turn: Turn, mail: Mail, classification: Classification | None) -> None:
    number = threads.record_of_thread(turn, mail)
    record = turn.record(number) if number is not None else None
    if mail.automatic is not None and (mail.automatic != "own" or record is None):
        turn.input_ignored(Reason("automatic mail", {"kind": mail.automatic}), number)
    elif mail.sender is None or not mail.sender.address:
        turn.input_ignored(_NO_SENDER)
    elif record is None:
        record = filing.closed_record(turn, mail, classification, HISTORY)
        turn.opened(record, HISTORY)
        filing.file(turn, mail, record.number, HISTORY)
        turn.person(filing.participant(turn, mail, record.number, "requester"), HISTORY)
    else:
        filing.file(turn, mail, record.number, Reason("imported reply", {"record": record.number}))
        if filing.is_history(record):
            _goes_on(turn, mail, record, turn.at)


def _goes_on(turn: Turn, mail: Mail, record: Record, at: datetime) -> None:
    """An old matter lasted until its last mail, and whoever wrote took part in it."""
    if record.closed_at is not None and record.status == "closed" and at > record.closed_at:
        turn.changed(replace(record, resolved_at=at, closed_at=at), "imported", HISTORY)
    sender = mail.sender.address if mail.sender is not None else ""
    ours = sender in turn.policy.own_addresses or agents.agent_at(turn.policy, sender) is not None
    if ours or mail.automatic is not None:
        return
    known = turn.participant(record.number, sender)
    if known is None:
        turn.person(filing.participant(turn, mail, record.number, "reporter"), HISTORY)
    else:
        turn.person(filing.seen(turn, mail, known), HISTORY)
