"""The card of a model: what it was trained on, how good it is class by class, and where it is weak; for people."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from desk.learning.trial import Trial

if TYPE_CHECKING:
    from classify.training import Figures

WEAK_RECALL = 0.6
FEW = 10


def card_of(
    trial: Trial,
    figures: "Sequence[Figures]",
    classes: Mapping[str, Any],
    categories: Sequence[str],
    promise: float,
    at: datetime,
) -> dict[str, Any]:
    """What is stored with the model. `classes` has, by target and class, the figures of `desk evaluate`."""
    return {
        "data": "labels of this desk",
        "trained_at": at.isoformat(timespec="seconds"),
        "trained_for": trial.asked_by,
        "through": trial.through,
        "rows": dict(trial.rows),
        "categories": list(categories),
        "promise": promise,
        "targets": msgspec.to_builtins(list(figures)),
        "classes": classes,
        "verified": msgspec.to_builtins(trial.proofs),
        "weaknesses": list(weaknesses(figures, classes, trial)),
    }  # fmt: skip


def weaknesses(figures: "Sequence[Figures]", classes: Mapping[str, Any], trial: Trial) -> list[str]:
    """What somebody should know before they rely on it, as sentences."""
    found = []
    for one in figures:
        few = sorted(value for value, count in one.classes.items() if count < FEW)
        if few:
            found.append(f"{one.target}: {', '.join(few)} have fewer than {FEW} examples: proposed, never decided.")
        weak = sorted(v for v, f in classes.get(one.target, {}).items() if (f["recall"] or 0) < WEAK_RECALL and f["n"])
        if weak:
            found.append(f"{one.target}: less than {WEAK_RECALL:.0%} of the texts are found of {', '.join(weak)}.")
        if one.accuracy_decided is None:
            found.append(f"{one.target}: nothing is decided, for nothing would keep the promise.")
    own = sum(count for origin, count in trial.rows.items() if origin != "starter")
    if own < trial.rows.get("starter", 0):
        found.append("Most of its texts are tickets that ship with the desk, not the desk's own.")
    if trial.doubts:
        count = sum(len(doubt.labels) for doubt in trial.doubts)
        found.append(f"{count} doubtful labels wait for somebody to look at them and were left out.")
    if trial.untold:
        names = ", ".join(f"{name} ({count})" for name, count in sorted(trial.untold.items()))
        found.append(f"Labels that fit none of the present categories were left out: {names}.")
    return found


def written(digest: str | None, card: Mapping[str, Any]) -> str:
    """The card as Markdown. Names of classes come from people: nothing of them is taken for markup."""
    lines = ["# Model card", "", f"- Digest: {f'`{digest}`' if digest else 'none, for it was not kept'}"]
    for name, words in _FACTS:
        if card.get(name) is not None:
            lines.append(f"- {words}: {_plain(card[name])}")
    lines += ["", "## Figures", "", "On texts that were left out when it was trained.", ""]
    lines += ["| target | texts | classes | right | decides | right of these | calibration error |",
              "|---|---|---|---|---|---|---|"]  # fmt: skip
    for one in card.get("targets", ()):
        lines.append(
            f"| {_cell(one['target'])} | {one['rows']} | {len(one['classes'])} | {_percent(one['accuracy'])} "
            f"| {_percent(one['coverage'])} | {_percent(one['accuracy_decided'])} | {one['ece']:.3f} |"
        )
    lines += _verified(card.get("verified") or {})
    for target, classes in sorted((card.get("classes") or {}).items()):
        lines += ["", f"## Classes of {_cell(target)}", "", "| class | texts | found | right of these |",
                  "|---|---|---|---|"]  # fmt: skip
        lines += [
            f"| {_cell(value)} | {f['n']} | {_percent(f['recall'])} | {_percent(f['precision'])} |"
            for value, f in sorted(classes.items())
        ]
    weak = card.get("weaknesses") or []
    lines += ["", "## Known weaknesses", "", *(f"- {_cell(sentence)}" for sentence in weak or ["None was found."])]
    return "\n".join(lines) + "\n"


def _verified(proofs: Mapping[str, Any]) -> list[str]:
    """What it may decide, as proven on labels of the desk where it is used."""
    lines = ["", "## Verified on labels of this desk", ""]
    if not proofs:
        return [*lines, "Nothing: it only proposes."]
    lines += ["| target | labels | decides from | such answers | right of these | at least (95 %) |",
              "|---|---|---|---|---|---|"]  # fmt: skip
    for target, one in sorted(proofs.items()):
        shares = (one["confidence"], one["right"] / one["decided"], one["lower"]) if one["decided"] else (None,) * 3
        first, right, lower = map(_percent, shares)
        lines.append(f"| {_cell(target)} | {one['rows']} | {first} | {one['decided']} | {right} | {lower} |")
    return lines


_FACTS = (
    ("data", "Data"),
    ("trained_at", "Trained at"),
    ("trained_for", "Trained for"),
    ("through", "Labels up to journal position"),
    ("rows", "Texts"),
    ("promise", "Promised share of right answers among those decided"),
)


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{count} {name}" for name, count in sorted(value.items()))
    return _cell(str(value))


def _cell(text: str) -> str:
    return "".join(f"\\{c}" if c in "\\|`*_[]<>#" else " " if c in "\r\n" else c for c in text)


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"
