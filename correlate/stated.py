"""How grave a mail itself says that it is: how many cannot work, and that it cannot wait, in eight languages.

Only plain statements count. "Everyone" and "nobody" alone do not: "it works for everyone else", "nobody answers me".
"""

from msgspec import Struct

from correlate.phrases import Phrases
from correlate.priorities import LEVELS, higher
from correlate.records import Level, Reason
from correlate.words import tokens

_SCOPE = """
high: whole * company, entire * company, all of the company, company wide, all sites, all locations, all branches,
    every site, whole * factory, entire * factory, whole * plant, production is down, production has stopped,
    production stopped, production line is down, production line stopped, production stands, ganze * firma, ganzen *
    firma, gesamte * firma, gesamten * firma, firmenweit, ganze unternehmen, gesamte unternehmen, alle standorte,
    allen standorten, alle filialen, allen filialen, produktion steht, produktion stillsteht, fertigung steht, band
    steht, toute l entreprise, toute la societe, tous les sites, toutes les agences, production est arretee,
    production arretee, production a l arret, usine est a l arret, toda la empresa, todas las sedes, todas las
    oficinas, produccion parada, produccion esta parada, fabrica parada, tutta l azienda, tutta la societa, tutte le
    sedi, tutte le filiali, produzione ferma, produzione e ferma, hele * bedrijf, gehele * bedrijf, alle vestigingen,
    productie ligt stil, productie staat stil, fabriek ligt stil, cala * firma, calej firmie, cala firme, wszystkie
    oddzialy, wszystkich oddzialach, produkcja stoi, produkcja stanela, toda a empresa, todas as filiais, todos os
    locais, producao parada, producao esta parada, fabrica parada
medium: whole * team, entire * team, whole * department, entire * department, whole * office, entire * office, whole *
    floor, entire * floor, whole * building, entire * building, whole * branch, whole * warehouse, entire * warehouse,
    nobody * can, no one can, none of us can, nobody here can, nobody in, nobody is able, all of us, for all of us,
    all users, all colleagues, all my colleagues, everyone is affected, everybody is affected, everyone here,
    everybody here, down for everyone, down for everybody, ganze * team, gesamte * team, ganze * abteilung, ganzen *
    abteilung, gesamte * abteilung, ganze * buro, gesamte * buro, ganze * etage, ganze * stockwerk, ganze * gebaude,
    niemand * kann, keiner * kann, keiner von uns, niemand von uns, alle kollegen, alle mitarbeiter, alle nutzer, alle
    benutzer, bei allen, wir alle, toute l equipe, tout le service, tout le bureau, tout l etage, tout le batiment,
    personne ne peut, personne n arrive, aucun de nous, tous les utilisateurs, tous les collegues, tous mes collegues,
    nous tous, todo el equipo, todo el departamento, toda la oficina, toda la planta, todo el edificio, nadie * puede,
    ninguno de nosotros, todos los usuarios, todos los companeros, a todos nosotros, tutto il team, tutto il reparto,
    tutto l ufficio, tutto il piano, nessuno * puo, nessuno * riesce, nessuno di noi, tutti gli utenti, tutti i
    colleghi, tutti noi, hele * team, hele * afdeling, hele * kantoor, hele * verdieping, hele * gebouw, niemand *
    kan, geen van ons, alle collega s, alle gebruikers, wij allemaal, iedereen hier, caly * zespol, caly * dzial, cale
    * biuro, cale * pietro, caly * budynek, nikt nie moze, nikt z nas, wszyscy uzytkownicy, wszyscy koledzy, u
    wszystkich, my wszyscy, toda a equipa, toda a equipe, todo o departamento, todo o escritorio, todo o andar,
    ninguem * consegue, ninguem * pode, nenhum de nos, todos os utilizadores, todos os usuarios, todos os colegas,
    todos nos
"""
_HASTE = """
high: urgent, urgently, asap, emergency, as soon as possible, cannot work, can t work, cant work, can not work, unable
    to work, not able to work, stops us from working, prevents us from working, dringend, dringlich, eilt sehr, sehr
    eilig, notfall, so schnell wie moglich, schnellstmoglich, kann nicht arbeiten, konnen nicht arbeiten, nicht mehr
    arbeiten, nicht arbeitsfahig, arbeitsunfahig, urgence, tres urgent, au plus vite, des que possible, ne peux plus
    travailler, ne peut plus travailler, ne pouvons plus travailler, impossible de travailler, urgente, urgencia,
    urgentemente, cuanto antes, lo antes posible, no puedo trabajar, no podemos trabajar, no se puede trabajar,
    urgenza, al piu presto, prima possibile, non posso lavorare, non riesco a lavorare, non possiamo lavorare, spoed,
    met spoed, zo snel mogelijk, kan niet werken, kunnen niet werken, niet meer werken, pilne, pilnie, pilna, jak
    najszybciej, nie moge pracowac, nie mozemy pracowac, nie da sie pracowac, quanto antes, o mais rapido possivel,
    nao consigo trabalhar, nao conseguimos trabalhar, nao posso trabalhar
"""
_NOT_WORDS = """
not no isn t nothing never nicht nichts kein keine pas rien non niet geen nie nao sin senza sans ohne
"""
_NOT = frozenset(_NOT_WORDS.split())
_BEFORE = 2
"""So many words before a statement may deny it."""
_scope, _haste = Phrases(_SCOPE), Phrases(_HASTE)


class Stated(Struct, frozen=True):
    """Impact and urgency as the text says them, None where it does not, and the words for it."""

    impact: Level | None = None
    urgency: Level | None = None
    words: tuple[str, ...] = ()


def stated(text: str) -> Stated:
    """What a mail says of how grave it is."""
    words = tokens(text)
    scope, haste = _said(_scope, words), _said(_haste, words)
    found = [said for said in (scope, haste) if said is not None]
    return Stated(
        impact=scope[0] if scope else None, urgency=haste[0] if haste else None, words=tuple(w for _, w in found)
    )


def _said(phrases: Phrases, words: list[str]) -> tuple[Level, str] | None:
    """The gravest statement that nothing denies."""
    found: tuple[Level, str] | None = None
    for name, start, end in phrases.found_in(words):
        denied = not _NOT.isdisjoint(words[max(0, start - _BEFORE) : start]) or words[end : end + 1] == ["else"]
        level = LEVELS[name]
        if not denied and (found is None or higher(level, found[0]) != found[0]):
            found = level, " ".join(words[start:end])
    return found


def raised_by(said: Stated, impact: Level, urgency: Level) -> tuple[Level, Level, tuple[Reason, ...]]:
    """Impact and urgency at least as high as stated, and why where that raises one."""
    grown = higher(impact, said.impact or impact), higher(urgency, said.urgency or urgency)
    if grown == (impact, urgency):
        return impact, urgency, ()
    evidence = {"impact": grown[0], "urgency": grown[1], "words": "”, “".join(said.words)}
    return *grown, (Reason("stated by the sender", evidence),)
