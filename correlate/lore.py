"""How usual each word is in the mails of this house: what everybody writes tells nothing.

No language is known here. A word that every third mail has says nothing, in whatever language; one that three people
use within the hour, and hardly anybody before, says a lot. Old counts fade.
"""

from collections.abc import Iterable, Mapping

from correlate.records import Record

MAX_MAILS = 6_000
MAX_WORDS = 8_000
"""With more mails or words than this every count is halved, and what is left of one is forgotten."""
_EXPECTED_MAILS = 60
_EXPECTED = 0.4
"""What is held of a word that was never counted: it stands in so many of so many mails."""


class Lore:
    """Counts, changed by `learn` alone. They are integers, so that the same mails give the same counts anywhere."""

    __slots__ = ("mails", "words")

    def __init__(self) -> None:
        self.mails = 0
        self.words: dict[str, int] = {}

    def usual(self, word: str) -> float:
        """The share of mails that have the word, as far as is known."""
        return (self.words.get(word, 0) + _EXPECTED) / (self.mails + _EXPECTED_MAILS)

    def learn(self, words: Iterable[str]) -> None:
        """Count one mail. Marks of things and symptoms are no words."""
        self.mails += 1
        known = self.words
        for word in words:
            if word[0] not in "=~":
                known[word] = known.get(word, 0) + 1
        if self.mails > MAX_MAILS or len(known) > MAX_WORDS:
            self.mails //= 2
            self.words = {word: count // 2 for word, count in known.items() if count > 1}

    def heard(self, before: Record | None, after: Record) -> None:
        """A record was opened (`before` is None) or changed: count the mail that did it, where it was one.

        Its words are those that the topic has more often now; what a merge brings along has been counted.
        """
        if before is None:
            if after.origin == "mail":
                self.learn(after.topic)
        elif after.topic is not before.topic and after.merged == before.merged:
            self.learn(word for word, count in after.topic.items() if count > before.topic.get(word, 0))

    def stored(self) -> Mapping[str, object]:
        """As it is kept in the tables."""
        return {"mails": self.mails, "words": self.words}

    def load(self, stored: Mapping[str, object]) -> None:
        """Take what `stored` gave."""
        mails, words = stored.get("mails"), stored.get("words")
        if isinstance(mails, int) and isinstance(words, dict):
            self.mails, self.words = mails, words
