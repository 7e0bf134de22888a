"""Weights of evidence, fitted to what people corrected and played over recorded history before they are switched on."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from desk.config import Settings
from desk.fitting import FEWEST_CORRECTIONS, Fit, examples_in, fitted, in_force, settings_text
from desk.forgetting import policy_of
from desk.lab.jobs import Job
from desk.lab.trial import ChangeError, read_change, trial_of
from ingest.journal import Journal


def fit(engine: sa.Engine, journal: Journal) -> Fit:
    """The weights that fit this desk. Raises ChangeError, a sentence, where there is too little to learn from."""
    with engine.connect() as connection:
        force = in_force(connection, journal)
        examples, corrections = examples_in(connection, force)
    if corrections < FEWEST_CORRECTIONS:
        raise ChangeError(
            f"There are {corrections} corrections among {len(examples)} decisions: too few to fit weights to "
            f"(at least {FEWEST_CORRECTIONS}). Join, split and move on the records' pages teach."
        )
    return fitted(examples, corrections, force.now)


def change_of(found: Fit) -> str:
    """The weights as a change of settings. Raises ChangeError where they make no decision better."""
    text = settings_text(found)
    if not text or found.right_after <= found.right_before:
        raise ChangeError("They make no decision better: keep the weights as they are.")
    return text


def job_of(
    settings: Settings, engine: sa.Engine, text: str, actor: str, at: datetime, span: timedelta | None = None
) -> Job:
    """A trial of a change of settings over the last `span`, or all that is recorded. Raises ChangeError."""
    with engine.connect() as connection:
        policy = policy_of(connection)
    return Job(
        trial=trial_of(policy, read_change(text)), text=text, actor=actor, asked_at=at,
        journal=settings.journal_url(), model=settings.model.file, since=at - span if span else None,
    )  # fmt: skip
