"""What things in an office are called by those who use them, in four languages: "Drucker" and "print queue" are one.

A concept joins words of people with names of services: a service whose name (or a word of it) belongs to a concept is
meant by every word of it. The table holds everyday IT and office words only; what is special to a house is learned
from its own mails.
"""

from correlate.words import fold, stem

# Words are folded and stemmed on both sides; several words in one entry ("shared drive") must all occur together.
_TABLE = """
print: print, printer, printing, printout, spooler, drucken, drucker, druck, druckauftrag, druckauftrage, gedruckt,
    druckerwarteschlange, ausdruck, druckjob, imprimer, imprimante, imprimantes, impression, impressions, imprimir,
    impresora, impresoras, imprime, impresion, scanner, kopierer, copier, photocopieur, fotocopiadora
mail: mail, email, mails, emails, mailbox, inbox, outlook, smtp, imap, exchange, postfach, posteingang, courriel,
    courriels, messagerie, correo, correos, mensajes, bandeja, outbox, bounce
vpn: vpn, tunnel, tunel, remote access, fernzugriff, einwahl, acces distant, acceso remoto, homeoffice, dial-in,
    anyconnect, wireguard, ipsec
wifi: wifi, wlan, wireless, hotspot, sans fil, inalambrica, inalambrico, access point
network: network, netzwerk, netz, reseau, lan, router, connectivity, ethernet
telephony: telephony, telephone, phone, phones, telefon, telefonie, telefonanlage, anruf, anrufe, telefono,
    telefonia, llamada, llamadas, appel, appels, voip, pbx, voicemail, headset line, hotline, softphone
chat: chat, messenger, slack, instant message, chatnachrichten, mattermost
meeting: meeting, videoconference, video conference, besprechung, videokonferenz, visioconference, reunion,
    videoconferencia, webinar, zoom, conferencing
calendar: calendar, kalender, termin, termine, calendrier, agenda, calendario, appointment, appointments, booking
files: file share, fileshare, shared drive, netzlaufwerk, laufwerk, laufwerke, lecteur, dossier partage, unidad de
    red, unidad compartida, carpeta compartida, nas, dateiablage, file server, dateien, fichiers, fileserver, network
    drive, partage
archive: archive, archiv, archives, archivo, dms, document archive, dokumentenarchiv
expenses: expense, expenses, travel expenses, reisekosten, spesen, spesenabrechnung, notes de frais, note de frais,
    frais, gastos, gastos de viaje, reimbursement
timesheet: timesheet, timesheets, time sheets, time tracking, time recording, zeiterfassung, stundenzettel, feuille
    de temps, feuilles de temps, pointage, hoja de hojas de horas
hr: hr, personalportal, personalabteilung, rh, ressources humaines, recursos humanos, leave request, urlaub,
    urlaubsantrag, conges, vacaciones, employee portal, workforce
payroll: payroll, payslip, salary, lohn, gehalt, gehaltsabrechnung, lohnabrechnung, paie, bulletin de paie, salaire,
    nomina, nominas, salario
invoice: invoice, invoices, invoicing, billing, rechnung, rechnungen, fakturierung, faktura, facture, factures,
    facturation, factura, facturas, facturacion
order: order entry, auftrage, auftragserfassung, bestellung, bestellungen, saisie des commandes, pedido, pedidos
procurement: procurement, purchase, einkauf, beschaffung, achats, approvisionnement, compras, adquisiciones,
    requisition, suppliers
shipping: shipping, shipment, shipments, versand, lieferung, sendung, expedition, expeditions, livraison, envio,
    envios, shipping labels, versandetiketten, dispatch, delivery note, parcel
warehouse: warehouse, stock, lager, bestand, lagerverwaltung, entrepot, stocks, almacen, inventario, inventory,
    stock system
planning: production planning, produktionsplanung, planification, planificacion, planning, fertigung, mrp,
    produktionsplan
budget: budget, budgets, budgeting, budgetplanung, planification budgetaire, presupuesto, presupuestos,
    budgetisation, cost planning
treasury: treasury, cash management, zahlungen, zahlungsverkehr, tresorerie, tesoreria, payments, payment, zahlung,
    paiement, paiements, pago, pagos
accounting: accounting, ledger, buchhaltung, finanzbuchhaltung, comptabilite, contabilidad, bookkeeping, erp,
    buchung
crm: crm, customer database, kundendaten, kundendatenbank, kundenverwaltung, gestion clients, customer records,
    kundenkartei, fichier client
customer: customer portal, client portal, kundenportal, portail client, portal de clientes, extranet
shop: webshop, shop, store, online shop, onlineshop, boutique, tienda, store site, e-commerce, checkout, ecommerce
website: website, web site, homepage, internetseite, webseite, site web, sitio web, pagina web, cms
intranet: intranet, mitarbeiterportal
wiki: wiki, knowledge base, wissensdatenbank, base de connaissances, confluence, base de conocimiento, handbuch
learning: e-learning, elearning, learning, training, trainings, schulung, schulungen, lernplattform, formation,
    formations, formacion, course, courses, kurs, kurse, cursos, lms, academy
survey: survey, surveys, questionnaire, questionnaires, umfrage, umfragen, fragebogen, sondage, sondages, encuesta,
    encuestas, poll
translation: translation, translations, ubersetzung, ubersetzungen, ubersetzer, traduction, traductions, traduccion,
    traducciones, translator, translation memory
newsletter: newsletter, newsletters, campaign tool, kampagnen, mailing, mailings, rundbrief, lettre d'information,
    boletin, campaign, kampagne
fleet: fleet, vehicle, vehicles, car pool, fuhrpark, fahrzeug, fahrzeuge, dienstwagen, flotte, vehicules, flota,
    vehiculos, pool car
badge: badge, badges, access control, zutritt, zutrittskontrolle, turoffner, ausweis, controle d'acces, control de
    acceso, access card, badge reader, keycard
kiosk: kiosk, kiosque, quiosco, self service terminal, selbstbedienung, borne, self-service
contracts: contract, contracts, vertrag, vertrage, vertragsverwaltung, contrat, contrats, contrato, contratos
quality: qualitat, qualitatssicherung, qualite, calidad, complaints, reklamation
laboratory: laboratory, lab, labor, laboratoire, laboratorio, lims, sample management, proben
maintenance: maintenance, wartung, instandhaltung, entretien, mantenimiento, work orders
visitor: visitor, visitors, besucher, besucheranmeldung, visiteurs, visiteur, visitantes, reception desk
canteen: canteen, cafeteria, kantine, speiseplan, cantine, comedor, lunch
parking: parking, parkplatz, parkhaus, aparcamiento, car park
library: library, bibliothek, bibliotheque, biblioteca
media: media store, mediathek, mediatheque, multimedia
reporting: report, reporting, bericht, berichte, berichtswesen, rapport, rapports, informe, informes, dashboard,
    dashboards, auswertung, auswertungen, statistik, kennzahlen, bi, data warehouse, dw
search: search engine, suchindex, search index
remote: remote desktop, remotedesktop, rdp, terminal server, terminalserver, citrix, bureau a distance, escritorio
    remoto, virtual desktop, vdi, remote pc, rds
login: sso, single sign-on, directory, active directory, ldap, kerberos, authentication, anmeldedienst,
    authentification, autenticacion, identity
backup: backup, backups, datensicherung, sicherung, sauvegarde, sauvegardes, copia de seguridad
database: database, databases, datenbank, datenbanken, base de donnees, base de datos, sql, postgres, oracle, mysql
proxy: proxy, web filter, webfilter, web proxy
dns: dns, name resolution, namensauflosung, resolution de noms
storage: storage, speicher, san, stockage, almacenamiento
clock: ntp, clock, time server, zeitserver
certificate: certificate, certificates, zertifikat, zertifikate, certificat, certificado, pki, tls, ssl
monitoring: monitoring system, metrics, uberwachungssystem, timeseries
ticketing: ticketing, ticket system, ticketsystem, helpdesk tool
sales: vertrieb, ventes, ventas, quotation, quotations, angebot, angebote, devis, oferta, ofertas, quotes
marketing: marketing campaigns, werbung, publicite, publicidad
recruiting: recruiting, recruitment, applicants, bewerber, bewerbung, bewerbungen, recrutement, candidatures,
    seleccion de personal, candidatos, careers
room: room booking, raumbuchung, besprechungsraum, meeting room, meeting rooms
map: gis, maps, karten, kartendienst, cartographie, mapas
signature: e-signature, signing, signatur, signature, firma electronica, unterschrift
transport: transport, logistik, logistique, logistica, route planning, tourenplanung, tours
pricing: pricing, prices, price list, preise, preisliste, tarifs, precios, catalogue, katalog, catalog
subscription: subscription, subscriptions, abonnement, abonnements, suscripcion, suscripciones
claims: claims, insurance, versicherung, schaden, schadensmeldung, assurance, sinistre, seguro, siniestros
"""


def _read() -> tuple[dict[str, tuple[str, ...]], dict[tuple[str, ...], str]]:
    single: dict[str, list[str]] = {}
    phrases: dict[tuple[str, ...], str] = {}
    for line in _TABLE.replace("\n    ", " ").strip().split("\n"):
        concept, _, listed = line.partition(": ")
        for entry in listed.split(","):
            words = tuple(stem(fold(word)) for word in entry.replace("'", " ").replace("-", " ").split())
            if len(words) == 1:
                known = single.setdefault(words[0], [])
                if concept not in known:
                    known.append(concept)
            else:
                phrases.setdefault(words, concept)
    return {word: tuple(names) for word, names in single.items()}, phrases


SINGLE, PHRASES = _read()
LONGEST_PHRASE = max(len(words) for words in PHRASES)
_FOLLOWERS = {first: frozenset(words[1] for words in PHRASES if words[0] == first) for first, *_ in PHRASES}
"""The first word of a phrase to the second words that it may have."""


_KEPT_WORDS = 20_000
_COMPOUND = 9
_COMPOUND_PART = 6


def _compound(word: str) -> tuple[str, ...]:
    """What a long compound begins with: "Einkaufssystem" is purchasing."""
    if len(word) < _COMPOUND:
        return ()
    for length in range(len(word) - 3, _COMPOUND_PART - 1, -1):
        found = SINGLE.get(stem(word[:length]))
        if found:
            return found
    return ()


class _Spoken(dict[str, tuple[tuple[str, ...], frozenset[str]] | None]):
    """Word to the concepts that it stands for by itself and the words that may follow it in a phrase; None where it
    tells nothing. Filled as words come: mails say the same words again and again."""

    def __missing__(self, word: str) -> tuple[tuple[str, ...], frozenset[str]] | None:
        root = stem(word)
        concepts, followers = SINGLE.get(root) or _compound(word), _FOLLOWERS.get(root, frozenset())
        if len(self) >= _KEPT_WORDS:
            self.clear()
        self[word] = (concepts, followers) if concepts or followers else None
        return self[word]


_SPOKEN = _Spoken()


def concepts_in(words: list[str]) -> list[str]:
    """The concepts that folded words (see `words.tokens`) speak of, in order of mention, each once.

    A phrase wins over its single words: "shared drive" is files, not a drive.
    """
    found: dict[str, None] = {}
    after, last = 0, len(words) - 1
    for position, spoken in enumerate(map(_SPOKEN.__getitem__, words)):
        if spoken is None or position < after:
            continue
        concepts, followers = spoken
        if followers and position < last and stem(words[position + 1]) in followers:
            stems = tuple(map(stem, words[position : position + LONGEST_PHRASE]))
            for length in range(len(stems), 1, -1):
                concept = PHRASES.get(stems[:length])
                if concept is not None:
                    concepts = (concept,)
                    after = position + length
                    break
        for concept in concepts:
            found[concept] = None
    return list(found)
