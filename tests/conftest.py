"""What all tests share: in CI nothing may skip, and a missing server skips with the reason elsewhere."""

import gc
import os
import shutil
from collections.abc import Callable, Generator, Iterator

import pytest
from xdist.remote import Producer

from tests.two_ends import TwoEnds, in_order

NO_SKIP = os.environ.get("QUIETDESK_NO_SKIP") == "1"


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    # What is collected stays to the end: looking for garbage in it takes a third of the time until the first test.
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    in_order(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> TwoEnds:
    return TwoEnds(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if NO_SKIP and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped, and here nothing may skip: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a cluster for all tests of this process, which starts when the first of them asks for it."""
    from tests.integration.postgresql import a_cluster

    with a_cluster() as url:
        yield url


@pytest.fixture
def server_program() -> Callable[[str], str]:
    """`server_program("postgres")` gives the path of a program that Debian packages, or skips with the reason."""

    def find(name: str, *places: str) -> str:
        found = shutil.which(name) or next((place for place in places if os.access(place, os.X_OK)), None)
        if found is None:
            pytest.skip(f"{name} is not installed; .ci/run installs it")
        return found

    return find
