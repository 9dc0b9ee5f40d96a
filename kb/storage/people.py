"""People and their accounts. A person comes out with the roles that follow from memberships and spaces."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from types import MappingProxyType
from typing import Any

from sqlalchemy import Select, and_, func, or_, select, union
from sqlalchemy.engine import Row

from kb.errors import NotFound
from kb.model import Listed, Membership, Person, PersonKind, Space, Visibility
from kb.rules import effective_roles
from kb.storage import tables
from kb.storage.aggregate import Aggregate, record
from kb.storage.dialect import upsert
from kb.storage.spaces import Spaces

CHUNK = 500


class People(Aggregate):
    def put(self, people: Sequence[Person]) -> None:
        """Add people, or replace those of the same id."""
        rows = [
            {"id": each.id, "name": each.name, "email": each.email, "title": each.title, "unit": each.unit,
             "site": each.site, "languages": list(each.languages), "skills": list(each.skills),
             "holds": list(each.holds), "about": each.about,
             "kind": each.kind.value, "admin": each.admin, "created": each.created or self.now, "ended": each.ended,
             "sponsor": each.sponsor, "ends": each.ends,
             "doing": each.doing, "doing_since": each.doing_since, "twins": each.twins}
            for each in people
        ]  # fmt: skip
        upsert(self.connection, tables.person, rows, ["id"])

    def find(self, id: str) -> Person | None:
        return self._one(select(tables.person).where(tables.person.c.id == id))

    def get(self, id: str, lock: bool = False) -> Person:
        """The person; with `lock`, their row stays ours until the transaction ends."""
        if lock:
            self.lock([id])
        found = self.find(id)
        if found is None:
            raise NotFound("person", id)
        return found

    def lock(self, ids: Collection[str]) -> None:
        """Keep the rows of `ids` ours until the transaction ends; taken in one order."""
        person = tables.person
        chosen = select(person.c.id).where(person.c.id.in_(sorted(ids))).order_by(person.c.id)
        self.connection.execute(chosen.with_for_update(key_share=True))

    def lock_administrators(self, beside: str) -> frozenset[str]:
        """The ids of all administrators who have not left; their rows and that of `beside` stay ours until the
        transaction ends, so that nobody else takes one away meanwhile."""
        person = tables.person
        chosen = select(person).where(person.c.admin | (person.c.id == beside)).order_by(person.c.id)
        rows = self.connection.execute(chosen.with_for_update(key_share=True))
        return frozenset(row.id for row in rows if row.admin and row.ended is None)

    def find_email(self, email: str) -> Person | None:
        return self._one(select(tables.person).where(func.lower(tables.person.c.email) == email.strip().lower()))

    def find_emails(self, emails: Collection[str]) -> dict[str, str]:
        """The ids of those with these addresses, by the address in lower case; the unknown left out."""
        person = tables.person
        wanted = sorted({each.lower() for each in emails})
        found: dict[str, str] = {}
        for start in range(0, len(wanted), CHUNK):
            there = func.lower(person.c.email).in_(wanted[start : start + CHUNK])
            found |= {row.email.lower(): row.id for row in self.connection.execute(select(person).where(there))}
        return found

    def list(self, ids: Collection[str] | None = None) -> Sequence[Person]:
        """Everybody by name, or those of `ids` (in no order, the unknown left out)."""
        if ids is None:
            return self._many(select(tables.person).order_by(tables.person.c.name))
        wanted = sorted(ids)
        found: list[Person] = []
        for start in range(0, len(wanted), CHUNK):
            found += self._many(select(tables.person).where(tables.person.c.id.in_(wanted[start : start + CHUNK])))
        return found

    def directory(self) -> Sequence[Listed]:
        """Everybody who has not left, with what a list shows of them: at three thousand people a tenth of the time of
        `list`."""
        person = tables.person
        shown = select(person.c.id, person.c.name, person.c.title, person.c.unit, person.c.site)
        return [Listed(*row) for row in self.connection.execute(shown.where(person.c.ended.is_(None)))]

    def without_answers(self) -> Mapping[str, Sequence[str]]:
        """The skills of those who are here, name some and have answered nothing so far."""
        person, answer = tables.person, tables.answer
        wrote = select(answer.c.id).where(answer.c.author == person.c.id).exists()
        chosen = select(person.c.id, person.c.skills).where(person.c.ended.is_(None), ~wrote).order_by(person.c.id)
        return {row.id: row.skills for row in self.connection.execute(chosen) if row.skills}

    def first_created(self) -> datetime | None:
        """When the first of all people came."""
        first: datetime | None = self.connection.execute(select(func.min(tables.person.c.created))).scalar_one()
        return first

    def count(self) -> int:
        return self.connection.execute(select(func.count()).select_from(tables.person)).scalar_one()

    def count_readers(self, space: str) -> int:
        """How many people who have not left may read a space: see `kb.rules.effective_roles`."""
        person, member = tables.person, tables.membership
        place = Spaces(self.connection, self.now).get(space)
        running = or_(member.c.until.is_(None), member.c.until > self.now)
        inside = person.c.id.in_(select(member.c.person).where(member.c.space == space, running))
        may = {
            Visibility.OPEN: person.c.kind == PersonKind.EMPLOYEE.value,
            Visibility.PARTNER: or_(person.c.kind == PersonKind.EMPLOYEE.value, inside),
            Visibility.RESTRICTED: and_(person.c.kind == PersonKind.EMPLOYEE.value, inside),
        }[place.visibility]
        counted = select(func.count()).select_from(person).where(person.c.ended.is_(None), may)
        return self.connection.execute(counted).scalar_one()

    def set_password(self, person: str, hash: str) -> None:
        upsert(self.connection, tables.account, [{"person": person, "password": hash, "created": self.now}], ["person"])

    def find_password(self, person: str) -> str | None:
        """The argon2 hash of a person's password, or None when they have no account."""
        account = tables.account
        return self.connection.execute(
            select(account.c.password).where(account.c.person == person)
        ).scalar_one_or_none()

    def _one(self, statement: Select[Any]) -> Person | None:
        row = self.connection.execute(statement).first()
        if row is None:
            return None
        memberships = Spaces(self.connection, self.now).members(people=[row.id])
        return self._person(row, memberships, self._met([row]))

    def _many(self, statement: Select[Any]) -> Sequence[Person]:
        rows = list(self.connection.execute(statement))
        memberships: defaultdict[str, list[Membership]] = defaultdict(list)
        few = [row.id for row in rows] if len(rows) <= CHUNK else None
        for each in Spaces(self.connection, self.now).members(people=few):
            memberships[each.person].append(each)
        met = self._met(rows)
        return [self._person(row, memberships[row.id], met) for row in rows]

    def _met(self, rows: Sequence[Row[Any]]) -> Mapping[str, frozenset[str]]:
        """By guest: who else wrote or was asked in the threads they did, and their sponsor."""
        guests = {row.id: row.sponsor for row in rows if row.kind == PersonKind.GUEST.value}
        if not guests:
            return {}
        met: defaultdict[str, set[str]] = defaultdict(set)
        for guest, other in self._beside(sorted(guests)):
            met[guest].add(other)
        return {id: frozenset(met[id] | ({sponsor} if sponsor else set())) for id, sponsor in guests.items()}

    def _beside(self, people: Sequence[str]) -> Sequence[tuple[str, str]]:
        """Each of `people` with each one who wrote or was asked in a thread where they did."""
        question, answer, comment, asked = tables.question, tables.answer, tables.comment, tables.invitation
        wrote = [
            (question.c.author.label("author"), question.c.id.label("question")), (answer.c.author, answer.c.question),
            (comment.c.author, comment.c.question), (asked.c.person, asked.c.question),
        ]  # fmt: skip
        own = union(*(select(who, where).where(who.in_(people)) for who, where in wrote)).cte("own")
        threads = select(own.c.question)
        others = union(*(select(who, where).where(where.in_(threads)) for who, where in wrote)).cte("others")
        chosen = select(own.c.author, others.c.author).join(others, others.c.question == own.c.question)
        found = self.connection.execute(chosen.where(others.c.author.is_not(None)).distinct())
        return [(row[0], row[1]) for row in found]

    def ending(self, until: date) -> Sequence[Person]:
        """Those who are here and whose last day is `until` or before, by that day."""
        person = tables.person
        chosen = select(person).where(person.c.ended.is_(None), person.c.ends <= until)
        return self._many(chosen.order_by(person.c.ends, person.c.id))

    def _person(
        self, row: Row[Any], memberships: Sequence[Membership], met: Mapping[str, frozenset[str]]
    ) -> Person:
        plain = record(Person, row, kind=PersonKind(row.kind))
        roles = effective_roles(plain, memberships, self._spaces, self.now)
        running = frozenset(
            each.space for each in memberships if each.space in roles and (each.until is None or each.until > self.now)
        )
        known = met.get(row.id, frozenset())
        return record(
            Person, row, kind=plain.kind, roles=MappingProxyType(roles), member_of=running, met=known
        )

    @cached_property
    def _spaces(self) -> Sequence[Space]:
        return Spaces(self.connection, self.now).list()
