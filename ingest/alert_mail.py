"""Notification mails of monitoring tools: from a read `Mail` to Alerts. Pure, and never raises."""

from ingest import mapping
from ingest.event import Alert, Mail, Reading
from ingest.tools.mail_readers import READERS


def alerts_in_mail(mail: Mail, reading: Reading, tool: str = "auto") -> tuple[Alert, ...]:
    """The alerts that a mail tells; none for a mail that is no notification of a known tool.

    The administrator's own mappings come first, in the order of their names. `tool` limits the search to one reader
    or one mapping. A mapping that does not compile reads nothing: the configuration's check has told so.
    """
    for name in sorted(reading.mappings):
        table = reading.mappings[name]
        if tool in {"auto", name} and mapping.is_for_mails(table) and not mapping.problems(name, table):
            compiled = mapping.compile_mapping(name, tuple(sorted(table.items())))
            if isinstance(compiled, mapping.MailMapping) and (alert := mapping.read_mail(compiled, mail)) is not None:
                return (alert,)
    for name, known in READERS.items():
        if tool in {"auto", name} and (alert := known.read(mail)) is not None:
            return (alert,)
    return ()


def is_mail_tool(tool: str, reading: Reading) -> bool:
    """Does this name stand for a reader of mails?"""
    table = reading.mappings.get(tool)
    return tool in READERS or (table is not None and mapping.is_for_mails(table))
