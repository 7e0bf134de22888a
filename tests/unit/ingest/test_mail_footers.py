# ruff: noqa: E501, ISC004 - each text is as long as its server made it
"""Legal footers and warnings that servers add to mails are no words of the writer; whatever only looks alike stays."""

import pytest

from tests.unit.ingest.mail_maker import plain, read

FOOTERS = {
    "en": "This e-mail and any attachments are confidential and intended solely for the addressee. If you have received"
    " it in error, please notify the sender and delete it. Any unauthorised disclosure is prohibited.",
    "en, capitals": "CONFIDENTIALITY NOTICE: The information in this message is privileged and only for the intended"
    " recipient. If you received it in error, destroy all copies. Distribution is strictly prohibited.",
    "de": "Diese E-Mail enthält vertrauliche Informationen. Wenn Sie nicht der richtige Adressat sind, informieren Sie"
    " bitte den Absender und vernichten Sie diese Mail. Das unerlaubte Kopieren dieser Mail ist nicht gestattet.",
    "fr": "Ce message et ses pièces jointes sont confidentiels et établis à l'intention exclusive de leurs"
    " destinataires. Si vous l'avez reçu par erreur, merci de le détruire et d'avertir l'expéditeur. Toute diffusion"
    " est interdite.",
    "es": "Este mensaje y sus adjuntos son confidenciales y van dirigidos únicamente a su destinatario. Si lo ha"
    " recibido por error, elimínelo y avise al remitente. Queda prohibida su divulgación.",
    "it": "Questo messaggio è riservato e destinato esclusivamente al destinatario. Se lo avete ricevuto per errore,"
    " vi preghiamo di cancellarlo. È vietata la diffusione del contenuto.",
    "nl": "Dit bericht is vertrouwelijk en uitsluitend bestemd voor de geadresseerde. Hebt u het per vergissing"
    " ontvangen, verwijder het dan en waarschuw de afzender. Verspreiding is verboden.",
    "pt": "Esta mensagem é confidencial e destina-se apenas ao destinatário. Se a recebeu por engano, apague-a e avise"
    " o remetente. A sua divulgação é proibida, no todo ou em parte.",
    "pl": "Ta wiadomość jest poufna i przeznaczona wyłącznie dla adresata. Jeśli otrzymali ją Państwo omyłkowo, prosimy"
    " o jej usunięcie i powiadomienie nadawcy. Rozpowszechnianie jest zabronione.",
    "sv": "Detta meddelande är konfidentiellt och endast avsett för mottagaren. Om du har fått det av misstag, radera"
    " det och meddela avsändaren. Det är förbjudet att sprida innehållet.",
    "da": "Denne e-mail er fortrolig og kun beregnet til modtageren. Har du modtaget den ved en fejl, bedes du slette"
    " den og give afsenderen besked. Videregivelse er forbudt.",
    "no": "Denne e-posten er fortrolig og kun beregnet for mottakeren. Har du mottatt den ved en feil, ber vi deg slette"
    " den. Det er ikke tillatt å videreformidle innholdet.",
    "fi": "Tämä sähköposti on luottamuksellinen ja tarkoitettu vain vastaanottajalle. Jos sait sen virheellisesti,"
    " poista se ja ilmoita lähettäjälle. Sisällön luvaton levittäminen on kielletty.",
    "cs": "Tento e-mail je důvěrný a je určen pouze příjemci. Pokud jste jej obdrželi omylem, smažte jej a informujte"
    " odesílatele. Neoprávněné šíření je zakázáno.",
    "ru": "Это сообщение является конфиденциальным и предназначено только адресату. Если вы получили его по ошибке,"
    " удалите его и сообщите отправителю. Распространение запрещено.",
    "tr": "Bu e-posta gizli bilgiler içerebilir ve yalnızca alıcısına yöneliktir. Yanlışlıkla aldıysanız lütfen siliniz"
    " ve göndereni bilgilendiriniz. İçeriğin ifşa edilmesi yasaktır.",
    "zh": "本邮件及其附件包含保密信息，仅供收件人使用。如果您误收了本邮件，请立即删除并通知发件人。未经授权，禁止披露或传播。",
    "ja": "このメールには機密情報が含まれている場合があり、受信者のみを対象としています。誤って受信された場合は、削除してください。無断での開示を禁じます。",
    "ko": "이 메일은 기밀 정보를 포함하고 있으며 지정된 수신인만을 위한 것입니다. 잘못 수신한 경우 삭제하여 주십시오. 무단 공개를 금지합니다.",
}  # fmt: skip
WORDS = "The door on the third floor stays open.\nCan you look at it?\n\nAnn Lee"


@pytest.mark.parametrize("language", FOOTERS)
def test_a_legal_footer_goes_and_is_still_there_to_read(language: str) -> None:
    mail = read(plain(f"{WORDS}\n\n{FOOTERS[language]}"))
    assert (mail.new_text, mail.quoted_text) == (WORDS, FOOTERS[language])


@pytest.mark.parametrize("language", FOOTERS)
def test_a_footer_below_the_old_mail_is_no_answer_to_it(language: str) -> None:
    mail = read(
        plain(f"{WORDS}\n\nOn 3 Mar 2026 09:12, Desk <desk@example.com> wrote:\n> Which?\n\n{FOOTERS[language]}")
    )
    assert mail.new_text == WORDS


def test_what_stands_around_a_footer_goes_with_it() -> None:
    around = (
        f"{'_' * 30}\n\nPlease consider the environment before printing this e-mail.\n\n{FOOTERS['en']}\n\n"
        "Example Ltd. Registered in England, number 01234567. Registered office: 1 Long Lane, Leeds"
    )
    assert read(plain(f"{WORDS}\n\n{around}")).new_text == WORDS


def test_words_right_above_a_footer_stay() -> None:
    body = f"<div>The door on the third floor stays open, and nobody knows why that is.</div><div>Ann Lee</div><div>{FOOTERS['en']}</div>"
    mail = read(plain(body).replace("text/plain", "text/html"))
    assert mail.new_text == "The door on the third floor stays open, and nobody knows why that is.\nAnn Lee"


@pytest.mark.parametrize(
    "body",
    [
        FOOTERS["en"],
        f"Our lawyers want this text under each mail:\n\n{FOOTERS['en']}",
        "Hello,\n\nthis message is confidential: the recipient list of the board leaked, please delete my account on the"
        " old file server and inform Tom.",
        f"Hello,\n\n{FOOTERS['de']}\n\nIs that text still right? It stands under all our mails.",
        "Hello,\n\nplease consider the environment before printing the manuals: can we get them as PDF files instead?",
        "Hello,\n\nwe are registered in England, number 01234567. Is that what the form asks for?",
    ],
)
def test_what_only_looks_alike_stays(body: str) -> None:
    assert read(plain(body)).new_text == body


BANNERS = (
    "CAUTION: This email originated from outside of the organization. Do not click links or open attachments unless"
    " you recognize the sender and know the content is safe.",
    "[EXTERNAL EMAIL] This message comes from outside Example. Do not open attachments or click links.",
    "ACHTUNG: Diese E-Mail kommt von extern. Bitte keine Links öffnen und keine Anhänge herunterladen.",
    "ATTENTION : ce message provient de l'extérieur. Ne cliquez pas sur les liens et n'ouvrez pas les pièces jointes.",
    "LET OP: deze e-mail komt van buiten de organisatie. Klik niet op links en open geen bijlagen.",
    "You don't often get email from ann@example.net. Learn why this is important"
    " <https://aka.ms/LearnAboutSenderIdentification>",
    "Sie erhalten nicht oft eine E-Mail von ann@example.net. Erfahren Sie, warum dies wichtig ist"
    " <https://aka.ms/LearnAboutSenderIdentification>",
)


@pytest.mark.parametrize("banner", BANNERS)
def test_a_servers_warning_about_outsiders_goes(banner: str) -> None:
    mail = read(plain(f"{banner}\n\n{WORDS}"))
    assert (mail.new_text, mail.quoted_text) == (WORDS, banner)


@pytest.mark.parametrize(
    "body",
    [
        BANNERS[0],
        "Attention: the gate outside is open.\n\nWho closes it?",
        "Warning: do not open the links in the mail that went around today.\n\nIt is phishing.",
    ],
)
def test_warnings_of_people_stay(body: str) -> None:
    assert read(plain(body)).new_text == body
