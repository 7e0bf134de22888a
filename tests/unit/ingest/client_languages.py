"""What mail clients write around the words of people, in 18 languages: the same moment, 3 March 2026, 9:12, in each.

Written down from the clients themselves, apart from the tables of `ingest.quoting`: a row that is wrong there is found
here. `{n}` is the name of the first writer, `{a}` the address.
"""

from typing import NamedTuple


class Language(NamedTuple):
    """One language: what people say, and what each client puts around it."""

    code: str
    new: tuple[str, str]
    """What is newly written."""
    asked: tuple[str, str]
    answered: tuple[str, str]
    """Two questions of the old mail, and the answers between them."""
    name: str
    gmail: str
    apple: str
    thunderbird: str
    yahoo: str
    labels: tuple[str, str, str, str, str]
    """Outlook's From, Sent, To, Cc, Subject."""
    sent: str
    original: str
    forward: str
    """Thunderbird's separator above a forwarded mail."""
    apple_forward: str
    iphone: str
    galaxy: str
    outlook_mobile: str
    windows_mail: str


LANGUAGES = (
    Language(
        "en", ("The scanner on the second floor is jammed again.", "Could somebody come before noon?"),
        ("Which floor is it?", "Does the display show a code?"), ("The second one, next to the lift.", "Yes, E-17."),
        "Tom Reed",
        "On Tue, Mar 3, 2026 at 9:12 AM {n} <{a}> wrote:", "On Mar 3, 2026, at 9:12 AM, {n} <{a}> wrote:",
        "On 3/3/2026 9:12 AM, {n} wrote:", "On Tuesday, March 3, 2026 at 09:12:00 AM EST, {n} <{a}> wrote:",
        ("From:", "Sent:", "To:", "Cc:", "Subject:"), "Tuesday, March 3, 2026 9:12 AM",
        "Original Message", "Forwarded Message", "Begin forwarded message:",
        "Sent from my iPhone", "Sent from my Galaxy", "Get Outlook for iOS", "Sent from Mail for Windows",
    ),
    Language(
        "de", ("Der Scanner im zweiten Stock klemmt schon wieder.", "Kann jemand vor zwölf vorbeikommen?"),
        ("In welchem Stock steht er?", "Zeigt er einen Code an?"), ("Im zweiten, neben dem Aufzug.", "Ja, E-17."),
        "Jörg Weiß",
        "Am Di., 3. März 2026 um 09:12 Uhr schrieb {n} <{a}>:", "Am 03.03.2026 um 09:12 schrieb {n} <{a}>:",
        "Am 03.03.26 um 09:12 schrieb {n}:",
        "Am Dienstag, 3. März 2026 um 09:12:00 MEZ hat {n} <{a}> Folgendes geschrieben:",
        ("Von:", "Gesendet:", "An:", "Cc:", "Betreff:"), "Dienstag, 3. März 2026 09:12",
        "Ursprüngliche Nachricht", "Weitergeleitete Nachricht", "Anfang der weitergeleiteten Nachricht:",
        "Von meinem iPhone gesendet", "Von meinem Galaxy gesendet", "Outlook für iOS beziehen",
        "Gesendet von Mail für Windows",
    ),
    Language(
        "fr", ("Le scanner du deuxième étage est encore bloqué.", "Quelqu'un peut-il passer avant midi ?"),
        ("À quel étage se trouve-t-il ?", "Quel code affiche-t-il ?"), ("Au deuxième, près de l'ascenseur.", "E-17."),
        "Chloé Petit",
        "Le mar. 3 mars 2026 à 09:12, {n} <{a}> a écrit :", "Le 3 mars 2026 à 09:12, {n} <{a}> a écrit :",
        "Le 03/03/2026 à 09:12, {n} a écrit :", "Le mardi 3 mars 2026 à 09:12:00 UTC+1, {n} <{a}> a écrit :",
        ("De :", "Envoyé :", "À :", "Cc :", "Objet :"), "mardi 3 mars 2026 09:12",
        "Message d'origine", "Message transféré", "Début du message transféré :",
        "Envoyé de mon iPhone", "Envoyé depuis mon appareil Galaxy", "Télécharger Outlook pour iOS",
        "Provenance : Courrier pour Windows",
    ),
    Language(
        "es", ("El escáner de la segunda planta vuelve a atascarse.", "¿Puede venir alguien antes de las doce?"),
        ("¿En qué planta está?", "¿Qué código muestra?"), ("En la segunda, junto al ascensor.", "E-17."),
        "Íñigo Peña",
        "El mar, 3 mar 2026 a las 9:12, {n} (<{a}>) escribió:", "El 3 mar 2026, a las 9:12, {n} <{a}> escribió:",
        "El 03/03/2026 a las 9:12, {n} escribió:", "El martes, 3 de marzo de 2026, 09:12:00 CET, {n} <{a}> escribió:",
        ("De:", "Enviado:", "Para:", "CC:", "Asunto:"), "martes, 3 de marzo de 2026 9:12",
        "Mensaje original", "Mensaje reenviado", "Inicio del mensaje reenviado:",
        "Enviado desde mi iPhone", "Enviado desde mi Galaxy", "Obtener Outlook para iOS",
        "Enviado desde Correo para Windows",
    ),
    Language(
        "it", ("Lo scanner del secondo piano è di nuovo bloccato.", "Qualcuno può passare prima di mezzogiorno?"),
        ("A che piano si trova?", "Mostra un codice?"), ("Al secondo, accanto all'ascensore.", "Sì, E-17."),
        "Nicolò Re",
        "Il giorno mar 3 mar 2026 alle ore 09:12 {n} <{a}> ha scritto:",
        "Il giorno 3 mar 2026, alle ore 09:12, {n} <{a}> ha scritto:",
        "Il 03/03/2026 09:12, {n} ha scritto:",
        "Il martedì 3 marzo 2026 alle ore 09:12:00 CET, {n} <{a}> ha scritto:",
        ("Da:", "Inviato:", "A:", "Cc:", "Oggetto:"), "martedì 3 marzo 2026 09:12",
        "Messaggio originale", "Messaggio Inoltrato", "Inizio messaggio inoltrato:",
        "Inviato da iPhone", "Inviato dal mio Galaxy", "Scarica Outlook per iOS", "Inviato da Posta per Windows",
    ),
    Language(
        "nl", ("De scanner op de tweede verdieping zit weer vast.", "Kan er iemand voor twaalven langskomen?"),
        ("Op welke verdieping staat hij?", "Geeft hij een code?"), ("Op de tweede, naast de lift.", "Ja, E-17."),
        "Daniël Smit",
        "Op di 3 mrt 2026 om 09:12 schreef {n} <{a}>:",
        "Op 3 mrt 2026, om 09:12 heeft {n} <{a}> het volgende geschreven:",
        "Op 03-03-2026 om 09:12 schreef {n}:", "Op dinsdag 3 maart 2026 om 09:12:00 CET schreef {n} <{a}>:",
        ("Van:", "Verzonden:", "Aan:", "CC:", "Onderwerp:"), "dinsdag 3 maart 2026 09:12",
        "Oorspronkelijk bericht", "Doorgestuurd bericht", "Begin doorgestuurd bericht:",
        "Verstuurd vanaf mijn iPhone", "Verzonden vanaf mijn Galaxy", "Outlook voor iOS downloaden",
        "Verzonden vanuit Mail voor Windows",
    ),
    Language(
        "pt", ("O scanner do segundo andar travou de novo.", "Alguém pode vir antes do meio-dia?"),
        ("Em que andar ele fica?", "Mostra algum código?"), ("No segundo, ao lado do elevador.", "Sim, E-17."),
        "João Conceição",
        "Em ter., 3 de mar. de 2026 às 09:12, {n} <{a}> escreveu:",
        "Em 3 de mar. de 2026, à(s) 09:12, {n} <{a}> escreveu:",
        "Em 03/03/2026 09:12, {n} escreveu:",
        "Em terça-feira, 3 de março de 2026 às 09:12:00 BRT, {n} <{a}> escreveu:",
        ("De:", "Enviado:", "Para:", "Cc:", "Assunto:"), "terça-feira, 3 de março de 2026 09:12",
        "Mensagem original", "Mensagem encaminhada", "Início da mensagem encaminhada:",
        "Enviado do meu iPhone", "Enviado do meu Galaxy", "Obter o Outlook para iOS", "Enviado do Email para Windows",
    ),
    Language(
        "pl", ("Skaner na drugim piętrze znowu się zaciął.", "Czy ktoś może przyjść przed południem?"),
        ("Na którym piętrze stoi?", "Czy pokazuje kod?"), ("Na drugim, obok windy.", "Tak, E-17."),
        "Łukasz Żak",
        "wt., 3 mar 2026 o 09:12 {n} <{a}> napisał(a):",
        "Wiadomość napisana przez {n} <{a}> w dniu 3 mar 2026, o godz. 09:12:",
        "W dniu 3.03.2026 o 09:12, {n} pisze:",
        "W dniu wtorek, 3 marca 2026 09:12:00 CET użytkownik {n} <{a}> napisał:",
        ("Od:", "Wysłane:", "Do:", "DW:", "Temat:"), "wtorek, 3 marca 2026 09:12",
        "Oryginalna wiadomość", "Treść przekazanej wiadomości", "Początek przekazywanej wiadomości:",
        "Wysłane z iPhone'a", "Wysłano z mojego urządzenia Galaxy", "Pobierz aplikację Outlook dla systemu iOS",
        "Wysłane z aplikacji Poczta dla systemu Windows",
    ),
    Language(
        "sv", ("Skannern på andra våningen har fastnat igen.", "Kan någon komma före tolv?"),
        ("På vilken våning står den?", "Visar den någon kod?"), ("På andra, bredvid hissen.", "Ja, E-17."),
        "Åsa Öberg",
        "Den tis 3 mars 2026 kl 09:12 skrev {n} <{a}>:", "3 mars 2026 kl. 09:12 skrev {n} <{a}>:",
        "Den 2026-03-03 kl. 09:12, skrev {n}:", "Den tisdag 3 mars 2026 09:12:00 CET, {n} <{a}> skrev:",
        ("Från:", "Skickat:", "Till:", "Kopia:", "Ämne:"), "den 3 mars 2026 09:12",
        "Ursprungligt meddelande", "Vidarebefordrat meddelande", "Vidarebefordrat brev:",
        "Skickat från min iPhone", "Skickat från min Galaxy", "Hämta Outlook för iOS",
        "Skickades från E-post för Windows",
    ),
    Language(
        "da", ("Scanneren på anden sal sidder fast igen.", "Kan nogen komme før klokken tolv?"),
        ("På hvilken etage står den?", "Viser den en kode?"), ("På anden sal, ved elevatoren.", "Ja, E-17."),
        "Søren Bæk",
        "tirs. 3. mar. 2026 kl. 09.12 skrev {n} <{a}>:", "Den 3. mar. 2026 kl. 09.12 skrev {n} <{a}>:",
        "Den 03.03.2026 kl. 09.12 skrev {n}:", "Den tirsdag 3. marts 2026 09.12.00 CET skrev {n} <{a}>:",
        ("Fra:", "Sendt:", "Til:", "Cc:", "Emne:"), "3. marts 2026 09:12",
        "Oprindelig meddelelse", "Videresendt meddelelse", "Start på videresendt besked:",
        "Sendt fra min iPhone", "Sendt fra min Galaxy", "Hent Outlook til iOS", "Sendt fra Mail til Windows",
    ),
    Language(
        "no", ("Skanneren i andre etasje har kilt seg igjen.", "Kan noen komme før klokken tolv?"),
        ("I hvilken etasje står den?", "Viser den en kode?"), ("I andre, ved siden av heisen.", "Ja, E-17."),
        "Bjørn Ødegård",
        "tir. 3. mar. 2026 kl. 09:12 skrev {n} <{a}>:", "3. mar. 2026 kl. 09:12 skrev {n} <{a}>:",
        "Den 03.03.2026 09:12, skrev {n}:", "Den tirsdag 3. mars 2026 09.12.00 CET, {n} <{a}> skrev følgende:",
        ("Fra:", "Sendt:", "Til:", "Kopi:", "Emne:"), "tirsdag 3. mars 2026 09:12",
        "Opprinnelig melding", "Videresendt melding", "Videresendt melding:",
        "Sendt fra min iPhone", "Sendt fra min Galaxy", "Få Outlook for iOS", "Sendt fra E-post for Windows",
    ),
    Language(
        "fi", ("Toisen kerroksen skanneri on taas jumissa.", "Pääseekö joku käymään ennen puoltapäivää?"),
        ("Missä kerroksessa se on?", "Näkyykö siinä koodi?"), ("Toisessa, hissin vieressä.", "Kyllä, E-17."),
        "Väinö Mäkelä",
        "ti 3. maalisk. 2026 klo 9.12 {n} ({a}) kirjoitti:", "{n} <{a}> kirjoitti 3.3.2026 kello 9.12:",
        "{n} kirjoitti 3.3.2026 klo 9.12:", "tiistai 3. maaliskuuta 2026 klo 9.12.00 UTC+2 {n} <{a}> kirjoitti:",
        ("Lähettäjä:", "Lähetetty:", "Vastaanottaja:", "Kopio:", "Aihe:"), "tiistai 3. maaliskuuta 2026 9.12",
        "Alkuperäinen viesti", "Välitetty viesti / Fwd.Msg", "Välitetty viesti alkaa:",
        "Lähetetty iPhonesta", "Lähetetty Galaxy-laitteestani", "Hanki Outlook for iOS",
        "Lähetetty Windowsin Sähköposti-sovelluksesta",
    ),
    Language(
        "cs", ("Skener ve druhém patře se zase zasekl.", "Může někdo přijít před polednem?"),
        ("Ve kterém patře stojí?", "Ukazuje nějaký kód?"), ("Ve druhém, vedle výtahu.", "Ano, E-17."),
        "Jiří Kříž",
        "út 3. 3. 2026 v 9:12 odesílatel {n} <{a}> napsal:", "3. 3. 2026 v 9:12, {n} <{a}>:",
        "Dne 03. 03. 26 v 9:12 {n} napsal(a):", "Dne úterý 3. března 2026 9:12:00 SEČ, {n} <{a}> napsal(a):",
        ("Od:", "Odesláno:", "Komu:", "Kopie:", "Předmět:"), "úterý 3. března 2026 9:12",
        "Původní zpráva", "Přeposlaná zpráva", "Začátek přeposílané zprávy:",
        "Odesláno z iPhonu", "Odesláno z mého zařízení Galaxy", "Získat Outlook pro iOS",
        "Odesláno z aplikace Pošta pro Windows",
    ),
    Language(
        "ru", ("Сканер на втором этаже опять заело.", "Может кто-нибудь подойти до полудня?"),
        ("На каком этаже он стоит?", "Он показывает код?"), ("На втором, рядом с лифтом.", "Да, E-17."),
        "Фёдор Ежов",
        "вт, 3 мар. 2026 г. в 09:12, {n} <{a}>:", "3 марта 2026 г., в 09:12, {n} <{a}> написал(а):",
        "03.03.2026 9:12, {n} пишет:", "вторник, 3 марта 2026 г., 09:12:00 GMT+3 {n} <{a}> написал(а):",
        ("От:", "Отправлено:", "Кому:", "Копия:", "Тема:"), "3 марта 2026 г. 9:12",
        "Исходное сообщение", "Перенаправленное сообщение", "Начало переадресованного сообщения:",
        "Отправлено с iPhone", "Отправлено с моего Galaxy", "Получить Outlook для iOS",
        "Отправлено из приложения \"Почта\" для Windows",
    ),
    Language(
        "tr", ("İkinci kattaki tarayıcı yine sıkıştı.", "Öğleden önce biri gelebilir mi?"),
        ("Hangi katta duruyor?", "Ekranda kod var mı?"), ("İkinci katta, asansörün yanında.", "Evet, E-17."),
        "Gülşah Işık",
        "{n} <{a}>, 3 Mar 2026 Sal, 09:12 tarihinde şunu yazdı:", "{n} <{a}> şunları yazdı (3 Mar 2026 09:12):",
        "3.03.2026 09:12 tarihinde {n} yazdı:",
        "3 Mart 2026 Salı 09:12:00 GMT+3 tarihinde {n} <{a}> şunu yazdı:",
        ("Kimden:", "Gönderildi:", "Kime:", "Bilgi:", "Konu:"), "3 Mart 2026 Salı 09:12",
        "Özgün İleti", "İletilen İleti", "İletilmiş mesajın başlangıcı:",
        "iPhone'umdan gönderildi", "Galaxy cihazımdan gönderildi", "iOS için Outlook'u edinin",
        "Windows için Posta ile gönderildi",
    ),
    Language(
        "zh", ("二楼的扫描仪又卡住了。", "中午之前能有人来看一下吗？"),
        ("在几楼？", "屏幕上有代码吗？"), ("二楼，电梯旁边。", "有，E-17。"),
        "李伟",
        "{n} <{a}> 于2026年3月3日周二 09:12写道：", "2026年3月3日 09:12，{n} <{a}> 写道：",
        "在 2026/3/3 9:12, {n} 写道:", "2026年3月3日 星期二 09:12:00，{n} <{a}> 写道：",
        ("发件人:", "发送时间:", "收件人:", "抄送:", "主题:"), "2026年3月3日 9:12",
        "原始邮件", "转发的消息", "下面是被转发的邮件：",
        "发自我的 iPhone", "从我的 Galaxy 发送", "获取 Outlook for iOS", "从 Windows 版邮件发送",
    ),
    Language(
        "ja", ("二階のスキャナーがまた詰まっています。", "午前中にどなたか来ていただけますか。"),
        ("何階ですか。", "コードは出ていますか。"), ("二階、エレベーターの隣です。", "はい、E-17です。"),
        "鈴木 健",
        "2026年3月3日(火) 9:12 {n} <{a}>:", "2026/03/03 9:12、{n} <{a}>のメール:",
        "On 2026/03/03 9:12, {n} wrote:", "2026年3月3日火曜日 09:12:00 JST、{n} <{a}> が書きました:",
        ("差出人:", "送信日時:", "宛先:", "CC:", "件名:"), "2026年3月3日 9:12",
        "元のメッセージ", "Forwarded Message", "転送されたメッセージ:",
        "iPhoneから送信", "Galaxyから送信", "Outlook for iOS を入手", "Windows 版のメールから送信",
    ),
    Language(
        "ko", ("2층 스캐너가 또 걸렸습니다.", "정오 전에 누가 와 주실 수 있나요?"),
        ("몇 층에 있나요?", "화면에 코드가 보이나요?"), ("2층 엘리베이터 옆입니다.", "네, E-17입니다."),
        "박지훈",
        "2026년 3월 3일 (화) 오전 9:12, {n} <{a}>님이 작성:", "2026. 3. 3. 오전 9:12, {n} <{a}> 작성:",
        "2026-03-03 오전 9:12에 {n} 이(가) 쓴 글:", "2026년 3월 3일 화요일 오전 9시 12분, {n} <{a}>님이 작성:",
        ("보낸 사람:", "보낸 날짜:", "받는 사람:", "참조:", "제목:"), "2026년 3월 3일 화요일 오전 9:12",
        "원본 메시지", "전달된 메시지", "전달된 메시지:",
        "나의 iPhone에서 보냄", "내 Galaxy에서 보냄", "iOS용 Outlook 다운로드", "Windows용 메일에서 보냄",
    ),
)  # fmt: skip
