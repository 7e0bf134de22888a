"""Ids for other products' clients, shaped as a UUID as they expect: the last 48 bits are an input's position."""

from typing import Literal

Kind = Literal["request", "silence"]
_MARKS: dict[Kind, str] = {"request": "71756965-7464-4573-8b00-", "silence": "71756965-7464-4573-8b01-"}


def id_of(kind: Kind, position: int) -> str:
    """The id of what the input at `position` asked for."""
    return f"{_MARKS[kind]}{position:012x}"


def position_of(kind: Kind, given: str) -> int | None:
    """The inverse of `id_of`; None for an id that is not ours."""
    mark, digits = given[:-12].lower(), given[-12:]
    if mark != _MARKS[kind] or not digits.isascii() or not digits.isalnum():
        return None
    try:
        return int(digits, 16) or None
    except ValueError:
        return None
