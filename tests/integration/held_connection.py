"""A wire between the desk and a mail server that stops at a command, so that a test can end the desk just there."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator


class HeldWire:
    """Forwards TCP from `port` to `target`. The first line from the desk with `word` in it waits for `let_go`."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self.word: bytes | None = None
        self.garble: Callable[[bytes], bytes] = lambda said: said
        """What becomes of the server's words on their way."""
        self.reached = threading.Event()
        self.let_go = threading.Event()
        self._sockets: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _ = self._server.accept()
                far = socket.create_connection(("127.0.0.1", self._target))
                self._sockets += [near, far]
                threading.Thread(target=self._carry, args=(near, far, True), daemon=True).start()
                threading.Thread(target=self._carry, args=(far, near, False), daemon=True).start()

    def _carry(self, source: socket.socket, sink: socket.socket, commands: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                if commands and self.word is not None and self.word in data:
                    self.word = None
                    self.reached.set()
                    self.let_go.wait(60)
                sink.sendall(data if commands else self.garble(data))
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def cut(self) -> None:
        """End every connection; what is held is never forwarded."""
        for each in self._sockets:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        self._sockets.clear()
        self.let_go.set()

    def close(self) -> None:
        self._server.close()
        self.cut()


@contextlib.contextmanager
def held_wire(target: int) -> Iterator[HeldWire]:
    wire = HeldWire(target)
    try:
        yield wire
    finally:
        wire.close()
