"""`desk classify`: what a model says about each text on standard input, at once, as JSON Lines."""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TextIO

import msgspec

from classify.classification import Text, Verdict
from classify.model import LoadError, StoredModel, load
from classify.model_file import starter_model_path
from classify.priority import decided_level, priority


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `desk classify`."""
    parser.add_argument(
        "--model", type=Path, metavar="PATH", help="a model of `desk train` (default: the starter model)"
    )


def run(args: argparse.Namespace) -> int:
    """Runs the command."""
    try:
        model = load(args.model or starter_model_path())
    except LoadError as problem:
        print(f"desk classify: {problem}", file=sys.stderr)
        return 2
    return classify_lines(model, sys.stdin.buffer, sys.stdout)


class Question(msgspec.Struct, rename={"sender": "from"}):
    """A line of the input."""

    subject: str | None = None
    text: str | None = None
    id: Any = None
    sender: str | None = None


def classify_lines(model: StoredModel, lines: Iterable[bytes], out: TextIO) -> int:
    """Answers each line before the next is read. Returns the exit status: 1 if a line could not be read, else 0."""
    failed = False
    decoder = msgspec.json.Decoder(Question)
    for number, line in enumerate(lines):
        if not line.strip():
            continue
        try:
            question = decoder.decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError) as problem:
            failed = True
            answer: dict[str, Any] = {"path": f"line {number + 1}", "error": f"The line cannot be read: {problem}."}
        else:
            text = Text(subject=question.subject, body=question.text, sender=question.sender)
            answer = {"id": question.id, **described(model.verdicts([text])[0])}
        out.write(msgspec.json.encode(answer).decode() + "\n")
        out.flush()
    return 1 if failed else 0


_SAID = ("value", "confidence", "decided", "alternatives", "reasons")


def described(verdicts: dict[str, Verdict]) -> dict[str, Any]:
    """The verdicts as the contract has them, with the priority that follows where impact and urgency are among them."""
    answer: dict[str, Any] = {
        target: {name: getattr(verdict, name) for name in _SAID} for target, verdict in verdicts.items()
    }
    if {"impact", "urgency"} <= verdicts.keys():
        answer["priority"] = priority(decided_level(verdicts["impact"]), decided_level(verdicts["urgency"]))
    return answer
