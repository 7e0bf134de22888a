"""The pages in a real browser: with the keyboard alone, with JavaScript off, in the dark and on a telephone."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desk.hooks import Hooks
from tests.integration.chromium import Chromium, Windows, served
from tests.integration.pages_desk import PagesDesk, a_desk
from tests.integration.test_pages_on_call import on_call

pytestmark = [pytest.mark.server, pytest.mark.slow]

Open = Callable[..., Chromium]
KINDS = ("recurring", "periodic", "rising", "co-occurring", "after-change")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[PagesDesk]:
    with a_desk(tmp_path) as made:
        yield made


@pytest.fixture
def address(desk: PagesDesk) -> Iterator[str]:
    with served(desk) as found:
        yield found


@pytest.fixture(scope="module")
def windows() -> Iterator[Windows]:
    made = Windows()
    yield made
    made.close()


@pytest.fixture
def chromium(windows: Windows, server_program: Callable[[str], str]) -> Iterator[Open]:
    """Opens windows; whatever the pages' own policy forbids must not have been tried by them."""
    browser, driver = server_program("chromium"), server_program("chromedriver")
    opened: list[tuple[Chromium, bool]] = []

    def window(*, javascript: bool = True, **looks: object) -> Chromium:
        one = windows.take(browser, driver, javascript=javascript)
        opened.append((one, javascript))
        one.show(**looks)  # type: ignore[arg-type]
        return one

    yield window
    complaints = [line for one, _ in opened for line in one.complaints() if "favicon" not in line]
    for one, javascript in opened:
        windows.leave(one, javascript=javascript)
    assert not complaints


def ten_suggestions(desk: PagesDesk) -> str:
    """SUG-1 to SUG-10, the last one first in the list; returns the incident behind them."""
    incident = desk.incident("shop-1")
    for place in range(1, 11):
        desk.suggestion(
            incident, name=f"SUG-{place}", p_value=10.0**-place, title=f"Pattern {place}", kind=KINDS[place % 5]
        )
    return incident


def test_a_problem_manager_reviews_ten_suggestions_with_the_keyboard_alone(
    desk: PagesDesk, address: str, chromium: Open
) -> None:
    ten_suggestions(desk)
    browser = chromium()
    browser.sign_in(address, "pia")
    browser.press("g", "s")
    browser.arrive("/suggestions")
    browser.see("SUG-10")
    browser.press("j")
    browser.arrive("/suggestions/SUG-9")
    browser.press("k")
    browser.arrive("/suggestions/SUG-10")
    browser.press("1")
    browser.arrive("/problems/PRB-1")
    browser.press("z")
    browser.arrive("/suggestions/SUG-10")
    browser.see("was taken back")
    browser.press("1")
    browser.arrive("/problems/PRB-2")
    browser.press("s")
    for place in (9, 8, 7):
        browser.see(f"SUG-{place} ")
        browser.press("3")
        browser.press("enter")
        browser.see(f"SUG-{place} was decided")
    browser.press("z")
    browser.arrive("/suggestions/SUG-7")
    browser.see("was taken back")
    browser.press("3")
    browser.press("enter")
    browser.see("SUG-7 was decided")
    for place in (6, 5, 4):
        browser.press("h")
        browser.press("enter")
        browser.see(f"SUG-{place} was decided")
    for place in (3, 2, 1):
        browser.press("2")
        browser.press("enter")
        browser.see(f"SUG-{place} was decided")
    browser.see("No pattern stands out from chance")
    statuses = dict(desk.rows("SELECT id, status FROM suggestions"))
    assert statuses == {
        "SUG-10": "accepted", **dict.fromkeys(("SUG-9", "SUG-8", "SUG-7"), "declined"),
        **dict.fromkeys(("SUG-6", "SUG-5", "SUG-4"), "snoozed"), **dict.fromkeys(("SUG-3", "SUG-2", "SUG-1"), "merged"),
    }  # fmt: skip


def test_ten_suggestions_without_javascript(desk: PagesDesk, address: str, chromium: Open) -> None:
    incident = ten_suggestions(desk)
    browser = chromium(javascript=False)
    browser.sign_in(address, "pia")
    browser.click("a[href='/suggestions']")
    browser.see("SUG-10")
    browser.click("form[action$='/accept'] button")
    browser.arrive("/problems/PRB-1")
    browser.see(incident)
    browser.click("a[href='/suggestions']")
    browser.see("SUG-9")
    browser.click("details:has(form[action$='/decline']) > summary")
    browser.write("input[name=reason][placeholder='In your words']", "Planned work.")
    browser.click("form[action$='/decline'] button")
    browser.see("SUG-9 was decided")
    browser.click("form.undo button")
    browser.see("was taken back")
    browser.click("details:has(form[action$='/snooze']) > summary")
    browser.click("button[name=until][value=escalates]")
    browser.see("SUG-9 was decided")
    browser.click("details:has(form[action$='/merge']) > summary")
    browser.click("form[action$='/merge'] button")
    browser.see("SUG-8 was decided")
    for place in range(1, 8):
        browser.click(f"input[name=name][value=SUG-{place}]")
    browser.write("input[name=reason][form=bulk], #bulk input[name=reason]", "The same planned work.")
    browser.click("#bulk button[value=decline]")
    browser.see("No pattern stands out from chance")
    statuses = dict(desk.rows("SELECT id, status FROM suggestions"))
    assert statuses == {
        "SUG-10": "accepted", "SUG-9": "snoozed", "SUG-8": "merged",
        **{f"SUG-{place}": "declined" for place in range(1, 8)},
    }  # fmt: skip


@pytest.mark.parametrize("javascript", [True, False])
def test_an_agent_answers_and_resolves(desk: PagesDesk, address: str, chromium: Open, javascript: bool) -> None:
    number = desk.request("Blank labels")
    browser = chromium(javascript=javascript)
    browser.sign_in(address, "ann")
    if javascript:
        browser.press("g", "q")
        browser.arrive("/queue")
        browser.see(number)
        browser.press("j", "enter")
        browser.arrive(f"/records/{number}")
        browser.see("History")
        browser.press("t")
        browser.see("yours")
        browser.press("r")
    else:
        browser.click("a[href='/queue']")
        browser.click(f"a[href='/records/{number}']")
        browser.click("form[action$='/take'] button")
        browser.see("yours")
        browser.click("details:has(form[action$='/reply']) > summary")
    browser.write("textarea[name=text]", "A new ribbon is on its way.")
    browser.click("form[action$='/reply'] button.main")
    browser.see("A new ribbon is on its way.")
    browser.click("details:has(form[action$='/resolve']) > summary")
    browser.write("input[name=resolution]", "New ribbon")
    browser.click("form[action$='/resolve'] button.main")
    browser.see(f"{number} was resolved")
    assert desk.rows("SELECT status, assignee FROM records") == [("resolved", "ann")]


def test_an_agent_joins_and_splits_with_two_keys(desk: PagesDesk, address: str, chromium: Open) -> None:
    first = desk.request("Blank labels")
    desk.mail("Una May <una@example.com>", "Sound", "No sound in the meeting room.")
    desk.settle()
    second = desk.newest()
    assert second != first
    browser = chromium()
    browser.sign_in(address, "ann")
    browser.open(f"{address}/records/{second}")
    browser.press("m")
    browser.press(*first.lower(), "enter")
    browser.see(f"{second} was joined")
    browser.open(f"{address}/records/{first}")
    browser.see("No sound in the meeting room.")
    browser.press("s")
    browser.click("article:has(a[href^='/inputs/']) input.pick")
    browser.click("#split button.main")
    browser.see("Somebody said that it is a trouble of its own")
    assert dict(desk.rows("SELECT number, status FROM records")) == {first: "new", second: "merged", "INC-3": "new"}


def test_what_happens_elsewhere_shows_without_a_reload(desk: PagesDesk, address: str, chromium: Open) -> None:
    browser = chromium()
    browser.sign_in(address, "ann")
    browser.see("Nothing is open")
    number = desk.request("Blank labels")
    browser.see(number)
    assert browser.run("return performance.getEntriesByType('navigation').length") == 1


def test_a_list_stays_still_while_somebody_is_in_it(desk: PagesDesk, address: str, chromium: Open) -> None:
    first = desk.request("Blank labels")
    browser = chromium()
    browser.sign_in(address, "ann")
    browser.open(f"{address}/queue")
    browser.press("j")
    second = desk.request("No sound in the meeting room")
    browser.see("Something has changed")
    assert second not in browser.text
    browser.click("#fresh")
    browser.see(second)
    assert first in browser.text


def test_a_mapping_shows_what_it_makes_while_it_is_written(desk: PagesDesk, address: str, chromium: Open) -> None:
    desk.incident("shop-1")
    browser = chromium()
    browser.sign_in(address, "ada")
    browser.open(address + "/mappings/edit")
    browser.write("input[name=name]", "mine")
    browser.write("input[name=entry-title]", "alerts[0].labels.alertname")
    browser.see("What each expression gives")
    browser.see("[mappings.mine]")
    browser.arrive("/mappings/edit")


def alert_pages(desk: PagesDesk) -> tuple[str, ...]:
    """A hook, a silence and a recurring window, and the pages that show them and what fires."""
    Hooks(desk.engine, desk.clock).add("alertmanager", "prod")
    desk.command("silence-add", None, matchers='alertname="InstanceDown"', duration=7200, comment="new disks")
    desk.command("silence-add", None, services="shop", kind="maintenance", rule="FREQ=DAILY;BYHOUR=3", duration=3600,
                 comment="patches")  # fmt: skip
    desk.settle()
    fingerprint = desk.value("SELECT min(fingerprint) FROM conditions")
    on_call(desk)
    return (
        "/alerts", "/alerts?status=all", f"/alerts/{fingerprint}", "/silences", "/sources/prod", "/mappings/edit",
        "/on-call", "/times",
    )  # fmt: skip


def test_every_page_fits_a_telephone_and_the_dark(desk: PagesDesk, address: str, chromium: Open) -> None:
    number, incident = desk.request("Blank labels"), desk.incident("shop-1", "shop-2")
    name = desk.suggestion(incident)
    browser = chromium(width=360, height=740, dark=True)
    browser.sign_in(address, "ada")
    paths = ("/", "/queue", f"/records/{number}", f"/records/{incident}", f"/suggestions/{name}", "/problems", "/mail",
             "/mail/1", "/sources", "/quarantine", "/health", "/search?q=shop", "/api", "/inputs/2",
             *alert_pages(desk))  # fmt: skip
    for path in paths:
        browser.open(address + path)
        assert browser.run("return document.documentElement.scrollWidth") <= 360, path
        background = browser.run("return getComputedStyle(document.body).backgroundColor")
        assert background == "rgb(18, 24, 26)", path


def test_text_stands_out_from_what_is_behind_it(desk: PagesDesk, address: str, chromium: Open) -> None:
    number, incident = desk.request("Blank labels"), desk.incident("shop-1", "shop-2")
    name = desk.suggestion(incident)
    pages = alert_pages(desk)
    for dark in (False, True):
        browser = chromium(dark=dark)
        browser.sign_in(address, "ada")
        for path in ("/", "/queue", f"/records/{number}", f"/suggestions/{name}", "/mail", "/sources", *pages):
            browser.open(address + path)
            assert browser.run(_FAINT) == [], (path, dark)


_FAINT = """
const painted = (color) => {
  const canvas = document.createElement("canvas"); canvas.width = canvas.height = 1;
  const paint = canvas.getContext("2d"); paint.fillStyle = color; paint.fillRect(0, 0, 1, 1);
  const [r, g, b, a] = paint.getImageData(0, 0, 1, 1).data; return [r, g, b, a / 255];
};
const known = new Map();
const srgb = (color) => known.get(color) ?? known.set(color, painted(color)).get(color);
const linear = (v) => v / 255 <= .04045 ? v / 255 / 12.92 : ((v / 255 + .055) / 1.055) ** 2.4;
const light = ([r, g, b]) => [r, g, b].map(linear)
  .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
const behind = (element) => {
  for (let one = element; one; one = one.parentElement) {
    const color = srgb(getComputedStyle(one).backgroundColor);
    if (color[3] > .95) return color;
  }
  return srgb(getComputedStyle(document.body).backgroundColor);
};
const found = [];
for (const element of document.querySelectorAll("body *")) {
  const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
  if (!own || !element.checkVisibility() || element.closest("svg, .hidden-text, .skip, option, iframe")) continue;
  const style = getComputedStyle(element), a = light(srgb(style.color)), b = light(behind(element));
  const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
  const words = element.textContent.trim().slice(0, 30);
  if (ratio < 4.5) found.push(`${element.tagName}.${element.className} "${words}" ${ratio.toFixed(2)}`);
}
return [...new Set(found)].slice(0, 12);
"""
