"""Training: the same rows give the same model, the promise holds, rare classes are proposed and never decided."""

from pathlib import Path

import pytest

from classify.classification import Text
from classify.evaluation import score
from classify.model import loaded, stored
from classify.table import TableError, read
from classify.training import Settings, Trained, TrainingError, near_duplicate_key, train
from tests.rounds import so_many

from .conftest import sample


def test_the_same_rows_give_the_same_bytes() -> None:
    texts, labels = sample(120, seed=2)
    first, second = (stored(train(texts, {"category": labels}).pipeline, {}) for _ in range(2))
    assert first == second


def test_it_learns_what_the_words_say(trained: Trained) -> None:
    texts, labels = sample(300, seed=77)
    verdicts = [found["category"] for found in trained.pipeline.verdicts(texts)]
    found = score(verdicts, labels)
    assert found.accuracy > 0.9
    assert found.ece < 0.08


@pytest.mark.slow
def test_the_promise_is_kept_across_seeds() -> None:
    """A third of the labels are noise, so no model can be right always: what is decided must be right nevertheless."""
    seeds, decided, right, coverage = so_many(6, in_ci=20), 0, 0, []
    for seed in range(seeds):
        texts, labels = sample(300, seed=seed, noise=0.12)
        pipeline = train(texts, {"category": labels}, Settings(promise=0.8)).pipeline
        fresh, truth = sample(300, seed=seed + 1000, noise=0.12)
        pairs = [(v["category"], t) for v, t in zip(pipeline.verdicts(fresh, reasons=False), truth, strict=True)]
        sure = [verdict.value == label for verdict, label in pairs if verdict.decided]
        decided, right = decided + len(sure), right + sum(sure)
        coverage.append(len(sure) / len(pairs))
    assert right / decided >= 0.8
    assert sum(coverage) / seeds > 0.5


def test_a_class_with_few_examples_is_proposed_and_never_decided() -> None:
    texts, labels = sample(300, seed=4)
    rare = [Text(subject="coffee machine", body=f"the coffee machine leaks beans {i}") for i in ("a", "b", "c")]
    pipeline = train(texts + rare, {"category": [*labels, *["kitchen"] * 3]}).pipeline
    verdict = pipeline.verdicts([Text(subject="coffee machine", body="the coffee machine leaks beans")])[0]["category"]
    assert verdict.value == "kitchen"
    assert not verdict.decided


def test_copies_of_one_text_do_not_make_a_class_warm() -> None:
    texts, labels = sample(100, seed=4)
    copies = [Text(body=f"Job 77{i} failed") for i in range(30)]
    pipeline = train(texts + copies, {"category": [*labels, *["jobs"] * 30]}).pipeline
    assert pipeline.heads[0].cold == {"jobs"}


def test_rows_without_a_label_are_left_out_of_that_target_only() -> None:
    texts, labels = sample(80, seed=5)
    half = [label if i % 2 else None for i, label in enumerate(labels)]
    figures = train(texts, {"category": labels, "half": half}).figures
    assert [found.rows for found in figures] == [80, 40]


def test_a_target_with_one_class_answers_it() -> None:
    texts, _ = sample(10, seed=6)
    trained = train(texts, {"category": ["only"] * 10})
    verdict = loaded(stored(trained.pipeline, {})).verdicts(texts[:1])[0]["category"]
    assert verdict.value == "only"
    assert not verdict.decided, "ten rows prove nothing"


@pytest.mark.parametrize("rows", [2, 3, 5, 9])
def test_a_handful_of_rows_trains_too_and_decides_nothing(rows: int) -> None:
    texts, _ = sample(rows, seed=7)
    trained = train(texts, {"category": ["a", "b", *["a"] * (rows - 2)]})
    assert all(not found["category"].decided for found in trained.pipeline.verdicts(texts))


def test_nothing_to_learn_from_is_a_sentence() -> None:
    with pytest.raises(TrainingError, match="fewer than two labelled rows"):
        train([Text(body="a"), Text(body="b")], {"category": ["x", None]})


def test_texts_that_differ_in_digits_only_are_near_duplicates() -> None:
    one, same, other = (
        near_duplicate_key(Text(subject=s, body=b))
        for s, b in [("Job 12 failed", "at 10:31"), ("JOB 7  failed", "at 9:05"), ("Job 12 failed", "at noon")]
    )
    assert one == same != other


def test_a_table_is_read_by_the_columns_that_are_named(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text('\ufeffTitel;Text;Gruppe\n"Druck;er";"zeile\nzwei";IT\n;nur text;\n', encoding="utf-8")
    table = read(path, ["Gruppe"], ["Titel", "Text"])
    assert table.texts == [Text(subject="Druck;er", body="zeile\nzwei"), Text(subject=None, body="nur text")]
    assert table.labels == {"Gruppe": ["IT", None]}


def test_a_table_without_the_column_says_which_it_has(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text("subject,text\na,b\n", encoding="utf-8")
    with pytest.raises(TableError, match="no column 'group'; it has subject, text"):
        read(path, ["group"], ["subject", "text"])
    with pytest.raises(TableError, match="Cannot read"):
        read(tmp_path / "none.csv", ["group"], ["text"])
    path.write_bytes(b"subject,text,group\n\xff\xfe,b,c\n")
    with pytest.raises(TableError, match="not UTF-8"):
        read(path, ["group"], ["text"])
