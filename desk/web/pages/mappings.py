"""Mappings for tools that nobody knows: those of desk.toml to read, those of the page to edit, tried on what came."""

from collections.abc import Sequence

from fastapi import APIRouter
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from correlate import mapping_editing
from desk.web import mapping_trial
from desk.web.page import AdministratorPosts, Page, Posting, SignedIn
from desk.web.queries import counts
from desk.web.rule_inputs import edit_mapping
from desk.web.security import Form
from ingest.mapping import FIELDS, SEVERITY_TABLES, STATUS_TABLES
from ingest.mapping_edit import MappingEdit

router = APIRouter()

OF_JSON = ("when", "alerts")
OF_MAILS = ("from", "subject", "body")
OF_BOTH = ("key", "labels")
WORDS = (*STATUS_TABLES, *SEVERITY_TABLES)
ENTRIES = (*OF_JSON, *OF_MAILS, *FIELDS, *OF_BOTH, *WORDS)


@router.get("/mappings")
def show(page: SignedIn) -> Response:
    with page.reading() as connection:
        policy = counts.policy(connection)
        return page.render(
            connection, "mappings.html", file_mappings=policy.mappings, page_mappings=policy.page_mappings
        )


@router.get("/mappings/edit")
def edit(page: SignedIn, name: str = "", of: int | None = None) -> Response:
    page.require("administrator")
    with page.reading() as connection:
        found = counts.policy(connection).page_mappings.get(name)
        if name and found is None:
            raise HTTPException(404, f"There is no mapping “{name[:100]}” on this page.")
        return _form(page, connection, was=name, name=name, entries=dict(found or {}), at=of)


@router.post("/mappings/act")
async def act(posted: AdministratorPosts) -> Response:
    """Take a mapping away."""
    if posted.form.get("do") != "remove":
        raise HTTPException(422, "Please choose what to do with the mapping.")
    name = posted.needed("name", "the mapping that is meant")
    edited = MappingEdit(what="remove", actor=posted.page.visitor.login, name=name)
    return posted.back("/mappings", await edit_mapping(posted.page.services, edited))


@router.post("/mappings/edit")
async def save(posted: AdministratorPosts) -> Response:
    """Keep the mapping, or show what it makes of the last inputs; mistakes are told and nothing typed is lost."""
    name, was, entries = posted.form.get("name", "").strip(), posted.form.get("was", ""), given_by(posted.form)
    previewing = posted.form.get("do") == "preview"
    problems = list(mapping_editing.problems(name or "my-tool" if previewing else name, entries))
    if previewing or problems:
        return await run_in_threadpool(_again, posted, name, was, entries, problems)
    login = posted.page.visitor.login
    edited = MappingEdit(what="save", actor=login, name=name, was=was or None, entries=entries)
    return posted.back("/mappings", await edit_mapping(posted.page.services, edited))


def given_by(form: Form) -> dict[str, str]:
    """The mapping as the form has it; entries left empty are left out."""
    said = {entry: form.get(f"entry-{entry}", "").replace("\r\n", "\n").strip() for entry in ENTRIES}
    return {entry: value for entry, value in said.items() if value}


def toml(name: str, entries: dict[str, str]) -> str:
    """The mapping as it stands in desk.toml."""
    return "\n".join(
        [f"[mappings.{name or 'my-tool'}]", *(f"{entry} = {_quoted(said)}" for entry, said in entries.items())]
    )


def _quoted(said: str) -> str:
    """A text as TOML writes it; the literal form keeps backslashes readable."""
    if "'" not in said and all(sign.isprintable() for sign in said):
        return f"'{said}'"
    if "'''" not in said and all(sign.isprintable() or sign == "\n" for sign in said) and not said.endswith("'"):
        return f"'''\n{said}'''"
    escaped = "".join(sign if sign.isprintable() and sign not in '"\\' else f"\\U{ord(sign):08X}" for sign in said)
    return f'"{escaped}"'


def _again(posted: Posting, name: str, was: str, entries: dict[str, str], problems: Sequence[str]) -> Response:
    at, source = posted.form.get("of", ""), posted.form.get("source", "")
    with posted.page.reading() as connection:
        return _form(
            posted.page, connection, was=was, name=name, entries=entries, source=source,
            at=int(at) if at.isdecimal() and len(at) < 19 else None, problems=problems,
            saving=posted.form.get("do") != "preview",
        )  # fmt: skip


def _form(
    page: Page, connection: Connection, *, was: str, name: str, entries: dict[str, str], source: str = "",
    at: int | None = None, problems: Sequence[str] = (), saving: bool = False,
) -> Response:  # fmt: skip
    journal = page.services.journal
    found = mapping_trial.samples(journal, name or "my-tool", entries, source=source or None, at=at)
    return page.render(
        connection,
        "mapping.html",
        status=422 if problems and saving else 200,
        was=was,
        name=name,
        entries=entries,
        problems=problems if saving or entries else (),
        samples=found,
        source=source,
        sources=mapping_trial.sources(journal),
        at=at,
        toml=toml(name, entries),
        groups={"json": OF_JSON, "mails": OF_MAILS, "fields": FIELDS, "both": OF_BOTH, "words": WORDS},
        hidden=name in counts.policy(connection).mappings,
    )
