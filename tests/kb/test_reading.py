"""Bookmarks are one's own; reading lists are their space's, and show nobody what they may not read."""

from __future__ import annotations

import pytest

import kb.bookmarks
import kb.deleting
import kb.notices
import kb.questions
import kb.reading_lists
from kb import Store
from kb.errors import Forbidden, Invalid, NotFound
from kb.kept import Item, ReadingList
from kb.model import NoticeKind, Person
from tests.people import COMMON, FINANCE


def listed(store: Store, person: Person, title: str, *items: Item, newcomers: bool = False) -> ReadingList:
    """A list of the common space with these lines."""
    made = kb.reading_lists.make(store, person, COMMON, title, "Why", newcomers)
    for each in items:
        made = kb.reading_lists.add(store, person, made.id, each.of, each.subject, each.note)
    return made


def test_what_is_kept_is_ones_own_with_a_note(store: Store, alice: Person, bob: Person) -> None:
    asked = kb.questions.ask(store, bob, COMMON, "Which train?")
    secret = kb.questions.ask(store, alice, FINANCE, "Which ledger?")
    kb.bookmarks.keep(store, bob, "question", asked.id, "Before Lyon")
    kb.bookmarks.keep(store, bob, "question", asked.id, "Before Nantes")
    assert [(each.bookmark.note, each.thing.id) for each in kb.bookmarks.of_person(store, bob)] == [  # type: ignore[union-attr]
        ("Before Nantes", asked.id)
    ]
    assert kb.bookmarks.of_person(store, alice) == ()
    for of, subject in (("question", secret.id), ("question", "nothing"), ("person", "alice")):
        with pytest.raises(NotFound):
            kb.bookmarks.keep(store, bob, of, subject)
    kb.deleting.delete_question(store, bob, asked.id)
    assert kb.bookmarks.of_person(store, bob) == ()
    kb.deleting.restore(store, bob, asked.id)
    kb.bookmarks.let_go(store, bob, "question", asked.id)
    assert kb.bookmarks.find(store, bob, "question", asked.id) is None


def test_a_list_shows_each_reader_what_they_may_read(store: Store, alice: Person, bob: Person, charlie: Person) -> None:
    asked = kb.questions.ask(store, bob, COMMON, "Which train?")
    secret = kb.questions.ask(store, alice, FINANCE, "Which ledger?")
    items = [Item("question", secret.id, "Ours"), Item("question", asked.id, "All")]
    made = listed(store, alice, "  First   steps ", *items)
    assert made.title == "First steps"
    assert [item.note for item, _ in kb.reading_lists.get(store, alice, made.id).lines] == ["Ours", "All"]
    assert [item.note for item, _ in kb.reading_lists.get(store, bob, made.id).lines] == ["All"]
    with pytest.raises(NotFound):
        kb.reading_lists.get(store, charlie, made.id)
    assert not kb.reading_lists.in_spaces(store, charlie)
    with pytest.raises(NotFound):
        listed(store, bob, "Peek", Item("question", secret.id))
    with pytest.raises(Invalid):
        kb.reading_lists.make(store, bob, FINANCE, "Peek")


def test_who_made_it_and_who_keeps_the_space_change_it_and_hidden_lines_stay(
    store: Store, alice: Person, bob: Person, dora: Person
) -> None:
    asked = kb.questions.ask(store, bob, COMMON, "Which train?")
    secret = kb.questions.ask(store, alice, FINANCE, "Which ledger?")
    items = [Item("question", secret.id), Item("question", asked.id)]
    made = listed(store, alice, "Steps", *items)
    with pytest.raises(Forbidden, match="made a list"):
        kb.reading_lists.change(store, bob, made.id, "Mine", "", False, [])
    after = kb.reading_lists.change(store, dora, made.id, "Ours", "", True, [Item("question", asked.id, "Now")])
    assert after.items == (Item("question", asked.id, "Now"), Item("question", secret.id))
    kb.reading_lists.add(store, alice, made.id, "question", secret.id, "Last")
    assert kb.reading_lists.get(store, alice, made.id).listed.items[-1] == Item("question", secret.id, "Last")
    kb.reading_lists.remove(store, dora, made.id)
    with pytest.raises(NotFound):
        kb.reading_lists.get(store, alice, made.id)


def test_a_newcomer_is_pointed_at_a_list_once(store: Store, bob: Person, dora: Person, charlie: Person) -> None:
    asked = kb.questions.ask(store, bob, COMMON, "Which train?")
    pointed = listed(store, dora, "For you", Item("question", asked.id))
    meant = listed(store, dora, "For all new", Item("question", asked.id), newcomers=True)
    kb.reading_lists.make(store, dora, COMMON, "Still empty", "", True)
    for _ in range(2):
        kb.reading_lists.point(store, dora, pointed.id, bob)
    told = [each.notice for each in kb.notices.inbox(store, bob) if each.notice.kind is NoticeKind.POINTED]
    assert [each.params["list"] for each in told] == [pointed.id]
    found = kb.reading_lists.for_newcomer(store, bob)
    assert [(each.listed.id, by) for each, by in found] == [(pointed.id, "dora"), (meant.id, None)]
    with pytest.raises(Invalid, match="may not read"):
        kb.reading_lists.point(store, dora, pointed.id, charlie)


def test_at_the_limit_a_note_may_still_be_changed(store: Store, bob: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kb.bookmarks, "MOST", 1)
    first, second = (kb.questions.ask(store, bob, COMMON, title) for title in ("Where?", "When?"))
    kb.bookmarks.keep(store, bob, "question", first.id)
    kb.bookmarks.keep(store, bob, "question", first.id, "Before Lyon")
    with pytest.raises(Invalid):
        kb.bookmarks.keep(store, bob, "question", second.id)
