"""Time passes at a company: what breaks, what monitoring posts, what people write, and which of it is one trouble."""

import math
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from bench.worlds.company import SYMPTOMS, Company, Site, load
from bench.worlds.posts import address, body, mail, z
from bench.worlds.writing import Writer

KINDS = ("outage", "week", "flap", "doubled")
START = datetime(2026, 3, 2, tzinfo=UTC)
_APART = timedelta(hours=1)
_AFTER_THE_END = timedelta(minutes=30)
_OWN_APART = timedelta(hours=6)
"""Two who write the very same sentence sooner than this have one trouble, to anybody who reads it."""
_REPEATS = {"generic": timedelta(minutes=15), "uptime_kuma": timedelta(minutes=45)}


class World:
    """`lines` are the inputs in order; `truth` says of each what it is about ("I3", "P1", "noise/…")."""

    def __init__(self, name: str, kind: str, seed: int) -> None:
        self._random = Random(f"{name}/{kind}/{seed}")
        self._company: Company = load(name, self._random)
        self._writer = Writer(self._company, self._random)
        self._kind = kind
        self._mails_a_day, self._chatter_a_day = (90 if kind == "outage" else 30), 8
        self._rows: list[tuple[datetime, int, dict[str, Any], str, dict[str, Any] | None]] = []
        self._ill: list[tuple[datetime, datetime, frozenset[str]]] = []
        self._old: list[tuple[str, str, str, datetime]] = []
        self._blank: set[str] = set()
        """Mails of which nobody could say what they are about."""
        self._faults: list[tuple[datetime, datetime]] = []
        self._own: dict[str, datetime] = {}
        self.services = self._company.services_toml(self._random)
        self.days = self.days_of(kind)
        self.incidents: list[dict[str, Any]] = []
        self.problems: list[dict[str, Any]] = []
        self.changes_blamed: list[str] = []
        self._live()
        self._rows = [(*row[:3], self._knowable(row[3], row[0], row[4]), row[4]) for row in self._rows]
        self._rows.sort(key=lambda row: row[:2])
        self.lines = [row[2] for row in self._rows]

    def truth(self) -> dict[str, Any]:
        mails = [{"line": at, **row[4]} for at, row in enumerate(self._rows) if row[4] is not None]
        return {
            "scenario": self._kind,
            "days": self.days,
            "start": z(START),
            "end": z(START + timedelta(days=self.days)),
            "inputs": [[at, 0, row[3]] for at, row in enumerate(self._rows)],
            "incidents": self.incidents,
            "problems": self.problems,
            "changes_blamed": self.changes_blamed,
            "mails": mails,
        }

    def _knowable(self, label: str, at: datetime, about: dict[str, Any] | None) -> str:
        """A mail of which nobody could say what it is about is about an outage where there is one, else about none."""
        if about is None or about["message_id"] not in self._blank:
            return label
        going_on = sum(since <= at <= until + _AFTER_THE_END for since, until in self._faults)
        return label if going_on <= 1 else "noise/blank"

    @staticmethod
    def days_of(kind: str) -> int:
        """How long days of a kind last."""
        return 1 if kind == "outage" else 3

    # --- what happens ---

    def _live(self) -> None:
        random = self._random
        self._daily()
        if self._kind == "outage":
            hour = 7.5
            for index in range(4):
                hour += random.uniform(0.3, 1.6)
                self._fault(
                    START + timedelta(hours=hour),
                    minutes=random.uniform(60, 190),
                    crowd=random.uniform(30, 75),
                    seen=index != 2,
                )
            return
        for _ in range(18):
            day, hour = (
                random.randrange(self.days),
                random.uniform(6, 18) if random.random() < 0.8 else random.uniform(0, 23),
            )
            self._fault(
                START + timedelta(days=day, hours=hour),
                minutes=10 + random.lognormvariate(3.3, 0.7),
                crowd=random.choice((0, 1, 3, 6, 10)),
                seen=random.random() < 0.9,
            )

    def _fault(self, start: datetime, *, minutes: float, crowd: float, seen: bool) -> None:
        random, sites = self._random, self._company.sites
        felt = [name for name, site in sites.items() if site.users]
        flapping = self._kind == "flap" and random.random() < 0.5
        if flapping:
            minutes = max(minutes, random.uniform(60, 300))
        end = min(start + timedelta(minutes=minutes), START + timedelta(days=self.days, minutes=-5))
        label, kind = f"I{len(self.incidents):04d}", random.choice(SYMPTOMS)
        for _ in range(40):
            root = sites[random.choice(felt if not seen or random.random() < 0.55 else list(sites))]
            suffering = self._spread(root, start, end)
            if not any(
                suffering.keys() & others for since, until, others in self._ill if since < end and start < until
            ):
                break
        else:
            return  # two troubles of one service at a time are not two to anybody
        self._ill.append((start - _APART, end + _APART, frozenset(suffering)))
        told = [
            over
            for site, since in suffering.items()
            if seen
            for over in self._alerts(sites[site], kind, label, since, end, flapping)
        ]
        writing = [name for name in suffering if sites[name].users]
        if writing and crowd:
            self._complaints(label, kind, {name: suffering[name] for name in writing}, end, crowd)
        self._faults.append((start, end))
        if any(row[3] == label for row in self._rows):
            self.incidents.append(
                {
                    "id": label,
                    "family": label,
                    "service": root.name,
                    "start": z(start),
                    "end": z(end),
                    "cause": "independent",
                    "change": None,
                    "visible": seen,
                    "resolved": sum(told) / len(told) if told else 0.0,
                }
            )

    def _spread(self, root: Site, start: datetime, end: datetime) -> dict[str, datetime]:
        suffering, edge = {root.name: start}, [root.name]
        while edge:
            below = edge.pop(0)
            for site in self._company.sites.values():
                if below in site.depends_on and site.name not in suffering and self._random.random() < 0.5:
                    since = suffering[below] + timedelta(seconds=15 + self._random.expovariate(1 / 100))
                    if since < end:
                        suffering[site.name] = since
                        edge.append(site.name)
        return suffering

    def _alerts(
        self,
        site: Site,
        kind: str,
        label: str,
        since: datetime,
        end: datetime,
        flapping: bool,
        only: str | None = None,
    ) -> Iterator[bool]:
        """Whether it is said to be over, of each condition. `only`: the one host that shows it."""
        random = self._random
        if only is None and random.random() > 0.85:
            return
        for tool in site.tools[: random.randint(1, 2)]:
            for host in [only] if only else random.sample(site.hosts, random.randint(1, len(site.hosts))):
                began = since + timedelta(seconds=random.expovariate(1 / 60))
                severity, n = random.choice(("critical", "critical", "warning")), random.randint(2, 9)
                post = (site, tool, host, kind, severity, n)
                if flapping:
                    while began < end:
                        over = began + timedelta(minutes=random.uniform(1.5, 7))
                        self._post(label, began, began, None, *post)
                        self._post(label, over, began, over, *post)
                        began = over + timedelta(minutes=random.uniform(1.5, 8))
                    yield True
                elif began < end:
                    yield self._condition(label, began, end, post)
                if tool == "uptime_kuma":
                    break

    def _condition(
        self, label: str, began: datetime, end: datetime, post: tuple[Site, str, str, str, str, int]
    ) -> bool:
        told = began
        while told < end:
            self._post(label, told, began, None, *post)
            told += _REPEATS.get(post[1], timedelta(hours=4))
        over = end + timedelta(seconds=self._random.expovariate(1 / 60))
        resolved = self._random.random() < 0.93
        if resolved:
            self._post(label, over, began, over, *post)
        return resolved

    def _post(
        self,
        label: str,
        at: datetime,
        began: datetime,
        ended: datetime | None,
        site: Site,
        tool: str,
        host: str,
        kind: str,
        severity: str,
        n: int,
    ) -> None:
        content = body(tool, site.name, self._company.domain, host, kind, severity, n, began, ended)
        heard = at + timedelta(seconds=self._random.uniform(1, 25))
        times = 2 if self._kind == "doubled" and self._random.random() < 0.25 else 1
        for turn in range(times):
            self._put(heard + timedelta(seconds=turn * 2), {"kind": "webhook", "tool": tool, "body": content}, label)

    # --- what people write ---

    def _complaints(self, label: str, kind: str, sites: dict[str, datetime], end: datetime, crowd: float) -> None:
        random, company = self._random, self._company
        names = list(sites)
        weights = [company.sites[name].users for name in names]
        written: list[tuple[datetime, str, str, str, str]] = []
        for person, language in random.sample(company.people, min(90, self._poisson(crowd))):
            name = random.choices(names, weights)[0]
            at = sites[name] + timedelta(minutes=1 + random.expovariate(1 / 22))
            if random.random() < 0.05:
                at += timedelta(minutes=random.uniform(30, 120))
            elif at > end:
                continue
            draw = random.random()
            before = [mail for mail in written if mail[0] < at]
            if draw < 0.15 and before:
                _, ident, subject, writer, said = random.choice(before)
                text = (
                    f"{self._writer.echo(language)}\n\n{person}\n\nOn {at:%d.%m.%Y}, {writer} wrote:\n> "
                    + said.replace("\n", "\n> ")
                )
                echo = self._mail(label, person, f"Re: {subject}", text, at, reply_to=ident, form="echo")
                self._blank |= {echo} if ident in self._blank else set()
                continue
            form = "vague" if draw < 0.20 else "late" if at - sites[name] > timedelta(hours=1) else "new"
            blank = form == "vague"
            if blank:
                subject, text = self._writer.vague(language)
            else:
                subject, text = self._writer.complaint(company.sites[name], kind, language, sites[name], at)
            old = [mail for mail in self._old if mail[2] == person and mail[3] < at]
            text = self._writer.signed(person, language, text)
            if old and random.random() < 0.3:
                ident = self._mail(label, person, f"Re: {old[0][1]}", text, at, reply_to=old[0][0], form="old thread")
            else:
                spellings = (name, name.replace("-", " "))
                called = any(spelled in f"{subject} {text}".lower() for spelled in spellings)
                form += "" if form == "vague" else " named" if called else " unnamed"
                ident = self._mail(label, person, subject, text, at, form=form)
                written.append((at, ident, subject, person, text))
            if blank:
                self._blank.add(ident)
            if random.random() < 0.05 and at + timedelta(minutes=25) < end:
                asked = self._mail(
                    label,
                    person,
                    f"Re: {subject}",
                    self._writer.status(language),
                    at + timedelta(minutes=25),
                    reply_to=ident,
                    form="status",
                )
                self._blank |= {asked} if blank else set()

    def _daily(self) -> None:
        random, company = self._random, self._company
        for day in range(self.days):
            for _ in range(self._mails_a_day):
                at = START + timedelta(days=day, hours=min(23.0, max(0.0, random.gauss(11, 3.2))))
                person, language = random.choice(company.people)
                draw = random.random()
                own = self._own_trouble(language, at) if draw < 0.14 else None
                if own is not None:
                    subject, text = own
                    label = f"P{len([i for i in self.incidents if i['id'][0] == 'P']):04d}"
                    self.incidents.append(
                        {
                            "id": label,
                            "family": label,
                            "service": None,
                            "start": z(at),
                            "end": z(at + timedelta(hours=4)),
                            "cause": "own",
                            "change": None,
                            "visible": False,
                            "resolved": 0.0,
                        }
                    )
                elif 0.14 <= draw < 0.22:
                    self._outsider(at)
                    continue
                else:
                    kind = "request" if draw < 0.75 else "question"
                    label = f"noise/{kind}"
                    subject, text = self._writer.errand(kind, language)
                ident = self._mail(label, person, subject, self._writer.signed(person, language, text), at)
                self._old.append((ident, subject, person, at))
            for _ in range(self._chatter_a_day):
                self._chatter(START + timedelta(days=day, hours=random.uniform(0, 23)))

    def _own_trouble(self, language: str, at: datetime) -> tuple[str, str] | None:
        for _ in range(20):
            subject, text = self._writer.own_trouble(language)
            if text not in self._own or abs(at - self._own[text]) > _OWN_APART:
                self._own[text] = at
                return subject, text
        return None

    def _outsider(self, at: datetime) -> None:
        site = self._random.choice([s for s in self._company.sites.values() if s.users])
        language = self._random.choice(list(self._company.languages))
        subject, text = self._writer.complaint(site, self._random.choice(SYMPTOMS), language, at, at)
        name = f"Buyer{self._random.randrange(100)} Smithee"
        self._mail(
            "noise/outsider", name, subject, self._writer.signed(name, language, text), at, domain="customer.example"
        )

    def _chatter(self, at: datetime) -> None:
        site = self._random.choice(list(self._company.sites.values()))
        post = (site, site.tools[0], site.hosts[0], "noise", "warning", self._random.randint(1, 9))
        self._post("noise/chatter", at, at, None, *post)
        over = at + timedelta(seconds=self._random.uniform(30, 200))
        self._post("noise/chatter", over, at, over, *post)

    def _mail(
        self,
        label: str,
        person: str,
        subject: str,
        text: str,
        at: datetime,
        *,
        reply_to: str | None = None,
        domain: str | None = None,
        form: str = "new",
    ) -> str:
        sender = address(person, domain or self._company.domain)
        ident = f"{self._random.getrandbits(60):x}@{domain or self._company.domain}"
        times = 2 if self._kind == "doubled" and self._random.random() < 0.15 else 1
        for turn in range(times):
            raw = mail(
                self._random,
                sender=sender,
                name=person,
                to=self._company.desk if not turn else f"sd2@{self._company.domain}",
                subject=subject,
                text=text,
                at=at,
                ident=ident,
                reply_to=reply_to,
            )
            when = at + timedelta(seconds=3 * turn)
            self._put(
                when,
                {"kind": "mail", "raw": raw},
                label,
                {"from": sender, "message_id": ident, "person": True, "at": z(when), "form": form},
            )
        return ident

    def _put(self, at: datetime, line: dict[str, Any], label: str, about: dict[str, Any] | None = None) -> None:
        if at < START + timedelta(days=self.days):
            self._rows.append((at, len(self._rows), {"at": z(at), **line}, label, about))

    def _poisson(self, mean: float) -> int:
        limit, count, product = math.exp(-mean), 0, self._random.random()
        while product > limit:
            count += 1
            product *= self._random.random()
        return count
