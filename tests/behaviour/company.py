"""Fernhill Foods: the company whose desk the behaviour tests run, as its configuration has it."""

from correlate.policy import Policy, Service
from desk.config import Settings
from desk.config_sections import DeskSettings
from desk.simulator.company import SITES

ADDRESS = "help@fernhill.example"
_OWNERS = {"erp": "apps@fernhill.example"}


def company_policy() -> Policy:
    """Fernhill Foods with one owner address for each service."""
    services = tuple(
        Service(
            name=site.name,
            criticality=site.criticality,
            owner=_OWNERS.get(site.name, f"{site.owner}@fernhill.example"),
            depends_on=site.depends_on,
            resources=tuple(f"{host}*" for host in site.hosts),
        )
        for site in SITES
    )
    return Policy(
        desk_name="Fernhill IT",
        address=ADDRESS,
        own_addresses=(ADDRESS, "it@fernhill.example"),
        own_domains=("fernhill.example",),
        message_id_domain="fernhill.example",
        services=services,
        staff=("kim@fernhill.example",),
        problem_managers=("pm@fernhill.example",),
    )


def company_settings() -> Settings:
    """What the mails say of the desk itself."""
    return Settings(desk=DeskSettings(name="Fernhill IT", address=ADDRESS))
