"""`[delivery]` of desk.toml: how mail leaves the desk, and what is wrong with such a table."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from msgspec import Meta

from desk.login_settings import LoginSettings, Provider, token_problems
from desk.oauth_grant import Grant

LOCAL = ("localhost", "127.0.0.1", "::1")
_SCOPES: Mapping[Provider, Mapping[str, str]] = {
    "microsoft": {
        "refresh_token": "https://outlook.office365.com/SMTP.Send offline_access",
        "client_credentials": "https://outlook.office365.com/.default",
    },
    "google": {},
}


class DeliverySettings(LoginSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
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

    def token_grant(self) -> Grant:
        """How to get tokens for the mail server."""
        scope = self.scope or (_SCOPES[self.provider].get(self.grant) if self.provider else None)
        return Grant(
            section="delivery",
            kind=self.grant,
            endpoint=self.token_endpoint() or "",
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
    yield from token_problems("[delivery]", delivery)
