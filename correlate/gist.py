"""What a mail itself says: its new words without the lines that a house or a device puts under every mail."""

import re

from ingest.event import Mail

_FOOTER = re.compile(
    r"(?:consider|think of|think about|care for) (?:the|our) environment|before (?:you )?print"
    r"|(?:contains?|may contain|with|is|are) (?:privileged|confidential|proprietary)|intended recipient"
    r"|if you (?:are not|have received)|sent from my|get outlook for|gesendet von mein|von meinem .{1,40} gesendet"
    r"|vertrauliche? (?:information|inhalt)|umwelt|envoyé (?:de|depuis) mon|confidentiel|pensez à l.environnement"
    r"|enviado desde mi|información confidencial|medio ambiente",
    re.IGNORECASE,
)
_CLUES = ("nviron", "print", "onfiden", "ecipient", "eceived", "ent from", "esendet", "utlook", "ertraulich", "mwelt",
          "nvoyé", "nviado", "ambiente", "roprietary", "rivileged")  # fmt: skip
_STATUS = re.compile(
    r"(?:any )?(?:status|stand|statut|estado|état|etat|news|updates?|neuigkeiten|noticias|nouvelles|novità|nieuws)",
    re.IGNORECASE,
)
MAX_LINE = 400


def asks_for_status(words: str) -> bool:
    """Whether these words ask how things stand, and nothing else."""
    return _STATUS.fullmatch(words.strip().rstrip("?!. \xa0")) is not None


def own_words(mail: Mail) -> str:
    """The mail's new text without footers; the whole text where nothing is known to be new."""
    text = mail.new_text if mail.new_text is not None else mail.text or ""
    if not _has_clue(text):
        return text
    return "\n".join(line for line in text.split("\n") if not _is_footer(line))


def _is_footer(line: str) -> bool:
    # A cheap look first: patterns cost, and few lines have any of these words.
    return _has_clue(line) and _FOOTER.search(line[:MAX_LINE]) is not None


def _has_clue(text: str) -> bool:
    for clue in _CLUES:  # noqa: SIM110 - any() takes twice as long
        if clue in text:
            return True
    return False
