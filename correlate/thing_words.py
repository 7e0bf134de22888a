"""What things in an office are called by those who use them, in eight languages; the commonest of it in sixteen.
Written without accents."""

THINGS = """
print: print, printer, printing, printout, spooler, drucken, drucker, druck, druckauftrag, druckauftrage, gedruckt,
    druckerwarteschlange, ausdruck, druckjob, imprimer, imprimante, imprimantes, impression, impressions, imprimir,
    impresora, impresoras, imprime, impresion, scanner, kopierer, copier, photocopieur, fotocopiadora, stampa, stampe,
    stampare, stampante, stampanti, stampato, fotocopiatrice, afdruk, afdrukken, afdrukt, printers, kopieerapparaat,
    drukarka, drukarki, drukarke, wydruk, wydruki, drukowanie, drukuje, kserokopiarka, impressora, impressoras,
    impressao, imprimem, digitalizador, plotter, toner, paper jam, paper tray, papierstau, papierfach, papierlade,
    druckerfach, bourrage papier, bac papier, bac a papier, atasco de papel, bandeja de papel, inceppamento carta,
    carta inceppata, cassetto carta, zaciecie papieru, podajnik papieru, encravamento de papel, skrivare, skrivaren,
    skrivarna, skriva ut, utskrift, utskrifter, utskrifterna, papperet fastnar, udskrift, udskrifter, udskrive,
    printeren, printerne, skriveren, skrivere, tulostin, tulostimen, tulostimet, tuloste, tulosteet, tulostaa,
    tulostus, tiskarna, tiskarny, tiskarne, tiskaren, tisk, tiskne, tisknout, vytisk, vytisky, vytisku, tlaciaren,
    tlaciarne, tlac, nyomtato, nyomtatot, nyomtatas, nyomtatni, imprimanta, imprimantei, listare, papier kommt, blatt
    kommt, paper comes, page comes out, feuille ne sort, papier ne sort, foglio non esce, fogli non escono, carta non
    esce, vassoio, hoja no sale, hojas no salen, papel no sale, folha nao sai, folhas nao saem, papel nao sai, papier
    komt, kartka nie wychodzi, kartki nie wychodza
mail: mail, email, mails, emails, mailbox, inbox, outlook, smtp, imap, exchange, postfach, posteingang, courriel,
    courriels, messagerie, correo, correos, mensajes, bandeja, outbox, bounce, posta elettronica, casella, caselle,
    posta in arrivo, postvak, mailprogramma, poczta, poczty, skrzynka, skrzynki, wiadomosci, correio, correio
    eletronico, caixa de correio, caixa de entrada, courrier electronique, boite mail, thunderbird, webmail, e post,
    epost, e posten, mejl, mejlen, inkorg, inkorgen, postlada, brevlada, mailen, postkasse, indbakke, innboks,
    sahkoposti, sahkopostin, postovni schranka, schranka, schranky, dorucena posta, postalada, levelezes, posta
    electronica, casuta postala
vpn: vpn, tunnel, tunel, remote access, fernzugriff, einwahl, acces distant, acceso remoto, homeoffice, dial-in,
    anyconnect, wireguard, ipsec, accesso remoto, thuiswerken, thuiswerkverbinding, dostep zdalny, zdalny dostep,
    praca zdalna, acesso remoto, teletrabalho, telelavoro, teletravail, teletrabajo, remote work, fjarranslutning,
    fjernadgang, fjerntilgang, hjemmekontor, hjemmearbejde, hemarbete, distansarbete, etayhteys, etatyo, vzdaleny
    pristup, prace z domova, vzdialeny pristup, tavoli eleres, otthonrol, acces la distanta, munca de acasa
wifi: wifi, wlan, wireless, hotspot, sans fil, inalambrica, inalambrico, access point, rete wireless, senza fili,
    draadloos, draadloze, siec bezprzewodowa, bezprzewodowy, sem fios, rede sem fios, punto d accesso, funknetz,
    tradlost natverk, tradlos, tradlost, langaton, langattoman, bezdratova, bezdratove, bezdrotova, vezetek nelkuli,
    fara fir
network: network, netzwerk, netz, reseau, lan, router, connectivity, ethernet, rete aziendale, rete, netwerk, siec,
    sieci, rede, red corporativa, switch, switches, firewall, sdwan, connettivita, netwerkverbinding, conectividad,
    conectividade, natverk, natverket, netvaerk, netvaerket, nettverk, nettverket, verkko, verkkoyhteys, sitove
    pripojeni, siet, halozat, halozati, retea, reteaua
telephony: telephony, telephone, phone, phones, telefon, telefonie, telefonanlage, anruf, anrufe, telefono, telefonia,
    llamada, llamadas, appel, appels, voip, pbx, voicemail, headset line, hotline, softphone, telefoni, centralino,
    chiamate, chiamata, telefoon, telefooncentrale, telefony, centrala telefoniczna, polaczenia telefoniczne,
    telefone, telefones, chamada, chamadas, central telefonica, standard telephonique, centralita, telefonen,
    telefonerna, samtal, vaxel, vaxeln, opkald, telefoner, samtaler, sentralbord, puhelin, puhelimet, puhelu, puhelut,
    telefonni ustredna, hovory, telefonkozpont, hivas, telefonul, telefoane, apeluri
chat: chat, messenger, slack, instant message, chatnachrichten, mattermost, messaggistica, berichtendienst,
    komunikator, mensageiro, messagerie instantanee, mensajeria, teams chat
meeting: meeting, videoconference, video conference, besprechung, videokonferenz, visioconference, reunion,
    videoconferencia, webinar, zoom, conferencing, videoconferenza, videochiamata, riunione, riunioni, vergadering,
    vergaderingen, videovergadering, spotkanie, spotkania, wideokonferencja, wideokonferencje, reuniao, reunioes,
    videoconferencias, videomote, videomoten, videomode, videokokous, kokous, videohovor, schuzka, porada,
    videoconferinta, sedinta, ertekezlet, videokonferencia
calendar: calendar, kalender, termin, termine, calendrier, agenda, calendario, appointment, appointments, booking,
    appuntamenti, appuntamento, agendas, afspraken, afspraak, kalendarz, kalendarza, terminy, compromissos, rendez
    vous, citas, prenotazioni, prenotazione, reserveringen, rezerwacje, reservas, reservations
files: file share, fileshare, shared drive, netzlaufwerk, laufwerk, laufwerke, lecteur, dossier partage, unidad de
    red, unidad compartida, carpeta compartida, nas, dateiablage, file server, dateien, fichiers, fileserver, network
    drive, partage, cartella condivisa, cartelle, disco di rete, unita di rete, gedeelde map, netwerkschijf,
    bestanden, bestandsserver, dysk sieciowy, dyski sieciowe, folder wspolny, pliki, plikow, pasta partilhada, pasta
    compartilhada, unidade de rede, ficheiros, arquivos, disco partagado, lecteur reseau, archivos compartidos
archive: archive, archiv, archives, archivo, dms, document archive, dokumentenarchiv, archivio, archiviazione,
    archief, archiwum, arquivo, gestione documentale, documentbeheer, obieg dokumentow, gestion documental, gestao
    documental, ged, edms
expenses: expense, expenses, travel expenses, reisekosten, spesen, spesenabrechnung, notes de frais, note de frais,
    frais, gastos, gastos de viaje, reimbursement, note spese, nota spese, rimborso, rimborsi, trasferte, declaratie,
    declaraties, onkosten, reiskosten, delegacje, delegacja, wydatki, zwrot kosztow, despesas, despesa, reembolso,
    reembolsos, ajudas de custo, dietas
timesheet: timesheet, timesheets, time sheets, time tracking, time recording, zeiterfassung, stundenzettel, feuille de
    temps, feuilles de temps, pointage, presenze, cartellino, foglio ore, timbratura, timbrature, urenregistratie,
    urenstaat, uren, rejestracja czasu, czas pracy, karta czasu, folha de horas, registo de horas, control horario,
    fichajes, badgeuse, stechuhr, hoja de horas
hr: hr, personalportal, personalabteilung, rh, ressources humaines, recursos humanos, leave request, urlaub,
    urlaubsantrag, conges, vacaciones, employee portal, workforce, risorse umane, ufficio personale, ferie,
    personeelszaken, verlof, verlofaanvraag, kadry, kadrowy, urlop, urlopy, wniosek urlopowy, ferias, portal do
    colaborador, portale dipendenti, personeelsportaal, portal pracownika
payroll: payroll, payslip, salary, lohn, gehalt, gehaltsabrechnung, lohnabrechnung, paie, bulletin de paie, salaire,
    nomina, nominas, salario, busta paga, buste paga, stipendio, stipendi, cedolino, loonstrook, loonstroken, salaris,
    salarissen, lonen, wyplata, wyplaty, lista plac, pensja, vencimento, vencimentos, recibo de vencimento, folha de
    pagamento, salarios
invoice: invoice, invoices, invoicing, billing, rechnung, rechnungen, fakturierung, faktura, facture, factures,
    facturation, factura, facturas, facturacion, fattura, fatture, fatturazione, factuur, facturen, facturatie,
    faktury, fakture, fakturowanie, fatura, faturas, faturacao, faturamento
order: order entry, auftrage, auftragserfassung, bestellung, bestellungen, saisie des commandes, pedido, pedidos,
    ordine, ordini, inserimento ordini, bestellingen, orderinvoer, orders, zamowienie, zamowienia, zamowien,
    encomenda, encomendas, commandes, commande
procurement: procurement, purchase, einkauf, beschaffung, achats, approvisionnement, compras, adquisiciones,
    requisition, suppliers, acquisti, approvvigionamento, fornitori, inkoop, leveranciers, zakupy, zakupow, dostawcy,
    zaopatrzenie, fornecedores, aprovisionamento, proveedores, fournisseurs, lieferanten, tender, tenders
shipping: shipping, shipment, shipments, versand, lieferung, sendung, expedition, expeditions, livraison, envio,
    envios, shipping labels, versandetiketten, dispatch, delivery note, parcel, spedizione, spedizioni, consegna,
    consegne, bolla, verzending, verzendingen, zending, zendingen, levering, leveringen, pakbon, wysylka, wysylki,
    przesylka, przesylki, dostawa, dostawy, list przewozowy, expedicao, entrega, entregas, guia de remessa,
    versandetikett, bordereau
warehouse: warehouse, stock, lager, bestand, lagerverwaltung, entrepot, stocks, almacen, inventario, inventory, stock
    system, magazzino, magazzini, giacenza, giacenze, scorte, magazijn, magazijnen, voorraad, voorraden, magazyn,
    magazynu, magazynowy, stany magazynowe, armazem, armazens, existencias, deposito, lagerbestand
planning: production planning, produktionsplanung, planification, planificacion, planning, fertigung, mrp,
    produktionsplan, pianificazione, pianificazione della produzione, productieplanning, planowanie, planowanie
    produkcji, planeamento, planejamento, planeamento da producao, fertigungsplanung, ordonnancement, capacity
    planning
budget: budget, budgets, budgeting, budgetplanung, planification budgetaire, presupuesto, presupuestos, budgetisation,
    cost planning, bilancio preventivo, preventivi di spesa, begroting, begrotingen, budzet, budzetu, budzetowanie,
    orcamento, orcamentos
treasury: treasury, cash management, zahlungen, zahlungsverkehr, tresorerie, tesoreria, payments, payment, zahlung,
    paiement, paiements, pago, pagos, pagamento, pagamenti, bonifici, bonifico, betaling, betalingen,
    betalingsverkeer, platnosci, platnosc, przelewy, przelew, pagamentos, transferencias, transferencia, virements,
    virement, uberweisung, uberweisungen
accounting: accounting, ledger, buchhaltung, finanzbuchhaltung, comptabilite, contabilidad, bookkeeping, erp, buchung,
    contabilita, prima nota, boekhouding, boekingen, grootboek, ksiegowosc, ksiegowosci, ksiegowania, contabilidade,
    lancamentos, razao, grand livre, libro mayor
crm: crm, customer database, kundendaten, kundendatenbank, kundenverwaltung, gestion clients, customer records,
    kundenkartei, fichier client, anagrafica clienti, gestione clienti, klantenbestand, klantenbeheer, klantgegevens,
    baza klientow, kartoteka klientow, base de clientes, ficheiro de clientes, gestao de clientes
customer: customer portal, client portal, kundenportal, portail client, portal de clientes, extranet, portale clienti,
    area clienti, klantportaal, klantenportaal, portal klienta, portal klientow, portal do cliente, area de cliente,
    espace client
shop: webshop, shop, store, online shop, onlineshop, boutique, tienda, store site, e-commerce, checkout, ecommerce,
    negozio online, negozio, carrello, webwinkel, winkel, winkelwagen, sklep, sklep internetowy, koszyk, loja, loja
    online, carrinho, panier, carrito, warenkorb
website: website, web site, homepage, internetseite, webseite, site web, sitio web, pagina web, cms, sito, sito web,
    sito internet, webpagina, strona internetowa, strona www, witryna, sitio, site da empresa, pagina da empresa,
    landing page
intranet: intranet, mitarbeiterportal
wiki: wiki, knowledge base, wissensdatenbank, base de connaissances, confluence, base de conocimiento, handbuch, base
    di conoscenza, kennisbank, kennisbasis, baza wiedzy, base de conhecimento, manuale interno, handboek, podrecznik
learning: e-learning, elearning, learning, training, trainings, schulung, schulungen, lernplattform, formation,
    formations, formacion, course, courses, kurs, kurse, cursos, lms, academy, formazione, corso, corsi, opleiding,
    opleidingen, cursus, cursussen, leerplatform, szkolenie, szkolenia, szkolen, kursy, formacao, formacoes, aulas
    online, piattaforma di formazione
survey: survey, surveys, questionnaire, questionnaires, umfrage, umfragen, fragebogen, sondage, sondages, encuesta,
    encuestas, poll, sondaggio, sondaggi, questionario, questionari, enquete, enquetes, vragenlijst, ankieta, ankiety,
    ankiet, inquerito, inqueritos, questionarios
translation: translation, translations, ubersetzung, ubersetzungen, ubersetzer, traduction, traductions, traduccion,
    traducciones, translator, translation memory, traduzione, traduzioni, traduttore, vertaling, vertalingen,
    vertaler, tlumaczenie, tlumaczenia, tlumacz, traducao, traducoes, tradutor
newsletter: newsletter, newsletters, campaign tool, kampagnen, mailing, mailings, rundbrief, lettre d'information,
    boletin, campaign, kampagne, campagna, campagne, campagnes, nieuwsbrief, nieuwsbrieven, biuletyn, kampania,
    kampanie, boletim, campanha, campanhas, bollettino
fleet: fleet, vehicle, vehicles, car pool, fuhrpark, fahrzeug, fahrzeuge, dienstwagen, flotte, vehicules, flota,
    vehiculos, pool car, parco auto, auto aziendali, flotta, veicolo, veicoli, wagenpark, voertuig, voertuigen,
    leaseauto, pojazd, pojazdy, samochody sluzbowe, frota, veiculo, veiculos, viaturas, dienstauto
badge: badge, badges, access control, zutritt, zutrittskontrolle, turoffner, ausweis, controle d'acces, control de
    acceso, access card, badge reader, keycard, controllo accessi, tessera, tessere, cartellini, toegangscontrole,
    toegangspas, pasjes, kontrola dostepu, przepustka, przepustki, karta dostepu, controlo de acessos, controle de
    acesso, cartao de acesso, cracha, tarjeta de acceso, tarjetas de acceso, carte d acces, zutrittskarte, turniket,
    tornelli, drehkreuz, poort, turnstile, turnstiles, tourniquet, tourniquets, torniquete, torniquetes, bramki
    wejsciowe
kiosk: kiosk, kiosque, quiosco, self service terminal, selbstbedienung, borne, self-service, chiosco, totem,
    zelfbediening, zuil, samoobslugowy, infokiosk, quiosque, autoatendimento, terminal libre service
contracts: contract, contracts, vertrag, vertrage, vertragsverwaltung, contrat, contrats, contrato, contratos,
    contratto, contratti, contracten, contractbeheer, umowa, umowy, umow, gestao de contratos
quality: qualitat, qualitatssicherung, qualite, calidad, complaints, reklamation, qualita, controllo qualita, reclami,
    reclamo, kwaliteit, klachten, klacht, jakosc, jakosci, reklamacje, reklamacja, qualidade, reclamacoes,
    reclamacion, reclamaciones, reklamationen, reclamations
laboratory: laboratory, lab, labor, laboratoire, laboratorio, lims, sample management, proben, laboratori,
    laboratorium, monsters, monsterbeheer, proby, probki, amostras, campioni, muestras, echantillons
maintenance: maintenance, wartung, instandhaltung, entretien, mantenimiento, work orders, manutenzione, onderhoud,
    werkorders, werkbonnen, utrzymanie ruchu, konserwacja, zlecenia naprawy, manutencao, ordens de trabalho, ordini di
    lavoro, arbeitsauftrage, ordenes de trabajo
visitor: visitor, visitors, besucher, besucheranmeldung, visiteurs, visiteur, visitantes, reception desk, visitatori,
    visitatore, ospiti, bezoeker, bezoekers, aanmeldzuil, goscie, gosci, odwiedzajacy, visitante, registo de
    visitantes, recepcion de visitas
canteen: canteen, cafeteria, kantine, speiseplan, cantine, comedor, lunch, mensa, menu del giorno, bedrijfsrestaurant,
    maaltijden, stolowka, stolowki, obiady, jadlospis, cantina, refeitorio, ementa, refeicoes, almuerzo, dejeuner,
    mittagessen
parking: parking, parkplatz, parkhaus, aparcamiento, car park, parcheggio, parcheggi, parkeren, parkeerplaats,
    parkeergarage, parkeerplaatsen, parkingu, miejsca parkingowe, estacionamento, parque de estacionamento,
    stationnement, schranke, slagboom, sbarra, szlaban, barrera, cancela
library: library, bibliothek, bibliotheque, biblioteca, bibliotheek, biblioteka, biblioteki, prestito, uitlening,
    wypozyczalnia
media: media store, mediathek, mediatheque, multimedia, mediateca, mediabibliotheek, mediateka, banca immagini,
    beeldbank, bildarchiv, banque d images, banco de imagenes, banco de imagens
reporting: report, reporting, bericht, berichte, berichtswesen, rapport, rapports, informe, informes, dashboard,
    dashboards, auswertung, auswertungen, statistik, kennzahlen, bi, data warehouse, dw, rapporto, rapporti,
    reportistica, cruscotto, cruscotti, statistiche, rapportage, rapportages, raport, raporty, raportow, zestawienia,
    statystyki, relatorio, relatorios, painel, estatisticas, tableau de bord, tableaux de bord, estadisticas, cuadro
    de mando, indicateurs, indicatori
search: search engine, suchindex, search index, motore di ricerca, ricerca interna, zoekmachine, zoekfunctie,
    wyszukiwarka, wyszukiwarki, motor de busca, motor de pesquisa, buscador, moteur de recherche, suchmaschine
remote: remote desktop, remotedesktop, rdp, terminal server, terminalserver, citrix, bureau a distance, escritorio
    remoto, virtual desktop, vdi, remote pc, rds, desktop remoto, extern bureaublad, extern werkblad, pulpit zdalny,
    pulpitu zdalnego, ambiente de trabalho remoto, area de trabalho remota, scrivania remota, bureau virtuel,
    escritorio virtual
login: sso, single sign-on, directory, active directory, ldap, kerberos, authentication, anmeldedienst,
    authentification, autenticacion, identity, autenticazione, authenticatie, uwierzytelnianie, autenticacao,
    verzeichnisdienst, annuaire, directorio activo, rubrica aziendale, tweestapsverificatie, mfa, dos fatores,
    identita
backup: backup, backups, datensicherung, sicherung, sauvegarde, sauvegardes, copia de seguridad, copia di sicurezza,
    salvataggi, reservekopie, reservekopieen, kopia zapasowa, kopie zapasowe, copia de seguranca, copias de seguranca,
    respaldo, respaldos
database: database, databases, datenbank, datenbanken, base de donnees, base de datos, sql, postgres, oracle, mysql,
    base dati, banca dati, gegevensbank, baza danych, bazy danych, base de dados, banco de dados, bases de donnees,
    mariadb, mssql, mongodb
proxy: proxy, web filter, webfilter, web proxy, filtro web, webfiltering, filtr www
dns: dns, name resolution, namensauflosung, resolution de noms, risoluzione dei nomi, naamresolutie, rozwiazywanie
    nazw, resolucao de nomes, resolucion de nombres
storage: storage, speicher, san, stockage, almacenamiento, archiviazione dati, opslag, pamiec masowa, macierz,
    armazenamento, cabina de discos, baie de stockage, ceph, objektspeicher
clock: ntp, clock, time server, zeitserver, orologio, tijdserver, serwer czasu, relogio, servidor de hora, horloge
certificate: certificate, certificates, zertifikat, zertifikate, certificat, certificado, pki, tls, ssl, certificato,
    certificati, certificaten, certyfikat, certyfikaty, certificados
monitoring: monitoring system, metrics, uberwachungssystem, timeseries, sistema di monitoraggio, bewaking, systeem
    bewaking, system monitoringu, sistema de monitorizacao, supervision
ticketing: ticketing, ticket system, ticketsystem, helpdesk tool, sistema di ticket, ticketsysteem, system zgloszen,
    zgloszenia, sistema de tickets, gestion des tickets
sales: vertrieb, ventes, ventas, quotation, quotations, angebot, angebote, devis, oferta, ofertas, quotes, vendite,
    offerta, offerte, preventivo, preventivi, verkoop, offertes, sprzedaz, sprzedazy, oferty, ofert, vendas, proposta,
    propostas, orcamentacao, presupuestos de venta
marketing: marketing campaigns, werbung, publicite, publicidad, pubblicita, reclame, reklama, reklamy, publicidade,
    annonces, anuncios
recruiting: recruiting, recruitment, applicants, bewerber, bewerbung, bewerbungen, recrutement, candidatures,
    seleccion de personal, candidatos, careers, candidature, candidati, selezione, sollicitaties, sollicitanten,
    vacatures, rekrutacja, rekrutacji, kandydaci, candidaturas, recrutamento, vagas, vacantes, stellenanzeigen, offres
    d emploi
room: room booking, raumbuchung, besprechungsraum, meeting room, meeting rooms, sala riunioni, sale riunioni,
    prenotazione sale, vergaderzaal, vergaderzalen, vergaderruimte, zaalreservering, sala konferencyjna, sale
    konferencyjne, rezerwacja sal, sala de reunioes, salas de reuniao, reserva de salas, salle de reunion, salles de
    reunion, sala de reuniones
map: gis, maps, karten, kartendienst, cartographie, mapas, mappa, mappe, cartografia, kaart, kaarten, mapa, mapy,
    geoportaal, geoportal, stadtplan
signature: e-signature, signing, signatur, signature, firma electronica, unterschrift, firma digitale, firma
    elettronica, handtekening, ondertekenen, podpis, podpis elektroniczny, podpisywanie, assinatura, assinatura
    digital, assinatura eletronica, signature electronique
transport: transport, logistik, logistique, logistica, route planning, tourenplanung, tours, trasporti, trasporto,
    pianificazione viaggi, vervoer, logistiek, ritplanning, ritten, transportu, logistyka, planowanie tras,
    transporte, transportes, rotas, rutas, tournees
pricing: pricing, prices, price list, preise, preisliste, tarifs, precios, catalogue, katalog, catalog, prezzi,
    listino, listini, catalogo, prijzen, prijslijst, catalogus, ceny, cennik, cennika, katalogu, precos, preco, tabela
    de precos, lista de precios, tarifas
subscription: subscription, subscriptions, abonnement, abonnements, suscripcion, suscripciones, abbonamento,
    abbonamenti, abonnees, prenumerata, prenumeraty, subskrypcja, subskrypcje, assinaturas de revista, subscricao,
    subscricoes
claims: claims, insurance, versicherung, schaden, schadensmeldung, assurance, sinistre, seguro, siniestros, sinistro,
    sinistri, assicurazione, polizza, polizze, schadeclaim, schade, verzekering, polis, polissen, szkoda, szkody,
    ubezpieczenie, polisa, polisy, sinistros, seguros, apolice, apolices, poliza, polizas, police d assurance
patient: patient, patients, patient record, patient records, patientenakte, patienten, krankenakte, dossier patient,
    historia clinica, pacientes, paciente, cartella clinica, pazienti, patientendossier, patientgegevens, karta
    pacjenta, pacjenci, pacjentow, processo clinico, medical record
bed: bed management, bed occupancy, bettenbelegung, bettenplan, betten, gestion des lits, gestion de camas, posti
    letto, bedbezetting, oblozenie lozek, gestao de camas
shift: roster, shift plan, shift planner, dienstplan, schichtplan, planning des equipes, cuadrante, turnos, turni,
    rooster, dienstrooster, grafik dyzurow, grafik zmian, escala, escalas
production: production line, assembly line, fertigungslinie, produktionslinie, montagelinie, ligne de production,
    chaine de montage, linea de produccion, linea di produzione, productielijn, linia produkcyjna, linha de producao,
    scada
scale: weighbridge, weighing, scales, waage, wiegen, wiegeschein, pont bascule, balance, bascula, balanza, pesaje,
    pesa, bilancia, weegbrug, weegschaal, waga, wagi, wazenie, balanca
scanner: handheld, handhelds, barcode, barcodes, barcode scanner, handscanner, strichcode, code barres, lecteur de
    codes, codigo de barras, codigos de barras, codice a barre, lettore di codici, streepjescode, kod kreskowy, kody
    kreskowe, leitor de codigos
till: till, tills, cash register, point of sale, kasse, kassen, kassensystem, caisse, caisses, caja registradora,
    cajas, cassa, kassa, kassas, kasa fiskalna, kasy, caixa registadora, caixas registadoras
tax: taxes, tax portal, steuer, steuern, steuerbescheid, impots, taxe, impuestos, tributos, tributi, belasting,
    belastingen, podatki, podatek, impostos, imposto
permit: permit, permits, licensing office, genehmigung, genehmigungen, permis, autorisations, licencia de obras,
    permisos, autorizzazioni, concessioni, vergunning, vergunningen, pozwolenia, zezwolenia, licencas, alvara
student: students, enrolment, student records, studierende, einschreibung, immatrikulation, etudiants, inscriptions,
    scolarite, estudiantes, matricula, matriculas, studenti, iscrizioni, immatricolazioni, studenten, inschrijving,
    inschrijvingen, studenci, rekrutacja na studia, estudantes, alunos
exam: exam, exams, grades, prufungen, noten, examens, notes d examen, examenes, calificaciones, esami, appelli, voti,
    tentamens, cijferadministratie, egzaminy, oceny, exames, notas
customs: customs, customs declaration, zoll, verzollung, zollanmeldung, douane, declaration en douane, aduana,
    aduanas, dogana, dichiarazione doganale, douaneaangifte, odprawa celna, alfandega
loan: loan, loans, mortgage, kredit, kredite, darlehen, prets, credit, prestamo, prestamos, hipoteca, prestiti, mutuo,
    mutui, lening, leningen, hypotheek, kredyt, kredyty, emprestimo, emprestimos
trading: trading, trading desk, securities, wertpapiere, borse, titres, bourse, valores, bolsa, titoli, effecten,
    beurs, papiery wartosciowe, gielda
deployment: build server, build pipeline, pipeline, pipelines, runner, runners, artifact, artifacts, registry, git,
    gitlab, repository, repositories, repo
feature: feature flag, feature flags, toggles, feature toggle, schalter fur funktionen
lights: lighting, beleuchtung, eclairage, iluminacion, illuminazione, verlichting, oswietlenie, iluminacao, heating,
    heizung, chauffage, calefaccion, riscaldamento, verwarming, ogrzewanie, aquecimento, klimaanlage, air
    conditioning, climatisation, climatizacion
door: front door, door opener, doors, haustur, eingangstur, turen, porte d entree, puerta, puertas, porta, deur,
    deuren, drzwi, portas, gate, gates
display: wall display, signage, info screen, anzeigetafel, anzeigewand, infoscreen, affichage, panneau d affichage,
    pantallas informativas, tabellone, schermo informativo, infoscherm, tablica informacyjna, paineis informativos
queue: ticket numbers, number display, wartenummer, nummernaufruf, numero d appel, turno de espera, numeretti,
    volgnummer, nummertjes, numerki, senha de atendimento
waste: waste collection, bin collection, mullabfuhr, abfallkalender, collecte des dechets, recogida de basuras,
    raccolta rifiuti, afvalinzameling, afvalkalender, wywoz smieci, recolha de lixo
weather: weather, wetter, meteo, tiempo meteorologico, pogoda, tide, tide table, gezeiten
editing: layout, page layout, proofs, proofreading, lektorat, druckfahnen, mise en page, maquetacion, correctores,
    impaginazione, bozze, opmaak, drukproeven, sklad, korekta, paginacao, provas
"""
