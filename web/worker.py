"""What happens beside the site: the index follows the change log, jobs are leased and done, and procedures come into
force on their day and remind their keepers.

    worker = Worker(config, store, encoder, app)
    worker.run(stop)                  until `stop` is set; `wake` makes it look at once

The loop survives everything: a job that fails is tried again later with its error kept, a busy or stale index is
waited for, a database that does not answer is tried again. Each such trouble is one line in the log, not one every 0.2
seconds.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import kb.animating
import kb.announcing
import kb.approving
import kb.attachments
import kb.campaigns
import kb.coverage
import kb.deleting
import kb.drifts
import kb.guests
import kb.joining
import kb.outcomes
import kb.reviewing
import kb.routes
import kb.verifying
from indexer.drift.house import compare
from indexer.generations import IndexBusy, IndexStale, current
from indexer.hits import Found
from indexer.learning import teach
from indexer.sync import Indexer
from kb.errors import KnowledgeError, NotFound
from kb.model import Job, Person, PersonKind, Question
from kb.waves import numbers
from web.because import candidates
from web.coverage import nearest
from web.delivering import Deliverer
from web.mailing import Mailer
from web.opening import index_folder, open_finder, open_shelf
from web.receiving import Receiver

if TYPE_CHECKING:
    from flask import Flask

    from indexer.encoder import Encoder
    from indexer.finder import Finder
    from kb import Store
    from web.config import Config

POLL = 0.2  # seconds between looks at the change log
LEASE = 120.0  # seconds a job may take before another worker takes it
REMIND_EVERY = 600.0  # seconds between looks at which reviews are due
NIGHT = range(1, 5)  # hours in which procedures are compared with practices
BUSY_PAUSE, STALE_PAUSE, TROUBLE_PAUSE = 0.5, 5.0, 2.0
BACKOFF = 5.0  # seconds before the second try; four times as long before each further one
log = logging.getLogger("quisait.worker")


class _Stopped(Exception):
    """The worker ends before it has learned."""


class Worker:
    """Follows one knowledge base. Any number may run: each job is leased by one, the index is written by one at a
    time."""

    def __init__(
        self, config: Config, store: Store, encoder: Encoder, app: Flask, finder: Finder | None = None,
        wake: threading.Event | None = None,
    ) -> None:  # fmt: skip
        self._config, self._store, self._encoder, self._app = config, store, encoder, app
        self._finder = finder
        self.wake = wake or threading.Event()
        self._folder = index_folder(config)
        self._indexer, self._inside = Indexer(store, self._folder, encoder), current(self._folder)
        self._followed = -1  # the last change the index is known to hold
        self._pause_until = 0.0
        self._remind_at = 0.0
        self._learn_at = time.monotonic() + REMIND_EVERY
        self._learning: threading.Thread | None = None
        self._said = ""
        self._mailer = Mailer(config, store, app) if config.smtp else None
        self._receiver = Receiver(config, store)
        self._deliverer = Deliverer(config, store, app)
        self.handlers: dict[str, Callable[[Mapping[str, object]], None]] = {
            "route": self._route,
            "advance": self._advance,
            kb.outcomes.JOB: self._outcome,
            kb.deleting.JOB: self._empty_bin,
            kb.attachments.JOB: self._sweep,
            "acknowledge": self._acknowledge,
            kb.drifts.JOB: self._drift,
            kb.announcing.JOB: self._announce,
            kb.coverage.JOB: self._report_gaps,
        }

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set (set `wake` too, to be heard at once)."""
        self._receiver.open()
        try:
            while not stop.is_set():
                try:
                    worked = self.step(stop.is_set)
                    self._learn(stop)
                except Exception as error:  # noqa: BLE001  (the loop survives everything)
                    self._tell(f"The worker could not go on, and tries again: {_words(error)}")
                    worked = False
                    stop.wait(TROUBLE_PAUSE)
                if not worked:
                    self.wake.wait(POLL)
                self.wake.clear()
        finally:
            self._receiver.close()
            if self._learning is not None:
                self._learning.join()

    def step(self, stop: Callable[[], bool] = lambda: False) -> bool:
        """Bring procedures into force, follow the log, do every due job, send some of the mails; whether there was
        anything to do."""
        done = self.tend()
        followed = self.follow(stop)
        while not stop() and self.work():
            done += 1
            followed = self.follow(stop) or followed  # a long row of jobs keeps no new answer from being found
        mailed = self._mailer is not None and not stop() and self._mailer.step()
        return followed or done > 0 or mailed or self._beside(stop)

    def _beside(self, stop: Callable[[], bool]) -> bool:
        """Send webhooks, look for replies; whether there was anything."""
        sent = not stop() and self._deliverer.step()
        return (not stop() and self._receiver.step()) or sent

    # -- procedures

    def tend(self) -> int:
        """Publish the texts whose day has come and, now and then, remind of reviews and acknowledgements and end the
        access of those whose last day is over; how many things that were. All look at what stands in the database, so
        nothing is lost when a worker dies or an archive is imported."""
        done = len(kb.approving.publish_due(self._store))
        if time.monotonic() >= self._remind_at:
            self._remind_at = time.monotonic() + REMIND_EVERY
            done += len(kb.reviewing.remind(self._store)) + kb.campaigns.remind(self._store)
            done += kb.coverage.enqueue(self._store) + kb.guests.tend(self._store)
            done += kb.joining.tend(self._store) + kb.verifying.ask_again(self._store)
            done += kb.animating.remind(self._store)
            self._look_nightly()
            self._store.study()
        return done

    def _look_nightly(self) -> None:
        """Ask for the comparison of procedures and practices: at night, and at once where none was ever made."""
        now = self._store.clock().astimezone(ZoneInfo(self._config.timezone))
        with self._store.read() as tx:
            before = tx.settings.find(kb.drifts.JOB)
        if now.hour in NIGHT or before is None:
            kb.drifts.look_nightly(self._store, now.date().isoformat())

    # -- the index

    def follow(self, stop: Callable[[], bool] = lambda: False) -> bool:
        """Bring the index up to the change log; False when it is there already, or cannot be written just now."""
        if time.monotonic() < self._pause_until:
            return False
        with self._store.read() as tx:
            last = tx.changes.last()
        if current(self._folder) != self._inside:  # rebuilt by somebody else meanwhile
            self._indexer, self._inside = Indexer(self._store, self._folder, self._encoder), current(self._folder)
            self._followed = -1
        if last == self._followed:
            return False
        try:
            self._indexer.catch_up(stop=stop)
        except IndexBusy:
            self._pause_until = time.monotonic() + BUSY_PAUSE
            return False
        except IndexStale as error:
            self._tell(str(error))
            self._pause_until = time.monotonic() + STALE_PAUSE
            return False
        if not stop():
            self._followed, self._said = last, ""
        return True

    def _learn(self, stop: threading.Event) -> None:
        """Learn from the site's past, once a week and beside everything else: it takes as long as some hundred
        questions."""
        if self._finder is None or time.monotonic() < self._learn_at:
            return
        self._learn_at = time.monotonic() + REMIND_EVERY
        if self._learning is None or not self._learning.is_alive():
            self._learning = threading.Thread(target=self._teach, args=(self._finder, stop), name="learning")
            self._learning.start()

    def _teach(self, finder: Finder, stop: threading.Event) -> None:
        def going_on(what: str, done: int, total: int | None) -> None:
            if stop.is_set():
                raise _Stopped

        try:
            teach(self._store, Indexer(self._store, self._folder, self._encoder), finder, going_on)
        except (_Stopped, IndexBusy, IndexStale):
            pass  # another time
        except Exception as error:  # noqa: BLE001  (what is shipped serves on)
            log.warning("The worker could not learn from the past: %s", _words(error))

    # -- jobs

    def work(self) -> bool:
        """Lease one due job and do it; False when none is due."""
        with self._store.read() as tx:
            if not tx.jobs.any_due():
                return False
        with self._store.write() as tx:
            leased = tx.jobs.lease(LEASE)
        if leased is None:
            return False
        job, lease = leased
        try:
            self._do(job)
        except Exception as error:  # noqa: BLE001  (kept with the job)
            self._give_back(job, lease, error)
        else:
            with self._store.write() as tx:
                tx.jobs.finish(job.id, lease)
        return True

    def _do(self, job: Job) -> None:
        if job.kind not in self.handlers:
            raise LookupError(f"This Quisait does not know jobs of the kind {job.kind!r}.")
        self.handlers[job.kind](job.payload)

    def _give_back(self, job: Job, lease: str, error: Exception) -> None:
        log.warning("Job %d (%s), try %d: %s", job.id, job.kind, job.attempts, _words(error))
        pause = timedelta(seconds=BACKOFF * 4 ** (job.attempts - 1))
        with self._store.write() as tx:
            tx.jobs.fail(job.id, lease, _words(error), tx.now + pause)

    def _route(self, payload: Mapping[str, object]) -> None:
        """Find whom to ask, keep how it was decided, ask the first of them."""
        with self._store.read() as tx:
            question = tx.questions.find(str(payload["question"]))
            asker = tx.people.find(question.author) if question and question.author else None
            limits, standing = numbers(tx), tx.routes.find(question.id) if question else None
        if question is None or asker is None:
            return  # deleted meanwhile
        if standing is not None:
            kb.routes.go_on(self._store, standing.id)
            return
        knowing = replace(asker, kind=PersonKind.EMPLOYEE)  # a guest's question goes to people they do not know by name
        found = self._found(question, knowing, limits.reach)
        struck, named = (_ids(payload.get(each)) for each in ("struck", "named"))
        kb.routes.begin(
            self._store, question.id, found.band, found.probability, found.scorer,
            candidates(self._store, found, limits), struck, named,
        )  # fmt: skip

    def _advance(self, payload: Mapping[str, object]) -> None:
        """Look again at a question whose time has come."""
        with suppress(NotFound):  # deleted meanwhile
            kb.routes.go_on(self._store, str(payload["route"]))

    def _acknowledge(self, payload: Mapping[str, object]) -> None:
        """Tell those whom a campaign or a new text asks to acknowledge."""
        kb.campaigns.remind(self._store, str(payload["procedure"]))

    def _empty_bin(self, payload: Mapping[str, object]) -> None:
        """Forget what was deleted too long ago to be brought back."""
        kb.deleting.empty_bin(self._store)

    def _sweep(self, payload: Mapping[str, object]) -> None:
        """Take files off the shelf that no post has any more."""
        kb.attachments.sweep(self._store, open_shelf(self._config))

    def _outcome(self, payload: Mapping[str, object]) -> None:
        """Look whether somebody said that it is solved."""
        kb.outcomes.follow_up(self._store, str(payload["question"]))

    def _drift(self, payload: Mapping[str, object]) -> None:
        """Compare some procedures with what is done."""
        procedures = _ids(payload.get("procedures"))
        kb.drifts.keep(self._store, procedures, compare(self._store, self._opened(), procedures))

    def _announce(self, payload: Mapping[str, object]) -> None:
        """Tell those whom a new text changes something for."""
        kb.announcing.announce(self._store, str(payload["procedure"]), str(payload["revision"]))

    def _report_gaps(self, payload: Mapping[str, object]) -> None:
        """Write the week's gap report of a space."""
        finder = self._opened()
        kb.coverage.write(self._store, str(payload["space"]), str(payload["week"]), nearest(finder), finder.heaped)

    def _opened(self) -> Finder:
        if self._finder is None:
            self._finder = open_finder(self._config, self._store, self._encoder)
        return self._finder

    def _found(self, question: Question, asker: Person, limit: int) -> Found:
        text = f"{question.title}\n{question.body}".strip()
        return self._opened().find(text, asker, exclude=question.id, limit=limit)

    def _tell(self, sentence: str) -> None:
        """One line, once, until something else is said or all is well again."""
        if sentence != self._said:
            self._said = sentence
            log.error(sentence)


def _ids(given: object) -> list[str]:
    return [str(each) for each in given] if isinstance(given, list) else []


def _words(error: Exception) -> str:
    return str(error) if isinstance(error, KnowledgeError | IndexStale) else f"{type(error).__name__}: {error}"
