"""The smarthost asks for a token: the desk gets one, shows it, and renews it when it is refused."""

import base64
import json
import threading
import urllib.parse
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from desk.clock import MovableClock
from tests.integration.post import START, Desk, MailServer
from tests.integration.running_desk import until

USER = "desk@example.com"


class Provider:
    """Gives out token-1, token-2, …; with `refuse` it says no. `asked` are the forms that came."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.refuse: dict[str, str] | None = None
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                provider.asked.append(dict(urllib.parse.parse_qsl(body)))
                said: dict[str, Any] = provider.refuse or {
                    "access_token": f"token-{len(provider.asked)}", "expires_in": 3600, "token_type": "Bearer",
                    "refresh_token": f"refresh-{len(provider.asked)}",
                }  # fmt: skip
                self.send_response(400 if provider.refuse else 200)
                self.end_headers()
                self.wfile.write(json.dumps(said).encode())

            def log_message(self, *_: object) -> None:
                """Tests are quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/token"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class TokenServer(MailServer):
    """A mail server that takes one token, by the mechanisms of Google and Microsoft and by RFC 7628's."""

    def __init__(self, valid: str) -> None:
        super().__init__()
        self.valid = valid
        self.shown: list[str] = []

    def start(self) -> None:
        self._controller = Controller(
            self, hostname="127.0.0.1", port=self.port, auth_require_tls=False,
            auth_exclude_mechanism=["LOGIN", "PLAIN"],
        )  # fmt: skip
        self._controller.start()

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:  # noqa: N802
        return await self._judge(server, args, f"user={USER}\x01auth=Bearer {self.valid}\x01\x01", b"")

    async def auth_OAUTHBEARER(self, server: SMTP, args: list[str]) -> AuthResult:  # noqa: N802
        expected = f"n,a={USER},\x01host=127.0.0.1\x01port={self.port}\x01auth=Bearer {self.valid}\x01\x01"
        return await self._judge(server, args, expected, b"\x01")

    async def _judge(self, server: SMTP, args: list[str], expected: str, over: bytes) -> AuthResult:
        given = base64.b64decode(args[1]).decode()
        self.shown.append(given.partition("Bearer ")[2].strip("\x01"))
        if given == expected:
            return AuthResult(success=True, handled=False)
        assert await server.challenge_auth('{"status":"401"}') == over
        return AuthResult(success=False, handled=False)


@pytest.fixture
def provider() -> Iterator[Provider]:
    provider = Provider()
    yield provider
    provider.close()


@pytest.fixture
def server() -> Iterator[TokenServer]:
    server = TokenServer("token-1")
    server.start()
    yield server
    server.stop()


def a_desk(folder: Path, server: TokenServer, provider: Provider, **more: Any) -> Desk:
    (folder / "secret").write_text("s3cret\n")
    (folder / "refresh").write_text("refresh-0\n")
    options = {
        "host": "127.0.0.1", "port": server.port, "security": "none", "username": USER, "login": "xoauth2",
        "provider": "microsoft", "token_url": provider.url, "client_id": "desk-1",
        "client_secret_file": str(folder / "secret"), "refresh_token_file": str(folder / "refresh"), "connections": 1,
    }  # fmt: skip
    return Desk(folder, MovableClock(START), **{**options, **more})


@pytest.mark.parametrize("login", ["xoauth2", "oauthbearer"])
def test_a_token_is_got_once_and_shown(tmp_path: Path, server: TokenServer, provider: Provider, login: str) -> None:
    desk = a_desk(tmp_path, server, provider, login=login)
    try:
        mails = [desk.due(), desk.due("ben@example.com")]
        desk.start()
        for mail in mails:
            assert desk.until_answered(mail, 1)["status"] == "sent"
    finally:
        desk.close()
    assert provider.asked == [
        {
            "grant_type": "refresh_token", "client_id": "desk-1", "client_secret": "s3cret",
            "refresh_token": "refresh-0", "scope": "https://outlook.office365.com/SMTP.Send offline_access",
        }
    ]  # fmt: skip
    assert server.shown == ["token-1"]


def test_a_refused_token_is_renewed_at_once(tmp_path: Path, server: TokenServer, provider: Provider) -> None:
    server.valid = "token-2"
    desk = a_desk(tmp_path, server, provider)
    try:
        mail = desk.due()
        desk.start()
        assert desk.until_answered(mail, 1)["status"] == "sent"
    finally:
        desk.close()
    assert server.shown == ["token-1", "token-2"]
    assert [form["refresh_token"] for form in provider.asked] == ["refresh-0", "refresh-1"], "the newer one counts"


def test_the_desk_asks_in_its_own_name(tmp_path: Path, server: TokenServer, provider: Provider) -> None:
    desk = a_desk(tmp_path, server, provider, grant="client_credentials")
    try:
        mail = desk.due()
        desk.start()
        assert desk.until_answered(mail, 1)["status"] == "sent"
    finally:
        desk.close()
    assert provider.asked[0]["grant_type"] == "client_credentials"
    assert provider.asked[0]["scope"] == "https://outlook.office365.com/.default"


def test_without_a_token_mail_waits_with_the_providers_words(
    tmp_path: Path, server: TokenServer, provider: Provider
) -> None:
    provider.refuse = {"error": "invalid_grant", "error_description": "AADSTS700082: expired"}
    desk = a_desk(tmp_path, server, provider)
    try:
        mail = desk.due()
        desk.start()
        row = desk.until_deferred(mail)
        assert "invalid_grant: AADSTS700082: expired" in row["answer"]
        assert "get a new one" in row["answer"]
        assert row["attempts"] == 0

        provider.refuse = None
        server.valid = f"token-{len(provider.asked) + 1}"
        desk.clock.advance(700)
        until(lambda: desk.row(mail)["status"] == "sent")
    finally:
        desk.close()
