"""kill -9 at random instants under load: nothing accepted is lost, nothing happens twice, every due mail leaves."""

from pathlib import Path

import pytest

from tests.integration.crash import check, rounds, settle
from tests.integration.running_desk import a_desk
from tests.rounds import so_many

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500), pytest.mark.waits]

ROUNDS = so_many(12, in_ci=50)


def test_everything_accepted_is_there_once_and_every_due_mail_leaves(tmp_path: Path) -> None:
    with a_desk(tmp_path) as desk:
        clients = rounds(desk, ROUNDS, seed=7)
        settle(desk)
        counted = check(desk, clients)
    assert counted["accepted"] > 2 * ROUNDS
