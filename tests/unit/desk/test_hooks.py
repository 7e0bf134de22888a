"""Keys of tools, and what to paste into a tool."""

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from desk.accounts import AccountError
from desk.clock import MovableClock
from desk.database import migrate, open_database, writing
from desk.hook_trust import Seal, Trust, signature_by
from desk.hooks import FRESH_SECONDS, HookKeys, Hooks
from desk.own_tables import hook_keys as keys_table
from desk.own_tables import hooks as table
from desk.snippets import snippet
from ingest.alerts import read_webhook
from ingest.event import Alert, Reading
from ingest.signatures import SCHEMES


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    engine = open_database(f"sqlite:///{tmp_path_factory.mktemp('hooks')}/desk.db", durable=False)
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def hooks(engine: sa.Engine) -> Hooks:
    with writing(engine) as connection:
        connection.execute(sa.delete(table))
        connection.execute(sa.delete(keys_table))
    return Hooks(engine, MovableClock(datetime(2026, 3, 2, tzinfo=UTC)))


def hook_of(keys: HookKeys, tool: str, key: str) -> str | None:
    admission = keys.lookup(tool, key)
    return admission.hook if admission else None


class Seconds:
    """A monotonic clock that a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_new_hook_observes_until_it_is_enabled(hooks: Hooks) -> None:
    hook, _ = hooks.add("alertmanager")

    assert hook.observing
    assert hook.route == "hook:alertmanager"
    assert hooks.observing() == ("alertmanager",)
    hooks.observe("alertmanager", False)
    assert hooks.observing() == ()
    hooks.observe("alertmanager", True)
    assert hooks.observing() == ("alertmanager",)


def test_hooks_of_one_tool_are_counted(hooks: Hooks) -> None:
    names = [hooks.add("grafana")[0].id for _ in range(3)]

    assert names == ["grafana", "grafana-2", "grafana-3"]
    assert hooks.add("grafana", "Ops.Team_1")[0].id == "ops.team_1"


@pytest.mark.parametrize("name", ["", "a b", "ä", "x" * 61, "a/b", "grafana"])
def test_a_name_that_will_not_do_is_refused(hooks: Hooks, name: str) -> None:
    hooks.add("grafana")
    if not name:
        return

    with pytest.raises(AccountError):
        hooks.add("grafana", name)


def test_a_removed_name_is_not_given_again(hooks: Hooks) -> None:
    hooks.add("grafana")
    hooks.remove("grafana")

    assert hooks.all() == []
    assert hooks.add("grafana")[0].id == "grafana-2"
    with pytest.raises(AccountError, match="There is no hook grafana:"):
        hooks.observe("grafana", False)


def test_a_key_opens_its_own_tool_only(hooks: Hooks, engine: sa.Engine) -> None:
    _, key = hooks.add("alertmanager")
    _, other = hooks.add("grafana")
    keys = HookKeys(engine)

    assert hook_of(keys, "alertmanager", key) == "alertmanager"
    assert hook_of(keys, "grafana", other) == "grafana"
    for tool, wrong in (("grafana", key), ("alertmanager", key[:-1]), ("alertmanager", ""), ("", ""), ("ä", "\udc80")):
        assert keys.lookup(tool, wrong) is None


def test_a_rotated_key_replaces_the_old_one_within_seconds(hooks: Hooks, engine: sa.Engine) -> None:
    _, old = hooks.add("grafana")
    seconds = Seconds()
    keys = HookKeys(engine, seconds)
    assert hook_of(keys, "grafana", old) == "grafana"

    _, new = hooks.rotate("grafana", timedelta(0))
    seconds.now += FRESH_SECONDS

    assert keys.lookup("grafana", old) is None
    assert hook_of(keys, "grafana", new) == "grafana"
    hooks.remove("grafana")
    seconds.now += FRESH_SECONDS
    assert keys.lookup("grafana", new) is None


def test_while_the_database_is_away_known_keys_keep_working(hooks: Hooks, engine: sa.Engine) -> None:
    _, key = hooks.add("grafana")
    seconds = Seconds()
    keys = HookKeys(engine, seconds)
    keys.lookup("grafana", key)
    with writing(engine) as connection:
        connection.exec_driver_sql("ALTER TABLE hooks RENAME TO gone")
    seconds.now += FRESH_SECONDS
    try:
        assert hook_of(keys, "grafana", key) == "grafana"
    finally:
        with writing(engine) as connection:
            connection.exec_driver_sql("ALTER TABLE gone RENAME TO hooks")


def test_a_key_is_not_stored_as_it_is(hooks: Hooks, engine: sa.Engine) -> None:
    _, key = hooks.add("grafana")

    with engine.connect() as connection:
        stored = [connection.execute(sa.select(one)).all() for one in (table, keys_table)]
    assert key not in repr(stored)


# --- what to paste ------------------------------------------------------------------------------


@pytest.mark.parametrize("tool", ["alertmanager", "grafana", "generic", "zabbix"])
def test_a_snippet_has_the_address_and_the_key(tool: str) -> None:
    text = snippet(tool, "mine", "KEY-1", "https://desk.example.com")

    assert f"https://desk.example.com/hooks/{tool}" in text
    assert "KEY-1" in text
    assert not re.search(r"\{[a-z_]*\}", text), "nothing is left to be filled in"


@pytest.mark.server
def test_alertmanager_takes_its_snippet(tmp_path: Path, server_program: Callable[[str], str]) -> None:
    text = snippet("alertmanager", "mine", "-key_1", "https://desk.example.com")
    file = tmp_path / "alertmanager.yml"
    file.write_text(text.partition("\n\n")[2])

    done = subprocess.run(
        [server_program("amtool"), "check-config", str(file)], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 receivers" in done.stdout


def test_what_the_generic_snippet_posts_is_an_alert() -> None:
    text = snippet("generic", "mine", "KEY", "https://desk.example.com")
    payload = text.partition("-d '")[2].partition("'\n")[0]

    (alert,) = read_webhook("generic", json.dumps(json.loads(payload)).encode(), Reading())

    assert isinstance(alert, Alert)
    assert (alert.title, alert.status, alert.resource, alert.service) == ("Disk almost full", "firing", "web-1", "shop")


# --- changing keys, signatures, networks --------------------------------------------------------


def test_a_key_that_is_replaced_works_on_until_the_tool_has_the_new_one(hooks: Hooks, engine: sa.Engine) -> None:
    clock = MovableClock(datetime(2026, 3, 2, tzinfo=UTC))
    _, old = hooks.add("grafana")
    _, new = hooks.rotate("grafana", timedelta(hours=1))
    keys = HookKeys(engine, clock=clock)

    assert hook_of(keys, "grafana", old) == hook_of(keys, "grafana", new) == "grafana"
    keys.write_used()
    assert [(key.ends_at is None, key.used_at) for key in hooks.keys("grafana")] == [(True, clock()), (False, clock())]
    clock.advance(timedelta(hours=1))
    assert hook_of(keys, "grafana", old) is None
    assert hook_of(keys, "grafana", new) == "grafana"


def test_a_key_in_wrong_hands_stops_also_where_an_older_one_works_on(hooks: Hooks, engine: sa.Engine) -> None:
    _, first = hooks.add("grafana")
    _, second = hooks.rotate("grafana", timedelta(hours=1))
    hooks.rotate("grafana", timedelta(0))
    keys = HookKeys(engine, clock=MovableClock(datetime(2026, 3, 2, tzinfo=UTC)))

    assert hook_of(keys, "grafana", first) is None
    assert hook_of(keys, "grafana", second) is None


def test_a_signed_hook_may_be_named_and_knows_both_secrets(hooks: Hooks, engine: sa.Engine) -> None:
    seal = Seal(b"the desk's own secret")
    hooks.add("sentry")
    keys = HookKeys(engine, seal=seal, clock=MovableClock(datetime(2026, 3, 2, tzinfo=UTC)))
    assert keys.lookup("sentry", "sentry") is None, "a name is no key"

    hooks.trust("sentry", Trust(scheme="sentry", signature=SCHEMES["sentry"], networks=("192.0.2.0/24",)))
    with pytest.raises(AccountError, match="at least 8"):
        hooks.set_secret("sentry", "short", seal)
    hooks.set_secret("sentry", "the first secret", seal)
    hooks.set_secret("sentry", "the second secret", seal)
    admission = HookKeys(engine, seal=seal, clock=MovableClock(datetime(2026, 3, 2, tzinfo=UTC))).lookup(
        "sentry", "sentry"
    )

    assert admission is not None
    assert set(admission.secrets) == {b"the first secret", b"the second secret"}
    assert admission.networks == ("192.0.2.0/24",)
    stolen = HookKeys(engine, seal=Seal(b"another desk's")).lookup("sentry", "sentry")
    assert stolen is not None
    assert stolen.secrets == (), "the tables alone give no secret away"


def test_a_secret_needs_a_scheme_and_a_network_must_be_one(hooks: Hooks) -> None:
    hooks.add("grafana")

    with pytest.raises(AccountError, match="--signature"):
        hooks.set_secret("grafana", "a long secret", Seal(b"own"))
    with pytest.raises(AccountError, match="no network"):
        hooks.trust("grafana", Trust(networks=("desk.example.com",)))
    with pytest.raises(ValueError, match="known are"):
        signature_by("md5")
    with pytest.raises(ValueError, match="another body"):
        signature_by('{"header": "X-Sig", "signed": "{timestamp}"}')
