"""The categories that a desk knows: those that come with it, and those that its records have."""

from functools import lru_cache

from classify import taxonomy
from correlate.situation import Situation


def known(situation: Situation) -> tuple[str, ...]:
    """Every category, the shipped ones first."""
    used = {record.category for record in situation.records.values() if record.category}
    used |= {past.category for past in situation.past.values() if past.category}
    return (*_shipped(), *sorted(used.difference(_shipped())))


def named(situation: Situation, name: str) -> str | None:
    """The category of this name, however it is written; None where there is none."""
    wanted = name.strip().casefold()
    return next((category for category in known(situation) if category.casefold() == wanted), None)


@lru_cache(maxsize=1)
def _shipped() -> tuple[str, ...]:
    return taxonomy.load().categories()
