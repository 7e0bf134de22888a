"""What falls due when: the deadlines by id, and in the order in which they are decided."""

from collections.abc import Iterator
from datetime import datetime
from heapq import heappop, heappush

from correlate.records import Deadline


class Deadlines(dict[str, Deadline]):
    """Deadlines by id. They are put in by `put` alone; one that was replaced or taken out leaves a trace in the queue
    until its time comes."""

    def __init__(self) -> None:
        super().__init__()
        self._queue: list[tuple[datetime, str]] = []

    def put(self, deadline: Deadline) -> None:
        """Take in a deadline in the place of one with the same id."""
        self[deadline.id] = deadline
        heappush(self._queue, (deadline.due, deadline.id))

    def earliest(self) -> Deadline | None:
        """The earliest one, ties broken by id."""
        while self._queue:
            due, name = self._queue[0]
            deadline = self.get(name)
            if deadline is not None and deadline.due == due:
                return deadline
            heappop(self._queue)
        return None

    def until(self, moment: datetime) -> Iterator[Deadline]:
        """Those due at or before a moment, in no order; looks at no others, however many there are."""
        places = [0]
        while places:
            place = places.pop()
            if place < len(self._queue) and self._queue[place][0] <= moment:
                due, name = self._queue[place]
                deadline = self.get(name)
                if deadline is not None and deadline.due == due:
                    yield deadline
                places += (2 * place + 1, 2 * place + 2)
