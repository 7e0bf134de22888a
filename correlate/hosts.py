"""Names of hosts: what instances of one thing have in common, whatever tool names them."""

import re
from functools import lru_cache

_HOST = re.compile(r"^(?:[a-z][a-z0-9+.-]*://)?(?:[^/@]*@)?([^/:?#]+)")
_COUNTER = re.compile(r"[-_.]?\d+$")
_SHORTEST = 2


@lru_cache(maxsize=50_000)
def host_stem(resource: str | None) -> str | None:
    """The name without domain, port and number: "nlb" for "nlb-01", "nlb-02.prod.example:9100" and "NLB-3".

    None where nothing is left (an address of numbers), so that the resource stands for itself.
    """
    if not resource:
        return None
    found = _HOST.match(resource.lower().strip())
    if found is None:
        return None
    name = found.group(1)
    if name.replace(".", "").isdigit():
        return None
    first = name.split(".", 1)[0]
    if first in ("www", "api") and "." in name:
        first = name.split(".", 2)[1]
    stem = _COUNTER.sub("", first)
    return stem if len(stem) >= _SHORTEST else None
