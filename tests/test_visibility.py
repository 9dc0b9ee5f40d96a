"""Nothing that a person may not read ever reaches them, whatever is asked: people, spaces and texts are made up at
random.

Every text holds a word of its own, so that a word of a hidden text in any output is a leak; and every id that comes out
must be one that `kb` lets this person read.
"""

from __future__ import annotations

import dataclasses
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
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
from kb.errors import Forbidden, NotFound
from kb.model import (
    NoticeKind,
    Person,
    PersonKind,
    Role,
)
from tests.stand_in import stand_in
from tests.worlds import World, _may, _no_secret


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
