"""Names of hosts: what instances of one thing have in common, whatever tool names them."""

import re
from functools import lru_cache
from string import digits

_HOST = re.compile(r"^(?:[a-z][a-z0-9+.-]*://)?(?:[^/@]*@)?([^/:?#]+)")
_COUNTER = re.compile(r"[-_.]?\d+$")
_PARTINGS = ("-", "_", ".")
_SHORTEST = 2


@lru_cache(maxsize=50_000)
def host_stem(resource: str | None) -> str | None:
    """The name without domain, port and number: "nlb" for "nlb-01", "nlb-02.prod.example:9100" and "NLB-3".

    None where nothing is left (an address of numbers), so that the resource stands for itself.
    """
    if not resource:
        return None
    name = resource.lower().strip()
    if "/" in name or "@" in name or "?" in name or "#" in name:
        found = _HOST.match(name)
        if found is None:
            return None
        name = found.group(1)
    else:
        name = name.partition(":")[0]
    if name.replace(".", "").isdigit():
        return None
    first = name.split(".", 1)[0]
    if first in ("www", "api") and "." in name:
        first = name.split(".", 2)[1]
    stem = _without_counter(first) if first[-1:].isdigit() else first
    return stem if len(stem) >= _SHORTEST else None


def _without_counter(name: str) -> str:
    if not name.isascii():
        return _COUNTER.sub("", name)
    stem = name.rstrip(digits)
    return stem[:-1] if stem.endswith(_PARTINGS) else stem
