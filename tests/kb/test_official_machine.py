"""No sequence of actions publishes a text that was not approved, loses a text, or breaks the audit chain.

Anybody tries anything in any order, also with a hash read too early, and now and then somebody changes an approved text
behind the back of the house. Refusals are answers; what must hold is looked at after each step, against what the
machine itself remembers. On SQLite: the rules are the same on both databases, and transactions are tested elsewhere.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import defaultdict
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from kb import Store, approving, audit, campaigns, charters, drafting, reviewing
from kb.campaigns import Wish
from kb.drafting import Text
from kb.errors import KnowledgeError
from kb.lifecycle import IN_WORK, SHOWN, canonical, digest
from kb.model import Person, Revision, RevisionStatus
from kb.official import Approver, Charter
from tests import official, people
from tests.official import DUTIES, KEY
from tests.people import COMMON, Clock

APPROVERS = (Approver("alice", 1), Approver("carla", 2), Approver("erik", 2))
WRITERS = st.sampled_from(("bob", "dora", "carla", "carla"))
DECIDERS = st.sampled_from(("alice", "carla", "erik"))
ANYBODY = st.sampled_from(("alice", "bob", "carla", "charlie", "dora", "erik"))
LANGUAGES = st.sampled_from(("en", "en", "fr"))


@cache
def _furnished() -> Path:
    """A knowledge base with the people, the procedure and its charter; made once, copied for each run."""
    folder = Path(tempfile.mkdtemp())
    store = Store(f"sqlite:///{folder / 'kb.sqlite'}", Clock())
    people.settle(store)
    official.found(store)
    charters.put(store, people.get(store, "carla"), Charter(COMMON, APPROVERS, minimum=2))
    store.close()
    return folder


class Office(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        shutil.copytree(_furnished(), self.folder, dirs_exist_ok=True)
        self.clock = Clock()
        self.store = Store(f"sqlite:///{self.folder / 'kb.sqlite'}", self.clock)
        self.signed: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)  # text: who signed which hash
        self.begun = {each.name for each in self.history()}
        self.shown = {each.name: canonical(each) for each in self.history()}
        self.loaded = frozenset(self.shown)
        self.said = self.entries = 0

    def teardown(self) -> None:
        self.store.close()
        shutil.rmtree(self.folder)

    # -- what anybody may try

    @rule(person=WRITERS, language=LANGUAGES)
    def begin(self, person: str, language: str) -> None:
        with suppress(KnowledgeError):
            self.begun.add(drafting.begin(self.store, self.who(person), KEY, language).name)

    @rule(person=WRITERS, language=LANGUAGES, word=st.sampled_from("abc"), major=st.booleans(), wait=st.integers(-1, 2),
          approved=st.booleans())  # fmt: skip
    def write_and_submit(
        self, person: str, language: str, word: str, major: bool, wait: int, approved: bool = False
    ) -> None:
        """The usual way, in one step, so that runs get far."""
        day = self.clock.now.date() + timedelta(days=wait) if wait else None
        text = Text(f"Travelling {word}", "Who travels.", DUTIES, change=f"New: {word}", major=major, effective=day)
        with suppress(KnowledgeError):
            author = self.who(person)
            draft = drafting.begin(self.store, author, KEY, language)
            self.begun.add(draft.name)
            saved = drafting.save(self.store, author, KEY, language, text, draft.saves)
            self.signed[drafting.submit(self.store, author, KEY, language, saved.saves).name].clear()
        if approved:
            self.everybody_approves()

    @rule(person=ANYBODY, language=LANGUAGES, saves=st.integers(0, 2))
    def submit(self, person: str, language: str, saves: int) -> None:
        with suppress(KnowledgeError):
            self.signed[drafting.submit(self.store, self.who(person), KEY, language, saves).name].clear()

    @rule(person=WRITERS, language=LANGUAGES, verb=st.sampled_from((drafting.withdraw, drafting.discard)))
    def take_back(self, person: str, language: str, verb: Any) -> None:
        with suppress(KnowledgeError):
            verb(self.store, self.who(person), KEY, language)

    @rule(person=DECIDERS)
    def approve(self, person: str) -> None:
        for text in self.history():
            if text.status is RevisionStatus.IN_REVIEW:
                self._sign(person, text, digest(text))

    @rule()
    def everybody_approves(self) -> None:
        for person in ("alice", "carla", "erik"):
            self.approve(person)

    @rule(person=ANYBODY, number=st.integers(1, 4), of=st.integers(1, 4))
    def approve_another_hash(self, person: str, number: int, of: int) -> None:
        texts = {each.name: each for each in self.history()}
        if f"en.{number}" in texts and f"en.{of}" in texts:
            self._sign(person, texts[f"en.{number}"], digest(texts[f"en.{of}"]))

    def _sign(self, person: str, text: Revision, sha256: str) -> None:
        with suppress(KnowledgeError):
            approving.approve(self.store, self.who(person), KEY, text.name, sha256)
            self.signed[text.name].add((person, sha256))

    @rule(person=DECIDERS)
    def refuse(self, person: str) -> None:
        for text in self.history():
            with suppress(KnowledgeError):
                approving.refuse(self.store, self.who(person), KEY, text.name, digest(text), "Why?")

    @rule(person=WRITERS, language=LANGUAGES)
    def change_an_approved_text_behind_the_back(self, person: str, language: str) -> None:
        self.write_and_submit(person, language, "c", True, 0, approved=True)
        for text in self.history():
            if text.status is RevisionStatus.APPROVED:
                with self.store.write() as tx:
                    tx.procedures.set_text(replace(text, title=f"{text.title}!"))
        self.the_worker_comes_by(0)

    @rule(days=st.integers(0, 3))
    def the_worker_comes_by(self, days: int) -> None:
        self.clock.forward(days=days)
        approving.publish_due(self.store)
        reviewing.remind(self.store)
        campaigns.remind(self.store)

    @rule(person=WRITERS)
    def review(self, person: str) -> None:
        with suppress(KnowledgeError):
            reviewing.still_valid(self.store, self.who(person), KEY, "Looked at")

    @rule(person=ANYBODY)
    def retire(self, person: str) -> None:
        with suppress(KnowledgeError):
            reviewing.retire(self.store, self.who(person), KEY, "Merged", None)

    @rule(person=ANYBODY)
    def ask_to_acknowledge(self, person: str) -> None:
        wish = Wish(self.clock.now.date() + timedelta(days=9), spaces=(COMMON,))
        with suppress(KnowledgeError):
            campaigns.start(self.store, self.who(person), KEY, wish)

    @rule(person=ANYBODY, number=st.integers(1, 4))
    def acknowledge(self, person: str, number: int) -> None:
        with suppress(KnowledgeError):
            campaigns.acknowledge(self.store, self.who(person), KEY, f"en.{number}")

    # -- what holds after each step

    @invariant()
    def what_is_in_force_was_approved(self) -> None:
        for text in self.history():
            if text.status not in SHOWN or text.name in self.loaded:
                continue
            signed = {person for person, sha256 in self.signed[text.name] if sha256 == digest(text)}
            able = [each for each in APPROVERS if each.person not in text.writers]
            assert len(signed) >= 2 and not signed & set(text.writers), (text.name, signed, text.writers)
            assert {each.stage for each in able} <= {each.stage for each in able if each.person in signed}

    @invariant()
    def no_text_is_lost_and_none_changes_once_it_was_in_force(self) -> None:
        texts = {each.name: each for each in self.history()}
        assert self.begun <= set(texts)
        for name, text in texts.items():
            if text.status in SHOWN:
                assert self.shown.setdefault(name, canonical(text)) == canonical(text)
        assert all(texts[name].status in SHOWN for name in self.shown)
        for language in ("en", "fr"):
            mine = [each.status for each in texts.values() if each.language == language]
            assert mine.count(RevisionStatus.PUBLISHED) <= 1 and sum(each in IN_WORK for each in mine) <= 1

    @invariant()
    def what_was_acknowledged_was_in_force_and_stays(self) -> None:
        texts = {each.id: each for each in self.history()}
        with self.store.read() as tx:
            said = tx.acknowledgements.list(KEY)
        assert len(said) >= self.said
        self.said = len(said)
        assert all(each.sha256 == digest(texts[each.revision]) for each in said)

    @invariant()
    def the_audit_trail_is_whole(self) -> None:
        found = audit.verify(self.store)
        assert found.sound and found.count >= self.entries, found
        self.entries = found.count

    def history(self) -> list[Revision]:
        with self.store.read() as tx:
            return list(tx.procedures.history(KEY))

    def who(self, id: str) -> Person:
        return people.get(self.store, id)


Office.TestCase.settings = settings(max_examples=25, stateful_step_count=20, derandomize=True, deadline=None)
test_no_sequence_of_actions_breaks_the_house = Office.TestCase


def test_the_machine_gets_somewhere() -> None:
    """The properties above would hold of an office where nothing ever happens."""
    office = Office()
    try:
        office.write_and_submit("bob", "en", "a", True, 0)
        office.everybody_approves()
        office.the_worker_comes_by(1)
        office.ask_to_acknowledge("bob")
        office.acknowledge("alice", 2)
        office.what_is_in_force_was_approved()
        office.no_text_is_lost_and_none_changes_once_it_was_in_force()
        office.what_was_acknowledged_was_in_force_and_stays()
        assert set(office.shown) == {"en.1", "en.2"} and office.said == 1
        office.change_an_approved_text_behind_the_back("carla", "en")
        assert {each.name: each.status.value for each in office.history()}["en.3"] == "draft"
    finally:
        office.teardown()
