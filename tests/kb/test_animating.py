"""Looking after a space: what waits, who is new and silent, whom to thank, a letter that goes once, guides and the
clinic."""

from __future__ import annotations

from dataclasses import replace

import pytest

import kb.animating
import kb.following
import kb.guides
import kb.mail
import kb.notices
import kb.practices
import kb.questions
from kb import Store
from kb.errors import Forbidden, Invalid, NotFound
from kb.guides import Lack, lacking
from kb.model import NoticeKind, Person
from kb.practices import Words
from tests.people import COMMON, FINANCE, Clock


def test_whoever_keeps_a_space_sees_what_waits_and_whom_to_thank(
    store: Store, alice: Person, bob: Person, dora: Person, clock: Clock
) -> None:
    old = kb.questions.ask(store, bob, COMMON, "Who waits longest?")
    clock.forward(days=8)
    new = kb.questions.ask(store, bob, COMMON, "Who waits?")
    solved = kb.questions.ask(store, bob, COMMON, "Which train?")
    given = kb.questions.answer(store, alice, solved.id, "The early one.")
    kb.questions.accept(store, bob, solved.id, given.id)
    kb.questions.ask(store, alice, FINANCE, "Which ledger?")
    made = kb.practices.promote(store, dora, COMMON, Words("Trains", "So."), [given.id])
    seen = kb.animating.overview(store, dora, COMMON)
    assert [each.id for each in seen.unanswered] == [old.id, new.id] and seen.asked == 2
    assert [each.id for each in seen.solved] == [solved.id] and [each.id for each in seen.practices] == [made.id]
    [deed] = seen.deeds
    assert deed.person.id == "alice" and [each.id for each in deed.practices] == [made.id]
    assert [(question.id, answer.id) for question, answer in deed.solved] == [(solved.id, given.id)]
    for person in (alice, bob):
        with pytest.raises(Forbidden):
            kb.animating.overview(store, person, COMMON)
    with pytest.raises(NotFound):
        kb.animating.overview(store, dora, FINANCE)


def test_who_is_new_is_silent_until_they_write(store: Store, dora: Person, clock: Clock) -> None:
    clock.forward(days=30)
    with store.write() as tx:
        tx.people.put([replace(dora, id="nora", name="Nora New", email=None, created=clock())])
    with store.read() as tx:
        nora = tx.people.get("nora")
    assert [each.id for each in kb.animating.overview(store, dora, COMMON).silent] == ["nora"]
    assert [each.id for each in kb.animating.overview(store, dora, COMMON).welcome] == ["nora"]
    kb.questions.ask(store, nora, COMMON, "Where do I begin?")
    clock.forward(days=8)
    seen = kb.animating.overview(store, dora, COMMON)
    assert not seen.silent and not seen.welcome


def test_a_letter_goes_once_to_members_and_followers(
    store: Store, alice: Person, bob: Person, dora: Person, charlie: Person
) -> None:
    kb.following.follow(store, bob, "space", COMMON)
    sent = kb.animating.send(store, dora, COMMON, " The  week ", "Hello *all*.", id="abcdefgh")
    assert kb.animating.send(store, dora, COMMON, "The week", "Hello again.", id="abcdefgh") == sent
    told = [each.notice for each in kb.notices.inbox(store, bob) if each.notice.kind is NoticeKind.LETTER]
    assert [(each.params["letter"], each.params["titled"]) for each in told] == [(sent.id, "The week")]
    assert not [each for each in kb.notices.inbox(store, alice) if each.notice.kind is NoticeKind.LETTER]
    assert not [each for each in kb.notices.inbox(store, dora) if each.notice.kind is NoticeKind.LETTER]
    assert kb.animating.letter(store, alice, sent.id)[0].body == "Hello *all*."
    with pytest.raises(NotFound):
        kb.animating.letter(store, charlie, sent.id)
    with pytest.raises(Forbidden):
        kb.animating.send(store, bob, COMMON, "Mine", "x")
    with pytest.raises(Invalid):
        kb.animating.send(store, dora, COMMON, "", "x")


def test_guides_are_set_by_who_keeps_the_space(store: Store, bob: Person, dora: Person, charlie: Person) -> None:
    assert kb.guides.of_space(store, bob, COMMON) == kb.guides.Guides()
    kb.guides.choose(store, dora, COMMON, "Tool:\nTried:", "Steps first.", clinic=False)
    assert kb.guides.of_space(store, bob, COMMON) == kb.guides.Guides("Tool:\nTried:", "Steps first.", False)
    with pytest.raises(Forbidden):
        kb.guides.choose(store, bob, COMMON, "", "", True)
    with pytest.raises(NotFound):
        kb.guides.of_space(store, charlie, COMMON)


GUIDE = "Tool:\nTried:"


@pytest.mark.parametrize(
    ("title", "body", "lacks"),
    [
        ("How do I book a train to Lyon?", "", ()),
        ("Comment déclarer un accident de trajet ?", "", ()),
        ("Help please", "", (Lack.VAGUE,)),
        ("Problème Notéo", "", (Lack.VAGUE,)),
        ("Urgent !!!", "Depuis ce matin la badgeuse de l'entrée nord refuse mon badge et ceux de mon équipe.", ()),
        ("Badge ?", "", (Lack.SHORT,)),
        ("https://intranet.example/page", "", (Lack.LINK,)),
        ("WHY DOES THE PRINTER NEVER WORK", "", (Lack.SHOUTED,)),
        ("Who pays what?", "And when? And how? And where? And why?", (Lack.SEVERAL,)),
        ("Imprimante", GUIDE, (Lack.GUIDE, Lack.SHORT)),
        ("Imprimante", "Tool: A3 printer, first floor\nTried: turning it off", ()),
    ],
)
def test_the_clinic_names_what_a_question_lacks(title: str, body: str, lacks: tuple[Lack, ...]) -> None:
    assert lacking(title, body, GUIDE) == lacks


def test_the_animator_is_told_once_a_week_that_a_letter_is_drafted(
    store: Store, bob: Person, dora: Person, clock: Clock
) -> None:
    for number in range(3):
        kb.questions.ask(store, bob, COMMON, f"Where is train {number}?")
    assert kb.animating.remind(store) == 0  # a Monday
    clock.forward(days=3)
    assert [kb.animating.remind(store), kb.animating.remind(store)] == [1, 0]
    [told] = kb.notices.inbox(store, dora)
    assert told.notice.kind is NoticeKind.LETTER_DUE and told.notice.params["asked"] == 3
    kb.animating.send(store, dora, COMMON, "Our week", "Hello.")
    assert kb.notices.inbox(store, dora) == ()
    clock.forward(days=7)
    assert kb.animating.remind(store) == 0  # nothing was asked since
