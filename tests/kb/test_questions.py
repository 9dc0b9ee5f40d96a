"""The living layer: who may ask, answer, vote, accept, edit, close and delete, and what becomes of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kb import Store, notices, questions, routes
from kb.errors import Conflict, Forbidden, Invalid, NotFound
from kb.model import Membership, NoticeKind, Person, Question, QuestionStatus, Role
from kb.routing import InvitationStatus
from tests import people
from tests.people import COMMON, FINANCE, PARTNER, START, Clock


def score(store: Store, question: str, answer: str | None = None) -> int:
    with store.read() as tx:
        return tx.questions.get(question).score if answer is None else tx.answers.get(answer).score


def last_change(store: Store) -> tuple[int, str, str, str | None]:
    with store.read() as tx:
        change = tx.changes.since(tx.changes.last() - 1)[0]
    return change.number, change.action, change.id, change.actor


@pytest.fixture
def asked(settled: Store, alice: Person) -> Question:
    return questions.ask(
        settled, alice, COMMON, "How do I book a train?", "To Lyon.", ["Train", "business travel"], "en"
    )


# Asking


def test_a_question_is_tidied_kept_logged_and_sent_on_its_way(settled: Store, alice: Person) -> None:
    asked = questions.ask(settled, alice, COMMON, "  How   so? ", " Because\r\nI ask. ", ["Été", "a b", "été", " "])
    with settled.write() as tx:
        assert tx.questions.get(asked.id) == asked
        leased = tx.jobs.lease()
        assert leased is not None and (leased[0].kind, leased[0].payload) == ("route", {"question": asked.id})
    assert (asked.title, asked.body, asked.tags) == ("How so?", "Because\nI ask.", ("été", "a-b"))
    assert (asked.author, asked.created, asked.active, asked.status) == ("alice", START, START, QuestionStatus.OPEN)
    assert last_change(settled)[1:] == ("ask", asked.id, "alice")


def test_a_question_posted_twice_is_one_question(settled: Store, alice: Person, bob: Person) -> None:
    first = questions.ask(settled, alice, COMMON, "Once?", id="x1")
    before = last_change(settled)
    assert questions.ask(settled, alice, COMMON, "Once?", id="x1") == first
    assert last_change(settled) == before
    with pytest.raises(Conflict, match="somebody else"):
        questions.ask(settled, bob, COMMON, "Mine?", id="x1")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": "  "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"title": "nul \0"}, "title"),
        ({"body": "x" * 30_001}, "body"),
        ({"body": "half \ud800"}, "body"),
        ({"tags": list("abcdefg")}, "tags"),
        ({"tags": ["<script>"]}, "tags"),
        ({"space": "nowhere"}, "space"),
    ],
)
def test_what_cannot_be_asked_is_said_beside_its_field(
    settled: Store, alice: Person, values: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        questions.ask(settled, alice, **{"space": COMMON, "title": "Title", **values})  # type: ignore[arg-type]
    assert caught.value.field == field
    with settled.read() as tx:
        assert tx.questions.count() == 0


def test_alice_asks_in_finance_and_neither_bob_nor_charlie_can(
    settled: Store, alice: Person, bob: Person, charlie: Person, fanny: Person
) -> None:
    assert questions.ask(settled, alice, FINANCE, "How?").space == FINANCE
    for person, space in ((bob, FINANCE), (charlie, FINANCE), (charlie, COMMON), (charlie, "nowhere")):
        with pytest.raises(Invalid, match="Choose one of your spaces"):
            questions.ask(settled, person, space, "How?")
    assert questions.ask(settled, charlie, PARTNER, "How?").author == "charlie"
    with pytest.raises((Invalid, Forbidden, NotFound)):
        questions.ask(settled, fanny, COMMON, "How?")


def test_a_reader_reads_and_writes_nothing(settled: Store, alice: Person) -> None:
    with settled.write() as tx:
        tx.spaces.put_members([Membership(FINANCE, "bob", Role.READER, START)])
    reader = people.get(settled, "bob")
    asked = questions.ask(settled, alice, FINANCE, "How?")
    assert questions.thread(settled, reader, asked.id).question == asked
    with pytest.raises(Forbidden):
        questions.ask(settled, reader, FINANCE, "How?")
    with pytest.raises(Forbidden):
        questions.answer(settled, reader, asked.id, "So.")
    with pytest.raises(Forbidden):
        questions.vote(settled, reader, asked.id, None, 1)


def test_charlie_sees_only_the_partner_space(settled: Store, alice: Person, bob: Person, charlie: Person) -> None:
    ids = {space: questions.ask(settled, alice, space, "How?").id for space in (COMMON, FINANCE, PARTNER)}
    assert [each.id for each in questions.readable(settled, charlie)] == [ids[PARTNER]]
    assert {each.id for each in questions.readable(settled, bob)} == {ids[COMMON], ids[PARTNER]}
    assert questions.readable(settled, charlie, space=COMMON) == ()
    for space in (COMMON, FINANCE):
        for attempt in (
            lambda id: questions.thread(settled, charlie, id),
            lambda id: questions.history(settled, charlie, id),
            lambda id: questions.answer(settled, charlie, id, "So."),
            lambda id: questions.comment(settled, charlie, id, "So."),
            lambda id: questions.vote(settled, charlie, id, None, 1),
            lambda id: questions.delete_question(settled, charlie, id),
        ):
            with pytest.raises(NotFound) as caught:
                attempt(ids[space])
            assert str(caught.value) == f"There is no question {ids[space]!r}."  # as for one that never was
    assert questions.answer(settled, charlie, ids[PARTNER], "So.").author == "charlie"


# Answering


def test_an_answer_makes_the_question_active_and_ends_the_authors_invitation(
    settled: Store, bob: Person, asked: Question, clock: Clock
) -> None:
    people.routed(settled, asked, "bob")
    ((invited, _question, _reasons),) = [
        (each.invitation, each.question, each.reasons) for each in routes.waiting_for(settled, bob)
    ]
    clock.forward(hours=1)
    given = questions.answer(settled, bob, asked.id, "On the portal.", id="a1")
    assert questions.answer(settled, bob, asked.id, "On the portal.", id="a1") == given
    thread = questions.thread(settled, bob, asked.id)
    assert thread.answers == (given,) and thread.question.answers == 1 and thread.question.active == clock.now
    with settled.read() as tx:
        closed = tx.routes.invitations(asked.id)
    assert closed == [replace(invited, status=InvitationStatus.ANSWERED, closed=clock.now)]


def test_somebody_elses_answer_is_not_taken_over(settled: Store, alice: Person, bob: Person, asked: Question) -> None:
    questions.answer(settled, bob, asked.id, "So.", id="a1")
    with pytest.raises(Conflict):
        questions.answer(settled, alice, asked.id, "So.", id="a1")


def test_a_comment_on_the_answer_of_another_question_is_refused(settled: Store, alice: Person, asked: Question) -> None:
    other = questions.ask(settled, alice, COMMON, "Other?")
    given = questions.answer(settled, alice, other.id, "So.")
    with pytest.raises(Invalid, match="another question"):
        questions.comment(settled, alice, asked.id, "Hm.", given.id)
    with pytest.raises(Invalid, match="another question"):
        questions.accept(settled, alice, asked.id, given.id)
    with pytest.raises(Invalid, match="another question"):
        questions.vote(settled, people.get(settled, "bob"), asked.id, given.id, 1)


# Voting


def test_a_vote_taken_back_restores_the_score(settled: Store, bob: Person, asked: Question) -> None:
    assert questions.vote(settled, bob, asked.id, None, 1) == 1
    assert questions.thread(settled, bob, asked.id).votes == {asked.id: 1}
    assert questions.vote(settled, bob, asked.id, None, 0) == -1
    assert score(settled, asked.id) == 0
    assert questions.thread(settled, bob, asked.id).votes == {}


def test_a_vote_turned_round_counts_twice_and_a_repeated_one_not_at_all(
    settled: Store, bob: Person, asked: Question
) -> None:
    assert questions.vote(settled, bob, asked.id, None, 1) == 1
    before = last_change(settled)
    assert questions.vote(settled, bob, asked.id, None, 1) == 0
    assert last_change(settled) == before
    assert questions.vote(settled, bob, asked.id, None, -1) == -2
    assert score(settled, asked.id) == -1


def test_nobody_votes_for_themselves(settled: Store, alice: Person, bob: Person, asked: Question) -> None:
    given = questions.answer(settled, bob, asked.id, "So.")
    with pytest.raises(Forbidden):
        questions.vote(settled, alice, asked.id, None, 1)
    with pytest.raises(Forbidden):
        questions.vote(settled, bob, asked.id, given.id, 1)
    assert questions.vote(settled, alice, asked.id, given.id, 1) == 1
    assert (score(settled, asked.id), score(settled, asked.id, given.id)) == (0, 1)


@pytest.mark.parametrize("value", [2, -2, 100])
def test_a_vote_of_another_size_is_refused(settled: Store, bob: Person, asked: Question, value: int) -> None:
    with pytest.raises(Invalid):
        questions.vote(settled, bob, asked.id, None, value)


# Accepting


def test_only_the_asker_accepts_and_may_change_their_mind(
    settled: Store, alice: Person, bob: Person, asked: Question
) -> None:
    first, second = (questions.answer(settled, bob, asked.id, text) for text in ("So.", "Or so."))
    with pytest.raises(Forbidden):
        questions.accept(settled, bob, asked.id, first.id)
    questions.accept(settled, alice, asked.id, first.id)
    questions.accept(settled, alice, asked.id, second.id)
    thread = questions.thread(settled, alice, asked.id)
    assert [each.id for each in thread.answers if each.accepted] == [second.id]
    assert thread.question.status is QuestionStatus.ANSWERED
    questions.accept(settled, alice, asked.id, None)
    assert questions.thread(settled, alice, asked.id).question.status is QuestionStatus.OPEN


def test_the_animator_accepts_for_an_asker_nobody_knows(settled: Store, bob: Person, dora: Person) -> None:
    with settled.write() as tx:
        tx.questions.put([Question("loaded", COMMON, "Old?", created=START)])
    given = questions.answer(settled, bob, "loaded", "So.")
    with pytest.raises(Forbidden):
        questions.accept(settled, bob, "loaded", given.id)
    questions.accept(settled, dora, "loaded", given.id)
    assert questions.thread(settled, bob, "loaded").question.status is QuestionStatus.ANSWERED


# Editing


def test_an_edit_keeps_the_words_before(
    settled: Store, alice: Person, bob: Person, dora: Person, asked: Question
) -> None:
    with pytest.raises(Forbidden):
        questions.edit_question(settled, bob, asked.id, "Mine now", "", [])
    edited = questions.edit_question(settled, dora, asked.id, "How do I book?", "To Lyon.", ["train"])
    thread = questions.thread(settled, bob, asked.id)
    assert thread.question == edited and thread.edited == {asked.id} and edited.edited == START
    (earlier,) = questions.history(settled, bob, asked.id)
    assert (earlier.title, earlier.body, earlier.person) == (asked.title, asked.body, "dora")


def test_an_edit_that_changes_nothing_is_none(settled: Store, alice: Person, asked: Question) -> None:
    before = last_change(settled)
    assert questions.edit_question(settled, alice, asked.id, asked.title, asked.body, asked.tags) == asked
    assert last_change(settled) == before and questions.history(settled, alice, asked.id) == ()


def test_the_language_alone_can_be_put_right(settled: Store, alice: Person, asked: Question) -> None:
    given = questions.answer(settled, alice, asked.id, "So.")
    edited = questions.edit_question(settled, alice, asked.id, asked.title, asked.body, asked.tags, "fr")
    assert edited.language == questions.thread(settled, alice, asked.id).question.language == "fr"
    assert questions.edit_answer(settled, alice, given.id, "So.", "en").language == "en"


def test_an_edited_answer_keeps_its_votes_and_its_history(
    settled: Store, alice: Person, bob: Person, asked: Question
) -> None:
    given = questions.answer(settled, bob, asked.id, "So.")
    questions.vote(settled, alice, asked.id, given.id, 1)
    with pytest.raises(Forbidden):
        questions.edit_answer(settled, alice, given.id, "No.")
    edited = questions.edit_answer(settled, bob, given.id, "Or so.")
    assert (edited.body, edited.score, edited.edited) == ("Or so.", 1, START)
    assert [each.body for each in questions.history(settled, alice, asked.id, given.id)] == ["So."]
    assert questions.history(settled, alice, asked.id) == ()


# Closing


def test_a_duplicate_points_to_the_first_and_opens_again(
    settled: Store, alice: Person, dora: Person, asked: Question
) -> None:
    again = questions.ask(settled, alice, COMMON, "Train?")
    questions.close_as_duplicate(settled, dora, again.id, asked.id)
    assert questions.thread(settled, alice, again.id).original == asked
    assert [each.id for each in questions.thread(settled, alice, asked.id).duplicates] == [again.id]
    for wrong in (again.id, asked.id, "nothing"):
        with pytest.raises(Invalid):
            questions.close_as_duplicate(settled, dora, asked.id, wrong)
    questions.close_as_duplicate(settled, dora, again.id, None)
    assert questions.thread(settled, alice, again.id).question.status is QuestionStatus.OPEN


def test_duplicates_follow_their_original_when_it_is_closed_itself(settled: Store, dora: Person, alice: Person) -> None:
    first, second, third = (questions.ask(settled, alice, COMMON, f"No. {number}").id for number in range(3))
    questions.close_as_duplicate(settled, dora, third, second)
    questions.close_as_duplicate(settled, dora, second, first)
    assert {each.id for each in questions.thread(settled, alice, first).duplicates} == {second, third}
    assert questions.thread(settled, alice, second).duplicates == ()
    with settled.read() as tx:
        assert {each.id for each in tx.changes.since(tx.changes.last() - 2)} == {second, third}


def test_a_duplicate_of_what_the_reader_may_not_see_names_it_not(
    settled: Store, alice: Person, bob: Person, dora: Person
) -> None:
    secret = questions.ask(settled, alice, FINANCE, "Secret?")
    open_ = questions.ask(settled, alice, COMMON, "Open?")
    with pytest.raises(Invalid, match="no question at that address"):
        questions.close_as_duplicate(settled, dora, open_.id, secret.id)
    questions.close_as_duplicate(settled, alice, open_.id, secret.id)
    assert questions.thread(settled, bob, open_.id).original is None
    questions.close_as_duplicate(settled, alice, open_.id, None)
    questions.close_as_duplicate(settled, alice, secret.id, open_.id)
    assert questions.thread(settled, bob, open_.id).duplicates == ()


# Deleting


def test_a_deleted_question_is_gone_and_its_duplicates_are_told(
    settled: Store, alice: Person, bob: Person, dora: Person, asked: Question
) -> None:
    again = questions.ask(settled, bob, COMMON, "Train?")
    questions.close_as_duplicate(settled, dora, again.id, asked.id)
    with pytest.raises(Forbidden):
        questions.delete_question(settled, bob, asked.id)
    questions.delete_question(settled, alice, asked.id)
    with pytest.raises(NotFound):
        questions.thread(settled, alice, asked.id)
    with settled.read() as tx:
        changes = [(each.action, each.id) for each in tx.changes.since(tx.changes.last() - 2)]
    assert changes == [("delete", asked.id), ("close", again.id)]
    assert questions.thread(settled, alice, again.id).question.status is QuestionStatus.OPEN


def test_deleting_the_accepted_answer_opens_the_question(
    settled: Store, alice: Person, bob: Person, asked: Question
) -> None:
    given = questions.answer(settled, bob, asked.id, "So.")
    questions.accept(settled, alice, asked.id, given.id)
    with pytest.raises(Forbidden):
        questions.delete_answer(settled, alice, given.id)
    assert questions.delete_answer(settled, bob, given.id) == asked.id
    thread = questions.thread(settled, alice, asked.id)
    assert thread.answers == () and thread.question.status is QuestionStatus.OPEN


def test_a_comment_is_removed_by_its_author_or_an_animator(
    settled: Store, alice: Person, bob: Person, dora: Person, asked: Question
) -> None:
    first, second = (questions.comment(settled, bob, asked.id, "Hm.") for _ in range(2))
    with pytest.raises(Forbidden):
        questions.delete_comment(settled, alice, first.id)
    assert questions.delete_comment(settled, bob, first.id) == asked.id
    assert questions.delete_comment(settled, dora, second.id) == asked.id
    assert questions.thread(settled, alice, asked.id).comments == ()


def test_whoever_wrote_a_post_hears_that_another_edited_it(store: Store, alice: Person, bob: Person) -> None:
    dora = people.get(store, "dora")
    asked = questions.ask(store, bob, COMMON, "Which train?")
    given = questions.answer(store, alice, asked.id, "The early one.")
    questions.edit_answer(store, dora, given.id, "The early train.")
    questions.edit_answer(store, alice, given.id, "The very early train.")
    questions.edit_question(store, dora, asked.id, "Which train to take?", "", ())
    for person in (alice, bob):
        told = [each.notice for each in notices.inbox(store, person) if each.notice.kind is NoticeKind.EDITED]
        assert [each.params["by"] for each in told] == ["dora"]
