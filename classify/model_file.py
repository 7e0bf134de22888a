"""A model as a file: where the one that comes with the desk lies, and its digest. Nothing is loaded, numpy neither."""

import hashlib
from pathlib import Path

STARTER_DATA = "starter tickets"
"""What the card of the starter model, and of no other, says of its data."""


def starter_model_path() -> Path:
    """Where the model that comes with the desk lies."""
    return Path(__file__).with_name("starter") / "model.skops"


def model_digest(path: Path) -> str | None:
    """SHA-256 of a model file in hexadecimal; None where it cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None
