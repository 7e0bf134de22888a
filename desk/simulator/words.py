"""What people at the company write. Complaints name what their writer sees, which is seldom the cause."""

COMPLAINTS: dict[str, tuple[tuple[str, str], ...]] = {
    "core-switch": (
        ("everything is slow", "Pages take ages, Teams calls drop, the ERP times out. Whole second floor."),
        ("No network", "my screen says no network since ten minutes, colleagues too"),
    ),
    "dns": (
        ("Websites do not open", "Half of the sites say server not found, others work. Is it just me?"),
        ("internet??", "cannot reach supplier portal or anything outside"),
    ),
    "directory": (
        ("Can't log in", "It keeps saying my password is wrong but I changed nothing."),
        ("login", "Locked out again, and Marta at the desk beside me as well. We have a delivery to book!"),
        ("Sign-in takes minutes", "Windows hangs at 'please wait' for five minutes this morning."),
    ),
    "storage": (("drive very slow", "Saving a spreadsheet to the project folder takes two minutes."),),
    "orders-db": (("orders not loading", "The order list stays empty and then an error with 'connection' in it."),),
    "erp": (
        ("ERP error 500", "When I post a goods receipt I get an error page. Third time today."),
        ("ERP hangs", "The ERP freezes on the invoice screen, I can only close the browser."),
        ("cant post invoices", "month end and I cannot post!! please hurry"),
        ("ERP sehr langsam", "Seit heute früh braucht jede Buchung im ERP fast eine Minute. Bei den Kollegen auch."),
        ("L'ERP ne répond plus", "Impossible de valider une commande, la page tourne sans fin."),
    ),
    "webshop": (
        ("Shop checkout fails", "Two customers called: they cannot finish their order in the shop."),
        ("web shop slow", "Basket page takes forever, customers are complaining on the phone"),
    ),
    "payments-gateway": (
        ("Card payments declined", "All card payments in the factory outlet are declined since about half an hour."),
    ),
    "warehouse-scanners": (
        ("scanners dead", "hand scanners in hall B show 'no connection', we write on paper now"),
        ("Scans do not arrive", "We scan pallets but nothing shows up in the ERP."),
        ("Handscanner ohne Verbindung", "In Halle B geht kein Scanner mehr. LKW wartet."),
    ),
    "wifi": (
        ("wifi in canteen", "Wifi drops every couple of minutes near the canteen."),
        ("WLAN weg", "Kein WLAN in Halle B, Laptop findet das Netz nicht."),
        ("No wifi", "Can't connect to FernhillStaff since this morning"),
        ("Wifi coupé", "Le wifi se déconnecte sans arrêt dans l'atelier."),
    ),
    "vpn": (
        ("VPN keeps disconnecting", "I work from home and the VPN throws me out every few minutes."),
        ("vpn no address", "it says no address available. need it for a customer call at 10"),
        ("La VPN no conecta", "Desde casa no consigo entrar, se queda en 'conectando'."),
    ),
    "mail": (
        ("Mails arrive late", "A customer sent me something an hour ago and it is still not here."),
        ("Outlook", "Outlook says trying to connect. webmail also super slow"),
        ("E-Mails kommen nicht an", "Seit heute Morgen kommt keine Mail von außen mehr an."),
    ),
    "file-share": (
        ("P: drive", "P: is not reachable, or opens after minutes. I need the drawings."),
        ("Files won't open", "Every file on the shared drive opens read only or not at all."),
        ("Le lecteur partagé est bloqué", "Je n'arrive plus à ouvrir mes fichiers sur le partage."),
    ),
    "print": (
        ("printer hq 2nd floor", "Nothing comes out, the job just sits in the queue."),
        ("Delivery notes don't print", "We can't print delivery notes in the plant, trucks are waiting."),
        ("Drucker", "Druckaufträge bleiben hängen, seit einer Stunde."),
    ),
    "phones": (
        ("phone", "No dial tone on any phone in sales"),
        ("Calls drop", "Callers hear me chopped and then the line goes dead."),
    ),
    "intranet": (("Intranet down", "The intranet start page gives 'service unavailable'."),),
    "reporting": (("Yesterday's numbers missing", "The sales report still shows the figures of two days ago."),),
    "time-clock": (("Clocking in", "The terminal at gate 2 is black, how do I clock in?"),),
}

PERSONAL: tuple[tuple[str, str], ...] = (
    ("Laptop screen cracked", "I dropped my laptop bag and now there is a line across the screen. It still starts."),
    ("keyboard", "the e key is stuck. thats it really"),
    ("Battery dies after 20 minutes", "My notebook only lasts twenty minutes without the charger since last week."),
    ("Docking station", "External monitors stay black when I dock, on battery it works."),
    ("Mouse double clicks", "My mouse clicks twice every time, can I get another one?"),
    ("Excel macro blocked", "Since the update Excel blocks the macro in our planning sheet."),
    ("PDF opens in the browser", "PDFs always open in Edge, I would like the normal reader back."),
    ("Bildschirm flackert", "Mein zweiter Monitor flackert, mal ist er ganz weg."),
    ("Mon ordinateur est très lent", "Depuis la mise à jour, mon PC met dix minutes à démarrer."),
    ("El portátil no carga", "El cargador no hace nada, la luz no se enciende."),
    ("Headset", "Nobody hears me in meetings, headset is new though"),
    ("Suspicious mail", "I got a mail from 'our CEO' asking for gift cards. I did not answer. What now?"),
    ("Deleted a folder", "I deleted the folder Quotes 2026 by accident. Can you bring it back?"),
    ("Phone lost", "I lost my work phone on the train yesterday evening."),
)

REQUESTS: tuple[tuple[str, str], ...] = (
    ("New colleague on the 1st", "Please prepare a laptop, phone and accounts for Jan Peters, starting in Purchasing."),
    ("Access to folder Finance/Budget", "I need write access, my manager Ruth agrees."),
    ("Adobe licence", "Could I get a licence for Acrobat Pro? I have to sign contracts."),
    ("Second monitor", "I'd like a second screen for my desk in room 2.14."),
    ("How do I share my calendar?", "My assistant should see my calendar. Where do I set that?"),
    ("Neues Headset", "Bitte ein Headset für das Homeoffice bestellen."),
    ("Accès au rapport des ventes", "Bonjour, pourriez-vous me donner accès au rapport mensuel ?"),
    ("Install Python", "Please install Python 3 on my machine, for the forecast scripts."),
    ("Distribution list", "Please add Mina Park to quality@ and remove George Tate."),
    ("Visitor wifi", "We have six visitors on Thursday, can they get wifi for the day?"),
    ("What is our guest wifi password", "see subject"),
    ("Mailbox for the summer campaign", "Please create summer@ for marketing, Tessa and me as owners."),
)

CLOSINGS: tuple[str, ...] = (
    "", "", "Thanks", "Thanks a lot,\n{name}", "Best regards\n{name}", "{first}", "Regards, {first}", "Cheers\n{first}",
    "Please hurry!\n{first}",
)  # fmt: skip

NEWSLETTERS: tuple[tuple[str, str], ...] = (
    ("10 trends in cold-chain logistics", "This week: sensors, sustainability, and why pallets matter."),
    ("Your weekly vendor digest", "New firmware, new webinars, new discounts."),
    ("Last chance: early-bird tickets", "Only three days left to register for the food industry summit."),
)
