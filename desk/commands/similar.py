"""`desk similar`: the records of an index that read like each record on standard input, as JSON Lines."""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TextIO

import msgspec

from classify.similar import SimilarIndex


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `desk similar`."""
    parser.add_argument("--index", type=Path, required=True, metavar="FILE.jsonl", help="the records to search")


class Record(msgspec.Struct):
    """A line of the index or of the input."""

    id: str | int | None = None
    subject: str | None = None
    text: str | None = None
    at: str | None = None


def run(args: argparse.Namespace) -> int:
    """Runs the command."""
    index, ids = SimilarIndex(), dict[str, str | int]()
    try:
        with args.index.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    record = msgspec.json.decode(line, type=Record)
                    key = str(number if record.id is None else record.id)
                    ids[key] = number if record.id is None else record.id
                    index.add(key, record.subject, record.text)
    except OSError as problem:
        print(f"desk similar: cannot read {args.index}: {problem.strerror}.", file=sys.stderr)
        return 2
    except (msgspec.MsgspecError, UnicodeDecodeError) as problem:
        print(f"desk similar: {args.index}, line {number}, cannot be read: {problem}.", file=sys.stderr)
        return 2
    return answer_lines(index, ids, sys.stdin.buffer, sys.stdout)


def answer_lines(index: SimilarIndex, ids: dict[str, str | int], lines: Iterable[bytes], out: TextIO) -> int:
    """Answers each line before the next is read. Returns the exit status: 1 if a line could not be read, else 0."""
    failed = False
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            question = msgspec.json.decode(line, type=Record)
        except (msgspec.MsgspecError, UnicodeDecodeError) as problem:
            failed = True
            answer: dict[str, Any] = {"path": f"line {number}", "error": f"The line cannot be read: {problem}."}
        else:
            itself = () if question.id is None else (str(question.id),)
            matches = index.find(question.subject, question.text, without=itself)
            answer = {"id": question.id, "matches": [{"id": ids[m.id], "score": m.score} for m in matches]}
        out.write(msgspec.json.encode(answer).decode() + "\n")
        out.flush()
    return 1 if failed else 0
