"""Dates as clients write them above old mails, in 18 languages."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from ingest.free_dates import read_free_date
from tests.unit.ingest.client_languages import LANGUAGES, Language
from tests.unit.ingest.mail_maker import plain, read

NINE = datetime(2026, 3, 3, 9, 12, tzinfo=UTC)


@pytest.mark.parametrize("of", LANGUAGES, ids=lambda of: of.code)
def test_outlook_in_every_language(of: Language) -> None:
    assert read_free_date(of.sent) == NINE


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("Tuesday, March 3, 2026 9:12 PM", NINE.replace(hour=21)),
        ("Tue, Mar 3, 2026 at 9:12 AM", NINE),
        ("March 3, 2026 at 12:05:09 AM", datetime(2026, 3, 3, 0, 5, 9, tzinfo=UTC)),
        ("3 March 2026 at 09:12:00 GMT", NINE),
        ("3 March 2026 at 09:12:00 CET", NINE.replace(hour=8)),
        ("3. März 2026 um 09:12:00 MEZ", NINE.replace(hour=8)),
        ("2026-03-03T09:12:00", NINE),
        ("03.04.2026 09:12", datetime(2026, 4, 3, 9, 12, tzinfo=UTC)),
        ("3/25/26 9:12 AM", datetime(2026, 3, 25, 9, 12, tzinfo=UTC)),
        ("25/03/2026 09:12", datetime(2026, 3, 25, 9, 12, tzinfo=UTC)),
        ("mar., 3 de marzo de 2026 9:12 p. m.", NINE.replace(hour=21)),
        ("mar 3 mars 2026 à 09:12", NINE),
        ("3 mrt 2026 om 09:12", NINE),
        ("2026年3月3日(火) 午後9:12", NINE.replace(hour=21)),
        ("2026년 3월 3일 (화) 오후 9:12", NINE.replace(hour=21)),
        ("2026. 3. 3. 9:12", NINE),
        ("2026-03-03 (화) 09:12:00 (GMT+09:00)", datetime(2026, 3, 3, 0, 12, tzinfo=UTC)),
        ("út 3. 3. 2026 v 9:12", NINE),
        ("вт, 3 мар. 2026 г. в 09:12", NINE),
    ],
)
def test_other_clients(written: str, moment: datetime) -> None:
    assert read_free_date(written) == moment


@pytest.mark.parametrize(
    "written",
    ["03/04/2026 09:12", "last Tuesday", "3 March 2026", "31 February 2026 09:12", "9:12", "99/99/9999 99:99"],
)
def test_what_has_no_one_reading_is_not_guessed(written: str) -> None:
    assert read_free_date(written) is None


def test_a_time_without_a_zone_is_that_of_the_person_who_forwards() -> None:
    body = (
        "Bitte übernehmen.\n\nVon: Ada Byron <ada@example.net>\nGesendet: Dienstag, 3. März 2026 09:12\n"
        "An: Info <info@example.org>\nBetreff: Tor\n\nDas Tor klemmt."
    )
    mail = read(plain(body, "Date: Tue, 3 Mar 2026 10:00:00 +0100\n").replace("Door does not open", "WG: Tor"))
    assert mail.forwarded is not None
    assert mail.forwarded.date == datetime(2026, 3, 3, 9, 12, tzinfo=timezone(timedelta(hours=1)))
