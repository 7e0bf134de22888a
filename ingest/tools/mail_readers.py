"""The tools whose notification mails the desk knows, in the order in which they are tried."""

from collections.abc import Mapping

from ingest.tools.discovery import discovered
from ingest.tools.notice import MailTool

READERS: Mapping[str, MailTool] = {tool.name: tool for tool in discovered(MailTool, "mail_")}
"""Every such tool by its name."""
