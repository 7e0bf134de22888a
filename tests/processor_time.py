"""How long a piece of work takes, against a yardstick of the same machine in the same moment: a ratio, not seconds.

The yardstick is what the standard library needs to parse a sound mail and to decode its text.
"""

import email
import math
import time
from collections.abc import Callable

_HEAD = (
    b"From: Ann <ann@example.org>\nTo: desk@example.com\nSubject: Labels\nMIME-Version: 1.0\n"
    b"Content-Type: text/plain; charset=utf-8\n\n"
)
_LINE = b"The printer on the third floor prints blank labels since Monday, please look at it.\n"


def quickest(work: Callable[[], object], tries: int = 3, enough: float = 0.0) -> float:
    """Seconds of processor time of the quickest of so many tries, as a busy machine slows any one of them; one that
    is quick enough will do."""
    best = math.inf
    for _ in range(tries):
        began = time.process_time()
        work()
        best = min(best, time.process_time() - began)
        if best < enough:
            break
    return best


def parsing(size: int) -> float:
    """Seconds in which the standard library reads a sound mail of so many bytes."""
    mail = _HEAD + _LINE * (size // len(_LINE))
    return quickest(lambda: email.message_from_bytes(mail).get_payload(decode=True), tries=9)


def takes_less_than(times: float, size: int, work: Callable[[], object]) -> bool:
    """Whether the work takes less than so many times what the standard library takes to read `size` bytes of mail."""
    bound = times * parsing(size)
    return quickest(work, enough=bound) < bound
