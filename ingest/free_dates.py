"""Dates as clients write them above an old mail, in the language of the reader: "Dienstag, 3. März 2026 09:12".

Only what has one reading is read: 03/04/2026 may be two days, and is none.
"""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Final

# January to December; abbreviations are found by their first letters.
_NAMES: Final = (
    "january february march april may june july august september october november december",
    "januar februar märz april mai juni juli august september oktober november dezember",
    "jänner feber maerz",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "januari februari maart april mei juni juli augustus september oktober november december",
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia",
    "styczeń luty marzec kwiecień maj czerwiec lipiec sierpień wrzesień październik listopad grudzień",
    "januari februari mars april maj juni juli augusti september oktober november december",
    "januar februar marts april maj juni juli august september oktober november december",
    "januar februar mars april mai juni juli august september oktober november desember",
    "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta",
    "- - - - - - - - syyskuuta lokakuuta marraskuuta joulukuuta",
    "ledna února března dubna května června července srpna září října listopadu prosince",
    "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь",
    "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
)
_MORE: Final = {"mar": 3, "mrt": 3, "mär": 3, "čvn": 6, "čvc": 7, "set": 9, "sept": 9, "okt": 10, "gen": 1, "fév": 2}


def _months() -> dict[str, int]:
    found: dict[str, set[int]] = {}
    for row in _NAMES:
        for number, name in enumerate(row.split(), 1):
            for length in range(3, len(name) + 1):
                found.setdefault(name[:length], set()).add(number)
    whole = {name: number for row in _NAMES for number, name in enumerate(row.split(), 1)}
    return {word: min(numbers) for word, numbers in found.items() if len(numbers) == 1} | whole | _MORE


MONTHS: Final = _months()
_WORD = r"[^\W\d_]{3,14}"
_DAY_FIRST = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th|er|º|°)?[.,]?\s{{1,3}}(?:de\s)?({_WORD})[.,]?\s{{1,3}}(?:del?\s)?(\d{{4}})(?!\d)"
)
_MONTH_FIRST = re.compile(rf"({_WORD})[.,]?\s{{1,3}}(\d{{1,2}})(?:st|nd|rd|th)?,?\s{{1,3}}(\d{{4}})(?!\d)")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})\s?(?:[-/.年년])\s?(\d{1,2})\s?(?:[-/.月월])\s?(\d{1,2})(?!\d)")
_NUMBERS = re.compile(r"(?<!\d)(\d{1,2})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?!\d)")
_TIME = re.compile(
    r"(?P<before>上午|下午|午前|午後|오전|오후)?\s?(?<!\d)(?P<hour>\d{1,2})\s?(?:[:.h]|[時时点點시]\s?)\s?(?P<minute>\d{2})"
    r"(?:\s?[:.분分]\s?(?P<second>\d{2}))?(?!\d)\s?(?P<after>[ap]\.?\s?m\b)?",
    re.IGNORECASE,
)
_AFTERNOON: Final = frozenset(["下午", "午後", "오후"])
_OFFSET = re.compile(r"(?:GMT|UTC|\s)\s?([+-])(\d{1,2}):?(\d{2})?(?!\d)")
_ZONES: Final = {
    "utc": 0, "gmt": 0, "cet": 1, "mez": 1, "cest": 2, "mesz": 2, "est": -5, "edt": -4, "cst": -6, "cdt": -5,
    "mst": -7, "mdt": -6, "pst": -8, "pdt": -7, "jst": 9, "brt": -3, "msk": 3,
}  # fmt: skip


def read_free_date(value: str, zone: tzinfo = UTC) -> datetime | None:
    """The moment, in UTC; `zone` is where the words are read that name none. None for what has no or two readings."""
    text = value[:120]
    day = _day(text)
    if day is None:
        return None
    (year, month, number), start, end = day
    rest = text[:start] + " " * (end - start) + text[end:]
    clock = _TIME.search(rest)
    if clock is None:
        return None
    hour = int(clock["hour"])
    half = clock["before"] or (clock["after"] or "").lower()
    if half and hour <= 12:
        hour = hour % 12 + (12 if half in _AFTERNOON or half[0] == "p" else 0)
    try:
        said = _zone(rest[clock.end() :]) or zone
        seconds = min(int(clock["second"] or 0), 59)
        return datetime(year, month, number, hour, int(clock["minute"]), seconds, tzinfo=said).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _day(text: str) -> tuple[tuple[int, int, int], int, int] | None:
    """Year, month and day, and where they stand."""
    for pattern, name, number in ((_DAY_FIRST, 2, 1), (_MONTH_FIRST, 1, 2)):
        for found in pattern.finditer(text):
            month = MONTHS.get(found[name].lower().replace("i\u0307", "i"))
            if month is not None:
                return (int(found[3]), month, int(found[number])), found.start(), found.end()
    if hit := _YEAR_FIRST.search(text):
        return (int(hit[1]), int(hit[2]), int(hit[3])), hit.start(), hit.end()
    if hit := _NUMBERS.search(text):
        first, second, year = int(hit[1]), int(hit[3]), int(hit[4])
        year += 2000 if year < 100 else 0
        if first == second or first > 12 or hit[2] == ".":  # with dots, the day comes first
            return (year, second, first), hit.start(), hit.end()
        if second > 12:
            return (year, first, second), hit.start(), hit.end()
    return None


def _zone(text: str) -> timezone | None:
    if hit := _OFFSET.search(" " + text):
        offset = timedelta(hours=int(hit[2]), minutes=int(hit[3] or 0))
        return timezone(-offset if hit[1] == "-" else offset) if offset < timedelta(hours=24) else None
    words = re.findall(r"[A-Za-z]{3,4}", text)
    return next((timezone(timedelta(hours=_ZONES[word.lower()])) for word in words if word.lower() in _ZONES), None)
