"""What a mail plainly wishes for: something to be ordered, set up or allowed, in a dozen languages of Europe; and
whether it only asks.

A wish takes a word of wishing and one of getting, and nothing that denies: "I cannot order in the shop" is a trouble.
"""

import re

from correlate.phrases import Phrases
from correlate.words import tokens

_TABLE = """
wish: would like, d like, want, need, please, kindly, could you, can you, can i get, can i have, could i get, could i
    have, may i have, requesting, mochte, mochten, hatte gern, hatten gern, brauche, brauchen, benotige, benotigen,
    bitte, voudrais, voudrions, aimerais, aimerions, souhaite, souhaitons, besoin, merci de, plait, pourriez, quisiera,
    quisieramos, querria, querriamos, gustaria, necesito, necesitamos, favor, podriais, podeis, pueden, vorrei,
    vorremmo, desidero, desideriamo, bisogno, favore, potreste, cortesemente, queria, queriamos, gostaria, gostariamos,
    gostava, preciso, precisamos, podem, wil graag, willen graag, zou graag, zouden graag, graag, nodig, alstublieft,
    alsjeblieft, kunnen jullie, chcialbym, chcialabym, chcielibysmy, poprosze, prosze, potrzebuje, potrzebujemy, vill,
    vilja, behover, behovs, tack, snalla, vil gerne, vil gjerne, onsker, trenger, venligst, vennligst, chtel bych,
    chtela bych, rad bych, rada bych, potrebuji, potrebujeme, prosim, haluaisin, tarvitsen, kiitos
get: order, ordering, a new, an additional, set up, setup, create, install, installed, grant, give, provide, access to,
    access for, permission, permissions, write access, read access, license, licence, licenses, licences, new starter,
    new hire, bestellen, bestellung, beschaffen, beschaffung, beantragen, anlegen, einrichten, einrichtung,
    installieren, freischalten, freigeben, berechtigung, berechtigungen, schreibrecht, schreibrechte, leserechte,
    zugriff auf, zugriff fur, lizenz, lizenzen, neuen mitarbeiter, neue mitarbeiterin, commander, commande, acheter,
    creer, installer, ajouter, donner acces, acces a, acces au, acces aux, droits, droit d ecriture, licence, licences,
    pedir, encargar, solicitar, crear, instalar, anadir, dar de alta, acceso a, acceso al, permiso, permisos, licencia,
    licencias, ordinare, acquistare, richiedere, creare, installare, aggiungere, abilitare, accesso a, accesso alla,
    accesso al, permesso, permessi, licenza, licenze, encomendar, comprar, criar, adicionar, acesso a, acesso ao,
    permissao, permissoes, licenca, licencas, aanvragen, aanschaffen, aanmaken, installeren, toevoegen, toegang tot,
    rechten, schrijfrechten, licentie, licenties, zamowic, zamowienie, zakup, zalozyc, zalozenie, utworzyc, utworzenie,
    zainstalowac, instalacje, dostep do, uprawnienia, licencje, licencji, bestalla, skapa, installera, ordna, lagga
    upp, behorighet, skrivratt, atkomst till, licens, licenser, bestille, oprette, opprette, installere, adgang til,
    tilgang til, rettigheder, rettigheter, objednat, koupit, zalozit, vytvorit, nainstalovat, pristup k, opravneni,
    tilata, luoda, asentaa, oikeudet
not: not, no longer, can t, cannot, cant, won t, doesn t, isn t, unable, nicht, nicht mehr, kein, keine, keinen, ne
    peux, ne peut, ne pouvons, n arrive, ne fonctionne, impossible, pas, plus acces, no puedo, no podemos, no se puede,
    no funciona, no va, non posso, non riesco, non possiamo, non funziona, non si, nao consigo, nao posso, nao
    conseguimos, nao funciona, niet, geen, lukt niet, nie moge, nie mozemy, nie dziala, nie da, inte, kan ikke, ikke,
    nejde, nemohu, nefunguje, nelze, ei toimi, en pysty
"""
_said = Phrases(_TABLE)
_SENTENCE = re.compile(r"(?:[^.!?\n]|[.!?](?=[^\s.!?]))+[.!?]*")
"""A point within an address ends none."""
_SENTENCE_WORDS = 4
_COURTESY = 8
"""Words after the last question: thanks and a name."""
_READ = 1_500
"""Characters; what somebody wants stands near the beginning."""


def wishes(subject: str | None, text: str) -> bool:
    """Whether the mail wishes for something to be ordered, set up or allowed."""
    found = {name for name, _, _ in _said.found_in(tokens(f"{subject or ''}\n{text[:_READ]}"))}
    return found == {"wish", "get"}


def asks_only(said: str) -> bool:
    """Whether every sentence that says something is a question, but for a short greeting and a short end."""
    sentences = [(part.strip().endswith("?"), len(tokens(part))) for part in _SENTENCE.findall(said[:2_000])]
    questions = [place for place, (asks, length) in enumerate(sentences) if asks and length >= _SENTENCE_WORDS]
    if not questions:
        return False
    between = sentences[questions[0] : questions[-1]]
    around = (
        [length for _, length in sentences[: questions[0]]],
        [length for _, length in sentences[questions[-1] + 1 :]],
    )
    return all(asks or length < _SENTENCE_WORDS for asks, length in between) and (
        max(around[0], default=0) < _SENTENCE_WORDS and sum(around[1]) <= _COURTESY
    )
