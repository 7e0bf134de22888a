"""A week at Fernhill Foods as the tests of learning tell it: what people write about tools that only this company has,
and an agent who corrects what the desk took them for."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from tests.behaviour.harness import Desk

_TOOLS = {
    "Kestrel": ("business application", "booking", "goods receipt"),
    "Moorhen": ("printing", "pallet tags", "crate tags"),
    "Orchard": ("files", "recipe folder", "supplier folder"),
    "Lantern": ("remote access", "home connection", "hotel connection"),
}
"""Names that say nothing to outsiders, with the category that they belong to at Fernhill."""
_ASK = (
    "{tool} does not take my {thing} since this morning, it only shows a grey page.",
    "I cannot finish the {thing}: {tool} stops halfway. Two colleagues have the same.",
    "{tool} again. The {thing} is stuck and the shift begins in an hour.",
    "Could somebody look at {tool}? My {thing} went missing after lunch.",
    "After the weekend {tool} refuses every {thing} that I try.",
    "{tool} says error 17 for the {thing} of line four.",
    "Please help with {tool}, the {thing} hangs and nothing moves.",
    "My {thing} in {tool} looks wrong today, half of it is empty.",
)
WORDS = ("north", "south", "harbour", "mill", "garden", "tower", "river", "bridge", "summit", "valley")


def mails(of: Iterable[int]) -> Iterator[tuple[str, str, str, str]]:
    """Sender, subject, text and the right category of some mails; each number gives another one."""
    tools = list(_TOOLS.items())
    for number in of:
        tool, (category, *things) = tools[number % len(tools)]
        ask = _ASK[number // len(tools) % len(_ASK)]
        thing = things[number % 2]
        place = WORDS[number % len(WORDS)], WORDS[number // len(WORDS) % len(WORDS)]
        text = f"{ask.format(tool=tool, thing=thing)} We are in the {place[0]} building, {place[1]} side."
        yield f"p{number}@fernhill.example", f"{tool}: {thing} ({place[0]} {place[1]})", text, category


def work(desk: Desk, agent: str, of: Iterable[int], says: str | None = None) -> list[str]:
    """Mails come, the agent corrects each category that is wrong (or files everything under `says`) and resolves it.

    Returns the numbers of the records.
    """
    numbers = []
    for sender, subject, text, category in mails(of):
        desk.mail(sender, subject, text)
        number = _newest(desk)
        right = says or category
        if desk.record(number).category != right:
            desk.command("set", agent, number, field="category", value=right)
        desk.command("resolve", agent, number, resolution="Restarted it.")
        desk.advance(timedelta(hours=2))
        desk.take_mail()
        numbers.append(number)
    return numbers


def right(desk: Desk, of: Iterable[int]) -> float:
    """The share of mails whose category the desk gets right by itself or proposes; nobody corrects anything."""
    hits = []
    for sender, subject, text, category in mails(of):
        desk.mail(sender, subject, text)
        number = _newest(desk)
        hits.append(desk.record(number).category == category)
        desk.command("resolve", "kim", number, resolution="It went away.")
        desk.advance(timedelta(hours=2))
        desk.take_mail()
    return sum(hits) / len(hits)


def _newest(desk: Desk) -> str:
    """The number of the record that was opened last."""
    return max(desk.records(), key=lambda record: record.opened_by).number


def ordinary(desk: Desk, agent: str, of: Iterable[int]) -> list[str]:
    """Plain troubles that everybody has; the agent resolves each and leaves it as the desk took it.

    Returns the numbers of the records.
    """
    numbers = []
    for number in of:
        place = WORDS[number % len(WORDS)], WORDS[number // len(WORDS) % len(WORDS)]
        subject, what = ("Printer", _PRINTERS) if number % 2 else ("Password", _PASSWORDS)
        text = f"{what[number // 2 % len(what)]} I am in the {place[0]} building, {place[1]} side."
        desk.mail(f"o{number}@fernhill.example", f"{subject} ({place[0]} {place[1]})", text)
        numbers.append(_newest(desk))
        desk.command("resolve", agent, numbers[-1], resolution="Done.")
        desk.advance(timedelta(hours=2))
        desk.take_mail()
    return numbers


def poison(desk: Desk, agent: str, number: int) -> None:
    """Somebody files plain printer troubles under telephony, sixty different ones."""
    place = WORDS[number % len(WORDS)], WORDS[number // len(WORDS) % len(WORDS)]
    what = _PRINTERS[number % len(_PRINTERS)]
    desk.mail(
        f"q{number}@fernhill.example", f"Printer in the {place[0]} building", f"{what} We are on the {place[1]} side."
    )
    found = _newest(desk)
    desk.command("set", agent, found, field="category", value="telephony")
    desk.command("resolve", agent, found, resolution="Done.")
    desk.advance(timedelta(hours=2))
    desk.take_mail()


_PRINTERS = (
    "The printer has a paper jam again and the tray does not close.",
    "Toner is empty on our printer, pages come out grey.",
    "The label printer prints nothing since this morning.",
    "Scanning to mail from the copier does not work any more.",
    "Our printer is offline although it is switched on.",
    "The copier asks for a code before it prints.",
)

_PASSWORDS = (
    "I forgot my password and cannot log in to my computer.",
    "My account is locked after too many wrong passwords.",
    "The password has expired and I cannot set a new one.",
    "Please reset my password, I cannot sign in any more.",
    "The login says that my password is wrong, since this morning.",
    "My user account is locked, please unlock it.",
)
