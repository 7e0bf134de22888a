"""What servers put around the words of people: legal footers below, warnings about outsiders above.

A footer is cut only where it says at least three of the things that such footers say (that it is confidential, whom it
is for, what to do with it, what is forbidden), says it of "this message", and stands below the person's own words.
"""

import re
from collections.abc import Sequence
from typing import Final

from ingest.html import MARK_SIGNS

_MIN_LENGTH: Final = 100
_MAX_LENGTH: Final = 6_000
_MAX_PARAGRAPHS: Final = 12
_MAX_BANNER: Final = 800


def _any(*words: str) -> re.Pattern[str]:
    return re.compile("|".join(words), re.IGNORECASE)


# en | de | fr | es | it | nl | pt | pl | sv | da, no | fi | cs | ru | tr | zh | ja | ko
_THIS_MESSAGE = _any(
    r"\b(?:this|the) (?:electronic )?(?:e-?mail|message|communication|transmission|mail)\b",
    r"\b(?:diese[rs]?|die) (?:e-?mail|nachricht|mitteilung)\b",
    r"\bce (?:message|courriel|mél|mail)\b|\bcet e-?mail\b|\bprésent message\b",
    r"\best[ea] (?:mensaje|correo|mensagem|e-?mail|comunicaci)|\bpresente mensaje\b",
    r"\b(?:questo|presente) (?:messaggio|e-?mail|mail|comunicazione)\b",
    r"\b(?:dit|deze) (?:bericht|e-?mail)\b", r"\bwiadomość\b", r"\bmeddelande\b|\be-?post(?:meddelande|en)?\b",
    r"\b(?:denne|dette) (?:e-?mail|e-?post|mail|besked|melding)", r"\btämä (?:sähköposti|viesti)", r"\b(?:tento|tato) ",
    r"\b(?:это|данное|настоящее) (?:сообщение|письмо)", r"\bbu (?:e-?posta|mesaj|ileti|elektronik)",
    r"本(?:邮件|郵件|电子邮件|電子郵件|メール)|此(?:邮件|郵件|电子邮件)|このメール",
    r"(?:이|본) (?:메일|이메일|전자우편|메시지)",
)  # fmt: skip
_SAYS: Final = (
    _any(
        r"confidential|privileged|proprietary", r"vertraulich|rechtlich geschützt", r"confidentiel", r"confidencial",
        r"riservat|confidenzial", r"vertrouwelijk", r"poufn", r"konfidentiell|sekretess", r"fortrolig", r"luottamuksel",
        r"důvěrn", r"конфиденциальн", r"gizli", r"保密|机密|機密", r"機密|秘密", r"기밀|비밀",
    ),
    _any(
        r"intended (?:only |solely |exclusively )?(?:recipient|for|to)|addressee|named above",
        r"bestimmt|richtige adressat|adressaten|empfänger", r"destinataire|destiné", r"destinatari|dirigid",
        r"destinatari|destinat[oa]", r"bestemd|geadresseerde|ontvanger", r"adresat|odbiorc|przeznaczon",
        r"avsedd|mottagare|adressat", r"modtager|mottaker|tiltenkt|beregnet", r"vastaanottaj|tarkoitettu",
        r"určen|příjemc|adresát", r"адресат|получател|предназначен", r"alıcı|muhatab|gönderilen kişi",
        r"收件人|收信人", r"受信者|受取人|宛先", r"수신인|수신자",
    ),
    _any(
        r"notify|inform the sender|delete|destroy|in error", r"informieren|vernichten|löschen|irrtümlich",
        r"erreur|détruire|avertir|supprimer", r"error|elimin|notifi|destru|borr", r"per errore|cancell|distrugg|avvis",
        r"per vergissing|verwijder|vernietig|ten onrechte", r"por engano|apag|avis", r"omyłk|usun|powiadom|błęd",
        r"av misstag|radera|meddela avsändaren", r"ved en fejl|ved en feil|slet", r"virhe|poist|tuho",
        r"omyl|smaž|vymaž|informujte", r"по ошибке|удал|уничтож", r"yanlışlıkla|sil(?:iniz|mek)|imha",
        r"删除|刪除|误收|誤收", r"削除|破棄|誤って", r"삭제|폐기|잘못",
    ),
    _any(
        r"unauthori[sz]ed|prohibited|disclos|disseminat|distribut", r"unbefugt|nicht gestattet|unerlaubt|untersagt",
        r"interdit|non autorisée|diffusion", r"prohibid|no autorizad|divulga", r"vietat|non autorizzat|diffusion",
        r"verboden|niet toegestaan|verspreid|openbaarmak", r"proibid|não autorizad", r"zabronion|zakazan|rozpowszech",
        r"förbjud|inte tillåt|sprid", r"forbudt|ikke tillat|uautoriser|videreformidl", r"kielletty|luvaton|levit",
        r"zakázán|neoprávněn|šířen", r"запрещ|несанкционирован|распростран", r"yasak|izinsiz|ifşa|kopyala",
        r"禁止|未经授权|未經授權|披露", r"禁じ|禁止|無断|開示", r"금지|무단|유출|공개",
    ),
)  # fmt: skip
# Paragraphs of one sentence that stand around such footers.
_BESIDE = _any(
    r"consider the environment before print|think before you print|umwelt.{0,60}(?:druck|ausdruck)",
    r"(?:n'imprimez|imprimer).{0,60}(?:nécessaire|environnement)|(?:antes de|prima di) (?:imprimir|stampare)",
    r"(?:afdrukken|printen).{0,40}milieu|milieu.{0,60}(?:afdrukt|printen)",
    r"(?:miljö|miljøet).{0,60}(?:skriver|udskriv|print)",
    r"virus-?free\b.{0,40}avast",
    r"(?:scanned|checked) (?:for|by).{0,60}(?:virus|antivirus|mimecast|mailscanner|avast|avg)",
    r"auf viren (?:geprüft|überprüft)|(?:antivirus|viren)\w* (?:software )?(?:von )?avast|analyse antivirus|sin virus",
    r"\b(?:amtsgericht|handelsregister|hrb \d|registergericht|sitz der gesellschaft|ust-?id)",
    r"\bregistered (?:in (?:england|ireland|scotland)|office|number|company)|\bcompany (?:no|number|registration)\b",
    r"\bR\.?C\.?S\.? [A-Z]|\bSIRET\b|\bKvK\b|\bCIF:? [A-Z]|\bP\. ?IVA\b|\bKRS\b.{0,60}\bNIP\b",
)  # fmt: skip
_AVAST = re.compile(
    r"\W{0,6}(?:virus-?free|virenfrei|sans virus|libre de virus|privo di virus)\W.{0,60}(?:avast|avg)\.com",
    re.IGNORECASE,
)


_OF_MESSAGES: Final = (
    "mail", "messag", "nachricht", "mitteilung", "communicat", "transmission", "courriel", "correo", "mensaj", "mensag",
    "comunica", "bericht", "wiadomo", "meddel", "e-post", "epost", "besked", "melding", "viesti", "sähköposti", "tento",
    "tato", "сообщен", "письмо", "e-posta", "mesaj", "ileti", "elektronik",
    "邮件", "郵件", "メール", "메일", "우편", "메시지",
)  # fmt: skip
_OF_THINGS_BESIDE: Final = (
    "print", "imprim", "stampa", "umwelt", "milieu", "miljö", "virus", "viren", "avast", "gericht", "register", "hrb",
    "gesellschaft", "ust-", "company", "r.c.s", "rcs", "siret", "kvk", "cif", "iva", "krs",
)  # fmt: skip
"""One of these is in each such text: a quick look before the patterns."""


def _says_that_it_is_confidential(text: str) -> bool:
    least = _MIN_LENGTH // 3 if text[:1] > "\u2fff" else _MIN_LENGTH
    if not least <= len(text) <= _MAX_LENGTH:
        return False
    lowered = text.lower()
    if not any(word in lowered for word in _OF_MESSAGES):
        return False
    found = _THIS_MESSAGE.search(text)
    return found is not None and found.start() < 400 and sum(bool(says.search(text)) for says in _SAYS) >= 3


def footer_start(lines: Sequence[str], low: int, last: int) -> int:
    """The first line of the legal footer that ends on line `last`; `last` + 1 where there is none."""
    start, end, proven = last + 1, last, False
    for _ in range(_MAX_PARAGRAPHS):
        begin = end
        while begin > low and lines[begin - 1] and lines[begin - 1] not in MARK_SIGNS:
            begin -= 1
        if end < low:
            break
        text = " ".join(lines[begin : end + 1])
        confidential = _says_that_it_is_confidential(text)
        if not confidential and not _stands_beside(text):
            break
        proven = proven or confidential or bool(_AVAST.match(text))
        above = begin - 1
        while above >= low and not lines[above].strip("_-=*~ ") and above > low:
            above -= 1
        if lines[above].endswith((":", "：")):
            break  # announced: somebody asks about it
        first = _first_of(lines, begin, end) if confidential else begin
        if first <= low:
            break
        start, end = first, above
        if first > begin:
            break  # somebody's words stand right above
    return _with_strokes(lines, low, start) if proven else last + 1


def _stands_beside(text: str) -> bool:
    """Whether this is a sentence of the kind that stands around footers."""
    if len(text) >= 400:
        return False
    lowered = text.lower()
    return any(word in lowered for word in _OF_THINGS_BESIDE) and bool(_BESIDE.search(text) or _AVAST.match(text))


_TITLE = re.compile(
    r"\W{0,6}(?:disclaimer|confidential|notice|avis |rechtlicher hinweis|haftungsausschluss|aviso|klauzula)",
    re.IGNORECASE,
)


def _first_of(lines: Sequence[str], begin: int, end: int) -> int:
    """The line of a paragraph that the footer in it begins with: words right above it, on lines of their own, stay."""
    for n in range(begin, end + 1):
        if _TITLE.match(lines[n]) or _THIS_MESSAGE.search(lines[n]) or any(says.search(lines[n]) for says in _SAYS):
            return n if _says_that_it_is_confidential(" ".join(lines[n : end + 1])) else begin
    return begin


def _with_strokes(lines: Sequence[str], low: int, start: int) -> int:
    """A row of strokes above the footer belongs to it."""
    above = start - 1
    while above > low and not lines[above]:
        above -= 1
    return above if above > low and lines[above] and not lines[above].strip("_-=*~") else start


_BANNER_HEAD = re.compile(
    r"\W{0,6}(?:caution|warning|attention|achtung|vorsicht|warnung|external|extern|externe|atenci[oó]n|cuidado"
    r"|attenzione|waarschuwing|let op|aten[cç][aã]o|uwaga|varning|obs|advarsel|huomio|pozor|внимание|dikkat)\b",
    re.IGNORECASE,
)
_BANNER_SAYS: Final = (
    _any(r"\boutside\b|\bextern|\bbuiten\b|\bfuera de\b|\besterno|\bfora d[ao]\b|zewnętrz|utanför|uden for|utenfor"
         r"|ulkopuol|mimo organizac|вне организац|внешн|dışından|l'extérieur"),
    _any(r"messag|mail|nachricht|correo|mensaj|bericht|mensag|wiadomo|meddel|besked|viesti|zpráv|сообщен|письм|e-?post"),
    _any(r"\bclick|\blinks?\b|attachment|\banhäng|\bklick|clique|pièces|enlaces|adjuntos|allegat"
         r"|bijlagen|koppeling|klik|anexos|załącznik|bilag|vedlegg|länkar|liit|přílo|вложени|ссылк|bağlantı"),
)  # fmt: skip
_STRANGER = re.compile(r"https?://aka\.ms/LearnAboutSenderIdentification", re.IGNORECASE)


def banner_end(lines: Sequence[str], low: int, high: int) -> int:
    """The line behind a server's warning that a mail comes from outside, if one begins on line `low`; else `low`."""
    end = low
    while end < high and lines[end] and end - low < 12:
        end += 1
    text = " ".join(lines[low:end])
    if len(text) > _MAX_BANNER or end >= high:
        return low
    if _STRANGER.search(text) or (_BANNER_HEAD.match(text) and all(says.search(text) for says in _BANNER_SAYS)):
        return end
    return low
