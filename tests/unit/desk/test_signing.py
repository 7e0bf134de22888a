"""DKIM signatures on outgoing mail: who signed can be checked, and nothing can be changed or added."""

import base64
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dkim
import pytest

from desk.config import ConfigError
from desk.replies import Composer
from desk.signing import Signer
from tests.unit.desk.letters import (
    AT,
    outgoing,
    settings,
)

Finder = Callable[[str], str]


def test_dkim_signatures_verify_and_notice_a_change(rsa_key: tuple[Path, str]) -> None:
    file, public = rsa_key
    raw = Composer(settings(delivery=dkim_settings(file))).compose(outgoing(), AT, 1).message

    def answer(name: bytes, timeout: int = 5) -> bytes:
        assert name == b"desk._domainkey.example.com."
        return f"v=DKIM1; k=rsa; p={public}".encode()

    assert dkim.verify(raw, dnsfunc=answer)
    assert not dkim.verify(raw.replace(b"Printer", b"Plotter"), dnsfunc=answer)
    assert not dkim.verify(raw.replace(b"Subject: ", b"Subject: x"), dnsfunc=answer)


def test_nobody_can_add_a_field_behind_the_signature(rsa_key: tuple[Path, str]) -> None:
    file, public = rsa_key
    raw = Composer(settings(delivery=dkim_settings(file))).compose(outgoing(), AT, 1).message

    def answer(name: bytes, timeout: int = 5) -> bytes:
        return f"v=DKIM1; k=rsa; p={public}".encode()

    for field in (b"From: boss@example.com", b"Subject: other", b"Reply-To: x@evil.example", b"List-Unsubscribe: <x>"):
        assert not dkim.verify(field + b"\r\n" + raw, dnsfunc=answer), field


def test_two_keys_sign_and_both_verify(tmp_path: Path, rsa_key: tuple[Path, str], server_program: Finder) -> None:
    file, public = rsa_key
    second, openssl = tmp_path / "second.pem", server_program("openssl")
    subprocess.run([openssl, "genpkey", "-algorithm", "ed25519", "-out", str(second)], check=True, capture_output=True)
    der = subprocess.run(
        [openssl, "pkey", "-in", str(second), "-pubout", "-outform", "DER"], check=True, capture_output=True
    ).stdout
    keys = {
        b"desk._domainkey.example.com.": f"v=DKIM1; k=rsa; p={public}".encode(),
        b"new._domainkey.example.com.": b"v=DKIM1; k=ed25519; p=" + base64.b64encode(der[-32:]),
    }
    asked: list[bytes] = []

    def answer(name: bytes, timeout: int = 5) -> bytes:
        asked.append(name)
        return keys[name]

    delivery = {**dkim_settings(file), "dkim_second_selector": "new", "dkim_second_key_file": str(second)}
    raw = Composer(settings(delivery=delivery)).compose(outgoing(), AT, 1).message

    assert [dkim.DKIM(raw).verify(number, dnsfunc=answer) for number in (0, 1)] == [True, True]
    assert set(asked) == set(keys)
    for number in (0, 1):
        with pytest.raises(dkim.ValidationError):
            dkim.DKIM(raw.replace(b"Printer", b"Plotter")).verify(number, dnsfunc=answer)


def dkim_settings(file: Path) -> dict[str, Any]:
    return {"dkim_domain": "example.com", "dkim_selector": "desk", "dkim_key_file": str(file)}


def test_a_key_that_is_none_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_text("no key")

    with pytest.raises(ConfigError, match="holds no key that can sign"):
        Signer("example.com", "desk", tmp_path / "key.pem")
    with pytest.raises(ConfigError, match="cannot be read"):
        Signer("example.com", "desk", tmp_path / "nothing.pem")


@pytest.fixture
def rsa_key(tmp_path: Path, server_program: Callable[[str], str]) -> tuple[Path, str]:
    openssl, file = server_program("openssl"), tmp_path / "key.pem"
    subprocess.run([openssl, "genrsa", "-out", str(file), "1024"], check=True, capture_output=True)
    public = subprocess.run(
        [openssl, "rsa", "-in", str(file), "-pubout", "-outform", "DER"], check=True, capture_output=True
    ).stdout
    return file, base64.b64encode(public).decode()
