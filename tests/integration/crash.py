"""Kill the desk at random instants, again and again, and count: `python -m tests.integration.crash --rounds 1000`.

A real `desk serve` takes mails and posts from real clients; everything that was answered with 250 or 202 must be there
exactly once in the end, and every mail that is due must have left.
"""

import argparse
import contextlib
import email
import http.client
import json
import os
import random
import signal
import smtplib
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from correlate.identity import known_as
from tests.integration.running_desk import ADDRESS, RunningDesk, a_desk, until

UNANSWERED = (OSError, smtplib.SMTPException, http.client.HTTPException)
PAUSE = 0.02
"""Seconds between two inputs of one client: the point is the killing, not the load."""


class Client:
    """Sends one input after the other, in a thread, and notes which were answered with "accepted". `close` gives up the
    connection that `send` may keep."""

    def __init__(self, name: str, send: Callable[[int], bool], close: Callable[[], None] = lambda: None) -> None:
        self.accepted: list[str] = []
        self.sent: list[str] = []
        self._name = name
        self._send = send
        self._close = close
        self._stop = threading.Event()
        self._count = 0
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._stop.clear()
        self._thread = threading.Thread(target=self._run, name=self._name)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        self._close()

    def _run(self) -> None:
        while not self._stop.wait(PAUSE):
            self._count += 1
            name = f"{self._name}-{self._count}"
            self.sent.append(name)
            with contextlib.suppress(*UNANSWERED):
                if self._send(self._count):
                    self.accepted.append(name)


def mail_client(desk: RunningDesk, name: str) -> Client:
    """Every mail is from another person and about another thing."""
    session: list[smtplib.SMTP] = []

    def send(count: int) -> bool:
        try:
            if not session:
                session.append(smtplib.SMTP(timeout=5))
                session[0].connect("127.0.0.1", desk.smtp_port)
            sender = f"{name}.{count}@fernhill.example"
            text = (
                f"From: <{sender}>\r\nTo: <{ADDRESS}>\r\nMessage-ID: <{name}-{count}@crash.example>\r\n"
                f"Subject: Matter {name} {count}\r\n\r\nThe thing with the number {count} of {name} is broken.\r\n"
            )
            session[0].sendmail(sender, [ADDRESS], text)
        except UNANSWERED:
            close()
            raise
        return True

    def close() -> None:
        while session:
            session.pop().close()

    return Client(name, send, close)


def post_client(desk: RunningDesk, name: str, key: str) -> Client:
    """Every post has one alert that was not there before."""

    def send(count: int) -> bool:
        alert = {
            "status": "firing",
            "labels": {"alertname": f"Crash {name} {count}", "instance": f"{name}-{count}", "severity": "critical"},
            "annotations": {"summary": "It is down"},
            "startsAt": "2026-03-02T08:00:00Z",
            "endsAt": "0001-01-01T00:00:00Z",
            "generatorURL": "http://prometheus.example.com",
            "fingerprint": "0" * 16,
        }
        body = {
            "version": "4", "groupKey": "{}", "truncatedAlerts": 0, "status": "firing", "receiver": "desk",
            "groupLabels": {}, "commonLabels": {}, "commonAnnotations": {}, "externalURL": "http://x",
            "alerts": [alert],
        }  # fmt: skip
        return desk.post("alertmanager", key, json.dumps(body).encode()) == 202

    return Client(name, send)


def rounds(desk: RunningDesk, count: int, seed: int) -> list[Client]:
    """Kill and restart `count` times; the clients go on all the time."""
    chance = random.Random(seed)
    key = desk.hook("alertmanager")
    clients = [mail_client(desk, "m1"), mail_client(desk, "m2"), post_client(desk, "a1", key)]
    for number in range(count):
        desk.launch()
        for client in clients:
            client.start()
        if chance.random() < 0.9:
            with contextlib.suppress(AssertionError):
                until(desk.is_ready, 60)
        time.sleep(chance.uniform(0.0, 1.0))
        if chance.random() < 0.25:
            kill_one(desk, chance)
            time.sleep(chance.uniform(0.0, 1.5))
        desk.kill()
        for client in clients:
            client.stop()
        if (number + 1) % 50 == 0:
            print(f"{number + 1} rounds, {sum(len(c.accepted) for c in clients)} accepted", file=sys.stderr, flush=True)
    return clients


def kill_one(desk: RunningDesk, chance: random.Random) -> None:
    """SIGKILL for one of the processes; the supervisor starts another."""
    assert desk.process is not None
    children = Path(f"/proc/{desk.process.pid}/task/{desk.process.pid}/children")
    pids = children.read_text().split() if children.exists() else []
    if pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(chance.choice(pids)), signal.SIGKILL)


def settle(desk: RunningDesk, seconds: float = 300.0) -> None:
    """Let the desk finish: everything processed, and every mail out."""
    from desk.store import processed_position
    from ingest.journal_sql import open_journal

    desk.start()
    journal = open_journal(f"sqlite:///{desk.folder}/data/journal.db")

    def at_rest() -> bool:
        with desk.engine.connect() as connection:
            reached = processed_position(connection)
        under_way = desk.rows("SELECT count(*) FROM outbox WHERE status IN ('due', 'sending') OR lease IS NOT NULL")
        return reached == journal.head().position and under_way == [(0,)]

    until(at_rest, seconds)
    assert desk.stop() == 0, desk.log()
    found = journal.verify()
    journal.close()
    assert found.fault is None, found.fault


def check(desk: RunningDesk, clients: list[Client]) -> dict[str, int]:
    """Everything accepted is there once, everything due has left. Returns what was counted."""
    mails = Counter(str(row[0]) for row in desk.rows("SELECT subject FROM entries WHERE kind = 'mail-filed'"))
    began = Counter(str(row[0]) for row in desk.rows("SELECT title FROM conditions"))
    changed = desk.rows("SELECT subject, detail, change FROM entries WHERE kind = 'condition-changed'")
    news, moves = Counter[str](), Counter[str]()
    for subject, detail, change in changed:
        # So many at once may become a storm, which moves to itself what was opened just before: once.
        names: list[str] = list(json.loads(str(detail or "{}")).get("conditions") or [str(subject)])
        (moves if change == "moved" else news).update(names)
    for client in clients:
        for name in client.accepted:
            kind, _, number = name.partition("-")
            found = mails[f"{name}@crash.example"] if kind.startswith("m") else began[f"Crash {kind} {number}"]
            assert found == 1, f"{name} was accepted once and is there {found} times"
    assert all(count == 1 for count in mails.values())
    assert all(count == 1 for count in news.values()), news.most_common(3)
    assert all(count == 1 for count in moves.values()), moves.most_common(3)
    assert desk.rows("SELECT count(*) FROM quarantine") == [(0,)], desk.rows("SELECT * FROM quarantine")
    due = Counter(str(row[0]) for row in desk.rows("SELECT message_id FROM outbox"))
    left = Counter(known_as(str(email.message_from_bytes(raw)["Message-ID"]).strip("<>")) for raw in desk.sent_mails())
    assert set(due) == set(left), f"{len(set(due) - set(left))} did not leave, {len(set(left) - set(due))} unknown left"
    answered = desk.rows("SELECT \"to\", count(*) FROM outbox WHERE kind = 'acknowledgement' GROUP BY 1")
    assert all(count == 1 for _, count in answered)
    assert len(answered) == len(mails)
    accepted = sum(len(client.accepted) for client in clients)
    sent = sum(len(client.sent) for client in clients)
    return {"sent": sent, "accepted": accepted, "filed": len(mails), "alerts": len(began), "letters": len(left)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, a_desk(Path(folder)) as desk:
        began = time.monotonic()
        clients = rounds(desk, args.rounds, args.seed)
        settle(desk, 1800)
        print(json.dumps({"rounds": args.rounds, "seconds": round(time.monotonic() - began), **check(desk, clients)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
