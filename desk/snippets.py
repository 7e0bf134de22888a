"""What to paste into a monitoring tool so that it posts to a hook."""

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

_KNOWN = {"alertmanager": _ALERTMANAGER, "grafana": _GRAFANA, "generic": _GENERIC}


def snippet(tool: str, name: str, key: str, public_url: str) -> str:
    """What to do in the tool; `public_url` is where the desk is reached."""
    url = f"{public_url}/hooks/{tool}"
    return _KNOWN.get(tool, _OTHER).format(tool=tool, name=name, key=key, url=url)
