"""Whom a hook believes: where the key stands in a request, and what a hook asks for beside it."""

import base64
import binascii
import ipaddress
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Protocol

from msgspec import Struct

from ingest.signatures import Signature

KEY_SCHEMES = frozenset({"bearer", "geniekey", "token", "key", "apikey"})
"""Authorization schemes whose credentials are the key itself (RFC 6750, and what tools made up)."""
KEY_HEADERS = (
    b"x-quietdesk-key", b"x-api-key", b"x-auth-token", b"x-gitlab-token", b"x-honeycomb-webhook-token",
)  # fmt: skip
"""Where tools put a token that they cannot put into Authorization."""


class Admission(Struct, frozen=True, kw_only=True):
    """A hook whose key was right, and what its posts must show beside it.

    `networks` are those it may be called from (none: anywhere). With a `signature` each post must be signed by one of
    `secrets`. With `sns` each must be a message that Amazon SNS signed; with `topics` of one of these topics.
    """

    hook: str
    networks: tuple[str, ...] = ()
    signature: Signature | None = None
    secrets: tuple[bytes, ...] = ()
    sns: bool = False
    topics: tuple[str, ...] = ()


class HookDirectory(Protocol):
    """Knows the keys."""

    def lookup(self, tool: str, key: str) -> Admission | None:
        """The hook of this tool with this key, or None; takes the same time for every wrong key.

        A hook whose posts are signed may be named by its id instead: the signature is the proof.
        """


def key_in(headers: Mapping[bytes, str]) -> str | None:
    """The key that a request's headers state: Authorization in any of its forms, or a header of its own."""
    scheme, _, rest = headers.get(b"authorization", "").strip().partition(" ")
    if scheme.lower() in KEY_SCHEMES and rest.strip():
        return rest.strip()
    if scheme.lower() == "basic":
        return _password(rest.strip())
    return next((said for name in KEY_HEADERS if (said := headers.get(name, "").strip())), None)


def _password(credentials: str) -> str | None:
    """The password of Basic credentials (RFC 7617), whoever the user is; the user where there is no password."""
    try:
        user, _, password = base64.b64decode(credentials, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    return password or user or None


def may_call(peer: str | None, networks: Iterable[str]) -> bool:
    """May this address call a hook that is open to these networks? No address at all is a Unix socket."""
    wanted = tuple(networks)
    if not wanted:
        return True
    try:
        address = ipaddress.ip_address((peer or "").partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        address = address.ipv4_mapped or address
    return any(address in _network(network) for network in wanted)


@lru_cache(maxsize=1024)
def _network(network: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    return ipaddress.ip_network(network, strict=False)


def network_problem(network: str) -> str | None:
    """A sentence where this is no network that a hook can be open to."""
    try:
        _network(network)
    except ValueError:
        return f'"{network[:60]}" is no network: write an address or a range as in 192.0.2.0/24.'
    return None
