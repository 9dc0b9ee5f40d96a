"""What goes into storage comes out the same, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from sqlalchemy import text

from kb import Store
from kb.errors import NotFound
from kb.model import (
    Answer,
    Band,
    Comment,
    Duty,
    Membership,
    Person,
    Procedure,
    ProcedureStatus,
    Question,
    QuestionStatus,
    Revision,
    RevisionStatus,
    Role,
    Space,
    Visibility,
)
from kb.routing import Candidate, Circle, Reason, Route, Stage
from tests import people
from tests.people import COMMON, FINANCE, PARTNER, START, Clock

ACCENTS = "Où réserver un œuvre « déjà » payée ? 日本語 🚆 \t fin\nde ligne"


def _question(id: str, **values: object) -> Question:
    return replace(Question(id, COMMON, f"About {id}", created=START, active=START), **values)  # type: ignore[arg-type]


def test_a_person_comes_back_with_every_field(store: Store) -> None:
    person = Person(
        "p1", ACCENTS, "É.n@example.org", "t", "u", "s", ("fr",), ("excel", "SAP"), "about", admin=True,
        created=START, ended=START + timedelta(microseconds=1),
    )  # fmt: skip
    with store.write() as tx:
        tx.people.put([person])
        assert tx.people.get("p1") == person
        assert tx.people.find("p2") is None
        with pytest.raises(NotFound, match="p2"):
            tx.people.get("p2")


def test_a_moment_of_another_zone_comes_back_as_the_same_moment_in_utc(store: Store) -> None:
    paris = datetime(2026, 11, 23, 9, 30, 1, 234567, tzinfo=timezone(timedelta(hours=1)))
    with store.write() as tx:
        tx.people.put([Person("p1", "P", created=paris)])
        created = tx.people.get("p1").created
    assert created == paris and created is not None and created.tzinfo is UTC


def test_people_are_found_by_email_whatever_its_case(settled: Store) -> None:
    with settled.read() as tx:
        found = tx.people.find_email(" ALICE@Example.ORG ")
        assert found is not None and found.id == "alice"
        assert tx.people.find_email("nobody@example.org") is None


def test_more_ids_than_one_statement_takes_are_all_found(store: Store) -> None:
    many = [Person(f"p{number}", "P") for number in range(1203)]
    with store.write() as tx:
        tx.people.put(many)
        assert len(tx.people.list({each.id for each in many} | {"unknown"})) == 1203
        assert tx.people.count() == 1203


def test_a_membership_gives_a_role_until_it_ends(settled: Store, clock: Clock) -> None:
    with settled.write() as tx:
        until = START + timedelta(days=1)
        tx.spaces.put_members([Membership(FINANCE, "bob", Role.READER, START, until)])
    assert people.get(settled, "bob").roles[FINANCE] is Role.READER
    clock.forward(days=1)
    assert FINANCE not in people.get(settled, "bob").roles


def test_an_ended_membership_of_an_open_space_is_no_membership(settled: Store, clock: Clock) -> None:
    with settled.write() as tx:
        tx.spaces.put_members([Membership(PARTNER, "bob", Role.MEMBER, START, START + timedelta(days=1))])
    assert people.get(settled, "bob").member_of == {PARTNER}
    clock.forward(days=2)
    bob = people.get(settled, "bob")
    assert PARTNER in bob.roles and bob.member_of == frozenset()


def test_a_space_put_again_is_replaced(store: Store) -> None:
    with store.write() as tx:
        tx.spaces.put([Space("s", "Old"), Space("t", "Other")])
        tx.spaces.put([Space("s", "New", "words", Visibility.PARTNER, START)])
        assert tx.spaces.get("s") == Space("s", "New", "words", Visibility.PARTNER, START)
        assert [each.id for each in tx.spaces.list()] == ["s", "t"]
        with pytest.raises(NotFound):
            tx.spaces.get("u")


def test_a_question_comes_back_with_its_tags_in_their_order(settled: Store) -> None:
    question = _question("q", title=ACCENTS, body=ACCENTS, author="alice", tags=("z", "a", "é"), score=-3, edited=START)
    with settled.write() as tx:
        tx.questions.put([question])
        assert tx.questions.get("q") == question
        tx.questions.put([replace(question, tags=("a",))])
        assert tx.questions.get("q").tags == ("a",)


def test_questions_are_listed_by_every_condition_and_the_most_active_first(settled: Store) -> None:
    day = timedelta(days=1)
    listed = [
        _question("q1", active=START - day, tags=("vpn",), author="alice"),
        _question("q2", space=FINANCE, tags=("vpn",)),
        _question("q3", active=START - 2 * day, status=QuestionStatus.ANSWERED),
    ]
    with settled.write() as tx:
        tx.questions.put(listed)
        tx.answers.put([Answer("a1", "q1", "words")])

        def ids(**conditions: object) -> list[str]:
            return [each.id for each in tx.questions.list(**conditions)]  # type: ignore[arg-type]

        assert ids() == ["q2", "q1", "q3"]
        assert ids(spaces={COMMON}) == ["q1", "q3"]
        assert ids(spaces=set()) == []
        assert ids(tag="vpn", spaces={COMMON}) == ["q1"]
        assert ids(author="alice") == ["q1"]
        assert ids(status=QuestionStatus.ANSWERED) == ["q3"]
        assert ids(unanswered=True) == ["q2"]
        assert ids(limit=1, offset=1) == ["q1"]
        assert sorted(ids(ids={"q3", "q1", "nothing"})) == ["q1", "q3"]
        assert tx.questions.count() == 3 and tx.questions.count({FINANCE}) == 1
        assert tx.questions.tags({COMMON, FINANCE}) == [("vpn", 2)]
        assert tx.questions.tags({COMMON}) == [("vpn", 1)]
        assert tx.questions.get("q1").answers == 1


def test_answers_stand_accepted_first_then_best_voted_then_oldest(settled: Store) -> None:
    with settled.write() as tx:
        tx.questions.put([_question("q")])
        tx.answers.put([
            Answer("old", "q", "b", created=START), Answer("new", "q", "b", created=START + timedelta(hours=1)),
            Answer("best", "q", "b", score=4, created=START), Answer("accepted", "q", "b", score=-1, accepted=START),
        ])  # fmt: skip
        assert [each.id for each in tx.answers.list(["q"])] == ["accepted", "best", "old", "new"]
        tx.answers.set_accepted("q", "new")
        assert [each.id for each in tx.answers.list(["q"]) if each.accepted] == ["new"]
        assert tx.answers.count() == 4 and tx.answers.count({FINANCE}) == 0


def test_removing_a_question_removes_all_that_hangs_on_it_and_opens_its_duplicates(settled: Store) -> None:
    with settled.write() as tx:
        tx.questions.put([_question("q", tags=("a",))])
        tx.questions.put([
            _question("open", status=QuestionStatus.DUPLICATE, duplicate_of="q"),
            _question("solved", status=QuestionStatus.DUPLICATE, duplicate_of="q"),
        ])  # fmt: skip
        tx.answers.put([Answer("a", "q", "b"), Answer("s", "solved", "b", accepted=START)])
        tx.comments.put([Comment("c", "q", "b", answer="a")])
        tx.questions.remove("q")
        assert tx.answers.find("a") is None
        assert tx.comments.list("q") == []
        assert tx.questions.get("open") == _question("open")
        assert tx.questions.get("solved").status is QuestionStatus.ANSWERED


def test_a_new_revision_supersedes_the_one_in_force(settled: Store) -> None:
    procedure = Procedure("FIN-1", FINANCE, "alice", None, ProcedureStatus.PUBLISHED, 12, ("SOX",), START)
    duty = Duty("2a", "buyer", "sends the order", "SOX 4")
    first = Revision(
        "FIN-1", "fr", 1, "Achats", "s", "b", (duty,), ("achat",), created=START, effective=date(2026, 12, 1)
    )
    with settled.write() as tx:
        tx.procedures.put([procedure])
        tx.procedures.add_revisions([first, replace(first, language="en", title="Buying")])
        assert tx.procedures.get("FIN-1") == replace(
            procedure, revisions=(first, replace(first, language="en", title="Buying"))
        )
        tx.procedures.add_revisions([replace(first, number=2, duties=())])
        assert [(each.language, each.number) for each in tx.procedures.get("FIN-1").revisions] == [("fr", 2), ("en", 1)]
        assert len(tx.procedures.history("FIN-1")) == 3
        assert tx.procedures.list(spaces={COMMON}) == []
        assert tx.procedures.count() == 1
        tx.procedures.remove("FIN-1")
        assert tx.procedures.history("FIN-1") == []


def test_revisions_that_arrive_together_leave_only_the_newest_in_force(settled: Store) -> None:
    with settled.write() as tx:
        tx.procedures.put([Procedure("P", COMMON)])
        tx.procedures.add_revisions([Revision("P", "fr", number, f"Text {number}") for number in (2, 1, 3)])
        assert [each.number for each in tx.procedures.get("P").revisions] == [3]
        tx.procedures.add_revisions([Revision("P", "fr", 4, "Draft", status=RevisionStatus.DRAFT)])
        assert [each.number for each in tx.procedures.get("P").revisions] == [3]


def test_a_route_comes_back_with_its_candidates(settled: Store) -> None:
    reasons = (Reason("answered", ACCENTS, "question", "q", START, 3), Reason("declared", "excel"))
    candidates = (Candidate("alice", 1.5, 0.25, Circle.WIDE, reasons), Candidate("bob", 1.0, 0.125))
    plain = Route("r", "bob", "q", ACCENTS, Band.MAYBE, 1 / 3, "v1", candidates, None, START)
    route = replace(plain, stage=Stage.SECOND, since=START, due=START, struck=("dora",))
    with settled.write() as tx:
        tx.questions.put([_question("q")])
        tx.routes.add(route)
        assert tx.routes.find("q") == route
        tx.routes.set_outcome("r", "solved")
        assert tx.routes.find("q") == replace(route, outcome="solved")
        assert tx.routes.find("none") is None
        tx.connection.execute(text("update route set candidates = '[[\"alice\", 1.5, 0.25]]'"))
        assert tx.routes.get("r").candidates == (Candidate("alice", 1.5, 0.25),), "as the first schema wrote it"


def test_a_setting_keeps_any_json_value(store: Store) -> None:
    with store.write() as tx:
        assert tx.settings.find("name") is None
        for value in ("Été", {"a": [1, 2.5, None, True]}, [], 0, False):
            tx.settings.set("name", value)
            assert tx.settings.find("name") == value
