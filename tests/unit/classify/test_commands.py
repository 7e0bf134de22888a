"""The commands that show what a model thinks."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from classify.model import StoredModel, load
from classify.similar import SimilarIndex
from desk.__main__ import main
from desk.commands.classify import classify_lines
from desk.commands.similar import answer_lines

from .conftest import sample


def test_each_line_is_answered_before_the_next_is_read(model: StoredModel) -> None:
    out = io.StringIO()

    def lines() -> Iterator[bytes]:
        for number in range(3):
            assert len(out.getvalue().splitlines()) == number
            yield json.dumps({"id": number, "subject": "toner", "text": None}).encode() + b"\n"

    assert classify_lines(model, lines(), out) == 0
    answers = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [answer["id"] for answer in answers] == [0, 1, 2]
    assert set(answers[0]) == {"id", "category", "urgency"}
    assert set(answers[0]["category"]) == {"value", "confidence", "decided", "alternatives", "reasons"}


def test_a_line_that_cannot_be_read_is_said_so_and_the_next_is_answered(model: StoredModel) -> None:
    out = io.StringIO()
    lines = [
        b"{\n",
        b'{"subject": 5}\n',
        b'\xff{"text": "toner"}\n',
        b"\n",
        b'{"text": "toner", "from": "a@b.c", "more": 1}\n',
    ]
    assert classify_lines(model, lines, out) == 1
    answers = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [sorted(answer) == ["error", "path"] for answer in answers] == [True, True, True, False]
    assert answers[0]["path"] == "line 1"


def test_similar_answers_with_the_ids_it_was_given() -> None:
    index = SimilarIndex()
    index.add("7", "Printer jam", "tray 2")
    index.add("8", "VPN", "tunnel")
    out = io.StringIO()
    lines = [b'{"id": 9, "subject": "printer", "text": "jam"}\n', b'{"id": 7, "subject": "printer jam"}\n', b"x\n"]
    assert answer_lines(index, {"7": 7, "8": "8"}, lines, out) == 1
    first, itself, wrong = (json.loads(line) for line in out.getvalue().splitlines())
    assert first["id"] == 9
    assert first["matches"][0]["id"] == 7
    assert itself == {"id": 7, "matches": []}, "a record is not similar to itself"
    assert "error" in wrong


def _csv(path: Path, rows: int, seed: int) -> Path:
    texts, labels = sample(rows, seed=seed)
    lines = [f"{text.subject or ''},{text.body},{label}" for text, label in zip(texts, labels, strict=True)]
    path.write_text("subject,text,group\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_train_evaluate_and_classify(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows, out = _csv(tmp_path / "rows.csv", 150, seed=1), tmp_path / "model"
    assert main(["train", str(rows), "--target", "group", "--text", "subject", "text", "--out", str(out)]) == 0
    assert "right on rows left out" in capsys.readouterr().err
    assert load(out).targets == ("group",)
    assert main(["evaluate", str(out), str(_csv(tmp_path / "later.csv", 60, seed=2))]) == 0
    found = json.loads(capsys.readouterr().out)["group"]
    assert {"n", "accuracy", "macro_f1", "log_loss", "ece", "coverage", "accuracy_decided"} <= set(found)
    assert found["n"] == 60
    assert found["accuracy"] > 0.8


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["train"], "are needed"),
        (["train", "rows.csv", "--target", "team", "--out", "m"], "no column 'team'"),
        (["train", "none.csv", "--target", "team", "--out", "m"], "Cannot read"),
        (["train", "rows.csv", "--target", "group", "--out", "m", "--promise", "90"], "a share"),
        (["evaluate", "none", "rows.csv"], "Cannot read the model"),
        (["evaluate", "rows.csv", "rows.csv"], "is no model"),
        (["classify", "--model", "none"], "Cannot read the model"),
        (["similar", "--index", "none"], "cannot read none"),
        (["similar", "--index", "rows.csv"], "line 1, cannot be read"),
    ],
)
def test_wrong_usage_is_a_sentence(
    words: list[str], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    _csv(tmp_path / "rows.csv", 5, seed=1)
    assert main(words) == 2
    assert sentence in capsys.readouterr().err
