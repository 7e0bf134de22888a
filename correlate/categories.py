"""The categories that a desk knows: those in force, and those that its records have."""

from correlate.situation import Situation
from correlate.taxonomies import in_force


def known(situation: Situation) -> tuple[str, ...]:
    """Every category, those in force first."""
    taxonomy = in_force(situation.policy)
    ours = taxonomy.categories()
    used = {record.category for record in situation.records.values() if record.category}
    used |= {past.category for past in situation.past.values() if past.category}
    return (*ours, *sorted(name for name in used.difference(ours) if taxonomy.meant(name) == (name,)))


def named(situation: Situation, name: str) -> str | None:
    """The category of this name, however it is written, or that was called so; None where there is none."""
    wanted = name.strip().casefold()
    found = next((category for category in known(situation) if category.casefold() == wanted), None)
    if found is not None:
        return found
    earlier = in_force(situation.policy).present_names()
    return next((present for was, present in earlier.items() if was.casefold() == wanted), None)
