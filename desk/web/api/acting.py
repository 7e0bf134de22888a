"""Acting by the API: one address for the whole vocabulary of commands."""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Request
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, Response

from desk.web import outcome
from desk.web.api.actions import Action, role_for
from desk.web.api.reading import Caller, reply
from desk.web.api.schema import answers
from desk.web.page import SignedIn
from desk.web.rule_inputs import process_ignored
from desk.web.security import MAX_FORM_BYTES

router = APIRouter(tags=["acting"])
_decode = msgspec.json.Decoder(Action)


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FORM_BYTES:
            raise HTTPException(413, "This is too large: send at most a megabyte.")
    return bytes(body)


_RESULT = {
    "type": "object",
    "properties": {"position": {"type": "integer"}, "state": {"type": "string"}, "text": {"type": "string"}},
}


@router.post(
    "/api/v1/actions",
    summary="Carry out an action",
    responses={
        **answers(400, 403, 409, 413, 503, schema=_RESULT),
        202: {"description": "Accepted; it waits for its turn."},
    },
)
async def act(caller: Caller, body: Annotated[bytes, Depends(_body)]) -> Response:
    """Accept the action into the journal, and wait up to two seconds until it has been carried out."""
    try:
        action = _decode.decode(body)
    except msgspec.ValidationError as error:
        raise HTTPException(400, f"This action cannot be read: {error}.") from None
    except msgspec.DecodeError:
        raise HTTPException(400, "Send one JSON object with the action and its arguments.") from None
    caller.require(role_for(action))
    given: dict[str, Any] = msgspec.to_builtins(action)
    name, subject = given.pop("action"), given.pop("subject", None)
    position = await _perform(caller, name, subject, given)
    found = await outcome.look(caller.services, lambda connection: outcome.of(connection, position))
    if found.state == "refused":
        return reply({"error": found.text, "position": position}, 409)
    return reply(
        {"position": position, "state": found.state, "text": found.text}, 202 if found.state == "queued" else 200
    )


_AGAIN = {"quarantine-replay": outcome.read_again, "ignored-process": process_ignored}
"""Actions that take a past input in once more."""


async def _perform(caller: Caller, name: str, subject: str | None, given: dict[str, Any]) -> int:
    services, login = caller.services, caller.visitor.login
    again = _AGAIN.get(name)
    if again is None:
        return await outcome.perform(services, login, name, subject, given, route="api")
    position = await again(services, login, given["position"], route="api")
    if position is None:
        raise HTTPException(404, "There is no such input, or its content has been erased.")
    return position


@router.get("/api", include_in_schema=False, response_class=HTMLResponse)
def overview(page: SignedIn, request: Request) -> Response:
    """The operations on one page, for people."""
    document = request.app.openapi()
    operations = [
        (method.upper(), path, operation.get("summary", ""))
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    with page.reading() as connection:
        return page.render(
            connection, "api.html", operations=operations, description=document["info"]["description"].replace("`", ""),
            public_url=page.services.settings.public_url(),
        )  # fmt: skip
