""" "X recommends Y for this question": a request to Y within Y's own limits, a few a week from each who recommends."""

from __future__ import annotations

from datetime import timedelta

from kb.errors import Invalid
from kb.model import Person
from kb.newcomers import newcomers
from kb.permissions import Action, require
from kb.routing import ENDED, Candidate, Circle, Invitation, Reason, Stage
from kb.storage import Store, Transaction
from kb.turns import choose
from kb.waves import advance, invite, involved, keepers, numbers, require_helper, settled, standings, unrouted

WEEK = timedelta(days=7)


def left(store: Store, person: Person) -> int:
    """How many colleagues `person` may still recommend these seven days."""
    with store.read() as tx:
        return _left(tx, person)


def recommend(store: Store, person: Person, question: str, other: str) -> Invitation:
    """Ask `other` about a question because `person` says that they know. Invalid beside "other". About a question that
    nobody was ever asked about (it came from elsewhere, with its history), nobody but them is asked."""
    with store.write() as tx:
        asked = tx.questions.get(question, lock=True)
        require(person, Action.COMMENT, asked)
        named = require_helper(tx, person, other, asked, "other")
        route = tx.routes.find(question)
        if route is None and tx.jobs.is_known(f"route {question}"):
            raise Invalid("other", "The first colleagues are just being chosen. Recommend somebody in a few minutes.")
        route = route or unrouted(tx, asked)
        if settled(route, asked):
            raise Invalid(
                "other",
                "It is answered, so nobody is asked any more. If it is not solved, whoever asked can say so below the "
                "answers: then others are asked.",
            )  # fmt: skip
        if named.id == person.id:
            raise Invalid("other", "Answer yourself, below the question.")
        if any(each.person == named.id for each in tx.routes.invitations(question)):
            raise Invalid("other", "%(name)s was asked already. Name somebody else.", name=named.name)
        if _left(tx, person) <= 0:
            raise Invalid("other", "You have recommended as many colleagues as one may in seven days. Wait a little.")
        also = [*keepers(tx, asked), *newcomers(tx, asked, route.candidates, numbers(tx).newcomers)]
        tx.people.lock({named.id} | involved(tx, route, asked, also))
        reason = Reason("recommended", of="person", subject=person.id)
        known = {each.person: each.reasons for each in route.candidates}
        candidate = Candidate(named.id, 0.0, 0.0, Circle.NEAR, (reason, *known.get(named.id, ())))
        choice = choose([candidate], standings(tx, asked, [named.id]), asked.tags, numbers(tx), tx.now, 1)
        if not choice.asks or named.id in route.struck:
            raise Invalid("other", "%(name)s cannot be asked now. Name somebody else.", name=named.name)
        if route.stage in ENDED and route.scorer:  # everybody had been asked in vain: it is asked about again
            tx.routes.set_stage(route.id, Stage.KEEPERS, tx.now, tx.now)
            route = tx.routes.get(route.id)
        stage = Stage.KEEPERS if route.stage in ENDED else route.stage
        made = invite(tx, route, asked, stage, *choice.asks[0], by=person.id)
        tx.changes.add("recommend", "route", route.id, person.id)
        advance(tx, route)
        return made


def _left(tx: Transaction, person: Person) -> int:
    return numbers(tx).recommendations - tx.routes.count_recommended(person.id, tx.now - WEEK)
