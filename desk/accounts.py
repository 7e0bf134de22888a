"""Who may come in: people with passwords, their sessions, and tokens for programs.

Passwords are hashed with Argon2id. Cookies and tokens are long random values of which only the SHA-256 is stored: a
value of 256 bits cannot be guessed from its digest, and a lookup by digest tells nothing by its duration.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from msgspec import Struct

from desk.database import writing
from desk.own_tables import sessions, tokens, users

ROLES = ("agent", "problem-manager", "administrator")
IDLE = timedelta(hours=12)
LONGEST = timedelta(days=7)
SEEN_EVERY = timedelta(minutes=5)
"""How precisely `seen_at` is kept: a page view is no reason to write."""
SHORTEST_PASSWORD = 10


class AccountError(ValueError):
    """What was asked for cannot be done; the text is a sentence for the person who asked."""


class User(Struct, frozen=True, kw_only=True):
    """A person who may log in."""

    login: str
    name: str
    address: str | None
    roles: frozenset[str]
    created_at: datetime
    disabled: bool = False


class Session(Struct, frozen=True, kw_only=True):
    """A login in one browser. `csrf` belongs into every form."""

    user: User
    csrf: str


class Token(Struct, frozen=True, kw_only=True):
    """A program's way in, with the rights of a user. The token itself is shown once, when it is made."""

    id: str
    login: str
    created_at: datetime
    revoked: bool


def digest(secret: str) -> bytes:
    """What is stored of a cookie, token or key."""
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).digest()


class Accounts:
    """All of it, on one database. `clock` tells the time in UTC."""

    def __init__(self, engine: sa.Engine, clock: Callable[[], datetime], hasher: PasswordHasher | None = None) -> None:
        self._engine = engine
        self._clock = clock
        self._hasher = hasher or PasswordHasher()
        self._nobody: str | None = None

    # --- users ---

    def add_user(
        self, login: str, password: str, roles: Iterable[str], *, name: str | None = None, address: str | None = None
    ) -> User:
        """Make a login. Raises AccountError where it exists, or where a role or the password will not do."""
        login = _login(login)
        user = User(
            login=login,
            name=name or login,
            address=address.lower() if address else None,
            roles=_roles(roles),
            created_at=self._clock(),
        )
        row = {
            "login": login,
            "name": user.name,
            "address": user.address,
            "password_hash": self._hash(password),
            "roles": ",".join(sorted(user.roles)),
            "created_at": user.created_at,
            "disabled": False,
        }
        try:
            with writing(self._engine) as connection:
                connection.execute(sa.insert(users).values(row))
        except sa.exc.IntegrityError as error:
            raise AccountError(f"There is already a login {login}.") from error
        return user

    def users(self) -> list[User]:
        """Everybody, disabled ones included, by login."""
        with self._engine.connect() as connection:
            return [_user(row) for row in connection.execute(sa.select(users).order_by(users.c.login))]

    def user(self, login: str) -> User | None:
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(users).where(users.c.login == login.strip().lower())).one_or_none()
        return None if row is None else _user(row)

    def set_password(self, login: str, password: str) -> None:
        """Give a new password and end every session of this login. Raises AccountError."""
        self._change(login, password_hash=self._hash(password))
        self.sign_out_everywhere(login)

    def set_roles(self, login: str, roles: Iterable[str]) -> None:
        """Raises AccountError for an unknown role or login."""
        self._change(login, roles=",".join(sorted(_roles(roles))))

    def set_disabled(self, login: str, disabled: bool) -> None:
        """A disabled login cannot come in; its sessions end at once. Raises AccountError."""
        self._change(login, disabled=disabled)
        if disabled:
            self.sign_out_everywhere(login)

    def _change(self, login: str, **values: object) -> None:
        with writing(self._engine) as connection:
            changed = connection.execute(
                sa.update(users).where(users.c.login == login.strip().lower()).values(**values)
            ).rowcount
        if not changed:
            raise AccountError(f"There is no login {login}: `desk user list` shows those that exist.")

    def _hash(self, password: str) -> str:
        if len(password) < SHORTEST_PASSWORD:
            raise AccountError(f"The password is too short: use at least {SHORTEST_PASSWORD} characters.")
        return self._hasher.hash(password)

    def _nobodys_hash(self) -> str:
        """What an unknown login is checked against, so that it takes as long as a known one."""
        if self._nobody is None:
            self._nobody = self._hasher.hash(secrets.token_hex())
        return self._nobody

    # --- sessions ---

    def sign_in(self, login: str, password: str) -> str | None:
        """The cookie of a new session, or None where login or password are wrong; both take equally long."""
        with self._engine.connect() as connection:
            row = connection.execute(sa.select(users).where(users.c.login == login.strip().lower())).one_or_none()
        stored = self._nobodys_hash() if row is None or row.disabled else row.password_hash
        try:
            self._hasher.verify(stored, password)
        except (VerificationError, InvalidHashError, UnicodeEncodeError):
            return None
        if row is None or row.disabled:
            return None
        cookie, now = secrets.token_urlsafe(32), self._clock()
        with writing(self._engine) as connection:
            if self._hasher.check_needs_rehash(row.password_hash):
                values = {"password_hash": self._hasher.hash(password)}
                connection.execute(sa.update(users).where(users.c.login == row.login).values(values))
            connection.execute(sa.delete(sessions).where(_ended(now)))
            connection.execute(
                sa.insert(sessions).values(
                    digest=digest(cookie),
                    login=row.login,
                    csrf=secrets.token_urlsafe(24),
                    created_at=now,
                    seen_at=now,
                )
            )
        return cookie

    def session(self, cookie: str | None) -> Session | None:
        """The session of a cookie, or None where it ended (12 hours idle, 7 days in all) or never was."""
        if not cookie:
            return None
        now, key = self._clock(), digest(cookie)
        query = (
            sa.select(users, sessions.c.csrf, sessions.c.seen_at)
            .join(sessions, sessions.c.login == users.c.login)
            .where(sessions.c.digest == key, sa.not_(_ended(now)), users.c.disabled.is_(False))
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        if now - row.seen_at >= SEEN_EVERY:
            with writing(self._engine) as connection:
                connection.execute(sa.update(sessions).where(sessions.c.digest == key).values(seen_at=now))
        return Session(user=_user(row), csrf=row.csrf)

    def sign_out(self, cookie: str) -> None:
        with writing(self._engine) as connection:
            connection.execute(sa.delete(sessions).where(sessions.c.digest == digest(cookie)))

    def sign_out_everywhere(self, login: str) -> None:
        with writing(self._engine) as connection:
            connection.execute(sa.delete(sessions).where(sessions.c.login == login.strip().lower()))

    # --- tokens ---

    def add_token(self, login: str) -> tuple[Token, str]:
        """A token with the rights of a login, and the text to give to the program: it is shown this once only."""
        user = self.user(login)
        if user is None:
            raise AccountError(f"There is no login {login}: make it first with `desk user add {login}`.")
        secret = f"qd_{secrets.token_urlsafe(32)}"
        token = Token(id=secrets.token_hex(4), login=user.login, created_at=self._clock(), revoked=False)
        with writing(self._engine) as connection:
            connection.execute(
                sa.insert(tokens).values(
                    id=token.id, digest=digest(secret), login=token.login, created_at=token.created_at, revoked=False
                )
            )
        return token, secret

    def tokens(self, login: str | None = None) -> list[Token]:
        """The tokens of one login, or all."""
        query = sa.select(tokens).order_by(tokens.c.created_at, tokens.c.id)
        if login is not None:
            query = query.where(tokens.c.login == login.strip().lower())
        with self._engine.connect() as connection:
            return [
                Token(id=row.id, login=row.login, created_at=row.created_at, revoked=row.revoked)
                for row in connection.execute(query)
            ]

    def token_user(self, secret: str) -> User | None:
        """Whose token this is, or None where it is unknown, revoked, or its owner disabled."""
        query = (
            sa.select(users)
            .join(tokens, tokens.c.login == users.c.login)
            .where(tokens.c.digest == digest(secret), tokens.c.revoked.is_(False), users.c.disabled.is_(False))
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else _user(row)

    def revoke_token(self, token_id: str) -> None:
        """Raises AccountError where there is no such token."""
        with writing(self._engine) as connection:
            changed = connection.execute(sa.update(tokens).where(tokens.c.id == token_id).values(revoked=True)).rowcount
        if not changed:
            raise AccountError(f"There is no token {token_id}: `desk user tokens` shows those that exist.")


def _ended(now: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(sessions.c.seen_at < now - IDLE, sessions.c.created_at < now - LONGEST)


def _user(row: sa.Row[*tuple[object, ...]]) -> User:
    return User(
        login=row.login,
        name=row.name,
        address=row.address,
        roles=frozenset(filter(None, row.roles.split(","))),
        created_at=row.created_at,
        disabled=row.disabled,
    )


def _login(login: str) -> str:
    login = login.strip().lower()
    if not login or len(login) > 100 or not login.isprintable() or any(c in login for c in " /:,"):
        raise AccountError("A login is one word of at most 100 letters, without space, slash, colon or comma.")
    return login


def _roles(roles: Iterable[str]) -> frozenset[str]:
    chosen = frozenset(roles)
    unknown = sorted(chosen.difference(ROLES))
    if unknown or not chosen:
        what = f"There is no role {unknown[0]}" if unknown else "A login needs a role"
        raise AccountError(f"{what}: choose among {', '.join(ROLES)}.")
    return chosen
