"""Who has stopped the weekly digest. A ticket that stands in the digest itself asks for it: no matter of trust.

It is kept in the policy: a new configuration keeps it for everybody who still is to get the digest by it.
"""

from msgspec.structs import replace

from correlate.effects import PolicyChanged
from correlate.policy import Policy
from correlate.records import Reason
from correlate.turn import Turn
from ingest.event import Command

STOP, RESUME = "digest-stop", "digest-resume"


def digest_command(turn: Turn, command: Command) -> bool:
    """Stop or resume the digest for the actor; False where the action is no such one."""
    if command.action not in (STOP, RESUME):
        return False
    address = command.actor.lower()
    stopped = turn.policy.digest_stopped
    without = tuple(known for known in stopped if known != address)
    if command.action == RESUME:
        wanted, done = without, "resumed"
    else:
        wanted, done = (*without, address) if address in turn.policy.problem_managers else stopped, "stopped"
    reason = Reason("digest subscription", {"address": address, "done": done})
    policy = replace(turn.policy, digest_stopped=wanted)
    turn.effects.append(PolicyChanged(cause=turn.cause, at=turn.at, reason=reason, policy=policy))
    return True


def kept(policy: Policy, before: Policy) -> Policy:
    """A new configuration with what people have stopped before."""
    stopped = tuple(address for address in before.digest_stopped if address in policy.problem_managers)
    return replace(policy, digest_stopped=stopped) if stopped else policy
