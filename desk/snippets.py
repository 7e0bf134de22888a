"""What to paste into a monitoring tool so that it posts to a hook."""

from desk.tool_places import PLACES, SCRIPTS

_ALERTMANAGER = """\
In alertmanager.yml (version 0.22 or newer), then reload Alertmanager:

route:
  receiver: quietdesk          # or a route of its own with `continue: true`
  group_by: [alertname, cluster]
  group_wait: 10s              # the desk gathers by itself
  group_interval: 1m
  repeat_interval: 4h

receivers:
  - name: quietdesk
    webhook_configs:
      - url: {url}
        send_resolved: true
        max_alerts: 0
        http_config:
          authorization:
            type: Bearer
            credentials: "{key}"
"""

_GRAFANA = """\
In Grafana, as an administrator:

  1. Alerting > Contact points > New contact point
       Name         quietdesk
       Integration  Webhook
       URL          {url}
       HTTP method  POST
     Optional Webhook settings:
       Authorization header scheme       Bearer
       Authorization header credentials  {key}
     "Disable resolved message" stays off. Test, then save.
  2. Alerting > Notification policies > Default policy > Edit: contact point quietdesk,
     or a policy of its own for the alerts that the desk should see.

Or by provisioning, in conf/provisioning/alerting/quietdesk.yaml:

apiVersion: 1
contactPoints:
  - orgId: 1
    name: quietdesk
    receivers:
      - uid: quietdesk
        type: webhook
        settings:
          url: {url}
          httpMethod: POST
          authorization_scheme: Bearer
          authorization_credentials: "{key}"
        disableResolveMessage: false
"""

_GENERIC = """\
Post JSON, one alert or a list of them, when a condition begins and again when it is over:

curl --fail-with-body {url} \\
  -H 'Authorization: Bearer {key}' \\
  -H 'Content-Type: application/json' \\
  -d '{{"title": "Disk almost full", "status": "firing", "severity": "warning",
       "resource": "web-1", "service": "shop", "description": "/var is at 93 %"}}'

The same `title`, `resource` and `service` make the same alert; `"status": "resolved"` ends it. Where your tool sends
other names, say in desk.toml under [mappings.{name}] where they stand.
"""

_OTHER = """\
Let {tool} post its notifications as JSON to this address, also when a condition is over:

    {url}/{key}

The key is a part of the address, so treat the address like a password. Where {tool} can send a header,
use {url} with `Authorization: Bearer {key}`.
"""

_PLACED = """\
In {tool}: PLACE

    {url}/{key}

The key is a part of the address, so treat the address like a password. Where a header can be sent as well,
use {url} with `Authorization: Bearer {key}`.
"""

_AS_ALERTMANAGER = """\
Name the desk as an Alertmanager of {name}; it takes the alerts, their repeats and their end.

Prometheus (prometheus.yml), Thanos and Mimir alike:

alerting:
  alertmanagers:
    - scheme: {scheme}
      path_prefix: {path}/
      authorization: {{type: Bearer, credentials: "{key}"}}
      static_configs: [{{targets: ["{host}"]}}]

vmalert:       -notifier.url={public_url}{path}/{key}
Loki's ruler:  alertmanager_url: {public_url}{path}/{key}
amtool:        --alertmanager.url={public_url}{path}/{key}
"""

_PAGERDUTY = """\
PagerDuty's own webhooks (version 3) go to {url}/{key}

A tool that pages through PagerDuty works unchanged: let it send its events to this desk instead of
https://events.pagerduty.com, with the key as its integration (routing) key:

    address      {public_url}/v2/enqueue
    routing key  {key}
"""

_OPSGENIE = """\
Opsgenie's own webhooks go to {url}/{key}

A tool that pages through Opsgenie works unchanged: let it use this desk instead of https://api.opsgenie.com,
with the key as its API key:

    address  {public_url}
    API key  {key}
"""

_SNS = """\
Subscribe this address to the topic, with the protocol HTTPS and without raw message delivery:

    {url}/{key}

SNS then asks for a confirmation, which the desk does not give by itself:

    desk hook confirm {name}            shows which topics ask
    desk hook confirm {name} TOPIC      confirms one, at SNS's own host only

With `desk hook trust {name} --sns yes` each message must be signed by SNS; the desk fetches its certificates for that.
"""

_HEARTBEAT = """\
Ask for this address when the job is done, as in a crontab:

0 3 * * *  backup.sh && curl -fsS --retry 5 -o /dev/null {url}/{key}

And say in desk.toml how often that is; without a check-in in time an incident opens, the next one closes it:

[heartbeats.{name}]
period = "1d"
grace = "1h"
"""

_KNOWN = {
    "heartbeat": _HEARTBEAT,
    "alertmanager": _ALERTMANAGER, "grafana": _GRAFANA, "generic": _GENERIC, "pagerduty": _PAGERDUTY,
    "opsgenie": _OPSGENIE, "aws_sns": _SNS, "cloudwatch": _SNS, "aws_eventbridge": _SNS, **SCRIPTS,
    **{tool: _PLACED.replace("PLACE", place) for tool, place in PLACES.items()},
}  # fmt: skip
ALIASES = {
    "prometheus": "alertmanager", "vmalert": "alertmanager", "victoriametrics": "alertmanager", "loki": "alertmanager",
    "thanos": "alertmanager", "mimir": "alertmanager", "sns": "aws_sns", "eventbridge": "aws_eventbridge",
    "elastic": "kibana", "vrealize": "vmware_vrealize", "gcp": "gcp_monitoring", "azure": "azure_monitor",
    "icinga": "icinga2", "splunk_observability": "signalfx", "jira": "opsgenie", "better_stack": "betterstack",
}  # fmt: skip
"""Other names under which people look for a tool."""


def snippet(tool: str, name: str, key: str, public_url: str) -> str:
    """What to do in the tool; `public_url` is where the desk is reached. `tool` may be an alias."""
    known = ALIASES.get(tool, tool)
    text = _AS_ALERTMANAGER if known == "alertmanager" and known != tool else _KNOWN.get(known, _OTHER)
    scheme, _, host = public_url.partition("://")
    path = f"/hooks/{known}"
    return text.format(
        tool=known,
        name=name,
        key=key,
        url=f"{public_url}{path}",
        public_url=public_url,
        path=path,
        scheme=scheme,
        host=host,
    )
