"""The categories that the desk knows: what rules may choose from."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from classify.taxonomy import Taxonomy

if TYPE_CHECKING:
    from desk.config import Settings

MONITORING = "monitoring"
"""Of incidents that alerts opened, where no model says more."""


def known_categories(taxonomy: Taxonomy, model_file: str | None, further: Iterable[str] = ()) -> frozenset[str]:
    """Those in force, those of a model of one's own, and `further` ones; nothing where that model cannot be read (that
    is told elsewhere)."""
    ours = {*taxonomy.categories(), MONITORING, *further}
    if model_file is None:
        return frozenset(ours)
    from classify.model import load

    try:
        heads = load(Path(model_file)).pipeline.heads
    except ValueError:
        return frozenset()
    classes = next((head.classes for head in heads if head.target == "category"), ())
    return frozenset({*ours, *(meant[0] for name in classes if len(meant := taxonomy.meant(name)) == 1)})


def in_force(settings: "Settings") -> Taxonomy | None:
    """The categories of the desk with these settings, as its database has them; None where there is none to ask."""
    import sqlalchemy as sa

    from correlate import taxonomies
    from desk.config import ConfigError
    from desk.database import open_database
    from desk.web.queries.counts import policy

    try:
        url = sa.make_url(settings.database_url())
    except ConfigError:
        return None  # told with the secrets
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        return None
    engine = open_database(url.render_as_string(hide_password=False))
    try:
        with engine.connect() as connection:
            return taxonomies.in_force(policy(connection))
    except sa.exc.DBAPIError:
        return None  # no desk has run there yet, or it is told with the databases
    finally:
        engine.dispose()
