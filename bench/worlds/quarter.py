"""Thirteen weeks of a company, with causes that bring trouble again or (`null`) with chance alone."""

from collections import defaultdict
from datetime import timedelta
from typing import Any

from bench.worlds.causes import Deploy, Fault, Plan
from bench.worlds.company import SYMPTOMS
from bench.worlds.posts import z
from bench.worlds.world import START, World

KINDS = ("quarter", "null")
_WEEKS = 13


class Quarter(World):
    """Like any world, longer and quieter. In the truth each service that fails with others is an incident of its own;
    those of one time are a family."""

    @staticmethod
    def days_of(_: str) -> int:
        return 7 * _WEEKS

    def _live(self) -> None:
        self._mails_a_day, self._chatter_a_day = 4, 4
        self._daily()
        plan = Plan(self._company, self._random, START, self.days, planted=self._kind == "quarter")
        for deploy in plan.deploys:
            self._deploy(deploy)
        caused: dict[str, list[str]] = defaultdict(list)
        for fault in plan.faults:
            happened = self._happens(fault)
            caused[fault.cause] += happened
            if happened and fault.change:
                self.changes_blamed.append(fault.change)
        for cause in plan.causes:
            members = caused[cause.id]
            if members:
                changes = [f.change for f in cause.faults if f.change]
                self.problems.append(
                    {"id": cause.id, "kind": cause.kind, "claims": list(cause.claims), "service": cause.site,
                     "cause": cause.kind, "incidents": members, "changes": changes}
                )  # fmt: skip

    def _deploy(self, deploy: Deploy) -> None:
        said: dict[str, Any] = {
            "kind": "change", "id": deploy.id, "service": deploy.site, "title": f"Release of {deploy.site}",
            "start": z(deploy.at), "end": z(deploy.at + timedelta(minutes=10)),
        }  # fmt: skip
        self._put(deploy.at, said, "noise/change")

    def _happens(self, fault: Fault) -> list[str]:
        """What is seen of a fault; the ids of its incidents, none where nobody and nothing noticed it."""
        random, sites = self._random, self._company.sites
        end = min(fault.at + timedelta(minutes=fault.minutes), START + timedelta(days=self.days, minutes=-5))
        kind = fault.symptom or random.choice(SYMPTOMS)
        family, ids = f"I{len(self.incidents):04d}", []
        for name in (fault.site, *fault.others):
            label, before = f"I{len(self.incidents):04d}", len(self._rows)
            begin = fault.at + timedelta(seconds=0 if name == fault.site else random.uniform(5, 90))
            suffering = self._spread(sites[name], begin, end)
            told = [
                over
                for site, since in suffering.items()
                if fault.seen
                for over in self._alerts(
                    sites[site], kind, label, since, end, flapping=False, only=fault.host if site == name else None
                )
            ]
            writing = {site: since for site, since in suffering.items() if sites[site].users}
            if writing and fault.crowd:
                self._complaints(label, kind, writing, end, fault.crowd)
            self._faults.append((begin, end))
            if len(self._rows) > before:
                ids.append(label)
                self.incidents.append(
                    {"id": label, "family": family, "service": name, "start": z(begin), "end": z(end),
                     "cause": fault.cause, "change": fault.change, "visible": fault.seen,
                     "resolved": sum(told) / len(told) if told else 0.0}
                )  # fmt: skip
        return ids
