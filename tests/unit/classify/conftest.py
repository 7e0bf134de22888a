"""A small desk's labelled texts, and a model trained on them once."""

import random

import pytest

from classify.classification import Text
from classify.model import StoredModel, loaded, stored
from classify.training import Settings, Trained, train

WORDS = {
    "printing": ["printer", "toner", "paper", "jam", "tray", "cartridge", "copier", "duplex"],
    "network": ["wifi", "network", "cable", "switch", "internet", "router", "offline", "port"],
    "accounts": ["password", "login", "locked", "account", "unlock", "reset", "code", "user"],
}
FILLER = [
    *("please", "the", "is", "again", "since", "today", "my", "in", "office", "with"),
    *("colleague", "help", "urgent", "thanks", "floor", "when", "cannot"),
]


def sample(rows: int, seed: int, noise: float = 0.0) -> tuple[list[Text], list[str]]:
    """Texts about one of three things, some words of which belong to the others; `noise` labels are wrong."""
    draw = random.Random(seed)
    texts, labels = [], []
    for number in range(rows):
        label = draw.choice(sorted(WORDS))
        said = draw.choices(WORDS[label], k=draw.randint(1, 4)) + draw.choices(FILLER, k=draw.randint(3, 12))
        if draw.random() < 0.3:
            said.append(draw.choice(WORDS[draw.choice(sorted(WORDS))]))
        draw.shuffle(said)
        subject = " ".join(said[:2]) if draw.random() < 0.8 else None
        texts.append(Text(subject=subject, body=f"{' '.join(said)} {number}."))
        labels.append(draw.choice(sorted(WORDS)) if draw.random() < noise else label)
    return texts, labels


@pytest.fixture(scope="session")
def trained() -> Trained:
    texts, labels = sample(400, seed=1)
    urgency = ["high" if "urgent" in (text.body or "") else "low" for text in texts]
    return train(texts, {"category": labels, "urgency": urgency}, Settings())


@pytest.fixture(scope="session")
def model(trained: Trained) -> StoredModel:
    return loaded(stored(trained.pipeline, {"text": ["subject", "text"], "sender": None}))
