"""Limits on how often a peer may do something: token buckets, with the time as an argument."""

import ipaddress
from collections import OrderedDict
from collections.abc import Iterable

MAX_PEERS = 20_000
"""How many peers are remembered; the one that has been quiet for longest is forgotten first."""


class Rate:
    """Lets each peer do `per_minute` things a minute, and `burst` at once after a pause."""

    def __init__(self, per_minute: float, burst: float) -> None:
        self._per_second = per_minute / 60
        self._burst = max(burst, 1.0)
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, peer: str, now: float) -> float:
        """Return 0.0 where the peer may go ahead, else the seconds after which it may try again.

        `now` is in seconds of any clock that the caller keeps to; one that jumps back counts as standing still.
        """
        tokens, then = self._buckets.pop(peer, (self._burst, now))
        now = max(now, then)
        tokens = min(self._burst, tokens + (now - then) * self._per_second)
        allowed = tokens >= 1.0
        self._buckets[peer] = (tokens - 1.0 if allowed else tokens, now)
        if len(self._buckets) > MAX_PEERS:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (1.0 - tokens) / self._per_second

    def wait(self, peer: str, now: float) -> float:
        """What `take` would return now, with nothing taken."""
        tokens, then = self._buckets.get(peer, (self._burst, now))
        missing = 1.0 - tokens - max(0.0, now - then) * self._per_second
        return max(0.0, missing / self._per_second)


class Peers:
    """Which peers are limited, and under which name they are counted."""

    def __init__(self, unlimited: Iterable[str]) -> None:
        """`unlimited` are networks, as in "10.0.0.0/8"; raises ValueError for anything else."""
        self._unlimited = [ipaddress.ip_network(network) for network in unlimited]

    def name(self, host: str | None) -> str | None:
        """The name to count a peer's address under, or None where no limit holds for it.

        An IPv6 peer counts as its /64 network, for it can take any address in it; an IPv4 address inside IPv6 counts as
        itself. No address at all (a Unix socket) is not limited.
        """
        if host is None:
            return None
        try:
            address = ipaddress.ip_address(host.partition("%")[0])
        except ValueError:
            return host
        if isinstance(address, ipaddress.IPv6Address):
            address = address.ipv4_mapped or address
        if any(address in network for network in self._unlimited):
            return None
        if isinstance(address, ipaddress.IPv6Address):
            return str(ipaddress.ip_network((address, 64), strict=False))
        return str(address)
