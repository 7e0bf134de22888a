"""Who runs which test: one worker begins with the tests that wait for other programs, the others with those that
compute longest; they meet in the middle, at the quick ones. So the processors are busy to the end, on any machine.
"""

import pytest
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController


def in_order(items: list[pytest.Item]) -> None:
    """Sort: what is marked `waits`, what is quick, what is marked `slow`."""

    def turn(item: pytest.Item) -> int:
        return 0 if item.get_closest_marker("waits") else 2 if item.get_closest_marker("slow") else 1

    items.sort(key=turn)


class TwoEnds(LoadScopeScheduling):
    """Gives out one test at a time, in the order of the collection to the first worker, from its end to the others."""

    def _split_scope(self, nodeid: str) -> str:
        return nodeid

    def mark_test_complete(self, node: WorkerController, item_index: int, duration: float = 0) -> None:
        super().mark_test_complete(node, item_index, duration)
        # All that a worker was given is counted after each test: what is done is forgotten, or that takes seconds.
        del self.assigned_work[node][self.registered_collections[node][item_index]]

    def _assign_work_unit(self, node: WorkerController) -> None:
        if node is not self.nodes[0]:
            self.workqueue.move_to_end(next(reversed(self.workqueue)), last=False)
        super()._assign_work_unit(node)
