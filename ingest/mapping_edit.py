"""What an administrator did on the page of mappings."""

from collections.abc import Mapping
from typing import Literal

from msgspec import Struct


class MappingEdit(Struct, frozen=True, kw_only=True):
    """Keep a mapping under its name, in place of `was` where it had another name before, or take it away."""

    what: Literal["save", "remove"]
    actor: str
    name: str
    was: str | None = None
    entries: Mapping[str, str] | None = None
    """The whole mapping as it is to be, for "save"; `ingest.mapping` says what is wrong with one."""
