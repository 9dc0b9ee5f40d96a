"""A week is played: questions, waves, refusals, absences, escalation, reminders, digests; with a worker that dies now
and then between any two of its steps. Nobody gets more than the caps allow, nothing is lost, nothing is sent twice.

The worker's death is an error that nothing catches, thrown before a transaction begins or right after it is committed:
what a `kill -9` leaves behind at those moments. What the mail server took in just before is sent again as the same
message, under the same Message-ID.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, datetime, timedelta

import pytest

import kb.availability
import kb.mail
import kb.outcomes
import kb.questions
import kb.replies
import kb.routes
from kb import Store
from kb.errors import Conflict, Invalid
from kb.model import Band, NoticeKind, Person
from kb.outbox import MailChoice
from kb.routing import OPEN, Candidate, Circle, Invitation, InvitationStatus, Stage
from kb.storage import Transaction
from tests import people
from tests.people import COMMON
from tests.smtp import MailServer
from tests.web.conftest import Town
from web.config import Smtp
from web.mailing import Mailer

COLLEAGUES = tuple(f"colleague{n}" for n in range(12))
ASKERS = ("bob", "alice", "erik")


class Died(BaseException):
    """The worker is gone."""


class Week:
    """The organisation, its clock and its luck."""

    def __init__(self, town: Town, server: MailServer, seed: int, deadly: float) -> None:
        self.town, self.store, self.server, self.luck = town, town.store, server, random.Random(seed)
        self.deadly, self.deaths = deadly, 0
        self.asked: list[str] = []
        with self.store.write() as tx:
            tx.people.put([Person(id, id.title(), f"{id}@example.org") for id in COLLEAGUES])
            tx.settings.set(kb.mail.SINCE, tx.now.isoformat())
            tx.jobs.lease(10**7)
        erik = people.get(self.store, "erik")
        kb.availability.choose(self.store, erik, COLLEAGUES[0], [], "", "", "", "1")  # one request a week
        kb.availability.choose(self.store, erik, COLLEAGUES[1], [2, 4], "12:00", "14:00", "", "")  # Tuesday, Thursday
        kb.availability.be_away(self.store, erik, COLLEAGUES[2], date(2026, 11, 24), date(2026, 11, 26))
        kb.mail.choose(self.store, erik, COLLEAGUES[3], {NoticeKind.INVITED: MailChoice.DAILY})

    @property
    def now(self) -> datetime:
        return self.store.clock()

    def ask(self) -> None:
        asker = people.get(self.store, self.luck.choice(ASKERS))
        asked = kb.questions.ask(self.store, asker, COMMON, f"Question {len(self.asked)}?", tags=["key"])
        self.asked.append(asked.id)
        found = self.luck.sample(COLLEAGUES, 8)
        candidates = [Candidate(id, 1.0, 0.5, Circle.NEAR if n < 4 else Circle.WIDE) for n, id in enumerate(found)]
        kb.routes.begin(self.store, asked.id, Band.ASK, 0.2, "v1", candidates)

    def work(self, mailer: Mailer) -> None:
        """All that is due now, by a worker that may die in the middle."""
        with suppress(Died), self.mortal():
            while self.job() or mailer.step():
                pass

    def job(self) -> bool:
        with self.store.write() as tx:
            leased = tx.jobs.lease(60)
        if leased is None:
            return False
        job, lease = leased
        if job.kind == "advance":
            kb.routes.go_on(self.store, str(job.payload["route"]))
        elif job.kind == kb.outcomes.JOB:
            kb.outcomes.follow_up(self.store, str(job.payload["question"]))
        with self.store.write() as tx:
            tx.jobs.finish(job.id, lease)
        return True

    @contextmanager
    def mortal(self) -> Iterator[None]:
        """Inside, each write of the store may be the last thing that happens."""
        whole = Store.write

        @contextmanager
        def write(store: Store) -> Iterator[Transaction]:
            self._perhaps_die()
            with whole(store) as tx:
                yield tx
            self._perhaps_die()

        Store.write = write  # type: ignore[method-assign,assignment]
        try:
            yield
        finally:
            Store.write = whole  # type: ignore[method-assign]

    def _perhaps_die(self) -> None:
        if self.luck.random() < self.deadly:
            self.deaths += 1
            raise Died

    def reply(self) -> None:
        """Some of those who are asked reply, as people do."""
        for id in COLLEAGUES:
            person = people.get(self.store, id)
            with self.store.read() as tx:
                calendar = tx.availability.calendars([id])[id]
                mine = tx.routes.invitations(person=id, statuses=OPEN)
            for each in mine:
                if each.starts <= self.now and calendar.is_open(self.now) and self.luck.random() < 0.3:
                    with suppress(Conflict, Invalid):
                        self._reply(person, each)

    def _reply(self, person: Person, each: Invitation) -> None:
        act = self.luck.choice(("answer", "answer", "promise", "refuse", "busy", "other", "nothing"))
        if act == "answer" or (act != "nothing" and each.status is InvitationStatus.ACCEPTED):
            kb.replies.answer(self.store, person, each.id, "It is so.", "en")
        elif act == "promise":
            kb.replies.will_answer(self.store, person, each.id)
        elif act == "refuse":
            kb.replies.not_me(self.store, person, each.id)
        elif act == "busy":
            kb.replies.busy(self.store, person, each.id, (self.now + timedelta(days=2)).date())
        elif act == "other":
            kb.replies.ask_instead(self.store, person, each.id, self.luck.choice(COLLEAGUES))

    # -- what must hold

    def invitations(self) -> list[Invitation]:
        with self.store.read() as tx:
            return [each for id in self.asked for each in tx.routes.invitations(id)]

    def check_caps(self) -> None:
        made = self.invitations()
        with self.store.read() as tx:
            calendars = tx.availability.calendars(list(COLLEAGUES))
        for id in COLLEAGUES:
            starts = sorted(each.starts for each in made if each.person == id)
            days = [calendars[id].day(each) for each in starts]
            most = 1 if id == COLLEAGUES[0] else 3
            assert max(Counter(days).values(), default=0) <= 1, f"{id} was asked twice on a day: {days}"
            for first in days:
                assert sum(first <= each < first + timedelta(days=7) for each in days) <= most, (id, days)
            assert all(calendars[id].is_open(each) for each in starts), f"{id} was asked outside their hours: {starts}"

    def check_ends(self) -> None:
        """Every question was answered or went all the way; nobody still waits for what is settled."""
        with self.store.read() as tx:
            for question in tx.questions.list(self.asked):
                route, open_ones = tx.routes.find(question.id), tx.routes.invitations(question.id, statuses=OPEN)
                assert route is not None
                assert (route.stage is Stage.CLOSED) == (question.answers > 0), (question.title, route.stage)
                if question.answers:
                    assert not open_ones
                else:
                    assert route.stage is Stage.GAP or (
                        route.due is not None and route.due > self.now - timedelta(hours=2)
                    )

    def check_mails(self) -> None:
        sent = [str(each["Message-ID"]) for each in self.server.messages]
        with self.store.read() as tx:
            mails = {id: tx.mails.find(id) for id in {each[1:].partition("@")[0] for each in sent}}
            told = [each for id in (*COLLEAGUES, *ASKERS) for each in tx.notices.list(id)]
        assert all(each is not None and each.done is not None for each in mails.values())
        again = {id: n for id, n in Counter(sent).items() if n > 1}
        assert sum(again.values()) - len(again) <= self.deaths, "sent twice only by a worker that died in between"
        for id in again:
            bodies = {each.as_bytes() for each in self.server.messages if str(each["Message-ID"]) == id}
            assert len({each.partition(b"Subject:")[2].partition(b"\n")[0] for each in bodies}) == 1
        carried = Counter(each.mail for each in told if each.mail not in (None, "never"))
        digests = [each for each in mails.values() if each is not None and each.digest]
        assert all(n == 1 for id, n in carried.items() if id not in {each.id for each in digests})
        days = Counter((each.person, each.created.date()) for each in digests)
        assert max(days.values(), default=0) <= 1, "one digest a day"
        assert not [
            each
            for each in told
            if each.due is not None and each.mail is None and each.due < self.now - timedelta(hours=2)
        ]
        reminded = Counter(
            (each.person, each.subject) for each in told if each.kind in (NoticeKind.REMINDED, NoticeKind.OUTCOME)
        )
        assert max(reminded.values(), default=0) <= 1, "no second reminder"


@pytest.mark.parametrize("deadly", [0.0, 0.04])
def test_a_week_keeps_every_promise(town: Town, deadly: float) -> None:
    with MailServer() as server:
        posted = town.again(
            smtp=Smtp("127.0.0.1", server.port, "no"), mail_from="quisait@testville.example", url="https://q.example"
        )
        week = Week(posted, server, seed=5, deadly=deadly)
        site = posted.app.extensions["quisait"]
        for hour in range(7 * 24):
            week.town.store.clock.forward(hours=1)  # type: ignore[attr-defined]
            if hour % 24 in (1, 5) and hour < 5 * 24:
                week.ask()
                week.ask()
            if hour % 24 < 12:
                week.reply()
            week.work(Mailer(site.config, site.store, posted.app))
        for _ in range(4):  # what the dead had leased is taken up
            week.town.store.clock.forward(minutes=20)  # type: ignore[attr-defined]
            week.deadly = 0.0
            week.work(Mailer(site.config, site.store, posted.app))
    assert len(week.invitations()) > 20 and len(server.messages) > 40 and (week.deaths > 5) == (deadly > 0)
    week.check_caps()
    week.check_ends()
    week.check_mails()
