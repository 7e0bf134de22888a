"""How much room is left where the journal and the tables lie: without any, nothing can be accepted."""

import shutil

from desk.config import Settings

SCARCE = 256 * 1000 * 1000
"""With fewer bytes than this, somebody should make room."""
NONE_LEFT = 8 * 1000 * 1000
"""With fewer than this, a mail of some size and what is decided about it do not fit any more."""


def free(settings: Settings) -> int | None:
    """Bytes that are left in the data folder; None where both databases are elsewhere. Raises OSError."""
    if settings.storage.journal_url and settings.storage.database_url:
        return None
    folder = settings.data_dir.absolute()
    return shutil.disk_usage(next(place for place in (folder, *folder.parents) if place.exists())).free
