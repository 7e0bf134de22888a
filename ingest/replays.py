"""Signed posts that come a second time: the same signature over the same time, as sent by who overheard it."""

from collections import OrderedDict

MOST = 100_000
"""So many are remembered; the oldest are forgotten first."""


class Replays:
    """What was accepted lately, by the digest of what was signed. For one thread.

    A tool that missed the answer sends the same again too, so whoever asks is given the position of the first.
    """

    def __init__(self) -> None:
        self._positions: OrderedDict[bytes, tuple[int, float]] = OrderedDict()

    def position(self, proof: bytes, now: float) -> int | None:
        """Where the journal has the post with this proof; `now` is in seconds since 1970."""
        while self._positions and next(iter(self._positions.values()))[1] < now:
            self._positions.popitem(last=False)
        found = self._positions.get(proof)
        return None if found is None else found[0]

    def remember(self, proof: bytes, position: int, until: float) -> None:
        """It is safe at `position`, and could be sent again up to `until`."""
        self._positions[proof] = (position, until)
        if len(self._positions) > MOST:
            self._positions.popitem(last=False)
