"""A real Chromium, driven through ChromeDriver by the W3C WebDriver protocol: the few commands that the tests need."""

import itertools
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import uvicorn

from tests.free_ports import free_port
from tests.integration.pages_desk import PASSWORD, PagesDesk

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
KEYS = {"enter": "\ue007", "escape": "\ue00c", "tab": "\ue004"}
_QUIET = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip


class Windows:
    """Starting a browser takes longer than what most tests do with it: a window that one leaves is the next one's."""

    def __init__(self) -> None:
        self._free: dict[bool, list[Chromium]] = {True: [], False: []}

    def take(self, chromium: str, driver: str, *, javascript: bool) -> "Chromium":
        free = self._free[javascript]
        return free.pop() if free else Chromium(chromium, driver, javascript=javascript)

    def leave(self, window: "Chromium", *, javascript: bool) -> None:
        window.forget()
        self._free[javascript].append(window)

    def close(self) -> None:
        for window in itertools.chain(*self._free.values()):
            window.close()


@contextmanager
def served(desk: PagesDesk) -> Iterator[str]:
    """The desk's pages on a port of this machine; gives their address."""
    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(desk.app, port=port, lifespan="off", log_config=None, timeout_graceful_shutdown=1)
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        _until(lambda: server.started)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


def _until(true: Any, seconds: float = 20.0) -> Any:
    waited = threading.Event()
    for _ in range(int(seconds * 50)):
        if answer := true():
            return answer
        waited.wait(0.02)
    raise AssertionError(f"not within {seconds} s")


class NotYetError(AssertionError):
    """The page is on its way to another one: what was there is gone, or what will be there is not there yet."""


_PASSING = frozenset({"stale element reference", "no such element", "element not interactable"})


class Chromium:
    """One window. `javascript=False` turns scripts off as a user would."""

    def __init__(self, chromium: str, driver: str, *, javascript: bool = True) -> None:
        port = free_port()
        self._profile = tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True)
        self._driver = subprocess.Popen(
            [driver, f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        self._http = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60)
        _until(self._ready)
        arguments = [*_QUIET, f"--user-data-dir={self._profile.name}"]
        options: dict[str, Any] = {"args": arguments, "binary": chromium}
        if not javascript:
            options["prefs"] = {"profile.managed_default_content_settings.javascript": 2}
        made = self._call("POST", "/session", {"capabilities": {"alwaysMatch": {"goog:chromeOptions": options}}})
        self._session = f"/session/{made['sessionId']}"

    def show(self, *, width: int = 1280, height: int = 860, dark: bool = False) -> None:
        """Be of this size, and of a person who likes it dark or has not said."""
        self._call("POST", f"{self._session}/window/rect", {"width": width, "height": height})
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.devtools("Emulation.setDeviceMetricsOverride", size)
        features = [{"name": "prefers-color-scheme", "value": "dark" if dark else ""}]
        self.devtools("Emulation.setEmulatedMedia", {"features": features})

    def forget(self) -> None:
        """Be as new: what was opened, kept and set is gone."""
        self._call("DELETE", f"{self._session}/actions")
        self.devtools(
            "Storage.clearDataForOrigin", {"origin": str(httpx.URL(self.url).join("/")), "storageTypes": "all"}
        )
        self.devtools("Network.clearBrowserCookies", {})
        self.devtools("Network.clearBrowserCache", {})
        self.open("about:blank")
        self.devtools("Page.resetNavigationHistory", {})
        self.complaints()

    def close(self) -> None:
        try:
            self._call("DELETE", self._session)
        finally:
            self._http.close()
            self._driver.terminate()
            self._driver.wait()
            self._profile.cleanup()

    def _ready(self) -> bool:
        try:
            return bool(self._http.get("/status").json()["value"]["ready"])
        except httpx.TransportError:
            return False

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = self._http.request(method, path, json=body if method == "POST" else None).json()["value"]
        if isinstance(answer, dict) and "error" in answer:
            said = f"{path}: {answer['error']}: {answer.get('message', '')[:300]}"
            raise (NotYetError if answer["error"] in _PASSING else AssertionError)(said)
        return answer

    # --- what a person does ---

    def open(self, url: str) -> None:
        self._call("POST", f"{self._session}/url", {"url": url})

    def click(self, css: str) -> None:
        self._when_there(lambda: self._call("POST", f"{self._session}/element/{self._find(css)}/click", {}))

    def write(self, css: str, text: str) -> None:
        body = {"text": text}
        self._when_there(lambda: self._call("POST", f"{self._session}/element/{self._find(css)}/value", body))

    def press(self, *keys: str) -> None:
        """Press keys one after the other: letters, or the names in KEYS."""
        pressed = [KEYS.get(key, key) for key in keys]
        actions = [{"type": kind, "value": key} for key in pressed for kind in ("keyDown", "keyUp")]
        self._call("POST", f"{self._session}/actions", {"actions": [{"type": "key", "id": "keys", "actions": actions}]})

    def sign_in(self, address: str, login: str, password: str = PASSWORD) -> None:
        self.open(f"{address}/login")
        self.write("input[name=login]", login)
        self.write("input[name=password]", password)
        self.press("enter")
        self.arrive("/")

    # --- what a person sees ---

    @property
    def url(self) -> str:
        return str(self._call("GET", f"{self._session}/url"))

    @property
    def text(self) -> str:
        found = self._when_there(lambda: self._call("GET", f"{self._session}/element/{self._find('body')}/text"))
        return " ".join(str(found).split())

    def arrive(self, path: str) -> str:
        """Wait until the address begins with this path; gives the address."""
        _until(lambda: httpx.URL(self.url).path.startswith(path))
        return self.url

    def see(self, words: str) -> None:
        """Wait until these words can be read."""
        _until(lambda: words in self.text)

    def run(self, script: str) -> Any:
        return self._call("POST", f"{self._session}/execute/sync", {"script": script, "args": []})

    def complaints(self) -> list[str]:
        """What the browser wrote to its console: breaches of the page's own policy stand there."""
        return [entry["message"] for entry in self._call("POST", f"{self._session}/se/log", {"type": "browser"})]

    def devtools(self, command: str, parameters: dict[str, Any]) -> Any:
        return self._call("POST", f"{self._session}/goog/cdp/execute", {"cmd": command, "params": parameters})

    def _when_there(self, action: Callable[[], Any]) -> Any:
        def attempt() -> tuple[Any] | None:
            try:
                return (action(),)
            except NotYetError:
                return None

        return _until(attempt, 10)[0]

    def _find(self, css: str) -> str:
        return str(self._call("POST", f"{self._session}/element", {"using": "css selector", "value": css})[ELEMENT])
