"""Is a mail from whom its From says? What our own mail servers found (Authentication-Results, RFC 8601), and no other.

Only the topmost field counts, and only where its authserv-id is one that the administrator named: everything below it
may have come with the mail. ARC-Authentication-Results is what others say of others, and is never looked at.
"""

import ipaddress
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from ingest.addresses import parse_addresses
from ingest.event import Address, Authentication, Reading
from ingest.mime import Headers

NAMELESS = "exchange-online"
"""What Microsoft 365 goes by here: it writes the field without the authserv-id that RFC 8601 (2.2) asks for."""
_NAMELESS = re.compile(r"(?:spf|dkim|dmarc|compauth)=", re.IGNORECASE)
_GLUED = re.compile(r"\.[A-Za-z0-9_-]{1,40} ?= ?[^\s;()]*\(")
"""A comment that begins within a property's value: no server writes that. A domain such as `corp.example(.evil.example`
does, and all up to the next `)` would be hidden by it (Chen, Paxson, Jiang: Composition Kills, 2020, 4.2)."""
_UNUSUAL = frozenset('()";\\ \t\r\n')
"""What servers may repeat from the envelope's sender without quoting, and what would then read as results."""
_LONGEST = 8_000
_NOBODY = Authentication(verified=False, rule="no server is believed")
_NOTHING = Authentication(verified=False, rule="no results")


def authenticate(
    headers: Headers, sender: Address | None, envelope: Mapping[str, Any], reading: Reading
) -> Authentication:
    """Whether the sender's address is proven, and by what; never raises.

    It is by a DMARC pass for its domain, or else by a DKIM or SPF pass of that domain or of one above it. (A domain
    below it would do for DMARC's relaxed alignment, but not every house knows who signs in its subdomains.)
    """
    if not reading.authserv_ids:
        return _NOBODY
    found = headers.every("authentication-results")
    if not found:
        return _NOTHING
    peer = envelope.get("peer")
    if isinstance(peer, str) and not _is_relay(peer, reading.relays):
        return Authentication(verified=False, rule="came past the mail server", server=peer[:100])
    value = " ".join(found[0][:_LONGEST].decode("utf-8", "replace").split())
    server, results = _read(f"{NAMELESS}; {value}" if _NAMELESS.match(value) else value)
    if server is None or _GLUED.search(value) or _is_unusual(headers, envelope):
        return Authentication(verified=False, rule="results cannot be read")
    if server not in {name.lower() for name in reading.authserv_ids}:
        return Authentication(verified=False, rule="results of another server", server=server[:255])
    domain = _from_domain(headers, sender)
    if domain is None:
        return Authentication(verified=False, rule="not one sender", server=server)
    verified, rule = _judged(results, domain)
    return Authentication(verified=verified, rule=rule, domain=domain, server=server)


class _Result:
    """One method's result, with its properties as "header.from" to value, in lower case."""

    __slots__ = ("method", "properties", "result")

    def __init__(self, method: str, result: str, properties: Iterable[tuple[str, str]]) -> None:
        self.method = method
        self.result = result
        said: dict[str, str] = {}
        for name, value in properties:
            said[name] = value if said.get(name, value) == value else ""  # two that differ say nothing
        self.properties = said


def _read(value: str) -> tuple[str | None, list[_Result]]:
    """The authserv-id and the results of one field; (None, []) where it does not follow the grammar."""
    from authres import AuthenticationResultsHeader  # a desk that believes nobody never needs it
    from authres.core import AuthResError

    try:
        header = AuthenticationResultsHeader.parse_value(value)
    except (AuthResError, RecursionError):
        return None, []
    results = [
        _Result(
            str(each.method).lower(),
            str(each.result).lower(),
            ((f"{p.type}.{p.name}".lower(), str(p.value).lower()) for p in each.properties),
        )
        for each in header.results
    ]
    return str(header.authserv_id).lower(), results


def _is_unusual(headers: Headers, envelope: Mapping[str, Any]) -> bool:
    """Whether the envelope's sender has signs in it that could have become results of their own."""
    noted = [value.strip().decode("latin-1") for value in headers.every("return-path")]
    stated = [*noted, str(envelope.get("mail_from") or "")]
    return any(not _UNUSUAL.isdisjoint(one) for one in stated)


def _judged(results: list[_Result], domain: str) -> tuple[bool, str]:
    dmarc = [each for each in results if each.method == "dmarc"]
    if any(each.result == "fail" for each in dmarc):
        return False, "dmarc failed"
    if dmarc and all(each.result == "pass" for each in dmarc):
        named = {_domain(each.properties.get("header.from", "")) for each in dmarc}
        return (True, "dmarc passed") if named == {domain} else (False, "nothing proves the sender")
    passed = [each for each in results if each.result == "pass"]
    for each in passed:
        signed = each.properties.get("header.d") or each.properties.get("header.i")
        if each.method == "dkim" and signed and _covers(_domain(signed), domain):
            return True, "dkim passed"
    for each in passed:
        path = each.properties.get("smtp.mailfrom")
        if each.method == "spf" and path and _covers(_domain(path), domain):
            return True, "spf passed"
    return False, "nothing proves the sender"


def _covers(proven: str, domain: str) -> bool:
    return proven == domain or ("." in proven and domain.endswith(f".{proven}"))


def _domain(value: str) -> str:
    return value.rpartition("@")[2].strip('"<> .')


def _from_domain(headers: Headers, sender: Address | None) -> str | None:
    """The domain of From, where it is one field with one address, the sender's: with more of them, everybody sees
    another one."""
    fields = headers.every("from")
    boxes = parse_addresses(fields[0][:_LONGEST]) if len(fields) == 1 else []
    if sender is None or [box.address.lower() for box in boxes] != [sender.address.lower()]:
        return None
    return sender.address.rpartition("@")[2].lower().rstrip(".") or None


def _is_relay(peer: str, relays: tuple[str, ...]) -> bool:
    try:
        address = ipaddress.ip_address(peer.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None) or address
    return any(mapped in network for network in _networks(relays) if network.version == mapped.version)


@lru_cache(maxsize=16)
def _networks(relays: tuple[str, ...]) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    return tuple(ipaddress.ip_network(relay, strict=False) for relay in relays)
