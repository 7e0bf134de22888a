"""The desk and the real programs it lives with: Alertmanager, Prometheus, promtool, swaks."""

import email
import json
import subprocess
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.free_ports import free_port
from tests.integration.running_desk import ADDRESS, RunningDesk, a_desk, until

pytestmark = [pytest.mark.server, pytest.mark.slow, pytest.mark.waits]
FindProgram = Callable[..., str]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[RunningDesk]:
    with a_desk(tmp_path) as desk:
        yield desk


@pytest.fixture
def background(tmp_path: Path) -> Iterator[Callable[..., None]]:
    """Start a program that is ended with the test."""
    running: list[subprocess.Popen[bytes]] = []

    def start(*command: str) -> None:
        with (tmp_path / f"{Path(command[0]).name}.log").open("wb") as log:
            running.append(subprocess.Popen(command, stdout=log, stderr=log, cwd=tmp_path))

    yield start
    for process in running:
        process.terminate()
    for process in running:
        process.wait(20)


def test_alertmanager_delivers_what_fires_and_what_is_over(
    desk: RunningDesk, tmp_path: Path, server_program: FindProgram, background: Callable[..., None]
) -> None:
    alertmanager = server_program("prometheus-alertmanager")
    key, port = desk.hook("alertmanager"), free_port()
    desk.start()
    config = tmp_path / "alertmanager.yml"
    config.write_text(f"""
route: {{receiver: desk, group_wait: 0s, group_interval: 1s, group_by: [alertname]}}
receivers:
  - name: desk
    webhook_configs:
      - url: http://127.0.0.1:{desk.http_port}/hooks/alertmanager/{key}
        send_resolved: true
""")
    background(
        alertmanager, f"--config.file={config}", f"--storage.path={tmp_path}/am",
        f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address=",
    )  # fmt: skip
    until(lambda: answers(f"http://127.0.0.1:{port}/-/ready"))
    began = datetime.now(UTC)
    labels = {"alertname": "HighErrorRate", "instance": "erp-app-1:9100", "severity": "critical"}
    alert = {"labels": labels, "startsAt": began.isoformat()}

    post(f"http://127.0.0.1:{port}/api/v2/alerts", [alert])
    assert until(lambda: desk.rows("SELECT service, status FROM records")) == [("erp", "new")]

    post(f"http://127.0.0.1:{port}/api/v2/alerts", [alert | {"endsAt": datetime.now(UTC).isoformat()}])
    until(lambda: desk.rows("SELECT 1 FROM records WHERE status = 'resolved'"))


def test_prometheus_scrapes_the_metrics_and_promtool_finds_nothing_to_say(
    desk: RunningDesk, tmp_path: Path, server_program: FindProgram, background: Callable[..., None]
) -> None:
    prometheus, promtool = server_program("prometheus"), server_program("promtool")
    desk.start()
    status, metrics = desk.get("/metrics")
    assert status == 200
    checked = subprocess.run([promtool, "check", "metrics"], input=metrics, capture_output=True, text=True, timeout=60)
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")

    port = free_port()
    (tmp_path / "prometheus.yml").write_text(
        "scrape_configs: [{job_name: quietdesk, scrape_interval: 1s, "
        f"static_configs: [{{targets: ['127.0.0.1:{desk.http_port}']}}]}}]"
    )
    background(
        prometheus, f"--config.file={tmp_path}/prometheus.yml", f"--storage.tsdb.path={tmp_path}/tsdb",
        f"--web.listen-address=127.0.0.1:{port}",
    )  # fmt: skip
    until(lambda: answers(f"http://127.0.0.1:{port}/-/ready"), 60)
    query = f"http://127.0.0.1:{port}/api/v1/query?query=up{{job='quietdesk'}}".replace("'", "%22")
    until(lambda: [r["value"][1] for r in json.loads(read(query))["data"]["result"]] == ["1"], 60)


def test_swaks_sends_a_mail_and_the_answer_leaves(desk: RunningDesk, server_program: FindProgram) -> None:
    swaks = server_program("swaks")
    desk.start()
    sent = subprocess.run(
        [swaks, "--server", f"127.0.0.1:{desk.smtp_port}", "--from", "ada@fernhill.example", "--to", ADDRESS,
         "--header", "Subject: Printer jam", "--body", "The printer on the second floor eats my paper."],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert sent.returncode == 0, sent.stdout
    assert "250 2.6.0 accepted as" in sent.stdout
    (answer,) = until(desk.sent_mails)
    mail = email.message_from_bytes(answer)
    assert "ada@fernhill.example" in mail["To"]
    assert mail["Auto-Submitted"] == "auto-replied"


def test_mail_for_somebody_else_is_not_relayed(desk: RunningDesk, server_program: FindProgram) -> None:
    swaks = server_program("swaks")
    desk.start()
    sent = subprocess.run(
        [swaks, "--server", f"127.0.0.1:{desk.smtp_port}", "--from", "ada@fernhill.example", "--to", "ceo@other.org"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert sent.returncode != 0
    assert "550 5.1.1" in sent.stdout


def read(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10) as answer:
        body: bytes = answer.read()
        return body


def answers(url: str) -> bool:
    try:
        read(url)
    except OSError:
        return False
    return True


def post(url: str, body: object) -> None:
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10):
        pass
