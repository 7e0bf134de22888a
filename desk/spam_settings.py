"""`[spam]` of desk.toml: which filters are believed, and what becomes of spam."""

from collections.abc import Iterator
from typing import Annotated

from msgspec import Meta, Struct

from correlate.policy import Policy
from ingest.spam import KNOWN_FIELDS

_DEFAULT = Policy()


class SpamSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Spam is never answered and opens no record: it is kept on a page of its own, where an agent can say that it is
    none."""

    headers: Annotated[
        tuple[str, ...],
        Meta(
            description="Header fields in which your own mail server says whether a mail is spam, as in "
            '["X-Spam-Flag", "X-Spam-Status"]. Name only fields that it adds itself and takes out of mail from '
            "outside; with none, no header is believed."
        ),
    ] = _DEFAULT.spam_headers
    score: Annotated[
        float, Meta(gt=0, description="From this score on a field with nothing but a score (X-Spam-Score) means spam.")
    ] = _DEFAULT.spam_score
    rspamd_url: Annotated[
        str | None,
        Meta(
            description='An rspamd to ask about every mail, as in "http://127.0.0.1:11333" (its normal worker). While '
            "it does not answer, mail comes in without its verdict."
        ),
    ] = None
    timeout: Annotated[float, Meta(gt=0, le=30, description="How long to wait for rspamd's verdict, in seconds.")] = 3.0
    actions: Annotated[
        tuple[str, ...],
        Meta(
            description='The actions of rspamd that mean spam. "greylist" and "soft reject" mean that it is not sure.'
        ),
    ] = _DEFAULT.spam_actions
    open_records: Annotated[
        bool,
        Meta(description='Whether spam opens records all the same, tagged "spam". It is not answered either way.'),
    ] = _DEFAULT.spam_opens


def problems(spam: SpamSettings) -> Iterator[str]:
    """What is wrong with settings that are each well-formed, as sentences."""
    for name in spam.headers:
        if name.lower() not in KNOWN_FIELDS:
            yield f"[spam] headers: the desk cannot read '{name}'; it knows {', '.join(KNOWN_FIELDS)}."
    if spam.rspamd_url is not None and not spam.rspamd_url.startswith(("http://", "https://")):
        yield f"[spam] rspamd_url: '{spam.rspamd_url}' is no URL: it begins with http:// (or https://)."
    for action in spam.actions:
        if action.lower() not in ACTIONS:
            yield f"[spam] actions: rspamd has no action '{action}'; it has {', '.join(ACTIONS)}."


ACTIONS = (
    "no action",
    "greylist",
    "soft reject",
    "add header",
    "rewrite subject",
    "quarantine",
    "discard",
    "reject",
)
"""Those of rspamd's documentation, the mildest first."""
