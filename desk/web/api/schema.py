"""The OpenAPI document: our frozen types as schemas."""

from typing import Any

import msgspec
from fastapi import FastAPI

from correlate.records import Participant, Problem, Record, Suggestion
from desk.web.api.actions import Action

_WORDS = {
    400: "The request could not be read; the sentence says why.",
    401: "There is no token, or it is not valid.",
    403: "The token's owner does not have the role for this.",
    404: "There is no such thing.",
    409: "The desk refused the action; the sentence says why.",
    413: "The request is too large.",
    503: "The journal could not make it durable; nothing has happened.",
}
ERROR = {"type": "object", "properties": {"error": {"type": "string"}}, "required": ["error"]}
_TEMPLATE = "#/components/schemas/{name}"


def answers(*statuses: int, schema: dict[str, Any] | None = None) -> dict[int | str, dict[str, Any]]:
    """The responses of an operation: 200 with JSON, and the errors it may answer with."""
    found: dict[int | str, dict[str, Any]] = {
        200: {"description": "Done.", "content": {"application/json": {"schema": schema or {"type": "object"}}}}
    }
    for status in (401, *statuses):
        found[status] = {"description": _WORDS[status], "content": {"application/json": {"schema": ERROR}}}
    return found


def reference(name: str) -> dict[str, Any]:
    """A type of ours, where the document names it."""
    return {"$ref": _TEMPLATE.format(name=name)}


def describe(app: FastAPI) -> None:
    """Let the application's OpenAPI document name our types too."""
    plain = app.openapi

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            found = plain()
            from desk.web.api.alerts import TYPES

            refs, components = msgspec.json.schema_components(
                (Record, Participant, Suggestion, Problem, *TYPES, Action), ref_template=_TEMPLATE
            )
            schemas = found.setdefault("components", {}).setdefault("schemas", {})
            schemas.update(components)
            schemas["Action"] = refs[-1]
            body = {
                "required": True,
                "content": {"application/json": {"schema": {"$ref": _TEMPLATE.format(name="Action")}}},
            }
            found["paths"]["/api/v1/actions"]["post"]["requestBody"] = body
            app.openapi_schema = found
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]
