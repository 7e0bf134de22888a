"""Fail2ban: an action that posts bans (in the form of the common curl actions)."""

from ingest.event import Alert, AlertStatus
from ingest.tools.fields import SEVERITY_WORDS, dig, fields_of, folded, labels, line, pick, text, word
from ingest.tools.notice import VAGUE, NotThisToolError, Payload, Tool, notice
from ingest.tools.times import instant


def parse(payload: Payload) -> list[Alert]:
    if not isinstance(payload, dict):
        raise NotThisToolError("A Fail2ban action posts one JSON object.")
    flat = folded(payload)
    said = line(pick(flat, "event", "title", "message", "action"))
    banned = text(dig(payload, "attributes", "bannedIp")) or pick(flat, "bannedip", "ip", "address")
    jail = pick(flat, "resource", "jail", "name", "service")
    if said is None and banned is None:
        raise NotThisToolError('A Fail2ban action should post "event", "resource" (the jail) and the address.')
    words = (said or "").casefold()
    status: AlertStatus = "resolved" if "unban" in words else "firing"
    rank = pick(flat, "severity", "level")
    moment = instant(flat.get("time")) or instant(flat.get("timestamp"))
    alert = notice(
        "fail2ban",
        key={"host": pick(flat, "hostname", "host"), "jail": jail, "ip": banned, "event": None if banned else said},
        status=status,
        severity=word(SEVERITY_WORDS, rank, "unknown"),
        tool_severity=rank,
        resource=jail or pick(flat, "hostname", "host"),
        service=None if jail is None else pick(flat, "hostname", "host"),
        title=said or f"Banned {banned}",
        description=pick(flat, "message", "text"),
        started_at=moment if status == "firing" else None,
        ended_at=moment,
        labels=labels(payload),
    )
    return [alert]


def looks_like(payload: Payload) -> bool:
    if not isinstance(payload, dict):
        return False
    if text(dig(payload, "attributes", "bannedIp")) or fields_of(payload, "jail", "ip") == 2:
        return True
    said = " ".join(part for name in ("event", "title", "message") if (part := text(payload.get(name)))).casefold()
    return "fail2ban" in said[:2000]


TOOL = Tool("fail2ban", "Fail2ban", parse, looks_like, "the post of a Fail2ban action", turn=VAGUE)
