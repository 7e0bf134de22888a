"""Insping: the same form as Freshping's, without a name of the check."""

from ingest.event import Alert
from ingest.tools import freshping
from ingest.tools.fields import dig, has
from ingest.tools.notice import Payload, Tool


def parse(payload: Payload) -> list[Alert]:
    return freshping.read(payload, "insping")


def looks_like(payload: Payload) -> bool:
    return has(dig(payload, "webhook_event_data"), "check_state_name")


TOOL = Tool("insping", "Insping", parse, looks_like, 'an Insping webhook with "webhook_event_data"')
