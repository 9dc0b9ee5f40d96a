"""The spaces that rows stand in: which one a name means, and who reads one that nobody described and that is made here.

The space that content falls into by itself, named after its folder, is made open. One that a row or the command line
names is made *closed*: the name may be a slip in the key of a restricted space, and what was published cannot be taken
back. Its members are those whose texts of this load stand in it; they come in with the space, so that a load that was
killed and run again leaves the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from kb import audit
from kb.loading.report import ClosedSpace, LoadReport
from kb.loading.staging import Staging
from kb.model import Membership, PersonKind, Role, Space, Visibility
from kb.rules import slug
from kb.storage import Transaction

_STANDS = "coalesce(space, fallback)"
_AUTHORS = f"""
    with here as (select value from json_each(?)),
    asked as (select id, author from question where {_STANDS} in here),
    kept as (select owner, deputy from procedure where {_STANDS} in here)
    select author from asked
    union select author from answer where question in (select id from asked)
    union select author from comment where question in (select id from asked)
    union select owner from kept union select deputy from kept
"""


@dataclass(slots=True)
class Spaces:
    """`chosen` is the space named on the command line; with `opened`, every space that has to be made is open."""

    staging: Staging
    report: LoadReport
    chosen: str | None = None
    opened: bool = False
    _ids: dict[str, str] = field(default_factory=dict)

    def described(self, id: str) -> None:
        """A row of a spaces file tells of this one: it stands (in a dry run, it would)."""
        self._ids[id] = id

    def find_or_make(self, tx: Transaction, name: str) -> str:
        """The id of the space called `name`."""
        if name not in self._ids:
            id = name if tx.spaces.find(name) else _id(name)
            if id not in self._ids.values() and tx.spaces.find(id) is None:
                self._make(tx, id, name)
            self._ids[name] = id
        return self._ids[name]

    def _make(self, tx: Transaction, id: str, name: str) -> None:
        closed = not self.opened and any(_id(each) == id for each in self._named())
        members = self._authors(tx, id) if closed else []
        self.report.counts["space"].added += 1
        if closed:
            self.report.closed.append(ClosedSpace(id, name, len(members)))
        if not self.report.dry_run:
            visibility = Visibility.RESTRICTED if closed else Visibility.OPEN
            tx.spaces.put([Space(id, name, visibility=visibility)])
            tx.spaces.put_members([Membership(id, person, Role.MEMBER, tx.now) for person in members])
            tx.changes.add("load", "space", id)
            tx.changes.add_all("load", "person", members)
            detail = {"visibility": visibility, "members": len(members)}
            audit.record(tx, None, "load", ("space", id), detail, id)

    def _named(self) -> Iterator[str]:
        """The names that somebody wrote: on the command line, or in a row."""
        if self.chosen is not None:
            yield self.chosen
        for kind in ("question", "procedure"):
            yield from self.staging.values(f"select distinct space from {kind} where space is not null")

    def _authors(self, tx: Transaction, id: str) -> list[str]:
        """The employees whose texts of this load come into the space; a guest enters shared spaces only."""
        staging = self.staging
        written = staging.values(f"select {_STANDS} from question union select {_STANDS} from procedure")
        here = json.dumps([each for each in written if _id(each) == id])
        self._leave_what_stands(tx, here)
        found = {each for each in staging.values(_AUTHORS, [here]) if each is not None}
        guests = {each.id for each in tx.people.list(found) if each.kind is PersonKind.GUEST}
        guests |= set(staging.values("select id from person where json_extract(data, '$.kind') = 'guest'"))
        return sorted(found - guests)

    def _leave_what_stands(self, tx: Transaction, here: str) -> None:
        """What names no space and is known already stays in the space it has: its authors are none of the new one."""
        of = "space is null and fallback in (select value from json_each(?))"
        for ids in list(self.staging.chunks(f"select id from question where {of}", values=[here])):
            for question in tx.questions.list(ids):
                self.staging.run("update question set fallback = ? where id = ?", [question.space, question.id])
        for keys in list(self.staging.chunks(f"select key from procedure where {of}", values=[here])):
            for procedure in tx.procedures.list(keys):
                self.staging.run("update procedure set fallback = ? where key = ?", [procedure.space, procedure.key])


def _id(name: str) -> str:
    return slug(name) or name
