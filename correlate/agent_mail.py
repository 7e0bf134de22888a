"""What an agent writes by mail: an answer to the people of a record, a note, commands at its top; or words only.

From a verified agent a mail in a record is what the same would be on its page. Commands are carried out all or none:
they are tried on a turn of their own first. Anybody else's are words like any other.
"""

from msgspec.structs import replace

from correlate import (
    agents,
    answers,
    authenticity,
    categories,
    filing,
    gist,
    lifecycle,
    mail_commands,
    refusing,
    threads,
)
from correlate.commands import command_came
from correlate.effects import CommandRefused, NoteAdded
from correlate.keys import numbers_in
from correlate.mail_commands import Asked
from correlate.records import Reason, Record
from correlate.turn import Turn
from ingest.event import Command, Mail

_BY_AGENT = Reason("written by an agent")
_WORDS_ONLY = Reason("words of an agent who is not verified")
_NOT_DONE = Reason("commands that were not carried out")
_FILES = Reason("files are not sent")
_NO_RECORD = Reason("commands without a record")
_COMMANDS_ONLY = Reason("commands of an agent who is not verified")


def is_of_agent(turn: Turn, mail: Mail) -> bool:
    """Take an agent's mail in hand; False where it is to be read as any person's."""
    sender = mail.sender.address if mail.sender is not None else ""
    asked = mail_commands.read(gist.own_words(mail))
    actor = agents.agent_at(turn.policy, sender)
    if actor is None and (asked.lines or authenticity.verified(mail)):
        actor = told_of(turn, threads.record_of_thread(turn, mail), sender)
    if actor is None:
        return False
    if not authenticity.verified(mail):
        return _unverified(turn, mail, asked, sender)
    record = _record_of(turn, mail)
    if record is None:
        if asked.lines:
            turn.input_ignored(_NO_RECORD)
            refusing.refuse(turn, mail, "command", [_NO_RECORD], words=mail.new_text, always=True)
        return bool(asked.lines)
    if not asked.lines and turn.participant(record.number, sender) is not None:
        return False
    if mail.forwarded is not None:
        # What others wrote is passed on into the record, for agents to read.
        asked = replace(asked, lines=(*asked.lines, ("note", "")))
    _carry_out(turn, mail, record, asked, actor)
    return True


def told_of(turn: Turn, number: str | None, address: str) -> str | None:
    """The name under which somebody acts who is no agent, and whom the desk told of this incident as one of the staff:
    the owner of a service, whoever is on call."""
    record = turn.record(turn.situation.survivor(number or ""))
    return address if record is not None and address.lower() in record.told else None


def _record_of(turn: Turn, mail: Mail) -> Record | None:
    """The record that a verified agent's mail belongs to: by its thread, or by the number in its subject."""
    number = threads.record_of_thread(turn, mail)
    numbers = [number] if number is not None else []
    numbers += [turn.situation.survivor(named) for named in sorted(numbers_in(mail.subject))]
    return next((record for each in numbers if (record := turn.record(each)) is not None), None)


def _unverified(turn: Turn, mail: Mail, asked: Asked, sender: str) -> bool:
    """Words are added where the thread proves where they belong, and the agent hears why they were taken for no more.

    (The notice goes to the agent's own address: whoever wrote in their name learns nothing.)
    """
    replied = threads.proven(turn, mail, gist.own_words(mail))
    record = turn.record(replied[0]) if replied is not None else None
    taken = record is not None and replied is not None and turn.participant(record.number, sender) is None
    if taken and replied is not None:
        filing.file(turn, mail, replied[0], _WORDS_ONLY)
    if taken or asked.lines:
        # With commands each mail is answered, for each can be confirmed; words alone once a day.
        proof = [authenticity.proof_of(mail)]
        # Nobody should confirm what they cannot see: somebody else may have written it in their name.
        words = mail.new_text if asked.lines else None
        always = bool(asked.lines)
        refusing.refuse(turn, mail, "unverified", proof, about=record, words=words, always=always, confirm=True)
    if not taken and asked.wordless:
        turn.input_ignored(_COMMANDS_ONLY)
        return True
    return taken


def _carry_out(turn: Turn, mail: Mail, record: Record, asked: Asked, actor: str) -> None:
    commands, wrong = mail_commands.commands_of(asked, actor, record.number, lambda name: _category(turn, name))
    trial = Turn(turn.situation, turn.at, turn.cause, turn.route)
    trial.language = turn.language
    if not wrong:
        filing.file(trial, mail, record.number, _BY_AGENT, internal=asked.note)
        wrong = _tried(trial, mail, record, asked, commands, actor)
    if wrong:
        filing.file(turn, mail, record.number, _NOT_DONE, internal=True)
        refusing.refuse(turn, mail, "command", wrong, about=record, words=mail.new_text, always=True)
        return
    if not asked.note and any(not file.inline for file in mail.attachments) and turn.participants(record.number):
        refusing.refuse(turn, mail, "command", [_FILES], about=record, always=True)
    # The mail itself is in the timeline: what commands say of its words would stand there twice.
    turn.effects += [effect for effect in trial.effects if not isinstance(effect, NoteAdded)]


def confirmed(turn: Turn, mail: Mail, record: Record, actor: str) -> list[Reason]:
    """Do now what a mail asked for that was taken as words only; the reasons why not where something cannot be done."""
    asked = mail_commands.read(gist.own_words(mail))
    commands, wrong = mail_commands.commands_of(asked, actor, record.number, lambda name: _category(turn, name))
    return wrong or _tried(turn, mail, record, asked, commands, actor)


def _category(turn: Turn, name: str) -> str | Reason:
    found = categories.named(turn.situation, name)
    if found is not None:
        return found
    known = list(categories.known(turn.situation))
    return Reason("value not allowed", {"name": "category", "value": name[:80], "allowed": known})


def _tried(turn: Turn, mail: Mail, record: Record, asked: Asked, commands: list[Command], actor: str) -> list[Reason]:
    """Do it all on this turn; the reasons why not where something cannot be done."""
    words = "" if asked.note or any(c.action in mail_commands.SAYS_IT_ITSELF for c in commands) else asked.rest
    first = words and lifecycle.after("reply", record) is not None
    if first:
        _answer(turn, mail, record, words, actor)
    # What is said of the record comes first: the others tell people how it stands.
    for command in sorted(commands, key=lambda each: each.action != "set"):
        command_came(turn, command, None)
    refused = [effect.reason for effect in turn.effects if isinstance(effect, CommandRefused)]
    if words and not first and not refused:
        now = turn.record(record.number) or record
        if lifecycle.after("reply", now) is None:
            return [Reason("not in this state", {"why": lifecycle.refusal("reply", now)})]
        _answer(turn, mail, now, words, actor)
    return refused


def _answer(turn: Turn, mail: Mail, record: Record, words: str, actor: str) -> None:
    """To everybody who takes part and has not got the agent's own mail."""
    have_it = frozenset(box.address.lower() for box in (*mail.to, *mail.cc))
    sender = mail.sender.address if mail.sender is not None else ""
    answers.answer_all(turn, record, "answer", words, actor, but=have_it | {sender})
