"""What is said of `[mailboxes.NAME]` tables: each mistake in a sentence."""

from pathlib import Path

import pytest

from desk.config import ConfigError, Settings
from desk.config_file import parse_settings

PLAIN = {"host": "imap.example.com", "username": "help@example.com", "password_file": "secret"}


def parsed(**table: object) -> Settings:
    return parse_settings({"mailboxes": {"support": {**PLAIN, **table}}}, Path("/etc/desk"))


def problems(**table: object) -> str:
    with pytest.raises(ConfigError) as refused:
        parsed(**table)
    return str(refused.value)


def test_a_plain_mailbox() -> None:
    settings = parsed(poll="5m", max_size="10MB")
    mailbox = settings.mailboxes["support"]

    assert mailbox.password_file == "/etc/desk/secret"
    assert (mailbox.poll, mailbox.max_size, mailbox.folders) == (300, 10 * 1024 * 1024, ("INBOX",))
    assert "help@example.com" in settings.own_addresses()


def test_a_new_mailbox_is_observed_as_long_as_it_is_named() -> None:
    assert parsed().policy(observing_mailboxes=["support"]).observing == ("mailbox:support",)


def test_what_is_known_of_microsoft_and_google() -> None:
    microsoft = parsed(
        host="", provider="microsoft", tenant="example.com", login="xoauth2", client_id="1", refresh_token_file="r"
    ).mailboxes["support"]
    google = parsed(host="", provider="google", login="oauthbearer", client_id="1", refresh_token_file="r").mailboxes[
        "support"
    ]

    assert microsoft.server() == "outlook.office365.com"
    assert microsoft.token_endpoint() == "https://login.microsoftonline.com/example.com/oauth2/v2.0/token"
    assert "IMAP.AccessAsUser.All" in str(microsoft.asked_scope())
    assert (google.server(), google.asked_scope()) == ("imap.gmail.com", None)
    assert google.token_endpoint() == "https://oauth2.googleapis.com/token"


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"host": ""}, "host is missing"),
        ({"username": ""}, "username is missing"),
        ({"username": "help"}, "address is missing"),
        ({"password_file": ""}, "needs password_file or password_env"),
        ({"security": "none", "port": 143}, "would send the login in the clear"),
        ({"security": "starttls"}, 'port 993 is for security = "tls"'),
        ({"folders": []}, "at least one"),
        ({"folders": ["INBOX", "INBOX"]}, "each folder once"),
        ({"after": "move", "move_to": "INBOX"}, "mail must go to another"),
        ({"after": "delete"}, "'delete' is none of"),
        ({"poll": "1h"}, "poll"),
        ({"login": "xoauth2"}, "needs a provider, or a token_url"),
        ({"login": "xoauth2", "provider": "google"}, "client_id is missing"),
        ({"login": "xoauth2", "provider": "google", "client_id": "1"}, "needs refresh_token_file"),
        (
            {"login": "xoauth2", "provider": "google", "client_id": "1", "grant": "client_credentials"},
            "google has no client_credentials",
        ),
        ({"login": "xoauth2", "token_url": "http://example.com/token", "client_id": "1"}, "must begin with https://"),
        ({"hots": "x"}, "did you mean 'host'?"),
    ],
)
def test_a_mistake_is_told(table: dict[str, object], words: str) -> None:
    assert words in problems(**table)


def test_two_tables_for_one_account_would_take_each_mail_twice() -> None:
    with pytest.raises(ConfigError, match=r"is the account of \[mailboxes\.one\]"):
        parse_settings({"mailboxes": {"one": PLAIN, "two": PLAIN}}, Path("/etc/desk"))


def test_a_table_without_a_name() -> None:
    with pytest.raises(ConfigError, match=r"needs a name for each mailbox"):
        parse_settings({"mailboxes": PLAIN}, Path("/etc/desk"))


def test_a_name_that_no_route_can_have() -> None:
    with pytest.raises(ConfigError, match="letters, digits, hyphens"):
        parse_settings({"mailboxes": {"my box": PLAIN}}, Path("/etc/desk"))
