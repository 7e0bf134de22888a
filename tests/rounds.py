"""How often the long loops go round: `make test` makes a share of what one CI run promises.

`.ci/run` sets QUIETDESK_ALL_ROUNDS=1, and so does whoever wants all of them: `QUIETDESK_ALL_ROUNDS=1 make test`.
"""

import os

ALL = os.environ.get("QUIETDESK_ALL_ROUNDS") == "1"


def so_many(share: int, *, in_ci: int) -> int:
    """The share, or all that a CI run promises."""
    return in_ci if ALL else share
