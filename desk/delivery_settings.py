"""`[delivery]` of desk.toml: how mail leaves the desk, and what is wrong with such a table."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from msgspec import Meta, Struct

from desk.mailbox_settings import PROVIDERS, Provider
from desk.oauth_grant import Grant

LOCAL = ("localhost", "127.0.0.1", "::1")
_SCOPES: Mapping[Provider, Mapping[str, str]] = {
    "microsoft": {
        "refresh_token": "https://outlook.office365.com/SMTP.Send offline_access",
        "client_credentials": "https://outlook.office365.com/.default",
    },
    "google": {},
}


class DeliverySettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How mail leaves the desk: through your mail server, or into a Maildir."""

    host: Annotated[
        str | None,
        Meta(description="The mail server that takes the desk's mail. Unset, and without a maildir: mail is kept."),
    ] = None
    port: Annotated[
        int, Meta(ge=0, le=65535, description="Its port: 587 with STARTTLS, 465 with TLS from the start, 25 as a rule.")
    ] = 587
    security: Annotated[
        Literal["starttls", "tls", "none"],
        Meta(
            description='"starttls": encrypted after STARTTLS, and nothing is sent where it is not offered. "tls": '
            'encrypted from the start. "none": in the clear, only for a server on this machine or network.'
        ),
    ] = "starttls"
    ca_file: Annotated[
        str | None,
        Meta(description="A PEM file with the authority that signed its certificate. Unset: the system's authorities."),
    ] = None
    username: Annotated[str | None, Meta(description="The login at the mail server, where it asks for one.")] = None
    password_file: Annotated[str | None, Meta(description="A file that holds the password.")] = None
    password_env: Annotated[str | None, Meta(description="Or the environment variable that holds it.")] = None
    login: Annotated[
        Literal["password", "xoauth2", "oauthbearer"],
        Meta(description="How to log in: by a password, or by a token that the desk gets and renews by itself."),
    ] = "password"
    provider: Annotated[
        Provider | None, Meta(description='"microsoft" or "google": token_url and scope are then known.')
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
    scope: Annotated[str | None, Meta(description="What is asked for. Unset: what the provider needs for SMTP.")] = None
    maildir: Annotated[
        str | None, Meta(description="Deliver into this Maildir instead of a mail server (for trials and demos).")
    ] = None
    connections: Annotated[int, Meta(ge=1, le=50, description="Connections to the mail server at once.")] = 4
    per_domain: Annotated[int, Meta(ge=1, description="Of these, how many may carry mail for one domain.")] = 4
    per_minute: Annotated[
        int, Meta(ge=0, description="Mails in a minute at most, where your provider has such a limit. 0: no limit.")
    ] = 0
    timeout: Annotated[
        int, Meta(ge=5, description="How long to wait for an answer of the mail server.", extra={"unit": "seconds"})
    ] = 60
    plus_addresses: Annotated[
        bool,
        Meta(
            description="Whether mail to address+anything reaches the desk. If so, each mail gets a return path and a "
            "Reply-To of its own, signed with the desk's key, so that bounces and replies are attributed with "
            "certainty."
        ),
    ] = False
    templates: Annotated[
        str | None,
        Meta(description="A directory with your own templates and wordings; what is not in it stays as shipped."),
    ] = None
    dkim_domain: Annotated[str | None, Meta(description="Sign outgoing mail for this domain (DKIM, RFC 6376).")] = None
    dkim_selector: Annotated[str | None, Meta(description="The selector under which the DNS has the public key.")] = (
        None
    )
    dkim_key_file: Annotated[str | None, Meta(description="The PEM file with the private key, RSA or Ed25519.")] = None
    dkim_second_selector: Annotated[
        str | None,
        Meta(description="Sign a second time: an Ed25519 key beside an RSA one, which not every receiver can verify."),
    ] = None
    dkim_second_key_file: Annotated[str | None, Meta(description="The PEM file with the second private key.")] = None

    def token_endpoint(self) -> str:
        """The URL that gives out tokens; empty where none is known."""
        known = PROVIDERS[self.provider].token_url.format(tenant=self.tenant) if self.provider else ""
        return self.token_url or known

    def token_grant(self) -> Grant:
        """How to get tokens for the mail server."""
        scope = self.scope or (_SCOPES[self.provider].get(self.grant) if self.provider else None)
        return Grant(
            section="delivery",
            kind=self.grant,
            endpoint=self.token_endpoint(),
            client_id=self.client_id or "",
            client_secret_file=self.client_secret_file,
            client_secret_env=self.client_secret_env,
            refresh_token_file=self.refresh_token_file,
            scope=scope,
            timeout=self.timeout,
        )


def delivery_problems(delivery: DeliverySettings) -> Iterator[str]:
    """What is wrong with the table, as sentences."""
    if delivery.host and delivery.maildir:
        yield "[delivery] host and maildir: set one of them, mail can leave by one way only."
    dkim = (delivery.dkim_domain, delivery.dkim_selector, delivery.dkim_key_file)
    if any(dkim) and not all(dkim):
        yield "[delivery] dkim_domain, dkim_selector and dkim_key_file belong together: set all or none."
    second = (delivery.dkim_second_selector, delivery.dkim_second_key_file)
    if any(second) and not all((*second, *dkim)):
        yield "[delivery] dkim_second_selector and dkim_second_key_file belong together, beside a first key."
    yield from _login_problems(delivery)


def _login_problems(delivery: DeliverySettings) -> Iterator[str]:
    if delivery.username and delivery.security == "none" and delivery.host not in LOCAL:
        yield '[delivery] security = "none" would send the password in the clear: use "starttls" or "tls".'
    if delivery.login == "password":
        if delivery.username and not (delivery.password_file or delivery.password_env):
            yield "[delivery] username needs password_file or password_env."
        return
    if not delivery.username:
        yield f'[delivery] login = "{delivery.login}" needs a username: the address of the mailbox.'
    endpoint = delivery.token_endpoint()
    if not endpoint:
        yield f'[delivery] login = "{delivery.login}" needs a provider, or a token_url of your own.'
    elif not endpoint.startswith(("https://", "http://localhost", "http://127.0.0.1", "http://[::1]")):
        yield f"[delivery] token_url: '{endpoint}' must begin with https://: secrets are sent there."
    if not delivery.client_id:
        yield "[delivery] client_id is missing: the id under which the desk is registered with the provider."
    if delivery.grant == "refresh_token" and not delivery.refresh_token_file:
        yield '[delivery] grant = "refresh_token" needs refresh_token_file.'
    if delivery.grant == "client_credentials":
        if not (delivery.client_secret_file or delivery.client_secret_env):
            yield '[delivery] grant = "client_credentials" needs client_secret_file or client_secret_env.'
        if delivery.provider == "google":
            yield '[delivery] grant: google has no client_credentials for mail: use "refresh_token".'
