"""The page's mappings are changed one at a time; each change is an input, so that a replay reads as was read then."""

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from correlate.effects import CommandRefused, PolicyChanged
from correlate.policy import Policy
from correlate.records import Reason
from correlate.turn import Turn
from ingest import mapping
from ingest.mapping_edit import MappingEdit

MAX_MAPPINGS = 100
MAX_ENTRY = 4_000
MAX_NAME = 40
_IN_NAMES = frozenset("abcdefghijklmnopqrstuvwxyz0123456789_-")


def edited(turn: Turn, edit: MappingEdit) -> None:
    """Carry out the change, or refuse it with a sentence."""
    mappings = dict(turn.policy.page_mappings)
    present = edit.was or edit.name
    known = present in mappings
    if not known and (edit.what == "remove" or edit.was):
        _refuse(turn, edit, Reason("no such mapping", {"name": present}))
        return
    if edit.what == "remove":
        del mappings[present]
        _change(turn, edit, mappings, "removed")
        return
    entries = dict(edit.entries or {})
    wrong = next(problems(edit.name, entries), None)
    if wrong is None and edit.name != present and edit.name in mappings:
        wrong = f"there is one called {edit.name} already."
    if wrong is None and not known and len(mappings) >= MAX_MAPPINGS:
        wrong = f"there are {MAX_MAPPINGS} mappings already."
    if wrong is not None:
        _refuse(turn, edit, Reason("mapping cannot be used", {"why": wrong}))
        return
    mappings.pop(present, None)
    _change(turn, edit, {**mappings, edit.name: entries}, "changed" if known else "added")


def problems(name: str, entries: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with a mapping of the page, as sentences."""
    if not name or len(name) > MAX_NAME or not _IN_NAMES.issuperset(name):
        yield f"its name must be at most {MAX_NAME} small letters, digits, - and _, as it stands in the hook's address."
    elif name in {"auto", "heartbeat"}:
        yield f'"{name}" has a meaning of its own: choose another name.'
    yield from (
        f'the entry "{entry}" is too long: at most {MAX_ENTRY} characters.'
        for entry, said in entries.items()
        if len(said) > MAX_ENTRY
    )
    yield from mapping.problems(name, entries)


def in_force(policy: Policy) -> Mapping[str, Mapping[str, str]]:
    """All mappings: those of the page, and those of desk.toml, which count where both have one name."""
    return {**policy.page_mappings, **policy.mappings} if policy.page_mappings else policy.mappings


def _change(turn: Turn, edit: MappingEdit, mappings: Mapping[str, Mapping[str, str]], done: str) -> None:
    policy = replace(turn.policy, page_mappings=mappings)
    reason = Reason("mapping edited", {"actor": edit.actor, "name": edit.name, "done": done})
    turn.effects.append(PolicyChanged(cause=turn.cause, at=turn.at, reason=reason, policy=policy))


def _refuse(turn: Turn, edit: MappingEdit, reason: Reason) -> None:
    action = f"mapping {edit.what}"
    turn.effects.append(
        CommandRefused(cause=turn.cause, at=turn.at, reason=reason, action=action, actor=edit.actor, subject=edit.name)
    )
