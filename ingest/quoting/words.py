"""What mail clients write around history, by language: the words that the quote rules are built from.

One row per language (ISO 639-1), so that a language is added by adding a row. The words were collected from how
Outlook, Gmail, Apple Mail, Thunderbird, phones and the national web mailers are translated. Everything is compared
in lower case.
"""

from typing import Final, NamedTuple


class HeaderWords(NamedTuple):
    """Labels of the header fields that Outlook and others copy above the old mail."""

    sender: tuple[str, ...]
    sent: tuple[str, ...]
    to: tuple[str, ...]
    subject: tuple[str, ...]
    cc: tuple[str, ...] = ()


HEADERS: Final[dict[str, HeaderWords]] = {
    "en": HeaderWords(
        ("from",), ("sent", "date", "sent on"), ("to",), ("subject",), ("cc", "bcc", "reply-to", "reply to")
    ),
    "de": HeaderWords(
        ("von",), ("gesendet", "datum", "gesendet am"), ("an",), ("betreff",), ("kopie", "antwort an", "blindkopie")
    ),
    "fr": HeaderWords(
        ("de", "expéditeur"),
        ("envoyé", "envoyé le", "date", "date d'envoi", "message du"),
        ("à", "a", "destinataire", "pour"),
        ("objet", "sujet"),
        ("copie à", "cc", "copie", "répondre à"),
    ),
    "es": HeaderWords(
        ("de", "remitente"),
        ("enviado", "enviado el", "fecha", "enviada el", "enviados"),
        ("para", "a"),
        ("asunto",),
        ("cc", "cco", "responder a"),
    ),
    "it": HeaderWords(
        ("da", "mittente"),
        ("inviato", "data", "inviato il"),
        ("a", "per"),
        ("oggetto",),
        ("cc", "ccn", "risposta", "rispondi a"),
    ),
    "nl": HeaderWords(
        ("van",), ("verzonden", "datum", "verstuurd"), ("aan",), ("onderwerp", "betreft"), ("kopie", "antwoord aan")
    ),
    "pt": HeaderWords(
        ("de", "remetente"),
        ("enviado", "enviada", "enviado em", "enviada em", "data", "enviados"),
        ("para",),
        ("assunto",),
        ("cc", "cco", "responder a"),
    ),
    "pl": HeaderWords(
        ("od", "nadawca"),
        ("wysłano", "data", "wysłane", "wysłany", "data wysłania"),
        ("do", "adresat"),
        ("temat",),
        ("dw", "udw", "kopia", "do wiadomości"),
    ),
    "sv": HeaderWords(
        ("från",), ("skickat", "datum", "skickade"), ("till",), ("ämne", "rubrik"), ("kopia", "svar till")
    ),
    "da": HeaderWords(("fra",), ("sendt", "dato"), ("til",), ("emne",), ("kopi", "svar til")),
    "no": HeaderWords(("fra",), ("sendt", "dato"), ("til",), ("emne",), ("kopi", "svar til")),
    "fi": HeaderWords(
        ("lähettäjä", "lähettänyt"),
        ("lähetetty", "päivämäärä", "päiväys"),
        ("vastaanottaja", "vastaanottajat", "kenelle"),
        ("aihe",),
        ("kopio", "vastausosoite"),
    ),
    "cs": HeaderWords(
        ("od",),
        ("odesláno", "datum", "dátum", "odoslané"),
        ("komu", "pro"),
        ("předmět", "predmet", "věc"),
        ("kopie", "kópia"),
    ),
    "ru": HeaderWords(
        ("от", "от кого"), ("отправлено", "дата", "послано"), ("кому",), ("тема",), ("копия", "ответить")
    ),
    "uk": HeaderWords(("від",), ("надіслано", "дата", "відправлено"), ("кому",), ("тема",), ("копія",)),
    "tr": HeaderWords(
        ("kimden", "gönderen"),
        ("gönderildi", "gönderilme tarihi", "tarih", "gönderme tarihi", "gönderilen"),
        ("kime", "alıcı"),
        ("konu",),
        ("bilgi", "yanıtla"),
    ),
    "zh": HeaderWords(
        ("发件人", "寄件者", "寄件人", "發件人"),
        ("发送时间", "寄件日期", "日期", "傳送時間", "发送日期", "傳送日期", "時間", "时间"),
        ("收件人", "收件者"),
        ("主题", "主旨", "主題"),
        ("抄送", "副本", "密送"),
    ),
    "ja": HeaderWords(
        ("差出人", "送信者", "from"),
        ("送信日時", "日時", "送信日", "日付", "date"),
        ("宛先", "to"),
        ("件名", "subject"),
        ("cc", "返信先"),
    ),
    "ko": HeaderWords(
        ("보낸 사람", "보낸사람", "발신", "보낸이"),
        ("보낸 날짜", "날짜", "보낸날짜", "보낸 시간", "일시"),
        ("받는 사람", "받는사람", "수신", "받는이"),
        ("제목",),
        ("참조",),
    ),
    "hu": HeaderWords(
        ("feladó", "küldő"), ("elküldve", "dátum", "küldve"), ("címzett",), ("tárgy",), ("másolatot kap",)
    ),
    "ro": HeaderWords(("de la", "expeditor"), ("trimis", "data"), ("către",), ("subiect",), ("cc",)),
    "el": HeaderWords(("από",), ("στάλθηκε", "ημερομηνία"), ("προς",), ("θέμα",), ("κοιν.",)),
    "hr": HeaderWords(
        ("od", "šalje"), ("poslano", "datum", "poslato"), ("za", "prima"), ("predmet", "naslov"), ("kopija",)
    ),
    "he": HeaderWords(("מאת",), ("נשלח", "תאריך"), ("אל",), ("נושא",), ("עותק",)),
}

WROTE: Final[dict[str, tuple[str, ...]]] = {
    "en": ("wrote", "writes", "has written", "said"),
    "de": ("schrieb", "hat geschrieben", "geschrieben", "schreibt", "schrieben"),
    "fr": ("a écrit", "écrit", "écrivait", "a ecrit"),
    "es": ("escribió", "ha escrito", "escribio", "escribe"),
    "it": ("ha scritto", "scrisse", "scrive"),
    "nl": ("schreef", "geschreven", "het volgende geschreven", "schrijft"),
    "pt": ("escreveu", "escreve"),
    "pl": ("napisał", "napisała", "napisał(a)", "napisał/a", "pisze", "napisano"),
    "sv": ("skrev", "skrev följande", "skriver"),
    "da": ("skrev", "skrev følgende", "skrev den"),
    "no": ("skrev", "skrev følgende", "skreiv"),
    "fi": ("kirjoitti", "kirjoitti seuraavaa"),
    "cs": ("napsal", "napsal(a)", "napsala", "napísal(a)", "napísal", "napísala", "píše"),
    "ru": ("написал", "написала", "написал(а)", "писал", "писал(а)", "пишет", "написал (-а)"),
    "uk": ("написав", "написала", "пише", "написав(ла)"),
    "tr": ("yazdı", "şunu yazdı", "şunları yazdı", "yazmış"),
    "zh": ("写道", "寫道", "写于", "寫於", "撰寫", "撰写", "來信寫道", "写到"),
    "ja": ("のメール", "書きました", "のメッセージ", "は書きました", "さんは書きました", "wrote"),
    "ko": ("작성", "님이 작성", "썼습니다", "님이 씀", "씀", "님의 말", "쓴 글"),
    "hu": ("írta", "ezt írta", "a következőt írta"),
    "ro": ("a scris",),
    "el": ("έγραψε",),
    "hr": ("napisao", "napisala", "je napisao/la", "je napisao", "napisao je", "je napisao(la)"),
    "he": ("כתב", "מאת", "כתב/ה"),
    "vi": ("đã viết",),
    "th": ("เขียนว่า",),
    "ar": ("كتب", "كتبت"),
    "bg": ("написа", "написа(ла)"),
    "sl": ("je oseba", "je napisal/a", "je napisal"),
    "lt": ("rašė",),
    "lv": ("rakstīja",),
    "et": ("kirjutas",),
    "is": ("skrifaði",),
    "ca": ("va escriure", "ha escrit"),
    "id": ("menulis",),
}

# First words of an attribution line ("On", "Am", ...), the date or the name following.
OPENERS: Final[frozenset[str]] = frozenset(
    [
        "on", "at", "in", "am", "le", "el", "il", "op", "em", "den", "de", "på", "dne", "w", "dnia", "dana", "no",
        "pada", "în", "la", "στις", "em.", "il.", "il-giorno", "a", "u", "vào", "ngày", "lúc", "在", "于", "於",
        "の", "wiadomość", "wiadomosc", "od", "el.", "le.", "kl", "il.",
    ]
)  # fmt: skip

DAYS: Final[frozenset[str]] = frozenset(
    [
        "mon", "tue", "wed", "thu", "fri", "sat", "sun", "monday", "tuesday", "wednesday", "thursday", "friday",
        "saturday", "sunday", "mo", "di", "mi", "do", "fr", "sa", "so", "montag", "dienstag", "mittwoch",
        "donnerstag", "freitag", "samstag", "sonntag", "don", "mit", "lun", "mar", "mer", "jeu", "ven", "sam",
        "dim", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "mié", "mie", "jue",
        "vie", "sáb", "dom", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo", "gio",
        "sab", "lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica", "ma", "wo", "vr",
        "za", "zo", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag", "seg", "ter",
        "qua", "qui", "sex", "segunda", "terça", "quarta", "quinta", "sexta", "segunda-feira", "terça-feira",
        "quarta-feira", "quinta-feira", "sexta-feira", "pon", "wt", "śr", "czw", "pt", "sob", "niedz",
        "poniedziałek", "wtorek", "środa", "czwartek", "piątek", "sobota", "niedziela", "mån", "tis", "ons",
        "tors", "tor", "fre", "lör", "sön", "måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag",
        "man", "tir", "lør", "søn", "mandag", "tirsdag", "lørdag", "søndag", "ke", "ti", "to", "pe", "la", "su",
        "maanantai", "tiistai", "keskiviikko", "torstai", "perjantai", "lauantai", "sunnuntai", "po", "út", "st",
        "čt", "pá", "ne", "pondělí", "úterý", "středa", "čtvrtek", "pátek", "neděle", "пн", "вт", "ср", "чт",
        "пт", "сб", "вс", "понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье",
        "pzt", "sal", "çar", "per", "cum", "cmt", "paz", "pazartesi", "salı", "çarşamba", "perşembe", "cuma",
        "cumartesi", "pazar",
    ]
)  # fmt: skip

# Separator lines: what stands between the dashes.
ORIGINAL: Final[frozenset[str]] = frozenset(
    {
        "original message", "orig.msg.",
        "original", "original mail", "original email", "original e-mail", "reply message",
        "ursprüngliche nachricht", "ursprüngliche e-mail", "original-nachricht", "originalnachricht",
        "originale nachricht", "ursprungliche nachricht", "original nachricht", "ursprüngliche mail",
        "message d'origine", "message original", "message initial",
        "mail original", "e-mail original", "courriel original", "e-mail d'origine",
        "mensaje original", "correo original", "mensaje anterior",
        "messaggio originale", "messaggio originario", "messaggio di origine",
        "oorspronkelijk bericht", "origineel bericht", "oorspronkelijke bericht", "oorspronkelijke e-mail",
        "mensagem original", "oryginalna wiadomość", "wiadomość oryginalna",
        "wiadomość oryginalna/original message", "treść oryginalnej wiadomości",
        "ursprungligt meddelande", "originalmeddelande", "ursprungligt mail",
        "oprindelig meddelelse", "original meddelelse", "oprindelig besked", "original besked",
        "opprinnelig melding", "original melding", "originalmelding",
        "alkuperäinen viesti", "alkuperäinen sanoma",
        "původní zpráva", "původní e-mail", "pôvodná správa", "pôvodný e-mail", "originální zpráva",
        "исходное сообщение", "оригинальное сообщение", "исходное письмо", "пересылаемое сообщение",
        "вихідне повідомлення", "оригінальне повідомлення",
        "özgün ileti", "orijinal mesaj", "orijinal ileti", "özgün mesaj", "asıl ileti",
        "原始邮件", "原始郵件", "原邮件", "原郵件", "原始消息", "回复的原邮件", "邮件原件", "原始信件",
        "元のメッセージ", "オリジナルメッセージ", "原文", "元のメール",
        "원본 메시지", "원본 메일", "원본메시지", "원래 메시지", "원본 이메일", "original message (원본 메시지)",
        "eredeti üzenet", "mesaj original", "mesajul original", "αρχικό μήνυμα", "izvorna poruka", "originalna poruka",
        "הודעה מקורית",
    }
)  # fmt: skip
FORWARD: Final[frozenset[str]] = frozenset(
    {
        "forwarded message", "forwarded mail", "forwarded email", "forwarded e-mail", "begin forwarded message",
        "forward",
        "weitergeleitete nachricht", "weitergeleitete e-mail", "weitergeleitet", "weitergeleitete mail",
        "anfang der weitergeleiteten nachricht", "anfang der weitergeleiteten e-mail",
        "beginn der weitergeleiteten nachricht",
        "message transféré", "message transmis", "début du message réexpédié", "début du message transféré",
        "courriel transféré",
        "mensaje reenviado", "inicio del mensaje reenviado", "mensaje enviado", "correo reenviado",
        "messaggio inoltrato", "inizio messaggio inoltrato", "messaggio inoltrato da",
        "doorgestuurd bericht", "doorgestuurde bericht", "begin doorgestuurd bericht", "begin van doorgestuurd bericht",
        "mensagem encaminhada", "mensagem reencaminhada", "início da mensagem encaminhada",
        "início da mensagem reencaminhada",
        "wiadomość przekazana dalej", "przekazana wiadomość", "wiadomość przekazana",
        "początek przekazywanej wiadomości",
        "treść przekazanej wiadomości", "forwarded message/wiadomość przekazana",
        "vidarebefordrat meddelande", "vidarebefordrat mail", "vidarebefordrat brev",
        "början på vidarebefordrat meddelande",
        "videresendt meddelelse", "videresendt besked", "start på videresendt besked", "videresendt mail",
        "videresendt melding", "videresendt e-post", "start på videresendt melding", "start på videresendt e-mail",
        "välitetty viesti", "edelleen lähetetty viesti", "lähetetty edelleen", "välitetty viesti alkaa",
        "välitetyn viestin alku",
        "přeposlaná zpráva", "přeposlaný e-mail", "přeposlaná", "preposlaná správa", "začátek přeposílané zprávy",
        "začátek přeposlané zprávy",
        "пересылаемое сообщение", "перенаправленное сообщение", "переадресованное сообщение", "пересылаемое письмо",
        "начало переадресованного сообщения", "начало пересылаемого сообщения", "пересланное сообщение",
        "переслане повідомлення", "перенаправлене повідомлення",
        "yönlendirilmiş ileti", "iletilen mesaj", "yönlendirilen ileti", "iletilen ileti",
        "iletilmiş mesajın başlangıcı", "yönlendirilen mesaj",
        "转发的邮件", "轉寄郵件", "转发邮件", "轉寄的郵件", "转发邮件信息", "下面是被转发的邮件", "已转发邮件",
        "转发的消息", "轉寄的訊息",
        "forwarded message 转发邮件",
        "転送メッセージ", "転送されたメッセージ", "転送メール", "転送されたメール", "開始転送されたメッセージ",
        "전달된 메시지", "전달된 메일", "전달한 메시지", "전달된 이메일",
        "továbbított üzenet", "továbbított levél", "mesaj redirecționat", "mesaj transmis mai departe",
        "προωθημένο μήνυμα",
        "proslijeđena poruka", "הודעה שהועברה",
    }
)  # fmt: skip

FORWARD_SUBJECT: Final[tuple[str, ...]] = (
    "fw", "fwd", "wg", "tr", "rv", "enc", "i", "inoltro", "doorst", "vs", "vb", "pd", "vl", "vidarebefordrat",
    "edel", "iletilen",
    "yönl", "ilt", "fs", "пер", "转发", "轉寄", "轉發", "転送", "전달", "res enc", "reenv", "továbbítás",
    "továbbított", "přep", "wgl", "sv fwd",
)  # fmt: skip

# "Please write above this line": what service desks put over the history in their own mails.
ABOVE: Final[tuple[str, ...]] = (
    "reply above this line", "type your reply above this line", "write above this line", "respond above this line",
    "reply above the line", "reply above this text", "reply above line", "your reply above",
    "reply above this dotted line",
    "add your reply above", "please reply above", "reply by typing above", "answer above this line",
    "replies above this line",
    "über dieser zeile", "oberhalb dieser zeile", "oberhalb der linie", "über diese zeile", "über dieser linie",
    "au-dessus de cette ligne", "au dessus de cette ligne", "above this line to add",
    "por encima de esta línea", "encima de esta línea", "arriba de esta línea", "sobre esta línea",
    "sopra questa riga", "al di sopra di questa riga", "sopra questa linea",
    "boven deze regel", "boven deze lijn", "acima desta linha", "acima dessa linha", "acima dessa linha para responder",
    "powyżej tej linii", "nad tą linią", "ovanför denna rad", "ovanför den här raden", "ovanför denna linje",
    "over denne linje", "over denne linjen", "tämän rivin yläpuolelle", "tämän viivan yläpuolelle",
    "nad tuto čáru", "nad tímto řádkem", "nad tento řádek", "nad touto čarou", "выше этой линии",
    "выше этой строки", "над этой строкой",
    "bu satırın üzerine", "bu satırın üstüne", "bu çizginin üzerine", "请在此行上方", "在此行以上",
    "請在此行上方", "この行より上", "この線より上",
    "이 줄 위에", "이 선 위에", "이 줄 위쪽",
)  # fmt: skip

PREVIOUS: Final[frozenset[str]] = frozenset(
    {
        "previous replies", "previous discussion", "previous messages", "vorherige antworten", "réponses précédentes",
        "respuestas anteriores", "respuestas previas", "risposte precedenti", "vorige antwoorden", "eerdere reacties",
        "respostas anteriores", "poprzednie odpowiedzi", "tidigare svar", "tidligere svar", "aiemmat vastaukset",
        "aiemmat viestit", "předchozí odpovědi", "предыдущие ответы", "önceki cevaplar", "önceki yanıtlar",
        "之前的回复", "先前的回覆",
        "以前の返信", "이전 답글", "이전 답장",
    }
)  # fmt: skip
