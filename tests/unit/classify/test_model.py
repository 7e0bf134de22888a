"""What a model says, why, and how it is stored."""

import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
import skops.io
from sklearn.svm import LinearSVC

from classify.classification import Text
from classify.features import occurrences
from classify.model import LoadError, NoModel, StoredModel, load, loaded, stored
from classify.model_file import model_digest
from classify.reasons import LAYOUT, contributions, terms_of
from classify.training import Trained

from .conftest import sample


def test_it_answers_every_target_with_a_probability_and_alternatives(model: StoredModel) -> None:
    verdict = model.verdicts([Text(subject="paper jam", body="the printer ate my paper, toner everywhere")])[0][
        "category"
    ]
    assert verdict.value == "printing"
    assert verdict.decided
    everything = [verdict.confidence, *(other.confidence for other in verdict.alternatives)]
    assert sum(everything) == pytest.approx(1)
    assert everything == sorted(everything, reverse=True)


def test_the_strongest_reason_is_the_word_that_says_it(model: StoredModel) -> None:
    verdict = model.verdicts([Text(body="please help my colleague with the toner")])[0]["category"]
    assert (verdict.value, verdict.reasons[0].term) == ("printing", "toner")
    assert verdict.reasons[0].contribution > 0


def test_contributions_and_the_base_score_add_up_to_the_score(model: StoredModel) -> None:
    texts = sample(25, seed=9)[0] + [Text(), Text(subject="toner!!"), Text(body="?")]
    pipeline = model.pipeline
    seen = occurrences(texts)
    matrix, places = pipeline.space.matrix(seen, len(texts))
    rows = np.repeat(np.arange(len(texts)), np.diff(matrix.indptr))
    terms = terms_of(seen)
    for column in range(pipeline.weights.shape[1]):
        weights = pipeline.weights[matrix.indices, column][:, None]
        assert len(rows) == len(weights)
        added = contributions(seen, terms, matrix, places, weights)[:, 0]
        sums = np.bincount(terms.rows, weights=added, minlength=len(texts)) + pipeline.intercepts[column]
        assert np.allclose(sums, pipeline.scores(texts)[:, column], atol=1e-4)


def test_without_the_word_that_spoke_for_it_the_score_falls(model: StoredModel) -> None:
    column = model.pipeline.heads[0].classes.index("printing")
    with_it, without = (
        model.pipeline.scores([Text(body=body)])[0, column]
        for body in ("toner is again out today", "is again out today")
    )
    assert with_it > without


def test_an_answer_does_not_depend_on_the_rest_of_the_batch(model: StoredModel) -> None:
    texts = sample(60, seed=3)[0]
    together = model.verdicts(texts)
    assert [model.verdicts([text])[0] for text in texts] == together


def test_a_text_that_says_nothing_is_answered_too(model: StoredModel) -> None:
    verdict = model.verdicts([Text()])[0]["category"]
    assert 0 <= verdict.confidence <= 1
    assert all(reason.term == LAYOUT for reason in verdict.reasons)


def test_classifications_carry_the_digest_and_a_priority(model: StoredModel) -> None:
    found = model.classify([Text(body="urgent printer jam")])[0]
    assert found.model == model.digest
    assert found.urgency.value == "high"
    assert found.priority == "P3"
    assert found.assignment_group.value is None
    assert not found.assignment_group.decided


def test_no_model_decides_nothing() -> None:
    found = NoModel().classify([Text(body="printer")])[0]
    assert (found.category.value, found.category.decided, found.model) == (None, False, None)


def test_the_same_pipeline_gives_the_same_bytes_and_the_same_answers(trained: Trained, model: StoredModel) -> None:
    card = {"text": ["subject", "text"], "sender": None}
    again = loaded(stored(trained.pipeline, card))
    assert again.digest == model.digest
    texts = sample(20, seed=5)[0]
    assert again.verdicts(texts) == model.verdicts(texts)


def test_stored_and_read_back_it_says_the_same(trained: Trained, model: StoredModel) -> None:
    texts = sample(40, seed=6)[0]
    for fresh, read in zip(trained.pipeline.verdicts(texts), model.verdicts(texts), strict=True):
        assert fresh["category"].value == read["category"].value
        assert fresh["category"].confidence == pytest.approx(read["category"].confidence, abs=1e-6)


def test_a_model_file_is_a_skops_file_that_needs_no_trust(trained: Trained) -> None:
    data = stored(trained.pipeline, {})
    assert skops.io.get_untrusted_types(data=data) == []
    state = skops.io.loads(data, trusted=[])
    assert np.array_equal(state["hashes"], trained.pipeline.space.hashes)
    assert np.array_equal(state["weights"].astype(np.float32), trained.pipeline.weights)


def test_another_file_than_the_one_that_was_meant_is_refused(trained: Trained, tmp_path: Path) -> None:
    path = tmp_path / "model.skops"
    path.write_bytes(stored(trained.pipeline, {}))
    digest = model_digest(path)
    assert load(path, digest).digest == digest
    with pytest.raises(LoadError, match="changed or damaged"):
        load(path, "0" * 64)


def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    assert model_digest(tmp_path / "none") is None
    with pytest.raises(LoadError, match="Cannot read the model"):
        load(tmp_path / "none")


def _zip(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name.replace("_json", ".json"), data)
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no archive",
        _zip(schema_json=b"[]"),
        _zip(schema_json=b"{}"),
        _zip(other=b""),
        _zip(schema_json=json.dumps({"__loader__": "DictNode", "content": {"about": 1}}).encode()),
    ],
)
def test_what_is_no_model_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(LoadError, match=r"\.$"):
        loaded(data)


def test_a_model_cut_short_anywhere_is_refused(trained: Trained) -> None:
    data = stored(trained.pipeline, {})
    for end in range(0, len(data), len(data) // 40):
        with pytest.raises(LoadError):
            loaded(data[:end])


def test_a_model_damaged_anywhere_is_read_whole_or_refused(trained: Trained) -> None:
    """No digest tells of the damage where the file is named by hand."""
    data = stored(trained.pipeline, {})
    refused = 0
    for at in range(5, len(data), max(1, len(data) // 150)):
        damaged = bytearray(data)
        damaged[at : at + 8] = bytes(byte ^ 0x5A for byte in damaged[at : at + 8])
        try:
            loaded(bytes(damaged))
        except LoadError:
            refused += 1
    assert refused > 50


def test_a_skops_file_with_anything_but_plain_values_is_refused() -> None:
    machine = LinearSVC().fit([[0.0], [1.0]], [0, 1])
    with pytest.raises(LoadError, match="types that no model of ours has"):
        loaded(skops.io.dumps({"about": machine}))
    with pytest.raises(LoadError, match="types that no model of ours has"):
        loaded(skops.io.dumps(machine))
