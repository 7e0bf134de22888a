"""Takes the pictures of the documentation from a demo desk: `python -m tests.integration.pictures [FOLDER]`.

A desk is made anew for it, so that the pages are those of today. Needs `pngquant`: a page of few colours then takes a
third of what Chromium's PNG does.
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
    _keep(browser, file)


def _keep(browser: Chromium, file: Path) -> None:
    """What the window shows, into a file of few colours."""
    threading.Event().wait(1.0)  # pictures within the page come after it
    shot = browser.devtools("Page.captureScreenshot", {"format": "png"})
    command = ["pngquant", "--quality", "60-95", "--speed", "1", "--strip", "-"]
    small = subprocess.run(command, input=base64.b64decode(shot["data"]), stdout=subprocess.PIPE, check=True)
    file.write_bytes(small.stdout)


def _silence(browser: Chromium, address: str, **fields: str) -> None:
    browser.open(f"{address}/silences")
    for name, value in fields.items():
        browser.write(f"#new input[name={name}]", value)
    browser.click("#new button.main")
    browser.see("It is in force, or will be.")


def _silences(browser: Chromium, address: str, file: Path) -> None:
    """The calendar with a silence and a window that recurs."""
    _silence(browser, address, services="reporting", hours="4", comment="Month end: its batch jobs are slow.")
    rule = "FREQ=WEEKLY;BYDAY=SU;BYHOUR=3;BYMINUTE=0"
    _silence(browser, address, services="storage", rule=rule, hours="3", comment="Firmware and patches.")
    _take(browser, f"{address}/silences", file, (1360, 1160))


def _trial(browser: Chromium, address: str, file: Path) -> None:
    """The rule lab with a trial that is over."""
    browser.open(f"{address}/lab")
    browser.write("textarea[name=change]", "group_wait = 600\nresolve_grace = 1800")
    browser.click("form[action='/lab'] button.main")
    while "Digests:" not in browser.text:
        threading.Event().wait(1.0)
    browser.show(width=WIDE[0], height=WIDE[1])
    _keep(browser, file)


def _accepted(browser: Chromium, address: str, suggestion: str, file: Path) -> None:
    """The problem record that a suggestion became."""
    browser.open(f"{address}/suggestions/{suggestion}")
    browser.press("1")
    browser.arrive("/problems/")
    browser.see("was opened")
    _take(browser, browser.url.partition("?")[0], file, WIDE)


def take(folder: Path) -> None:
    """Every picture, into this folder."""
    browser = Chromium(str(shutil.which("chromium")), str(shutil.which("chromedriver")))
    try:
        with demo() as (address, data):
            suggestion, record = _one(data, _ANY_SERVICE), _one(data, _TALKED_OF)
            browser.sign_in(address, LOGIN, PASSWORD)
            card = f"{address}/suggestions/{suggestion}"
            _take(browser, card, folder / "suggestion.png", WIDE)
            _take(browser, card, folder / "suggestion-dark.png", WIDE, dark=True)
            _take(browser, card, folder / "suggestion-phone.png", TELEPHONE)
            _take(browser, f"{address}/records/{record}", folder / "record.png", WIDE)
            _take(browser, f"{address}/sources/alertmanager", folder / "source.png", WIDE)
            _silences(browser, address, folder / "silences.png")
            _trial(browser, address, folder / "lab.png")
            # By now something has begun to fail.
            _take(browser, f"{address}/alerts?status=all", folder / "alerts.png", WIDE)
            _take(browser, f"{address}/services", folder / "services.png", WIDE)
            _take(browser, f"{address}/", folder / "overview.png", WIDE)
            _accepted(browser, address, suggestion, folder / "problem.png")
    finally:
        browser.close()


if __name__ == "__main__":
    take(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("docs/images"))
