"""How well the desk's incidents agree with what really happened (B-cubed over items, and what people were told)."""

from collections import Counter, defaultdict
from datetime import datetime
from typing import Any

from bench.worlds.problems import matched


def score(truth: dict[str, Any], said: dict[str, Any]) -> dict[str, float]:
    """`truth` as `World.truth` gives it, `said` as `desk replay --json` prints it.

    `f1`, `precision`, `recall`: B-cubed over the items of true incidents. `merged`: share of the desk's incidents that
    hold items of more than one true one. `acked`: share of (person, incident) told exactly once that it is known.
    `noise told`: share of mails about nothing that goes on that were put into an incident. `outsiders`: told
    of others' troubles.
    """
    real = {incident["id"] for incident in truth["incidents"]}
    label = {(line, index): name for line, index, name in truth["inputs"]}
    holder = {
        (line, index or 0): incident["number"] for incident in said["incidents"] for line, index in incident["inputs"]
    }
    sizes = Counter(name for name in label.values() if name in real)
    clusters: dict[Any, Counter[str]] = defaultdict(Counter)
    for item, name in label.items():
        if name in real:
            clusters[holder.get(item, item)][name] += 1
    total = sum(sizes.values())
    precision = sum(n * n / sum(c.values()) for c in clusters.values() for n in c.values()) / total
    recall = sum(n * n / sizes[name] for c in clusters.values() for name, n in c.items()) / total
    held = [counts for number, counts in clusters.items() if isinstance(number, str)]
    known = {number for number, counts in clusters.items() if isinstance(number, str) and sum(counts.values()) > 0}
    noise = [(m["line"], 0) for m in truth["mails"] if label[m["line"], 0] in ("noise/request", "noise/question")]
    outside = [(m["line"], 0) for m in truth["mails"] if label[m["line"], 0] == "noise/outsider"]
    return {
        "f1": 2 * precision * recall / (precision + recall),
        "precision": precision,
        "recall": recall,
        "merged": sum(len(counts) > 1 for counts in held) / max(1, len(held)),
        "acked": _acked(truth, said, label, holder, real),
        "noise told": sum(holder.get(item) in known for item in noise) / max(1, len(noise)),
        "outsiders": sum(holder.get(item) in known for item in outside) / max(1, len(outside)),
    }


def _acked(
    truth: dict[str, Any], said: dict[str, Any], label: dict[Any, str], holder: dict[Any, str], real: set[str]
) -> float:
    sent = Counter((m["to"].lower(), m["about"]) for m in said["mail_out"] if m["kind"].startswith("ack"))
    persons: dict[tuple[str, str], set[str]] = defaultdict(set)
    for m in truth["mails"]:
        item = (m["line"], 0)
        if label[item] in real:
            persons[m["from"], label[item]].add(holder.get(item, ""))
    exact = sum(sum(sent[person, number] for number in numbers) == 1 for (person, _), numbers in persons.items())
    return exact / max(1, len(persons))


def score_problems(truth: dict[str, Any], said: dict[str, Any]) -> dict[str, Any]:
    """What was suggested against what was planted (see `problems.matched`), compared by their items."""
    items: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for line, index, name in truth["inputs"]:
        items[name].add((line, index))
    held = {i["number"]: {(line, index or 0) for line, index in i["inputs"]} for i in said["incidents"]}
    known = {incident["id"]: incident for incident in truth["incidents"]}
    causes = []
    for problem in truth["problems"]:
        families = {known[name]["family"]: known[name]["start"] for name in reversed(problem["incidents"])}
        causes.append(
            {
                **problem,
                "site": problem["service"],
                "items": set().union(*(items[name] for name in problem["incidents"])),
                "starts": sorted(map(datetime.fromisoformat, families.values())),
            }
        )
    suggestions = [
        {
            "kind": s["kind"],
            "after_change": s.get("after_change"),
            "first": datetime.fromisoformat(s["first_proposed_at"]),
            "items": set().union(*(held.get(number, set()) for number in s["incidents"])),
            "about": s.get("title") or s["kind"],
        }
        for s in said["suggestions"]
    ]
    return matched(causes, suggestions)
