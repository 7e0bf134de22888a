"""Rules over mails: those of desk.toml to read, those of the page to edit, each tried on past mails before it holds."""

from collections.abc import Sequence
from typing import Any

import msgspec
from fastapi import APIRouter
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from correlate import rules
from correlate.rules import Rule
from correlate.taxonomies import in_force
from desk.categories import known_categories
from desk.rule_settings import choices, plain_words
from desk.web import rule_trial
from desk.web.page import AdministratorPosts, Page, Posting, SignedIn
from desk.web.queries import counts, ignored
from desk.web.queries import record as records
from desk.web.rule_inputs import edit_rule
from desk.web.security import Form
from ingest.matching import ALERT_FIELDS, OPERATORS, PSEUDO_FIELDS
from ingest.rule import RuleEdit

router = APIRouter()

ACTIONS = ("move up", "move down", "switch on", "switch off", "remove")
HEADERS = ("From", "To", "Cc", "Subject", "Reply-To", "List-Id", "X-Mailer", "Auto-Submitted", "Precedence")
"""Offered by the form; any other field can be typed."""
_BLANK_ROWS = 3
_TEXTS = ("category", "team", "assignee")
_CHOICES = ("type", "impact", "urgency", "priority", "trust")


@router.get("/rules")
def show(page: SignedIn) -> Response:
    with page.reading() as connection:
        policy = counts.policy(connection)
        return page.render(
            connection, "rules.html", file_rules=policy.rules, page_rules=policy.page_rules,
            hidden={rule.name for rule in policy.rules},
        )  # fmt: skip


@router.get("/rules/edit")
def edit(page: SignedIn, name: str = "") -> Response:
    page.require("administrator")
    with page.reading() as connection:
        found = next((rule for rule in counts.policy(connection).page_rules if rule.name == name), None)
        if name and found is None:
            raise HTTPException(404, f"There is no rule “{name[:100]}” on this page.")
        given = {"enabled": True, **(rules.plain(found) if found is not None else {})}
        return _form(page, connection, found.name if found else None, given)


@router.post("/rules/act")
async def act(posted: AdministratorPosts) -> Response:
    """Move a rule, switch it on or off, or take it away."""
    what = posted.form.get("do", "")
    if what not in ACTIONS:
        raise HTTPException(422, "Please choose what to do with the rule.")
    name = posted.needed("name", "the rule that is meant")
    edit: dict[str, Any] = {"what": what, "actor": posted.page.visitor.login, "name": name}
    position = await edit_rule(posted.page.services, msgspec.convert(edit, RuleEdit))
    return posted.back("/rules", position)


@router.post("/rules/edit")
async def save(posted: AdministratorPosts) -> Response:
    """Keep the rule, or try it on past mails; what is wrong with it is told and nothing that was typed is lost."""
    given, present = given_by(posted.form), posted.text("was")
    rule, problems = await run_in_threadpool(_checked, posted, given, present)
    if rule is None or problems:
        return await run_in_threadpool(_again, posted, present, given, problems, None)
    if posted.form.get("do") == "test":
        trial = await run_in_threadpool(_tried, posted, rule)
        return await run_in_threadpool(_again, posted, present, given, [], trial)
    login = posted.page.visitor.login
    edit = RuleEdit(what="save", actor=login, name=present, rule=rules.plain(rule))
    return posted.back("/rules", await edit_rule(posted.page.services, edit))


def given_by(form: Form) -> dict[str, Any]:
    """The rule as the form has it; fields left empty are left out."""
    rows = zip(form.all("field"), form.all("operator"), form.all("value"), strict=False)
    given: dict[str, Any] = {
        "name": " ".join(form.get("name", "").split()),
        "when": [[field.strip(), operator, value.strip()] for field, operator, value in rows if field.strip()],
        "require": form.get("require", "all"),
        "tags": [tag for part in form.get("tags", "").split(",") if (tag := " ".join(part.split()))],
    }
    given |= {name: value for name in (*_TEXTS, *_CHOICES) if (value := form.get(name, ""))}
    given |= {name: name in form for name in ("enabled", "ignore", "stop")}
    return given


def _checked(posted: Posting, given: dict[str, Any], present: str | None) -> tuple[Rule | None, list[str]]:
    try:
        rule = rules.rule_from(given)
    except msgspec.ValidationError as error:
        return None, [_sentence(plain_words(str(error)))]
    with posted.page.reading() as connection:
        policy = counts.policy(connection)
        found = [_sentence(words) for words in rules.problems(rule, _categories(posted.page, connection))]
    taken = {known.name for known in (*policy.rules, *policy.page_rules)} - {present}
    if rule.name in taken:
        found.append(f"There is a rule “{rule.name}” already: choose another name.")
    return rule, found


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _tried(posted: Posting, rule: Rule) -> rule_trial.Trial:
    said = posted.form.get("last", "")
    wanted = int(said) if said in map(str, rule_trial.CHOICES) else rule_trial.CHOICES[0]
    journal = posted.page.services.journal
    with posted.page.reading() as connection:
        policy = counts.policy(connection)
        skipped = ignored.unreadable(connection, journal.head().position - rule_trial.LOOK_BACK)
    return rule_trial.try_rule(journal, policy, rule, wanted, skipped)


def _again(
    posted: Posting,
    present: str | None,
    given: dict[str, Any],
    problems: Sequence[str],
    trial: rule_trial.Trial | None,
) -> Response:
    with posted.page.reading() as connection:
        return _form(posted.page, connection, present, given, problems, trial)


def _form(
    page: Page,
    connection: Connection,
    present: str | None,
    given: dict[str, Any],
    problems: Sequence[str] = (),
    trial: rule_trial.Trial | None = None,
) -> Response:
    rows = [tuple(row) for row in given.get("when", ())] + [("", "contains", "")] * _BLANK_ROWS
    return page.render(
        connection,
        "rule.html",
        status=422 if problems else 200,
        present=present,
        given=given,
        rows=rows,
        problems=problems,
        trial=trial,
        trial_choices=rule_trial.CHOICES,
        last=trial.wanted if trial is not None else rule_trial.CHOICES[0],
        headers=HEADERS,
        pseudo=PSEUDO_FIELDS,
        of_alerts=ALERT_FIELDS,
        operators=OPERATORS,
        choices={name: choices(name) for name in _CHOICES},
        categories=sorted(_categories(page, connection)),
        people=[user for user in page.services.accounts.users() if not user.disabled and "agent" in user.roles],
    )


def _categories(page: Page, connection: Connection) -> set[str]:
    """What a rule may choose from: the categories in force, the model's, those of the settings, and those in use."""
    model = page.services.settings.model
    taxonomy = in_force(counts.policy(connection))
    known = known_categories(taxonomy, model.file, model.categories)
    in_use = [name for name in records.categories(connection) if taxonomy.meant(name) == (name,)]
    return {*known, *in_use} if known else set()
