"""The categories and the matrix of priorities: to look at, and for administrators to change.

What a change would do is shown before it is made; made, it is an input in the journal like any other.
"""

from collections.abc import Mapping
from typing import Any

import msgspec
from fastapi import APIRouter
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from classify.classification import LEVELS, PRIORITIES
from classify.taxonomy import TaxonomyError
from correlate import matrices, taxonomies
from desk.web import outcome
from desk.web.page import AdministratorPosts, Page, Posting, SignedIn
from desk.web.queries import categories, counts
from desk.web.security import Role

router = APIRouter()

ROLE: Role = "problem-manager"
"""Who may look: administrators have every role."""
LOOK = "look"
"""The button that shows what a change would do, and does nothing."""
MOST_EXAMPLES = 200
MOST_PARTS = 20
"""Into how many parts a category can be divided on the page."""
LONGEST_EXAMPLES = 200_000


@router.get("/model/categories")
def show(page: SignedIn) -> Response:
    page.require(ROLE)
    with page.reading() as connection:
        return _list(page, connection)


def _list(page: Page, connection: Connection, status: int = 200, **more: Any) -> Response:
    taxonomy = taxonomies.in_force(counts.policy(connection))
    facts = {
        "taxonomy": taxonomy, "held": categories.held(connection, taxonomy),
        "edits": categories.edits(connection, "taxonomy changed"), "problem": None, "told": (), "given": {}, **more,
    }  # fmt: skip
    return page.render(connection, "categories.html", status=status, **facts)


@router.get("/model/categories/edit")
def edit(page: SignedIn, name: str = "") -> Response:
    page.require("administrator")
    with page.reading() as connection:
        return _form(page, connection, {"name": name})


def _form(page: Page, connection: Connection, given: dict[str, Any], **more: Any) -> Response:
    taxonomy = taxonomies.in_force(counts.policy(connection))
    present = next((c for a in taxonomy.area for c in a.category if c.name == given.get("name")), None)
    facts: dict[str, Any] = {"problem": None, "told": (), "chosen": "", "examples": [], **more}
    divided = list(given.get("divided", ())) if facts["chosen"] == "split" else []
    rows = [*divided, *[("", [])] * max(2 - len(divided), 1)][:MOST_PARTS]
    status = 422 if facts["problem"] else 200
    return page.render(
        connection, "category.html", status=status, taxonomy=taxonomy, present=present, given=given, divided=rows,
        held=categories.held(connection, taxonomy), **facts,
    )  # fmt: skip


@router.post("/model/categories")
async def change(posted: AdministratorPosts) -> Response:
    """Show what a change would do, or make it; what is wrong is told and nothing that was typed is lost."""
    what, given = posted.needed("what", "what to do"), _given(posted)
    texts = _examples(posted)
    if what == "examples":
        return await _more_examples(posted, given, texts)
    by_name = dict(given["divided"]) if what == "split" else {given["name"]: texts}
    looked = await run_in_threadpool(_looked, posted, what, given, by_name)
    if looked is not None:
        return looked
    name = given["name"] if what != "merge" else None
    services, login = posted.page.services, posted.page.visitor.login
    position = await outcome.perform(services, login, taxonomies.ACTION, name, _arguments(what, given))
    if any(by_name.values()) and await outcome.look(services, lambda c: outcome.of(c, position).state) != "refused":
        await outcome.perform(services, login, "examples-add", None, _labelled(by_name))
    return posted.back("/model/categories", position)


def _looked(posted: Posting, what: str, given: dict[str, Any], by_name: Mapping[str, list[str]]) -> Response | None:
    """The form again where something is wrong or only a look was asked for; None where the change can be made."""
    with posted.page.reading() as connection:
        before = taxonomies.in_force(counts.policy(connection))
        more = {"chosen": what, "examples": by_name.get(given["name"], [])}
        try:
            after = taxonomies.edited(before, what, given["name"], _arguments(what, given))
        except TaxonomyError as problem:
            return _form(posted.page, connection, given, problem=str(problem), **more)
        if posted.form.get("do") != LOOK:
            return None
        sentences = categories.told(before, after, categories.held(connection, before), by_name)
        return _form(posted.page, connection, given, told=sentences, **more)


def _given(posted: Posting) -> dict[str, Any]:
    """What the form says, as it was typed."""
    fields = {name: posted.text(name, 1_000) or "" for name in ("parent", "about", "to", "into", "parts", "why")}
    return {
        **fields,
        "divided": _parts(posted),
        "name": " ".join((posted.text("name", 1_000) or "").split()),
        "names": posted.form.all("names"),
    }


def _arguments(what: str, given: dict[str, Any]) -> dict[str, Any]:
    """The arguments of the command."""
    into: Any = given["into"]
    if what == "split":
        into = [name for name, _ in given["divided"]]
    wanted = {
        "add": ("parent", "about"), "rename": ("to",), "remove": ("into",), "merge": ("names", "into"),
        "split": ("into",),
    }.get(what, ())  # fmt: skip
    said = {**given, "into": into}
    return {"what": what, **{name: said[name] for name in (*wanted, "why") if said[name]}}


def _parts(posted: Posting) -> list[tuple[str, list[str]]]:
    """The parts of a category with their examples: a pair of fields for each, or in `parts` names alone, one a line."""
    names: list[tuple[str, list[str]]] = [(line, []) for line in (posted.text("parts", 1_000) or "").splitlines()]
    pairs = [
        (posted.text(f"part {place}", 1_000) or "", _examples(posted, f"examples {place}"))
        for place in range(MOST_PARTS)
    ]
    return [(" ".join(name.split()), texts) for name, texts in [*pairs, *names] if name.strip() or texts]


def _examples(posted: Posting, field: str = "examples") -> list[str]:
    """One text a line."""
    typed = posted.text(field, LONGEST_EXAMPLES) or ""
    return [line.strip() for line in typed.split("\n") if line.strip()][:MOST_EXAMPLES]


def _labelled(by_name: Mapping[str, list[str]]) -> dict[str, Any]:
    from desk.learning.inputs import Example

    rows = [Example(labels={"category": name}, body=text) for name, texts in by_name.items() for text in texts]
    return {"source": "taxonomy", "rows": msgspec.to_builtins(rows)}


async def _more_examples(posted: Posting, given: dict[str, Any], texts: list[str]) -> Response:
    problem = None if texts else "Please type examples, one a line."

    def checked() -> Response | None:
        with posted.page.reading() as connection:
            known = taxonomies.in_force(counts.policy(connection)).categories()
            wrong = problem if given["name"] in known else f"There is no category “{given['name'][:60]}”."
            return _form(posted.page, connection, given, problem=wrong, chosen="examples") if wrong else None

    refused = await run_in_threadpool(checked)
    if refused is not None:
        return refused
    services, login = posted.page.services, posted.page.visitor.login
    position = await outcome.perform(services, login, "examples-add", None, _labelled({given["name"]: texts}))
    return posted.back("/model/categories", position)


# --- the matrix -------------------------------------------------------------------------------------------------------


@router.get("/model/matrix")
def matrix(page: SignedIn) -> Response:
    page.require(ROLE)
    with page.reading() as connection:
        return _matrix(page, connection)


def _matrix(page: Page, connection: Connection, **more: Any) -> Response:
    policy = counts.policy(connection)
    facts: dict[str, Any] = {"problem": None, "preview": None, "given": {}, "why": "", **more}
    return page.render(
        connection, "matrix.html", status=422 if facts["problem"] else 200, levels=LEVELS, priorities=PRIORITIES,
        criticalities=matrices.CRITICALITIES, edits=categories.edits(connection, "matrix changed"),
        cells={cell: matrices.priority_in(policy, cell) for cell in matrices.CELLS},
        fixed={cell for cell in matrices.CELLS if matrices.fixed(policy, cell)}, own=policy.page_matrix, **facts,
    )  # fmt: skip


@router.post("/model/matrix")
async def change_matrix(posted: AdministratorPosts) -> Response:
    """Show what other cells would have done in the last month, or put them in force."""
    looked, cells = await run_in_threadpool(_tried, posted)
    if looked is not None:
        return looked
    arguments = {"cells": cells, "why": posted.text("why", 1_000) or ""}
    page = posted.page
    position = await outcome.perform(page.services, page.visitor.login, matrices.ACTION, None, arguments)
    return posted.back("/model/matrix", position)


def _tried(posted: Posting) -> tuple[Response | None, dict[str, str | None]]:
    """The page again where something is wrong or only a look was asked for, and the cells that were changed.

    A cell counts as changed where it differs from what the form showed: so nobody undoes what somebody else did
    meanwhile.
    """
    given = {cell: posted.form.get(cell, "") for cell in matrices.CELLS}
    shown = {cell: posted.form.get(f"shown {cell}", "") for cell in matrices.CELLS}
    cells = {cell: value or None for cell, value in given.items() if cell in posted.form and value != shown[cell]}
    with posted.page.reading() as connection:
        policy = counts.policy(connection)
        more = {
            "given": {cell: value for cell, value in given.items() if value},
            "why": posted.text("why", 1_000) or "",
        }
        try:
            changed = matrices.edited(policy, cells)
        except ValueError as problem:
            return _matrix(posted.page, connection, problem=str(problem), **more), cells
        if posted.form.get("do") != LOOK:
            return None, cells
        preview = categories.preview(connection, policy, changed, posted.page.now)
        return _matrix(posted.page, connection, preview=preview, **more), cells
