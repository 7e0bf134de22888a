"""Eight weeks of the company's past, lived through by the very code that runs live, on a clock that is moved."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import msgspec

from desk.clock import MovableClock
from desk.demo.agents import Agents
from desk.postman import Postman
from desk.processor import Processor
from desk.progress import Progress
from desk.simulator.company import DESK_ADDRESS
from desk.simulator.world import World
from ingest.event import ChangeNotice, Draft, Tick
from ingest.journal import Journal
from ingest.normalize import draft_of

_AGENTS_LOOK_EVERY = timedelta(hours=1)


class Past:
    """`live` takes the desk from `start` to `end`."""

    def __init__(
        self,
        journal: Journal,
        processor: Processor,
        agents: Agents,
        clock: MovableClock,
        postman: Postman,
    ) -> None:
        self._journal = journal
        self._processor = processor
        self._agents = agents
        self._clock = clock
        self._postman = postman

    def live(self, world: World, start: datetime, end: datetime) -> int:
        """Returns the number of inputs that the company sent."""
        lines = world.past(start, end)
        hours = int((end - start) / _AGENTS_LOOK_EVERY)
        todo = iter([*lines, None])
        line = next(todo)
        with Progress("Eight weeks of the company's past", hours) as progress:
            for hour in range(1, hours + 1):
                until = start + hour * _AGENTS_LOOK_EVERY
                while line is not None and world.moment(line) <= until:
                    self._append(draft_of_line(line), world.moment(line))
                    line = next(todo)
                self._hour_ends(min(until, end))
                progress.advance()
        return len(lines)

    def _append(self, draft: Draft, at: datetime) -> None:
        self._clock.move_to(at)
        self._journal.append([draft], at)

    def _hour_ends(self, at: datetime) -> None:
        self._processor.run_until(self._journal.head().position)
        for command in self._agents.commands(at):
            self._append(draft_of(command, "web"), at)
        if (due := self._processor.next_due()) is not None and due <= at:
            self._append(draft_of(Tick(), "clock"), at)
        self._clock.move_to(at)
        self._processor.run_until(self._journal.head().position)
        if reports := self._postman.deliver():
            self._journal.append(reports, at)


def draft_of_line(line: Mapping[str, Any]) -> Draft:
    """An input of the simulator as the doors would have accepted it."""
    if line["kind"] == "mail":
        raw = line["raw"].encode()
        sender = line["raw"].split("<", 1)[1].split(">", 1)[0]
        envelope = {"mail_from": sender, "rcpt_to": [DESK_ADDRESS], "peer": "127.0.0.1"}
        return Draft(kind="mail", route=DESK_ADDRESS, envelope=envelope, body=raw)
    if line["kind"] == "webhook":
        envelope = {"tool": line["tool"], "hook": line["tool"], "content_type": "application/json"}
        return Draft(
            kind="webhook", route=f"hook:{line['tool']}", envelope=envelope, body=msgspec.json.encode(line["body"])
        )
    change = {name: line[name] for name in ("id", "service", "title", "start", "end")}
    return draft_of(msgspec.convert(change | {"type": "change"}, ChangeNotice), "changes")
