"""Notification mails of Nagios and its relatives (Naemon, Shinken, Centreon, Icinga 1) by their stock commands."""

import re

from ingest.event import Alert, Mail
from ingest.tools.fields import labels, links_within, paragraphs, word
from ingest.tools.mail_lines import first, is_answer, moment_of, plain, subject_of, values
from ingest.tools.nagios import SEVERITY, STATE, status_of
from ingest.tools.notice import VAGUE, MailTool, notice
from ingest.tools.times import instant

_SUBJECT = re.compile(
    r"^(?:(?:Nagios|Naemon|Icinga):\s*)?\W{0,4}(?P<type>PROBLEM|RECOVERY|ACKNOWLEDGEMENT|FLAPPING\w{0,10}|DOWNTIME\w{0,10}|CUSTOM)\W{1,6}"
    r"(?:(?:Service|Host)\s+(?:Alert|Notification):\s*|alert\W{1,4})?(?P<what>(?P<about>\S.{0,300}?)\s+is\s+(?P<state>[A-Za-z]{2,11}))\W{0,4}$",
    re.IGNORECASE,
)
BANNER = re.compile(r"^\*{2,8}[ \t]*(?P<tool>\w[\w .:-]{1,120}?)[ \t]*\*{2,8}", re.MULTILINE)
TOOLS = frozenset({"nagios", "naemon", "shinken", "centreon", "nagios xi", "shinken notification", "nagios core"})


def read(mail: Mail) -> Alert | None:
    """The alert in a mail of this family; None for any other mail."""
    return None if is_answer(mail) else read_as(mail, "mail_nagios", TOOLS)


def read_as(mail: Mail, tool: str, banners: frozenset[str]) -> Alert | None:
    """The stock mail of this family under a banner of one of these names."""
    banner = BANNER.search((mail.text or "")[:2_000])
    named = banner is not None and banner["tool"].casefold() in banners
    subject = _SUBJECT.match(subject_of(mail))
    if banner is None and subject is None:
        return None
    found = values(mail.text)
    kind = first(found, "notificationtype", "type") or (subject["type"] if subject else None)
    host = plain(first(found, "host", "hostname", "hostalias"))
    service = plain(first(found, "service", "servicedescription", "servicename"))
    if not named and (tool != "mail_nagios" or subject is None or not _has_the_lines(found, subject["state"])):
        return None
    if host is None and subject is not None:
        host, service = about(subject["about"], service)
    if host is None or kind is None:
        return None
    state = first(found, "state", "servicestate", "hoststate") or (subject["state"] if subject else None)
    status = status_of(kind, state)
    moment = moment_of(mail, instant(first(found, "datetime", "date", "when")))
    return notice(
        tool,
        key={"host": host, "service": service},
        scheme="nagios",
        status=status,
        severity=word(SEVERITY, state, "unknown"),
        tool_severity=state,
        resource=host,
        service=service,
        title=subject["what"] if subject else service or f"Host {host}",
        description=paragraphs(
            first(found, "additionalinfo", "info", "output", "serviceoutput"), first(found, "comment"), mail.text
        ),
        started_at=moment if status == "firing" else None,
        ended_at=moment,
        labels=labels(found),
        links=links_within(mail.text),
    )


def _has_the_lines(found: dict[str, str], state: str) -> bool:
    """Templates without a banner still list the macros; a person's "Problem: …" does not."""
    return "notificationtype" in found or (
        state.casefold() in STATE and "state" in found and first(found, "host", "hostname") is not None
    )


def about(said: str, service: str | None) -> tuple[str, str | None]:
    """ "host/service" in a subject, the service possibly with slashes of its own; else a host."""
    host, slash, rest = said.partition("/")
    return host.strip(), service or (rest.strip() or None if slash else None)


TOOL = MailTool("mail_nagios", read, turn=VAGUE)
