"""Fernhill Foods: what it runs, who works there, and what its monitoring calls things."""

from collections.abc import Mapping
from dataclasses import dataclass, field

DOMAIN = "fernhill.example"
DESK_ADDRESS = f"help@{DOMAIN}"


@dataclass(frozen=True)
class Site:
    """A service as the simulator knows it. `hosts` are bare names; `checks` are (alert name, summary) pairs."""

    name: str
    criticality: int
    owner: str
    depends_on: tuple[str, ...]
    hosts: tuple[str, ...]
    tool: str
    checks: tuple[tuple[str, str], ...]
    users: int
    """Roughly how many people feel it when it fails."""
    faults_per_week: float
    spoken: str = ""
    """What people call it."""
    extra: Mapping[str, str] = field(default_factory=dict)


SITES: tuple[Site, ...] = (
    Site("core-switch", 1, "network", (), ("sw-core-1", "sw-core-2"), "alertmanager",
         (("InterfaceErrorsHigh", "CRC errors above 1% on uplink"), ("SwitchUnreachable", "No SNMP answer for 3m")),
         40, 0.12, "the network"),
    Site("dns", 1, "network", ("core-switch",), ("ns-1", "ns-2"), "alertmanager",
         (("DnsSlow", "p95 lookup time above 400ms"), ("DnsServfail", "SERVFAIL ratio above 5%")), 30, 0.15,
         "the internet"),
    Site("directory", 1, "identity", ("dns",), ("dc-a", "dc-b"), "grafana",
         (("LDAP bind latency", "Bind takes longer than 2s"), ("Kerberos failures", "More than 40 failures/min")),
         35, 0.2, "the login"),
    Site("storage", 1, "platform", ("core-switch",), ("san-01", "san-02", "nas-03"), "generic",
         (("volume latency", "Write latency 85 ms on vol7"), ("disk pool degraded", "RAID rebuild running")),
         15, 0.25, "the shared drive"),
    Site("orders-db", 1, "platform", ("storage",), ("pg-orders-1", "pg-orders-2"), "alertmanager",
         (("ReplicationLag", "Replica is 240s behind"), ("ConnectionsExhausted", "97% of connections in use")),
         10, 0.3, "the order database"),
    Site("erp", 1, "business-apps", ("orders-db", "directory"), ("erp-app-1", "erp-app-2", "erp-app-3"), "alertmanager",
         (("HighErrorRate", "5xx ratio 12% for 5m"), ("QueueBacklog", "4200 jobs waiting"),
          ("HeapNearlyFull", "Heap at 96%")), 60, 0.5, "the ERP"),
    Site("webshop", 1, "shop", ("orders-db", "payments-gateway"), ("shop-web-1", "shop-web-2"), "grafana",
         (("Checkout errors", "Checkout error rate above 3%"), ("Slow pages", "p95 above 4s on /basket")), 12, 0.4,
         "the web shop"),
    Site("payments-gateway", 1, "shop", ("dns",), ("pay-1", "pay-2"), "grafana",
         (("Card declines", "Declines 5x above normal"), ("TLS handshake errors", "Handshake failures to acquirer")),
         6, 0.2, "card payment"),
    Site("warehouse-scanners", 2, "logistics-it", ("erp", "wifi"), ("scan-gw-1",), "generic",
         (("gateway down", "No heartbeat from scanner gateway"), ("message backlog", "1800 scans not posted")), 25, 0.4,
         "the hand scanners"),
    Site("wifi", 2, "network", ("core-switch", "directory"), ("wlc-1", "ap-canteen", "ap-hall-b"), "alertmanager",
         (("ApDown", "Access point not seen for 5m"), ("RadiusTimeout", "RADIUS timeouts above 10%")), 40, 0.4,
         "the wifi"),
    Site("vpn", 2, "network", ("directory", "dns"), ("vpn-1", "vpn-2"), "alertmanager",
         (("TunnelsDropping", "Tunnel resets above 20/min"), ("VpnPoolExhausted", "Address pool 99% used")), 30, 0.35,
         "the VPN"),
    Site("mail", 2, "collaboration", ("directory", "dns"), ("mx-1", "mbx-1", "mbx-2"), "alertmanager",
         (("MailQueueGrowing", "2600 messages deferred"), ("ImapLatency", "p95 above 3s")), 60, 0.3, "e-mail"),
    Site("file-share", 2, "platform", ("storage", "directory"), ("files-1", "files-2"), "grafana",
         (("SMB sessions stuck", "SMB response above 5s"), ("Disk nearly full", "Volume projects at 97%")), 45, 0.35,
         "the shared drive"),
    Site("print", 3, "workplace", ("directory",), ("prn-hq", "prn-plant"), "generic",
         (("spooler stopped", "Print spooler not running"), ("queue stuck", "120 jobs waiting")), 20, 0.3,
         "the printers"),
    Site("phones", 2, "collaboration", ("core-switch",), ("pbx-1",), "generic",
         (("trunk registration lost", "SIP trunk down"), ("jitter", "Jitter 60 ms on trunk 2")), 30, 0.25,
         "the phones"),
    Site("intranet", 3, "collaboration", ("directory",), ("wiki-1",), "grafana",
         (("Intranet unavailable", "HTTP probe failing for 5m"),), 15, 0.25, "the intranet"),
    Site("reporting", 3, "business-apps", ("orders-db",), ("bi-1",), "alertmanager",
         (("NightlyLoadLate", "Load not finished by 06:00"), ("DashboardErrors", "Query errors above 10%")), 8, 0.3,
         "the reports"),
    Site("time-clock", 3, "business-apps", ("directory",), ("clock-1",), "generic",
         (("terminal offline", "Terminal at gate 2 offline"),), 12, 0.2, "the time clock"),
)  # fmt: skip

PEOPLE: tuple[tuple[str, str], ...] = (
    ("Ada Lindqvist", "en"), ("Tomasz Wilk", "en"), ("Sabine Krüger", "de"), ("Jonas Albrecht", "de"),
    ("Maëlle Dubois", "fr"), ("Henri Caron", "fr"), ("Lucía Ferrer", "es"), ("Pablo Montes", "es"),
    ("Grace Okafor", "en"), ("Dev Patel", "en"), ("Siobhan Byrne", "en"), ("Marcus Hale", "en"),
    ("Ingrid Solberg", "en"), ("Yusuf Demir", "en"), ("Carla Ricci", "en"), ("Owen Price", "en"),
    ("Petra Vogel", "de"), ("Uwe Brandt", "de"), ("Nadia Rahman", "en"), ("Elliot Frost", "en"),
    ("Hannah Cole", "en"), ("Rafael Duarte", "es"), ("Mina Park", "en"), ("George Tate", "en"),
    ("Zofia Nowak", "en"), ("Bram de Wit", "en"), ("Leila Haddad", "fr"), ("Otto Lang", "de"),
    ("Keira Walsh", "en"), ("Samir Aziz", "en"), ("Freya Holm", "en"), ("Nils Berger", "de"),
    ("Alice Moreau", "fr"), ("Victor Salas", "es"), ("Ruth Adeyemi", "en"), ("Colin Marsh", "en"),
    ("Beatriz Gil", "es"), ("Tessa Quinn", "en"), ("Hugo Lambert", "fr"), ("Karin Weiss", "de"),
)  # fmt: skip


def address_of(name: str) -> str:
    """`Maëlle Dubois` has the address maelle.dubois@fernhill.example."""
    plain = name.lower().translate(str.maketrans("ëéüöíäç", "eeuoiac")).replace(" ", ".")
    return f"{plain}@{DOMAIN}"


def services_toml() -> str:
    """What the company's desk knows of its services, as a services.toml."""
    rows = ["# What Fernhill Foods runs. The desk reads it as it would read yours."]
    for site in SITES:
        rows += [
            "",
            "[[service]]",
            f'name = "{site.name}"',
            f"criticality = {min(site.criticality, 4)}",
            f'owner = "{site.owner}@{DOMAIN}"',
            f"depends_on = {list(site.depends_on)!r}".replace("'", '"'),
            f"resources = {[f'{host}*' for host in site.hosts]!r}".replace("'", '"'),
        ]
    return "\n".join(rows) + "\n"
