"""The desk in the place of Alertmanager, PagerDuty and Opsgenie, as their own clients see it."""

import json
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import opsgenie_sdk
import pagerduty
import pytest

from tests.free_ports import free_port
from tests.integration.real_alertmanager import RealAlertmanager
from tests.integration.running_desk import RunningDesk, a_desk, until

pytestmark = [pytest.mark.server, pytest.mark.slow, pytest.mark.waits]
FindProgram = Callable[..., str]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[RunningDesk]:
    with a_desk(tmp_path) as desk:
        yield desk


def statuses(desk: RunningDesk) -> list[tuple[object, ...]]:
    return desk.rows("SELECT resource, status FROM conditions ORDER BY resource")


def repeats(desk: RunningDesk) -> int:
    ((count,),) = desk.rows("SELECT coalesce(sum(count), 0) FROM entries WHERE kind = 'alert-repeated'")
    return int(str(count))


# --- Alertmanager --------------------------------------------------------------------------------


def test_amtool_adds_an_alert_finds_it_and_ends_it(desk: RunningDesk, server_program: FindProgram) -> None:
    amtool = server_program("amtool")
    key = desk.hook("alertmanager")
    desk.start()

    def run(*words: str) -> str:
        url = f"--alertmanager.url=http://127.0.0.1:{desk.http_port}/hooks/alertmanager/{key}"
        done = subprocess.run([amtool, url, *words], capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("alert", "add", "DiskFull", "instance=erp-app-1:9100", "severity=critical", "--annotation=summary=Disk full")
    until(lambda: statuses(desk) == [("erp-app-1:9100", "firing")])

    assert "DiskFull" in run("alert", "query")
    (found,) = json.loads(run("--output=json", "alert", "query", "instance=~erp-.*"))
    assert found["labels"] == {"alertname": "DiskFull", "instance": "erp-app-1:9100", "severity": "critical"}
    assert found["status"]["state"] == "active"
    assert json.loads(run("--output=json", "alert", "query", "instance=elsewhere")) == []
    assert json.loads(run("--output=json", "silence", "query")) == []
    assert "Quietdesk" in run("config", "show")

    now = datetime.now(UTC) + timedelta(seconds=1)
    until(lambda: datetime.now(UTC) > now)
    run("alert", "add", "DiskFull", "instance=erp-app-1:9100", "severity=critical",
        f"--start={(now - timedelta(minutes=1)).isoformat(timespec='seconds')}",
        f"--end={now.isoformat(timespec='seconds')}")  # fmt: skip
    until(lambda: statuses(desk) == [("erp-app-1:9100", "resolved")])
    assert json.loads(run("--output=json", "alert", "query")) == []


class Gauge:
    """A target that Prometheus scrapes; its one number is set by the test."""

    def __init__(self) -> None:
        self.value = 0
        gauge = self

        class Page(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                page = f"errors {gauge.value}\n".encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.send_header("Content-Length", str(len(page)))
                self.end_headers()
                self.wfile.write(page)

            def log_message(self, *_: object) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
        self.port = self.server.server_address[1]
        self.thread = Thread(target=self.server.serve_forever)
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def gauge() -> Iterator[Gauge]:
    gauge = Gauge()
    yield gauge
    gauge.close()


class Prometheus:
    """Prometheus with one rule and the desk as its Alertmanager."""

    def __init__(self, program: str, folder: Path, desk: RunningDesk, key: str, target: int) -> None:
        self.port = free_port()
        self.folder = folder
        (folder / "rules.yml").write_text("""
groups:
  - name: shop
    interval: 1s
    rules:
      - {alert: TooManyErrors, expr: errors > 5, labels: {severity: critical}, annotations: {summary: Errors}}
""")
        (folder / "prometheus.yml").write_text(f"""
global: {{scrape_interval: 1s, evaluation_interval: 1s}}
rule_files: [rules.yml]
alerting:
  alertmanagers:
    - path_prefix: /hooks/alertmanager/{key}
      static_configs: [{{targets: ['127.0.0.1:{desk.http_port}']}}]
scrape_configs: [{{job_name: erp, static_configs: [{{targets: ['127.0.0.1:{target}']}}]}}]
""")
        self.command = [
            program, f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/tsdb",
            f"--web.listen-address=127.0.0.1:{self.port}", "--rules.alert.resend-delay=5s",
        ]  # fmt: skip
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with (self.folder / "prometheus.log").open("ab") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log)
        until(self._is_ready, 60)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(20)
            self.process = None

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/-/ready", timeout=5):
                return True
        except OSError:
            return False


def test_prometheus_has_the_desk_as_its_alertmanager_and_each_is_restarted(
    desk: RunningDesk, tmp_path: Path, server_program: FindProgram, gauge: Gauge
) -> None:
    prometheus = Prometheus(server_program("prometheus"), tmp_path, desk, desk.hook("alertmanager"), gauge.port)
    resource = f"127.0.0.1:{gauge.port}"
    desk.start()
    prometheus.start()
    try:
        gauge.value = 9
        until(lambda: statuses(desk) == [(resource, "firing")], 60)

        desk.stop()
        desk.start()
        heard = repeats(desk)
        until(lambda: repeats(desk) > heard, 60)
        prometheus.stop()
        prometheus.start()
        heard = repeats(desk)
        until(lambda: repeats(desk) > heard, 60)
        assert statuses(desk) == [(resource, "firing")]
        assert desk.rows("SELECT count(*) FROM records") == [(1,)]

        gauge.value = 1
        until(lambda: statuses(desk) == [(resource, "resolved")], 60)
        until(lambda: desk.rows("SELECT 1 FROM records WHERE status = 'resolved'"), 60)
        assert desk.rows("SELECT count(*) FROM records") == [(1,)]
    finally:
        prometheus.stop()


# --- PagerDuty -----------------------------------------------------------------------------------


class DeskAsPagerDuty(pagerduty.EventsApiV2Client):
    """The official client; only its demand for https is lifted, for the desk of a test has no certificate."""

    url = ""


def test_the_pagerduty_client_triggers_acknowledges_and_resolves(desk: RunningDesk) -> None:
    key = desk.hook("pagerduty")
    desk.start()
    with DeskAsPagerDuty(key, base_url=f"http://127.0.0.1:{desk.http_port}") as client:
        named = client.trigger("Disk almost full", "erp-app-1", dedup_key="disk-erp-app-1", severity="critical")
        unnamed = client.trigger("Queue is stuck", "erp-queue", severity="error")
        assert named == "disk-erp-app-1"
        assert client.trigger("Queue is stuck", "erp-queue", severity="error") == unnamed
        until(lambda: statuses(desk) == [("erp-app-1", "firing"), ("erp-queue", "firing")])

        client.acknowledge(named)
        until(lambda: statuses(desk)[0] == ("erp-app-1", "acknowledged"))
        client.resolve(named)
        client.resolve(unnamed)
        until(lambda: statuses(desk) == [("erp-app-1", "resolved"), ("erp-queue", "resolved")])

        now = datetime.now(UTC).isoformat() + "Z"  # as the client would write it
        client.submit("Release 7 of the shop", "erp", custom_details={"version": "7"}, timestamp=now)
        until(lambda: desk.rows("SELECT service FROM changes") == [("erp",)])
        with pytest.raises(pagerduty.HttpError) as refused:
            client.send_event("trigger", payload={"source": "nothing said"})
        assert refused.value.response.status_code == 400
        assert refused.value.response.json()["status"] == "invalid event"

    with DeskAsPagerDuty("no-such-key", base_url=f"http://127.0.0.1:{desk.http_port}") as stranger:
        with pytest.raises(pagerduty.HttpError) as refused:
            stranger.trigger("Disk almost full", "erp-app-1")
        assert refused.value.response.status_code == 400


# --- Opsgenie ------------------------------------------------------------------------------------


def test_the_opsgenie_client_creates_acknowledges_and_closes(desk: RunningDesk) -> None:
    key = desk.hook("opsgenie")
    desk.start()
    settings = opsgenie_sdk.Configuration()
    settings.host = f"http://127.0.0.1:{desk.http_port}"
    settings.api_key["Authorization"] = key
    settings.retry_enabled = False
    client = opsgenie_sdk.ApiClient(configuration=settings)
    alerts = opsgenie_sdk.AlertApi(api_client=client)
    made = alerts.create_alert(
        opsgenie_sdk.CreateAlertPayload(
            message="Disk almost full", alias="disk erp/app-1", entity="erp-app-1", priority="P1", tags=["erp"]
        )
    )
    assert made.result == "Request will be processed"
    until(lambda: statuses(desk) == [("erp-app-1", "firing")])
    done = alerts.get_request_status(made.request_id)
    assert (done.data.is_success, done.data.alias) == (True, "disk erp/app-1")
    assert alerts.get_alert("disk erp/app-1", identifier_type="alias").data.message == "Disk almost full"

    alerts.acknowledge_alert(
        "disk erp/app-1", identifier_type="alias", acknowledge_alert_payload=opsgenie_sdk.AcknowledgeAlertPayload()
    )
    until(lambda: statuses(desk) == [("erp-app-1", "acknowledged")])
    assert [one.acknowledged for one in alerts.list_alerts().data] == [True]
    alerts.close_alert(done.data.alert_id, close_alert_payload=opsgenie_sdk.CloseAlertPayload(note="Cleaned up"))
    until(lambda: statuses(desk) == [("erp-app-1", "resolved")])

    settings.api_key["Authorization"] = "wrong"
    stranger = opsgenie_sdk.AlertApi(api_client=opsgenie_sdk.ApiClient(configuration=settings))
    with pytest.raises(opsgenie_sdk.exceptions.AuthenticationException) as refused:
        stranger.list_alerts()
    assert refused.value.status == 401


# --- Alertmanager itself, with the desk as its webhook ---------------------------------------------


def test_alertmanager_loses_nothing_while_the_desk_is_away_nor_by_its_own_restart(
    desk: RunningDesk, tmp_path: Path, server_program: FindProgram
) -> None:
    key = desk.hook("alertmanager")
    url = f"http://127.0.0.1:{desk.http_port}/hooks/alertmanager/{key}"
    alertmanager = RealAlertmanager(server_program("prometheus-alertmanager"), tmp_path, url)
    desk.start()
    alertmanager.start()
    try:
        alertmanager.post("erp-app-1")
        until(lambda: statuses(desk) == [("erp-app-1", "firing")])
        desk.stop()
        alertmanager.post("erp-app-2")
        desk.start()
        until(lambda: statuses(desk) == [("erp-app-1", "firing"), ("erp-app-2", "firing")], 60)

        alertmanager.stop()
        alertmanager.start()
        for instance in ("erp-app-1", "erp-app-2"):
            alertmanager.post(instance)
            alertmanager.post(instance, over=True)
        until(lambda: statuses(desk) == [("erp-app-1", "resolved"), ("erp-app-2", "resolved")], 60)
    finally:
        alertmanager.stop()
