"""Texts become the same numbers wherever and whenever they are read."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from classify.classification import Text
from classify.features import (
    CHARACTERS,
    NGRAM_CHARACTERS,
    SCALES,
    SUBJECT,
    WORD_CHARACTERS,
    WORDS,
    Space,
    as_if_new,
    normalized,
    occurrences,
)

TEXTS = [
    Text(subject="Printer jam", body="The printer on floor 2 is jammed again!"),
    Text(subject=None, body="Kein Toner mehr im Drucker, bitte bringen"),
    Text(subject="VPN", body=None),
    Text(subject=None, body=None),
    Text(subject="Пароль", body="забыл пароль 🙈 お願いします", sender="anna@example.com"),
]


def test_a_text_is_read_alike_alone_and_in_a_batch() -> None:
    space = Space.learned(TEXTS, most=10_000, at_least=1)
    together = space.transform(TEXTS).toarray()
    for row, text in enumerate(TEXTS):
        assert np.array_equal(space.transform([text]).toarray()[0], together[row])


def test_words_pairs_and_character_ngrams_are_those_one_expects() -> None:
    seen = occurrences([Text(subject="a b", body="cd efg")])
    assert (seen.blocks == WORDS).sum() == 4 + 2, "a, b, cd, efg; a b, cd efg (a pair does not cross into the body)"
    assert (seen.blocks == SUBJECT).sum() == 2 + 1
    # " a ", " b ", " cd", "cd ", " cd ", " ef", "efg", "fg ", " efg", "efg ", " efg "
    assert (seen.blocks == CHARACTERS).sum() == 11


def test_equal_terms_have_equal_hashes_and_different_terms_different_ones() -> None:
    one, other = occurrences([Text(body="tray jam tray")]), occurrences([Text(body="jam far from any tray")])

    def words(seen):
        return {int(h) for h in seen.hashes[seen.blocks == WORDS]}

    assert len(words(one)) == 4, "tray, jam, tray jam, jam tray"
    assert len(words(one) & words(other)) == 2, "tray, jam"


def test_case_white_space_and_broken_utf8_do_not_matter() -> None:
    space = Space.learned([*TEXTS, Text(body="für")], most=10_000, at_least=1)
    plain = space.transform([Text(body="für den printer")]).toarray()
    assert np.array_equal(plain, space.transform([Text(body="  FÜR den\n\tPRINTER ")]).toarray())
    assert np.array_equal(plain, space.transform([Text(body="fÃ¼r den printer")]).toarray())


def test_a_body_is_read_only_so_far() -> None:
    end = "word " * (WORD_CHARACTERS // 5)
    short, long = occurrences([Text(body=end)]), occurrences([Text(body=end + "more " * 10_000)])
    assert np.array_equal(short.hashes, long.hashes)
    assert int((long.blocks == WORDS).sum()) > 300


def test_character_ngrams_stop_earlier_than_words() -> None:
    long = occurrences([Text(body="word " * 1000)])
    assert int((long.blocks == CHARACTERS).sum()) < 3 * NGRAM_CHARACTERS


def test_a_text_that_says_nothing_known_is_a_row_of_its_shape_only() -> None:
    space = Space.learned([Text(subject="alpha", body="alpha beta gamma")] * 3, most=100)
    row = space.transform([Text(subject="zzz", body="qqq")])
    assert row.shape == (1, len(space.hashes))
    assert row.nnz <= 3


def test_every_block_of_a_row_has_its_length() -> None:
    space = Space.learned(TEXTS, most=10_000, at_least=1)
    seen = occurrences(TEXTS[:1])
    matrix, places = space.matrix(seen, 1)
    for block in (WORDS, CHARACTERS, SUBJECT):
        values = {int(place): matrix.data[place] for place in places[(seen.blocks == block) & (places >= 0)]}
        assert np.isclose(sum(v * v for v in values.values()), SCALES[block] ** 2, atol=1e-5)


def test_mojibake_that_is_none_stays() -> None:
    assert normalized("SÃO PAULO", 100) == "são paulo"


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.builds(Text, subject=st.none() | st.text(), body=st.none() | st.text(), sender=st.none() | st.text()))
)
def test_any_text_is_read_without_an_exception(texts: list[Text]) -> None:
    space = Space.learned(TEXTS, most=1000, at_least=1)
    matrix = space.transform(texts)
    assert matrix.shape[0] == len(texts)
    assert np.isfinite(matrix.data).all()


def test_a_row_read_as_if_new_is_the_row_of_a_space_that_never_saw_it() -> None:
    learned = [Text(subject="Printer jam", body="The printer on floor 2 is jammed"), *TEXTS[1:4]]
    new = Text(subject="Printer", body="The copier on floor 3 is jammed, says Jana")
    alone, together = Space.learned(learned, most=10_000), Space.learned([*learned, new], most=10_000)
    rows = sparse.csr_matrix(together.transform([*learned, new]))
    assert together.blocks is not None
    counts = np.bincount(rows[:-1].indices, minlength=rows.shape[1])
    found = as_if_new(rows[-1:], counts, together.blocks).toarray()[0]
    known = {int(h) for h in together.hashes[found > 0]}
    expected = alone.transform([new]).toarray()[0]
    assert known == {int(h) for h in alone.hashes[expected > 0]}
    for block in (WORDS, CHARACTERS, SUBJECT):
        assert np.isclose((found[together.blocks == block] ** 2).sum(), SCALES[block] ** 2, atol=1e-5)
