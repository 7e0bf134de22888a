"""The demo's desk is set up as an administrator would do it: a desk.toml, a services.toml, a login, three hooks."""

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import Engine

from desk.accounts import Accounts
from desk.clock import Clock
from desk.hooks import Hooks
from desk.simulator.company import DESK_ADDRESS, DOMAIN, services_toml

LOGIN = "demo"
PASSWORD = "quietdesk-demo"  # noqa: S105 - printed for everybody to read; the demo listens on loopback
AGENTS = {"kim": "Kim Larsen", "raj": "Raj Mehta"}

_DESK_TOML = """\
# The desk of Fernhill Foods, a company that does not exist. `desk init` writes a file that explains every setting.

[desk]
name = "Fernhill IT"
address = "{address}"
own_domains = ["{domain}"]
services_file = "services.toml"

[storage]
data_dir = "data"

[smtp_in]
port = {smtp_port}
mails_per_minute = 10000

[http]
port = {http_port}

[delivery]
maildir = "sent-mail"

[people]
agents = ["kim.larsen@{domain}", "raj.mehta@{domain}"]
problem_managers = ["maria.silva@{domain}"]

[policy]
# Shorter than you would want them, so that there is something to see.
group_wait = "5s"
resolve_grace = "20s"
"""


def write_configuration(folder: Path, *, smtp_port: int, http_port: int) -> Path:
    """Write the two files into the folder and return the path of desk.toml."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "services.toml").write_text(services_toml(), encoding="utf-8")
    config = folder / "desk.toml"
    text = _DESK_TOML.format(address=DESK_ADDRESS, domain=DOMAIN, smtp_port=smtp_port, http_port=http_port)
    config.write_text(text, encoding="utf-8")
    return config


def let_people_in(engine: Engine, clock: Clock) -> None:
    """The visitor's login, who may do everything, and two agents of the simulated company."""
    accounts = Accounts(engine, clock)
    roles = ("agent", "problem-manager", "administrator")
    accounts.add_user(LOGIN, PASSWORD, name="You", address=f"demo@{DOMAIN}", roles=roles)
    for login, name in AGENTS.items():
        address = f"{name.lower().replace(' ', '.')}@{DOMAIN}"
        accounts.add_user(login, PASSWORD, name=name, address=address, roles=("agent",))


def make_hooks(engine: Engine, clock: Clock) -> Mapping[str, str]:
    """One hook for each tool of the company, switched on; returns tool to key."""
    hooks = Hooks(engine, clock)
    keys = {}
    for tool in ("alertmanager", "grafana", "generic"):
        hook, key = hooks.add(tool)
        hooks.observe(hook.id, observing=False)
        keys[tool] = key
    return keys
