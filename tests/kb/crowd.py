"""A crowd that can be asked, and what routing did with it: for the tests of routes and of replies."""

from __future__ import annotations

from collections.abc import Collection

from kb import Store, notices, questions, routes
from kb.model import NoticeKind, Question
from kb.routing import InvitationStatus, Stage
from tests import people
from tests.people import COMMON, Clock

S = InvitationStatus
MORE = tuple(f"more{number}" for number in range(8))

def ask(
    store: Store, title: str = "How?", who: str = "alice", space: str = COMMON, tags: Collection[str] = ()
) -> Question:
    return questions.ask(store, people.get(store, who), space, title, "", tags)


def requests(store: Store, question: Question, *statuses: InvitationStatus) -> list[str]:
    with store.read() as tx:
        found = tx.routes.invitations(question.id, statuses=statuses or None)
        return sorted(each.person for each in found)


def request_of(store: Store, who: str) -> str:
    """The id of the one request that waits for a person."""
    (found,) = routes.waiting_for(store, people.get(store, who))
    return found.invitation.id


def stage(store: Store, question: Question) -> Stage:
    with store.read() as tx:
        route = tx.routes.find(question.id)
        assert route is not None
        return route.stage


def work(store: Store, clock: Clock, hours: float = 0) -> None:
    """Let time pass and do the jobs that became due, as the worker does."""
    clock.forward(hours=hours)
    while True:
        with store.write() as tx:
            leased = tx.jobs.lease()
        if leased is None:
            return
        job, lease = leased
        if job.kind == "advance":
            routes.go_on(store, str(job.payload["route"]))
        with store.write() as tx:
            tx.jobs.finish(job.id, lease)


def told(store: Store, who: str) -> list[NoticeKind]:
    inbox = notices.inbox(store, people.get(store, who))
    return sorted(each.notice.kind for each in inbox)
