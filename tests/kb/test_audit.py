"""The audit trail: one entry with each act, chained in commit order, and whatever is done to it afterwards is found."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from kb import Store, accounts, audit, spaces
from kb import people as use_cases
from kb.archive import export_archive, import_archive
from kb.errors import Forbidden, Invalid
from kb.loading import load
from kb.model import Person, Role
from kb.records import AuditEntry, AuditSearch
from kb.rules_audit import content, digest
from tests.people import COMMON, FINANCE, START, Clock


def trail(store: Store) -> list[AuditEntry]:
    with store.read() as tx:
        return list(tx.audit.stream())


def said(store: Store, known: str = "") -> list[str]:
    """The faults of the trail, such as "missing 3-4"."""
    return [f"{each.kind} {each.first}-{each.last}" for each in audit.verify(store, known).faults]


def spoil(store: Store, *statements: str) -> None:
    with store.write() as tx:
        for each in statements:
            tx.connection.execute(text(each))


@pytest.fixture
def six(settled: Store, clock: Clock) -> Store:
    """A trail of six entries."""
    for number in range(6):
        with settled.write() as tx:
            audit.record(tx, "alice", "try", ("thing", f"t{number}"), {"number": number, "what": "é « 日本 »"}, FINANCE)
        clock.forward(seconds=1.000001)
    return settled


def test_a_trail_nobody_touched_is_whole(six: Store) -> None:
    found = audit.verify(six)
    assert found.sound and found.count == 6
    assert [each.number for each in trail(six)] == [1, 2, 3, 4, 5, 6]
    head = audit.head(six)
    assert head is not None and (head.count, head.hash) == (6, found.head)
    assert said(six, trail(six)[2].hash) == [] and said(six, found.head[:12].upper()) == []


def test_an_empty_trail_is_whole_and_has_no_head(store: Store) -> None:
    assert audit.verify(store).sound and audit.head(store) is None


def test_the_hash_is_what_the_documentation_says(six: Store) -> None:
    first, second = trail(six)[:2]
    written = json.dumps(content(second), sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    lines = f"2\n{first.hash}\n{hashlib.sha256(written).hexdigest()}\n"
    assert second.hash == hashlib.sha256(lines.encode()).hexdigest()
    assert content(second)["at"] == "2026-11-23T08:00:01.000001Z" and first.previous == "0" * 64


@pytest.mark.parametrize(
    ("statement", "faults"),
    [
        ("update audit set actor = 'bob' where number = 3", ["altered 3-3"]),
        ("update audit set at = (select at from audit where number = 1) where number = 3", ["altered 3-3"]),
        ("update audit set detail = '{}' where number = 1", ["altered 1-1"]),
        ("update audit set space = null where number = 6", ["altered 6-6"]),
        ("update audit set hash = salt where number = 2", ["altered 2-2", "unlinked 3-3"]),
        ("delete from audit where number = 4", ["missing 4-4"]),
        ("delete from audit where number < 3", ["missing 1-2"]),
        ("delete from audit where number > 4", ["truncated 5-6"]),
        ("delete from audit", ["truncated 1-6"]),
        ("delete from audit_head", ["beyond 1-6"]),
        ("update audit_head set hash = (select hash from audit where number = 5)", ["head 6-6"]),
        ("update audit_head set count = 5", ["beyond 6-6"]),
    ],
)
def test_what_is_done_to_the_trail_is_found_and_named(six: Store, statement: str, faults: list[str]) -> None:
    spoil(six, statement)
    assert said(six) == faults


def test_entries_that_changed_places_are_found(six: Store) -> None:
    spoil(six, "update audit set number = 0 where number = 2", "update audit set number = 2 where number = 5",
          "update audit set number = 5 where number = 0")  # fmt: skip
    found = said(six)
    assert "altered 2-2" in found and "altered 5-5" in found


def test_an_entry_rewritten_with_a_fitting_hash_no_longer_leads_to_the_next(six: Store) -> None:
    entry = trail(six)[2]
    forged = replace(entry, actor="bob")
    lines = f"3\n{entry.previous}\n{digest(forged)}\n"
    spoil(
        six, f"update audit set actor = 'bob', hash = '{hashlib.sha256(lines.encode()).hexdigest()}' where number = 3"
    )
    assert said(six) == ["unlinked 4-4"]


def test_a_trail_cut_with_its_head_is_found_by_a_head_written_down(six: Store) -> None:
    known = audit.verify(six).head
    spoil(six, "delete from audit where number > 4",
          "update audit_head set count = 4, hash = (select hash from audit where number = 4)")  # fmt: skip
    assert said(six) == []
    assert said(six, known) == ["unknown 4-4"]


@pytest.mark.parametrize("known", ["abc", "not a hash at all", "0" * 11])
def test_a_head_that_cannot_be_one_is_refused(six: Store, known: str) -> None:
    with pytest.raises(Invalid, match="64 characters"):
        audit.verify(six, known)


def test_an_act_that_fails_leaves_no_entry(six: Store) -> None:
    with pytest.raises(RuntimeError), six.write() as tx:
        audit.record(tx, "alice", "try", ("thing", "lost"))
        raise RuntimeError
    assert audit.verify(six).count == 6 and said(six) == []


def test_writers_at_once_make_one_chain(settled: Store) -> None:
    """Half of them write the change log after the trail: the one lock for both is always taken in the same order."""

    def write(number: int) -> None:
        for time in range(25):
            with settled.write() as tx:
                if number % 2:
                    tx.changes.add("put", "person", "bob")
                audit.record(tx, "alice", "try", ("thing", f"{number}.{time}"))
                if not number % 2:
                    tx.changes.add("put", "person", "bob")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    found = audit.verify(settled)
    assert found.sound and found.count == 100
    for number in range(4):  # each one's own order is kept
        mine = [each.id for each in trail(settled) if each.id.startswith(f"{number}.")]
        assert mine == [f"{number}.{time}" for time in range(25)]


# -- who reads it


def test_everybody_reads_of_the_trail_what_is_theirs_to_oversee(
    settled: Store, alice: Person, bob: Person, dora: Person, erik: Person, charlie: Person
) -> None:
    with settled.write() as tx:
        audit.record(tx, "alice", "try", ("thing", "finance"), space=FINANCE)
        audit.record(tx, "dora", "look", ("thing", "common"), space=COMMON)
        audit.record(tx, None, "load", ("person", ""))

    def seen(who: Person) -> set[str]:
        return {each.action for each in audit.entries(settled, who, AuditSearch())}

    assert seen(alice) == {"try"} == set(audit.actions(settled, alice))
    assert seen(erik) == {"look", "load"}  # an administrator is not thereby in a restricted space
    for who in (bob, dora, charlie, replace(erik, ended=START)):
        with pytest.raises(Forbidden):
            audit.entries(settled, who, AuditSearch())
        with pytest.raises(Forbidden):
            audit.actions(settled, who)


def test_the_trail_is_looked_through_by_every_condition(settled: Store, erik: Person, clock: Clock) -> None:
    with settled.write() as tx:
        audit.record(tx, "alice", "try", ("procedure", "TRV-01"))
    clock.forward(days=1)
    with settled.write() as tx:
        audit.record(tx, "bob", "look", ("procedure", "TRV-02"))
        audit.record(tx, None, "load", ("person", ""))

    def found(**search: object) -> list[int]:
        return [each.number for each in audit.entries(settled, erik, AuditSearch(**search))]  # type: ignore[arg-type]

    day = START.date()
    assert found() == [3, 2, 1]
    assert found(actor="alice") == [1] and found(action="look") == [2]
    assert found(about="trv-02") == [2] and found(about="procedure") == [2, 1]
    assert found(until=day) == [1] and found(since=day.replace(day=day.day + 1)) == [3, 2]
    assert [each.number for each in audit.entries(settled, erik, AuditSearch(), 1, 1)] == [2]


# -- what is written down


def acts(store: Store) -> list[tuple[str | None, str, str, str]]:
    return [(each.actor, each.action, each.kind, each.id) for each in trail(store)]


def test_roles_given_and_taken_are_written_down(settled: Store, alice: Person) -> None:
    spaces.put_member(settled, alice, FINANCE, "bob", Role.READER)
    spaces.put_member(settled, alice, FINANCE, "bob", Role.EXPERT)
    spaces.remove_member(settled, alice, FINANCE, "bob")
    assert acts(settled) == [("alice", "put member", "space", FINANCE)] * 2 + [
        ("alice", "remove member", "space", FINANCE)
    ]
    assert trail(settled)[1].detail == {"person": "bob", "before": "reader", "role": "expert"}
    assert {each.space for each in trail(settled)} == {FINANCE}


def test_a_person_added_changed_or_made_administrator_is_written_down(settled: Store, bob: Person) -> None:
    use_cases.put(settled, bob, "erik")  # as before: nothing happened
    use_cases.put(settled, replace(bob, admin=True, unit="Lab"), "erik")
    use_cases.put(settled, Person("gus", "Gus"), "erik")
    assert acts(settled) == [("erik", "change", "person", "bob"), ("erik", "add", "person", "gus")]
    assert trail(settled)[0].detail == {"admin": True, "changed": ["unit", "admin"]}


def test_accounts_links_and_tokens_are_written_down_without_their_secrets(settled: Store, bob: Person) -> None:
    link = accounts.invite(settled, bob, "erik")
    accounts.accept_invite(settled, link, "correct horse battery")
    token = accounts.issue_token(settled, bob, "reports", bob.id)
    accounts.revoke_token(settled, bob, accounts.list_tokens(settled, bob)[0].hash)
    accounts.revoke_token(settled, bob, "gone already")
    assert [each[:2] for each in acts(settled)] == [
        ("erik", "make link"), ("bob", "choose password"), ("bob", "issue token"), ("bob", "revoke token"),
    ]  # fmt: skip
    assert link not in repr(trail(settled)) and token not in repr(trail(settled))


def test_a_load_is_written_down_procedure_by_procedure_and_once(settled: Store, tmp_path: Path) -> None:
    (tmp_path / "FIN-1.md").write_text("---\nkey: FIN-1\ntitle: Achats\nlanguage: fr\nspace: finance\n---\nBut.\n")
    (tmp_path / "people.csv").write_text("id,name,admin\ngus,Gus,yes\n")
    (tmp_path / "spaces.jsonl").write_text('{"key": "finance", "members": [{"person": "gus", "role": "reader"}]}\n')
    load(settled, [tmp_path])
    found = {(each.kind, each.id): each for each in trail(settled)}
    assert found["procedure", "FIN-1"].detail == {"status": "published", "owner": None, "revisions": ["fr.1"]}
    assert found["procedure", "FIN-1"].space == FINANCE
    assert found["person", ""].detail == {"people": ["gus"], "administrators": ["gus"]}
    assert found["space", FINANCE].detail["members"] == {"gus": "reader"}
    load(settled, [tmp_path])
    load(settled, [tmp_path], dry_run=True)
    assert len(trail(settled)) == 3


@pytest.mark.parametrize("target", ["sqlite", "postgresql"])
def test_the_archive_carries_the_trail_and_the_import_goes_on_with_it(
    six: Store, target: str, new_store: Callable[[str], Store], tmp_path: Path
) -> None:
    export_archive(six, tmp_path / "archive")
    other = new_store(target)
    import_archive(other, tmp_path / "archive")
    assert trail(other)[:7] == trail(six)
    assert [each.action for each in trail(other)[5:]] == ["try", "export", "import"]
    assert audit.verify(other, audit.verify(six).head).sound
    replaced = audit.verify(other).head
    import_archive(other, tmp_path / "archive", replace=True)
    assert trail(other)[-1].detail == {"replaced": {"entries": 8, "head": replaced}}
    assert audit.verify(other).sound
