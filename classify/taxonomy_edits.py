"""Changes of a taxonomy, each a function from one to the next. Labels given under earlier names keep their worth."""

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from classify.taxonomy import Area, Category, Split, Taxonomy, TaxonomyError, folded

LONGEST_NAME = 60
MOST_CATEGORIES = 500
OTHER_AREA = "other"


def added(taxonomy: Taxonomy, name: str, parent: str | None = None, about: str | None = None) -> Taxonomy:
    """With one more category, in the area `parent` (made where there is none of this name)."""
    name, known = _fresh(taxonomy, name), taxonomy.categories()
    if len(known) >= MOST_CATEGORIES:
        raise TaxonomyError(f"There are {MOST_CATEGORIES} categories already: merge or remove some first.")
    area = _area_named(taxonomy, parent or OTHER_AREA)
    category = Category(name=name, about=about or None)
    # What was taken away and comes back under its name has its labels again.
    kept = replace(taxonomy, gone=tuple(each for each in taxonomy.gone if folded(each) != folded(name)))
    if area is None:
        return replace(kept, area=(*kept.area, Area(name=_named(parent or OTHER_AREA), category=(category,))))
    return _with_area(kept, replace(area, category=(*area.category, category)))


def renamed(taxonomy: Taxonomy, name: str, to: str) -> Taxonomy:
    """With another name for a category; what it was called before still stands for it."""
    category = _category(taxonomy, name)
    if to.strip() == category.name:
        raise TaxonomyError(f"The category is called {category.name!r} already.")
    was = tuple(each for each in (*category.was, category.name) if each != to.strip())
    new = _fresh(taxonomy, to, but=category.was)
    return _changed(taxonomy, category, replace(category, name=new, was=was, title=None))


def removed(taxonomy: Taxonomy, name: str, into: str | None = None) -> Taxonomy:
    """Without a category. Its labels count for `into`; without that they are kept, and stand for nothing."""
    category = _category(taxonomy, name)
    if len(taxonomy.categories()) == 1:
        raise TaxonomyError("This is the last category: add another one first.")
    without = _changed(taxonomy, category, None)
    names = (*category.was, category.name)
    if into is None:
        return replace(without, gone=tuple(dict.fromkeys((*without.gone, *names))))
    target = _category(without, into)
    return _changed(without, target, replace(target, was=(*target.was, *names)))


def merged(taxonomy: Taxonomy, names: Sequence[str], into: str) -> Taxonomy:
    """With these categories made one, which may be one of them, another, or a new one in the first one's area."""
    found = list(dict.fromkeys(_category(taxonomy, name).name for name in names))
    if _find(taxonomy, into) is None:
        if not found:
            raise TaxonomyError("Say which categories are merged.")
        taxonomy = added(taxonomy, into, taxonomy.area_of(found[0]))
    target = _category(taxonomy, into).name
    others = [name for name in found if name != target]
    if not others:
        raise TaxonomyError("Say which other categories are merged into it.")
    for name in others:
        taxonomy = removed(taxonomy, name, target)
    return taxonomy


def split(taxonomy: Taxonomy, name: str, into: Sequence[str]) -> Taxonomy:
    """With a category divided into parts, new or known; labels under its name belong to one of them."""
    category = _category(taxonomy, name)
    parts = list(dict.fromkeys(" ".join(part.split()) for part in into))
    if len(parts) < 2:
        raise TaxonomyError("A category is split into two or more: name them.")
    if folded(category.name) in map(folded, parts):
        raise TaxonomyError(f"Give every part another name than {category.name!r}, or old labels could mean either.")
    parent = taxonomy.area_of(category.name)
    known = []
    for part in parts:
        found = _find(taxonomy, part)
        if found is None:
            taxonomy = added(taxonomy, part, parent, None)
            found = _category(taxonomy, part)
        known.append(found.name)
    without = _changed(taxonomy, category, None)
    return replace(without, split=(*without.split, Split(name=category.name, into=tuple(known), was=category.was)))


def adopted(taxonomy: Taxonomy, names: Sequence[str], parent: str | None = None) -> Taxonomy:
    """With every one of these names a category: those that are none yet are added."""
    for name in names:
        if _find(taxonomy, name) is None and taxonomy.meant(name) == (name,):
            taxonomy = added(taxonomy, name, parent)
    return taxonomy


def replaced(taxonomy: Taxonomy, names: Sequence[str], parent: str | None = None) -> Taxonomy:
    """With exactly these categories; the others are taken away."""
    if not names:
        raise TaxonomyError("There must be at least one category.")
    taxonomy = adopted(taxonomy, names, parent)
    keep = {_category(taxonomy, name).name for name in names}
    for name in taxonomy.categories():
        if name not in keep:
            taxonomy = removed(taxonomy, name)
    return taxonomy


# --- looking ----------------------------------------------------------------------------------------------------------


def _named(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise TaxonomyError(f"A name has 1 to {LONGEST_NAME} characters that can be printed.")
    return name


def _fresh(taxonomy: Taxonomy, name: str, but: Sequence[str] = ()) -> str:
    name = _named(name)
    taken = {each.casefold(): present for each, present in taxonomy.present_names().items() if each not in but}
    if name.casefold() in taken:
        present = taken[name.casefold()]
        also = "" if present.casefold() == name.casefold() else f" (as an earlier name of {present!r})"
        raise TaxonomyError(f"There is a category {name!r} already{also}: choose another name.")
    if any(folded(name) in map(folded, (one.name, *one.was)) for one in taxonomy.split):
        raise TaxonomyError(f"{name!r} was split: labels under this name belong to its parts; choose another name.")
    return name


def _find(taxonomy: Taxonomy, name: str) -> Category | None:
    wanted = folded(name)
    return next((c for area in taxonomy.area for c in area.category if c.name.casefold() == wanted), None)


def _category(taxonomy: Taxonomy, name: str) -> Category:
    found = _find(taxonomy, name)
    if found is None:
        known = ", ".join(taxonomy.categories())
        raise TaxonomyError(f"There is no category {name[:LONGEST_NAME]!r}; known are: {known}.")
    return found


def _area_named(taxonomy: Taxonomy, name: str) -> Area | None:
    wanted = folded(name)
    return next((a for a in taxonomy.area if wanted in (a.name.casefold(), (a.title or "").casefold())), None)


def _with_area(taxonomy: Taxonomy, area: Area) -> Taxonomy:
    return replace(taxonomy, area=tuple(area if each.name == area.name else each for each in taxonomy.area))


def _changed(taxonomy: Taxonomy, category: Category, to: Category | None) -> Taxonomy:
    """With `to` in the place of a category, or nothing; an area that is empty then goes too."""
    areas = []
    for area in taxonomy.area:
        if any(each.name == category.name for each in area.category):
            of_it = tuple(to if each.name == category.name else each for each in area.category)
            area = replace(area, category=tuple(each for each in of_it if each is not None))
        if area.category:
            areas.append(area)
    return replace(taxonomy, area=tuple(areas))


Edit = Callable[..., Taxonomy]
