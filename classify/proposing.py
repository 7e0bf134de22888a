"""Models that have not been proven where they are used: they propose, and a person decides."""

from dataclasses import replace
from typing import TYPE_CHECKING

from classify.abstention import NEVER
from classify.pipeline import Pipeline

if TYPE_CHECKING:
    from classify.training import Trained


def proposing(pipeline: Pipeline) -> Pipeline:
    """The same model with the same answers, none of them decided."""
    return replace(pipeline, heads=tuple(replace(head, threshold=NEVER) for head in pipeline.heads))


def only_proposing(trained: "Trained") -> "Trained":
    """The same of a training, its figures too."""
    figures = tuple(replace(one, coverage=0.0, accuracy_decided=None) for one in trained.figures)
    return replace(trained, pipeline=proposing(trained.pipeline), figures=figures)
