"""How a question goes on: two colleagues, three more, the keepers, the gaps; what is told, and nobody is asked in
vain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import timedelta

import pytest

from kb import Store, availability, evidence, questions, replies, routes, subjects
from kb.errors import Forbidden, Invalid, NotFound
from kb.model import Band, Membership, NoticeKind, Person, Question, Role
from kb.routing import LIMITS, Candidate, Circle, Numbers, Reason, Stage, SubjectUse
from tests import people
from tests.kb.crowd import MORE, S, ask, request_of, requests, stage, told, work
from tests.people import COMMON, FINANCE, START, Clock, routed


@pytest.fixture
def asked(crowd: Store) -> Question:
    return ask(crowd)


# -- waves


def test_two_are_asked_then_three_more_then_the_keepers_then_it_is_a_gap(
    crowd: Store, asked: Question, clock: Clock
) -> None:
    routed(crowd, asked, "bob", "more0", "more1", wide=["more2", "more3", "more4"], keeper="erik")
    assert requests(crowd, asked) == ["bob", "more0"]
    work(crowd, clock, 3.9)
    assert len(requests(crowd, asked)) == 2
    work(crowd, clock, 0.2)
    assert requests(crowd, asked) == ["bob", "more0", "more1", "more2", "more3"] and stage(crowd, asked) is Stage.SECOND
    work(crowd, clock, 24)
    assert requests(crowd, asked)[1:3] == ["dora", "erik"] and stage(crowd, asked) is Stage.KEEPERS
    work(crowd, clock, 24)
    assert stage(crowd, asked) is Stage.GAP
    assert told(crowd, "alice") == [NoticeKind.UNANSWERED]
    assert requests(crowd, asked, S.LAPSED) == requests(crowd, asked)
    assert [question.id for question, _ in routes.gaps(crowd, people.get(crowd, "bob"))] == [asked.id]


def test_time_passes_in_working_hours_only(crowd: Store, asked: Question, clock: Clock) -> None:
    clock.now = START + timedelta(days=4, hours=7)  # Friday, two hours before the end
    routed(crowd, asked, "bob", wide=["more0"])
    work(crowd, clock, 60)
    assert requests(crowd, asked) == ["bob"]
    work(crowd, clock, 7)
    assert requests(crowd, asked) == ["bob", "more0"]


def test_again_and_at_any_time_it_asks_nobody_twice(crowd: Store, asked: Question, clock: Clock) -> None:
    route = routed(crowd, asked, "bob", "more0", "more1")
    for _ in range(3):
        routed(crowd, asked, "bob", "more0", "more1")
        routes.go_on(crowd, route.id)
    assert requests(crowd, asked) == ["bob", "more0"]


def test_who_says_no_is_replaced_at_once(crowd: Store, asked: Question) -> None:
    routed(crowd, asked, "bob", "more0", "more1", wide=["more2"])
    replies.not_me(crowd, people.get(crowd, "bob"), request_of(crowd, "bob"))
    assert requests(crowd, asked, S.WAITING) == ["more0", "more1"] and stage(crowd, asked) is Stage.FIRST


def test_when_all_have_said_no_the_next_are_asked_at_once(crowd: Store, asked: Question) -> None:
    routed(crowd, asked, "bob", wide=["more2"], keeper="erik")
    replies.not_me(crowd, people.get(crowd, "bob"), request_of(crowd, "bob"))
    assert requests(crowd, asked, S.WAITING) == ["more2"]
    replies.not_me(crowd, people.get(crowd, "more2"), request_of(crowd, "more2"))
    assert requests(crowd, asked, S.WAITING) == ["dora", "erik"]


def test_without_any_candidate_the_animator_is_asked(crowd: Store, asked: Question) -> None:
    routed(crowd, asked)
    assert requests(crowd, asked) == ["dora"] and stage(crowd, asked) is Stage.KEEPERS


def test_a_space_without_anybody_is_a_gap_at_once(crowd: Store) -> None:
    lonely = ask(crowd, space=FINANCE)
    routed(crowd, lonely, "bob")
    assert stage(crowd, lonely) is Stage.GAP and requests(crowd, lonely) == []
    assert told(crowd, "alice") == [NoticeKind.UNANSWERED]


def test_an_expert_of_the_space_is_in_the_wider_circle(crowd: Store, asked: Question, clock: Clock) -> None:
    with crowd.write() as tx:
        tx.spaces.put_members([Membership(COMMON, "more5", Role.EXPERT, START)])
    routed(crowd, asked, "bob")
    work(crowd, clock, 5)
    assert requests(crowd, asked) == ["bob", "more5"]


def test_nobody_is_asked_twice_a_day_and_the_next_is(crowd: Store, clock: Clock) -> None:
    first, second = ask(crowd, "One?"), ask(crowd, "Two?")
    routed(crowd, first, "bob", "more0", "more1")
    routed(crowd, second, "bob", "more0", "more1", "more2")
    assert requests(crowd, second) == ["more1", "more2"]


def test_when_everybody_has_had_their_request_one_waits_before_going_further(crowd: Store, clock: Clock) -> None:
    routed(crowd, ask(crowd, "One?"), "bob", wide=["more0"])
    second = ask(crowd, "Two?")
    routed(crowd, second, "bob", wide=["more0"])
    assert requests(crowd, second) == [] and stage(crowd, second) is Stage.FIRST
    work(crowd, clock, 4.1)
    assert requests(crowd, second) == [] and stage(crowd, second) is Stage.SECOND, "more0 was asked about the first"
    work(crowd, clock, 20)
    assert requests(crowd, second) == ["bob", "more0"]


def test_who_may_not_answer_or_is_struck_out_is_not_asked(crowd: Store) -> None:
    hidden = ask(crowd, space=FINANCE)
    routed(crowd, hidden, "bob", "charlie", "fanny", "alice")
    assert requests(crowd, hidden) == []
    asked = ask(crowd)
    candidates = [Candidate("bob", 1.0, 0.5), Candidate("more0", 1.0, 0.5)]
    routes.begin(crowd, asked.id, Band.ASK, 0.1, "v1", candidates, struck=["bob"], named=["more7"])
    assert requests(crowd, asked) == ["more0", "more7"]


def test_those_named_are_asked_first_and_know_by_whom(crowd: Store, asked: Question) -> None:
    routes.begin(crowd, asked.id, Band.ASK, 0.1, "v1", [Candidate("bob", 1.0, 0.5)], named=["more7", "more6"])
    assert requests(crowd, asked) == ["more6", "more7"]
    (request,) = routes.waiting_for(crowd, people.get(crowd, "more7"))
    assert request.reasons == (Reason("named", "", "person", "alice"),)


def test_whom_one_cannot_ask_cannot_be_named(crowd: Store, charlie: Person) -> None:
    alice = people.get(crowd, "alice")
    for name in ("nobody", "alice", "bob", "fanny"):
        with pytest.raises(Invalid) as refused:
            questions.ask(crowd, alice, FINANCE, "How?", named=[name])
        assert refused.value.field == "named"
    with pytest.raises(Invalid):
        questions.ask(crowd, charlie, "partner", "How?", named=["dora"])


def test_the_animator_who_cannot_be_asked_hears_of_it_with_other_news(crowd: Store, clock: Clock) -> None:
    routed(crowd, ask(crowd, "One?"))
    second = ask(crowd, "Two?")
    routed(crowd, second)
    assert requests(crowd, second) == []
    assert told(crowd, "dora") == [NoticeKind.ESCALATED, NoticeKind.INVITED]


# -- subjects


def test_after_two_refusals_of_a_subject_one_may_be_asked_whether_to_stop(crowd: Store, clock: Clock) -> None:
    bob = people.get(crowd, "bob")
    for number, expected in enumerate([(), ("crane",), ("crane",)]):
        routed(crowd, ask(crowd, f"Crane {number}?", tags=["crane", f"tag{number}"]), "bob")
        assert replies.not_me(crowd, bob, request_of(crowd, "bob")).subjects == expected
        clock.forward(days=3)
    subjects.choose(crowd, bob, "bob", {"Crane": SubjectUse.ROUTED})
    routed(crowd, ask(crowd, "Crane?", tags=["crane"]), "bob")
    assert replies.not_me(crowd, bob, request_of(crowd, "bob")).subjects == (), "they said already"
    subjects.choose(crowd, bob, "bob", {"crane": SubjectUse.SHOWN})
    clock.forward(days=3)
    last = ask(crowd, "Crane again?", tags=["crane"])
    routed(crowd, last, "bob", "more0")
    assert requests(crowd, last) == ["more0"]


def test_the_subjects_of_a_person_are_what_they_answered_and_what_they_name(crowd: Store, bob: Person) -> None:
    for title in ("One?", "Two?"):
        questions.answer(crowd, bob, ask(crowd, title, tags=["crane"]).id, "So.")
    subjects.choose(crowd, bob, "bob", {"Excel": SubjectUse.NEITHER})
    found = {each.name: (each.answers, each.declared, each.use) for each in subjects.of_person(crowd, bob, "bob")}
    assert found == {"excel": (0, True, SubjectUse.NEITHER), "crane": (2, False, SubjectUse.ROUTED)}
    with pytest.raises(Forbidden):
        subjects.of_person(crowd, people.get(crowd, "alice"), "bob")
    with pytest.raises(Forbidden):
        subjects.choose(crowd, people.get(crowd, "alice"), "bob", {"excel": SubjectUse.ROUTED})


def test_what_is_neither_shown_nor_asked_about_is_evidence_for_oneself_only(
    crowd: Store, bob: Person, alice: Person
) -> None:
    for tag in ("crane", "train"):
        questions.answer(crowd, bob, ask(crowd, f"{tag}?", tags=[tag]).id, "So.")
    subjects.choose(crowd, bob, "bob", {"crane": SubjectUse.NEITHER, "excel": SubjectUse.NEITHER})
    seen = [each.title for each in evidence.of_person(crowd, alice, "bob")]
    assert seen == ["train?"] and len(evidence.of_person(crowd, bob, "bob")) == 3


# -- before and after


def test_why_me_is_answered_a_year_later_with_what_one_may_still_read(
    crowd: Store, alice: Person, bob: Person, clock: Clock
) -> None:
    earlier, secret = ask(crowd, "Earlier?"), ask(crowd, "Merger?", space=FINANCE)
    reasons = (Reason("answered", "Old title", "question", earlier.id, START, 2),
               Reason("answered", "Merger?", "question", secret.id), Reason("declared", "excel"))  # fmt: skip
    asked = ask(crowd)
    routes.begin(crowd, asked.id, Band.ASK, 0.1, "v7", [Candidate("bob", 1.0, 0.5, reasons=reasons)])
    mine = request_of(crowd, "bob")
    clock.forward(days=365)
    why = routes.why(crowd, bob, mine)
    assert [each.title for each in why.asked.reasons] == ["Earlier?", "excel"]
    assert (why.route.scorer, why.place, why.week, why.cap) == ("v7", 1, 1, 3)
    assert len(routes.why(crowd, alice, mine).asked.reasons) == 3
    for other in ("dora", "charlie"):
        with pytest.raises(NotFound):
            routes.why(crowd, people.get(crowd, other), mine)


def test_how_many_requests_one_had_this_week(crowd: Store, asked: Question, bob: Person, clock: Clock) -> None:
    routed(crowd, asked, "bob")
    assert routes.requests_this_week(crowd, bob) == (1, 3)
    availability.choose(crowd, bob, "bob", [], "", "", "", "2")
    assert routes.requests_this_week(crowd, bob) == (1, 2)
    clock.forward(days=8)
    assert routes.requests_this_week(crowd, bob) == (0, 2)


def test_the_list_of_who_can_help_begins_with_what_is_near(crowd: Store, bob: Person, clock: Clock) -> None:
    far, near = ask(crowd, "Far?"), ask(crowd, "Near?", tags=["excel"])
    hidden = ask(crowd, "Merger?", space=FINANCE)
    for question in (far, near, hidden):
        routed(crowd, question)
    mine = ask(crowd, "Mine?", "bob")
    routed(crowd, mine)
    assert [question.id for question, _ in routes.helpable(crowd, bob, 9)] == [near.id, far.id]
    assert [question.id for question, _ in routes.helpable(crowd, bob, 1)] == [near.id]
    questions.answer(crowd, people.get(crowd, "dora"), near.id, "So.")
    assert [question.id for question, _ in routes.helpable(crowd, bob, 9)] == [far.id]


def test_an_answer_that_does_not_solve_it_lets_others_be_asked(crowd: Store, asked: Question, alice: Person) -> None:
    routed(crowd, asked, "bob", "more0", "more1", "more2")
    questions.answer(crowd, people.get(crowd, "bob"), asked.id, "So.")
    with pytest.raises(Forbidden):
        routes.judge(crowd, people.get(crowd, "bob"), asked.id, "no")
    routes.judge(crowd, alice, asked.id, "partly")
    assert requests(crowd, asked, S.WAITING) == [] and routes.outcome(crowd, alice, asked.id) == "partly"
    routes.judge(crowd, alice, asked.id, "no")
    assert requests(crowd, asked, S.WAITING) == ["more1", "more2"]
    given = questions.answer(crowd, people.get(crowd, "more1"), asked.id, "Or so.")
    assert requests(crowd, asked, S.WAITING) == [] and routes.outcome(crowd, alice, asked.id) is None
    questions.accept(crowd, alice, asked.id, given.id)
    assert routes.outcome(crowd, alice, asked.id) == "solved"


def test_turns_are_kept_for_what_somebody_knows_best(crowd: Store, erik: Person, clock: Clock) -> None:
    given = {name: str(value) for name, value in asdict(Numbers()).items()}
    routes.set_numbers(crowd, erik, given | {"week_cap": "1", "best_weeks": "2"})
    for chance in (0.3, 0.9, 0.3, 0.8):
        likely(crowd, ask(crowd), {"more1": chance})
    clock.forward(days=8)
    middling, best = ask(crowd), ask(crowd)
    likely(crowd, middling, {"more1": 0.5, "more2": 0.1})
    with crowd.read() as tx:
        route = tx.routes.find(middling.id)
    assert route is not None
    routes.go_on(crowd, route.id)  # looked at again, its other slot stays empty too
    likely(crowd, best, {"more1": 0.85})
    assert (requests(crowd, middling), requests(crowd, best)) == (["more2"], ["more1"])
    sought(crowd, clock)
    alone = ask(crowd)
    likely(crowd, alone, {"more1": 0.1})
    assert requests(crowd, alone) == ["more1"], "where nobody else can be asked, they are asked all the same"
    sought(crowd, clock)
    farther, few = ask(crowd), [Candidate("more1", 1.0, 0.1), Candidate("more3", 0.5, 0.05, Circle.WIDE)]
    routes.begin(crowd, farther.id, Band.ASK, 0.2, "v1", few)
    assert (requests(crowd, farther), stage(crowd, farther)) == (["more3"], Stage.FIRST), "hers is not better spent"


def test_requests_about_a_subject_are_shared_among_those_who_answer_it(crowd: Store, clock: Clock) -> None:
    for number in range(12):  # four who answer it often
        questions.answer(crowd, people.get(crowd, f"more{number % 4}"), ask(crowd, tags=["crane"]).id, "So.")
    for wide in ((), (), ("more6",)):
        routed(crowd, last := ask(crowd, tags=["crane"]), "more1", wide=wide)
        clock.forward(days=8)
    work(crowd, clock)
    with crowd.read() as tx:
        kinds = {each.person: [reason.kind for reason in each.reasons] for each in tx.routes.invitations(last.id)}
    assert kinds == {"more1": ["declared"], "more6": []}, "more1 was asked about it, and is not spared"
    other, another, alone = ask(crowd, tags=["train"]), ask(crowd, tags=["crane"]), ask(crowd, tags=["crane"])
    near = [Candidate(id, 1.0, 0.5) for id in ("more1", "more5")]
    foreseen = routes.foresee(crowd, people.get(crowd, "alice"), COMMON, near, ["crane"])
    assert [each.person for each, _ in foreseen.waves[0].asks] == ["more5"]
    routed(crowd, another, "more1", "more5")
    assert requests(crowd, another) == ["more5"], "more1 was asked three times as often as the four are on average"
    routed(crowd, other, "more1")
    assert requests(crowd, other) == ["more1"], "and this is another subject"
    clock.forward(days=8)
    routed(crowd, alone, "more1")
    assert (requests(crowd, alone), stage(crowd, alone)) == (["more1"], Stage.SECOND), "nobody else can be asked"
    clock.forward(days=8)
    with crowd.write() as tx:
        gone = [replace(each, ended=tx.now) for each in tx.people.list(["more0", "more2", "more3"])]
        tx.people.put(gone)
    routed(crowd, now := ask(crowd, tags=["crane"]), "more1", "more5")
    assert requests(crowd, now) == ["more1", "more5"], "the others have left: nobody is there to share with"


def sought(store: Store, clock: Clock) -> None:
    """More chances for somebody who was asked this week; then the next week."""
    for chance in (0.6, 0.7, 0.8):
        likely(store, ask(store), {"more1": chance})
    clock.forward(days=8)


def likely(store: Store, question: Question, chances: Mapping[str, float]) -> None:
    """Route a question to people of whom it is known how likely they answer."""
    routes.begin(store, question.id, Band.ASK, 0.2, "v1", [Candidate(id, 1.0, each) for id, each in chances.items()])


def test_the_administrator_sets_every_number(crowd: Store, erik: Person, alice: Person, clock: Clock) -> None:
    right = {name: str(least) for name, (least, _) in LIMITS.items()} | {"first": "3", "day_cap": "2", "week_cap": "9"}
    for wrong in ({"first": "0"}, {"first": "x"}, {"wide": ""}, {"refusals": "99"}):
        with pytest.raises(Invalid) as refused:
            routes.set_numbers(crowd, erik, right | wrong)
        assert refused.value.field == next(iter(wrong))
    with pytest.raises(Forbidden):
        routes.set_numbers(crowd, alice, right)
    routes.set_numbers(crowd, erik, right)
    asked = ask(crowd)
    routed(crowd, asked, *MORE[:5])
    assert len(requests(crowd, asked)) == 3
    work(crowd, clock, 1)
    assert stage(crowd, asked) is Stage.KEEPERS, "the second wave is set to nobody"


def test_who_was_asked_is_told_to_those_who_read_the_question(crowd: Store) -> None:
    hidden = ask(crowd, space=FINANCE)
    routed(crowd, hidden)
    for person in ("bob", "charlie"):
        with pytest.raises(NotFound):
            routes.of_question(crowd, people.get(crowd, person), hidden.id)
    open_one = ask(crowd)
    routed(crowd, open_one, "bob")
    reasons = {
        who: routes.of_question(crowd, people.get(crowd, who), open_one.id)[0].reasons
        for who in ("alice", "bob", "dora")
    }
    assert reasons["alice"] == reasons["bob"] != () and reasons["dora"] == ()


def test_a_deleted_question_takes_its_requests_with_it(crowd: Store, asked: Question, clock: Clock) -> None:
    routed(crowd, asked, "bob", "more0", "more1")
    questions.delete_question(crowd, people.get(crowd, "alice"), asked.id)
    assert routes.waiting_for(crowd, people.get(crowd, "bob")) == ()
    with crowd.write() as tx:
        assert tx.jobs.waiting() > 0
    assert routed_again(crowd, asked) is None


def routed_again(store: Store, question: Question) -> object:
    return routes.begin(store, question.id, Band.ASK, 0.1, "v1", [])


def test_every_step_is_in_the_change_log(crowd: Store, asked: Question) -> None:
    with crowd.read() as tx:
        before = tx.changes.last()
    routed(crowd, asked, "bob", "more0", "more1")
    replies.not_me(crowd, people.get(crowd, "bob"), request_of(crowd, "bob"))
    with crowd.read() as tx:
        made = [(each.action, each.kind, each.actor) for each in tx.changes.since(before)]
    assert made == [
        ("route", "route", "alice"), ("invite", "route", None), ("invite", "route", None), ("decline", "route", "bob"),
        ("invite", "route", None),
    ]  # fmt: skip
