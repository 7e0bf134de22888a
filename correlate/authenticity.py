"""Who wrote a mail, and how far that is proven: what a verified agent may do by mail, nobody else may."""

from collections.abc import Mapping

from msgspec.structs import replace

from correlate.records import Reason
from ingest.event import Mail

_REASONS: Mapping[str, Reason] = {
    reason.rule: reason
    for reason in (
        Reason("dmarc passed"),
        Reason("dkim passed"),
        Reason("spf passed"),
        Reason("no server is believed"),
        Reason("no results"),
        Reason("came past the mail server"),
        Reason("results cannot be read"),
        Reason("results of another server"),
        Reason("not one sender"),
        Reason("dmarc failed"),
        Reason("nothing proves the sender"),
    )
}
"""What `ingest.authentication` finds."""
_UNKNOWN = Reason("no results")


def verified(mail: Mail) -> bool:
    """Whether the sender is proven by what our own mail servers found."""
    return mail.authentication is not None and mail.authentication.verified


def disproved(mail: Mail) -> bool:
    """Whether our own mail servers found that the sender's domain disowns it: more than that nothing proves it."""
    return mail.authentication is not None and mail.authentication.rule == "dmarc failed"


def proof_of(mail: Mail) -> Reason:
    """Why the sender counts as verified, or why not."""
    found = mail.authentication
    if found is None:
        return _UNKNOWN
    return replace(_REASONS[found.rule], evidence={"domain": found.domain, "server": found.server})
