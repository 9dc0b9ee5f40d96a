"""What became of a question: where it was routed, who was invited, how it ended. Whom to ask is `indexer`'s to say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from kb.errors import NotFound
from kb.model import Band, Candidate, Invitation, InvitationStatus, NoticeKind, Person, Question, Route, new_id
from kb.notices import settle, tell
from kb.permissions import Action, can
from kb.rules import BODY_LIMIT
from kb.storage import Store

DAY_CAP, WEEK_CAP = 1, 3


def record(
    store: Store, asker: str | None, text: str, band: Band, probability: float, scorer: str,
    candidates: Sequence[Candidate], question: str | None = None, outcome: str | None = None,
) -> Route:  # fmt: skip
    """Keep how a question was routed, so that "why me?" can be answered later and outcomes can be learned from."""
    with store.write() as tx:
        route = Route(
            new_id(), asker, question, text[:BODY_LIMIT], band, probability, scorer, tuple(candidates), outcome, tx.now
        )
        tx.routes.add(route)
        return route


def invite(
    store: Store, route: Route, wave: int, invited: Sequence[tuple[str, tuple[str, ...]]]
) -> tuple[Invitation, ...]:
    """Invite people (id, reasons they are told) to a routed question, as far as their caps allow; nobody twice."""
    if route.question is None:
        return ()
    with store.write() as tx:
        question = tx.questions.find(route.question, lock=True)
        if question is None:
            return ()
        tx.people.lock([person for person, _ in invited])  # two routes at once must not both find the cap open
        standing = {each.person for each in tx.routes.invitations(route.question)}
        day = tx.routes.asked_since([person for person, _ in invited], tx.now - timedelta(days=1))
        week = tx.routes.asked_since([person for person, _ in invited], tx.now - timedelta(days=7))
        made = []
        for person, reasons in invited:
            reached = day.get(person, 0) >= DAY_CAP or week.get(person, 0) >= WEEK_CAP
            if person in standing or reached or not can(tx.people.get(person), Action.ANSWER, question):
                continue
            made.append(
                Invitation(new_id(), route.id, question.id, person, wave, InvitationStatus.WAITING, reasons, tx.now)
            )
        tx.routes.add_invitations(made)
        for each in made:
            facts = {"by": question.author, "invitation": each.id}
            tell(tx, each.person, NoticeKind.INVITED, question, facts, key=f"invited {each.id}")
        return tuple(made)


def waiting_for(store: Store, person: Person) -> tuple[tuple[Invitation, Question], ...]:
    """The questions `person` was asked to help with and may still read, newest first."""
    with store.read() as tx:
        invitations = tx.routes.invitations(person=person.id, status=InvitationStatus.WAITING)
        questions = {each.id: each for each in tx.questions.list({each.question for each in invitations})}
    return tuple(
        (each, questions[each.question]) for each in invitations
        if each.question in questions and can(person, Action.READ, questions[each.question])
    )  # fmt: skip


def decline(store: Store, person: Person, invitation: str) -> str:
    """"Not me": close one's own waiting invitation; the id of its question."""
    with store.write() as tx:
        for each in tx.routes.invitations(person=person.id, status=InvitationStatus.WAITING):
            if each.id == invitation:
                tx.routes.set_invitation(each.id, InvitationStatus.DECLINED)
                settle(tx, person.id, tx.questions.get(each.question), [NoticeKind.INVITED])
                return each.question
    raise NotFound("invitation", invitation)


def of_question(store: Store, reader: Person, question: str) -> tuple[Invitation, ...]:
    """Who was asked to help with a question, for those who may read it."""
    with store.read() as tx:
        asked = tx.questions.find(question)
        if asked is None or not can(reader, Action.READ, asked):
            raise NotFound("question", question)
        return tuple(tx.routes.invitations(question))
