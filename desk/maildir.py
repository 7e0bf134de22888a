"""Delivery into a Maildir: for trials, demos and tests."""

import hashlib
import os
from pathlib import Path

from desk.replies import Letter
from desk.smtp_out import Handed


class Maildir:
    """A Maildir (https://cr.yp.to/proto/maildir.html), made where it does not exist.

    A file's name comes from the letter, so that a letter which is delivered twice before anybody read it is there once.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def hand(self, letter: Letter) -> Handed:
        """Write the letter, synced to disk; what the file system refuses is tried again."""
        name = f"{hashlib.sha256(letter.message + letter.rcpt_to.encode()).hexdigest()[:32]}.quietdesk"
        head = f"Return-Path: <{letter.mail_from}>\nDelivered-To: {letter.rcpt_to}\n".encode()
        try:
            for part in ("tmp", "new", "cur"):
                (self._folder / part).mkdir(parents=True, exist_ok=True)
            with (self._folder / "tmp" / name).open("wb") as file:
                file.write(head + letter.message.replace(b"\r\n", b"\n"))
                file.flush()
                os.fsync(file.fileno())
            (self._folder / "tmp" / name).replace(self._folder / "new" / name)
            descriptor = os.open(self._folder / "new", os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:
            return Handed(
                "unreached", f"{self._folder} cannot be written: {error.strerror}.", down=True, server=str(self._folder)
            )
        return Handed("sent", f"written to {self._folder}", server=str(self._folder))

    def close(self) -> None:
        """There is nothing to close."""
