"""Three machines, one linear model."""

import numpy as np
import pytest
from scipy import sparse

from classify.machines import MACHINES, Costs, machines

COSTS = Costs(cost=0.3, balance=0.6, prior=50.0)


def rows(count: int, classes: int, seed: int = 1) -> tuple[sparse.csr_matrix, np.ndarray]:
    """Rows in which column k speaks for class k, and some noise."""
    draw = np.random.default_rng(seed)
    truth = draw.integers(classes, size=count)
    matrix = 0.3 * draw.random((count, classes + 4))
    matrix[np.arange(count), truth] += 1
    return sparse.csr_matrix(matrix), truth


@pytest.mark.parametrize("classes", [2, 3, 7])
def test_each_machine_finds_the_class_and_so_does_any_sum(classes: int) -> None:
    matrix, truth = rows(300, classes)
    fresh, right = rows(200, classes, seed=2)
    scores = [fresh @ weights.T + bases for weights, bases in machines(matrix, truth, classes, COSTS)]
    assert len(scores) == MACHINES
    for found in (*scores, sum(found / found.std() for found in scores)):
        assert (found.argmax(axis=1) == right).mean() > 0.95


@pytest.mark.parametrize("classes", [2, 5])
def test_weights_are_centred_over_the_classes(classes: int) -> None:
    for weights, bases in machines(*rows(200, classes), classes, COSTS):
        assert np.allclose(weights.mean(axis=0), 0)
        assert bases.mean() == pytest.approx(0)


def test_a_class_without_a_row_is_not_answered() -> None:
    matrix, truth = rows(200, 3)
    for weights, bases in machines(matrix, truth, 4, COSTS):
        assert not weights[3].any()
        assert ((matrix @ weights.T + bases).argmax(axis=1) < 3).all()


def test_a_single_class_is_always_answered() -> None:
    matrix, _ = rows(20, 3)
    for weights, bases in machines(matrix, np.ones(20, dtype=np.int64), 3, COSTS):
        assert ((matrix @ weights.T + bases).argmax(axis=1) == 1).all()
