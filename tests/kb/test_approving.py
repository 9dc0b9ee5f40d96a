"""Approval: by the named, in their order, of exactly this text, never by whoever wrote it; and coming into force."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, timedelta

import pytest

from kb import Store, approving, audit, charters, drafting, notices, procedures
from kb.errors import Conflict, Forbidden, Invalid, NotFound
from kb.lifecycle import canonical, digest
from kb.model import Membership, NoticeKind, NoticeState, Person, Role
from kb.official import Approver, Charter, Decision
from kb.records import AuditSearch
from tests import official
from tests.official import KEY, TEXT, approved, in_force, sign, statuses, submitted, who
from tests.people import COMMON, FINANCE, START, Clock


@pytest.fixture
def house(settled: Store) -> Store:
    official.found(settled)
    return settled


def _waits(store: Store) -> set[str]:
    everybody = ("alice", "bob", "carla", "charlie", "dora", "erik")
    return {each for each in everybody if approving.waiting_for(store, who(store, each))}


def _told(store: Store, person: str, state: NoticeState = NoticeState.UNREAD) -> list[NoticeKind]:
    return [each.notice.kind for each in notices.inbox(store, who(store, person), state)]


def test_approvers_decide_in_their_order_and_the_worker_publishes(house: Store) -> None:
    revision = submitted(house)
    assert _waits(house) == {"alice"}
    with pytest.raises(Forbidden, match="Others decide first"):
        sign(house, "erik", revision)
    given = sign(house, "alice", revision).approvals[-1]
    assert (given.body, given.stage, given.sha256) == ("Works council", 1, digest(revision))
    assert _waits(house) == {"erik"} and statuses(house)["en.2"] == "in review"
    with pytest.raises(Forbidden, match="already"):
        sign(house, "alice", revision)
    sign(house, "erik", revision)
    assert statuses(house)["en.2"] == "approved" and in_force(house).number == 1
    assert approving.publish_due(house) == (f"{KEY}@en.2",)
    assert statuses(house) == {"en.1": "superseded", "en.2": "published"}
    now = in_force(house)
    assert (now.number, now.published, now.since) == (2, START, START.date())
    assert approving.publish_due(house) == ()


def test_a_text_waits_for_its_day(house: Store, clock: Clock) -> None:
    approved(house, text=replace(TEXT, effective=START.date() + timedelta(days=3)))
    assert approving.publish_due(house) == ()
    clock.forward(days=2, hours=15)
    assert approving.publish_due(house) == ()
    clock.forward(hours=2)
    assert approving.publish_due(house) == (f"{KEY}@en.2",)
    with house.read() as tx:
        procedure = tx.procedures.get(KEY)
    assert procedure.reviewed == START.date() + timedelta(days=3)


def test_nobody_approves_what_they_wrote(house: Store) -> None:
    three = tuple(Approver(each) for each in ("dora", "erik", "alice"))
    charters.put(house, who(house, "carla"), Charter(COMMON, three, minimum=2))
    drafting.begin(house, who(house, "bob"), KEY, "en")
    drafting.save(house, who(house, "dora"), KEY, "en", TEXT, 0)  # she only corrected it
    revision = drafting.submit(house, who(house, "bob"), KEY, "en", 1)
    assert _waits(house) == {"alice", "erik"}
    with pytest.raises(Forbidden, match="You wrote this text"):
        sign(house, "dora", revision)


@pytest.mark.parametrize(("person", "error"), [("carla", Forbidden), ("dora", Forbidden), ("charlie", NotFound)])
def test_who_is_not_named_does_not_decide(house: Store, person: str, error: type[Exception]) -> None:
    revision = submitted(house)
    with pytest.raises(error):
        sign(house, person, revision)
    with pytest.raises(error):
        approving.refuse(house, who(house, person), KEY, revision.name, digest(revision), "No")


def test_a_text_in_review_is_read_by_its_approvers_and_writers_only(house: Store) -> None:
    with house.write() as tx:
        tx.people.put([Person("greta", "Greta Reads")])
    submitted(house)
    for person in ("alice", "erik", "bob", "dora", "carla"):
        assert procedures.text(house, who(house, person), KEY, "en.2").revision.title == TEXT.title
        assert "en.2" in {each.name for each in procedures.history(house, who(house, person), KEY)}
    for person in ("greta", "charlie"):
        with pytest.raises(NotFound):
            procedures.text(house, who(house, person), KEY, "en.2")
    assert [each.name for each in procedures.history(house, who(house, "greta"), KEY)] == ["en.1"]


def test_only_the_text_that_was_read_can_be_signed(house: Store, bob: Person) -> None:
    read = submitted(house)
    drafting.withdraw(house, bob, KEY, "en")
    drafting.save(house, bob, KEY, "en", replace(TEXT, body="First class."), 1)
    drafting.submit(house, bob, KEY, "en", 2)
    with pytest.raises(Conflict, match="changed after you opened it"):
        sign(house, "alice", read)
    assert _waits(house) == {"alice"}


def test_a_text_changed_after_its_approval_needs_a_new_one(house: Store, bob: Person, clock: Clock) -> None:
    approved(house)
    clock.forward(minutes=1)
    drafting.withdraw(house, bob, KEY, "en")
    drafting.save(house, bob, KEY, "en", replace(TEXT, body="First class."), 1)
    drafting.submit(house, bob, KEY, "en", 2)
    assert approving.publish_due(house) == () and _waits(house) == {"alice"}
    with house.read() as tx:
        given = tx.approvals.list([f"{KEY}@en.2"])[f"{KEY}@en.2"]
    assert [each.decision for each in given] == [Decision.APPROVED] * 2  # what was signed then stays on record


def test_the_same_text_submitted_again_is_decided_again(house: Store, bob: Person, clock: Clock) -> None:
    revision = submitted(house)
    sign(house, "alice", revision)
    drafting.withdraw(house, bob, KEY, "en")
    clock.forward(minutes=1)
    drafting.submit(house, bob, KEY, "en", 1)
    assert _waits(house) == {"alice"}


def test_a_text_altered_behind_the_back_of_its_approvers_does_not_come_into_force(house: Store) -> None:
    revision = approved(house)
    with house.write() as tx:
        tx.procedures.set_text(replace(revision, body="Altered"))
    assert approving.publish_due(house) == ()
    assert statuses(house) == {"en.1": "published", "en.2": "draft"}
    assert NoticeKind.RETURNED in _told(house, "bob")


def test_a_refusal_has_a_reason_and_sends_the_text_back(house: Store, alice: Person) -> None:
    revision = submitted(house)
    with pytest.raises(Invalid):
        approving.refuse(house, alice, KEY, revision.name, digest(revision), "  ")
    approving.refuse(house, alice, KEY, revision.name, digest(revision), "Who pays the taxi?")
    assert statuses(house)["en.2"] == "draft" and _waits(house) == set()
    (seen,) = procedures.in_work(house, who(house, "bob"))
    assert (seen.approvals[-1].decision, seen.approvals[-1].reason) == (Decision.REFUSED, "Who pays the taxi?")
    assert NoticeKind.REFUSED in _told(house, "bob")
    with pytest.raises(NotFound):  # it is a draft again, and drafts are their writers'
        sign(house, "alice", revision)


def test_the_next_approver_is_told_and_what_is_decided_is_done(house: Store) -> None:
    revision = submitted(house)
    assert (_told(house, "alice"), _told(house, "erik")) == ([NoticeKind.TO_APPROVE], [])
    sign(house, "alice", revision)
    assert (_told(house, "alice"), _told(house, "erik")) == ([], [NoticeKind.TO_APPROVE])
    assert _told(house, "alice", NoticeState.DONE) == [NoticeKind.TO_APPROVE]
    sign(house, "erik", revision)
    approving.publish_due(house)
    assert _told(house, "erik") == [] and _told(house, "bob") == [NoticeKind.PUBLISHED]


def test_the_text_of_another_language_still_waits_for_whoever_signed_one(house: Store) -> None:
    english, french = submitted(house), submitted(house, language="fr")
    sign(house, "alice", english)
    assert _told(house, "alice") == [NoticeKind.TO_APPROVE] * 2  # one is done in fact, the other waits
    sign(house, "alice", french)
    assert _told(house, "alice") == []


def test_the_approvers_of_a_procedure_that_is_new_are_told_too(house: Store, dora: Person) -> None:
    drafting.create(house, dora, COMMON, "TRV-02", "Trains", "en")
    drafting.save(house, dora, "TRV-02", "en", TEXT, 0)
    drafting.submit(house, dora, "TRV-02", "en", 1)
    assert _told(house, "alice") == [NoticeKind.TO_APPROVE]
    drafting.withdraw(house, dora, "TRV-02", "en")
    assert _told(house, "alice") == []


def test_an_approver_who_left_or_lost_the_space_is_passed_over(house: Store) -> None:
    with house.write() as tx:
        tx.people.put([replace(tx.people.get("alice"), ended=START)])
    with pytest.raises(Conflict, match="too few approvers"):
        submitted(house)
    charters.put(house, who(house, "carla"), Charter(COMMON, (Approver("erik", 2, "Board"),)))
    approval = sign(house, "erik", drafting.submit(house, who(house, "bob"), KEY, "en", 1))
    assert approval.revision.status == "approved"


@pytest.mark.parametrize(
    ("approvers", "minimum", "signing", "waiting"),
    [
        ("alice1 erik1", 1, "alice", ""),
        ("alice1 erik1", 2, "alice", "erik"),
        ("alice1 erik2", 1, "alice", "erik"),
        ("alice1 erik1 dora1", 2, "alice", "dora erik"),
        ("alice1 erik1 dora2", 3, "alice dora", "erik"),
        ("alice3 erik5", 2, "alice", "erik"),
    ],
)
def test_stages_and_the_minimum_say_whose_turn_it_is(
    house: Store, approvers: str, minimum: int, signing: str, waiting: str
) -> None:
    named = tuple(Approver(each[:-1], int(each[-1])) for each in approvers.split())
    charters.put(house, who(house, "carla"), Charter(COMMON, named, minimum))
    with house.write() as tx:
        tx.procedures.put([replace(tx.procedures.get(KEY), deputy=None)])
    revision = submitted(house)
    for person in signing.split():
        sign(house, person, revision)
    assert _waits(house) == set(waiting.split())
    assert statuses(house)["en.2"] == ("in review" if waiting else "approved")


@pytest.mark.parametrize(
    ("charter", "field"),
    [
        (Charter(COMMON, (Approver("alice"),), 2), "minimum"),
        (Charter(COMMON, (Approver("alice"),), 0), "minimum"),
        (Charter(COMMON, (Approver("charlie"),)), "approvers"),
        (Charter(COMMON, (Approver("fanny"),)), "approvers"),
        (Charter(COMMON, (Approver("nobody"),)), "approvers"),
        (Charter(COMMON, (Approver("alice"), Approver("alice", 2))), "approvers"),
        (Charter(COMMON, (Approver("alice", 0),)), "approvers"),
        (Charter(COMMON, words=0), "words"),
        (Charter(COMMON, duties=101), "duties"),
    ],
)
def test_a_charter_that_could_not_be_followed_is_refused(house: Store, charter: Charter, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        charters.put(house, who(house, "carla"), charter)
    assert refused.value.field == field


def test_a_charter_is_written_by_those_who_keep_the_space_and_read_by_those_who_read_it(house: Store) -> None:
    charter = Charter(COMMON, (Approver("alice", 1, "Works council"),), 1, 300, 6)
    for person in ("carla", "dora", "erik"):
        assert charters.put(house, who(house, person), charter) == charter
    with pytest.raises(Forbidden):
        charters.put(house, who(house, "bob"), charter)
    assert charters.get(house, who(house, "bob"), COMMON) == charter
    for space in (COMMON, FINANCE):
        with pytest.raises(NotFound):
            charters.get(house, who(house, "charlie"), space)


def test_a_reader_of_the_space_may_be_an_approver(house: Store) -> None:
    with house.write() as tx:
        tx.people.put([Person("greta", "Greta Signs")])
        tx.spaces.put_members([Membership(FINANCE, "greta", Role.READER, START)])
    charters.put(house, who(house, "alice"), Charter(FINANCE, (Approver("greta"),)))
    draft = drafting.create(house, who(house, "alice"), FINANCE, "FIN-7", "Closing", "en")
    drafting.save(house, who(house, "alice"), "FIN-7", "en", TEXT, 0)
    submitted_ = drafting.submit(house, who(house, "alice"), "FIN-7", "en", 1)
    assert draft.name == submitted_.name and sign(house, "greta", submitted_).revision.status == "approved"


def test_the_signed_text_is_one_line_of_json_that_anybody_can_make_again(house: Store) -> None:
    revision = replace(submitted(house, text=replace(TEXT, title="Été", effective=date(2026, 12, 1))))
    assert canonical(revision) == (
        '{"change":"New: Act 13","duties":[["1","Traveller","Books the train in the portal","Act 12"],'
        '["2","Manager","Approves","Act 13"]],"effective":"2026-12-01","essentials":"Second class.","language":"en",'
        '"major":true,"procedure":"TRV-01","purpose":"Who travels, how, and who pays.","revision":2,"tags":["travel"],'
        '"title":"Été"}'
    )
    assert digest(revision) == hashlib.sha256(canonical(revision).encode("utf-8")).hexdigest()
    for name, value in (("title", "E"), ("change", "x"), ("major", False), ("effective", None), ("tags", ())):
        assert digest(replace(revision, **{name: value})) != digest(revision), name  # type: ignore[arg-type]


def test_each_step_is_in_the_audit_trail_with_the_hash_that_was_signed(house: Store, clock: Clock) -> None:
    revision = approved(house)
    approving.publish_due(house)
    found = audit.entries(house, who(house, "carla"), AuditSearch(about=KEY))
    steps = [(each.action, each.actor) for each in reversed(found)]
    assert steps == [("draft", "bob"), ("submit", "bob"), ("approve", "alice"), ("approve", "erik"), ("publish", None)]
    assert {each.detail["sha256"] for each in found if each.action != "draft"} == {digest(revision)}
    charter = audit.entries(house, who(house, "carla"), AuditSearch(action="put charter"))[0]
    assert charter.detail == {"approvers": {"alice": 1, "erik": 2}, "minimum": 2}
    assert audit.verify(house).sound
