"""Changes of categories: what labels under earlier names stand for afterwards, and what is refused."""

import pytest

from classify import taxonomy_edits as edits
from classify.taxonomy import Area, Category, Taxonomy, TaxonomyError

START = Taxonomy(
    area=(
        Area(name="work", category=(Category(name="printing"), Category(name="hardware", was=("pcs",)))),
        Area(name="web", category=(Category(name="sites"),)),
    )
)


def test_labels_follow_renames_and_merges_through_any_number_of_steps() -> None:
    after = edits.merged(edits.renamed(START, "printing", "printers"), ["printers", "hardware"], "devices")
    assert after.categories() == ("devices", "sites")
    assert {after.meant(name) for name in ("printing", "printers", "hardware", "pcs")} == {("devices",)}
    assert after.area_of("printing") == "work"


def test_labels_of_a_split_category_stand_for_its_parts_and_those_of_a_removed_one_for_nothing() -> None:
    after = edits.split(START, "hardware", ["laptops", "screens"])
    assert after.meant("pcs") == ("laptops", "screens")
    gone = edits.removed(after, "laptops")
    assert gone.meant("hardware") == ("screens",)
    assert gone.meant("laptops") == ()
    back = edits.added(gone, "laptops", "work")
    assert back.meant("laptops") == ("laptops",)


def test_an_empty_area_goes_and_the_last_category_stays() -> None:
    after = edits.removed(START, "sites", "printing")
    assert [area.name for area in after.area] == ["work"]
    with pytest.raises(TaxonomyError, match="last category"):
        edits.removed(Taxonomy(area=(Area(name="a", category=(Category(name="b"),)),)), "b")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda: edits.added(START, "Printing"), "already"),
        (lambda: edits.added(START, "pcs"), "earlier name"),
        (lambda: edits.added(START, "x" * 61), "60 characters"),
        (lambda: edits.renamed(START, "nope", "x"), "There is no category"),
        (lambda: edits.split(START, "printing", ["one"]), "two or more"),
        (lambda: edits.split(START, "printing", ["printing", "other"]), "another name"),
        (lambda: edits.split(START, "printing", ["Printing", "other"]), "another name"),
        (lambda: edits.merged(START, ["printing"], "printing"), "which other"),
    ],
)
def test_what_would_make_labels_ambiguous_is_refused_with_a_sentence(change: object, words: str) -> None:
    with pytest.raises(TaxonomyError, match=words):
        change()  # type: ignore[operator]


def test_history_is_adopted_or_takes_the_place_of_everything() -> None:
    assert edits.adopted(START, ["Payroll", "PRINTING"]).categories() == ("printing", "hardware", "sites", "Payroll")
    assert edits.replaced(START, ["Payroll", "printing"]).categories() == ("printing", "Payroll")


def test_a_label_in_other_capitals_is_the_same_name() -> None:
    assert START.meant("Printing ") == ("printing",)
    assert START.meant("PCs") == ("hardware",)
    assert edits.removed(START, "sites").meant("Sites") == ()
    assert edits.split(START, "hardware", ["laptops", "screens"]).meant("Hardware") == ("laptops", "screens")
    assert START.meant("Payroll") == ("Payroll",)
