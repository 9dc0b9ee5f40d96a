"""People: adding them, changing one's own profile, and reading them as another person may."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import fields, replace
from datetime import date, timedelta

from kb import audit
from kb.errors import Invalid
from kb.joining import apply
from kb.joining import lock as lock_ruled
from kb.model import Listed, Person, PersonKind, SecretKind
from kb.permissions import Action, can, require, require_administrator
from kb.rules import LANGUAGES, clean, slug
from kb.storage import Store, Transaction

SKILL_LIMIT, DOING_LIMIT = 30, 140
DOING = timedelta(days=60)  # after which what somebody said they work on is no longer shown


def put(store: Store, person: Person, actor: str | None = None) -> Person:
    """Add a person, or replace the one of that id."""
    with store.write() as tx:
        lock_ruled(tx)
        if person.email:
            other = tx.people.find_email(person.email)
            if other is not None and other.id != person.id:
                raise Invalid("email", "%(email)s belongs to %(name)s already.", email=person.email, name=other.name)
        before = tx.people.find(person.id)
        tx.people.put([person])
        tx.changes.add("put", "person", person.id, actor)
        apply(tx)
        return _recorded(tx, actor, before, person.id)


def _recorded(tx: Transaction, actor: str | None, before: Person | None, id: str) -> Person:
    """The person as they are now; on the audit trail, when that is other than before."""
    after = tx.people.get(id)
    if after != before:
        audit.record(tx, actor, "change" if before else "add", ("person", id), _changed(before, after))
    return after


def _changed(before: Person | None, after: Person) -> dict[str, object]:
    """Which facts of a person are other than before; the values of those that give rights."""
    names = [each.name for each in fields(after) if each.compare and each.name not in ("id", "created")]
    changed = [name for name in names if before is None or getattr(before, name) != getattr(after, name)]
    rights: dict[str, object] = {}
    if before is None or before.admin != after.admin:
        rights["admin"] = after.admin
    if before is None or before.kind is not after.kind:
        rights["kind"] = after.kind.value
    return rights | ({"changed": changed} if before else {})


def edit_profile(
    store: Store, editor: Person, person: str, skills: Iterable[str], languages: Iterable[str], about: str,
    doing: str | None = None, twins: bool | None = None,
) -> Person:  # fmt: skip
    """Change declared skills, languages, the few words about oneself, what one works on (shown for `DOING`) and whether
    people with the same question elsewhere may learn one's name; None leaves it as it is."""
    kept = tuple(dict.fromkeys(filter(None, (" ".join(each.split()) for each in skills))))
    if len(kept) > SKILL_LIMIT:
        raise Invalid(
            "skills", "At most %(limit)d skills: keep those you would gladly be asked about.", limit=SKILL_LIMIT
        )
    kept = tuple(clean("skills", each, 60) for each in kept)
    about = clean("about", about, 1000)
    spoken = tuple(each for each in LANGUAGES if each in set(languages))
    with store.write() as tx:
        before = tx.people.get(person, lock=True)
        require(editor, Action.EDIT, before)
        after = replace(before, skills=kept, languages=spoken or before.languages, about=about)
        if doing is not None and (words := clean("doing", " ".join(doing.split()), DOING_LIMIT)) != before.doing:
            after = replace(after, doing=words, doing_since=tx.now.date() if words else None)
        tx.people.put([after if twins is None else replace(after, twins=twins)])
        tx.changes.add("edit", "person", person, editor.id)
        return tx.people.get(person)


def doing(person: Person, today: date) -> str:
    """What they say they work on, while that is not too long ago."""
    return person.doing if person.doing_since is not None and today - person.doing_since <= DOING else ""


def set_administrator(store: Store, admin: Person, person: str, administrator: bool) -> Person:
    """Make somebody an administrator, or no longer one. Invalid for the last one, and for who has left."""
    with store.write() as tx:
        standing = tx.people.lock_administrators(person)
        before = tx.people.get(person)
        require(admin, Action.MANAGE, before)
        if before.ended is not None:
            raise Invalid("person", "%(name)s has left.", name=before.name)
        if not administrator:
            _refuse_last(standing, before)
        tx.people.put([replace(before, admin=administrator)])
        tx.changes.add("appoint" if administrator else "dismiss", "person", person, admin.id)
        return _recorded(tx, admin.id, before, person)


def set_left(store: Store, admin: Person, person: str, left: bool) -> Person:
    """Somebody has left: they can no longer come in (sessions, tokens and links end), are asked nothing and administer
    nothing; what they wrote stays. Or they are back, and a last day that is over no longer counts. Invalid for the last
    administrator, and for a guest who would come back without a last day."""
    with store.write() as tx:
        standing = tx.people.lock_administrators(person)
        before = tx.people.get(person)
        require(admin, Action.MANAGE, before)
        if not left:
            over = before.ends is not None and before.ends < tx.now.date()
            if over and before.kind is PersonKind.GUEST:
                raise Invalid("person", "The last day of %(name)s is over. Give a new one first.", name=before.name)
            tx.people.put([replace(before, ended=None, ends=None if over else before.ends)])
        else:
            _refuse_last(standing, before)
            tx.people.put([replace(before, ended=before.ended or tx.now, admin=False)])
            for kind in SecretKind:
                tx.secrets.remove_all(kind, person)
        tx.changes.add("leave" if left else "return", "person", person, admin.id)
        return _recorded(tx, admin.id, before, person)


def _refuse_last(administrators: Collection[str], person: Person) -> None:
    """A knowledge base without an administrator could be mended by nobody who signs in."""
    if set(administrators) == {person.id}:
        raise Invalid("person", "%(name)s is the last administrator. Make somebody else one first.", name=person.name)


def get(store: Store, reader: Person, id: str) -> Person:
    """The person, or NotFound when `reader` may not know of them."""
    with store.read() as tx:
        person = tx.people.get(id)
    require(reader, Action.READ, person)
    return person


def names(store: Store, reader: Person | None, ids: Collection[str | None]) -> dict[str, Person]:
    """People by id, for showing who wrote what. Names of authors are part of what an employee may read; a guest learns
    those of the threads they take part in. `reader` None: where whoever reads is known to be let in otherwise."""
    with store.read() as tx:
        found = tx.people.list({id for id in ids if id})
    guest = reader is not None and reader.kind is PersonKind.GUEST
    return {each.id: each for each in found if reader is None or not guest or can(reader, Action.READ, each)}


def find_named(store: Store, reader: Person, typed: str, field: str = "person", left: bool = False) -> Person:
    """The one person meant by an id, an e-mail address or a name, of those `reader` may know (those who have left too,
    with `left`); Invalid beside `field` when there is none or more than one."""
    typed = clean(field, typed, 200)
    if not typed:
        raise Invalid(field, "Write a name or an e-mail address.")
    known = readable(store, reader, left)
    found = [each for each in known if typed.casefold() in ((each.email or "").casefold(), each.id)]
    found = found or [each for each in known if slug(typed) and slug(each.name) == slug(typed)]
    if not found:
        raise Invalid(
            field, "Nobody has this name or e-mail address here: %(name)s. An administrator adds people.", name=typed
        )
    if len(found) > 1:
        raise Invalid(field, "Several people bear this name: %(name)s. Write the e-mail address.", name=typed)
    return found[0]


def readable(store: Store, reader: Person, left: bool = False) -> tuple[Person, ...]:
    """Everybody `reader` may know of, by name; those who have left too, when asked."""
    with store.read() as tx:
        known = tx.people.list()
    return tuple(each for each in known if (left or each.ended is None) and can(reader, Action.READ, each))


def directory(store: Store, reader: Person) -> tuple[Listed, ...]:
    """Everybody here whom `reader` may know of, in no order, with what a list shows of them."""
    with store.read() as tx:
        return tuple(each for each in tx.people.directory() if can(reader, Action.READ, each))


def left(store: Store, admin: Person) -> tuple[Person, ...]:
    """Everybody who has left, by name: for administrators."""
    require_administrator(admin)
    with store.read() as tx:
        return tuple(each for each in tx.people.list() if each.ended is not None)
