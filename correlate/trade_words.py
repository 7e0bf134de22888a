"""What companies of all trades name their applications after, in eight languages; some of it in more.

Written without accents. Words that everyday mails are full of are left out: a false name is worse than none.
"""

TRADES = """
parts: parts, spare parts, spares, ersatzteil, ersatzteile, teilesuche, teilekatalog, teilenummer,
    teilelager, pieces detachees, pieces de rechange, repuestos, recambios, ricambi, pezzi di ricambio,
    onderdelen, reserveonderdelen, czesci, czesci zamienne, pecas,
    reservdelar, reservedele, reservedeler, nahradni dily
drawing: drawing, drawings, blueprint, blueprints, cad, zeichnung, zeichnungen, konstruktionszeichnung, bauplan, plans
    techniques, dibujo, dibujos, disegno, disegni, tekening, tekeningen, rysunek, rysunki, desenho, desenhos, ritning,
    ritningar, tegning, tegninger, vykres, vykresy
crane: crane, cranes, kran, krane, grue, grues, grua, gruas, gru, kraan, kranen, dzwig, zuraw, guindaste, guindastes,
    lyftkran, jerab
welding: weld, welds, welding, schweiss, schweissen, schweissung, schweissnaht, soudure, soudures, soudage, soldadura,
    soldaduras, saldatura, saldature, laswerk, lasnaad, spawanie, spawalnia, solda, svetsning, svejsning
hull: hull, hulls, rumpf, schiffsrumpf, coque, coques, casco, cascos, scafo, scafi, scheepsromp, kadlub, skrov
vessel: vessel, vessels, ship, ships, schiff, schiffe, schiffs, navire, navires, bateau, buque, buques, barco, barcos,
    schip, schepen, statek, statki, statku, navio, navios, fartyg, skib, skibe
berth: berth, berths, mooring, moorings, quay, liegeplatz, liegeplatze, kai, quai, amarrage, amarre, atraque, muelle,
    ormeggio, banchina, ligplaats, kade, nabrzeze, cumowanie, cais, atracacao, kajplats, kajplads
container: container, containers, conteneur, conteneurs, contenedor, contenedores, contenitore, kontener, kontenery,
    contentor, contentores
cargo: cargo, freight, fracht, ladung, fret, cargaison, mercancia, carico, vracht, lading, ladunek, frachty, fragt
pallet: pallet, pallets, palette, paletten, palettes, palet, palets, bancale, bancali, palety
forklift: forklift, forklifts, stapler, gabelstapler, chariot elevateur, carretilla elevadora, muletto, muletti,
    heftruck, heftrucks, wozek widlowy, empilhador, truck
dock: loading dock, dock door, dock doors, laderampe, verladung, quai de chargement, muelle de carga, banchina di
    carico, laadperron, laaddock, rampa zaladunkowa
route: routing, tour planning, tourenplanung, touren, tournee, tournees, ruta, rutas, itinerario, itinerari,
    rittenplanning, trasa, trasy, rutt, rute, route planning, route planner, routenplanung
driver: chauffeur, chauffeurs, conductor, conductores, autista, autisti, kierowca, kierowcy, motorista, motoristas,
    driver app, driver portal, drivers app, fahrerapp
taxi: taxi, taxis, cab, cabs
bus: bus, buses, busse, coach, autobus, autobuses, autobusy, pullman
train: train, trains, zug, zuge, zugverkehr, tren, trenes, treno, treni, trein, treinen, pociag, pociagi, comboio,
    comboios, vlak, vlaky
track: rail, rails, railway, gleis, gleise, schiene, schienen, voie ferree, carril, binario, binari, tory, torowisko,
    jarnvag
signal: signalbox, stellwerk, senalizacion, segnalamento, seinhuis, sygnalizacja, sinalizacao, signalling
flight: flight, flights, flug, fluge, flugplan, vuelo, vuelos, volo, voli, vlucht, vluchten, loty, voo, voos, flyg
gate: gate, gates, flugsteig, porte d embarquement, puerta de embarque, imbarco, embarque, instaphal, bramka
luggage: luggage, baggage, bags, gepack, bagage, bagages, equipaje, equipajes, bagagli, bagaglio, bagaz, bagagem
crew: crew, crews, besatzung, besatzungen, equipage, equipages, tripulacion, equipaggio, bemanning, zaloga, zalogi,
    tripulacao, tripulacoes
toll: toll, tolls, maut, peage, peages, peaje, peajes, pedaggio, pedaggi, oplaty drogowe, portagem, portagens
fuel: fuel, fuels, diesel, petrol, kraftstoff, tankkarte, carburant, combustible, gasolina, carburante, brandstof,
    paliwo, paliwa, combustivel, bransle, braendstof
tyre: tyre, tyres, tire, tires, reifen, pneu, pneus, neumatico, neumaticos, pneumatico, pneumatici, banden, opony
workshop: workshop, workshops, werkstatt, werkstatten, atelier, ateliers, taller, talleres, officina, officine,
    werkplaats, warsztat, warsztaty, verkstad, vaerksted, verksted, dilna
machine: machine tool, machine park, maschinenpark, werkzeugmaschine, cnc, parc machines, maquinaria, macchinari,
    machinepark, obrabiarka, obrabiarki
assembly: assembly, assembly line, fertigungslinie, fliessband, chaine de montage, montaje, linea de montaje,
    montaggio, catena di montaggio, assemblage, montaz, linia montazowa, montagem
furnace: furnace, furnaces, kiln, hochofen, brennofen, ofen, fourneau, horno, hornos, forno, forni, oven, ovens,
    fornos
paint: paint, paints, paintshop, lack, lackiererei, farben, peinture, peintures, pintura, pinturas, vernice,
    verniciatura, lakstraat, verf, lakiernia, farby, maling
mixing: mixing, mixer, blend, blending, mischung, mischanlage, melange, melanges, mezcla, mezclas, miscela,
    miscelazione, menging, menginstallatie, mieszalnia, mistura, misturas
recipe: recipe, recipes, rezept, rezepte, rezeptur, rezepturen, recette, recettes, receta, recetas, ricetta, ricette,
    recept, recepten, receptura, receptury, receita, receitas, opskrift, oppskrift
batch: batch, batches, lots de fabrication, lote, lotes, lotti, partij, partijen, partia, sarza
packaging: packaging, packing, verpackung, verpackungen, emballage, emballages, embalaje, embalajes, imballaggio,
    imballaggi, verpakking, verpakkingen, opakowania, pakowanie, embalagem, embalagens, forpackning
label: label, labels, labelling, etikett, etiketten, etiquette, etiquettes, etiqueta, etiquetas, etichetta, etichette,
    etiket, etykieta, etykiety
picking: picking, kommissionierung, kommissionieren, preparation de commandes, preparacion de pedidos, prelievo,
    orderpicken, orderpick, kompletacja, separacao de pedidos
inventory: inventory, stocktaking, inventur, inventar, inventaire, inventario, inventari, inventaris, inwentaryzacja,
    inwentarz
supplier: supplier, suppliers, vendor, vendors, lieferant, lieferanten, fournisseur, fournisseurs, proveedor,
    proveedores, fornitore, fornitori, leverancier, leveranciers, dostawca, dostawcy, fornecedor, fornecedores,
    leverantor, leverandor, dodavatel
dealer: dealer, dealers, reseller, haendler, vertragshandler, concessionnaire, revendeur, concesionario, distribuidor,
    concessionario, rivenditore, wederverkoper, diler, dealerzy, revendedor
delivery: delivery, deliveries, lieferung, lieferungen, zustellung, livraison, livraisons, entrega, entregas,
    consegna, consegne, levering, leveringen, bezorging, dostawa, dostawy, leverans, leverance
courier: courier, couriers, kurier, kuriere, coursier, mensajero, mensajeros, corriere, corrieri, koerier, koeriers,
    kurierzy, estafeta
parcel: parcel, parcels, paket, pakete, paketdienst, colis, paquete, paquetes, paqueteria, pacco, pacchi, pakket,
    pakketten, paczka, paczki, encomenda, encomendas, pakke, pakker, balik
returns: returns, retoure, retouren, rucksendung, rucksendungen, retours, devolucion, devoluciones, reso, resi,
    retourzending, zwroty, devolucao, devolucoes, returer
refund: refund, refunds, erstattung, erstattungen, ruckerstattung, remboursement, remboursements, reembolso,
    reembolsos, rimborso, rimborsi, terugbetaling, zwrot pieniedzy, refundacja, aterbetalning
complaint: complaint, complaints, reklamation, reklamationen, beschwerde, beschwerden, reclamation, reclamations,
    reclamacion, reclamaciones, queja, quejas, reclamo, reclami, klacht, klachten, reklamacja, reklamacje, reclamacao,
    reclamacoes, klagomal, reklamace
warranty: warranty, warranties, guarantee, garantie, garantien, garantia, garantias, garanzia, garanzie, gwarancja,
    gwarancje, garanti
quote: quote, quotes, quotation, quotations, angebot, angebote, devis, presupuesto, presupuestos, cotizacion,
    preventivo, preventivi, offerte, offertes, oferta, oferty, orcamento, orcamentos, offert, tilbud, nabidka, nabidky
tender: tender, tenders, bid, bids, ausschreibung, ausschreibungen, appel d offres, licitacion, licitaciones, gara,
    gare d appalto, aanbesteding, aanbestedingen, przetarg, przetargi, concurso publico, licitacao, upphandling, udbud
catalogue: catalogue, catalog, catalogs, katalog, kataloge, catalogues, catalogo, catalogos, cataloghi, catalogus
voucher: voucher, vouchers, coupon, coupons, gutschein, gutscheine, bon d achat, cupon, cupones, buono, buoni,
    cadeaubon, waardebon, bon podarunkowy, bony, cupao, presentkort
loyalty: loyalty, bonus card, treueprogramm, treuepunkte, kundenkarte, fidelite, carte de fidelite, fidelizacion,
    fedelta, raccolta punti, klantenkaart, spaarpunten, lojalnosciowy, fidelidade
auction: auction, auctions, auktion, auktionen, versteigerung, encheres, subasta, subastas, asta, aste, veiling,
    veilingen, aukcja, aukcje, leilao, leiloes
rental: rental, rentals, vermietung, verleih, mietwagen, alquiler, alquileres, noleggio, noleggi, verhuur,
    wypozyczalnia, wynajem, aluguer, aluguel, uthyrning, udlejning, utleie
tenant: tenant, tenants, mieter, mieterportal, locataire, locataires, inquilino, inquilinos, arrendatario, inquilini,
    huurder, huurders, najemca, najemcy, lokator, lokatorzy, arrendatarios, hyresgast, lejer
property: property management, real estate, immobilien, liegenschaft, liegenschaften, immobilier, inmobiliaria,
    inmuebles, immobili, immobiliare, vastgoed, nieruchomosci, imoveis, imobiliaria, fastighet, ejendom
lease: lease, leases, leasing, mietvertrag, arrendamiento, affitto, affitti, huur, huurcontract, najem, arrendamento
heating: heating, heizung, heizungen, fernwarme, chauffage, calefaccion, riscaldamento, verwarming, ogrzewanie,
    aquecimento, uppvarmning
cooling: cooling, chiller, refrigeration, kuhlung, kuhlhaus, kalteanlage, froid, refroidissement, refrigeracion,
    camaras frigorificas, refrigerazione, cella frigorifera, koeling, koelcel, chlodnia, chlodnie, refrigeracao
elevator: elevator, elevators, lifts, aufzug, aufzuge, fahrstuhl, ascenseur, ascenseurs, ascensor, ascensores,
    ascensore, ascensori, liften, winda, windy, elevadores, hiss
meter: meter, meters, metering, smart meter, zahlerstand, zahlerstande, compteur, compteurs, contador, contadores,
    contatore, contatori, meterstand, meterstanden, licznik, liczniki, medidor, medidores
grid: grid, power grid, stromnetz, reseau electrique, red electrica, rete elettrica, stroomnet, elektriciteitsnet,
    siec energetyczna, rede eletrica, elnat
turbine: turbine, turbines, turbinen, windpark, eolienne, eoliennes, turbina, turbinas, aerogenerador, pala eolica,
    turbin, turbiny
solar: solar, photovoltaic, photovoltaik, solaranlage, photovoltaique, panneaux solaires, fotovoltaica, placas
    solares, fotovoltaico, zonnepanelen, fotowoltaika
pump: pump, pumps, pumpe, pumpen, pompe, pompes, bomba, bombas, pompa, pompy, pompen, pumpar
tank: tank, tanks, tanklager, behalter, cuve, cuves, citerne, deposito, depositos, cisterna, cisterne, serbatoio,
    serbatoi, zbiornik, zbiorniki, tanque, tanques
valve: valve, valves, ventil, ventile, vanne, vannes, valvula, valvulas, valvola, valvole, klep, kleppen, zawor,
    zawory
sensor: sensor, sensors, sensoren, fuhler, capteur, capteurs, sensores, sensore, sensori, czujnik, czujniki, sonde
well: borehole, bohrung, bohrungen, forage, forages, perforacion, pozo, pozos, pozzo, pozzi, boring, odwiert, odwierty
mine: mining, bergwerk, bergbau, grube, mineria, miniera, miniere, mijnbouw, kopalnia
quarry: quarry, steinbruch, cantera, canteras, groeve, kamieniolom, pedreira
harvest: harvest, harvests, ernte, ernten, recolte, recoltes, cosecha, cosechas, raccolto, raccolti, oogst, zbiory,
    zniwa, colheita, colheitas, skord
greenhouse: greenhouse, greenhouses, gewachshaus, gewachshauser, serre, serres, invernadero, invernaderos, serra,
    szklarnia, szklarnie, estufa, estufas
livestock: livestock, cattle, herd, herds, vieh, rinder, herde, herden, betail, troupeau, troupeaux, ganado, bestiame,
    vee, veestapel, bydlo, stado, gado
milk: milk, dairy, milch, molkerei, lait, laiterie, leche, lecheria, latteria, melk, zuivel, mleko, mleczarnia, leite,
    laticinios, mjolk, mejeri
grain: grain, grains, silo, silos, getreide, cereales, grano, cereali, graan, zboze, cereais, spannmal
wine: wine, wines, winery, vineyard, wein, weine, weingut, kelter, weinkeller, vin, vins, vignoble, vino, vinos,
    bodega, vini, vigneto, cantina vini, wijn, wijnen, wijngaard, wino, winnica, vinho, vinhos, vinha
brewery: brewery, brewing, brauerei, sudhaus, brasserie, brassage, cerveceria, birrificio, birreria, brouwerij,
    browar, cervejaria, bryggeri
bakery: bakery, baking, backerei, backstube, boulangerie, panaderia, panificio, panetteria, bakkerij, piekarnia,
    padaria, bageri
butchery: butchery, slaughterhouse, metzgerei, fleischerei, schlachthof, boucherie, abattoir, carniceria, matadero,
    macelleria, macello, slagerij, slachthuis, rzeznia, matadouro
fish: fish, fishery, fisch, fischerei, peche, poisson, poissons, pesca, pescado, pesce, visserij, ryby, rybolowstwo,
    peixe, fiske
forest: forest, forestry, timber, forst, wald, holz, holzeinschlag, foret, forets, bosque, bosques, madera, foresta,
    legname, bosbouw, hout, drewno, floresta, madeira, skog
kitchen: kitchen, kitchens, kuche, kuchen, cuisine, cuisines, cocina, cocinas, cucina, cucine, keuken, keukens,
    kuchnia, kuchnie, cozinha, cozinhas
menu: menuplan, speiseplan, speisekarte, carte des menus, carta de platos, pasti, menukaart, jadlospis, ementa,
    cardapio
dishwasher: dishwasher, dishwashing, spulmaschine, spulkuche, lave vaisselle, lavavajillas, lavastoviglie, vaatwasser,
    zmywarka, zmywarki
reservation: table reservation, hotel booking, zimmerbuchung, buchung, buchungen, buchungssystem, reservierung,
    reservierungen, prenotare, boeking, boekingen, rezerwacja, bokning, bokningar, bestilling, rezervace
guest: guest, guests, gast, gaste, client de l hotel, huesped, huespedes, ospite, ospiti, gasten, gosc, goscie,
    hospede, hospedes
housekeeping: housekeeping, room cleaning, zimmerreinigung, hauswirtschaft, femmes de chambre, limpieza, governanta,
    pulizie, schoonmaak, sprzatanie, limpeza
laundry: laundry, wascherei, wasche, blanchisserie, lavanderia, wasserij, wasgoed, pralnia, pranie, tvatt, vaskeri
reception: reception, front desk, rezeption, recepcion, accettazione, receptie, recepcja, rececao, recepcao
pool: swimming pool, schwimmbad, hallenbad, piscine, piscines, piscina, piscinas, zwembad, baseny
gym: gym, fitness, fitnessstudio, salle de sport, gimnasio, palestra, sportschool, silownia, ginasio
ticket sales: box office, ticket sale, kartenverkauf, theaterkasse, billetterie, taquilla, biglietteria, biglietti,
    kaartverkoop, kaartjes, kasa biletowa, bilety, bilheteira, bilheteria, bilhetes, ingressos, biljetter, billetter,
    jizdenky, vstupenky
seat: seat, seats, seating, sitzplatz, sitzplatze, sitzplan, places assises, asiento, asientos, posti a sedere,
    zitplaats, zitplaatsen, miejsca siedzace, assento, assentos, lugares sentados
costume: costume, costumes, wardrobe, kostum, kostume, fundus, vestuario, costumi, kostuum, kostuums, kostiumy,
    figurinos
rehearsal: rehearsal, rehearsals, probenplan, ensayo, ensayos, repetitie, repetities, proby, ensaios
exhibition: exhibition, exhibitions, ausstellung, ausstellungen, exposition, expositions, exposicion, exposiciones,
    tentoonstelling, wystawa, wystawy, exposicao, exposicoes, utstallning, udstilling
collection: museum collection, sammlung, sammlungen, sammlungsverwaltung, collections du musee, coleccion,
    colecciones, collezione, collezioni, museumcollectie, kolekcja, zbiory muzealne, colecao, samling
music: music, musik, notenarchiv, musique, musica, muziek, bladmuziek, muzyka, nuty
radio: radio, broadcast, broadcasting, rundfunk, funk, funkgerat, funkgerate, radiocomunicacion, emisora,
    radiodiffusion, omroep, portofoon, radiostacja, radiofonia
antenna: antenna, antennas, antenne, antennen, antennes, antena, antenas, anteny, maszt, maszty
sim card: sim card, sim cards, simkarte, simkarten, carte sim, cartes sim, tarjeta sim, scheda sim, simkaart, karta
    sim, cartao sim
manuscript: manuscript, manuscripts, manuskript, manuskripte, manuscrit, manuscrits, manuscrito, manuscritos,
    manoscritto, manoscritti, manuskrypt
proof: proofreading, korrektur, korrekturen, korrektorat, epreuves, relecture, pruebas de imprenta, correccion, bozze,
    drukproef, drukproeven, korekta, revisao
print run: print run, circulation, auflage, auflagen, druckauflage, tirage, tirages, tirada, tiradas, tiratura,
    tirature, oplage, oplages, naklad, naklady, tiragem, tiragens, upplaga, oplag
advertising: advert, adverts, advertising, anzeige, anzeigen, anzeigenannahme, werbung, annonce, annonces, publicite,
    anuncio, anuncios, publicidad, annuncio, annunci, inserzioni, advertentie, advertenties, ogloszenie, ogloszenia,
    reklamy, publicidade, annonser
royalty: royalty, royalties, tantieme, tantiemen, honorar, honorare, droits d auteur, derechos de autor, diritti d
    autore, auteursrechten, tantiemy, direitos de autor, direitos autorais
author: author, authors, autor, autoren, auteur, auteurs, autores, autore, autorzy
newsroom: newsroom, redaktion, redaktionssystem, redaction, redaccion, redazione, redactie, redakcja, redacao
issue planning: flatplan, seitenplan, seitenplanung, chemin de fer, planillo, timone, paginaplanning
lecture: lecture, lectures, vorlesung, vorlesungen, cours magistral, amphi, clase magistral, lezione, lezioni,
    hoorcollege, wyklad, wyklady, aula magna, forelasning, forelaesning
grade: grade, grades, grading, zeugnis, zeugnisse, notenverwaltung, bulletin scolaire, calificacion, calificaciones,
    voti, pagella, cijferlijst, cijfers, oceny
enrolment: enrolment, enrollment, einschreibung, immatrikulation, inscription, inscriptions, matricula, matriculas,
    inscripcion, immatricolazione, iscrizione, iscrizioni, inschrijving, inschrijvingen, zapisy, rekrutacja, inscricao
timetable: timetable, timetables, stundenplan, stundenplane, emploi du temps, horario de clases, orario, orari,
    lesrooster, rooster, roosters, plan zajec, horario escolar, fahrplan, fahrplane, fahrplanauskunft
thesis: thesis, theses, dissertation, abschlussarbeit, doktorarbeit, tesis, tesi, scriptie, scripties, praca
    dyplomowa, doktorat, dissertacao, tese
dormitory: dormitory, dorm, dorms, wohnheim, wohnheime, residence universitaire, residencia, residencias, studentato,
    studentenkamer, akademik, akademiki, residencia universitaria
pupil: pupil, pupils, schuler, schulerverwaltung, eleve, eleves, alumno, alumnos, alunno, alunni, leerling,
    leerlingen, uczen, uczniowie, aluno, alunos, elev, elever
nursery: nursery, kindergarten, kita, kitas, creche, creches, guarderia, asilo nido, kinderopvang, przedszkole,
    zlobek, bercario, infantario, forskola, bornehave
ward: ward, wards, stationen, krankenstation, service hospitalier, planta de hospital, reparti, verpleegafdeling,
    oddzial, oddzialy, enfermaria
nurse: nurse, nurses, nursing, pflege, pflegekrafte, pflegedienst, infirmier, infirmiere, infirmieres, enfermera,
    enfermeria, enfermeras, infermiere, infermieri, verpleegkundige, verpleging, pielegniarka, pielegniarki,
    enfermeiro, enfermagem, sjukskoterska
doctor: doctor, doctors, physician, physicians, arzt, arzte, arztbrief, medecin, medecins, medico, medicos, medici,
    artsen, lekarz, lekarze, lakare
surgery: surgery, operating room, operating theatre, operationssaal, op plan, bloc operatoire, chirurgie, quirofano,
    cirugia, sala operatoria, chirurgia, operatiekamer, sala operacyjna, blok operacyjny, bloco operatorio
x ray: x ray, x rays, radiology, rontgen, radiologie, rontgenbild, rontgenbilder, radio pulmonaire, radiographie,
    rayos x, radiologia, raggi x, radiografia, rontgenfoto, rentgen, raio x
pharmacy: pharmacy, pharmacies, apotheke, apotheken, pharmacie, farmacia, farmacias, apotheek, apteka, apteki, apotek
medication: medication, medicine, medicines, drug chart, medikation, medikament, medikamente, medicament, medicaments,
    medicamento, medicamentos, medicacion, farmaco, medicijn, medicijnen, medicatie
prescription: prescription, prescriptions, arzneirezept, verordnung, verordnungen, ordonnance, ordonnances,
    prescripcion, prescripciones, prescrizione, prescrizioni, voorschrift, voorschriften, recepta, recepty, prescricao
blood: blood, bloods, blutbank, blut, blutkonserven, sang, banque de sang, sangre, banco de sangre, sangue, bloedbank,
    bloed, krew, krwiodawstwo
dictation: dictation, dictations, diktat, diktate, diktiergerat, dictee, dictees, dictado, dictados, dettatura,
    dicteren, dictaat, dyktowanie, ditado
ambulance: ambulance, ambulances, rettungswagen, rettungsdienst, ambulancia, ambulancias, ambulanza, ambulanze,
    karetka, karetki, pogotowie
dentist: dental, dentist, zahnarzt, zahnmedizin, dentaire, dentiste, odontologia, dentista, tandarts, stomatologia
appointment: outpatient, sprechstunde, terminvergabe, prise de rendez vous, cita previa, ambulatorio, spreekuur,
    rejestracja, marcacao
insurance policy: policy admin, policen, versicherungsschein, police d assurance, poliza, polizas, polizza, polizze,
    polis, polissen, polisa, polisy, apolice, apolices, policy system, policy portal
damage: damage report, damages, schaden, schadensmeldung, schadenmeldung, sinistre, sinistres, siniestro, siniestros,
    sinistro, sinistri, schade, schademelding, schades, szkoda, szkody, skada
underwriting: underwriting, risk assessment, risikoprufung, souscription, suscripcion de riesgos, assunzione rischi,
    acceptatie, ocena ryzyka, subscricao
broker: makler, maklerportal, courtier, courtiers, corredor, corredores, broker assicurativo, makelaar, tussenpersoon,
    posrednik, posrednicy, corretor, corretores
pension: pension, pensions, rente, renten, altersvorsorge, retraite, retraites, pensiones, jubilacion, pensione,
    pensioni, pensioen, pensioenen, emerytura, emerytury, pensao, aposentadoria
mortgage: mortgage, mortgages, hypothek, hypotheken, baufinanzierung, hypotheque, pret immobilier, hipoteca,
    hipotecas, mutuo, mutui, hypotheek, hipoteka, kredyt hipoteczny
securities: securities, wertpapier, wertpapiere, titoli, papiery wartosciowe
ledger: ledger, general ledger, hauptbuch, grand livre, libro mayor, libro mastro, grootboek, ksiega glowna, razao
branch: branch office, filiale, filialen, zweigstelle, agence, agences, sucursal, sucursales, filiali, succursale,
    filiaal, bijkantoor, oddzialy banku, placowka, agencia bancaria, filial, branch portal
cash machine: cash machine, cash machines, atm, atms, geldautomat, geldautomaten, bankomat, bankomaten, bankomaty,
    distributeur, distributeurs, cajero, cajeros, bancomat, pinautomaat, geldautomaat, caixa automatico, multibanco
card payment: card terminal, card reader, ec terminal, kartenterminal, kartenzahlung, terminal de paiement, tpe,
    datafono, tpv, pos bancario, pinapparaat, betaalautomaat, terminal platniczy, maquininha
direct debit: direct debit, direct debits, lastschrift, lastschriften, abbuchung, abbuchungen, prelevement,
    prelevements, domiciliacion, adeudo, addebito, addebiti, incasso, automatische incasso, polecenie zaplaty, debito
    direto
transfer: wire transfer, bank transfer, uberweisung, uberweisungen, zahlungsverkehr, virement, virements,
    transferencia, transferencias, bonifico, bonifici, overboeking, overboekingen, przelew, przelewy, transferencia
    bancaria
dunning: dunning, mahnung, mahnungen, mahnwesen, inkasso, relance, relances, recouvrement, morosos, solleciti,
    recupero crediti, aanmaning, aanmaningen, windykacja, monity, cobranca, cobrancas
fraud: fraud, fraud detection, betrug, betrugserkennung, fraude, fraudes, frode, frodi, oszustwa, bedrageri
donation: donation, donations, donor, donors, spende, spenden, donateurs, donativo, donativos, donacion, donaciones,
    donazione, donazioni, donatie, donaties, darowizna, darowizny, doacao, doacoes
member: member, members, membership, mitglied, mitglieder, mitgliederverwaltung, adherent, adherents, socio, socios,
    soci, tesserati, leden, lidmaatschap, czlonek, czlonkowie, membro, membros, medlem, medlemmer, medlemmar
volunteer: volunteer, volunteers, freiwillige, ehrenamt, benevole, benevoles, voluntario, voluntarios, volontari,
    vrijwilliger, vrijwilligers, wolontariusz, wolontariusze
court: court, courts, gericht, gerichte, tribunal, tribunaux, juzgado, juzgados, tribunale, tribunali, rechtbank
case file: case file, case files, akte, akten, aktenverwaltung, expediente, expedientes, fascicolo, fascicoli,
    pratiche, zaak, zaken, zaaksysteem, akta
lawyer: lawyer, lawyers, legal, anwalt, anwalte, kanzlei, avocat, avocats, juridique, abogado, abogados, avvocato,
    avvocati, advocaat, advocaten, prawnik, prawnicy, advogado, advogados
deed: deed, deeds, notary, urkunde, urkunden, notar, acte notarie, notaire, escritura, escrituras, notario, atto
    notarile, notaio, notariele akte, notaris, akt notarialny, notariusz, escritura publica
land register: land register, cadastre, grundbuch, kataster, cadastral, catastro, catasto, kadaster, ksiega wieczysta,
    kataster nieruchomosci, cadastro predial
citizen: citizen, citizens, resident register, burger, burgerservice, meldewesen, citoyen, citoyens, ciudadano,
    ciudadanos, cittadino, cittadini, anagrafe, inwoner, inwoners, burgerzaken, obywatel, obywatele, mieszkancy,
    cidadao, municipe
passport: passport, passports, ausweise, reisepass, passeport, passeports, pasaporte, pasaportes, passaporto,
    passaporti, paspoort, paspoorten, paszport, paszporty, passaporte
election: election, elections, wahlhelfer, electoral, elecciones, elezioni, verkiezing, verkiezingen, wybory, eleicoes
council: council, ratsinformation, gemeinderat, stadtrat, conseil municipal, ayuntamiento, consiglio comunale,
    gemeenteraad, raadsinformatie, rada miasta, camara municipal
fine: parking fine, bussgeld, bussgelder, strafzettel, amende, amendes, contravention, multa, multas, multe, boete,
    boetes, mandat karny, mandaty, coima, coimas
subsidy: subsidy, subsidies, grant, forderung, fordermittel, zuschuss, subvention, subventions, subvencion,
    subvenciones, sovvenzione, contributi, subsidie, dotacja, dotacje, subsidio, subsidios
benefit: benefits office, sozialhilfe, aides sociales, prestaciones, sussidi, uitkering, uitkeringen, zasilek,
    zasilki, prestacoes sociais
dispatch: dispatch, dispatching, leitstelle, leitstand, disposition, dispo, regulation, poste de commandement,
    despacho, centro de control, sala operativa, centrale operativa, meldkamer, dyspozytornia, dyspozytor, expedicao
camera: cctv, surveillance camera, uberwachungskamera, videouberwachung, videosurveillance, videovigilancia,
    videosorveglianza, camerabewaking, monitoring wizyjny
guard: security guard, wachdienst, pforte, pfortner, gardien, gardiens, vigilante, guardiania, portineria, bewaking,
    ochrona obiektu, portaria
risk: risk, risks, risiko, risiken, risque, risques, riesgo, riesgos, rischio, rischi, risico, ryzyko, ryzyka, risco
audit: audit, audits, prufbericht, auditoria, auditorias, revisione, revisioni, audyt, audyty
compliance: compliance, conformite, cumplimiento, conformita, naleving, zgodnosc, conformidade
safety: safety, arbeitssicherheit, securite au travail, seguridad laboral, prevencion, sicurezza sul lavoro,
    veiligheid, bhp, seguranca no trabalho, arbetsskydd
inspection: inspection, inspections, prufung, prufungen, prufplan, inspektion, controle technique, inspeccion,
    inspecciones, ispezione, ispezioni, collaudo, keuring, keuringen, przeglad, przeglady, inspekcja, vistoria,
    inspecao
measurement: measurement, measurements, gauge, gauges, messung, messungen, messwert, messwerte, medicion, mediciones,
    misura, misure, misurazione, meting, metingen, pomiar, pomiary, medicao, matning
calibration: calibration, kalibrierung, eichung, etalonnage, calibracion, taratura, kalibratie, ijking, kalibracja,
    wzorcowanie, calibracao
sample: specimen, specimens, echantillon, echantillons, muestra, muestras, campione, campioni, probka, probki,
    amostra, amostras
experiment: experiment, experiments, versuch, versuche, essais cliniques, ensayo clinico, esperimento, esperimenti,
    proefopstelling, eksperyment, experimento
patent: patent, patents, brevet, brevets, patente, patentes, brevetto, brevetti, octrooi, octrooien, patenty
construction: construction site, building site, baustelle, baustellen, bautagebuch, chantier, chantiers, obra, obras,
    cantiere, cantieri, bouwplaats, bouw, budowa, budowy, canteiro, byggeplads, byggplats
scaffold: scaffold, scaffolding, gerust, geruste, echafaudage, andamio, andamios, ponteggio, ponteggi, steiger,
    steigers, rusztowanie, rusztowania, andaime
concrete: concrete, beton, betonwerk, hormigon, calcestruzzo, betonownia, concreto, betong
steel: steel, stahl, stahlwerk, acier, acero, acciaio, staal, stal, stalownia, aco
chemistry: chemical, chemicals, chemikalie, chemikalien, gefahrstoff, gefahrstoffe, produits chimiques, quimicos,
    sustancias, chimici, sostanze, chemicalien, chemikalia, produtos quimicos
emission: emission, emissions, emissionen, abgas, emisiones, emissioni, uitstoot, emisja, emisje, emissoes
water: water supply, wasserwerk, wasserversorgung, eau potable, agua potable, acquedotto, drinkwater, wodociagi,
    abastecimento de agua, vattenverk
sewage: sewage, wastewater, abwasser, klaranlage, eaux usees, assainissement, aguas residuales, depuradora, fognatura,
    depuratore, riolering, rioolwater, kanalizacja, scieki, esgoto
snow: snow clearing, winterdienst, deneigement, quitanieves, sgombero neve, strooidienst, odsniezanie
cemetery: cemetery, cemeteries, friedhof, friedhofe, cimetiere, cementerio, cimitero, begraafplaats, cmentarz,
    cemiterio
church: parish, pfarrei, kirchenbuch, paroisse, parroquia, parrocchia, parochie, parafia, paroquia
team roster: roster, rosters, rota plan, dienstplan, dienstplane, einsatzplan, tableau de service, cuadrante, turnos,
    dienstrooster, grafik, grafiki, grafik pracy, escala de servico, vagtplan, turnus
wage: lohn, lohne, lohnlauf, lohnabrechnung, lohnbuchhaltung, salaires, paye, paie, salario, salarios, nomina,
    nominas, salari, busta paga, stipendi, lonen, loonrun, salarisadministratie, lista plac, ordenados, folha de
    pagamento, lonninger, wage run, wage slip, wage slips, pay run
travel: business travel, dienstreise, dienstreisen, reisekosten, deplacements, notes de frais, viajes, trasferte,
    trasferta, dienstreis, dienstreizen, delegacje, delegacja, deslocacoes, viagens, tjansteresa
idea: suggestion scheme, vorschlagswesen, boite a idees, buzon de sugerencias, cassetta delle idee, ideeenbus
consent: consent, einwilligung, consentement, consentimiento, consenso, toestemming, zgoda, consentimento, samtycke
scheduling: job scheduler, zeitsteuerung, jobsteuerung, ordonnanceur, planificador, schedulatore, taakplanner,
    harmonogram, agendador
warehouse robot: robot, robots, roboter, robotica, robotow, roboty, robotique
conveyor: conveyor, conveyors, forderband, forderbander, fordertechnik, convoyeur, convoyeurs, cinta transportadora,
    nastro trasportatore, transportband, lopende band, przenosnik, tasmociag, esteira, transportador
scrap: scrap, ausschuss, schrott, rebut, rebuts, chatarra, scarto, scarti, uitval, schroot, zlom, braki, sucata
tool: toolroom, werkzeugausgabe, werkzeuglager, outillage, utillaje, utensili, gereedschap, gereedschappen,
    narzedziownia, ferramentaria
garden: garden, gardens, garten, gartnerei, jardin, jardins, jardines, vivero, giardino, vivaio, tuin, tuincentrum,
    ogrod, ogrody, jardim
animal: animal, animals, tierarzt, tierheim, veterinaire, animaux, animales, veterinario, animali, dierenarts, dieren,
    zwierzeta, weterynarz, animais
sport: league, leagues, tournament, tournaments, spielplan, turniere, championnat, tournoi, torneo, torneos,
    campeonato, tornei, toernooi, competitie, turniej, turnieje, torneio
betting: lottery, wette, wetten, lotterie, paris sportifs, loterie, apuesta, apuestas, loteria, scommesse, lotteria,
    weddenschap, loterij, zaklady bukmacherskie, apostas
game: games, gaming, spiele, jeux, juegos, giochi, gry, jogos
harvest field: crop, crops, acker, parcelle, parcelles, akker, akkers, pola, uprawy, schlagkartei
photo archive: photo archive, photo library, fotoarchiv, bildarchiv, phototheque, fototeca, archivo fotografico,
    archivio fotografico, fotoarchief, archiwum zdjec
video archive: footage, video archive, videotheque, filmarchiv, videoteca, videoarchief, nagrania
alarm system: alarm system, alarmanlage, brandmelder, centrale d alarme, brandmeldcentrale, czujka dymu, fire alarm
sorting line: sorting line, sortieranlage, ligne de tri, linea de clasificacion, smistamento, sorteermachine,
    sortownia
under way: en cours, in corso, en curso, em curso, of course, bien entendu, in the course
stage: stage plan, buhne, buhnentechnik, escenario, palcoscenico, toneel, palco
"""
