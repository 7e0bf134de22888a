"""Tables of what people say in one or several words, and where a text says it."""

from collections.abc import Iterator, Sequence

from correlate.words import fold, stem


def entries(table: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The entries of a table, each with its name and its words, folded and stemmed.

    A line is a name, a colon, and entries of one or several words, parted by commas; one that goes on is indented.
    """
    for line in table.strip().replace("\n    ", " ").split("\n"):
        name, _, listed = line.partition(": ")
        for entry in listed.replace("'", " ").replace("-", " ").split(","):
            if words := tuple(stem(fold(word)) for word in entry.split()):
                yield name, words


class Phrases:
    """Entries of one word or of several that stand next to each other; a star is one word more or none between two.

    `innocent` are folded words that mean nothing by themselves, though they have the stem of an entry.
    """

    def __init__(self, table: str, innocent: frozenset[str] = frozenset()) -> None:
        self._innocent = innocent
        self.single: dict[str, str] = {}
        self._several: dict[tuple[str, ...], str] = {}
        self._parted: dict[tuple[str, str], str] = {}
        for name, (first, *others) in entries(table):
            if not others:
                self.single.setdefault(first, name)
            elif others[0] == "*":
                self._parted.setdefault((first, others[1]), name)
                self._several.setdefault((first, others[1]), name)
            else:
                self._several.setdefault((first, *others), name)
        self._lengths = sorted({len(words) for words in self._several})
        self._beginnings = frozenset(words[0] for words in self._several)

    def found_in(self, words: Sequence[str]) -> Iterator[tuple[str, int, int]]:
        """For each entry that these folded words hold its name, where it begins, and where it has ended."""
        stems = list(map(stem, words))
        last = len(stems) - 1
        for start, word in enumerate(stems):
            name = self.single.get(word)
            if name is not None and words[start] not in self._innocent:
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
