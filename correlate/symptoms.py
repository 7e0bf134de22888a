"""What is wrong, in the words of people and of tools, in eight languages: slow, failing, gone, locked out, cut off.

A symptom alone says little, for there are few of them. Beside a time at which just one thing has this symptom it says
enough, where people call that thing by a name that nobody has declared.
"""

from correlate.words import fold, stem

_TABLE = """
slow: slow, slowly, sluggish, crawls, performance, ages, forever, delay, delayed, latency, freezes, langsam,
    lahm, antwortzeiten, antwortzeit, schneckentempo, ewig, lent, lente, lenteur, lentement, eternite, rame,
    lento, lenta, lentitud, lentisimo, despacio, tarda, response time, waiting times, seconds per, load forever,
    lentissimo, rallentato, traag, trage, stroperig, wolno, powoli, muli, devagar, demora, zah, trage, laggy,
    lags, hourglass, sanduhr, sablier, zandloper, klepsydra
failing: error, errors, exception, fails, failing, failed, crash, crashes, fehler, fehlermeldung,
    fehlermeldungen, fehlerseite, erreur, erreurs, fallo, fallos, gateway, 5xx, technical error, went wrong,
    error rate, error page,
    errore, errori, guasto, foutmelding, fout, storing, mislukt, blad, awaria, komunikat, avaria, falha,
    erro, erros, popup, absturz, plante, defekt, defect, kaputt, broken, aborted, abgebrochen
gone: down, outage, dead, offline, unavailable, unreachable, timeout, nicht erreichbar, erreichbar, ausgefallen,
    ausfall, ausfallen, panne, indisponible, inaccessible, caida, caido, inaccesible, not available, not
    reachable, not answer, ne repond, no responde, not start, not working, no access, servicedown, hangs,
    non si apre, non risponde, irraggiungibile, niet bereikbaar, onbereikbaar, plat, nie dziala, niedostepny,
    nie odpowiada, nao funciona, nao abre, nao responde, em baixo, fuori servizio, blank, tot, weg, werkt niet, non
    funziona, ne marche pas, no funciona, geht nicht
locked: login, logon, sign, signin, log, password, credentials, authentication, authenticate, rejected,
    anmelden, anmeldung, kennwort, passwort, abgewiesen, connexion, connecter, identifiants, authentification,
    contrasena, sesion, autenticacion, credenciales, acceder, logins, failed logins,
    accesso, credenziali, aanmelden, inloggen, wachtwoord, haslo, logowania, logowanie, senha, palavra passe,
    ausgesperrt, locked out, kennworter
cut: disconnects, disconnect, disconnected, drops, dropping, dropped, interrupted, unstable, reconnect, kicked,
    verbindung, bricht, abbruch, abgebrochen, trennt, coupe, coupee, deconnecte, perdue, perdu, corta, cortes,
    desconecta, perdido, conexion, connection lost, link down, packet loss,
    disconnessione, cade, verbinding, polaczenie, zrywa, ligacao, cai, rausgeflogen, kicked, wyrzuca, session
    lost, sessione scaduta, sessie verlopen, sesja wygasla, sessao expirada
stale: missing, stale, outdated, empty, holes, disappeared, disappears, newest, figures, records, entries,
    fehlen, daten, leer, veraltet, aktuell, verschwunden, manquantes, manque, vide, donnees, perimees, faltan,
    datos, vacia, vacio, desaparecido, desactualizado, registros, old data, old state, up to date, replication,
    lag,
    mancano, vuoto, vuota, aggiornato, ontbreken, leeg, verouderd, brakuje, pusta, nieaktualne, faltam, vazia,
    desatualizado, verschwunden
stuck: stuck, queue, backlog, pending, jam, blocked, hangen, hangt, warteschlange, stau, bloque, bloquee,
    bloques, attente, cola, bloqueada, bloqueado, pendientes, queue length,
    bloccato, coda, wachtrij, vast, zablokowany, kolejka, preso, fila, bloqueado
"""

_DEVICES = """
mouse keyboard monitor screen display laptop notebook docking dock headset webcam camera charger adapter cable
battery trackball usb stick microphone speaker smartphone tablet desktop spreadsheet maus tastatur bildschirm
ladegerat netzteil kabel akku kopfhorer souris clavier ecran portable chargeur cle casque raton teclado pantalla
portatil cargador auriculares scherm toetsenbord muis laptopu klawiatura mysz myszy sluchawki ekranu tastiera
schermo cuffie caricabatterie portatile rato teclado ecra auscultadores carregador smartcard chipkarte notebooks
dongle hinge scharnier akku bateria batteria accu
"""
DEVICES = frozenset(stem(fold(word)) for word in _DEVICES.split())
"""Things on somebody's own desk: what is wrong with them is their own trouble."""


def _read() -> tuple[dict[str, str], dict[tuple[str, ...], str]]:
    single: dict[str, str] = {}
    phrases: dict[tuple[str, ...], str] = {}
    for line in _TABLE.strip().replace("\n    ", " ").split("\n"):
        symptom, _, listed = line.partition(": ")
        for entry in listed.split(","):
            words = tuple(stem(fold(word)) for word in entry.split())
            if len(words) == 1:
                single.setdefault(words[0], symptom)
            elif words:
                phrases.setdefault(words, symptom)
    return single, phrases


_SINGLE, _PHRASES = _read()
_LENGTHS = sorted({len(words) for words in _PHRASES})
_BEGINNINGS = frozenset(words[0] for words in _PHRASES)


def symptoms_in(words: list[str]) -> list[str]:
    """The symptoms that folded words (see `words.tokens`) speak of, each once."""
    stems = list(map(stem, words))
    found: dict[str, None] = {}
    last = len(stems) - 1
    for position, word in enumerate(stems):
        symptom = _SINGLE.get(word)
        if symptom is not None:
            found[symptom] = None
        if word not in _BEGINNINGS or position == last:
            continue
        for length in _LENGTHS:
            symptom = _PHRASES.get(tuple(stems[position : position + length]))
            if symptom is not None:
                found[symptom] = None
    return list(found)
