"""A company read from its file: services, what people call them, hosts, people, and the languages they write in."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

HERE = Path(__file__).parent
LANGUAGES = {path.stem: tomllib.loads(path.read_text("utf-8")) for path in sorted((HERE / "phrases").glob("*.toml"))}
SYMPTOMS = ("slow", "error", "down", "stale", "cut", "login")
_NEEDS = {"infra": ("infra",), "data": ("infra",), "app": ("data", "data", "infra", "app"), "edge": ("infra", "data")}


@dataclass
class Site:
    """A service. `said` is what people call it besides its name, by language; `texts` what they write of it."""

    name: str
    tier: str
    users: int
    said: dict[str, list[str]]
    texts: list[tuple[str, str, str]]
    hosts: list[str]
    tools: list[str]
    depends_on: list[str] = field(default_factory=list)


@dataclass
class Company:
    name: str
    domain: str
    desk: str
    languages: dict[str, int]
    places: list[str]
    sites: dict[str, Site]
    people: list[tuple[str, str]]
    own_texts: list[tuple[str, str, str]]
    phrases: dict[str, dict[str, list[Any]]]
    """Language to what people of this company say there: a part of what could be said."""

    def services_toml(self, random: Random) -> str:
        """What its desk knows, neither quite complete nor wrong."""
        rows = []
        for site in self.sites.values():
            bare = sorted({host.partition(".")[0].rstrip("0123456789") for host in site.hosts})
            # Some write a pattern, some write down every host, with its domain or without.
            globs = [f"{stem}*" for stem in bare] if bare != ["srv"] and random.random() < 0.7 else list(site.hosts)
            known = [] if random.random() < 0.12 else [*globs, f"https://{site.name}.{self.domain}*"]
            needed = [name for name in site.depends_on if random.random() < 0.93]
            rows += [
                "[[service]]",
                f'name = "{site.name}"',
                f"criticality = {random.randint(1, 4)}",
                f'owner = "{site.tier}@{self.domain}"',
                f"depends_on = {needed!r}".replace("'", '"'),
                f"resources = {known!r}".replace("'", '"'),
                "",
            ]
        return "\n".join(rows)


def names() -> list[str]:
    """The companies there are."""
    return sorted(path.stem for path in (HERE / "companies").glob("*.toml"))


def load(name: str, random: Random) -> Company:
    """The company with dependencies, hosts and habits of speech as chance gives them."""
    data = tomllib.loads((HERE / "companies" / f"{name}.toml").read_text("utf-8"))
    sites: dict[str, Site] = {}
    serial = random.randrange(100, 900)
    for row in data["service"]:
        count = random.randint(1, 3)
        hosts = []
        for n in range(1, count + 1):
            serial += random.randint(1, 9)
            hosts.append(
                data["hosts"].format(
                    stem=row.get("stem", "x"), n=n, serial=serial, hash=f"{random.getrandbits(20):05x}"
                )
            )
        site = Site(
            row["name"],
            row["tier"],
            row.get("users", 0),
            row.get("said", {}),
            [tuple(text) for text in row.get("texts", [])],
            hosts,
            random.sample(data["tools"], random.randint(1, 3)),
        )
        pool = [s.name for tier in _NEEDS[site.tier] for s in sites.values() if s.tier == tier]
        wanted = random.randint(1, 3) if site.tier != "infra" else random.randint(0, 1)
        site.depends_on = sorted({random.choice(pool) for _ in range(wanted)} - {site.name}) if pool else []
        sites[site.name] = site
    weighted = [language for language, weight in data["languages"].items() for _ in range(weight)]
    everybody = [f"{first} {last}" for first in data["first"] for last in data["last"]]
    people = [(person, random.choice(weighted)) for person in random.sample(everybody, 110)]
    return Company(
        name,
        data["domain"],
        data["desk"],
        data["languages"],
        data["places"],
        sites,
        people,
        [tuple(text) for text in data["own_texts"]],
        {language: _habits(LANGUAGES[language], random) for language in data["languages"]},
    )


def _habits(phrases: dict[str, list[Any]], random: Random) -> dict[str, list[Any]]:
    """Two thirds of what could be said of each symptom, and at least two ways."""
    return {
        kind: random.sample(texts, max(2, len(texts) * 2 // 3)) if kind in SYMPTOMS else texts
        for kind, texts in phrases.items()
    }
