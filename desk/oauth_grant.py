"""How the desk gets access tokens: what the settings of a mailbox and of the smarthost come to."""

from typing import Literal

from msgspec import Struct


class Grant(Struct, frozen=True, kw_only=True):
    """How to get tokens. `section` is that of the settings, for sentences about them."""

    section: str
    kind: Literal["refresh_token", "client_credentials"]
    endpoint: str
    client_id: str
    client_secret_file: str | None = None
    client_secret_env: str | None = None
    refresh_token_file: str | None = None
    scope: str | None = None
    timeout: float = 60.0
