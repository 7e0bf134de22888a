"""What the administrator's rules over mails bring about. Which of them a mail meets, reading says
(`ingest.matching`)."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, get_args

import msgspec
from msgspec import Struct
from msgspec.structs import asdict, replace

from classify.classification import PRIORITIES, Classification, fact
from correlate.records import Level, Priority, Reason, Record, RecordType
from ingest import matching
from ingest.rule import Matcher

if TYPE_CHECKING:
    from correlate.policy import Policy
    from ingest.event import Mail

_MAX_TAGS = 20
_MAX_WORD = 100
_RANK: Mapping[str, int] = {"low": 0, "medium": 1, "high": 2}


class Rule(Matcher, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One `[[rules]]` of desk.toml, or one of the page. Where several hold, the first that says something of a field
    decides it; tags add up."""

    type: RecordType | None = None
    category: str | None = None
    team: str | None = None
    assignee: str | None = None
    impact: Level | None = None
    urgency: Level | None = None
    priority: Priority | None = None
    tags: tuple[str, ...] = ()


FIELDS = ("type", "category", "team", "assignee", "impact", "urgency", "priority")
"""What a rule can say of a record, each once."""
_CLASSIFIED: Mapping[str, str] = {
    "type": "type", "category": "category", "team": "assignment_group", "impact": "impact", "urgency": "urgency",
}  # fmt: skip
"""Fields of a rule to the answers of a classification that they take the place of."""


class Ruling(Struct, frozen=True, kw_only=True):
    """What the rules that a mail meets say together. `by` names the rule behind each field."""

    type: RecordType | None = None
    category: str | None = None
    team: str | None = None
    assignee: str | None = None
    impact: Level | None = None
    urgency: Level | None = None
    priority: Priority | None = None
    tags: tuple[str, ...] = ()
    by: Mapping[str, str] = {}
    reasons: tuple[Reason, ...] = ()


def rules_in_force(policy: "Policy") -> tuple[Rule, ...]:
    """The rules in the order in which they are tried: those of desk.toml, then those of the page. Of two with one name
    the first holds."""
    if not policy.page_rules:
        return policy.rules
    named = {rule.name for rule in policy.rules}
    return (*policy.rules, *(rule for rule in policy.page_rules if rule.name not in named))


def ruling_of(policy: "Policy", mail: "Mail") -> Ruling | None:
    """What the rules say of a mail; None where it meets none."""
    if mail.ruled is None:
        return None
    rules = {rule.name: rule for rule in rules_in_force(policy)}
    held = together([rules[name] for name in mail.ruled.names if name in rules], mail.ruled.trusted_by)
    return in_present_categories(policy, held)


def in_present_categories(policy: "Policy", ruling: Ruling) -> Ruling:
    """The same where a rule names a category by what it was called before it was renamed or merged.

    One that was taken away or divided stands for no category: of it the rule says nothing, and everything else holds.
    """
    if policy.taxonomy is None or ruling.category is None:
        return ruling
    meant = policy.taxonomy.meant(ruling.category)
    return replace(ruling, category=meant[0] if len(meant) == 1 else None)


def mail_rules(policy: "Policy") -> tuple[Rule, ...]:
    """The rules that are tried on mails."""
    return tuple(rule for rule in rules_in_force(policy) if not matching.is_about_alerts(rule))


def together(held: Iterable[Rule], trusted_by: str | None = None) -> Ruling:
    """What rules that hold say together, each with its reason. `trusted_by` names the one whose trust counts."""
    said: dict[str, Any] = {}
    by: dict[str, str] = {}
    tags: dict[str, None] = {}
    reasons = []
    for rule in held:
        name = rule.name
        new = {field: value for field in FIELDS if (value := getattr(rule, field)) is not None and field not in said}
        said.update(new)
        by.update(dict.fromkeys(new, name))
        added = [tag for tag in rule.tags if tag not in tags]
        tags.update(dict.fromkeys(added))
        done = [f"{field} {value}" for field, value in new.items()] + [f"tag {tag}" for tag in added]
        if rule.trust is not None and trusted_by == name:
            done.append(_TRUSTED[rule.trust])
        reasons.append(Reason("a rule applied", {"name": name, "set": done or ["nothing that is not set already"]}))
    return Ruling(**said, tags=tuple(tags), by=by, reasons=tuple(reasons))


_TRUSTED: Mapping[str, str] = {
    "person": "taken for a person's mail",
    "tool": "taken for a tool's mail",
    "spam": "taken for spam",
}


def classified(ruling: Ruling, classification: Classification | None) -> Classification | None:
    """The classification with what the rules say in place of what the model says."""
    changed = {
        answer: fact(value, ruling.by[field])
        for field, answer in _CLASSIFIED.items()
        if (value := getattr(ruling, field)) is not None
    }
    if not changed:
        return classification
    known = classification or Classification()
    return replace(known, **changed, rules=(*known.rules, *dict.fromkeys(ruling.by.values())))


def applied(ruling: Ruling, record: Record, *, new: bool) -> Record:
    """The record as the rules want it.

    A `new` record takes everything. On one that exists nothing is lowered and nothing that a person set is changed:
    priority, impact and urgency may rise, tags are added, and where nobody has it yet it is assigned.
    """
    changed: dict[str, Any] = {}
    for field in ("impact", "urgency", "priority"):
        value = getattr(ruling, field)
        if value is not None and _may_set(record, field, value, new=new):
            changed[field] = value
    if ruling.assignee is not None and record.assignee is None:
        changed["assignee"] = ruling.assignee
    if ruling.team is not None and record.team is None:
        changed["team"] = ruling.team
    if new:
        changed |= {
            field: value for field in ("category", "team") if (value := getattr(ruling, field)) is not None
        }  # fmt: skip
    decided = {**record.decided_by, **dict.fromkeys(changed, "rule")}
    if new and ruling.type is not None:
        decided["type"] = "rule"
    if "assignee" in changed and record.status == "new":
        changed["status"] = "assigned"
    tags = (*record.tags, *(tag for tag in ruling.tags if tag not in record.tags))[:_MAX_TAGS]
    if not changed and tags == record.tags and not new:
        return record
    confidence = {field: value for field, value in record.confidence.items() if decided.get(field) != "rule"}
    reasons = (*record.reasons, *(reason for reason in ruling.reasons if reason not in record.reasons))
    return replace(record, **changed, decided_by=decided, confidence=confidence, tags=tags, reasons=reasons)


def _may_set(record: Record, field: str, value: str, *, new: bool) -> bool:
    if new:
        return True
    if record.decided_by.get(field) == "person":
        return False
    present = getattr(record, field)
    return value < present if field == "priority" else _RANK[value] > _RANK[present]


# --- what is wrong with a rule ----------------------------------------------------------------------------------------


def problems(rule: Rule, categories: Collection[str]) -> Iterator[str]:
    """What is wrong with a rule, as sentences. `categories` are those that the desk knows; none: all are allowed."""
    yield from matching.problems(rule)
    says = [field for field in FIELDS if getattr(rule, field) is not None]
    if not (says or rule.tags or rule.ignore or rule.trust or rule.stop):
        yield "it does nothing: say what follows from it, as in category, priority, tags, trust, ignore or stop."
    if rule.ignore and rule.trust in ("person", "tool"):
        yield "it cannot both ignore a mail and trust it: take out one of the two."
    if matching.is_about_alerts(rule) and (rule.trust is not None or rule.type is not None):
        yield "trust and type are said of mails: what an alert opens is an incident."
    if rule.category is not None and categories and rule.category not in categories:
        yield f"there is no category '{rule.category[:60]}'; the desk knows: {', '.join(sorted(categories))}."
    for field in ("category", "team", "assignee"):
        value = getattr(rule, field)
        if value is not None and not _is_word(value):
            yield f"{field} must be a text of at most {_MAX_WORD} characters, on one line."
    if len(rule.tags) > _MAX_TAGS or not all(_is_word(tag) and "," not in tag for tag in rule.tags):
        yield f"tags are at most {_MAX_TAGS} texts without commas, of at most {_MAX_WORD} characters each."


def _is_word(value: str) -> bool:
    return bool(value.strip()) and len(value) <= _MAX_WORD and value.isprintable()


def rule_from(raw: Mapping[str, Any]) -> Rule:
    """The typed rule. Raises msgspec.ValidationError where it does not fit."""
    return msgspec.convert(dict(raw), Rule)


def plain(rule: Rule) -> dict[str, Any]:
    """The rule as plain JSON, without what is not said; `rule_from` reads it back."""
    defaults = asdict(Rule(name="", when=()))
    built: dict[str, Any] = msgspec.to_builtins(rule)
    return {
        name: value
        for name, value in built.items()
        if name in ("name", "when") or value != msgspec.to_builtins(defaults[name])
    }


PRIORITY_CHOICES = PRIORITIES
TYPE_CHOICES: tuple[str, ...] = get_args(RecordType)
LEVEL_CHOICES: tuple[str, ...] = ("high", "medium", "low")
