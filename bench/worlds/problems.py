"""How well what was suggested agrees with the causes that were planted."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import mean, median
from typing import Any

ENOUGH = 0.5
"""A suggestion is about a cause if their items overlap by this much (Jaccard)."""


def matched(causes: Sequence[Mapping[str, Any]], suggestions: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Causes have `items` (what is theirs), `starts` (of their occurrences), `kind`, `claims`, `site` and `changes`;
    suggestions `items`, `kind`, `first` (when it was said) and `after_change`."""
    found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    false: list[Mapping[str, Any]] = []
    for suggestion in suggestions:
        items = suggestion["items"]
        overlap, best = max(
            ((len(items & c["items"]) / max(1, len(items | c["items"])), c["id"]) for c in causes), default=(0.0, "")
        )
        if overlap >= ENOUGH:
            found[best].append(suggestion)
        else:
            false.append(suggestion)
    detail = []
    for cause in causes:
        said = sorted(found[cause["id"]], key=lambda s: s["first"])
        third = cause["starts"][2] if len(cause["starts"]) >= 3 else None
        detail.append(
            {
                "kind": cause["kind"],
                "site": cause["site"],
                "times": len(cause["starts"]),
                "found": bool(said),
                "said": [s["kind"] for s in said],
                "kind right": any(s["kind"] in cause["claims"] for s in said),
                "delay": (said[0]["first"] - third).total_seconds() / 86_400 if said and third else None,
                "blamed": any(s["after_change"] in (cause["site"], *cause["changes"]) for s in said)
                if cause["changes"]
                else None,
            }
        )
    wrong = [{"false": s["about"], "kind": s["kind"], "size": len(s["items"])} for s in false]
    return {"causes": detail, "suggestions": len(suggestions), "false": len(false), "detail": [*detail, *wrong]}


def means(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The figures over many quarters: each cause counts alike."""
    rows = list(rows)
    causes = [cause for row in rows for cause in row["causes"]]
    by_kind: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for cause in causes:
        by_kind[cause["kind"]].append(cause)
    said, false = sum(row["suggestions"] for row in rows), sum(row["false"] for row in rows)
    return {
        "quarters": len(rows),
        "false a quarter": false / max(1, len(rows)),
        "precision": 1.0 - false / said if said else 1.0,
        "quarters with a false one": sum(row["false"] > 0 for row in rows) / max(1, len(rows)),
        "all": _figures(causes),
        **{kind: _figures(found) for kind, found in sorted(by_kind.items())},
    }


def _figures(causes: Sequence[Mapping[str, Any]]) -> dict[str, float | None]:
    found = [cause for cause in causes if cause["found"]]
    delays = [cause["delay"] for cause in found if cause["delay"] is not None]
    blamed = [cause["blamed"] for cause in causes if cause["blamed"] is not None]
    return {
        "planted": len(causes),
        "recall": len(found) / len(causes) if causes else None,
        "kind": sum(cause["kind right"] for cause in found) / len(found) if found else None,
        "delay": median(delays) if delays else None,
        "blamed": mean(blamed) if blamed else None,
    }


def table(figures: Mapping[str, Any]) -> str:
    """The figures as lines to read."""
    columns = ("planted", "recall", "kind", "delay", "blamed")
    lines = [f"{name:28}{value:10.3f}" for name, value in figures.items() if not isinstance(value, Mapping)]
    lines.append(f"{'':16}" + "".join(f"{column:>10}" for column in columns))
    for name, row in figures.items():
        if isinstance(row, Mapping):
            cells = ("-" if row[c] is None else f"{row[c]:.3f}" if c != "planted" else str(row[c]) for c in columns)
            lines.append(f"{name:16}" + "".join(f"{cell:>10}" for cell in cells))
    return "\n".join(lines)
