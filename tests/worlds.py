"""Organisations made at random, with something to be read and something hidden in every table."""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

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
from kb import Store, drifts
from kb.advice import Help, Practice, Verified
from kb.attached import Attachment
from kb.bin import Binned
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


def _may(reader: Person, space: str) -> bool:
    return reader.ended is None and space in visible_spaces(reader)


def _no_secret(world: World, reader: Person, told: str, typed: Collection[str] = ()) -> None:
    """Not even of a word that was typed as it stands: nothing tells that it stands anywhere."""
    for secret, space in world.secrets.items():
        if not _may(reader, space):
            assert secret not in told, f"{reader.id} typed {typed} and is told {secret} of {space}: {told}"
