"""Where loaded content goes, and who reads it: no slip of the keyboard opens one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import kb.questions
from kb import Store
from kb.loading import load, load_stackexchange
from kb.model import PersonKind, Role, Space, Visibility
from tests import people
from tests.kb.communities import (
    ANSWERS,
    COMMENTS,
    PEOPLE,
    QUESTIONS,
    Row,
    community,
    content,
    fared,
    last_change,
)
from tests.kb.test_loading_stackexchange import dump

GUEST: Row = {"id": "gus", "name": "Gus", "kind": "guest"}
ELSEWHERE: Row = {"id": "q9", "title": "Le quai ?", "author": "dan", "created": "2024-01-01"}


def named(space: str = "Fin ance", **more: str) -> dict[str, list[Row]]:
    """A community whose first question names a space; Gus, a guest, answers it too, and Dan asks elsewhere."""
    return {
        "people": [*PEOPLE, GUEST, {"id": "dan", "name": "Dan"}],
        "questions": [QUESTIONS[1] | {"space": space} | more, ELSEWHERE],
        "answers": [*ANSWERS, {"id": "a3", "question": "q1", "author": "gus", "body": "Là"}],
        "votes": [],
    }


def members(store: Store, space: str) -> dict[str, Role]:
    with store.read() as tx:
        return {each.person: each.role for each in tx.spaces.members(space)}


def visibility(store: Store, space: str) -> Visibility | None:
    with store.read() as tx:
        found = tx.spaces.find(space)
    return found.visibility if found else None


def reads(store: Store, who: str, question: str = "q1") -> bool:
    return question in {each.id for each in kb.questions.readable(store, people.get(store, who))}


def test_a_space_that_only_rows_name_is_read_by_those_whose_texts_were_loaded_and_nobody_else(
    store: Store, tmp_path: Path
) -> None:
    people.settle(store)
    report = load(store, [community(tmp_path / "trains", **named())])
    assert visibility(store, "fin-ance") is Visibility.RESTRICTED
    assert members(store, "fin-ance") == dict.fromkeys(("ana", "ben", "cleo"), Role.MEMBER)  # asked, answered, remarked
    assert all(reads(store, who) for who in ("ana", "ben", "cleo"))
    assert not any(reads(store, who) for who in ("dan", "gus", "bob", "erik"))
    assert reads(store, "bob", "q9")  # what names no space goes to the folder's, open as ever
    assert [(each.id, each.name, each.members) for each in report.closed] == [("fin-ance", "Fin ance", 3)]
    said = str(report.closed[0])
    assert "Fin ance" in said and "spaces.jsonl" in said and "/admin/spaces" in said and "--open-new-spaces" in said


def test_a_slip_in_the_key_of_a_restricted_space_publishes_nothing_and_is_mended_by_loading_again(
    store: Store, tmp_path: Path
) -> None:
    people.settle(store)
    folder = community(tmp_path / "trains", **named("finanec"))
    load(store, [folder])
    assert not reads(store, "bob") and not reads(store, "alice")
    report = load(store, [community(folder, **named("finance"))])
    assert report.closed == [] and reads(store, "alice") and not reads(store, "bob") and not reads(store, "ana")


def test_a_procedure_in_such_a_space_is_read_by_its_owner_and_deputy(store: Store, tmp_path: Path) -> None:
    people.settle(store)
    front = (
        "---\nkey: X-1\ntitle: Payer\nlanguage: fr\nspace: caisse\nowner: bob@example.org\ndeputy: dora\n---\nPayer.\n"
    )
    (tmp_path / "X-1.fr.md").write_text(front, encoding="utf-8")
    load(store, [tmp_path / "X-1.fr.md"])
    assert visibility(store, "caisse") is Visibility.RESTRICTED
    assert set(members(store, "caisse")) == {"bob", "dora"}


def test_new_spaces_are_opened_on_purpose_only(store: Store, tmp_path: Path) -> None:
    folder = community(tmp_path / "trains", **named())
    report = load(store, [folder], open_new_spaces=True)
    assert (visibility(store, "fin-ance"), report.closed) == (Visibility.OPEN, [])
    assert members(store, "fin-ance") == {} and reads(store, "dan")
    assert load(store, [folder]).written == 0


def test_loading_again_changes_nothing_and_opens_nothing(store: Store, tmp_path: Path) -> None:
    folder = community(tmp_path / "trains", **named())
    load(store, [folder])
    before, number = content(store), last_change(store)
    for again in (load(store, [folder]), load(store, [folder], open_new_spaces=True)):
        assert (again.written, again.closed) == (0, [])
    assert (content(store), last_change(store)) == (before, number)


def test_a_described_space_and_one_that_stands_are_as_they_are(store: Store, tmp_path: Path) -> None:
    with store.write() as tx:
        tx.spaces.put([Space("fin-ance", "Finance", visibility=Visibility.OPEN)])
    folder = community(tmp_path / "trains", **named(), spaces=[{"key": "x", "name": "X"}])
    report = load(store, [folder])
    assert (report.closed, members(store, "fin-ance"), visibility(store, "x")) == ([], {}, Visibility.OPEN)
    described = named("board") | {"spaces": [{"key": "board", "name": "Board", "visibility": "open"}]}
    report = load(store, [community(folder, **described)])
    assert (report.closed, visibility(store, "board"), members(store, "board")) == ([], Visibility.OPEN, {})


def test_a_folder_named_like_the_space_of_its_rows_does_not_open_it(store: Store, tmp_path: Path) -> None:
    report = load(store, [community(tmp_path / "finance", **named("finance"))])
    assert visibility(store, "finance") is Visibility.RESTRICTED
    assert [each.id for each in report.closed] == ["finance"]
    assert set(members(store, "finance")) == {"ana", "ben", "cleo", "dan"}  # Dan's question names no space: it is here


def test_a_space_named_on_the_command_line_is_closed_too_but_takes_nobody_whose_texts_stay_elsewhere(
    store: Store, tmp_path: Path
) -> None:
    folder = community(tmp_path / "trains", people=[*PEOPLE, {"id": "dan", "name": "Dan"}], questions=[ELSEWHERE],
                       answers=[], comments=[], votes=[])  # fmt: skip
    load(store, [folder])
    more = community(folder, questions=[ELSEWHERE, QUESTIONS[1]], answers=ANSWERS, comments=COMMENTS)
    report = load(store, [more], space="travle")
    assert [(each.id, each.members) for each in report.closed] == [("travle", 3)]
    assert (visibility(store, "trains"), visibility(store, "travle")) == (Visibility.OPEN, Visibility.RESTRICTED)
    assert "dan" not in members(store, "travle") and reads(store, "dan", "q9")


def test_a_dump_is_open_in_the_space_it_brings_and_closed_in_one_that_was_named(
    new_store: Callable[[str], Store], backend: str, tmp_path: Path
) -> None:
    one, other = new_store(backend), new_store(backend)
    assert load_stackexchange(one, dump(tmp_path / "forum")).closed == []
    assert visibility(one, "stackexchange") is Visibility.OPEN
    assert load(other, [tmp_path / "forum"]).closed == []
    assert [each.id for each in load_stackexchange(other, tmp_path / "forum", space="Old").closed] == ["old"]
    assert set(members(other, "old")) == {"old-u1", "old-u2"}


def test_a_dry_run_tells_of_closed_spaces_and_counts_like_the_load(store: Store, tmp_path: Path) -> None:
    folder = community(tmp_path / "trains", **named(), spaces=[{"key": "x", "name": "X"}])
    dry = load(store, [folder], dry_run=True)
    real = load(store, [folder])
    assert (dry.counts, dry.closed) == (real.counts, real.closed)
    assert fared(real, "space") == (3, 0, 0, 0)  # x, the named one, the folder's
    folder = community(tmp_path / "more", **named("y"), spaces=[{"key": "y", "name": "Y"}])
    assert fared(load(store, [folder], prefix="m-", dry_run=True), "space") == (2, 0, 0, 0)


def test_spaces_come_with_their_visibility_and_members(store: Store, tmp_path: Path) -> None:
    folder = community(
        tmp_path / "c",
        people=[*PEOPLE, {"id": "gus", "name": "Gus", "kind": "guest"}, {"id": "bad", "name": "Bad", "kind": "robot"}],
        spaces=[
            {
                "key": "board",
                "name": "Board",
                "visibility": "restricted",
                "members": [
                    {"person": "ana", "role": "animator"},
                    {"person": "ghost"},
                    {"person": "ben", "role": "king"},
                ],
            }
        ],
        questions=[QUESTIONS[1] | {"space": "board"}],
        votes=[],
        comments=[],
    )
    report = load(store, [folder])
    assert (fared(report, "person")[3], fared(report, "space")) == (1, (1, 0, 0, 0))
    assert len(report.problems) == 3
    ana, ben, gus = (people.get(store, id) for id in ("ana", "ben", "gus"))
    assert (ana.roles["board"], "board" in ben.roles, gus.kind) == (Role.ANIMATOR, False, PersonKind.GUEST)


def test_a_space_that_might_have_been_restricted_is_never_made_open(store: Store, tmp_path: Path) -> None:
    folder = community(
        tmp_path / "c", spaces=[{"key": "board", "visibility": "secret"}], questions=[QUESTIONS[1] | {"space": "board"}]
    )
    report = load(store, [folder])
    assert (fared(report, "space")[3], fared(report, "question"), fared(report, "answer")[3]) == (1, (0, 0, 0, 1), 2)
    with store.read() as tx:
        assert tx.spaces.list() == []


def test_questions_that_name_no_space_go_where_they_are_told_and_stay_there(store: Store, tmp_path: Path) -> None:
    with store.write() as tx:
        tx.spaces.put([Space("team", "Team", visibility=Visibility.RESTRICTED)])
    folder = community(tmp_path / "trains")
    load(store, [folder], space="team")
    assert load(store, [folder]).written == 0
    with store.read() as tx:
        assert (tx.questions.get("q1").space, tx.spaces.find("trains")) == ("team", None)
