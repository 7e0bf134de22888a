"""Models on disk: skops files without any code in them, known by the SHA-256 digest of their bytes."""

import hashlib
import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from classify.calibration import Calibration
from classify.classification import UNKNOWN, Classification, Text, Verdict
from classify.features import Space
from classify.pipeline import Head, Pipeline
from classify.priority import prioritised

FORMAT = 2
LARGEST = 256 << 20
"""Bytes, unpacked: a model file that says it holds more is refused before it is read."""


_UNFIT = "The parts of the model do not fit together; train it again."
_FOREIGN = "The file holds types that no model of ours has: it is refused."


class LoadError(ValueError):
    """The file is no model of ours, or not the one that was meant; the message says which."""


class StoredModel:
    """A model as it was stored: a pipeline, its digest and its card (what it was trained on, how good it is)."""

    def __init__(self, pipeline: Pipeline, digest: str, card: Mapping[str, Any]) -> None:
        self.pipeline = pipeline
        self.card = card
        self._digest = digest

    @property
    def digest(self) -> str:
        """SHA-256 of the file, in hexadecimal."""
        return self._digest

    @property
    def targets(self) -> tuple[str, ...]:
        """What it answers, by name."""
        return tuple(head.target for head in self.pipeline.heads)

    def verdicts(self, texts: Sequence[Text], reasons: bool = True) -> list[dict[str, Verdict]]:
        """One verdict per target for each text, in order."""
        return self.pipeline.verdicts(texts, reasons)

    def classify(self, texts: Sequence[Text]) -> list[Classification]:
        """One classification per text, in order; targets with other names than the desk's own are left out."""
        return [
            prioritised(
                Classification(
                    type=given.get("type", UNKNOWN),
                    category=given.get("category", UNKNOWN),
                    assignment_group=given.get("assignment_group", UNKNOWN),
                    service=given.get("service", UNKNOWN),
                    impact=given.get("impact", UNKNOWN),
                    urgency=given.get("urgency", UNKNOWN),
                    model=self._digest,
                )
            )
            for given in self.verdicts(texts)
        ]


class NoModel:
    """What stands in where no model can be loaded: it knows nothing, so that a person decides."""

    digest = None

    def classify(self, texts: Sequence[Text]) -> list[Classification]:
        """An undecided classification for each text."""
        return [Classification() for _ in texts]


def stored(pipeline: Pipeline, card: Mapping[str, Any]) -> bytes:
    """The bytes of a model file. The same pipeline and card give the same bytes, and so the same digest."""
    about = {
        "format": FORMAT,
        "card": card,
        "heads": [
            {
                "target": head.target,
                "classes": head.classes,
                "calibration": asdict(head.calibration),
                "threshold": head.threshold,
                "cold": sorted(head.cold),
            }
            for head in pipeline.heads
        ],
    }
    state = {
        "about": json.dumps(about, ensure_ascii=False, sort_keys=True),
        "hashes": pipeline.space.hashes,
        "idf": pipeline.space.idf,
        "weights": pipeline.weights.astype(np.float16),
        "intercepts": pipeline.intercepts,
    }
    import skops.io

    return _reproducible(skops.io.dumps(state))


def _reproducible(packed: bytes) -> bytes:
    """The same skops archive without what differs from run to run: memory addresses as names, and the time of day."""
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        contents = {name: archive.read(name) for name in archive.namelist()}
    schema = contents.pop("schema.json").decode()
    names: dict[str, str] = {}
    for match in re.finditer(r'"(?:__id__": |file": ")(\d+)', schema):
        names.setdefault(match[1], str(len(names) + 1))
    schema = re.sub(r'("(?:__id__": |file": "))(\d+)', lambda m: m[1] + names[m[2]], schema)
    files = {names[name.removesuffix(".npy")] + ".npy": data for name, data in contents.items()}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in [*sorted(files.items()), ("schema.json", schema.encode())]:
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED, 6)
    return target.getvalue()


_DAMAGED = (
    zipfile.BadZipFile, zlib.error, struct.error, KeyError, TypeError, ValueError, AttributeError, IndexError, EOFError,
    OverflowError, MemoryError, RuntimeError,
)  # fmt: skip
"""What damaged bytes may come to; a RuntimeError is what zip files say of versions and methods that nobody has."""


def loaded(data: bytes, digest: str | None = None) -> StoredModel:
    """The model in these bytes. Raises LoadError for other bytes than `digest` names, and for what is no model."""
    found = hashlib.sha256(data).hexdigest()
    if digest is not None and found != digest:
        raise LoadError(f"The model file has the digest {found}, not {digest}: it was changed or damaged.")
    try:
        return _assembled(_state(data), found)
    except _DAMAGED as problem:
        if isinstance(problem, LoadError):
            raise
        raise LoadError("The file is no model, or is damaged; train it again or restore it from a backup.") from problem


def _state(data: bytes) -> dict[str, Any]:
    """The one dictionary of a skops file of ours: a text and arrays of numbers.

    skops' own loader gives the same with nothing trusted, after importing all of scikit-learn (seconds and 100 MB that
    a desk which only classifies can do without). Its allow list is narrowed here to what a model needs: a dictionary,
    strings and arrays that numpy reads without pickles. Anything else is refused before it is built.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(item.file_size for item in archive.infolist()) > LARGEST:
            raise LoadError(f"The model file unpacks to more than {LARGEST >> 20} MB: it is refused.")
        schema = json.loads(archive.read("schema.json"))
        if schema["__loader__"] != "DictNode":
            raise LoadError(_FOREIGN)
        state: dict[str, Any] = {}
        for name, node in schema["content"].items():
            if node["__loader__"] == "JsonNode":
                state[name] = json.loads(node["content"])
            elif node["__loader__"] == "NdArrayNode" and node["type"] == "numpy":
                state[name] = np.load(io.BytesIO(archive.read(node["file"])), allow_pickle=False)
            else:
                raise LoadError(_FOREIGN)
        return state


def _assembled(state: Mapping[str, Any], digest: str) -> StoredModel:
    about = json.loads(state["about"])
    if about["format"] != FORMAT:
        raise LoadError(f"The model has format {about['format']}; this program reads format {FORMAT}: train it again.")
    heads = tuple(
        Head(
            target=head["target"],
            classes=tuple(head["classes"]),
            calibration=_calibration(
                head["calibration"],
                len(head["classes"]),
            ),
            threshold=head["threshold"],
            cold=frozenset(head["cold"]),
        )
        for head in about["heads"]
    )
    hashes = np.asarray(state["hashes"], dtype=np.uint64)
    weights = np.asarray(state["weights"]).astype(np.float32)
    intercepts = np.asarray(state["intercepts"], dtype=np.float32)
    if weights.shape != (len(hashes), len(intercepts)) or len(intercepts) != sum(len(h.classes) for h in heads):
        raise LoadError(_UNFIT)
    if not all(np.isfinite(np.asarray(state[name])).all() for name in ("weights", "intercepts", "idf")):
        raise LoadError("The model holds values that are no numbers; train it again.")
    space = Space.of(hashes, np.asarray(state["idf"], dtype=np.float32))
    return StoredModel(Pipeline(space, heads, weights, intercepts), digest, about["card"])


def _calibration(found: Mapping[str, Any], classes: int) -> Calibration:
    offsets, seen, meant = (tuple(map(float, found[name])) for name in ("offsets", "seen", "meant"))
    if len(offsets) not in (0, classes) or len(seen) != len(meant):
        raise LoadError(_UNFIT)
    scale, shift, slope, margin = (float(found[name]) for name in ("scale", "shift", "slope", "margin"))
    return Calibration(scale, shift, slope, margin, offsets, seen, meant)


def load(path: Path, digest: str | None = None) -> StoredModel:
    """The model in a file; see `loaded`. Raises LoadError also where there is no such file."""
    try:
        data = path.read_bytes()
    except OSError as problem:
        raise LoadError(f"Cannot read the model {path}: {problem.strerror}.") from problem
    return loaded(data, digest)
