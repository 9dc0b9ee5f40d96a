"""Do the rows fit together, and with what the knowledge base holds already? Asked with SQL, once everything is staged.

A row that hangs on nothing is refused; a name nobody knows is left out with a note. What remains can be merged in any
order that puts originals before their duplicates, and no reference will fail.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from kb.loading.people_csv import long_id
from kb.loading.report import KEPT_PROBLEMS, NOT_KNOWN, LoadReport
from kb.loading.rows import Row
from kb.loading.staging import Staging
from kb.storage import Store

_KEYS = {
    "person": "id", "space": "id", "procedure": "key, language", "question": "id", "answer": "id", "comment": "id",
    "vote": "person, target", "practice": "id", "confirmation": "person, target",
}  # fmt: skip
_PEOPLE_NAMED = (
    "select author p from question union select author from answer union select author from comment "
    "union select person from vote union select owner from procedure union select deputy from procedure "
    "union select json_extract(value, '$.person') from space, json_each(members)"
)
_SOMEBODY = "(select id from person union all select id from known_person)"


class References:
    def __init__(self, store: Store, staging: Staging, report: LoadReport, doubtful_spaces: bool) -> None:
        self.store = store
        self.staging = staging
        self.report = report
        self.doubtful_spaces = doubtful_spaces

    def settle(self, prefix: str) -> None:
        """Make every reference of the staged rows point to something that is staged or stored."""
        self._spaces(prefix)
        self._made_ids()
        self._once()
        self._people()
        self._questions()
        self._targets()
        self._duplicates()

    def _refuse(self, kind: str, where: str, reason: Callable[[Row], str]) -> None:
        """Drop the rows of `kind` that `where` selects, each with its reason."""
        total = self._tell(kind, where, reason)
        self.report.counts[kind].bad += total
        if total:
            self.staging.run(f"delete from {kind} where {where}")

    def _clear(self, kind: str, column: str, where: str, reason: Callable[[Row], str]) -> None:
        """Set `column` of those rows to null, each with a note."""
        if self._tell(kind, where, reason):
            self.staging.run(f"update {kind} set {column} = null where {where}")

    def _tell(self, kind: str, where: str, reason: Callable[[Row], str]) -> int:
        total: int = next(self.staging.values(f"select count(*) from {kind} where {where}"))
        if total:
            rows = self.staging.rows(f"select * from {kind} where {where} order by file, line limit {KEPT_PROBLEMS}")
            for row in rows:
                self.report.note(self.staging.files[row["file"]], row["line"], reason(row))
            self.report.problem_count += max(0, total - KEPT_PROBLEMS)
        return total

    def _spaces(self, prefix: str) -> None:
        """A prefix goes before the spaces of this load and so before what names them; others are the stored ones."""
        if prefix:
            for kind in ("procedure", "question"):
                self.staging.run(
                    f"update {kind} set space = ? || space where space in (select raw from space)", [prefix]
                )
        if self.doubtful_spaces:
            with self.store.read() as tx:
                known = ", ".join("'" + each.id.replace("'", "''") + "'" for each in tx.spaces.list()) or "''"
            for kind in ("procedure", "question"):
                self._refuse(
                    kind, f"space is not null and space not in (select id from space) and space not in ({known})",
                    lambda row: f"The space {row['space']} is not known and a row of the spaces file is bad: mend it.",
                )  # fmt: skip

    def _made_ids(self) -> None:
        """Ids made from addresses give way to the ids under which these addresses are known."""
        for emails in self.staging.chunks("select lower(email) from person where made and email is not null"):
            with self.store.read() as tx:
                known = tx.people.find_emails(emails)
                rows = self.staging.among(
                    "select rowid, id, lower(email) email from person where made and lower(email) in ({})", emails
                )
                others = {each.id: each for each in tx.people.list({row["id"] for row in rows})}
            for row in rows:
                other = others.get(row["id"])
                theirs = other is not None and other.email is not None and other.email.lower() != row["email"]
                id = known.get(row["email"]) or (long_id(row["email"]) if theirs else row["id"])
                if id != row["id"]:
                    self.staging.run("update person set id = ? where rowid = ?", [id, row["rowid"]])

    def _once(self) -> None:
        for kind, keys in _KEYS.items():
            first = f"select min(rowid) from {kind} group by {keys}"
            if next(self.staging.values(f"select (select count(*) from {kind}) - (select count(*) from ({first}))")):
                self._refuse(kind, f"rowid not in ({first})", partial(self._twice, kind, keys))

    def _twice(self, kind: str, keys: str, row: Row) -> str:
        names = keys.split(", ")
        same = " and ".join(f"{name} is ?" for name in names)
        sql = f"select file, line from {kind} where {same} order by rowid limit 1"
        first = next(self.staging.rows(sql, [row[name] for name in names]))
        what = " ".join(str(row[name]) for name in names if row[name])
        where = f"{self.staging.files[first['file']]}, line {first['line']}"
        return f"The {kind} {what} is there twice: first in {where}. Keep one."

    def _people(self) -> None:
        staging = self.staging
        for column in ("owner", "deputy"):
            for emails in staging.chunks(f"select distinct lower({column}) from procedure where {column} like '%@%'"):
                with self.store.read() as tx:
                    ids = tx.people.find_emails(emails)
                ids |= {
                    row["e"]: row["id"]
                    for row in staging.among("select id, lower(email) e from person where lower(email) in ({})", emails)
                }
                for email, id in ids.items():
                    staging.run(f"update procedure set {column} = ? where lower({column}) = ?", [id, email])
        for people in staging.chunks(
            f"select p from ({_PEOPLE_NAMED}) where p is not null and p not in (select id from person)"
        ):
            with self.store.read() as tx:
                for each in tx.people.list(people):
                    staging.add("known_person", {"id": each.id})
        staging.flush()
        for kind in ("question", "answer", "comment"):
            self._clear(
                kind,
                "author",
                f"author is not null and author not in {_SOMEBODY}",
                lambda row: _nobody("author", row["author"]),
            )
        for column in ("owner", "deputy"):
            self._clear(
                "procedure", column, f"{column} is not null and {column} not in {_SOMEBODY}",
                lambda row, column=column: _nobody(column, row[column]),  # type: ignore[misc]
            )  # fmt: skip
        self._refuse("vote", f"person not in {_SOMEBODY}", lambda row: _nobody("voter", row["person"]))

    def _questions(self) -> None:
        """Answers need their question."""
        staging = self.staging
        named = (
            "select question q from answer union select duplicate_of from question "
            "union select target from comment union select target from vote"
        )
        for ids in staging.chunks(
            f"select q from ({named}) where q is not null and q not in (select id from question)"
        ):
            with self.store.read() as tx:
                for question in tx.questions.list(ids):
                    staging.add("known_question", {"id": question.id})
        staging.flush()
        self._refuse(
            "answer", "question not in (select id from question) and question not in (select id from known_question)",
            lambda row: f"The question {row['question']} of answer {row['id']} is neither here nor known: load it too.",
        )  # fmt: skip

    def _targets(self) -> None:
        """Comments and votes are on a question or on an answer; which one is found here."""
        staging = self.staging
        named = "select target t from comment union select target from vote"
        here = "t in (select id from question) or t in (select id from answer) or t in (select id from known_question)"
        for ids in staging.chunks(f"select t from ({named}) where not ({here})"):
            with self.store.read() as tx:
                for answer in tx.answers.list(ids=ids):
                    staging.add("known_answer", {"id": answer.id, "question": answer.question})
        staging.flush()
        for kind in ("comment", "vote"):
            for asked in ("question", "known_question"):
                staging.run(f"update {kind} set question = target where target in (select id from {asked})")
            for given in ("answer", "known_answer"):
                staging.run(
                    f"update {kind} set answer = target, "
                    f"question = (select a.question from {given} a where a.id = target) "
                    f"where question is null and target in (select id from {given})"
                )
            self._refuse(
                kind,
                "question is null",
                lambda row: f"It is on {row['target']}, which is neither here nor known: load it too.",
            )
        own = "person = (select p.author from {0} p where p.id = {1})"
        self._refuse(
            "vote",
            f"(answer is null and {own.format('question', 'question')}) or {own.format('answer', 'vote.answer')}",
            lambda row: f"{row['person']} votes for their own words: leave the vote out.",
        )  # fmt: skip

    def _duplicates(self) -> None:
        """Levels: 0 for originals, one more than its original for a duplicate. Circles are opened."""
        staging = self.staging
        self._clear(
            "question", "duplicate_of", "duplicate_of = id or (duplicate_of is not null and duplicate_of not in "
            "(select id from question) and duplicate_of not in (select id from known_question))",
            lambda row: f"duplicate_of {row['duplicate_of']} is no other question, here or known; it was left out.",
        )  # fmt: skip
        staging.run(
            "update question set level = 0 where duplicate_of is null or duplicate_of not in (select id from question)"
        )
        level = 0
        while next(staging.values("select exists (select 1 from question where level = ?)", [level])):
            staging.run(
                "update question set level = ? where level is null "
                "and duplicate_of in (select id from question where level = ?)",
                [level + 1, level],
            )
            level += 1
        self._clear(
            "question",
            "duplicate_of",
            "level is null",
            lambda row: f"duplicate_of {row['duplicate_of']} leads in a circle; it was left out.",
        )
        staging.run("update question set level = 0 where level is null")


def _nobody(what: str, id: str) -> str:
    return f"{what} {id} {NOT_KNOWN}"
