"""The API under requests made from its own description: right ones, and ones that break it in every way it names.

`make test` makes a share of what a CI run makes; with `QUIETDESK_CALLS=2000` there are so many of each kind for each
operation.
"""

import os
from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode

from tests.integration.pages_desk import PagesDesk, a_desk
from tests.rounds import so_many

CALLS = int(os.environ.get("QUIETDESK_CALLS", so_many(8, in_ci=15)))
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.timeout(0 if CALLS > 100 else 300),
]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PagesDesk]:
    with a_desk(tmp_path_factory.mktemp("calls")) as made:
        made.request("Blank labels")
        yield made


@pytest.mark.parametrize("mode", GenerationMode)
def test_no_call_of_the_api_is_a_fault_of_ours(desk: PagesDesk, mode: GenerationMode) -> None:
    headers = {"Authorization": f"Bearer {desk.accounts.add_token('ada')[1]}"}
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", desk.app, headers=headers)
    asked = [found.ok() for found in schema.get_all_operations()]

    seen = set[int]()
    for operation in asked:
        strategy = operation.as_strategy(generation_mode=mode)

        @settings(
            max_examples=CALLS, deadline=None, database=None, phases=[Phase.generate], derandomize=True,
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=strategy)
        def call(case: schemathesis.Case) -> None:
            answer = case.call(headers=headers)
            assert answer.status_code < 500, (case.method, case.formatted_path, case.query, case.body, answer.text)
            seen.add(answer.status_code)

        call()

    assert len(asked) >= 5
    assert 200 in seen, "the token is good: it is not the door that refused them all"
