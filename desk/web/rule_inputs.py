"""What the pages and the API do about rules, mappings and ignored mails: each an input in the journal, waited for."""

import msgspec
from starlette.concurrency import run_in_threadpool

from desk.web import outcome
from desk.web.queries import ignored
from desk.web.services import WebServices
from ingest.event import Configured, Draft
from ingest.mapping_edit import MappingEdit
from ingest.normalize import draft_of
from ingest.rule import RuleEdit


async def edit_rule(services: WebServices, edit: RuleEdit, *, route: str = "web") -> int:
    """Have the journal accept a change of one rule; returns its position."""
    position = await services.accept(draft_of(Configured(settings={}, edit=edit), route))
    await outcome.processed(services, position)
    return position


async def edit_mapping(services: WebServices, edit: MappingEdit, *, route: str = "web") -> int:
    """The same for a mapping."""
    position = await services.accept(draft_of(Configured(settings={}, mapping=edit), route))
    await outcome.processed(services, position)
    return position


async def process_ignored(services: WebServices, actor: str, position: int, *, route: str = "web") -> int | None:
    """Have an ignored mail processed as usual: a copy that says who overruled the verdict enters the journal, and the
    command that says so.

    Returns the command's position; None where the mail is gone or erased.
    """
    found = await run_in_threadpool(services.journal.get, position) if 0 < position < 2**62 else None
    if found is None or found.body is None:
        return None
    row = await outcome.look(services, lambda connection: ignored.at(connection, position))
    again = None
    if row is not None and row["status"] == "ignored":
        envelope = {**found.envelope, "overruled_by": actor}
        copy = Draft(kind=found.kind, route=found.route, envelope=envelope, body=found.body, schema=found.schema)
        again = await services.accept(copy)
    given = {"position": position, "again": again}
    return await outcome.perform(services, actor, "ignored-process", None, given, route=route)


def reason_of(row_rule: str, evidence: str) -> dict[str, object]:
    """A reason as pages take it."""
    return {"rule": row_rule, "evidence": msgspec.json.decode(evidence)}
