"""The categories that the desk knows: what rules may choose from."""

from collections.abc import Iterable
from pathlib import Path

MONITORING = "monitoring"
"""Of incidents that alerts opened, where no model says more."""


def known_categories(model_file: str | None, further: Iterable[str] = ()) -> frozenset[str]:
    """Those of the model in use and `further` ones; nothing where the model cannot be read (that is told elsewhere)."""
    if model_file is None:
        from classify import taxonomy

        return frozenset({*taxonomy.load().categories(), MONITORING, *further})
    from classify.model import load

    try:
        heads = load(Path(model_file)).pipeline.heads
    except ValueError:
        return frozenset()
    classes = next((head.classes for head in heads if head.target == "category"), ())
    return frozenset({*classes, MONITORING, *further}) if classes else frozenset()
