"""Who may come in: passwords, sessions, tokens."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from desk.accounts import AccountError, Accounts
from desk.clock import MovableClock
from desk.database import migrate, open_database, writing
from desk.own_tables import sessions, tokens, users

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Engine]:
    engine = open_database(f"sqlite:///{tmp_path_factory.mktemp('accounts')}/desk.db", durable=False)
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(START)


@pytest.fixture
def accounts(engine: sa.Engine, clock: MovableClock) -> Accounts:
    with writing(engine) as connection:
        for table in (users, sessions, tokens):
            connection.execute(sa.delete(table))
    return Accounts(engine, clock, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def test_a_user_signs_in_and_out(accounts: Accounts) -> None:
    accounts.add_user("Kim", PASSWORD, ["agent"], name="Kim Larsen")

    cookie = accounts.sign_in("KIM ", PASSWORD)

    assert cookie is not None
    session = accounts.session(cookie)
    assert session is not None
    assert (session.user.login, session.user.name, session.user.roles) == ("kim", "Kim Larsen", frozenset({"agent"}))
    accounts.sign_out(cookie)
    assert accounts.session(cookie) is None


@pytest.mark.parametrize(("login", "password"), [("kim", "wrong"), ("nobody", PASSWORD), ("", ""), ("kim", "\ud800")])
def test_wrong_words_do_not_sign_in(accounts: Accounts, login: str, password: str) -> None:
    accounts.add_user("kim", PASSWORD, ["agent"])

    assert accounts.sign_in(login, password) is None


def test_nothing_secret_is_stored_as_it_is(accounts: Accounts, engine: sa.Engine) -> None:
    accounts.add_user("kim", PASSWORD, ["agent"])
    cookie = accounts.sign_in("kim", PASSWORD)
    _, token = accounts.add_token("kim")

    with engine.connect() as connection:
        stored = repr([connection.execute(sa.select(table)).all() for table in (users, sessions, tokens)])

    assert cookie is not None
    for secret in (PASSWORD, cookie, token):
        assert secret not in stored
    assert "$argon2id$" in stored


def test_a_session_ends_when_it_is_not_used(accounts: Accounts, clock: MovableClock) -> None:
    accounts.add_user("kim", PASSWORD, ["agent"])
    cookie = accounts.sign_in("kim", PASSWORD)
    for _ in range(3):
        clock.advance(timedelta(hours=11))
        assert accounts.session(cookie) is not None
    clock.advance(timedelta(hours=12, seconds=1))

    assert accounts.session(cookie) is None


def test_a_session_ends_after_a_week_in_any_case(accounts: Accounts, clock: MovableClock) -> None:
    accounts.add_user("kim", PASSWORD, ["agent"])
    cookie = accounts.sign_in("kim", PASSWORD)
    for _ in range(16):
        clock.advance(timedelta(hours=10))
        assert accounts.session(cookie) is not None
    clock.advance(timedelta(hours=10))

    assert accounts.session(cookie) is None


def test_a_disabled_user_is_out_at_once(accounts: Accounts) -> None:
    accounts.add_user("kim", PASSWORD, ["agent"])
    cookie, (_, token) = accounts.sign_in("kim", PASSWORD), accounts.add_token("kim")

    accounts.set_disabled("kim", True)

    assert accounts.session(cookie) is None
    assert accounts.token_user(token) is None
    assert accounts.sign_in("kim", PASSWORD) is None
    accounts.set_disabled("kim", False)
    assert accounts.session(cookie) is None, "the old session does not come back"
    assert accounts.token_user(token) is not None


def test_a_new_password_ends_every_session(accounts: Accounts) -> None:
    accounts.add_user("kim", PASSWORD, ["agent"])
    cookie = accounts.sign_in("kim", PASSWORD)

    accounts.set_password("kim", "another long one")

    assert accounts.session(cookie) is None
    assert accounts.sign_in("kim", PASSWORD) is None
    assert accounts.sign_in("kim", "another long one") is not None


def test_a_token_has_the_rights_of_its_user_until_it_is_revoked(accounts: Accounts) -> None:
    accounts.add_user("kim", PASSWORD, ["agent"])
    token, secret = accounts.add_token("kim")

    user = accounts.token_user(secret)
    assert user is not None
    assert user.login == "kim"
    accounts.set_roles("kim", ["administrator"])
    changed = accounts.token_user(secret)
    assert changed is not None
    assert changed.roles == {"administrator"}
    accounts.revoke_token(token.id)
    assert accounts.token_user(secret) is None
    assert accounts.token_user(secret + "x") is None


@pytest.mark.parametrize(
    ("login", "password", "roles", "sentence"),
    [
        ("kim", PASSWORD, ["agent"], "already a login kim"),
        ("ana", "short", ["agent"], "too short"),
        ("ana", PASSWORD, ["boss"], "no role boss"),
        ("ana", PASSWORD, [], "needs a role"),
        ("an a", PASSWORD, ["agent"], "one word"),
        ("", PASSWORD, ["agent"], "one word"),
        ("a/b", PASSWORD, ["agent"], "one word"),
    ],
)
def test_what_cannot_be_made_is_refused_with_a_sentence(
    accounts: Accounts, login: str, password: str, roles: list[str], sentence: str
) -> None:
    accounts.add_user("kim", PASSWORD, ["agent"])

    with pytest.raises(AccountError, match=sentence):
        accounts.add_user(login, password, roles)


def test_what_does_not_exist_cannot_be_changed(accounts: Accounts) -> None:
    for change in (
        lambda: accounts.set_password("nobody", PASSWORD),
        lambda: accounts.set_roles("nobody", ["agent"]),
        lambda: accounts.set_disabled("nobody", True),
        lambda: accounts.add_token("nobody"),
        lambda: accounts.revoke_token("nothing"),
    ):
        with pytest.raises(AccountError, match="There is no"):
            change()
