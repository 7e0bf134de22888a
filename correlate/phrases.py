"""Tables of what people say in one or several words, and where a text says it."""

from collections.abc import Iterator, Sequence

from correlate.words import fold, stem


class Phrases:
    """Read from a table: a name, a colon, and entries parted by commas, each of one word or of several that stand next
    to each other, a star for one word more or none between two. A line that goes on is indented. Words are folded and
    stemmed."""

    def __init__(self, table: str) -> None:
        self.single: dict[str, str] = {}
        self._several: dict[tuple[str, ...], str] = {}
        self._parted: dict[tuple[str, str], str] = {}
        for line in table.strip().replace("\n    ", " ").split("\n"):
            name, _, listed = line.partition(": ")
            for entry in listed.split(","):
                words = tuple(stem(fold(word)) for word in entry.split() if word != "*")
                if "*" in entry:
                    self._parted.setdefault((words[0], words[1]), name)
                if len(words) == 1:
                    self.single.setdefault(words[0], name)
                elif words:
                    self._several.setdefault(words, name)
        self._lengths = sorted({len(words) for words in self._several})
        self._beginnings = frozenset(words[0] for words in self._several)

    def found_in(self, words: Sequence[str]) -> Iterator[tuple[str, int, int]]:
        """For each entry that these folded words hold its name, where it begins, and where it has ended."""
        stems = list(map(stem, words))
        last = len(stems) - 1
        for start, word in enumerate(stems):
            name = self.single.get(word)
            if name is not None:
                yield name, start, start + 1
            if word not in self._beginnings or start == last:
                continue
            for length in self._lengths:
                name = self._several.get(tuple(stems[start : start + length]))
                if name is not None:
                    yield name, start, start + length
            name = self._parted.get((word, stems[start + 2])) if start + 2 <= last else None
            if name is not None:
                yield name, start, start + 3
