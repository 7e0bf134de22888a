"""The identity of a monitored condition, as a short string.

A fingerprint is equal for every notice of one condition (fire, repeat, change of severity, resolve) and different
for another host, check or member of a group. It has the form `scheme:version:hash`; the version changes when the
choice of fields changes, so that old and new identities cannot be taken for each other.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence

import msgspec

VERSION = 1

_encode = msgspec.json.Encoder(order="deterministic").encode

# A measured value is a number with a fraction, a sign of percent or a unit. A whole number that stands alone or in a
# name (disk 2, web01, port 443) tells one condition from another and stays.
_MEASURED = re.compile(
    r"""(?<![\w.:/-])[-+]?
        (?: \d{1,15}(?:[.,]\d{1,15})?\s?
              (?:%|°[CF]|percent\b|[kKMGTP]i?[Bb](?:/s|ps)?\b|bytes\b|ms\b|us\b|ns\b|sec(?:onds?)?\b|s\b|min(?:utes?)?\b
                |hours?\b|days?\b|h\b|d\b|°|V\b|W\b|A\b|rpm\b|dBm\b|req/s\b|rps\b|qps\b)
          | \d{1,15}[.,]\d{1,15}(?![\w.:]) )""",
    re.VERBOSE,
)
_MOMENT = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?)?(?:Z|[-+]\d\d:?\d\d)?"
    r"|(?<![\w:])\d\d:\d\d:\d\d(?![\w:])"
)


def fingerprint(scheme: str, parts: Mapping[str, object] | Sequence[object]) -> str:
    """Hash `parts` (strings, numbers, None, and lists or mappings of them) under the name of a scheme.

    The parts are joined as JSON, which keeps `("ab", "c")` and `("a", "bc")` apart. Keys of mappings do not depend
    on their order; the items of a sequence do.
    """
    return f"{scheme}:{VERSION}:{hashlib.blake2b(_encode(parts), digest_size=16).hexdigest()}"


def is_fingerprint(said: str, scheme: str) -> bool:
    """Is this an identity of that scheme, as the desk gave it to a client that asked for a name?"""
    return re.fullmatch(rf"{re.escape(scheme)}:{VERSION}:[0-9a-f]{{32}}", said) is not None


def without_measurements(text: str) -> str:
    """`text` with measured values and moments replaced by `#`, for identities that have nothing better than prose."""
    return " ".join(_MEASURED.sub("#", _MOMENT.sub("#", text[:2000])).split()).casefold()
