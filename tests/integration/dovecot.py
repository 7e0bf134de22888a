"""A Dovecot of its own for the tests: a fresh folder, free ports, users by password and by token; gone at the end."""

import base64
import contextlib
import hashlib
import hmac
import json
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from imapclient import IMAPClient

from tests.free_ports import free_port
from tests.integration.running_desk import until

USER = "desk@fernhill.example"
PASSWORD = "pässword of the desk"
_KEY = b"the key with which the test signs its tokens"


class Dovecot:
    """`imap_port` has STARTTLS, `imaps_port` TLS from the start; its certificate is for localhost."""

    def __init__(self, folder: Path, program: str) -> None:
        self.folder = folder
        self.imap_port = free_port()
        self.imaps_port = free_port()
        self.certificate = folder / "certificate.pem"
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None
        self._set_up()

    def _set_up(self) -> None:
        owner = pwd.getpwnam("nobody")
        for name in ("base", "mail", "keys/default/HS256"):
            (self.folder / name).mkdir(parents=True)
        os.chown(self.folder / "mail", owner.pw_uid, owner.pw_gid)
        self.folder.chmod(0o755)
        names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
        files = ["-keyout", str(self.folder / "key.pem"), "-out", str(self.certificate)]
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", *names, *files],
            check=True,
            capture_output=True,
        )
        self.set_password(PASSWORD)
        (self.folder / "keys/default/HS256/default").write_bytes(base64.b64encode(_KEY))
        (self.folder / "oauth2.conf").write_text(
            "introspection_mode = local\n"
            f"local_validation_key_dict = fs:posix:prefix={self.folder}/keys/\n"
            "username_attribute = email\n"
        )
        self.config = self.folder / "dovecot.conf"
        self.config.write_text(
            f"""
base_dir = {self.folder}/base
state_dir = {self.folder}/base
log_path = {self.folder}/log.txt
auth_debug = no
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{self.certificate}
ssl_key = <{self.folder}/key.pem
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2 oauthbearer
auth_failure_delay = 0
mail_location = maildir:{self.folder}/mail/%u
mail_max_userip_connections = 200
imap_idle_notify_interval = 2 mins
first_valid_uid = 1
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {self.folder}/oauth2.conf
}}
passdb {{
  driver = passwd-file
  args = {self.folder}/users
}}
userdb {{
  driver = static
  args = uid={owner.pw_uid} gid={owner.pw_gid} home={self.folder}/mail/%u
}}
namespace inbox {{
  inbox = yes
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {self.imap_port}
  }}
  inet_listener imaps {{
    port = {self.imaps_port}
    ssl = yes
  }}
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
""",
            encoding="utf-8",
        )

    # --- as its administrator ---

    def start(self) -> None:
        self._process = subprocess.Popen([self._program, "-F", "-c", str(self.config)], stderr=subprocess.PIPE)
        until(self._answers)

    def _answers(self) -> bool:
        assert self._process is not None and self._process.poll() is None, self.log()
        with contextlib.suppress(OSError):
            IMAPClient("127.0.0.1", self.imap_port, ssl=False, timeout=5).shutdown()
            return True
        return False

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(20)
            if self._process.stderr is not None:
                self._process.stderr.close()
            self._process = None

    def set_password(self, password: str) -> None:
        """Takes effect at the next login: Dovecot sometimes looks at the file a moment later."""
        users = self.folder / "users"
        written = users.with_suffix(".new")
        written.write_text(f"{USER}:{{PLAIN}}{password}\n", encoding="utf-8")
        written.replace(users)
        if self._process is not None:
            until(lambda: self._takes(password))

    def _takes(self, password: str) -> bool:
        test = ["doveadm", "-c", str(self.config), "auth", "test", USER, password]
        return subprocess.run(test, capture_output=True, check=False, timeout=60).returncode == 0

    def doveadm(self, *words: str) -> str:
        done = subprocess.run(
            ["doveadm", "-c", str(self.config), *words], capture_output=True, text=True, check=True, timeout=60
        )
        return done.stdout

    def kick(self) -> None:
        """End every session of the user."""
        with contextlib.suppress(subprocess.CalledProcessError):  # there may be none
            self.doveadm("kick", USER)

    def number_anew(self, folder: str = "INBOX") -> None:
        """Lose the numbering of a folder, as a restore from a backup may: the same mails get other UIDs."""
        self.kick()
        box = self.folder / "mail" / USER / ("" if folder == "INBOX" else f".{folder}")
        for name in ("dovecot-uidlist", "dovecot.index", "dovecot.index.log", "dovecot.index.cache"):
            (box / name).unlink(missing_ok=True)
        self.doveadm("mailbox", "update", "-u", USER, "--uid-validity", str(int(time.time()) + 1_000), folder)

    def log(self) -> str:
        file = self.folder / "log.txt"
        return file.read_text("utf-8", "replace") if file.exists() else ""

    def token(self, user: str = USER, seconds: float = 3600.0) -> str:
        """An access token that Dovecot checks by itself (a JWT signed with HS256)."""
        now = int(time.time())
        head, body = (
            {"alg": "HS256", "typ": "JWT"},
            {"sub": user, "email": user, "iat": now - 10, "exp": now + int(seconds)},
        )
        said = b".".join(_encoded(json.dumps(part).encode()) for part in (head, body))
        return (said + b"." + _encoded(hmac.digest(_KEY, said, hashlib.sha256))).decode()

    # --- as somebody with a mail program ---

    @contextlib.contextmanager
    def client(self, folder: str | None = None) -> Iterator[IMAPClient]:
        client = IMAPClient("127.0.0.1", self.imap_port, ssl=False, timeout=30)
        try:
            client.plain_login(USER, PASSWORD)
            if folder is not None:
                client.select_folder(folder)
            yield client
        finally:
            with contextlib.suppress(OSError, IMAPClient.Error):
                client.logout()

    def deliver(self, *mails: bytes, folder: str = "INBOX", at: datetime | None = None) -> None:
        with self.client() as client:
            if folder != "INBOX" and not client.folder_exists(folder):
                client.create_folder(folder)
            for mail in mails:
                client.append(folder, mail, msg_time=at)

    def seen(self, folder: str = "INBOX") -> list[bool]:
        """Of each mail in the folder, whether it is marked as read."""
        with self.client() as client:
            client.select_folder(folder, readonly=True)
            rows = client.fetch(client.search(), ["FLAGS"])
            return [b"\\Seen" in rows[uid][b"FLAGS"] for uid in sorted(rows)]

    def count(self, folder: str = "INBOX") -> int:
        with self.client() as client:
            if not client.folder_exists(folder):
                return 0
            return int(client.folder_status(folder, ["MESSAGES"])[b"MESSAGES"])


@contextlib.contextmanager
def a_dovecot() -> Iterator[Dovecot]:
    """A running Dovecot; skips with the reason where there is none."""
    program = shutil.which("dovecot") or shutil.which("dovecot", path="/usr/sbin")
    if program is None:
        pytest.skip("dovecot is not installed; .ci/run installs it")
    if os.geteuid() != 0:
        pytest.skip("Dovecot changes to other users, so its test server has to be started by root")
    folder = Path(tempfile.mkdtemp(prefix="desk-dc-"))
    server = Dovecot(folder, program)
    try:
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


class TokenEndpoint:
    """Gives out tokens on loopback as RFC 6749 says. `asked` are the forms that came; `refuse` makes it say no."""

    def __init__(self, dovecot: Dovecot) -> None:
        self.asked: list[Mapping[str, str]] = []
        self.seconds = 3600.0
        self.refuse: str | None = None
        self.valid = {"refresh-1"}
        self._dovecot = dovecot
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                status, answer = endpoint.answer({name: values[0] for name, values in parse_qs(body).items()})
                data = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/token"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def answer(self, form: Mapping[str, str]) -> tuple[int, Mapping[str, object]]:
        self.asked.append(form)
        if self.refuse is not None:
            return 400, {"error": self.refuse, "error_description": "AADSTS700082: it was withdrawn."}
        if form["grant_type"] == "refresh_token" and form["refresh_token"] not in self.valid:
            return 400, {"error": "invalid_grant"}
        granted = {"access_token": self._dovecot.token(seconds=self.seconds), "expires_in": self.seconds}
        if form["grant_type"] == "refresh_token":
            newer = f"refresh-{len(self.asked) + 1}"
            self.valid = {newer}  # stricter than any provider: the old one is void at once
            return 200, {**granted, "refresh_token": newer}
        return 200, granted

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _encoded(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")
