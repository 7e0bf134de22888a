"""What a replay says: one JSON object for programs, a page of text for people, from the same facts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from correlate.records import Record, Suggestion
from desk.replay.outcome import Item
from desk.replay.simulation import Result, Simulation

_SHOWN = 12


def facts(simulation: Simulation) -> dict[str, Any]:
    """The object of the contract."""
    result, outcome = simulation.result, simulation.outcome
    inputs = outcome.inputs_of(result.survivor)
    living = [record for record in result.records.values() if record.merged_into is None]
    return {
        "inputs": simulation.inputs,
        "quarantined": [{"line": line, "reason": reason} for line, reason in sorted(outcome.quarantined)],
        "incidents": [_record(record, inputs) for record in living if record.kind == "incident"],
        "requests": [_record(record, inputs) for record in living if record.kind == "request"],
        "duplicates": outcome.duplicates,
        "suggestions": [_suggestion(each, result) for each in result.suggestions],
        "mail_out": outcome.mail_facts(result.survivor),
        "reasons": outcome.reasons(),
        "digest": result.digest,
    }


def _record(record: Record, inputs: Mapping[str, list[Item]]) -> dict[str, Any]:
    return {
        "number": record.number,
        "type": record.type,
        "title": record.title,
        "status": record.status,
        "opened_at": _time(record.opened_at),
        "resolved_at": _time(record.resolved_at),
        "service": record.service,
        "category": record.category,
        "impact": record.impact,
        "urgency": record.urgency,
        "priority": record.priority,
        "change": record.change,
        "inputs": [list(item) for item in inputs.get(record.number, [])],
        "reasons": [{"rule": reason.rule, **reason.evidence} for reason in record.reasons],
    }


def _suggestion(each: Suggestion, result: Result) -> dict[str, Any]:
    return {
        "id": each.id,
        "kind": each.kind,
        "status": each.status,
        "title": each.title,
        "first_proposed_at": _time(each.first_proposed_at),
        "incidents": list(dict.fromkeys(result.survivor(number) for number in each.incidents)),
        "service": each.service,
        "p_value": each.p_value,
        "rate_ratio": each.rate_ratio,
        "period_s": each.period_s,
        "after_change": each.after_change,
        "evidence": dict(each.evidence),
    }


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")


def text(found: Mapping[str, Any]) -> str:
    """The same facts as a person would read them."""
    incidents, mails = found["incidents"], found["mail_out"]
    summary = (
        f"{found['inputs']} inputs: {len(incidents)} incidents, {len(found['requests'])} requests, "
        f"{found['duplicates']} repeats absorbed, {len(mails)} mails that would have been sent, "
        f"{len(found['quarantined'])} inputs set aside."
    )
    lines = [summary, ""]
    if found["suggestions"]:
        lines.append("Suggested problem records:")
        lines += [f"  {each['id']}  {each['kind']:13} {each['title']}" for each in found["suggestions"]]
        lines.append("")
    if incidents:
        lines.append("The largest incidents:")
        largest = sorted(incidents, key=lambda incident: -len(incident["inputs"]))[:_SHOWN]
        lines += [
            f"  {each['number']:8} {each['priority']} {each['opened_at'][:16]} {len(each['inputs']):6} inputs"
            f"  {each['service'] or '-'}: {each['title'][:70]}"
            for each in largest
        ]
        lines.append("")
    if found["quarantined"]:
        lines.append("Set aside:")
        lines += [f"  line {each['line']}: {each['reason']}" for each in found["quarantined"][:_SHOWN]]
        lines.append("")
    lines.append(f"digest {found['digest']}")
    return "\n".join(lines)
