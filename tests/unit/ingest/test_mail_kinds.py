# ruff: noqa: E501 - tables
"""Every kind of mail that no person wrote, as the programs write it, in 18 languages where they speak one."""

import pytest

from ingest.event import Mail, Reading
from tests.unit.ingest.mail_maker import mixed, plain, read

DESK = Reading(own_addresses=("desk@example.com",), own_domains=("example.com",), message_id_domain="desk.example.com")
# Subjects: Exchange's automatic reply, and what other programs and older servers write.
AWAY = {
    "en": ("Automatic reply: {}", "Out of Office: {}", "Out of Office AutoReply: {}", "Away from the office: {}"),
    "de": ("Automatische Antwort: {}", "Abwesenheitsnotiz: {}", "Abwesenheit: {}", "Abwesend: {}"),
    "fr": ("Réponse automatique : {}", "Absence du bureau : {}", "Absent du bureau : {}", "Message d'absence : {}"),
    "es": ("Respuesta automática: {}", "Fuera de la oficina: {}", "Fuera de oficina: {}"),
    "it": ("Risposta automatica: {}", "Fuori sede: {}", "Fuori ufficio: {}", "Assenza: {}"),
    "nl": ("Automatisch antwoord: {}", "Afwezig: {}", "Niet aanwezig: {}", "Afwezigheidsbericht: {}"),
    "pt": ("Resposta automática: {}", "Ausência temporária: {}", "Fora do escritório: {}"),
    "pl": ("Odpowiedź automatyczna: {}", "Automatyczna odpowiedź: {}", "Poza biurem: {}", "Nieobecność: {}"),
    "sv": ("Autosvar: {}", "Automatiskt svar: {}", "Frånvaromeddelande: {}", "Frånvarande: {}"),
    "da": ("Automatisk svar: {}", "Ikke til stede: {}", "Fraværsmeddelelse: {}"),
    "no": ("Automatisk svar: {}", "Fraværsmelding: {}", "Ikke på kontoret: {}"),
    "fi": ("Automaattinen vastaus: {}", "Poissa: {}", "Poissaoloilmoitus: {}", "Poissa työpaikalta: {}"),
    "cs": ("Automatická odpověď: {}", "Mimo kancelář: {}", "Nepřítomnost: {}"),
    "ru": ("Автоматический ответ: {}", "Автоответ: {}", "Вне офиса: {}", "Отсутствует на рабочем месте: {}"),
    "tr": ("Otomatik Yanıt: {}", "Otomatik yanıt: {}", "Ofis Dışında: {}"),
    "zh": ("自动答复: {}", "自动回复：{}", "自動回覆: {}", "不在办公室: {}", "外出: {}"),
    "ja": ("自動応答: {}", "自動返信: {}", "不在通知: {}", "不在のお知らせ: {}"),
    "ko": ("자동 회신: {}", "자동 응답: {}", "부재중: {}", "부재 중 알림: {}"),
}
SUBJECTS = [(language, subject) for language, subjects in AWAY.items() for subject in subjects]


def note(subject: str, headers: str = "") -> Mail:
    fields = f"From: Pat Example <pat@example.org>\nTo: desk@example.com\nSubject: {subject}\n{headers}"
    return read(
        f"{fields}Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\nBack on Monday.\n", DESK
    )


@pytest.mark.parametrize(("language", "subject"), SUBJECTS)
def test_an_out_of_office_note_that_says_it_is_automatic(language: str, subject: str) -> None:
    exchange = "Auto-Submitted: auto-generated\nX-Auto-Response-Suppress: All\n"
    for headers in (exchange, "Auto-Submitted: auto-replied (vacation)\n", "X-Autoreply: yes\nPrecedence: bulk\n"):
        found = note(subject.format("[INC-7] Scanner"), headers)
        assert found.automatic in ({"out-of-office"} if headers == exchange else {"out-of-office", "auto-reply"})
        assert not found.answerable


@pytest.mark.parametrize(("language", "subject"), SUBJECTS)
def test_an_out_of_office_note_that_only_its_subject_gives_away(language: str, subject: str) -> None:
    found = note(subject.format("[INC-7] Scanner"))
    assert (found.automatic in {"out-of-office", "auto-reply"}, found.answerable) == (True, False)


@pytest.mark.parametrize(
    "subject",
    [
        "Out of toner", "Out of office space on the third floor", "Away team needs laptops", "Abwesenheiten der Abteilung",
        "Wer ist im Urlaub?", "Absence de réseau", "Fuera de servicio: impresora", "Fuori servizio: stampante",
        "Afwezige collega's", "Ausência de sinal", "Nieobecność sygnału w sali", "Poissa käytöstä: tulostin", "Vacation calendar",
        "外出用ノートPCの申請", "부재중 전화 설정", "Automatic doors do not open", "Autoreply does not work", "Automatische Tür klemmt",
        "Отсутствует сеть", "Ofis dışından erişim", "Mimo provoz: tiskárna", "Ikke til å åpne", "Abwesenheitsnotiz funktioniert nicht",
    ],
)  # fmt: skip
def test_what_people_write_about_such_things_is_theirs(subject: str) -> None:
    found = note(subject)
    assert (found.automatic, found.answerable) == (None, True)


def report(kind: str, part: str) -> str:
    text = mixed("Content-Type: text/plain\n\nSee below.", part, kind="report")
    return text.replace("multipart/report;", f"multipart/report; report-type={kind};")


RECEIPTS = {
    "Outlook": "Reporting-UA: pc; Microsoft Outlook\nFinal-Recipient: rfc822;pat@example.org\n"
    "Original-Message-ID: <ack.inc-7.1@desk.example.com>\nDisposition: manual-action/MDN-sent-manually; displayed\n",
    "Thunderbird, deleted unread": "Reporting-UA: pc; Thunderbird\nFinal-Recipient: rfc822;pat@example.org\n"
    "Disposition: automatic-action/MDN-sent-automatically; deleted\n",
}


@pytest.mark.parametrize("client", RECEIPTS)
def test_a_read_receipt_is_a_notice_and_no_bounce(client: str) -> None:
    found = read(
        report("disposition-notification", f"Content-Type: message/disposition-notification\n\n{RECEIPTS[client]}")
    )
    assert (found.automatic, found.answerable, found.bounce) == ("delivery-notice", False, None)


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded"])
def test_a_report_of_success_is_a_notice_and_no_bounce(action: str) -> None:
    status = f"Reporting-MTA: dns; mx\n\nFinal-Recipient: rfc822; kim@example.net\nAction: {action}\nStatus: 2.0.0\n"
    found = read(report("delivery-status", f"Content-Type: message/delivery-status\n\n{status}"))
    assert (found.automatic, found.answerable, found.bounce) == ("delivery-notice", False, None)


LISTS = {
    "Mailman": "List-Id: Ops <ops.lists.example.org>\nList-Post: <mailto:ops@lists.example.org>\nPrecedence: list\n",
    "Google Groups": "Precedence: list\nMailing-list: list ops@example.org; contact ops+owners@example.org\nX-Google-Group-Id: 1\n",
    "LISTSERV": "List-Owner: <mailto:OPS-request@LISTSERV.EXAMPLE.ORG>\nList-Archive: <https://listserv.example.org>\n",
    "majordomo": "X-Mailing-List: ops@lists.example.org\n",
    "a newsletter": "List-Unsubscribe: <https://news.example.org/u/1>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\n",
}  # fmt: skip


@pytest.mark.parametrize("program", LISTS)
def test_lists(program: str) -> None:
    found = read(plain("Hello all", LISTS[program]), DESK)
    assert (found.automatic, found.answerable) == ("list", False)


NOTIFICATIONS = {
    "Jira": "Auto-Submitted: auto-generated\nX-JIRA-FingerPrint: 1\nPrecedence: bulk\n",
    "GitHub": "X-GitHub-Reason: mention\nX-Auto-Response-Suppress: All\nPrecedence: bulk\n",
    "SharePoint": "Auto-Submitted: auto-generated\n",
    "cron": "Auto-Submitted: auto-generated\nX-Cron-Env: <SHELL=/bin/sh>\n",
    "another desk": "Auto-Submitted: auto-replied\nX-Zammad-Ticket-Id: 7\nX-Loop: yes\n",
}


@pytest.mark.parametrize("program", NOTIFICATIONS)
def test_notifications(program: str) -> None:
    found = read(plain("The backup is done.", NOTIFICATIONS[program]), DESK)
    assert found.automatic in {"notification", "auto-reply"}
    assert not found.answerable


def test_our_own_mail_that_comes_back_is_ours_even_on_a_list() -> None:
    headers = "Message-ID: <inc-7.0123456789abcdef01234567@desk.example.com>\nList-Id: <ops.lists.example.org>\n"
    assert read(plain("We are on it.", headers), DESK).automatic == "own"


def test_a_colleagues_mail_of_the_same_domain_is_not_ours() -> None:
    found = read(plain("Hello", "Message-ID: <B1F2@desk.example.com>\n"), DESK)
    assert (found.automatic, found.answerable) == (None, True)
