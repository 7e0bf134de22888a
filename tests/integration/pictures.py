"""Takes the pictures of the documentation from a demo desk: `python -m tests.integration.pictures [FOLDER]`.

A desk is made anew for it, so that the pages are those of today. WebP, for it is a third of what PNG takes.
"""

import base64
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from desk.demo.setup import LOGIN, PASSWORD
from tests.free_ports import free_port
from tests.integration.chromium import Chromium

QUALITY = 82
WIDE, TELEPHONE = (1360, 880), (390, 844)
_ANY_SERVICE = "SELECT id FROM suggestions WHERE status = 'proposed' ORDER BY kind = 'after-change' DESC, id LIMIT 1"
_TALKED_OF = """
SELECT r.number FROM records r JOIN participants p ON p.record = r.number
WHERE r.origin = 'alert' AND r.status IN ('resolved', 'closed') AND r.alerts < 12
GROUP BY r.number HAVING count(*) BETWEEN 2 AND 4 ORDER BY count(*) DESC, r.opened_at DESC LIMIT 1
"""
"""An incident of monitoring of which several people wrote, and that fits a page."""


@contextmanager
def demo() -> Iterator[tuple[str, Path]]:
    """The address of a demo desk and the folder of its tables."""
    with tempfile.TemporaryDirectory(prefix="desk-pictures-") as made:
        folder, port = Path(made) / "demo", free_port()
        command = [sys.executable, "-m", "desk", "demo", "--dir", str(folder), "--port", str(port)]
        command += ["--smtp-port", str(free_port())]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as running:
            assert running.stdout is not None
            for line in running.stdout:
                if "Everything is in" in line:
                    break
            try:
                yield f"http://127.0.0.1:{port}", folder / "data"
            finally:
                running.terminate()


def _one(data: Path, query: str) -> str:
    with sqlite3.connect(f"file:{data / 'desk.db'}?mode=ro", uri=True) as connection:
        return str(connection.execute(query).fetchone()[0])


def _take(browser: Chromium, url: str, file: Path, size: tuple[int, int], *, dark: bool = False) -> None:
    browser.show(width=size[0], height=size[1], dark=dark)
    browser.open(url)
    threading.Event().wait(1.0)  # pictures within the page come after it
    shot = browser.devtools("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    file.write_bytes(base64.b64decode(shot["data"]))


def take(folder: Path) -> None:
    """Every picture, into this folder."""
    browser = Chromium(str(shutil.which("chromium")), str(shutil.which("chromedriver")))
    try:
        with demo() as (address, data):
            suggestion, record = _one(data, _ANY_SERVICE), _one(data, _TALKED_OF)
            browser.sign_in(address, LOGIN, PASSWORD)
            card = f"{address}/suggestions/{suggestion}"
            _take(browser, f"{address}/", folder / "overview.webp", WIDE)
            _take(browser, f"{address}/queue", folder / "queue.webp", WIDE)
            _take(browser, f"{address}/services", folder / "services.webp", WIDE)
            _take(browser, card, folder / "suggestion.webp", WIDE)
            _take(browser, card, folder / "suggestion-dark.webp", WIDE, dark=True)
            _take(browser, card, folder / "suggestion-phone.webp", TELEPHONE)
            _take(browser, f"{address}/records/{record}", folder / "record.webp", WIDE)
            _take(browser, f"{address}/records/{record}", folder / "record-phone.webp", TELEPHONE)
    finally:
        browser.close()


if __name__ == "__main__":
    take(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs/images"))
