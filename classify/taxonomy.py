"""The categories of a desk, in two levels: areas and their categories."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

import msgspec
from msgspec import Struct


class TaxonomyError(ValueError):
    """The taxonomy cannot be used as it stands; the message says what to change."""


class Category(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a mail can be about. `was` lists earlier names, so that labels given under them keep their worth."""

    name: str
    title: str | None = None
    about: str | None = None
    was: tuple[str, ...] = ()


class Area(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A group of categories that belong together."""

    name: str
    title: str | None = None
    category: tuple[Category, ...] = ()


class Split(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A category that was divided. Labels under its names belong to one of `into`; which, their texts tell."""

    name: str
    into: tuple[str, ...]
    was: tuple[str, ...] = ()


class Taxonomy(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All areas, in the order in which people see them.

    `split` are categories that were divided, `gone` names that were taken away and stand for nothing any more.
    """

    area: tuple[Area, ...] = ()
    split: tuple[Split, ...] = ()
    gone: tuple[str, ...] = ()

    def categories(self) -> tuple[str, ...]:
        """The names of all categories, in order."""
        return tuple(category.name for area in self.area for category in area.category)

    def area_of(self, category: str) -> str | None:
        """The name of the area that a category belongs to, by its present or an earlier name."""
        return next((area.name for area in self.area for c in area.category if category in (c.name, *c.was)), None)

    def title_of(self, category: str) -> str:
        """How a category is called before people."""
        return next((c.title for area in self.area for c in area.category if c.name == category and c.title), category)

    def meant(self, name: str) -> tuple[str, ...]:
        """The present categories that a label of this name may stand for: one, the parts of a category that was
        divided, or none where it was taken away. A name that was never a category here stands for itself. What differs
        in capitals or spaces only is the same name: other desks write `Printing` for `printing`."""
        names = self.present_names()
        present = names.get(name)
        if present is not None:
            return (present,)
        wanted = folded(name)
        present = next((now for each, now in names.items() if folded(each) == wanted), None)
        if present is not None:
            return (present,)
        for split in self.split:
            if wanted in map(folded, (split.name, *split.was)):
                return tuple(dict.fromkeys(each for part in split.into for each in self.meant(part)))
        return () if wanted in map(folded, self.gone) else (name,)

    def present_names(self) -> Mapping[str, str]:
        """Every name a category ever had, with the one it has now: to carry labels over."""
        return {name: c.name for area in self.area for c in area.category for name in (c.name, *c.was)}


def folded(name: str) -> str:
    """A name as names are compared: without capitals and doubled spaces."""
    return " ".join(name.split()).casefold()


def starter_taxonomy_path() -> Path:
    """Where the taxonomy that comes with the desk lies."""
    return Path(__file__).with_name("starter") / "taxonomy.toml"


def read(text: str) -> Taxonomy:
    """The taxonomy in a TOML text. Raises TaxonomyError with a sentence for what cannot be used."""
    try:
        taxonomy = msgspec.convert(tomllib.loads(text), Taxonomy)
    except tomllib.TOMLDecodeError as problem:
        raise TaxonomyError(f"The taxonomy is not valid TOML: {problem}.") from problem
    except msgspec.ValidationError as problem:
        raise TaxonomyError(f"The taxonomy cannot be used: {problem}.") from problem
    seen: set[str] = set()
    for area in taxonomy.area:
        for category in area.category:
            for name in (category.name, *category.was):
                if not name.strip():
                    raise TaxonomyError(f"A category of the area {area.name!r} has an empty name.")
                if name in seen:
                    raise TaxonomyError(f"The category {name!r} is named twice; give each name to one category.")
                seen.add(name)
    if not seen:
        raise TaxonomyError("The taxonomy has no category; add at least one.")
    return taxonomy


def load(path: Path | None = None) -> Taxonomy:
    """The taxonomy in a file, or the one that comes with the desk."""
    path = path or starter_taxonomy_path()
    try:
        return read(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise TaxonomyError(f"Cannot read the taxonomy {path}: {problem.strerror}.") from problem
    except UnicodeDecodeError as problem:
        raise TaxonomyError(f"The taxonomy {path} is not UTF-8.") from problem
