"""Words that say nothing of what a mail is about: greetings, small words, and what every report of a trouble says."""

from correlate.words import stem

_WORDS = """
hello hi dear good morning afternoon evening team service desk regards best kind cheers thanks thank you please
advance colleague colleagues hallo guten tag morgen moin liebe kollegen gruss grusse viele freundlichen mit danke
bitte dringend prufen bonjour tous cordialement merci bien vous hola buenos dias buenas saludos gracias saludo sent
phone iphone android mobile
the a an and or but if not no nor is are was were be been am i we my our your me us it its this that these those
there here in on at to of for from by with as so do does did done can could cannot cant will would shall should have
has had when what which who why how where any some all more most much many very too also just only again since after
before while during up down out off over about into than then now still yet ever never every each der die das ein
eine einen einem einer und oder aber nicht kein keine ist sind war waren bin ich wir mein unser es zu im auf fur von
bei aus nach seit um wie wer wann wo noch nur auch mehr alle alles wieder haben hat hatte kann konnen konnte wird
werden sich mich uns man dass wenn le la les un une des du de et ou mais ne pas est sont etait suis je nous mon ma
mes notre nos il elle ce cette ces dans sur au aux pour par avec que qui quoi quand comment plus tout tous toute
depuis encore aussi bien el los las uno una unos y o pero son era soy yo nosotros mi mis nuestro nuestra en al del
para por con quien cuando como mas todo todos desde otra vez tambien ya se lo su sus
problem problems problema probleme issue issues trouble help hilfe ayuda aide urgent urgente urgence it pc computer
rechner ordinateur ordenador equipo laptop work works working arbeit arbeiten travailler trabajar funciona
funktioniert fonctionne geht nothing nichts rien nada anything something etwas error errors fehler erreur message
meldung today heute hoy aujourd hui yesterday earlier morning noon deadline office building floor annex people
person affected same minutes minute minuten hours hour stunden heures horas time times restarted restart already
neustart geholfen redemarre reiniciado look check tell back know find write mail aqui podeis mirarlo mirar cuando
ici chez regarder merci notre quand hier bei uns genau gleiche gleich mismo misma pareil exactly identical likewise
idem too also me plus equipe dans service pres puede alguien somebody anybody someone anyone acting strange wrong
broken kaputt casse roto available reachable going everything moment two three
gar ganz total komplett mehr longer
il lo gli dei delle della degli nel nella nei sul sulla con per tra fra che chi cosa come quando dove perche non piu
anche ancora sono siamo sei hanno abbiamo stato stata questo questa questi mio mia nostro nostra mi ci vi ed ma se
buongiorno salve ciao cordiali saluti grazie prego tutti tutto niente qualcosa qualcuno puo potete fare fatto oggi ieri
het een de het en of maar niet geen ik wij we ons onze mijn jij jullie hij zij dit dat deze die hier daar er is zijn was
waren heb hebben heeft had kan kunnen moet zal wordt worden met van voor naar bij aan op uit over door om te als dan nog
ook al weer goedemorgen hoi beste groet groeten groetjes vriendelijke dank alvast iets iemand alles niets vandaag zo
i w z na do od po za przez dla bez pod nad przy jest sa byl byla bylo mam mamy moj moja moje nasz nasza ja my on ona
ono to ten ta te tego tej tym nie tak juz tez jeszcze znowu czy jak co kto gdzie kiedy ale lub oraz dzien dobry czesc
witam pozdrawiam prosze dziekuje powazaniem cos ktos wszystko nic dzisiaj u nas mnie sie ze
o os as um uma uns umas do da dos das no na nos nas ao aos com sem por para que quem quando onde como mais mas ou e nao
sim ja ainda tambem sou somos sao foi era estou esta estamos estao tenho temos meu minha nosso nossa este esta isto isso
bom dia ola caros cumprimentos obrigado obrigada abraco atenciosamente alguem tudo nada alguma coisa hoje aqui outra
ordenador computador computer komputer asi assim cosi trabajar trabalhar lavorare werken werk pracowac consigo riesco
mir dir ihm ihnen kollegin kolleginnen kollege melden meldet sagen sagt dasselbe selbe ebenso ebenfalls say says
coworker coworkers others collegue collegues disent rapportent companero companera companeros companeras dicen
compagni collega colleghi colleghe dicono stesso stessa collegas zeggen melden hetzelfde zelfde koledzy kolezanki
kolega mowia samo zglaszaja colega colegas dizem mesmo mesma kollegor kollega sager samma kollegaer siger samme
kollegene kollegat sanovat kolegove kolegyne rikaji ruckruf zuruckrufen callback rappelez rappel llamenme llamadme
richiamare richiamatemi terugbellen oddzwonic liguem ligar ring rufen eilt eilig leider lange dauert dauern hurry
prisa corre fretta haast spoed pilne pressa presse estimado estimada estimados estimadas sehr geehrte geehrter damen
herren gentile gentili egregio geachte geachten szanowni szanowny drodzy prezado prezada prezados mvh vanliga
halsningar halsning hej allihop tjena hilsen venlig vennlig buona giornata serata hasta luego guten abend bonne
journee soiree fijne
"""

WORDS = frozenset(_WORDS.split())
"""As they are written."""
SAYS_NOTHING = frozenset(stem(word) for word in _WORDS.split())
"""Folded and stemmed, in eight languages of Europe."""
