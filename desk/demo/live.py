"""The company goes on living in front of the visitor: real mails by SMTP, real posts to the hooks, agents at work.

Hours are squeezed into minutes: what a fault brings about within half an hour arrives within ninety seconds.
"""

import heapq
import http.client
import itertools
import json
import logging
import smtplib
import socket
import threading
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any

from desk.clock import Clock
from desk.simulator.company import DESK_ADDRESS, SITES
from desk.simulator.world import Fault, World

log = logging.getLogger(__name__)

_SQUEEZE = 20
_FAULT_MINUTES = 28
_PAUSE_BETWEEN_FAULTS = (60.0, 140.0)
_PAUSE_BETWEEN_ERRANDS = (6.0, 18.0)


class Doors:
    """The desk as the company sees it: an SMTP port and an HTTP port."""

    def __init__(self, smtp_port: int, http_port: int, keys: Mapping[str, str]) -> None:
        self._smtp_port = smtp_port
        self._http_port = http_port
        self._keys = keys

    def are_open(self) -> bool:
        """Whether both ports answer."""
        try:
            for port in (self._smtp_port, self._http_port):
                socket.create_connection(("127.0.0.1", port), timeout=1.0).close()
        except OSError:
            return False
        return True

    def send(self, line: Mapping[str, Any]) -> None:
        """Deliver one input of the simulator. Raises OSError or SMTPException where the desk does not take it."""
        if line["kind"] == "mail":
            self._mail(line["raw"])
        elif line["kind"] == "webhook":
            self._post(line["tool"], line["body"])

    def _mail(self, raw: str) -> None:
        sender = raw.split("<", 1)[1].split(">", 1)[0]
        with smtplib.SMTP("127.0.0.1", self._smtp_port, timeout=10) as session:
            session.sendmail(sender, [DESK_ADDRESS], raw.encode())

    def _post(self, tool: str, body: object) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._http_port, timeout=10)
        try:
            headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self._keys[tool]}"}
            connection.request("POST", f"/hooks/{tool}", json.dumps(body), headers)
            answer = connection.getresponse()
            text = answer.read()
            if answer.status != http.client.ACCEPTED:
                raise OSError(f"the hook of {tool} answered {answer.status}: {text.decode(errors='replace')}")
        finally:
            connection.close()


class LiveCompany:
    """`run` returns when `stop` is set. `agents_act` is called now and then: the simulated agents do something."""

    def __init__(self, doors: Doors, clock: Clock, agents_act: Callable[[], None], seed: int = 11) -> None:
        self._doors = doors
        self._clock = clock
        self._agents_act = agents_act
        self._random = Random(seed)  # noqa: S311 - a simulation, not a secret
        self._world = World(seed)
        self._order = itertools.count()
        self._agenda: list[tuple[float, int, Callable[[], None]]] = []

    def run(self, stop: threading.Event) -> None:
        self._in(1.0, self._errand)
        self._in(4.0, lambda: self._fault("erp"))
        self._in(9.0, self._noise)
        self._in(20.0, self._agents)
        while not stop.is_set():
            due, _, action = self._agenda[0]
            if stop.wait(max(0.0, due - time.monotonic())):
                return
            heapq.heappop(self._agenda)
            try:
                action()
            except (OSError, smtplib.SMTPException) as error:
                log.warning("the simulated company could not reach the desk: %s", error)

    def _in(self, seconds: float, action: Callable[[], None]) -> None:
        heapq.heappush(self._agenda, (time.monotonic() + seconds, next(self._order), action))

    def _errand(self) -> None:
        self._in(self._random.uniform(*_PAUSE_BETWEEN_ERRANDS), self._errand)
        self._doors.send(self._world.errand(self._clock()))

    def _noise(self) -> None:
        self._in(self._random.uniform(30, 90), self._noise)
        self._doors.send(self._world.noise(self._clock()))

    def _agents(self) -> None:
        self._in(self._random.uniform(8, 20), self._agents)
        self._agents_act()

    def _fault(self, site: str) -> None:
        """Something broke half an hour ago by its own clocks; what it brought about arrives from now on."""
        following = self._random.choice([s.name for s in SITES if s.name != site])
        self._in(self._random.uniform(*_PAUSE_BETWEEN_FAULTS), lambda: self._fault(following))
        now = self._clock()
        start = now - timedelta(minutes=_FAULT_MINUTES)
        fault = Fault(f"L-{next(self._order)}", site, start, now)
        for line in self._world.symptoms(fault):
            later = (self._world.moment(line) - start).total_seconds() / _SQUEEZE
            self._in(later, partial(self._doors.send, line))
