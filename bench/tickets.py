"""Tickets by the thousand, in eight languages, made from those that ship: what the benchmarks of judgement read.

Each takes its subject from one example and its sentences from two or three of the same category, with a name and a
number of its own. They are good for measuring time; how well a model judges must be measured on real tickets.
"""

import random

from classify.classification import Text
from classify.starting import starter_tickets


def tickets(count: int, seed: int = 1) -> tuple[list[Text], list[str]]:
    """Texts and their categories."""
    texts, labels = starter_tickets()
    by_category: dict[str, list[Text]] = {}
    for text, category in zip(texts, labels["category"], strict=True):
        by_category.setdefault(str(category), []).append(text)
    chance, categories = random.Random(seed), sorted(by_category)
    made, categories_made = [], []
    for _ in range(count):
        category = chance.choice(categories)
        parts = chance.sample(by_category[category], chance.randint(2, 3))
        said = " ".join(part.body or part.subject or "" for part in parts)
        named = f"host-{chance.randrange(5_000)} user{chance.randrange(20_000)}"
        made.append(Text(subject=parts[0].subject, body=f"{said} ({named}, #{chance.randrange(1_000_000)})"))
        categories_made.append(category)
    return made, categories_made
