"""Local accounts: passwords (argon2id), sessions that end, API tokens, one-use invitations, and the limit on guessing.

A secret is shown to its person once; the database keeps its SHA-256 only. Signing in counts tries by e-mail address and
by network address; whether an e-mail address is known cannot be told from the answer or from its duration.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kb import audit
from kb.errors import Invalid
from kb.model import Person, Secret, SecretKind
from kb.storage import Store, Transaction

SESSION = timedelta(days=14)
INVITE = timedelta(days=7)
TRIES, TRIES_ADDRESS, WINDOW = 8, 40, timedelta(minutes=15)
PASSWORD_LENGTH = 12


class TooManyTries(Invalid):
    """Signing in is closed for a while, `wait`, for this e-mail or network address."""

    def __init__(self, field: str, message: str, wait: timedelta) -> None:
        super().__init__(field, message)
        self.wait = wait


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobody() -> str:
    return _hasher().hash(secrets.token_hex(16))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def sign_in(store: Store, email: str, password: str, address: str) -> Person:
    """The person whose e-mail and password these are. Invalid (same words for every reason) or TooManyTries."""
    keys = {f"email {email.strip().lower()[:200]}": TRIES, f"address {address}": TRIES_ADDRESS}
    with store.write() as tx:
        wait = max(_closed(tx, key, most) for key, most in keys.items())
        if wait > timedelta(0):
            raise TooManyTries(
                "password", "Too many tries. Wait a quarter of an hour, or ask your administrator for a new link.", wait
            )
        for key in keys:
            tx.secrets.add_attempt(key, WINDOW)
        person = tx.people.find_email(email)
        stored = tx.people.find_password(person.id) if person else None
    if not _verified(stored or _nobody(), password) or person is None or stored is None or person.ended is not None:
        raise Invalid("password", "This e-mail address and password do not belong together.")
    return person


def _closed(tx: Transaction, key: str, most: int) -> timedelta:
    """How long until `key` may be tried again: until fewer than `most` tries lie in the window."""
    tries = tx.secrets.attempts(key, WINDOW)
    return tries[-most] + WINDOW - tx.now if len(tries) >= most else timedelta(0)


def confirm(store: Store, person: Person, password: str) -> None:
    """Make sure that it is really `person` who acts: Invalid for a wrong password or none, TooManyTries after
    several."""
    key = f"confirm {person.id}"
    with store.write() as tx:
        wait = _closed(tx, key, TRIES)
        if wait > timedelta(0):
            raise TooManyTries("password", "Too many tries. Wait a quarter of an hour.", wait)
        tx.secrets.add_attempt(key, WINDOW)
        stored = tx.people.find_password(person.id)
    if stored is None:
        raise Invalid("password", "You have no password yet. Your administrator makes a link to choose one.")
    if not _verified(stored, password):
        raise Invalid("password", "This is not your password.")
    with store.write() as tx:
        tx.secrets.remove_attempts(key)


def open_session(store: Store, person: Person) -> str:
    """A new session's secret, for the cookie."""
    with store.write() as tx:
        return _issue(tx, SecretKind.SESSION, person, "", SESSION)


def find_session(store: Store, secret: str) -> Person | None:
    """Whose session this is, or None when it ended. A session in use is prolonged, at most once a day."""
    with store.read() as tx:
        found = tx.secrets.find(SecretKind.SESSION, _hash(secret))
        person = tx.people.find(found.person) if found else None
        now = tx.now
    if found is None or person is None or person.ended is not None:
        return None
    if found.expires is not None and found.expires - now < SESSION - timedelta(days=1):
        with store.write() as tx:
            tx.secrets.set_expiry(found.hash, now + SESSION)
    return person


def close_session(store: Store, secret: str) -> None:
    with store.write() as tx:
        tx.secrets.remove(_hash(secret))


def issue_token(store: Store, person: Person, label: str, actor: str | None = None) -> str:
    """A token for the API, with the rights of `person`; it runs until revoked."""
    label = label.strip()[:80] or "API"
    with store.write() as tx:
        secret = _issue(tx, SecretKind.TOKEN, person, label, None)
        audit.record(tx, actor, "issue token", ("account", person.id), {"label": label})
        return secret


def find_token(store: Store, secret: str) -> Person | None:
    with store.read() as tx:
        found = tx.secrets.find(SecretKind.TOKEN, _hash(secret))
        person = tx.people.find(found.person) if found else None
    return person if person and person.ended is None else None


def issue_address(store: Store, person: Person, kind: SecretKind) -> str:
    """The secret in the address of a person's calendar, or in those of their feeds; earlier addresses end."""
    with store.write() as tx:
        tx.secrets.remove_all(kind, person.id)
        secret = _issue(tx, kind, person, "", None)
        audit.record(tx, person.id, f"issue {kind.value}", ("account", person.id))
        return secret


def find_address(store: Store, secret: str, kind: SecretKind) -> Person | None:
    with store.read() as tx:
        found = tx.secrets.find(kind, _hash(secret))
        person = tx.people.find(found.person) if found else None
    return person if person and person.ended is None else None


def has_address(store: Store, person: Person, kind: SecretKind) -> bool:
    with store.read() as tx:
        return bool(tx.secrets.list(kind, person.id))


def revoke_address(store: Store, person: Person, kind: SecretKind) -> None:
    """The addresses end: whoever has them sees nothing any more."""
    with store.write() as tx:
        if tx.secrets.list(kind, person.id):
            tx.secrets.remove_all(kind, person.id)
            audit.record(tx, person.id, f"revoke {kind.value}", ("account", person.id))


def list_tokens(store: Store, person: Person) -> tuple[Secret, ...]:
    with store.read() as tx:
        return tuple(tx.secrets.list(SecretKind.TOKEN, person.id))


def revoke_token(store: Store, person: Person, hash: str) -> None:
    with store.write() as tx:
        for token in tx.secrets.list(SecretKind.TOKEN, person.id):
            if token.hash == hash and tx.secrets.remove(hash):
                audit.record(tx, person.id, "revoke token", ("account", person.id), {"label": token.label})


def invite(store: Store, person: Person, actor: str | None = None) -> str:
    """The secret of a one-use link with which `person` chooses a password; earlier links end."""
    with store.write() as tx:
        tx.secrets.remove_all(SecretKind.INVITE, person.id)
        secret = _issue(tx, SecretKind.INVITE, person, "", INVITE)
        audit.record(tx, actor, "make link", ("account", person.id))
        return secret


def find_invite(store: Store, secret: str) -> Person | None:
    with store.read() as tx:
        found = tx.secrets.find(SecretKind.INVITE, _hash(secret))
        return tx.people.find(found.person) if found else None


def accept_invite(store: Store, secret: str, password: str) -> Person:
    """Use the link up: set the password and end every session. Invalid when the link ended or the password is weak."""
    hashed = hash_password(password)
    with store.write() as tx:
        found = tx.secrets.find(SecretKind.INVITE, _hash(secret))
        if found is None or not tx.secrets.remove(found.hash):
            raise Invalid("password", "This link was used or has ended. Ask your administrator for a new one.")
        return put_password(tx, found.person, hashed)


def set_password(store: Store, person: Person, password: str) -> None:
    """Set a password from the command line or the demo; every session of the person ends."""
    hashed = hash_password(password)
    with store.write() as tx:
        put_password(tx, person.id, hashed)


def set_passwords(store: Store, password: str) -> None:
    """One password for everybody who has none yet: for the demonstration."""
    hashed = hash_password(password)
    with store.write() as tx:
        for each in tx.people.list():
            if tx.people.find_password(each.id) is None:
                put_password(tx, each.id, hashed)


def put_password(tx: Transaction, person: str, hashed: str) -> Person:
    """Set what `hash_password` made; every session of the person ends."""
    tx.people.set_password(person, hashed)
    tx.secrets.remove_all(SecretKind.SESSION, person)
    tx.changes.add("password", "account", person, person)
    audit.record(tx, person, "choose password", ("account", person))
    return tx.people.get(person)


def hash_password(password: str) -> str:
    """What is kept of a password. Invalid, at `password`, when it is too short or too long to be one."""
    if len(password) < PASSWORD_LENGTH:
        raise Invalid(
            "password",
            "A password needs at least %(length)d characters: four words you remember will do.",
            length=PASSWORD_LENGTH,
        )
    if len(password) > 500:
        raise Invalid("password", "A password of more than 500 characters cannot be taken.")
    return _hasher().hash(password)


def _verified(hash: str, password: str) -> bool:
    try:
        return _hasher().verify(hash, password)
    except (VerificationError, InvalidHashError):
        return False


def _issue(tx: Transaction, kind: SecretKind, person: Person, label: str, runs: timedelta | None) -> str:
    secret = secrets.token_urlsafe(32)
    expires = tx.now + runs if runs else None
    tx.secrets.add(Secret(_hash(secret), kind, person.id, label, tx.now, expires))
    return secret
