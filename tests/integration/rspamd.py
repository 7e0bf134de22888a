"""A real rspamd with a configuration, a port and a folder of its own: no rules, no network, only its test patterns."""

import http.client
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.free_ports import free_port
from tests.integration.running_desk import until

GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"
"""The pattern that every filter takes for spam (https://spamassassin.apache.org/gtube/): rspamd rejects it."""
GTUBE_ADD_HEADER = GTUBE.replace("XJS", "YJS")
"""rspamd's own variant, for the action "add header"."""


class RspamdServer:
    """`stop` and `start` as often as you like; the port stays."""

    def __init__(self, program: str, folder: Path) -> None:
        self.port = free_port()
        self._program = program
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        folder.mkdir()
        suffixes = folder / "suffixes.txt"
        suffixes.write_text("com\nexample\ntest\n")
        (folder / "rspamd.conf").write_text(f"""
options {{
  filters = "";
  enable_test_patterns = true;
  url_tld = "{suffixes}";
  pidfile = "{folder}/rspamd.pid";
  tempdir = "{folder}";
  hs_cache_dir = "{folder}";
  cache_file = "{folder}/symbols.cache";
  dns {{ nameserver = ["127.0.0.1:9"]; timeout = 0.1s; retransmits = 1; }}
}}
logging {{ type = "console"; level = "notice"; }}
actions {{ reject = 15; add_header = 6; greylist = 4; }}
worker "normal" {{ bind_socket = "127.0.0.1:{self.port}"; count = 1; }}
""")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        # As root it wants to become somebody else, unless it is told not to mind.
        command = [self._program, "--no-fork", "--insecure", "--config", str(self._folder / "rspamd.conf")]
        with (self._folder / "log.txt").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self._folder)
        until(self._answers)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)
            self._process = None

    def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, (self._folder / "log.txt").read_text()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/ping")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()


@contextmanager
def a_filter(program: str, folder: Path) -> Iterator[RspamdServer]:
    """A running rspamd, ended with the block."""
    server = RspamdServer(program, folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()
