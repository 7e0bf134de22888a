"""How the desk logs in at a mail server: the same in `[delivery]` and in `[mailboxes.NAME]` of desk.toml."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from msgspec import Meta, Struct

Provider = Literal["microsoft", "google"]
_SAFE = ("https://", "http://localhost", "http://127.0.0.1", "http://[::1]")


class Known(Struct, frozen=True):
    """What is known of a provider. `{tenant}` stands for the setting."""

    host: str
    token_url: str
    scope: str
    client_scope: str | None
    """What a program asks for in its own name (client credentials); None where that is not offered."""


PROVIDERS: Mapping[str, Known] = {
    "microsoft": Known(
        "outlook.office365.com",
        "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",
        "https://outlook.office365.com/IMAP.AccessAsUser.All offline_access",
        "https://outlook.office365.com/.default",
    ),
    "google": Known("imap.gmail.com", "https://oauth2.googleapis.com/token", "", None),
}


class LoginSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The part of a table that says how to log in."""

    username: Annotated[
        str | None, Meta(description="The login, where one is asked for; at Microsoft and Google the mail address.")
    ] = None
    password_file: Annotated[str | None, Meta(description="A file that holds the password.")] = None
    password_env: Annotated[str | None, Meta(description="Or the environment variable that holds it.")] = None
    login: Annotated[
        Literal["password", "xoauth2", "oauthbearer"],
        Meta(description="How to log in: by a password, or by a token that the desk gets and renews by itself."),
    ] = "password"
    provider: Annotated[
        Provider | None,
        Meta(description='"microsoft" or "google": token_url and scope are then known, and the IMAP server.'),
    ] = None
    tenant: Annotated[
        str, Meta(description="Microsoft: the directory (tenant) id, or the domain of your organisation.")
    ] = "organizations"
    token_url: Annotated[
        str | None, Meta(description="Where tokens are given out (RFC 6749). Unset: that of the provider.")
    ] = None
    client_id: Annotated[str | None, Meta(description="The id under which the desk is registered there.")] = None
    client_secret_file: Annotated[str | None, Meta(description="A file that holds the client secret.")] = None
    client_secret_env: Annotated[str | None, Meta(description="Or the environment variable that holds it.")] = None
    grant: Annotated[
        Literal["refresh_token", "client_credentials"],
        Meta(
            description='"refresh_token": somebody has agreed once, and refresh_token_file holds what they got. '
            '"client_credentials": the desk asks in its own name (Microsoft 365).'
        ),
    ] = "refresh_token"
    refresh_token_file: Annotated[
        str | None,
        Meta(
            description="A file that holds the refresh token. A newer one that the provider sends is kept in data_dir."
        ),
    ] = None
    scope: Annotated[str | None, Meta(description="What is asked for. Unset: what the provider needs.")] = None

    def token_endpoint(self) -> str | None:
        """The URL that gives out tokens; None where none is known."""
        known = PROVIDERS[self.provider].token_url if self.provider else None
        return self.token_url or (known.format(tenant=self.tenant) if known else None)


def token_problems(where: str, settings: LoginSettings) -> Iterator[str]:
    """What is wrong with a login by token, as sentences; `where` is the table's name in brackets."""
    endpoint = settings.token_endpoint()
    if endpoint is None:
        yield f'{where} login = "{settings.login}" needs a provider, or a token_url of your own.'
    elif not endpoint.startswith(_SAFE):
        yield f"{where} token_url: '{endpoint}' must begin with https://: secrets are sent there."
    if not settings.client_id:
        yield f"{where} client_id is missing: the id under which the desk is registered with the provider."
    if settings.grant == "refresh_token" and not settings.refresh_token_file:
        yield f'{where} grant = "refresh_token" needs refresh_token_file.'
    if settings.grant == "client_credentials":
        if not (settings.client_secret_file or settings.client_secret_env):
            yield f'{where} grant = "client_credentials" needs client_secret_file or client_secret_env.'
        if settings.provider is not None and PROVIDERS[settings.provider].client_scope is None:
            yield f'{where} grant: {settings.provider} has no client_credentials for mail: use "refresh_token".'
