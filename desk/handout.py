"""Letters for the threads that carry them, in order, to as many threads as may carry just now."""

import threading
from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class Handout(Generic[T]):
    """A queue whose takers are numbered from 0: only those below `allowed` get something. None is for anybody."""

    def __init__(self, allowed: int) -> None:
        self._allowed = allowed
        self._items: deque[T | None] = deque()
        self._changed = threading.Condition()

    @property
    def allowed(self) -> int:
        return self._allowed

    def allow(self, takers: int) -> None:
        with self._changed:
            self._allowed = takers
            self._changed.notify_all()

    def put(self, item: T | None) -> None:
        with self._changed:
            self._items.append(item)
            self._changed.notify_all()

    def take(self, number: int, timeout: float) -> T | None:
        """The next one for this taker. Raises TimeoutError where there was none for so many seconds."""

        def mine() -> bool:
            return bool(self._items) and (number < self._allowed or self._items[0] is None)

        with self._changed:
            if not self._changed.wait_for(mine, timeout):
                raise TimeoutError
            return self._items.popleft()
