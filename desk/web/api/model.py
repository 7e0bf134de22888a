"""The model by the API: the categories, how it fares, and which labels wait for somebody to look."""

from collections.abc import Mapping
from typing import Any

import msgspec
from fastapi import APIRouter
from starlette.responses import Response

from correlate.taxonomies import in_force
from desk.learning import shelf, watching
from desk.learning.checked import checked
from desk.store import MODEL_TROUBLE, read_state
from desk.web.api.reading import Caller, reply
from desk.web.api.schema import answers
from desk.web.queries import counts, model

router = APIRouter(prefix="/api/v1", tags=["reading"])


@router.get("/taxonomy", summary="The categories, in two levels", responses=answers())
def taxonomy(caller: Caller) -> Response:
    with caller.reading() as connection:
        found = in_force(counts.policy(connection))
    return reply(msgspec.to_builtins(found))


@router.get("/model", summary="The model in force, and what became of its answers", responses=answers(403))
def show(caller: Caller) -> Response:
    """For problem managers and administrators, as the page."""
    caller.require("problem-manager")
    with caller.reading() as connection:
        taxonomy, promise = in_force(counts.policy(connection)), caller.services.settings.model.promise
        known = watching.answers(connection, taxonomy, caller.now)
        tried = model.tried(connection, 1)
        doubts, total = model.doubts(connection)
        digest = shelf.in_force(connection)
        about = shelf.card_if_any(caller.services.engine, caller.services.settings, digest)
        return reply(
            {
                "digest": digest,
                "decides": {t: _proven(p) for t, p in (about.get("verified") or {}).items() if p["decided"]},
                "trouble": read_state(connection).get(MODEL_TROUBLE),
                "promise": promise,
                "watched": msgspec.to_builtins(watching.watched(known, promise, caller.now)),
                "checked": msgspec.to_builtins(checked(connection, taxonomy, promise, caller.now)),
                "categories": {name: dict(found) for name, found in watching.by_category(known)},
                "last_trial": msgspec.to_builtins(tried[0].trial) if tried else None,
                "doubts": [
                    {**msgspec.to_builtins(one.doubt), "texts": [label.text for label in one.labels]} for one in doubts
                ],
                "doubts_in_all": total,
            }
        )


def _proven(proof: Mapping[str, Any]) -> dict[str, Any]:
    """What was proven, without what only the next proof needs."""
    return {name: proof[name] for name in ("confidence", "rows", "decided", "right", "lower")}
