"""Logins by token at a real Dovecot, with tokens that a provider on loopback gives out."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desk.config import Settings
from desk.config_sections import StorageSettings
from desk.mailbox_loop import account_of
from desk.mailbox_settings import MailboxSettings
from desk.mailbox_tokens import Secrets
from ingest.imap import ImapConnection, ImapError
from tests.integration.dovecot import USER, Dovecot, TokenEndpoint, a_dovecot

pytestmark = [pytest.mark.server, pytest.mark.waits]


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with a_dovecot() as server:
        yield server


@pytest.fixture
def provider(dovecot: Dovecot) -> Iterator[TokenEndpoint]:
    found = TokenEndpoint(dovecot)
    yield found
    found.close()


def settings(folder: Path, dovecot: Dovecot, endpoint: TokenEndpoint, **changes: Any) -> MailboxSettings:
    (folder / "refresh").write_text("refresh-1\n")
    (folder / "secret").write_text("client secret\n")
    values: dict[str, Any] = {
        "host": "localhost", "port": dovecot.imap_port, "security": "starttls", "username": USER,
        "ca_file": str(dovecot.certificate), "login": "xoauth2", "token_url": endpoint.url, "client_id": "desk",
        "client_secret_file": str(folder / "secret"), "refresh_token_file": str(folder / "refresh"), "timeout": 20,
    }  # fmt: skip
    return MailboxSettings(**{**values, **changes})


def log_in(folder: Path, mailbox: MailboxSettings) -> None:
    desk = Settings(storage=StorageSettings(data_dir=str(folder)))
    ImapConnection(account_of("support", mailbox, desk)).close()


@pytest.mark.parametrize("login", ["xoauth2", "oauthbearer"])
def test_a_refresh_token_gives_tokens_that_the_server_takes(
    tmp_path: Path, dovecot: Dovecot, provider: TokenEndpoint, login: str
) -> None:
    mailbox = settings(tmp_path, dovecot, provider, login=login, scope="mail")

    log_in(tmp_path, mailbox)
    log_in(tmp_path, mailbox)  # the first refresh token is void by now: the newer one was kept

    assert [form["refresh_token"] for form in provider.asked] == ["refresh-1", "refresh-2"]
    assert provider.asked[0] == {
        "grant_type": "refresh_token", "client_id": "desk", "client_secret": "client secret", "scope": "mail",
        "refresh_token": "refresh-1",
    }  # fmt: skip
    assert (tmp_path / "tokens/support.json").stat().st_mode & 0o077 == 0


def test_a_desk_may_ask_in_its_own_name(tmp_path: Path, dovecot: Dovecot, provider: TokenEndpoint) -> None:
    mailbox = settings(tmp_path, dovecot, provider, grant="client_credentials", provider="microsoft")

    log_in(tmp_path, mailbox)

    (form,) = provider.asked
    assert form["grant_type"] == "client_credentials"
    assert form["scope"] == "https://outlook.office365.com/.default"


def test_a_refresh_token_that_the_administrator_replaced_counts(
    tmp_path: Path, dovecot: Dovecot, provider: TokenEndpoint
) -> None:
    mailbox = settings(tmp_path, dovecot, provider)
    log_in(tmp_path, mailbox)
    provider.valid = {"given anew"}
    (tmp_path / "refresh").write_text("given anew")

    log_in(tmp_path, mailbox)

    assert provider.asked[-1]["refresh_token"] == "given anew"


def test_a_token_is_used_until_shortly_before_it_expires(
    tmp_path: Path, dovecot: Dovecot, provider: TokenEndpoint
) -> None:
    now = [0.0]
    secrets = Secrets("support", settings(tmp_path, dovecot, provider), tmp_path, lambda: now[0])
    first = secrets.ask(False)
    now[0] = 3_000

    assert secrets.ask(False) == first
    assert len(provider.asked) == 1
    now[0] = 3_301
    secrets.ask(False)
    secrets.ask(True)
    assert len(provider.asked) == 3


def test_a_token_that_the_server_refuses_is_renewed_once(
    tmp_path: Path, dovecot: Dovecot, provider: TokenEndpoint
) -> None:
    provider.seconds = -100
    mailbox = settings(tmp_path, dovecot, provider)

    with pytest.raises(ImapError, match=r"does not accept the token of desk@fernhill\.example") as refused:
        log_in(tmp_path, mailbox)

    assert refused.value.trouble == "login"
    assert len(provider.asked) == 2


def test_a_refusal_of_the_provider_says_what_to_do(tmp_path: Path, dovecot: Dovecot, provider: TokenEndpoint) -> None:
    provider.refuse = "invalid_grant"
    with pytest.raises(ImapError, match=r"was withdrawn.*get a new one and put it into refresh_token_file") as refused:
        log_in(tmp_path, settings(tmp_path, dovecot, provider))
    assert refused.value.trouble == "login"
    provider.refuse = "invalid_client"
    with pytest.raises(ImapError, match="client_id and the client secret"):
        log_in(tmp_path, settings(tmp_path, dovecot, provider))


def test_a_provider_that_cannot_be_reached_is_no_refusal(
    tmp_path: Path, dovecot: Dovecot, provider: TokenEndpoint
) -> None:
    with pytest.raises(ImapError, match=r"No token could be had from 127\.0\.0\.1") as away:
        log_in(tmp_path, settings(tmp_path, dovecot, provider, token_url="http://127.0.0.1:9/token"))
    assert away.value.trouble == "unreachable"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"host": "127.0.0.1"}, "not valid for '127.0.0.1'"),
        ({"ca_file": None}, "self-signed certificate"),
        ({"port": 9}, "Nothing listens at localhost:9"),
        ({"host": "nowhere.invalid"}, "There is no host nowhere.invalid"),
        ({"security": "tls"}, "TLS with localhost"),
    ],
)
def test_nothing_is_said_to_a_server_that_is_not_the_right_one(
    tmp_path: Path, dovecot: Dovecot, provider: TokenEndpoint, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(ImapError, match=words):
        log_in(tmp_path, settings(tmp_path, dovecot, provider, **changes))
    assert provider.asked == []
