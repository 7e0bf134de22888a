"""Which addresses are out in the world: the desk calls no others by itself unless somebody allows it."""

import ipaddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_TRANSLATED = ipaddress.IPv6Network("64:ff9b::/96")
"""IPv4 within IPv6 (RFC 6052)."""


def is_outside(address: Address) -> bool:
    """Whether it is a public address of one host: not of this machine, its networks, or everybody at once."""
    inner: Address = address
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            inner = address.ipv4_mapped
        elif address.sixtofour is not None:
            inner = address.sixtofour
        elif address in _TRANSLATED:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        elif address.is_site_local:  # given up by RFC 3879, and still routed within networks that have it
            return False
    return inner.is_global and not (inner.is_multicast or inner.is_unspecified or inner.is_reserved)
