"""Reading by the API: the same records as on the pages, as JSON."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Query, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import RowMapping
from starlette.exceptions import HTTPException
from starlette.responses import Response

from correlate.causes import Suspect
from correlate.matchers import written
from correlate.pulses import due_at
from correlate.reasons import sentence
from correlate.rules import plain
from desk.store import processed_position
from desk.web.api.schema import answers
from desk.web.claims import claim
from desk.web.page import Number, Page, services_of
from desk.web.queries import ignored, mail, problems, queue, silences, sources, timeline
from desk.web.queries import record as records
from desk.web.queries.delivery import Step, steps_of
from desk.web.queries.sent import SentMail
from desk.web.queries.sources import Arrivals
from desk.web.queries.timeline import Item
from desk.web.security import Visitor

router = APIRouter(prefix="/api/v1", tags=["reading"])

_bearer = HTTPBearer(auto_error=False, description="A token of `desk user token LOGIN`.")


def _caller(request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> Page:
    services = services_of(request)
    user = services.accounts.token_user(given.credentials) if given is not None else None
    if user is None:
        raise HTTPException(
            401, "Send a valid token as Authorization: Bearer. `desk user token LOGIN` makes one.",
            {"www-authenticate": "Bearer"},
        )  # fmt: skip
    return Page(request, services, Visitor(login=user.login, name=user.name, address=user.address, roles=user.roles))


Caller = Annotated[Page, Depends(_caller)]
"""Whoever sent a valid token."""


def reply(value: Any, status: int = 200) -> Response:
    """A value of ours as JSON."""
    return Response(msgspec.json.encode(value), status, media_type="application/json")


def _row(row: RowMapping | Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in {"body", "evidence", "serial"}}


@router.get("/whoami", summary="Whose token this is", responses=answers())
def whoami(caller: Caller) -> Response:
    visitor = caller.visitor
    return reply({"login": visitor.login, "name": visitor.name, "roles": sorted(visitor.roles)})


@router.get("/records", summary="Records by filter, as in the queue", responses=answers(400))
def list_records(
    caller: Caller,
    status: Annotated[str, Query(description="open, new, assigned, waiting, resolved, closed or all")] = "open",
    kind: Annotated[str, Query(description="incident or request")] = "",
    priority: str = "",
    service: str = "",
    category: str = "",
    assignee: Annotated[str, Query(description="a login, me or nobody")] = "",
    requester: str = "",
    words: Annotated[str, Query(description="words of the title", max_length=200)] = "",
    sort: Annotated[str, Query(description="priority, newest, oldest or activity")] = "priority",
    page: Annotated[int, Query(ge=1, le=queue.MAX_PAGE)] = 1,
) -> Response:
    wanted = queue.filter_of(
        {
            "status": status, "kind": kind, "priority": priority, "service": service, "category": category,
            "assignee": assignee, "requester": requester, "words": words, "sort": sort, "page": str(page),
        }
    )  # fmt: skip
    with caller.reading() as connection:
        found = queue.find(connection, wanted, caller.visitor.login)
    return reply({"records": [_row(row) for row in found.rows], "page": page, "more": found.more})


@router.get("/records/{number}", summary="One record with its people and conditions", responses=answers(404))
def one_record(caller: Caller, number: str) -> Response:
    with caller.reading() as connection:
        found = records.find(connection, number)
    if found is None:
        raise HTTPException(404, f"There is no record {number[:20]}.")
    return reply(
        {
            **msgspec.to_builtins(found.record),
            "reasons": [_reason(why.rule, why.evidence) for why in found.record.reasons],
            "alerts": found.alerts,
            "last_at": found.last_at,
            "people": found.people,
            "conditions": [_row(row) for row in found.conditions],
            "classification": found.classification,
            "causes": [_suspect(suspect) for suspect in found.causes],
            "earlier": found.earlier,
        }
    )


def _suspect(suspect: Suspect) -> dict[str, Any]:
    return {
        **msgspec.to_builtins(suspect),
        "evidence": [_reason(why.rule, why.evidence) for why in suspect.evidence],
    }


def _reason(rule: str, evidence: Mapping[str, Any]) -> dict[str, Any]:
    from correlate.records import Reason

    return {"rule": rule, "evidence": dict(evidence), "sentence": sentence(Reason(rule, evidence))}


@router.get("/records/{number}/history", summary="Messages, alerts and decisions of a record", responses=answers(404))
def history(caller: Caller, number: str, before: Number | None = None) -> Response:
    with caller.reading() as connection:
        view = records.find(connection, number)
        if view is None:
            raise HTTPException(404, f"There is no record {number[:20]}.")
        found = timeline.history(connection, number, before, also=view.record.merged)
    items = [_item(item) for stretch in found.stretches for item in stretch.items]
    return reply({"entries": items, "earlier": found.earlier})


def _item(item: Item) -> dict[str, Any]:
    return {
        "id": item.id, "record": item.record, "kind": item.kind, "change": item.change, "at": item.at,
        "position": item.position, "index": item.index, "actor": item.actor, "internal": item.internal,
        "text": item.text, "subject": item.subject,
        "count": item.count, "detail": item.detail, "reason": _reason(item.reason.rule, item.reason.evidence),
        "mail": None if item.mail is None else _sent(item.mail, item.steps),
    }  # fmt: skip


def _sent(sent: SentMail, steps: Sequence[Step]) -> dict[str, Any]:
    names = ("id", "message_id", "to", "status", "attempts", "finished_at", "answer")
    return {name: getattr(sent, name) for name in names} | {"deliveries": steps}


@router.get("/suggestions", summary="Suggested problem records", responses=answers(400))
def list_suggestions(
    caller: Caller, state: Annotated[str, Query(description="waiting, snoozed, accepted or declined")] = "waiting"
) -> Response:
    if state not in problems.STATES:
        raise HTTPException(400, f"state: choose among {', '.join(problems.STATES)}.")
    with caller.reading() as connection:
        found = problems.by_state(connection, state)
    return reply({"suggestions": [{**msgspec.to_builtins(one), "claim": claim(one)} for one in found]})


@router.get("/suggestions/{name}", summary="One suggestion with its evidence", responses=answers(404))
def one_suggestion(caller: Caller, name: str) -> Response:
    with caller.reading() as connection:
        found = problems.suggestion(connection, name)
    if found is None:
        raise HTTPException(404, f"There is no suggestion {name[:20]}.")
    return reply({**msgspec.to_builtins(found), "claim": claim(found)})


@router.get("/problems", summary="Problem records", responses=answers())
def list_problems(caller: Caller, closed: bool = False) -> Response:
    with caller.reading() as connection:
        rows = problems.find(connection, closed=closed)
    return reply({"problems": [msgspec.json.decode(row["body"]) for row in rows]})


@router.get("/problems/{number}", summary="One problem record", responses=answers(404))
def one_problem(caller: Caller, number: str) -> Response:
    with caller.reading() as connection:
        found = problems.problem(connection, number)
    if found is None:
        raise HTTPException(404, f"There is no problem record {number[:20]}.")
    return reply(found)


@router.get("/mail", summary="Outgoing mail, newest first", responses=answers(400))
def list_mail(
    caller: Caller,
    state: Annotated[str, Query(description="all, held, waiting, sent, failed or dropped")] = "all",
    before: Number | None = None,
    about: str = "",
) -> Response:
    if state not in mail.STATES:
        raise HTTPException(400, f"state: choose among {', '.join(mail.STATES)}.")
    with caller.reading() as connection:
        found = mail.find(connection, state, before, about[:20])
    names = ("id", "message_id", "kind", "to", "subject", "status", "attempts", "created_at", "finished_at", "answer")
    mails = [{name: getattr(one, name) for name in names} | {"about": one.body.about} for one in found.mails]
    return reply({"mails": mails, "before": found.before})


@router.get("/mail/{number}", summary="One outgoing mail and what became of it", responses=answers(404))
def one_mail(caller: Caller, number: Number) -> Response:
    with caller.reading() as connection:
        found = mail.one(connection, number)
        if found is None:
            raise HTTPException(404, "There is no such mail.")
        steps = steps_of(connection, [found[0]])
    sent, row = found
    return reply(
        {
            **_sent(sent, steps[sent.message_id]),
            "next_at": row["next_at"] if sent.status == "due" else None,
            "reason": _reason(row["rule"], mail.evidence(row)),
            "mail": sent.body,
        }
    )


@router.get("/quarantine", summary="Inputs that could not be understood", responses=answers())
def list_quarantine(caller: Caller, status: str = "waiting") -> Response:
    with caller.reading() as connection:
        rows = sources.quarantined(connection, status)
    inputs: Sequence[dict[str, Any]] = [
        {**_row(row), "reason": _reason(row["rule"], msgspec.json.decode(row["evidence"]))} for row in rows
    ]
    return reply({"inputs": inputs})


@router.get("/ignored", summary="Mails that were kept out as spam or by a rule", responses=answers())
def list_ignored(
    caller: Caller,
    why: Annotated[str, Query(description="spam or rule; empty: both")] = "",
    status: Annotated[str, Query(description="ignored or processed")] = "ignored",
    before: Number | None = None,
) -> Response:
    with caller.reading() as connection:
        rows = ignored.find(connection, why if why in ignored.REASONS else None, status, before)
    mails = [
        {**_row(row), "reason": _reason(row["rule"], msgspec.json.decode(row["evidence"]))}
        for row in rows[: ignored.PAGE]
    ]
    return reply({"mails": mails, "before": rows[ignored.PAGE - 1]["position"] if len(rows) > ignored.PAGE else None})


@router.get("/rules", summary="The rules over mails, in the order in which they are tried", responses=answers())
def list_rules(caller: Caller) -> Response:
    with caller.reading() as connection:
        policy = records.policy(connection)
    return reply({"rules": [plain(rule) for rule in policy.rules], "page_rules": [plain(r) for r in policy.page_rules]})


@router.get("/silences", summary="Silences and maintenance windows", responses=answers())
def list_silences(caller: Caller, past: bool = False) -> Response:
    with caller.reading() as connection:
        found = silences.find(connection, caller.now, past=past)
    return reply(
        {
            "silences": [
                {**msgspec.to_builtins(one), "state": silences.state_of(one, caller.now), "for": written(one.matchers)}
                for one in found
            ]
        }
    )


@router.get("/heartbeats", summary="Who is to be heard of regularly", responses=answers())
def list_heartbeats(caller: Caller) -> Response:
    with caller.reading() as connection:
        found = silences.awaited(connection)
    return reply({"heartbeats": [{**msgspec.to_builtins(one), "due_at": due_at(one)} for one in found]})


@router.get("/status", summary="How far processing is, and what came by which route", responses=answers())
def status(caller: Caller, request: Request) -> Response:
    arrivals: Arrivals = request.app.state.arrivals
    now: datetime = caller.now
    with caller.reading() as connection:
        position = processed_position(connection)
    head = caller.services.journal.head()
    return reply(
        {
            "head": head.position,
            "digest": head.digest,
            "processed": position,
            "routes": [vars(one) for one in arrivals.latest(now)],
        }
    )
