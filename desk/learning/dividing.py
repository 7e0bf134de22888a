"""Categories that were divided: which part an old label belongs to, its text tells."""

from collections import Counter
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from classify.classification import Verdict
from classify.training import Settings
from desk.learning.folds import trained
from desk.learning.material import Material, Row

_TELLS = 0.6
"""From this calibrated probability on a text counts as told."""
_ENOUGH = 16
"""A handful of examples is repeated until a model can be trained of them."""


def divided(material: Material, settings: Settings) -> tuple[list[Row], dict[str, int]]:
    """Labels under categories that were split go to the part that their text is most like, where that can be told.

    The others are kept in the tables and counted: with examples of the parts they can be told later.
    """
    untold, rows = dict(material.untold), list(material.rows)
    waiting: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        name = row.labels.get("category")
        if name is not None and len(material.taxonomy.meant(name)) > 1:
            waiting.setdefault(name, []).append(place)
    for name, places in waiting.items():
        parts = material.taxonomy.meant(name)
        told = [row for row in rows if row.labels.get("category") in parts]
        counts = Counter(row.labels["category"] for row in told)
        said: Sequence[Mapping[str, Verdict]] = [{} for _ in places]
        if all(counts[part] >= 2 for part in parts) and counts.total() >= 2 * len(parts):
            only = [replace(row, labels={"category": row.labels["category"]}) for row in told]
            only = only * -(-_ENOUGH // len(only))
            said = trained(only, settings).pipeline.verdicts([rows[place].text for place in places], reasons=False)
        for place, each in zip(places, said, strict=True):
            answer = each.get("category")
            labels = {t: v for t, v in rows[place].labels.items() if t != "category"}
            if answer is not None and answer.value is not None and answer.confidence >= _TELLS:
                labels["category"] = answer.value
                untold[name] = untold.get(name, 1) - 1
            rows[place] = replace(rows[place], labels=labels)
    return [row for row in rows if row.labels], {name: count for name, count in untold.items() if count > 0}
