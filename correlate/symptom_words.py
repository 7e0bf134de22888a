"""What people and tools say when something is wrong, by symptom, in English, German, French, Spanish, Italian, Dutch,
Polish, Portuguese and, the commonest of it, Swedish, Danish, Norwegian, Finnish, Czech, Slovak, Hungarian and Romanian.
Words are written without accents, several words of one entry stand next to each other."""

SYMPTOMS = """
slow: slow, slower, slowly, slowness, sluggish, crawl, crawls, crawling, performance, ages, forever, delay, delays,
    delayed, latency, freezes, freezing, laggy, lag spikes, lags, lagging, hourglass, response time, response times,
    waiting times, seconds per, load forever, takes ages, takes forever, takes minutes, take minutes, takes half,
    snail, treacle, molasses, jerky, stutters, stuttering, spinning, spinner, overloaded, unresponsive, time to load,
    slow motion, unusably, keeps loading, still loading, wheel turns, wheel keeps turning, takes so long, takes too
    long, takes very long, taking ages, taking forever, langsam, langsamer, lahm, trage, zah, antwortzeiten,
    antwortzeit, schneckentempo, ewig, ewigkeit, ruckelt, stockt, verzogert, verzogerung, ladezeit, ladezeiten,
    wartezeit, sanduhr, zeitlupe, uberlastet, dauert ewig, dauert minuten, braucht ewig, braucht minuten, dauert
    lange, reagiert verzogert, ladt ewig, kriecht, lent, lente, lents, lenteur, lenteurs, lentement, eternite, rame,
    ramer, ralenti, ralentie, ralentissement, sablier, met des minutes, prend des minutes, prend des heures, met
    longtemps, trop long, temps de reponse, temps de chargement, saccade, ca traine, tout traine, mouline, surcharge,
    lento, lenta, lentos, lentas, lentitud, lentisimo, despacio, tarda, tardan, tarda mucho, tarda minutos, eternidad,
    reloj de arena, tiempo de respuesta, demoras, saturado, sobrecargado, a pedales, ralentizado, lentissimo,
    lentissima, rallentato, rallentata, rallentamenti, lentezza, clessidra, ci mette, tempi di risposta, tempo di
    risposta, ci vogliono minuti, sovraccarico, al rallentatore, a rilento, impiega minuti, traag, traagheid,
    stroperig, vertraagd, vertraging, zandloper, duurt lang, duurt eeuwen, duurt minuten, slakkengang, laadt
    eindeloos, reactietijd, overbelast, eeuwig, sloom, sloomheid, hapert, wolno, powoli, wolny, wolna, wolne,
    spowolnienie, klepsydra, muli, zamula, laguje, opoznienie, opoznienia, slimaczy, dlugo laduje, trwa wieki, trwa
    minuty, czas odpowiedzi, przeciazony, przycina, tnie sie, devagar, demora, demorado, lentidao, ampulheta, arrasta,
    vagaroso, tempo de resposta, leva minutos, leva horas, demasiado tempo, sobrecarregado, a passo de caracol, gar
    langsamt, segt, tar evigheter, tar en evighet, tar flera minuter, langsom, langsomt, tager evigheder, tager flere
    minutter, treg, tregt, tar flere minutter, hidas, hitaasti, hidastelee, kestaa minuutteja, pomale, pomaly, pomala,
    pomalu, trva minuty, trva vecnost, dlouho nacita, nacita se dlouho, lassu, lassan, percekig tart, orokkeig tart,
    merge greu, se misca greu, dureaza minute, dureaza o vesnicie, foarte lent, se incarca greu
failing: acting up, acts up, playing up, plays up, misbehaving, acting weird, acting strangely, spielt verruckt, macht
    zicken, fait des siennes, hace cosas raras, fa i capricci, doet raar, doet vreemd, swiruje, szwankuje, esta
    maluco, porta se mal, error, errors, exception, fails, failing, failed, failure, crash, crashes, crashed,
    crashing, gateway, 5xx, technical error, went wrong, error rate, error page, popup, aborted, broken, defect,
    defective, malfunction, glitch, refuses to save, cannot save, can t save, won t save, unexpected, stack trace,
    oops, internal server, bad request, error code, red box, exclamation, invalid operation, does not save, not saved,
    glitchy, fault, misbehaves, garbled, fehler, fehlermeldung, fehlermeldungen, fehlerseite, fehlercode, absturz,
    abgesturzt, sturzt ab, defekt, kaputt, abgebrochen, schlagt fehl, fehlgeschlagen, storung, nicht gespeichert,
    lasst sich nicht speichern, speichert nicht, meckert, ausnahmefehler, unerwarteter, wirft fehler, spinnt, erreur,
    erreurs, plante, plantage, bug, echoue, echec, dysfonctionnement, inattendu, inattendue, inattendus, refuse d
    enregistrer, n enregistre, impossible d enregistrer, boite rouge, fenetre rouge, page d erreur, anomalie, fallo,
    fallos, falla, fallan, averia, inesperado, inesperada, no guarda, no se guarda, se cuelga, da error, se cierra
    solo, mensaje de error, ventana roja, incidencia, codigo de error, errore, errori, guasto, guasta, inatteso,
    inattesa, imprevisto, si blocca, va in crash, non salva, non si salva, messaggio di errore, pagina di errore,
    anomalia, finestra rossa, si chiude da solo, malfunzionamento, foutmelding, foutmeldingen, fout, fouten, storing,
    mislukt, crasht, vastgelopen, loopt vast, onverwachte, slaat niet op, niet opgeslagen, foutcode, foutpagina,
    melding fout, kapot, rood venster, blad, bledy, bledu, awaria, komunikat, wysypuje, wywala, nieoczekiwany,
    nieoczekiwana, nie zapisuje, nie zapisuja, nie udalo, kod bledu, usterka, zawiesza, zepsuty, zepsuta, czerwone
    okno, wyjatek, avaria, falha, falhas, falhou, erro, erros, inesperados, nao grava, nao guarda, nao salva, mensagem
    de erro, pagina de erro, codigo de erro, estourou, bloqueia sempre, encrava, janela vermelha, fungerar konstigt,
    felmeddelande, felmeddelanden, felkod, kraschar, kraschade, sonder, trasig, trasigt, fejlmeddelelse,
    fejlmeddelelser, fejlkode, gar ned, gaet i stykker, feilmelding, feilmeldinger, feilkode, krasjer, odelagt, gatt i
    stykker, virheilmoitus, virheilmoituksia, virhekoodi, kaatuu, kaatui, rikki, chybove hlaseni, chybova hlaska,
    hlasi chybu, kod chyby, pada, spadlo, rozbity, rozbita, rozbite, hibauzenet, hibauzenetet, hibakod, osszeomlik,
    elromlott, mesaj de eroare, cod de eroare, eroare, erori, se blocheaza, stricat, stricata
gone: down, outage, dead, offline, unavailable, unreachable, timeout, timed out, not available, not reachable, not
    answer, not start, not working, no access, servicedown, hangs, blank, blank page, blank window, blank screen,
    white page, white screen, won t load, not load, doesn t load, not loading, won t open, not open, doesn t open, not
    opening, can t open, cannot open, won t start, doesn t start, cannot be reached, can t reach, cannot reach, no
    response, not respond, doesn t respond, not responding, took too long, nothing happens, nothing loads, nothing
    opens, is gone, are without, knocked out, out of order, out of service, no longer works, stopped working, not come
    up, has died, nobody can work, ausgefallen, ausfall, ausfallen, nicht erreichbar, erreichbar, tot, weg, geht
    nicht, lauft nicht, nicht verfugbar, offnet nicht, offnet sich nicht, ladt nicht, startet nicht, reagiert nicht,
    antwortet nicht, lasst sich nicht offnen, leere seite, weisse seite, weisses fenster, leeres fenster, nicht mehr
    erreichbar, komme nicht auf, tut sich nichts, passiert nichts, zeituberschreitung, liegt lahm, steht still, ohne
    funktion, totalausfall, panne, indisponible, inaccessible, injoignable, hors service, en panne, ne repond, ne
    repond pas, ne marche pas, ne fonctionne, ne charge pas, ne s ouvre, ne demarre, page blanche, fenetre blanche,
    ecran blanc, delai depasse, rien ne se passe, plus d acces, est mort, est tombe, est tombee, ne s affiche, caida,
    caido, inaccesible, no responde, no funciona, no carga, no abre, no se abre, no arranca, no va, no entra, sin
    servicio, fuera de servicio, pagina en blanco, ventana en blanco, pantalla en blanco, no pasa nada, tiempo de
    espera, no disponible, nos quedamos sin, no conecta, estamos sin, esta muerto, non si apre, non risponde,
    irraggiungibile, fuori servizio, non funziona, non va, non si carica, non carica, non parte, non si avvia, pagina
    bianca, finestra bianca, schermata bianca, non succede niente, siamo senza, non disponibile, giu da, tempo
    scaduto, non raggiungibile, e morto, niet bereikbaar, onbereikbaar, plat, werkt niet, doet het niet, laadt niet,
    opent niet, start niet, reageert niet, gaat niet open, geen verbinding met, leeg venster, lege pagina, wit
    venster, wit scherm, witte pagina, eruit, er gebeurt niets, gebeurt niets, ligt eruit, buiten dienst, uitgevallen,
    niet beschikbaar, laadt helemaal niet, uitval, nie dziala, nie dzialaja, niedostepny, niedostepna, niedostepne,
    nie odpowiada, nie otwiera, nie wczytuje, nie laduje, nie uruchamia, nie wlacza, biala strona, biale okno, puste
    okno, pusta strona, pusty ekran, nie ma polaczenia, padl, padla, padlo, lezy, brak dostepu, nic sie nie dzieje,
    nie wstaje, przekroczono czas, nie startuje, nao funciona, nao abre, nao responde, nao carrega, nao arranca, nao
    inicia, em baixo, fora de servico, indisponivel, inacessivel, pagina em branco, janela em branco, ecra branco, nao
    acontece nada, estamos sem, esta morto, foi abaixo, caiu, tempo esgotado, sem servico, fungerar inte, funkar inte,
    gar inte att, gar inte langre, svarar inte, startar inte, laddar inte, oppnas inte, ligger nere, kommer inte at,
    kommer inte in, otillganglig, otillgangligt, virker ikke, fungerer ikke, svarer ikke, starter ikke, abner ikke,
    apner ikke, er nede, ligger nede, kan ikke abne, kan ikke apne, far ikke apnet, kommer ikke ind, kommer ikke inn,
    utilgaengelig, utilgjengelig, ei toimi, eivat toimi, ei aukea, ei avaudu, ei vastaa, ei kaynnisty, ei lataa, ei
    paase, pois kaytosta, nefunguje, nefunguji, nejde, nejde otevrit, neotevre, neotevira, nelze otevrit, nereaguje,
    neodpovida, nenacte, nenacita, nespusti, nedostupne, nedostupny, nedostupna, nikdo * neotevre, nefunguju,
    neotvori, neotvara, nenacita sa, nem mukodik, nem nyilik, nem valaszol, nem indul, nem tolt, nem erheto el,
    elerhetetlen, leallt, nu merge, nu functioneaza, nu se deschide, nu raspunde, nu porneste, nu se incarca, a picat,
    picat, cazut, inaccesibil, nobody can open, nobody can reach, nobody can use, nobody can access, nobody here can
    open, no one can open, no one can reach, no one can use, no one can access, none of us can open, none of us can
    use, niemand * offnen, keiner * offnen, niemand * erreichen, niemand * arbeiten, keiner * arbeiten, niemand *
    nutzen, personne ne peut ouvrir, personne ne peut acceder, personne ne peut utiliser, personne n arrive a,
    personne n ouvre, nadie puede abrir, nadie puede entrar, nadie puede acceder, nadie puede usar, nessuno riesce a,
    nessuno puo aprire, nessuno puo usare, nessuno apre, niemand * openen, niemand * bereiken, niemand * gebruiken,
    nikt * otworzyc, nikt nie moze otworzyc, nikt nie moze wejsc, ninguem consegue abrir, ninguem consegue entrar,
    ninguem consegue usar, ninguem abre, ingen kan oppna, kan ingen oppna, ingen * abne, ingen * apne, nikdo *
    otevrit, nikdo nemuze, senki nem tudja, nimeni nu poate, nicht heran, nicht ran, komme nicht dran, nicht mehr ran,
    nicht mehr heran
locked: login, logins, logon, sign, signin, log, password, passwords, credentials, authentication, authenticate,
    rejected, failed logins, locked out, locked, can t get in, cannot get in, can t get into, won t let me in, lets
    nobody in, not let me in, access denied, sign in page, sign in loop, unauthorized, invalid credentials, wrong
    password, anmelden, anmeldung, kennwort, kennworter, passwort, passworteingabe, passworter, abgewiesen,
    ausgesperrt, komme nicht rein, kommt keiner rein, zugang verweigert, zugriff verweigert, anmeldeseite, einloggen,
    zugangsdaten, lasst mich nicht rein, anmeldemaske, kommt keiner, connexion, connecter, identifiants,
    authentification, mot de passe, ne peux plus entrer, acces refuse, page de connexion, me connecter, refuse mon
    mot, verrouille, refoule, bloque dehors, contrasena, sesion, autenticacion, credenciales, acceder, clave, no me
    deja entrar, acceso denegado, no puedo entrar, inicio de sesion, iniciar sesion, no deja entrar, credenciales
    incorrectas, rechaza mi, accesso, credenziali, autenticazione, parola d ordine, accesso negato, non mi fa entrare,
    non riesco a entrare, pagina di accesso, rifiuta la password, chiuso fuori, chiusi fuori, bloccato fuori,
    aanmelden, inloggen, inlogpagina, wachtwoord, buitengesloten, kom er niet in, toegang geweigerd, inloggegevens,
    aanmeldpagina, kom niet binnen, gegevens niet kloppen, inlogscherm, komt niemand in, haslo, hasla, logowania,
    logowanie, zalogowac, nie wpuszcza, odmowa dostepu, nie moge sie zalogowac, dane logowania, strona logowania,
    poswiadczenia, odrzuca haslo, nie przyjmuje hasla, senha, palavra passe, iniciar sessao, nao me deixa entrar,
    acesso negado, nao consigo entrar, credenciais, pagina de login, autenticacao, ficamos de fora, recusa a senha,
    losenord, losenordet, logga in, inloggning, inloggningen, utelast, adgangskode, adgangskoden, logge ind, log ind,
    logge pa, passordet, passord, innlogging, innloggingen, utestengt, salasana, salasanaa, kirjautua, kirjautuminen,
    kirjaudu, heslo, hesla, prihlasit, prihlaseni, prihlasenie, odepren pristup, jelszo, jelszot, bejelentkezni,
    bejelentkezes, hozzaferes megtagadva, autentificare, acces refuzat
cut: disconnects, disconnect, disconnected, drops, dropping, dropped, interrupted, interruption, unstable, reconnect,
    reconnecting, reconnects, kicked, kicks, throws me out, threw me out, thrown out, logs me out, logged out,
    connection lost, lost connection, link down, packet loss, session lost, session expired, session ended, loses
    connection, cuts out, cut off, breaks off, flaky, comes and goes, on and off, intermittent, verbindung, bricht,
    abbruch, abbruche, trennt, rausgeflogen, geflogen, fliege, fliegen raus, fliegt raus, wirft mich raus, schmeisst
    mich raus, sitzung, sitzung beendet, verbindungsabbruch, verbindungsabbruche, instabil, wackelt, getrennt,
    unterbrochen, unterbrechungen, setzt aus, aussetzer, coupe, coupee, coupure, coupures, deconnecte, deconnectes,
    deconnexion, deconnexions, perdue, perdu, ejecte, ejectes, instable, session expiree, session terminee, lache,
    decroche, saute, interrompue, me jette dehors, corta, cortes, corte, desconecta, perdido, conexion, inestable,
    sesion caducada, sesion terminada, me echa, me expulsa, nos echa, se cae la conexion, intermitente, desconexiones,
    interrumpe, disconnessione, disconnessioni, cade, cade la linea, mi butta fuori, butta fuori, sessione scaduta,
    sessione, instabile, si disconnette, interrotta, interruzioni, sbalzi, va e viene, intermittente, cadono, buttato
    fuori, verbinding, verbroken, sessie verlopen, sessie beeindigd, gooit me eruit, eruit gegooid, valt weg, valt
    uit, weggevallen, onstabiel, instabiel, verbreekt, uitgelogd, schopt me eruit, wegvalt, eruit geknikkerd,
    polaczenie, zrywa, zerwane, wyrzuca, wyrzucilo, wyrzucony, rozlacza, rozlaczylo, sesja wygasla, sesja zakonczona,
    sesja, niestabilny, niestabilna, niestabilne, przerywa, traci polaczenie, wylogowuje, ligacao, cai, quebra, sessao
    expirada, sessao terminada, sessao, expulsa, manda fora, poe me fora, instavel, desliga, desligado, perde a
    ligacao, cortes de ligacao, interrompida, now and then, only sometimes, works sometimes, from time to time, every
    so often, on again off again, nur ab und zu, nur manchmal, hin und wieder, nur sporadisch, mal ja mal nein,
    wackelkontakt, de temps en temps, par intermittence, une fois sur deux, par moments, solo a veces, de vez en
    cuando, a ratos, solo ogni tanto, solo a volte, a singhiozzo, a tratti, alleen soms, maar af en toe, soms wel soms
    niet, met tussenpozen, tylko czasami, tylko czasem, od czasu do czasu, raz dziala, so as vezes, so de vez, de vez
    em quando, de forma intermitente, kopplas fran, kopplas ner, tappar anslutningen, bryts, avbrott, kastas ut,
    afbrydes, mister forbindelsen, bliver smidt af, kobles fra, mister tilkoblingen, blir kastet ut, yhteys katkeaa,
    katkeaa, katkeilee, patkii, odpojuje, odpoji, vypadava, vypadava spojeni, prerusuje, megszakad, lekapcsol, kidob,
    se deconecteaza, se intrerupe, intrerupt, ma da afara, cade mereu
stale: missing, stale, outdated, empty, holes, disappeared, disappears, newest, figures, records, entries, old data,
    old state, old numbers, old figures, old values, up to date, out of date, not refreshing, not refresh, not
    updating, not update, not updated, doesn t update, not synchronised, not synced, out of sync, replication, lag,
    incomplete, yesterday s, last night s, have not moved, has not moved, not changed since, not there any more, not
    there anymore, vanished, lost my, wrong figures, wrong numbers, duplicates, half of the rows, not arrive, not
    arrived, never arrived, fehlen, fehlt, daten, leer, veraltet, aktuell, verschwunden, alte zahlen, alte daten,
    alter stand, alten stand, stand von, nicht aktuell, aktualisiert nicht, aktualisiert sich nicht, nicht synchron,
    unvollstandig, lucken, luckenhaft, nicht mehr da, falsche zahlen, bewegt sich, von gestern, kommt nicht an, kommen
    nicht an, nicht aktualisiert, manquantes, manque, manquent, vide, vides, donnees, perimees, obsolete, obsoletes,
    anciennes donnees, vieux chiffres, vieilles donnees, pas a jour, plus a jour, incomplet, disparu, disparus,
    disparues, n y est plus, n y sont plus, ne se met pas a jour, hier soir, nuit derniere, chiffres d hier, n arrive
    pas, n arrivent pas, ne bougent, n actualise, ne s actualise, faltan, falta, datos, vacia, vacio, vacias,
    desaparecido, desactualizado, desactualizados, registros, datos viejos, datos antiguos, cifras viejas, numeros
    viejos, sin actualizar, no se actualiza, no actualiza, incompleto, incompleta, ya no esta, ya no estan, no llegan,
    no llega, de anoche, de ayer, no se mueven, no refresca, huecos, mancano, manca, vuoto, vuota, vuote, aggiornato,
    aggiornata, vecchi dati, numeri vecchi, dati vecchi, non si aggiorna, non aggiorna, sparito, sparita, spariti,
    sparite, scomparso, scomparsi, non c e piu, non ci sono piu, di ieri, di stanotte, non arrivano, non arriva, non
    si muovono, fermo a, ferma a, righe vuote, ontbreken, ontbreekt, leeg, leget, verouderd, verouderde, oude cijfers,
    oude gegevens, oude stand, stand van, niet bijgewerkt, ververst niet, werkt niet bij, onvolledig, verdwenen, niet
    meer, van gisteren, van vannacht, niet actueel, komt niet binnen, komen niet binnen, bewegen niet, beweegt niet,
    gaten, brakuje, pusta, puste, nieaktualne, nieaktualny, stare dane, stare liczby, stan z, nie aktualizuje, nie
    odswieza, niekompletne, niekompletny, zniknely, zniknelo, zniknal, zniknela, nie ma juz, z wczoraj, wczorajszej,
    nie dochodza, nie docieraja, nie przychodza, luki, nieaktualna, faltam, vazia, vazio, vazias, desatualizado,
    desatualizados, numeros velhos, numeros antigos, dados antigos, dados velhos, nao atualiza, nao se atualiza,
    desapareceu, desapareceram, ja la nao esta, ja nao esta, de ontem, nao chegam, nao chega, nao mexem, sumiu,
    sumiram, em falta, saknas, tomt, tomma, foraldrad, foraldrade, inaktuella, gamla siffror, gamla data, uppdateras
    inte, har forsvunnit, mangler, foraeldet, foraeldede, gamle tal, gamle data, opdateres ikke, oppdateres ikke, er
    vaek, er borte, utdatert, utdaterte, puuttuu, puuttuvat, tyhja, tyhjia, vanhentunut, vanhentuneet, vanhat luvut,
    ei paivity, kadonnut, kadonneet, chybi, chybeji, prazdna, prazdny, prazdne, zastarala, zastarale, stare udaje,
    stara data, neaktualizuje, zmizely, zmizelo, hianyzik, hianyoznak, regi adatok, nem frissul, eltunt, eltuntek,
    lipsesc, lipseste, date vechi, cifre vechi, nu se actualizeaza, a disparut, au disparut
stuck: stuck, queue, queued, backlog, pending, jam, jammed, blocked, queue length, piling up, pile up, piles up, in
    the outbox, waiting in line, not processed, halted, standstill, at a standstill, hangen, hangt, warteschlange,
    stau, staut, stauen, aufgestaut, blockiert, steckt fest, bleibt hangen, stapelt, ruckstau, nicht verarbeitet,
    stockt, bloque, bloquee, bloques, attente, file d attente, coince, coinces, embouteillage, s accumule, s
    accumulent, engorge, cola, bloqueada, bloqueado, pendientes, atascado, atascada, se acumula, se acumulan, en
    espera, atasco, encallado, bloccato, bloccata, bloccati, coda, in attesa, incastrato, si accumulano, ingorgo,
    inceppato, fermi, wachtrij, vast, vastzitten, blijft hangen, blijven hangen, opgehoopt, stapelen, geblokkeerd,
    opstopping, stilstand, zablokowany, zablokowana, zablokowane, kolejka, kolejce, utknely, utknelo, utknal, zator,
    zatrzymane, stoja, preso, presa, presos, fila, encravado, encravada, acumulam, em espera, engarrafado, parado,
    fastnat, har fastnat, sitter fast, star still, hanger sig, hopar sig, sidder fast, haenger, gaet i sta, star
    stille, henger, henger seg, hoper seg, jumissa, jumittaa, jumittuu, jonossa, zaseknuty, zasekly, zaseklo,
    zasekava, visi ve fronte, ve fronte, stoji, beragadt, elakadt, torlodik, blocat, blocata, blocate, s a blocat, la
    coada, nothing comes out, nothing prints, does not come out, do not come out, kommt nichts raus, kommt nichts
    heraus, kommt nichts mehr, kommt kein blatt, rien ne sort, ne sort plus, ne sortent pas, ne sortent plus, no sale
    nada, no salen, non esce niente, non esce nulla, non escono, komt niets uit, komt er niets uit, er komt niets, nic
    nie wychodzi, nie wychodza, nao sai nada, nao saem, inget kommer ut, ingenting kommer ut, kommer inte ut, intet
    kommer ud, kommer ikke ud, kommer ikke ut, ei tule ulos, mitaan ei tule, nic nevychazi, nevychazeji, nem jon ki,
    nu iese nimic
"""

_INNOCENT_WORDS = """
store stores stored plant plants planted date dates dated logo logos locker lockers training trainings trainer trainers
trained train trains plate plates record recorded recording recordings recorder figure hole luck broker brokers signing
signs signed
"""
INNOCENT = frozenset(_INNOCENT_WORDS.split())
"""Everyday words that share their stem with a symptom, mostly of another language: a store is no "storing"."""
