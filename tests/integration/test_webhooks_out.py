"""Webhooks over real TLS: what is posted, how it is signed, and where the desk refuses to post to."""

import contextlib
import http.server
import ipaddress
import json
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from msgspec.structs import replace
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from correlate.records import Outgoing
from desk import tables
from desk.config import Settings
from desk.outbox import Due
from desk.outside import is_outside
from desk.staff_settings import WebhookSettings
from desk.webhook_loop import WebhookLoop
from desk.webhook_outbox import GIVE_UP_AFTER, retry_delay
from desk.webhook_post import Poster
from ingest.event import Tick
from tests.integration.rig import Rig, Urls

SECRET = "whsec_ZmVybmhpbGwgZm9vZHMgc2VjcmV0IG9mIDMyIGJ5dGVz"
SECOND = "whsec_YW5vdGhlciBzZWNyZXQgZm9yIGEgd2hpbGU="


def now() -> datetime:
    """A receiver refuses what is older than five minutes."""
    return datetime.now(UTC)


def certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 and localhost, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names: list[x509.GeneralName] = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now() - timedelta(days=1))
        .not_valid_after(now() + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / "cert.pem", folder / "key.pem"
    cert_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )  # fmt: skip
    key_file.write_bytes(pem)
    return cert_file, key_file


class Pager:
    """A receiver with TLS on a port of its own."""

    def __init__(self, folder: Path) -> None:
        self.cert, key = certificate(folder)
        self.got: list[tuple[Mapping[str, str], bytes, str]] = []
        self.status = 204
        self.location: str | None = None
        pager = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                pager.got.append(({name.lower(): value for name, value in self.headers.items()}, body, self.path))
                self.send_response(pager.status)
                if pager.location is not None:
                    self.send_header("Location", pager.location)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_GET = do_POST  # noqa: N815 - likewise

            def log_message(self, *_: Any) -> None:
                """Quiet."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.cert, key)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def close(self) -> None:
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()


@pytest.fixture
def pager(tmp_path: Path) -> Iterator[Pager]:
    made = Pager(tmp_path)
    try:
        yield made
    finally:
        made.close()


def poster(pager: Pager, tmp_path: Path, **changes: Any) -> Poster:
    (tmp_path / "secret").write_text(SECRET + "\n")
    webhook = WebhookSettings(
        name="pager", url=f"https://localhost:{pager.port}/in?team=it", secret_file=str(tmp_path / "secret"),
        ca_file=str(pager.cert), allow_private=True, timeout=5,
    )  # fmt: skip
    return Poster(Settings(webhooks=(replace(webhook, **changes),)))


DUE = Due(
    id=1, attempts=0, created_at=now(), due_at=now(),
    outgoing=Outgoing(
        message_id="inc-7.abc@example.com", kind="webhook", to="webhook:pager", about="INC-7", subject="[INC-7] Down",
        template="staff_update",
        facts={"number": "INC-7", "title": "Down", "happened": "escalated", "escalation": "night 2/3"},
    ),
)  # fmt: skip


def test_a_notice_is_posted_signed_as_a_public_library_checks_it(pager: Pager, tmp_path: Path) -> None:
    assert poster(pager, tmp_path).post(DUE, now()).outcome == "sent"
    ((fields, body, path),) = pager.got
    assert path == "/in?team=it"
    said = Webhook(SECRET).verify(body, dict(fields))
    assert said["type"] == "incident.escalated"
    assert said["data"]["number"] == "INC-7"
    assert said["data"]["escalation"] == "night 2/3"
    assert fields["webhook-id"] == "inc-7.abc@example.com"
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(body + b" ", dict(fields))


def test_posted_again_it_has_the_same_id_and_body_and_a_new_time(pager: Pager, tmp_path: Path) -> None:
    made = poster(pager, tmp_path)
    made.post(DUE, now())
    made.post(DUE, now() + timedelta(seconds=90))
    (first, body, _), (second, again, _) = pager.got
    assert (first["webhook-id"], body) == (second["webhook-id"], again)
    assert int(second["webhook-timestamp"]) - int(first["webhook-timestamp"]) == 90


def test_while_the_secret_changes_both_sign(pager: Pager, tmp_path: Path) -> None:
    (tmp_path / "second").write_text(SECOND)
    poster(pager, tmp_path, second_secret_file=str(tmp_path / "second")).post(DUE, now())
    ((fields, body, _),) = pager.got
    for secret in (SECRET, SECOND):
        assert Webhook(secret).verify(body, dict(fields))


@pytest.mark.parametrize(
    ("status", "outcome"), [(200, "sent"), (429, "again"), (500, "again"), (404, "again"), (410, "failed")]
)
def test_what_an_answer_means(pager: Pager, tmp_path: Path, status: int, outcome: str) -> None:
    pager.status = status
    handed = poster(pager, tmp_path).post(DUE, now())
    assert (handed.outcome, handed.down) == (outcome, False)
    assert handed.answer.startswith(str(status))


def test_a_redirect_is_not_followed(pager: Pager, tmp_path: Path) -> None:
    pager.status, pager.location = 302, f"https://localhost:{pager.port}/elsewhere"
    handed = poster(pager, tmp_path).post(DUE, now())
    assert handed.outcome == "again"
    assert "redirects are not followed" in handed.answer
    assert [path for _, _, path in pager.got] == ["/in?team=it"]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_ones_own_network_gets_nothing_unless_that_is_allowed(pager: Pager, tmp_path: Path, host: str) -> None:
    url = f"https://{host}:{pager.port}/"
    refused = poster(pager, tmp_path, url=url, allow_private=False).post(DUE, now())
    assert refused.outcome == "again"
    assert "within your own network" in refused.answer
    assert not pager.got
    assert poster(pager, tmp_path, url=url).post(DUE, now()).outcome == "sent"


def test_a_certificate_that_nobody_vouches_for_gets_nothing(pager: Pager, tmp_path: Path) -> None:
    handed = poster(pager, tmp_path, ca_file=None).post(DUE, now())
    assert (handed.outcome, handed.down) == ("again", True)
    assert not pager.got


def test_a_receiver_that_is_not_there_is_tried_again(pager: Pager, tmp_path: Path) -> None:
    made = poster(pager, tmp_path)
    pager.close()
    handed = made.post(DUE, now())
    assert (handed.outcome, handed.down) == ("again", True)


@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"])
def test_a_receiver_that_sends_a_byte_now_and_then_is_cut_off(tmp_path: Path, head: bytes) -> None:
    """Each byte comes in time; all of them would take a quarter of an hour."""
    cert, key = certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    sent = 0

    def drip(listening: socket.socket) -> None:
        nonlocal sent
        taken, _ = listening.accept()
        with contextlib.suppress(OSError), context.wrap_socket(taken, server_side=True) as one:
            one.recv(65_536)
            one.sendall(head)
            while sent < 2_000 and not one_is_over.wait(0.5):
                one.sendall(b"x")
                sent += 1

    one_is_over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=drip, args=(listening,))
        thread.start()
        (tmp_path / "secret").write_text(SECRET)
        webhook = WebhookSettings(
            name="pager", url=f"https://localhost:{listening.getsockname()[1]}/", ca_file=str(cert), timeout=1,
            secret_file=str(tmp_path / "secret"), allow_private=True,
        )  # fmt: skip
        handed = Poster(Settings(webhooks=(webhook,))).post(DUE, now())
        one_is_over.set()
        thread.join()
    assert sent < 100
    assert handed.outcome in ("again", "sent")


def test_a_secret_that_is_missing_is_a_sentence_and_nothing_is_posted(pager: Pager, tmp_path: Path) -> None:
    handed = poster(pager, tmp_path, secret_file=str(tmp_path / "nowhere")).post(DUE, now())
    assert handed.outcome == "again"
    assert "cannot be read" in handed.answer
    assert not pager.got


def test_a_webhook_that_is_not_configured_any_more_is_given_up(pager: Pager, tmp_path: Path) -> None:
    gone = replace(DUE, outgoing=replace(DUE.outgoing, to="webhook:gone"))
    handed = poster(pager, tmp_path).post(gone, now())
    assert (handed.outcome, handed.answer) == ("failed", "There is no [webhooks.gone] any more.")


def test_the_body_is_json_whatever_people_wrote(pager: Pager, tmp_path: Path) -> None:
    odd = replace(DUE, outgoing=replace(DUE.outgoing, facts={"title": 'a"\n\x00\u2028<é>', "number": "INC-7"}))
    poster(pager, tmp_path).post(odd, now())
    assert json.loads(pager.got[0][1])["data"]["title"] == 'a"\n\x00\u2028<é>'


@pytest.mark.parametrize(
    "address",
    ["10.0.0.1", "127.0.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "::1", "fd00::1", "fe80::1",
     "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "fec0::1", "255.255.255.255"],
)  # fmt: skip
def test_what_is_not_out_in_the_world(address: str) -> None:
    assert not is_outside(ipaddress.ip_address(address))


def test_the_waits_grow_and_end_within_about_a_day() -> None:
    waits, failures = [], 1
    while (wait := retry_delay(7, failures)) is not None:
        waits.append(wait.total_seconds())
        failures += 1
    assert waits[0] < 12
    assert max(waits) <= 330
    assert 0.9 * GIVE_UP_AFTER <= sum(waits) <= 1.2 * GIVE_UP_AFTER


def test_a_running_desk_posts_in_order_and_tells_its_journal(pager: Pager, tmp_path: Path) -> None:
    """The real loop in its threads, over the real outbox."""
    rig = Rig(Urls(f"sqlite:///{tmp_path}/journal.db", f"sqlite:///{tmp_path}/desk.db"))
    (tmp_path / "secret").write_text(SECRET)
    webhook = WebhookSettings(
        name="pager", url=f"https://localhost:{pager.port}/in", secret_file=str(tmp_path / "secret"),
        ca_file=str(pager.cert), allow_private=True, timeout=5,
    )  # fmt: skip
    rig.configure(
        webhooks=["pager", "gone"], routes=[{"name": "all", "escalation": "all"}],
        escalations=[{"name": "all", "levels": [{"to": ["webhook:pager", "webhook:gone"], "after": 0}]}],
    )  # fmt: skip
    rig.alerts("shop-1")
    for _ in range(3):
        rig.pass_time(minutes=6)
        rig.state(Tick(), "clock")
    rig.alerts("shop-1", status="resolved")
    for _ in range(6):
        rig.pass_time(minutes=6)
        rig.state(Tick(), "clock")
    rig.process()
    head = rig.journal.head().position
    stop, settings = threading.Event(), Settings(webhooks=(webhook,))
    loop = WebhookLoop(rig.engine, settings, rig.clock, stop, rig.journal)
    thread = threading.Thread(target=loop.run)
    thread.start()
    try:
        patience = threading.Event()
        for _ in range(400):
            if rig.journal.head().position == head + 4:
                break
            patience.wait(0.05)
    finally:
        stop.set()
        thread.join()
    rig.process()
    assert rig.journal.head().position == head + 4
    assert [json.loads(body)["type"] for _, body, _ in pager.got] == ["incident.opened", "incident.resolved"]
    with rig.engine.connect() as connection:
        o = tables.outbox.c
        rows = connection.execute(sa.select(o["to"], o.status).where(o.kind == "webhook").order_by(o.id)).all()
    assert sorted(set(rows)) == [("webhook:gone", "failed"), ("webhook:pager", "sent")]
    rig.close()
