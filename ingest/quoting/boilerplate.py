"""Lines that a device or a client adds by itself ("Sent from my iPhone"), and signatures below a delimiter."""

import re
from typing import Final

_DEVICE = (
    r"(?:iphon\w*|ipad\w*|ipod|imac|macbook|apple watch|android\w*|samsung|galaxy|black ?berry|windows|"
    r"windows \d|nokia|lumia|huawei|xiaomi|redmi|htc|"
    r"motorola|pixel|oneplus|outlook|hotmail|yahoo|gmail|gmx|web\.de|t-online|aol|airmail|mailbox|spark|"
    r"proton ?mail|k-9|thunderbird|postbox|"
    r"tutanota|typeapp|blue ?mail|edison|newton|superhuman|mailbird|em client|aquamail|aqua mail|mail\.ru|"
    r"yandex|zoho|libero|orange|fairemail|"
    r"mobile|mobil|phone|telefon|teléfono|telefone|téléphone|handy|smartphone|smarttelefon|tablet|cell|device|"
    r"appareil|dispositivo|mail for windows|"
    r"mobiltelefon|mobilgerät|mobiele|matkapuhelin|puhelin|telefonu|телефон|мобильн|携帯|手机|手機|휴대|スマートフォン|mail)"
)
# How a language says "sent from", before the name of the device or client.
_SENT = (
    r"sent (?:from|via|with|by|on|using|through)|from my|written (?:on|from) my|typed on my|"
    r"(?:gesendet|versendet|verschickt|geschrieben) (?:von|mit|über|aus|vom)|von meinem|mit meinem|"
    r"envoyée? (?:de|depuis|à partir de?|avec|via|du)|"
    r"enviado (?:desde|con|por|vía|do|da|de|a partir|pelo|via|através)|enviada (?:do|da|de|pelo)|"
    r"inviat[oa] (?:da|dal|dall'|dalla|con|tramite|attraverso)|"
    r"(?:verzonden|verstuurd|gestuurd) (?:vanaf|van|met|via|vanuit|door)|"
    r"wysłan[oae] (?:z|ze|przy|za)|skickat (?:från|via|med)|sendt (?:fra|via|med)|sendes fra|lähetetty|"
    r"(?:odesláno|odoslané|odeslané) (?:z|ze|zo|pomocí|přes)|отправлено (?:с|со|из|от|через)|надіслано (?:з|із)|"
    r"发自|發自|来自|寄自|送信元"
)
_PREFIXED = re.compile(rf"(?:{_SENT}).{{0,60}}?{_DEVICE}.{{0,60}}", re.IGNORECASE)
# Languages that say it after the device, or around it.
_SUFFIXED = re.compile(
    rf"(?:(?:diese )?(?:nachricht|e-mail|mail) wurde (?:von|mit) .{{1,60}}(?:gesendet|versandt|verschickt|geschrieben)"
    rf"|(?:von|mit|vom) .{{0,30}}{_DEVICE}.{{0,30}} (?:gesendet|verschickt|versendet|geschrieben)"
    rf"|[^.!?]{{0,40}}{_DEVICE}.{{0,24}}(?:gönderildi|gönderilmiştir|"
    rf"から送信(?:されました)?|에서 보냄|에서 보냈습니다|에서 전송|küldve)"
    rf"|(?:从|從|使用|用).{{0,30}}(?:发送|傳送|發送|送出)"
    rf"|ce (?:message|courriel|mail) a été envoyé (?:de|depuis|avec) .{{1,60}}"
    rf"|este (?:mensaje|correo) (?:fue|ha sido) enviado desde .{{1,60}}"
    rf"|this (?:message|e-?mail) was sent from (?:my|a) .{{1,60}}"
    rf"|ezt az e-mailt .{{1,40}} küldtem"
    rf"|sent from my [\w' +-]{{1,40}}|enviado desde mi [\w +-]{{1,40}}|envoyé (?:de|"
    rf"depuis) mon [\w +-]{{1,40}}|von meinem [\w +-]{{1,40}} gesendet"
    rf"|inviato dal mio [\w +-]{{1,40}}|(?:verzonden|verstuurd) vanaf mijn [\w +-]{{1,40}}|"
    rf"enviado do meu [\w +-]{{1,40}}"
    rf"|skickat från min [\w +-]{{1,40}}|sendt fra min [\w +-]{{1,40}}|отправлено с моего [\w +-]{{1,40}}"
    rf"|\w{{0,20}} ?from (?:my )?(?:mobile|iphone(?: \w+)?|ipad|android|phone|cell|blackberry))",
    re.IGNORECASE,
)
_GET_OUTLOOK = re.compile(
    r"(?:get|holen sie sich|laden sie|obtenez|obtenir|télécharge[rz]|obtén|obtener|descarg(?:ar|ue|a)|ottieni|"
    r"scarica|outlook voor|download|krijg|obter|"
    r"obtenha|baixe|pobierz|hämta|skaffa|hent|få|last ned|skaff|hanki|hae|lataa|získat|získejte|stáhnout|"
    r"stáhněte|получить|скачать|установить|загрузить|"
    r"获取|取得|下载|下載)\s?.{0,24}(?:outlook|yahoo|gmail|spark|blue ?mail).{0,60}"
    r"|.{0,12}outlook(?:'u|’u)? (?:edinin|indirin|al(?:ın)?|ophalen|downloaden)|.{0,12}outlook.{0,16}(?:を入手|"
    r"を取得|다운로드|가져오기)|(?:ios|android)용 outlook.{0,20}"
    r"|(?:ios|android) için outlook.{0,20}|download now .{0,40}|outlook (?:for|für|pour|para|per|voor) (?:ios|"
    r"android).{0,40}",
    re.IGNORECASE,
)
_TARGET = re.compile(r"\[([^\]]{0,80})\]\([^)]{0,300}\)|<?(?:https?://|mailto:)[^\s>]{1,2000}>?")
_FIRST_WORDS: Final = frozenset(
    [
        "sent", "from", "written", "typed", "gesendet", "versendet", "verschickt", "geschrieben", "von", "mit",
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


_FIRST_LETTERS: Final = frozenset(word[:3] for word in _FIRST_WORDS)
_LAST_LETTERS: Final = frozenset(piece[-2:] for piece in _LAST_PIECES)
_WRAPPERS: Final = "<([*_~-–—| \t\u00a0"


def may_be_client_lines(lines: list[str]) -> list[int]:
    """A cheap look at the first and last letters of lines without blanks around them: which of them to look at?"""
    first, last, wide = _FIRST_LETTERS, _LAST_LETTERS, _CJK_FIRST
    return [
        n
        for n, line in enumerate(lines)
        if line and (line[:3].lower() in first or line[-2:] in last or line[0] in wide)
    ]


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
    text = text.strip("<>()[]*_~-–—| \t\u00a0.!")
    if not 3 < len(text) <= MAX_BOILERPLATE:
        return False
    return bool(_PREFIXED.fullmatch(text) or _SUFFIXED.fullmatch(text) or _GET_OUTLOOK.fullmatch(text))


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
