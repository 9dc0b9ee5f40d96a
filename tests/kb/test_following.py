"""Following: what is new is told once with why, never beyond one's rights; and a thread is told to who comes back."""

from __future__ import annotations

import pytest

from kb import Store, catching_up, following, notices, questions
from kb.catching_up import Happening
from kb.errors import Invalid, NotFound
from kb.model import NoticeKind, Person, Question
from tests import people
from tests.people import COMMON, FINANCE, Clock


def news(store: Store, who: str) -> list[tuple[str, str]]:
    """(event, because of following what) for what a person was told, the first first."""
    inbox = notices.inbox(store, people.get(store, who))
    followed = [each.notice.params for each in inbox if each.notice.kind is NoticeKind.FOLLOWED]
    return sorted((str(each["event"]), str(each["via"])) for each in followed)


def ask(store: Store, who: str, title: str = "Where?", *tags: str, space: str = COMMON) -> Question:
    return questions.ask(store, people.get(store, who), space, title, "", tags)


def test_a_tag_a_person_a_space_and_a_question_are_followed(settled: Store, dora: Person, erik: Person) -> None:
    for of, subject in (("tag", "Key"), ("person", "bob"), ("space", COMMON)):
        following.follow(settled, dora, of, subject)
    asked = ask(settled, "bob", "Where is the key?", "key")
    assert len(news(settled, "dora")) == 1, "once, however many reasons there are"
    following.follow(settled, erik, "question", asked.id)
    given = questions.answer(settled, people.get(settled, "alice"), asked.id, "At the desk.")
    questions.comment(settled, people.get(settled, "bob"), asked.id, "Which?", given.id)
    assert news(settled, "erik") == [("answered", "question"), ("commented", "question")]
    assert news(settled, "dora") == [("asked", "person")] and news(settled, "bob") == news(settled, "alice") == []
    following.unfollow(settled, erik, "question", asked.id)
    questions.comment(settled, people.get(settled, "bob"), asked.id, "Hm?")
    assert len(news(settled, "erik")) == 2
    assert [(each.of, each.subject) for each in following.followed(settled, dora)][-1] == ("tag", "key")


def test_following_opens_nothing(settled: Store, bob: Person, alice: Person) -> None:
    hidden = ask(settled, "alice", "Which ledger?", "ledger", space=FINANCE)
    for of, subject in (("question", hidden.id), ("space", FINANCE), ("person", "nobody"), ("procedure", "nothing")):
        with pytest.raises(NotFound):
            following.follow(settled, bob, of, subject)
    with pytest.raises(Invalid):
        following.follow(settled, bob, "weather", "rain")
    following.follow(settled, bob, "tag", "ledger")
    following.follow(settled, bob, "person", "alice")
    ask(settled, "alice", "Which book?", "ledger", space=FINANCE)
    questions.answer(settled, alice, hidden.id, "The blue one.")
    assert news(settled, "bob") == []
    following.follow(settled, alice, "question", hidden.id)
    with settled.write() as tx:
        tx.spaces.remove_member(FINANCE, "alice")
    assert following.followed(settled, people.get(settled, "alice")) == ()


def visit(store: Store, who: str, asked: Question) -> catching_up.Story | None:
    reader = people.get(store, who)
    return catching_up.visit(store, reader, questions.thread(store, reader, asked.id))


def test_who_comes_back_is_told_what_was_decided_and_what_is_new(settled: Store, clock: Clock) -> None:
    asked, bob, alice = ask(settled, "bob"), people.get(settled, "bob"), people.get(settled, "alice")
    assert visit(settled, "dora", asked) is None, "a short thread tells itself"
    clock.forward(days=1)
    given = questions.answer(settled, alice, asked.id, "At the **desk**, " + "below the lamp " * 20)
    questions.comment(settled, bob, asked.id, "Which lamp?", given.id)
    questions.edit_question(settled, bob, asked.id, "Where is it?", "", [])
    story = visit(settled, "dora", asked)
    assert story is not None and [(each.kind, each.people) for each in story.new] == [
        (Happening.ANSWERED, ("alice",)), (Happening.COMMENTED, ("bob",)), (Happening.EDITED, ("bob",)),
    ]  # fmt: skip
    assert story.new[0].words.startswith("At the desk, below") and len(story.new[0].words) <= 141 and not story.decided
    clock.forward(minutes=10)
    assert visit(settled, "dora", asked) == story, "the same visit is told the same"
    clock.forward(days=1)
    assert visit(settled, "dora", asked) is None, "nothing is new"
    clock.forward(hours=1)
    questions.accept(settled, bob, asked.id, given.id)
    clock.forward(days=1)
    again = visit(settled, "dora", asked)
    assert again is not None and [(each.kind, each.people) for each in again.decided] == [
        (Happening.SOLVED, ("alice",))
    ]


def test_a_long_thread_is_told_to_who_reads_it_first(settled: Store, clock: Clock) -> None:
    asked = ask(settled, "bob")
    for who in ("alice", "dora", "erik"):
        given = questions.answer(settled, people.get(settled, who), asked.id, f"{who} says so.")
    questions.comment(settled, people.get(settled, "bob"), asked.id, "Hm")
    questions.vote(settled, people.get(settled, "dora"), asked.id, given.id, 1)
    story = visit(settled, "bob", asked)
    assert story is not None and story.since is None and story.decided[0].kind is Happening.BEST
    assert story.decided[0].people == ("erik",) and story.new == ()
