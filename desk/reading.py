"""Inputs to parcels of events; an alert that is sent again byte for byte is not read again.

Monitoring repeats itself: Alertmanager sends a firing alert every few minutes, the same bytes each time, among others
and at another place of its post. So the elements of ordinary posts are remembered by their digest, ready for the way.
"""

import hashlib
from collections.abc import Sequence

import msgspec

from correlate.packing import Parcel, pack, parcel
from ingest.alerts import UNREADABLE
from ingest.event import Input, Reading
from ingest.normalize import elements_of, normalize

KEPT_BYTES = 128 * 1024 * 1024
"""Of what is remembered; the half that was not asked for again is dropped first."""
LONGEST = 8_192
_OVERHEAD = 200


class InputReader:
    """Reads the inputs of one desk, one after another."""

    def __init__(self, kept_bytes: int = KEPT_BYTES) -> None:
        self._room = kept_bytes // 2
        self._young: dict[bytes, msgspec.Raw] = {}
        self._old: dict[bytes, msgspec.Raw] = {}
        self._taken = 0

    def read(self, item: Input, reading: Reading) -> Parcel:
        """What `normalize` gives for this input, packed."""
        post = elements_of(item, reading)
        if post is None:
            return parcel(normalize(item, reading))
        about = f"{post.tool}\n{post.external}".encode("utf-8", "replace")
        origin = hashlib.blake2b(about, digest_size=8).digest()
        found: list[msgspec.Raw] = []
        for element in post.elements:
            digest = origin + hashlib.blake2b(element, digest_size=16).digest()
            known = self._young.get(digest) or self._asked_again(digest)
            if known is None:
                try:
                    known = pack(post.read(element))
                except (*UNREADABLE, LookupError, msgspec.MsgspecError):
                    return parcel(normalize(item, reading))  # the careful way says what is wrong
                if len(element) <= LONGEST:
                    self._keep(digest, known)
            found.append(known)
        return Parcel(alerts=tuple(found))

    def read_all(self, inputs: Sequence[Input], reading: Reading) -> list[Parcel]:
        return [self.read(item, reading) for item in inputs]

    def _asked_again(self, digest: bytes) -> msgspec.Raw | None:
        known = self._old.get(digest)
        if known is not None:
            self._keep(digest, known)
        return known

    def _keep(self, digest: bytes, packed: msgspec.Raw) -> None:
        self._young[digest] = packed
        self._taken += len(packed) + _OVERHEAD
        if self._taken > self._room:
            self._old, self._young, self._taken = self._young, {}, 0
