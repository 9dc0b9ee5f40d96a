"""Guests, and everybody whose last day is known: a guest has a sponsor and an end date and is in one shared space; when
somebody's last day is over, the worker ends their access.

A day is over where the person is: the calendar of their site says when.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from kb import audit
from kb.errors import Forbidden, Invalid
from kb.model import Membership, NoticeKind, Person, PersonKind, Role, SecretKind, Visibility, new_id
from kb.notices import tell
from kb.permissions import KEEPERS, Action, require
from kb.rules import clean, slug
from kb.storage import Store, Transaction

LONGEST = timedelta(days=366)
WARNED = timedelta(days=7)  # before the last day, a guest's sponsor is told


def free_id(tx: Transaction, name: str) -> str:
    """The name as an address shows it; of a second person of that name, with something behind it."""
    id = slug(name)
    taken = not id or id == "new" or tx.people.find(id) is not None
    return f"{id}-{new_id()[:4]}".lstrip("-") if taken else id


def check_terms(tx: Transaction, guest: Person) -> None:
    """Invalid beside "sponsor" or "ends" unless a guest has an employee for a sponsor, and an end within a year."""
    sponsor = tx.people.find(guest.sponsor) if guest.sponsor else None
    if sponsor is None or sponsor.kind is not PersonKind.EMPLOYEE or sponsor.ended is not None:
        raise Invalid("sponsor", "A guest has a sponsor: write the name of a colleague who is here.")
    _check_day(tx, guest.ends)


def invite(
    store: Store, keeper: Person, space: str, name: str, email: str, unit: str, sponsor: str, ends: date | None
) -> Person:
    """A new guest, member of this shared space until their last day. Invalid beside the field."""
    name = clean("name", " ".join(name.split()), 120, required=True)
    email = clean("email", email, 200, required=True)
    unit = clean("unit", " ".join(unit.split()), 120)
    with store.write() as tx:
        found = tx.spaces.get(space, lock=True)
        require(keeper, Action.MANAGE, found)
        if found.visibility is not Visibility.PARTNER:
            raise Invalid("name", "Guests enter shared spaces only.")
        other = tx.people.find_email(email)
        if other is not None:
            raise Invalid("email", "%(email)s belongs to %(name)s already.", email=email, name=other.name)
        guest = Person(
            free_id(tx, name), name, email, unit=unit, kind=PersonKind.GUEST, created=tx.now, sponsor=sponsor, ends=ends
        )
        check_terms(tx, guest)
        tx.people.put([guest])
        tx.spaces.put_members([Membership(space, guest.id, Role.MEMBER, tx.now)])
        tx.changes.add("put", "person", guest.id, keeper.id)
        detail: dict[str, object] = {"kind": guest.kind.value, "sponsor": sponsor, "ends": str(ends), "space": space}
        audit.record(tx, keeper.id, "add", ("person", guest.id), detail, space)
        return tx.people.get(guest.id)


def may_prolong(person: Person, guest: Person) -> bool:
    """Their sponsor, whoever keeps a space they are in, and administrators."""
    if guest.kind is not PersonKind.GUEST or guest.ended is not None or person.ended is not None:
        return False
    keeps = any(person.roles.get(space) in KEEPERS for space in guest.member_of)
    return person.admin or person.id == guest.sponsor or keeps


def prolong(store: Store, by: Person, guest: str, ends: date | None) -> Person:
    """Another last day; Forbidden unless `may_prolong`."""
    with store.write() as tx:
        before = tx.people.get(guest, lock=True)
        require(by, Action.READ, before)
        if not may_prolong(by, before):
            raise Forbidden(Action.EDIT, "person", guest)
        _check_day(tx, ends)
        tx.people.put([replace(before, ends=ends)])
        tx.changes.add("prolong", "person", guest, by.id)
        audit.record(tx, by.id, "change", ("person", guest), {"changed": ["ends"], "ends": str(ends)})
        return tx.people.get(guest)


def sponsored_by(store: Store, person: Person) -> tuple[Person, ...]:
    """The guests who are here because of `person`, by name."""
    with store.read() as tx:
        return tuple(each for each in tx.people.list() if each.sponsor == person.id and each.ended is None)


def tend(store: Store) -> int:
    """Tell sponsors whose guests leave soon, and end the access of those whose last day is over; how many things that
    were. The last administrator stays: nobody could mend that."""
    with store.read() as tx:
        found = tx.people.ending(tx.now.date() + WARNED)
    return sum(_tend(store, each.id) for each in found)


def _tend(store: Store, id: str) -> int:
    with store.write() as tx:
        standing = tx.people.lock_administrators(id)
        person = tx.people.get(id)
        today = tx.availability.calendars([id])[id].day(tx.now)
        if person.ended is not None or person.ends is None:
            return 0
        if today <= person.ends:
            return _warn(tx, person, person.ends, today)
        if standing == {id}:
            return 0
        tx.people.put([replace(person, ended=tx.now, admin=False)])
        for kind in SecretKind:
            tx.secrets.remove_all(kind, id)
        tx.changes.add("leave", "person", id, None)
        audit.record(tx, None, "change", ("person", id), {"changed": ["ended"], "ends": str(person.ends)})
        return 1


def _warn(tx: Transaction, guest: Person, ends: date, today: date) -> int:
    if guest.kind is not PersonKind.GUEST or guest.sponsor is None or ends - today > WARNED:
        return 0
    told = 0
    for space in sorted(guest.member_of):
        facts = {"by": guest.id, "day": ends.isoformat()}
        place = tx.spaces.get(space)
        told += tell(tx, guest.sponsor, NoticeKind.GUEST_ENDS, place, facts, key=f"guest {guest.id} {ends} {space}")
    return told


def _check_day(tx: Transaction, ends: date | None) -> None:
    today = tx.now.date()
    if ends is None or not today <= ends <= today + LONGEST:
        raise Invalid("ends", "Choose a last day from today on, at most a year away.")
