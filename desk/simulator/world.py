"""Time passes at the company: faults come, spread along dependencies, are seen by monitoring and felt by people.

`World(seed).past(start, end)` gives every input of that time in order, in the JSON shape that `desk replay` reads.
The same seed gives the same inputs. With `planted=False` every fault is independent of every other.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from desk.simulator.company import PEOPLE, SITES, Site
from desk.simulator.posts import alert_body, newsletter, out_of_office, person_mail
from desk.simulator.words import CLOSINGS, COMPLAINTS, NEWSLETTERS, PERSONAL, REQUESTS

BY_NAME = {site.name: site for site in SITES}
_WORKING_HOURS = range(7, 18)
_REPEAT = {"alertmanager": timedelta(hours=4), "grafana": timedelta(hours=4), "generic": timedelta(minutes=15)}


@dataclass(frozen=True)
class Fault:
    """Something broke at `site`. `cause` is "" for an accident, else the name of the recurring cause."""

    id: str
    site: str
    start: datetime
    end: datetime
    cause: str = ""
    change: str | None = None
    people: bool = True


class World:
    def __init__(self, seed: int = 7, *, planted: bool = True) -> None:
        self._random = Random(seed)  # noqa: S311 - a simulation, not a secret
        self._planted = planted
        self._serial = 0
        self.faults: list[Fault] = []
        self.origin: dict[int, str] = {}
        """Serial of an input to the id of the fault that it belongs to (absent: noise or one person's own trouble)."""

    # --- faults ---

    def past(self, start: datetime, end: datetime) -> list[dict[str, Any]]:
        """Every input from `start` to `end`, sorted by time; `serial` names an input in `origin`."""
        inputs: list[dict[str, Any]] = []
        self.faults = sorted(self._accidents(start, end), key=lambda fault: fault.start)
        if self._planted:
            planted, changes = self._causes(start, end)
            self.faults = sorted([*self.faults, *planted], key=lambda fault: fault.start)
            inputs += changes
        for fault in self.faults:
            inputs += self.symptoms(fault)
        inputs += self._daily_life(start, end)
        inputs.sort(key=lambda line: (line["at"], line["serial"]))
        return [line for line in inputs if _text(start) <= line["at"] < _text(end)]

    def _accidents(self, start: datetime, end: datetime) -> Iterator[Fault]:
        for site in SITES:
            at = start
            while True:
                at += timedelta(weeks=self._random.expovariate(site.faults_per_week))
                if at >= end:
                    break
                yield self._fault(site.name, at, f"A-{site.name}-{at:%m%d%H%M}")

    def _fault(self, site: str, at: datetime, name: str, *, cause: str = "", change: str | None = None) -> Fault:
        minutes = min(240.0, 8 + self._random.lognormvariate(3.2, 0.7))
        return Fault(name, site, at, at + timedelta(minutes=minutes), cause, change)

    def _causes(self, start: datetime, end: datetime) -> tuple[list[Fault], list[dict[str, Any]]]:
        """Four causes worth a problem record: a nightly job, wear, a bad deploy habit and a radio net that decays."""
        faults: list[Fault] = []
        changes: list[dict[str, Any]] = []
        days = (end - start).days
        for day in range(days):
            midnight = (start + timedelta(days=day)).replace(hour=0, minute=0, second=0, microsecond=0)
            if day >= days // 3:
                at = midnight + timedelta(hours=2, minutes=10, seconds=self._random.randrange(240))
                faults.append(
                    Fault(f"N-{day}", "storage", at, at + timedelta(minutes=18), "nightly snapshot", None, False)
                )
            if day % 5 == 2:
                at = midnight + timedelta(hours=10, minutes=self._random.randrange(240))
                changes.append(self._change("erp", at, day))
                if self._random.random() < 0.75:
                    broken = at + timedelta(minutes=4 + self._random.randrange(25))
                    faults.append(self._fault("erp", broken, f"C-{day}", cause="erp deploy", change=f"CHG-{day}"))
            elif day % 3 == 0:
                other = self._random.choice([site.name for site in SITES if site.name != "erp"])
                changes.append(self._change(other, midnight + timedelta(hours=9 + self._random.randrange(8)), day))
        at = start + timedelta(days=3)
        while at < end:
            faults.append(self._fault("print", at, f"W-{at:%m%d}", cause="spooler leaks memory"))
            at += timedelta(days=5 * self._random.uniform(0.85, 1.15))
        at = start + timedelta(days=days / 3)
        while at < end:
            share = (at - start) / (end - start)
            faults.append(self._fault("wifi", at, f"R-{at:%m%d%H%M}", cause="access points age"))
            at += timedelta(days=self._random.expovariate(0.25 + 1.1 * share**2))
        return faults, changes

    def _change(self, service: str, at: datetime, day: int) -> dict[str, Any]:
        return self._line(
            at - timedelta(hours=3),
            kind="change",
            id=f"CHG-{day}",
            service=service,
            title=f"Deploy {service} {self._random.randrange(2, 9)}.{self._random.randrange(20)}",
            start=_text(at),
            end=_text(at + timedelta(minutes=20)),
        )

    # --- what is seen and felt of a fault ---

    def symptoms(self, fault: Fault) -> list[dict[str, Any]]:
        """The alerts and mails that one fault brings about."""
        inputs: list[dict[str, Any]] = []
        suffering = self._spread(fault)
        for name, since in suffering.items():
            inputs += self._alerts(BY_NAME[name], fault, since)
        if fault.people:
            inputs += self._complaints(fault, suffering)
        for line in inputs:
            self.origin[line["serial"]] = fault.id
        return inputs

    def _spread(self, fault: Fault) -> dict[str, datetime]:
        """Who suffers, and since when: along the dependencies, each hop later and less surely than the one before."""
        suffering = {fault.site: fault.start}
        edge = [fault.site]
        while edge:
            below = edge.pop(0)
            for site in SITES:
                if below in site.depends_on and site.name not in suffering and self._random.random() < 0.45:
                    since = suffering[below] + timedelta(seconds=20 + self._random.expovariate(1 / 90))
                    if since < fault.end:
                        suffering[site.name] = since
                        edge.append(site.name)
        return suffering

    def _alerts(self, site: Site, fault: Fault, since: datetime) -> Iterator[dict[str, Any]]:
        hosts = [host for host in site.hosts if self._random.random() < 0.7] or [site.hosts[0]]
        if fault.cause == "nightly snapshot" and site.name == "storage":
            hosts = ["san-02"]
        checks = self._random.sample(site.checks, k=1 if fault.cause else self._random.randint(1, len(site.checks)))
        for host in hosts:
            for check in checks:
                began = since + timedelta(seconds=self._random.expovariate(1 / 60))
                if began < fault.end:
                    yield from self._condition(site, host, check, began, fault.end)

    def _condition(
        self, site: Site, host: str, check: tuple[str, str], began: datetime, end: datetime
    ) -> Iterator[dict[str, Any]]:
        over = end + timedelta(seconds=self._random.expovariate(1 / 60))
        told = began
        while told < over:
            yield self._webhook(site, told, alert_body(site, host, check, began, None))
            told += _REPEAT[site.tool]
        if site.tool != "generic" or self._random.random() < 0.9:
            yield self._webhook(site, over, alert_body(site, host, check, began, over))

    def _complaints(self, fault: Fault, suffering: dict[str, datetime]) -> Iterator[dict[str, Any]]:
        names = [name for name in suffering if name in COMPLAINTS]
        weights = [BY_NAME[name].users for name in names]
        minutes = (fault.end - fault.start).total_seconds() / 60
        expected = sum(weights) / 60 * min(2.5, minutes / 30) * (1.0 if fault.start.hour in _WORKING_HOURS else 0.1)
        for name, language in self._random.sample(PEOPLE, k=min(len(PEOPLE), self._poisson(expected))):
            service = self._random.choices(names, weights)[0]
            since = suffering[service] + timedelta(minutes=2 + self._random.expovariate(1 / 12))
            if since < fault.end:
                subject, text = self._in_language(COMPLAINTS[service], language)
                yield self._mail(name, subject, text, since)

    def _in_language(self, texts: tuple[tuple[str, str], ...], language: str) -> tuple[str, str]:
        """A text that suits the writer: people write English here unless a text in their own language is at hand."""
        foreign = {"de": "äöüß", "fr": "éèàçûî", "es": "áíóúñ¿"}
        own = [t for t in texts if language in foreign and any(c in foreign[language] for c in t[0] + t[1])]
        plain = [t for t in texts if not any(c in "äöüßéèàçûîáíóúñ¿" for c in t[0] + t[1])]
        return self._random.choice(own or plain or list(texts))

    @staticmethod
    def moment(line: dict[str, Any]) -> datetime:
        """When an input arrives."""
        return datetime.fromisoformat(line["at"])

    # --- everything else ---

    def _daily_life(self, start: datetime, end: datetime) -> Iterator[dict[str, Any]]:
        hour = start
        while hour < end:
            working = hour.weekday() < 5 and hour.hour in _WORKING_HOURS
            for _ in range(self._poisson(1.1 if working else 0.05)):
                yield self.errand(hour + timedelta(seconds=self._random.randrange(3600)))
            if self._random.random() < 0.06:
                yield self.noise(hour + timedelta(seconds=self._random.randrange(3600)))
            hour += timedelta(hours=1)

    def errand(self, at: datetime) -> dict[str, Any]:
        """One person's own trouble or wish."""
        name, language = self._random.choice(PEOPLE)
        subject, text = self._in_language(self._random.choice((PERSONAL, REQUESTS)), language)
        return self._mail(name, subject, text, at)

    def noise(self, at: datetime) -> dict[str, Any]:
        """A mail that nobody should act on."""
        self._serial += 1
        if self._random.random() < 0.6:
            raw = newsletter(*self._random.choice(NEWSLETTERS), at, serial=self._serial)
        else:
            back = timedelta(days=self._random.randint(2, 12))
            raw = out_of_office(self._random.choice(PEOPLE)[0], at, serial=self._serial, back=back)
        return self._line(at, kind="mail", raw=raw.decode("utf-8"))

    def _mail(self, name: str, subject: str, text: str, at: datetime) -> dict[str, Any]:
        closing = self._random.choice(CLOSINGS).format(name=name, first=name.split(maxsplit=1)[0])
        body = f"{text}\n\n{closing}" if closing else text
        raw = person_mail(name, subject, body, at, serial=self._serial + 1)
        return self._line(at, kind="mail", raw=raw.decode("utf-8"))

    def _webhook(self, site: Site, at: datetime, body: dict[str, Any]) -> dict[str, Any]:
        return self._line(at, kind="webhook", tool=site.tool, body=body)

    def _line(self, at: datetime, **fields: Any) -> dict[str, Any]:
        self._serial += 1
        return {"at": _text(at), **fields, "serial": self._serial}

    def _poisson(self, mean: float) -> int:
        """Knuth's method; the means here are small."""
        limit, count, product = math.exp(-mean), 0, self._random.random()
        while product > limit:
            count += 1
            product *= self._random.random()
        return count


def _text(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
