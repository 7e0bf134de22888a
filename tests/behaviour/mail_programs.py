"""How mail programs put mails into conversations: by references (Zawinski's algorithm, RFC 5256 REFERENCES) and by
subject, which Gmail and Outlook ask for as well."""

import itertools
import re
from collections.abc import Iterable, Sequence
from email.message import EmailMessage

_BLOB = re.compile(r"\[[^\[\]]*\]\s*")
_LEADER = re.compile(r"(?:\[[^\[\]]*\]\s*)*(?:re|fw|fwd)\s*(?:\[[^\[\]]*\]\s*)?:\s*", re.IGNORECASE)


def base_subject(subject: str) -> str:
    """The base subject of RFC 5256, 2.1 (without its rules for trailers, which no mail here has)."""
    subject = " ".join(subject.split())
    while True:
        shorter = _LEADER.sub("", subject, count=1)
        blob = _BLOB.match(shorter)
        if blob and shorter[blob.end() :]:
            shorter = shorter[blob.end() :]
        if shorter == subject:
            return subject
        subject = shorter


def threads(mails: Iterable[EmailMessage]) -> list[set[str]]:
    """Message-IDs by thread, as https://www.jwz.org/doc/threading.html has it in its first four steps."""
    parent: dict[str, str | None] = {}
    real: list[str] = []

    def above(name: str, other: str) -> bool:
        step: str | None = name
        while step is not None:
            if step == other:
                return True
            step = parent.get(step)
        return False

    for mail in mails:
        name, chain = _ids(str(mail["Message-ID"]))[0], _chain(mail)
        for older, newer in itertools.pairwise(chain):
            parent.setdefault(older, None)
            if parent.setdefault(newer, None) is None and not above(older, newer):
                parent[newer] = older
        if chain:
            parent.setdefault(chain[-1], None)
            parent[name] = chain[-1] if not above(chain[-1], name) else parent.get(name)
        parent.setdefault(name, None)
        real.append(name)
    found: dict[str, set[str]] = {}
    for name in real:
        root = name
        while (up := parent[root]) is not None:
            root = up
        found.setdefault(root, set()).add(name)
    return list(found.values())


def conversations(mails: Sequence[EmailMessage]) -> int:
    """How many conversations a program shows that goes by references and subject."""
    subjects = {_ids(str(mail["Message-ID"]))[0]: base_subject(str(mail["Subject"])) for mail in mails}
    return len({(number, subjects[name]) for number, thread in enumerate(threads(mails)) for name in thread})


def _chain(mail: EmailMessage) -> list[str]:
    return list(dict.fromkeys(_ids(str(mail["References"] or "")) or _ids(str(mail["In-Reply-To"] or ""))))


def _ids(text: str) -> list[str]:
    return re.findall(r"<([^<>\s]+)>", text)
