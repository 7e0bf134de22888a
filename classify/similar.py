"""Which records read like this one: an inverted index that grows record by record.

Records are compared by BM25 over word stems (Robertson and Zaragoza 2009), the subject counting three times, as a share
of what the question would score against itself. The best are then ordered anew with the likeness of their subjects by
character trigrams, which forgives typos and inflection. Scores run from 0 (nothing in common) to about 1.
"""

import re
import unicodedata
from array import array
from collections import Counter
from collections.abc import Iterable
from math import log

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

F64 = NDArray[np.float64]
I64 = NDArray[np.int64]

CHARACTERS = 4_000
"""How far the text of a record is read."""
POSTINGS_READ = 400_000
"""Postings that one question may touch; the terms that tell least are left out beyond that."""
RANKED_ANEW = 100

_SATURATION, _LENGTH, _TYPICAL_LENGTH = 2.0, 0.9, 90.0
_SUBJECT_COUNTS, _SUBJECT_WEIGHT = 3, 0.3
_STEM = 5
_WORD = re.compile(r"\w+")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|_+")


class Match(Struct, frozen=True):
    """A record that was found."""

    id: str
    score: float


def terms(text: str | None) -> list[str]:
    """Word stems in order; names as `BlockManager` or `disk_full` also count by their parts.

    A stem is a word's beginning: crude, but the same for inflections and many compounds in every language we read.
    What has a digit in it is a code or a name and stays whole.
    """
    found = []
    for word in _WORD.findall(unicodedata.normalize("NFKC", (text or "")[:CHARACTERS])):
        found.append(_stem(word))
        parts = _HUMP.split(word)
        if len(parts) > 1:
            found += [_stem(part) for part in parts if part]
    return found


def _stem(word: str) -> str:
    lower = word.lower()
    return lower if any(character.isdigit() for character in lower) else lower[:_STEM]


def trigrams(subject: str | None) -> list[str]:
    """The distinct character trigrams of a subject's words."""
    line = f" {' '.join(_WORD.findall((subject or '')[:300].lower()))} "
    return sorted({line[i : i + 3] for i in range(len(line) - 2)})


class SimilarIndex:
    """Records by id. Adding takes time by the length of the record, asking by how common the question's words are."""

    def __init__(self) -> None:
        self._ids: list[str] = []
        self._place: dict[str, int] = {}
        self._places: dict[str, array[int]] = {}
        self._weights: dict[str, array[float]] = {}
        self._subjects: list[array[int]] = []
        self._grams: dict[str, int] = {}
        self._gram_counts = array("i")
        self._gone: set[int] = set()

    def __len__(self) -> int:
        return len(self._place)

    def add(self, record: str, subject: str | None, text: str | None) -> None:
        """Adds a record; one of the same id takes the place of the earlier one."""
        self.remove(record)
        place = len(self._ids)
        self._ids.append(record)
        self._place[record] = place
        counts = _counts(subject, text)
        length = sum(counts.values())
        norm = _SATURATION * (1 - _LENGTH + _LENGTH * length / _TYPICAL_LENGTH)
        for term, count in counts.items():
            if term not in self._places:
                self._places[term], self._weights[term] = array("i"), array("f")
            self._places[term].append(place)
            self._weights[term].append(count * (_SATURATION + 1) / (count + norm))
        grams = array("i", [self._grams.setdefault(gram, len(self._grams)) for gram in trigrams(subject)])
        self._gram_counts.extend([0] * (len(self._grams) - len(self._gram_counts)))
        for gram in grams:
            self._gram_counts[gram] += 1
        self._subjects.append(grams)

    def remove(self, record: str) -> None:
        """Takes a record out; an unknown id is no error. What it added to the frequencies of words stays."""
        place = self._place.pop(record, None)
        if place is not None:
            self._gone.add(place)

    def find(self, subject: str | None, text: str | None, most: int = 10, without: Iterable[str] = ()) -> list[Match]:
        """The records most like this text, best first; equal scores in the order in which they were added."""
        counts = _counts(subject, text)
        scores, own = self._scores(counts)
        if own <= 0:
            return []
        hidden = [*self._gone, *(self._place[record] for record in without if record in self._place)]
        scores[hidden] = 0.0
        candidates = np.flatnonzero(scores)
        if len(candidates) > RANKED_ANEW:
            limit = np.partition(scores[candidates], -RANKED_ANEW)[-RANKED_ANEW]
            candidates = candidates[scores[candidates] >= limit][: 2 * RANKED_ANEW]
        total = scores[candidates] / own + _SUBJECT_WEIGHT * self._likeness(trigrams(subject), candidates)
        order = np.lexsort((candidates, -total))[:most]
        scale = 1 + _SUBJECT_WEIGHT
        return [Match(self._ids[candidates[i]], round(float(total[i]) / scale, 4)) for i in order]

    def _scores(self, counts: Counter[str]) -> tuple[F64, float]:
        """BM25 of every record, and what the question would score against itself."""
        total = len(self._ids)
        scores = np.zeros(total)
        norm = _SATURATION * (1 - _LENGTH + _LENGTH * sum(counts.values()) / _TYPICAL_LENGTH)
        own, read = 0.0, 0
        for term, count in sorted(counts.items(), key=lambda item: (len(self._places.get(item[0], ())), item[0])):
            places = self._places.get(term)
            frequency = len(places) if places else 0
            weight = log(1 + (total - frequency + 0.5) / (frequency + 0.5)) * count / (count + _SATURATION)
            own += weight * count * (_SATURATION + 1) / (count + norm)
            read += frequency
            if places and read <= POSTINGS_READ:
                where = np.frombuffer(places, dtype=np.int32)
                scores[where] += weight * np.frombuffer(self._weights[term], dtype=np.float32)
        return scores, own

    def _likeness(self, question: list[str], places: I64) -> F64:
        """Cosines of the question's subject and those of records, over trigrams weighted by rarity."""
        known = [number for gram in question if (number := self._grams.get(gram)) is not None]
        if not known or not len(places):
            return np.zeros(len(places))
        total = len(self._ids)
        rarity = (np.log((1 + total) / (1 + np.frombuffer(self._gram_counts, dtype=np.int32))) + 1) ** 2
        asked = np.zeros(len(rarity))
        asked[known] = rarity[known]
        own = asked.sum() + (len(question) - len(known)) * (log(1 + total) + 1) ** 2
        subjects = [self._subjects[place] for place in places.tolist()]
        rows = np.repeat(np.arange(len(places)), [len(subject) for subject in subjects])
        theirs = np.frombuffer(b"".join(subject.tobytes() for subject in subjects), dtype=np.int32)
        shared = np.bincount(rows, weights=asked[theirs], minlength=len(places))
        length = np.bincount(rows, weights=rarity[theirs], minlength=len(places))
        cosines: F64 = shared / np.sqrt(np.maximum(own * length, 1e-9))
        return cosines


def _counts(subject: str | None, text: str | None) -> Counter[str]:
    counts = Counter(terms(text))
    for term in terms(subject):
        counts[term] += _SUBJECT_COUNTS
    return counts
