"""Lines that a device or a client adds by itself ("Sent from my iPhone"), and signatures below a delimiter."""

import re
from typing import Final

# Names of things: nobody begins a sentence of four words with "Sent from" and one of them.
_BRAND = (
    r"(?:iphon\w*|ipad\w*|ipod|imac|macbook|apple watch|android\w*|samsung|galaxy|black ?berry|windows|nokia|lumia|"
    r"huawei|xiaomi|redmi|htc|motorola|pixel|oneplus|outlook|hotmail|yahoo|gmail|gmx|web\.de|t-online|telekom|"
    r"aol|airmail|"
    r"mailbox|spark|proton ?mail|k-9|thunderbird|postbox|tutanota|typeapp|blue ?mail|edison|newton|superhuman|mailbird|"
    r"em client|aqua ?mail|mail\.ru|yandex|яндекс\w*|zoho|libero|orange|fairemail|mail app|华为|小米)"
)
_THING = (
    r"(?:mobile(?: (?:device|phone))?|phone|cell(?: ?phone)?|smart ?phone|tablet|handy|mobiltelefon|mobilgerät|"
    r"smartphone|"
    r"teléfono|móvil|celular|telefone|telemóvel|téléphone|portable|mobile|telefono|cellulare|telefoon|"
    r"mobiel\w*|telefonu|"
    r"telefon|mobil\w*|matkapuhelime\w*|puhelime\w*|телефон\w*|手机|手機|携帯|スマートフォン|휴대폰|휴대전화)"
)
_MY = r"(?:my|a|the|mijn|mon|ma|un|mi|meu|mio|mia|min|mitt|moje\w*|mého|моего|meine[mr]|einem|我的)"
# How a language says "sent from", before the name.
_SENT = (
    r"(?:sent (?:from|via|with|by|on|using|through)|written (?:on|from)|typed on|"
    r"(?:gesendet|versendet|verschickt|geschrieben) (?:von|mit|über|aus|vom)|"
    r"envoyée? (?:de|depuis|à partir de?|avec|via|du)|provenance\s?:|"
    r"envia[dt][oa] (?:desde|con|por|vía|do|da|de|a partir d[aeo]|pelo|pela|via|através d[aeo])|"
    r"inviat[oa] (?:da|dal|dall'|dalla|con|tramite|attraverso)|"
    r"(?:verzonden|verstuurd|gestuurd) (?:vanaf|van|met|via|vanuit|door)|"
    r"wysłan[oae] (?:z|ze|przy|za)|skicka(?:t|des) (?:från|via|med)|send(?:t|es) (?:fra|via|med)|lähetetty|"
    r"(?:odesláno|odoslané|odeslané) (?:z|ze|zo|pomocí|přes)|отправлено (?:с|со|из|от|через)|надіслано (?:з|із)|"
    r"发自|發自|来自|來自|寄自|送信元)"
)
_EXCUSE = (
    r"(?:[.,;:!–-]* ?(?:please |kindly )?(?:excuse|pardon|forgive|sorry|apolog|ignore|bitte|entschuldig|"
    r"verzeih|disculp|"
    r"désolé|excus|scus|desculp|beg)\b.{0,80})"
)
_WORDS = r"(?:[^\s.!?]{1,24}\s)"  # the blank is not optional: else there are very many ways to match one long word
_TAIL = r"(?:\s[^\s.!?]{1,24})"
_PREFIXED = re.compile(
    rf"{_SENT}\s?(?:(?:我的)?{_WORDS}{{0,5}}{_BRAND}[\w'’.-]{{0,20}}{_TAIL}{{0,5}}|"
    rf"(?:{_MY}\s?)?(?:mobile )?{_THING}(?: \w+)?){_EXCUSE}?",
    re.IGNORECASE,
)
# Languages that say it after the name, or around it.
_AROUND = re.compile(
    rf"(?:diese )?(?:nachricht|e-mail|mail) wurde (?:von|mit) {_WORDS}{{0,5}}(?:{_BRAND}|"
    rf"{_THING})[^\s]{{0,16}}{_TAIL}{{0,5}} "
    r"(?:gesendet|versandt|verschickt|geschrieben)"
    r"|(?:von|mit|vom) (?:meine[mr](?:/meine[mr])?|einem|mein) (?!.*\b(?:nichts?|keine?|wird|werden|wurden?|"
    r"kann)\b)[\w .+-]{1,30} (?:gesendet|verschickt|versendet|geschrieben)"
    rf"|{_WORDS}{{0,3}}{_BRAND}[^\s]{{0,10}}{_TAIL}{{0,3}} (?:gönderildi|gönderilmiştir|küldve)"
    rf"|{_WORDS}{{0,3}}{_BRAND}[^\s。、]{{0,6}}(?: ?版?のメール)?"
    r"(?:から送信(?:されました)?|에서 (?:보냄|보냈습니다|전송))"
    rf"|{_WORDS}{{0,2}}{_BRAND}용 메일에서 보냄"
    rf"|(?:从|從|使用|用)(?:我的)?\s?{_WORDS}{{0,2}}(?:{_BRAND}|{_THING})\s?"
    r"(?:版?(?:邮件|郵件)\s?)?(?:发送|傳送|發送|送出)"
    rf"|ce (?:message|courriel|mail) a été envoyé (?:de|depuis|avec) {_WORDS}{{0,4}}(?:{_BRAND}|{_THING}){_TAIL}{{0,4}}"
    rf"|este (?:mensaje|correo) (?:fue|ha sido) enviado desde {_WORDS}{{0,4}}(?:{_BRAND}|{_THING}){_TAIL}{{0,4}}"
    rf"|this (?:message|e-?mail) was sent (?:from|with|via) {_WORDS}{{0,4}}(?:{_BRAND}|{_THING}){_TAIL}{{0,4}}"
    r"|sent from (?:nine|mailspring\b.{0,80})|get (?:blue ?mail|type ?app|aqua ?mail|spark|edison mail) for \w{2,10}"
    r"|sent from my [\w'+-]{1,20}(?: [\w'+-]{1,20}){0,4}"
    r"|(?:enviado desde mi|envoyé (?:de|depuis) mon|inviato dal mio|(?:verzonden|verstuurd) vanaf mijn|"
    r"enviado do meu|skickat från min"
    r"|sendt fra min|отправлено с моего) [\w'+-]{1,20}(?: [\w'+-]{1,20}){0,3}"
    rf"|(?:\w{{1,20}} )?from (?:my )?(?:{_BRAND}(?: \w{{1,8}})?|mobile|phone|cell)",
    re.IGNORECASE,
)
_APP = (
    r"outlook (?:for |für |pour |para |per |voor |dla (?:systemu )?|för |til |pro |для |på )?(?:the )?"
    r"(?:ios|android|mobile)"
)
_GET_OUTLOOK = re.compile(
    rf"(?:[^\s]{{1,14}} ){{0,4}}{_APP}(?: [^\s]{{1,14}}){{0,2}}(?:\s?を(?:入手|取得))?|(?:获取|取得|下载|下載)\s?{_APP}"
    r"|(?:ios|android) için outlook.{0,20}|(?:ios|android)용 outlook.{0,20}",
    re.IGNORECASE,
)
_TARGET = re.compile(r"\[([^\]]{0,80})\]\([^)]{0,300}\)|<?(?:https?://|mailto:)[^\s>]{1,2000}>?")
_FIRST_WORDS: Final = frozenset(
    [
        "sent", "from", "provenance", "skickades",
        "written", "typed", "gesendet", "versendet", "verschickt", "geschrieben", "von", "mit",
        "vom", "diese", "nachricht", "envoyé", "envoyée", "ce", "enviado", "enviada", "este", "inviato",
        "inviata", "verzonden", "verstuurd", "gestuurd", "wysłano", "wysłane", "wysłana", "skickat", "sendt",
        "sendes", "lähetetty", "odesláno", "odoslané", "odeslané", "отправлено", "надіслано", "this", "ezt",
        "someone", "get", "holen", "laden", "obtenez", "obtenir", "téléchargez", "télécharger", "obtén",
        "obtener", "descargar", "descargue", "descarga", "ottieni", "scarica", "outlook", "download", "krijg",
        "obter", "obtenha", "baixe", "pobierz", "hämta", "skaffa", "hent", "få", "last", "skaff", "hanki", "hae",
        "lataa", "získat", "získejte", "stáhnout", "stáhněte", "получить", "скачать", "установить", "загрузить",
        "ios", "android",
    ]
)  # fmt: skip
_LAST_PIECES: Final = (
    "gönderildi", "gönderilmiştir", "送信", "送信されました", "보냄", "보냈습니다", "전송", "küldve", "edinin",
    "indirin", "alın", "다운로드", "가져오기", "入手", "取得", "发送", "傳送", "發送", "送出", "发自", "phone",
    "ophalen", "downloaden",
)  # fmt: skip
_CJK_FIRST: Final = frozenset("从從使用发發来寄送获取下나")


_FIRST_LETTERS: Final = frozenset(
    letters
    for word in (f"{word} "[:3] for word in _FIRST_WORDS)
    for letters in (word, word.capitalize(), word.upper(), "iOS")
)
_LAST_LETTERS: Final = frozenset(piece[-2:] for piece in _LAST_PIECES)
FIRST_SIGNS: Final = frozenset(sign for word in _FIRST_WORDS for sign in (word[0], word[0].upper())) | _CJK_FIRST
LAST_SIGNS: Final = frozenset(piece[-1] for piece in _LAST_PIECES)
"""With one of these a line of a client begins, or ends."""
_WRAPPERS: Final = "<([*_~-–—| \t\u00a0"


def may_be_client_lines(lines: list[str], heads: list[int], tails: list[int]) -> set[int]:
    """A cheap look at the first and last letters of lines without blanks around them: which of them to look at?
    `heads` and `tails` are the numbers of those that begin or end with a sign that such lines begin or end with."""
    first, last, wide = _FIRST_LETTERS, _LAST_LETTERS, _CJK_FIRST
    found = [n for n in heads if lines[n][:3] in first or lines[n][0] in wide]
    found += [n for n in tails if lines[n][-2:] in last]
    return set(found)


def _hinted(text: str) -> bool:
    """A closer look at the first and last words."""
    bare = text.lstrip(_WRAPPERS)
    first = bare[:24].split(None, 1)
    if not first:
        return False
    return (
        first[0].lower() in _FIRST_WORDS
        or bare[0] in _CJK_FIRST
        or text.rstrip(".>)]*_ !").endswith(_LAST_PIECES)
        or "://" in text
    )


MAX_BOILERPLATE: Final = 160


def is_client_line(line: str) -> bool:
    """Whether a device or client wrote this line on its own."""
    text = line.strip()
    if not text or len(text) > 2_400 or not _hinted(text):
        return False
    text = _TARGET.sub(lambda hit: hit[1] or "", text)
    text = " ".join(text.split()).strip("<>()[]*_~-–—| .!")
    if not 3 < len(text) <= MAX_BOILERPLATE:
        return False
    return bool(_PREFIXED.fullmatch(text) or _AROUND.fullmatch(text) or _GET_OUTLOOK.fullmatch(text))


_DELIMITER_CHARACTERS: Final = frozenset("-_,=+~#*ᐧ—–─━ \t\u00a0")


def is_delimiter(line: str) -> bool:
    """Whether the line consists of nothing but strokes."""
    text = line.strip()
    return bool(text) and len(text) <= 200 and _DELIMITER_CHARACTERS.issuperset(text)


def is_signature_delimiter(line: str) -> bool:
    """`-- ` (RFC 3676, 4.3), with or without its blank."""
    return line.strip() in {"--", "- --", "–-"} and len(line) <= 6


_CONTACT = re.compile(
    r"@|https?://|www\.|(?:\+|\(0|\b0)\d[\d\s()./-]{5,}|\b(?:tel|fon|phone|fax|mobile?|mobil|handy|cell|"
    r"téléphone|telefon[eo]?|gsm)\b\s*[.:]"
    r"|\b(?:gmbh|inc\.|ltd|llc|s\.a\.|s\.r\.l|b\.v\.|a/s|oyj?|ab|sp\. z o)\b|\bunsubscribe\b|\bsignature\b|"
    r"\bmailing list\b",
    re.IGNORECASE,
)


def looks_like_signature(lines: list[str]) -> bool:
    """Whether these lines below a row of strokes are a signature or footer, not a further piece of the message."""
    full = [line.strip() for line in lines if line.strip()]
    if not full:
        return True
    if len(full) > 14 or sum(map(len, full)) > 1_200:
        return False
    return any(_CONTACT.search(line) for line in full) and sum(len(line) > 90 for line in full) <= 2
