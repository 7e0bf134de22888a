"""Alertmanager from Debian, on a port and in a folder of its own."""

import json
import subprocess
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.free_ports import free_port
from tests.integration.running_desk import until


class RealAlertmanager:
    """`start` and `stop` it; its folder stays. It tells `url`, and inhibits what shares its `dc` with an alert Top."""

    def __init__(self, program: str, folder: Path, url: str) -> None:
        self.port = free_port()
        self.folder = folder
        (folder / "am.yml").write_text(f"""
route: {{receiver: desk, group_wait: 0s, group_interval: 1s, group_by: [instance]}}
receivers: [{{name: desk, webhook_configs: [{{url: '{url}', send_resolved: true}}]}}]
inhibit_rules: [{{source_matchers: [alertname=Top], target_matchers: [alertname=Low], equal: [dc]}}]
""")
        self.command = [
            program, f"--config.file={folder}/am.yml", f"--storage.path={folder}/am",
            f"--web.listen-address=127.0.0.1:{self.port}", "--cluster.listen-address=",
        ]  # fmt: skip
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with (self.folder / "am.log").open("ab") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log)
        until(self._is_ready, 60)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(20)
            self.process = None

    def post(self, instance: str, *, over: bool = False) -> None:
        now = datetime.now(UTC)
        alert = {
            "labels": {"alertname": "Down", "instance": instance, "severity": "critical"},
            "startsAt": (now - timedelta(minutes=1)).isoformat(),
            "endsAt": (now if over else now + timedelta(minutes=10)).isoformat(),
        }
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/v2/alerts",
            json.dumps([alert]).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10):
            pass

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/-/ready", timeout=5):
                return True
        except OSError:
            return False
