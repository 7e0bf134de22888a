"""What a person of a company writes: of what they see, in their language, in their own words."""

from datetime import datetime, timedelta
from random import Random

from bench.worlds.company import Company, Site

_CODES = ("E-77", "0xC0FF", "HTTP 504", "SQLSTATE 08006", "ORA-03113", "code 9")
_SHOWS_URL, _SHOWS_NAME, _SHOWS_WORDS = 0.08, 0.55, 0.72


class Writer:
    """Texts of one company. Every method gives (subject, text)."""

    def __init__(self, company: Company, random: Random) -> None:
        self._company, self._random = company, random

    def complaint(self, site: Site, kind: str, language: str, began: datetime, at: datetime) -> tuple[str, str]:
        """Of a service in trouble."""
        random, phrases = self._random, self._company.phrases[language]
        own = [text[1:] for text in site.texts if text[0] == language]
        subject, text = random.choice(own or phrases[kind])
        called = self.called(site, language)
        subject, text = self._fill(subject, called, began), self._fill(text, called, began)
        if random.random() < 0.1:
            subject = random.choice(phrases["vague"])[0]
        if at - began > timedelta(hours=1) and random.random() < 0.5:
            text = f"{self._fill(random.choice(phrases['late']), called, began)} {text}"
        return subject, self._typo(f"{text} {self._fill(random.choice(phrases['extra']), called, began)}".strip())

    def vague(self, language: str) -> tuple[str, str]:
        subject, text = self._random.choice(self._company.phrases[language]["vague"])
        return subject, text

    def echo(self, language: str) -> str:
        return self._fill(self._random.choice(self._company.phrases[language]["echo"]), "", None)

    def status(self, language: str) -> str:
        return str(self._random.choice(self._company.phrases[language]["status"]))

    def own_trouble(self, language: str) -> tuple[str, str]:
        mine = [text[1:] for text in self._company.own_texts if text[0] == language]
        subject, text = self._random.choice([*mine, *self._company.phrases[language]["own"]])
        return subject, text

    def errand(self, kind: str, language: str) -> tuple[str, str]:
        """A request or a question, often of a service that is well."""
        subject, text = self._random.choice(self._company.phrases[language][kind])
        called = self.called(self._random.choice([s for s in self._company.sites.values() if s.users]), language)
        return self._fill(subject, called, None), self._fill(text, called, None)

    def signed(self, person: str, language: str, text: str) -> str:
        random, phrases = self._random, self._company.phrases[language]
        closing = random.choice(phrases["closings"]).format(name=person, first=person.split(maxsplit=1)[0])
        parts = [random.choice(phrases["greetings"]), text, closing]
        if random.random() < 0.15:
            parts.append(f"-- \n{person}\n{self._company.name.title()} | {random.choice(self._company.places)}")
        return "\n\n".join(part for part in parts if part)

    def called(self, site: Site, language: str) -> str:
        """The service's name in one of its spellings, its address, or what people call it."""
        random, draw = self._random, self._random.random()
        if draw < _SHOWS_URL:
            return f"https://{site.name}.{self._company.domain}"
        spoken = site.said.get(language)
        if draw < _SHOWS_NAME or not spoken:
            return random.choice((site.name, site.name, site.name.replace("-", " "), site.name.title()))
        if draw < _SHOWS_WORDS:
            return site.name.replace("-", " ").upper() if random.random() < 0.3 else site.name.replace("-", " ")
        return random.choice(spoken)

    def _fill(self, text: str, called: str, began: datetime | None) -> str:
        random = self._random
        when = began.strftime("%H:%M") if began else ""
        other = random.choice(self._company.people)[0]
        place = random.choice(self._company.places)
        return text.format(s=called, code=random.choice(_CODES), place=place, time=when, other=other)

    def _typo(self, text: str) -> str:
        if self._random.random() > 0.15 or len(text) < 20:
            return text
        at = self._random.randrange(3, len(text) - 2)
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
