"""Nothing that a person may not read ever reaches them, whatever is asked: people, spaces and texts are made up at
random.

Every text holds a word of its own, so that a word of a hidden text in any output is a leak; and every id that comes out
must be one that `kb` lets this person read.
"""

from __future__ import annotations

import dataclasses
import random
import re
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import kb.animating
import kb.attachments
import kb.bookmarks
import kb.campaigns
import kb.deleting
import kb.elsewhere
import kb.endorsing
import kb.evidence
import kb.external_documents
import kb.following
import kb.handover
import kb.merging
import kb.moderating
import kb.notices
import kb.people
import kb.practices
import kb.procedures
import kb.questions
import kb.reading_lists
import kb.reviewing
import kb.routes
import kb.spaces
import kb.starting
import kb.subjects
import kb.suggesting
import kb.tags
import kb.thanking
import kb.twins
from indexer.finder import Finder
from indexer.hits import Found, Reason, ReasonKind
from indexer.sync import Indexer
from kb import Store, drifts, figures
from kb.advice import Help, Practice, Verified
from kb.attached import Attachment
from kb.bin import Binned
from kb.errors import Forbidden, NotFound
from kb.flags import Flag, FlagReason, Held
from kb.kept import Bookmark, Item, ReadingList
from kb.model import (
    Answer,
    Band,
    Duty,
    Membership,
    Notice,
    NoticeKind,
    Person,
    PersonKind,
    Procedure,
    Question,
    Revision,
    Role,
    Space,
    Visibility,
)
from kb.official import Campaign
from kb.outbox import Letter
from kb.permissions import visible_spaces
from kb.recognised import Endorsement, Thanks
from kb.records import Drift, DriftDecision, ExternalDocument
from kb.routing import Candidate
from kb.routing import Reason as Why
from kb.suggested import Said, Suggestion
from tests.people import START
from tests.stand_in import stand_in

NOW = START
DUTY = Duty("1", "Keeper", "Keeps it")
COMMON_WORDS = ("train", "ticket", "invoice", "laser", "safety", "holiday")
TAGS = ("travel", "money", "workshop")


class World:
    """An organisation made of a seed. `secrets` is the word of each text, with the space it stands in."""

    def __init__(self, store: Store, seed: int) -> None:
        self.store, self._random = store, random.Random(seed)
        self.secrets: dict[str, str] = {}
        self.words: dict[str, str] = {}  # that mean a tag, each with its space
        self.files: dict[str, str] = {}
        self.tag_spaces: dict[str, set[str]] = {}
        pick = self._random
        self.spaces = [Space(f"space{n}", f"Space {n}", visibility=pick.choice(list(Visibility))) for n in range(4)]
        kinds = [PersonKind.EMPLOYEE, PersonKind.EMPLOYEE, PersonKind.GUEST]
        people = [
            Person(
                f"person{n}", f"Name{n}", f"person{n}@example.org", title=pick.choice(("", "Train clerk")),
                kind=pick.choice(kinds), skills=tuple(pick.sample(COMMON_WORDS, pick.randrange(3))),
                ended=NOW - timedelta(days=1) if pick.random() < 0.15 else None, twins=pick.random() < 0.5,
                site=pick.choice(("Lyon", "Dublin")), doing="laser", ends=NOW.date() + timedelta(days=9),
            )
            for n in range(6)
        ]  # fmt: skip
        self.ids = [each.id for each in people]
        memberships = [
            Membership(space.id, id, pick.choice(list(Role)), NOW - timedelta(days=9))
            for space in self.spaces for id in self.ids if pick.random() < 0.3
        ]  # fmt: skip
        with store.write() as tx:
            tx.people.put(people)
            tx.spaces.put(self.spaces)
            tx.spaces.put_members(memberships)
            tx.changes.add_all("put", "person", self.ids)
            self.questions, self.answers = self._questions()
            tx.questions.put(self.questions)
            tx.answers.put(self.answers)
            tx.changes.add_all("load", "question", [each.id for each in self.questions])
            self.procedures = [Procedure(f"KEY-{n}", self._space(), pick.choice(self.ids)) for n in range(3)]
            tx.procedures.put(self.procedures)
            tx.procedures.add_revisions(
                [
                    Revision(each.key, "en", 1, self._text(each.space), self._text(each.space), self._text(each.space),
                             (DUTY,))
                    for each in self.procedures
                ]
            )
            tx.changes.add_all("load", "procedure", [each.key for each in self.procedures])

            self.practices = [
                Practice(f"practice{n}", self._space(), "", "", "en", (pick.choice(self.ids),), keeper=self.ids[0],
                         verifier=pick.choice(self.ids), verified=self._moment(), until=NOW.date())
                for n in range(3)
            ]  # fmt: skip
            self.practices = [
                replace(each, title=self._text(each.space), body=self._text(each.space),
                        helps=tuple(Help(procedure.key) for procedure in self.procedures))
                for each in self.practices
            ]  # fmt: skip
            tx.practices.put(self.practices)
            tx.changes.add_all("load", "practice", [each.id for each in self.practices])
            for space in self.spaces:
                tx.external_documents.put(ExternalDocument(f"of {space.id}", space.id, self._text(space.id)))
            for each in self.procedures:  # everybody is asked to acknowledge everything
                tx.campaigns.add(Campaign(f"for {each.key}", each.key, NOW.date(), 9, people=tuple(self.ids)))
            self.drifts = [
                Drift(f"{each.id}-{number}", f"KEY-{number}", self.procedures[number].space, "en", "1", of, each.id,
                      drifts.digest(DUTY, each), "time", "1", decision=pick.choice(list(DriftDecision)))
                for number in range(3)
                for of, each in (("answer", pick.choice(self.answers or [Answer("none", "none", "")])),
                                 ("practice", pick.choice(self.practices)))
            ]  # fmt: skip
            tx.drifts.put(self.drifts)
            for space in self.spaces:
                tx.letters.add(Letter(f"letter of {space.id}", space.id, self._text(space.id), "", self.ids[0], NOW))
                lines = tuple(Item("question", each.id) for each in self.questions)
                about = (self._text(space.id), self._text(space.id), self.ids[0], True)
                tx.reading_lists.put(ReadingList(f"list of {space.id}", space.id, *about, lines, NOW))
                for id in self.ids:
                    tx.reading_lists.point(f"list of {space.id}", id, self.ids[0])
                for tag in TAGS:
                    word = self._text(space.id).split()[-1]
                    self.words[word] = space.id
                    tx.tags.put(word, tag, [space.id], self.ids[0])
        self._tell(store)
        self._route(store)
        self._talk(store)

    def _route(self, store: Store) -> None:
        """Everybody is a candidate for every question, because of what stands in any space."""
        for question in self.questions:
            about = self._random.choice(self.questions)
            why = (Why("answered", about.title, "question", about.id),)
            candidates = [Candidate(id, 1.0, 0.5, reasons=why) for id in self.ids]
            kb.routes.begin(store, question.id, Band.ASK, 0.1, "1", candidates)

    def _talk(self, store: Store) -> None:
        """Everybody followed everything once, flagged, suggested, deleted and was quoted everywhere."""
        with store.write() as tx:
            for id in self.ids:
                for question in self.questions:
                    tx.bookmarks.put(Bookmark(id, "question", question.id, "", NOW))
                for of, subject in [("question", each.id) for each in self.questions] + [
                    ("space", each.id) for each in self.spaces
                ]:
                    tx.follows.add(id, of, subject)
            for n, question in enumerate(self.questions):
                who, other = self._random.sample(self.ids, 2)
                words = [self._text(question.space) for _ in range(5)]
                tx.flags.add(Flag(f"flag{n}", question.id, None, None, who, FlagReason.OTHER, words[0], NOW))
                tx.suggestions.add(Suggestion(f"s{n}", question.id, None, who, words[1], words[1], (), "", NOW))
                tx.sayings.add(Said(f"said{n}", question.id, who, other, words[2], "en", NOW))
                fields = {"title": words[3], "body": ""}
                tx.held.add(Held(f"held{n}", question.space, who, "question", None, fields, NOW))
                gone = Question(f"gone{n}", question.space, words[4], "", who, "en", created=NOW)
                tx.questions.put([gone])
                self.files[f"file{n}"] = question.space
                tx.attachments.add(
                    Attachment(f"file{n}", self._text(question.space), "text/plain", 1, "0" * 64, who, NOW, question.id)
                )
                tx.bin.add(Binned(gone.id, "question", gone.id, gone.space, words[4], who, other, "", NOW))
                tx.questions.remove(gone.id)
                tx.recognition.endorse(Endorsement(f"e{n}", who, "laser", other, "question", question.id, NOW))
            for each in self.answers:
                tx.verifications.put(Verified(each.id, self._random.choice(self.ids), NOW, NOW.date()))
                words = self._text(next(q.space for q in self.questions if q.id == each.question))
                tx.recognition.thank(Thanks(f"t{each.id}", each.question, each.id, self.ids[0], words, NOW))

    def _tell(self, store: Store) -> None:
        """Everybody was told of everything, at a time when they might read it."""
        about = [("question", each.id) for each in self.questions] + [("space", each.id) for each in self.spaces]
        about += [("procedure", each.key) for each in self.procedures]
        with store.write() as tx:
            for person in self.ids:
                for of, id in about:
                    told = Notice(f"{person}-{id}", person, NoticeKind.ANSWERED, of, id, {}, f"{of} {id}", NOW)
                    tx.notices.add(told)

    def _questions(self) -> tuple[list[Question], list[Answer]]:
        pick, questions, answers = self._random, [], []
        for number in range(6):
            space = self._space()
            tags = tuple(pick.sample(TAGS, pick.randrange(3)))
            for tag in tags:
                self.tag_spaces.setdefault(tag, set()).add(space)
            questions.append(
                Question(
                    f"question{number}",
                    space,
                    self._text(space),
                    self._text(space),
                    pick.choice(self.ids),
                    "en",
                    tags,
                    created=self._moment(),
                )  # fmt: skip
            )
            for place in range(pick.randrange(3)):
                accepted = NOW if place == 0 and pick.random() < 0.5 else None
                answers.append(
                    Answer(
                        f"answer{number}{place}",
                        f"question{number}",
                        self._text(space),
                        pick.choice(self.ids),
                        "en",
                        pick.randrange(-1, 3),
                        accepted,
                        self._moment(),
                    )  # fmt: skip
                )
        return questions, answers

    def _space(self) -> str:
        return self._random.choice(self.spaces).id

    def _moment(self) -> datetime:
        return NOW - timedelta(days=self._random.randrange(300))

    def _text(self, space: str) -> str:
        secret = "".join(self._random.choice("bcdfghjklmnpqrstvwxz") for _ in range(9))
        self.secrets[secret] = space
        return f"{' '.join(self._random.sample(COMMON_WORDS, 3))} {secret}"

    def typed(self) -> list[str]:
        """Things somebody might type who guesses at what is hidden."""
        secret = self._random.choice(sorted(self.secrets))
        misspelt = secret[:4] + "a" + secret[5:]
        who, where, tag = self._random.choice(self.ids), self._space(), self._random.choice(TAGS)
        guesses = [
            "train ticket invoice", secret, f"{misspelt} train", f"by:{who}", f"by:{who}@example.org", f"in:{where}",
            f"tag:{tag}", f"laser in:{where}", f"safety by:{who}", f'"{secret}"', f"train -{secret}", "is:unanswered",
            f"KEY-{self._random.randrange(3)} invoice", "",
        ]  # fmt: skip
        return self._random.sample(guesses, 5)


def everything_found(world: World, finder: Finder, reader: Person) -> Iterator[tuple[str, Found]]:
    for typed in world.typed():
        yield typed, finder.find(typed, reader)
        yield typed, finder.search(typed, reader)
    for question in world.questions[:4]:
        if _may(reader, question.space):
            yield "", finder.related(question.id, reader)
            yield "", finder.find(question.title, reader, exclude=question.id, tags=question.tags)
        else:
            with pytest.raises(NotFound):
                finder.related(question.id, reader)
    for procedure in world.procedures:
        if _may(reader, procedure.space):
            yield "", finder.about(procedure.key, reader)
        else:
            with pytest.raises(NotFound):
                finder.about(procedure.key, reader)


def check(world: World, reader: Person, typed: str, found: Found) -> None:
    told = dataclasses.replace(found, text="", notes=())
    _no_secret(world, reader, repr(told), set(re.findall(r"\w+", typed)))
    for hit in found.procedures:
        kb.procedures.get(world.store, reader, hit.key)
        _reasons(world, reader, hit.reasons)
    for answer in found.answers:
        if answer.practice:
            assert kb.practices.get(world.store, reader, answer.practice).practice.title == answer.title
            continue
        thread = kb.questions.thread(world.store, reader, answer.question)
        assert answer.answer is None or answer.answer in {each.id for each in thread.answers}
        _reasons(world, reader, answer.reasons)
    for person in found.people:
        assert kb.people.get(world.store, reader, person.person).ended is None
        _reasons(world, reader, person.reasons)
        for reason in person.reasons:
            assert reason.count <= _readable_answers(world, reader, person.person, reason)
    readable_questions: list[object] = [each for each in world.questions if _may(reader, each.space)]
    readable_questions += [each for each in world.practices if _may(reader, each.space)]
    assert found.total.get("answers", 0) <= len(readable_questions)
    assert found.total.get("procedures", 0) <= sum(_may(reader, each.space) for each in world.procedures)


def _may(reader: Person, space: str) -> bool:
    return reader.ended is None and space in visible_spaces(reader)


def _no_secret(world: World, reader: Person, told: str, typed: Collection[str] = ()) -> None:
    """Not even of a word that was typed as it stands: nothing tells that it stands anywhere."""
    for secret, space in world.secrets.items():
        if not _may(reader, space):
            assert secret not in told, f"{reader.id} typed {typed} and is told {secret} of {space}: {told}"


def _reasons(world: World, reader: Person, reasons: Sequence[Reason]) -> None:
    for reason in reasons:
        if reason.of == "question":
            assert reason.subject is not None
            assert kb.questions.thread(world.store, reader, reason.subject).question.title == reason.title
        if reason.of == "practice":
            assert reason.subject is not None
            assert kb.practices.get(world.store, reader, reason.subject).practice.title == reason.title
        if reason.of == "procedure":
            assert reason.subject is not None
            kb.procedures.get(world.store, reader, reason.subject)
        if reason.of == "tag":
            assert any(_may(reader, space) for space in world.tag_spaces[reason.title])


def _readable_answers(world: World, reader: Person, person: str, reason: Reason) -> int:
    if reason.kind is ReasonKind.DECLARED:  # and one for each colleague who saw it where the reader reads
        place = {each.id: each.space for each in world.questions}
        with world.store.read() as tx:
            given = tx.recognition.endorsements(person)
        return 1 + len({each.by for each in given if _may(reader, place[each.subject])})
    if reason.of not in ("question", "tag", "practice"):
        return 1
    hers = [each for each in world.practices if person in (*each.authors, each.verifier) and _may(reader, each.space)]
    spaces = {each.id: each for each in world.questions}
    asked = {spaces[each.question] for each in world.answers if each.author == person}
    tagged = [each for each in asked if reason.of == "question" or reason.title in each.tags]
    return sum(_may(reader, each.space) for each in tagged) + len(hers)


def check_reading(world: World, reader: Person) -> None:
    """What the use cases of `kb` give for reading."""
    told: list[object] = [
        kb.questions.readable(world.store, reader, limit=None), kb.procedures.readable(world.store, reader),
        kb.spaces.readable(world.store, reader), kb.people.readable(world.store, reader),
    ]  # fmt: skip
    for space in world.spaces:
        told.append(kb.questions.readable(world.store, reader, space=space.id))
    for id in world.ids:
        with suppress(NotFound):
            told.append(kb.evidence.of_person(world.store, reader, id))
            told.append(kb.endorsing.of_person(world.store, reader, id))
            told.append(kb.thanking.of_person(world.store, reader, id))
    for question in world.questions:
        with suppress(NotFound):
            told.append(kb.questions.thread(world.store, reader, question.id))
            told += [each.reasons for each in kb.routes.of_question(world.store, reader, question.id)]
            assert _may(reader, question.space)
    for procedure in world.procedures:
        with suppress(NotFound):
            told.append(kb.procedures.history(world.store, reader, procedure.key))
            assert _may(reader, procedure.space)
    for procedure in world.procedures:
        with suppress(NotFound):
            told.append(kb.campaigns.own(world.store, reader, procedure.key))
            told.append(kb.procedures.timeline(world.store, reader, procedure.key))
            assert _may(reader, procedure.space)
    told += [kb.practices.readable(world.store, reader), kb.starting.path(world.store, reader, "en")]
    for practice in world.practices:
        with suppress(NotFound):
            told.append(kb.practices.get(world.store, reader, practice.id))
            assert _may(reader, practice.space)
    told += [
        kb.procedures.in_work(world.store, reader), kb.procedures.duties(world.store, reader, "en"),
        kb.campaigns.asked_of(world.store, reader), kb.campaigns.kept_by(world.store, reader),
        drifts.pairs(world.store, reader), drifts.pairs(world.store, reader, decided=True),
        drifts.warnings(world.store, reader, [each.source for each in world.drifts]),
        kb.reviewing.kept_by(world.store, reader), kb.external_documents.readable(world.store, reader),
        [(each.question, each.reasons) for each in kb.routes.waiting_for(world.store, reader)],
        [each for each, _ in kb.routes.helpable(world.store, reader, 9)],
        [each for each, _ in kb.routes.gaps(world.store, reader)],
    ]  # fmt: skip
    for file, space in world.files.items():
        with suppress(NotFound):
            told.append(kb.attachments.read(world.store, reader, file))
            assert _may(reader, space)
    told.append(kb.tags.readable(world.store, reader))
    for space in world.spaces:
        with suppress(NotFound):
            told.append(kb.animating.letter(world.store, reader, f"letter of {space.id}"))
            assert _may(reader, space.id)
        with suppress(NotFound, Forbidden):
            told.append(kb.animating.overview(world.store, reader, space.id))
            assert _may(reader, space.id)
    lists = kb.reading_lists.in_spaces(world.store, reader)
    told += [[each.listed.title for each in lists], [thing for each in lists for _item, thing in each.lines]]
    told += [kb.reading_lists.for_newcomer(world.store, reader), kb.bookmarks.of_person(world.store, reader)]
    for word, space in world.words.items():
        assert _may(reader, space) or kb.tags.named(world.store, reader, word) is None
        assert _may(reader, space) or kb.tags.meant(world.store, reader, word) == word
    told += [
        kb.following.followed(world.store, reader), kb.moderating.queue(world.store, reader),
        kb.deleting.deleted(world.store, reader), kb.merging.most_duplicated(world.store, reader, 9),
    ]  # fmt: skip
    for question in world.questions:
        with suppress(NotFound):
            told.append(kb.suggesting.waiting(world.store, reader, question.id))
            twins = kb.twins.among(world.store, reader, question.id, [each.id for each in world.questions])
            told.append([(each.person.name, each.solved, each.question, each.subject) for each in twins])
            assert all(each.person.twins or (each.question and _may(reader, each.question.space)) for each in twins)
            assert all(each.subject in ("", *question.tags) for each in twins)
            told.append(kb.elsewhere.waiting(world.store, reader, question.id))
            assert _may(reader, question.space)
    with suppress(Forbidden, NotFound):  # whoever has left
        told.append(kb.subjects.of_person(world.store, reader, reader.id))
    with suppress(Forbidden):  # whoever keeps no space
        told.append(kb.handover.outlook(world.store, reader))
    with suppress(Forbidden):  # guests, and whoever has left
        told.append(figures.figures(world.store, reader))
    told.append(kb.notices.inbox(world.store, reader))
    inbox = [each for each in kb.notices.inbox(world.store, reader) if each.notice.kind is NoticeKind.ANSWERED]
    texts = sum(_may(reader, each.space) for each in (*world.questions, *world.procedures))
    assert len(inbox) == texts + sum(_may(reader, each.id) for each in world.spaces)
    if reader.ended is None:  # whoever has left cannot sign in; lists do not ask again
        _no_secret(world, reader, repr(told))


@pytest.fixture
def empty(store: Store) -> Callable[[], Store]:
    """The store of the test, emptied: for each world anew."""

    def emptied() -> Store:
        with store.write() as tx:
            tx.rows.remove_all()
        return store

    return emptied


@settings(
    max_examples=15, derandomize=True, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(seed=st.integers(0, 2**32))
def test_whatever_is_asked_only_what_is_readable_comes_back(empty: Callable[[], Store], seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = empty()
        world = World(store, seed)
        Indexer(store, Path(folder) / "index", stand_in()).catch_up()
        finder = Finder(store, Path(folder) / "index", stand_in())
        with store.read() as tx:
            readers = [tx.people.get(id) for id in world.ids]
        readers.sort(key=lambda each: each.kind is PersonKind.EMPLOYEE)
        for reader in (readers[0], readers[-1]):
            for typed, found in everything_found(world, finder, reader):
                check(world, reader, typed, found)
            check_reading(world, reader)


def test_the_worlds_are_not_empty(store: Store, tmp_path: Path) -> None:
    """The property above would hold of a finder that finds nothing."""
    world = World(store, 7)
    Indexer(store, tmp_path / "index", stand_in()).catch_up()
    finder = Finder(store, tmp_path / "index", stand_in())
    with store.read() as tx:
        everywhere = {each.id: Role.READER for each in world.spaces}
        readers = [tx.people.get(id) for id in world.ids]
    reader = dataclasses.replace(readers[0], roles=everywhere, ended=None, kind=PersonKind.EMPLOYEE)
    found = [each for _, each in everything_found(world, finder, reader)]
    assert any(each.procedures for each in found) and any(each.answers for each in found)
    assert any(reason.of == "question" for each in found for hit in each.people for reason in hit.reasons)
