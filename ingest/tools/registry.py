"""The tools the desk can read, in the order in which `auto` tries their shapes: the telling ones first."""

from collections.abc import Mapping

from ingest.tools import (
    alertmanager,
    checkmk,
    cloudwatch,
    datadog,
    eventbridge,
    generic,
    grafana,
    icinga2,
    nagios,
    opsgenie,
    pagerduty,
    sentry,
    sns,
    uptime_kuma,
    zabbix,
)
from ingest.tools.notice import Payload, Tool

_ORDER: tuple[Tool, ...] = (
    grafana.TOOL,
    alertmanager.TOOL,
    cloudwatch.TOOL,
    eventbridge.TOOL,
    sns.TOOL,
    sentry.TOOL,
    pagerduty.TOOL,
    datadog.TOOL,
    opsgenie.TOOL,
    uptime_kuma.TOOL,
    checkmk.TOOL,
    zabbix.TOOL,
    icinga2.TOOL,
    nagios.TOOL,
    generic.TOOL,
)

TOOLS: Mapping[str, Tool] = {tool.name: tool for tool in _ORDER}
"""Every tool by the name that `--tool` and a hook's configuration use."""


def recognise(payload: Payload) -> Tool | None:
    """The tool whose shape this payload has; the generic reading is the last resort."""
    return next((tool for tool in _ORDER if tool.looks_like(payload)), None)
