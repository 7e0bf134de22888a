"""What was odd about a mail, in a sentence for the people who read it."""

from typing import Final

_SENTENCES: Final = {
    "boundary-guessed": "its parts were not divided as it says; the dividing line was guessed",
    "multipart-without-parts": "it says that it has several parts, but has one",
    "header-line-broken": "a line of its header was broken",
    "header-ends-without-blank-line": "no empty line divided its header from its text",
    "too-many-parts": "it has more parts than are read",
    "nested-too-deep": "its parts are nested deeper than is read",
    "winmail-unwrapped": "its text or files came wrapped in a winmail.dat of Outlook",
    "winmail-unreadable": "it has a winmail.dat that could not be read",
}
_CHARSETS: Final = {
    "charset-wrong": "its characters are not in the set that it names ({}), and were read as UTF-8",
    "charset-missing": "it does not say how its characters are written; they were read as {}",
    "charset-guessed": "how its characters are written was guessed: {}",
    "charset-broken": "some of its characters are broken ({})",
}


def sentence_of(oddity: str) -> str:
    """What an item of `Mail.oddities` means; the item itself where no words are known."""
    kind, colon, detail = oddity.partition(":")
    if colon and kind in _CHARSETS:
        return _CHARSETS[kind].format(" ".join(detail.split())[:60])
    return _SENTENCES.get(oddity, oddity)
