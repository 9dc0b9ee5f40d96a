"""How a question moves on: inside the caller's transaction, from what stands in the database at this moment.

`advance` may be called at any time and as often as one likes: it asks whom the rules of `kb.turns` say, writes when
to look again, and adds a job for then. Answers, replies and moderation call it or `release`, so that nobody is asked
about what is settled. The question's row is locked by the caller or here, the people's rows after it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from kb.calendars import Calendar
from kb.errors import Invalid
from kb.model import Band, NoticeKind, Person, Question, QuestionStatus, Role, new_id
from kb.newcomers import has_turn, newcomers, words
from kb.notices import settle, tell
from kb.permissions import Action, can
from kb.routing import (
    ENDED,
    OPEN,
    ORDER,
    REMEMBERED,
    SHARED,
    Candidate,
    Choice,
    Circle,
    Invitation,
    InvitationStatus,
    Numbers,
    Reason,
    Route,
    Stage,
    Standing,
    SubjectUse,
)
from kb.storage import Transaction
from kb.storage.mails import NEVER
from kb.turns import LEAST, beside_newcomer, caps, circles, in_circle, told, used_up, worth

SETTING = "routing"
LATEST = 500  # questions of these weeks by which somebody's chances are known: all of them, in most houses
ASKS = [NoticeKind.INVITED, NoticeKind.REMINDED]  # notices that ask something of the invited


def numbers(tx: Transaction) -> Numbers:
    """The administrator's numbers."""
    kept = tx.settings.find(SETTING)
    known = {name: value for name, value in kept.items() if name in Numbers.__slots__} if isinstance(kept, dict) else {}
    return replace(Numbers(), **known)


def advance(tx: Transaction, route: Route) -> Route:
    """Do what is due for a routed question now; the route as it stands then."""
    question = tx.questions.find(route.question, lock=True) if route.question else None
    if question is None or route.stage in ENDED:
        return route
    if settled(route, question):
        release(tx, question)
        return tx.routes.get(route.id)
    course = _Course(tx, route, question)
    while not course.stand():
        course.next_stage()
    if course.due is not None:
        payload = {"route": route.id}
        tx.jobs.add("advance", payload, run_at=course.due, once=f"advance {route.id} {course.due.isoformat()}")
    tx.routes.set_stage(route.id, course.stage, course.since, course.due)
    return tx.routes.get(route.id)


def unrouted(tx: Transaction, question: Question) -> Route:
    """The path of a question that nobody was ever asked about: it came from elsewhere, with its history. It stands at
    its end until somebody has it asked about."""
    made = Route(
        new_id(), question.author, question.id, words(question), Band.ASK, 0.0, "", (), None, tx.now, Stage.CLOSED,
        tx.now,
    )  # fmt: skip
    tx.routes.add(made)
    tx.changes.add("route", "route", made.id, question.author)
    return made


def settled(route: Route, question: Question) -> bool:
    """Whether nobody need be asked: answered (and the asker did not say that it is not solved), or closed."""
    return question.status is not QuestionStatus.OPEN or (question.answers > 0 and route.outcome != "no")


def release(tx: Transaction, question: Question, by: str | None = None) -> None:
    """Nobody need answer any more: those who were asked and told are told so; `by` answered."""
    for each in tx.routes.invitations(question.id, statuses=OPEN):
        if each.person == by:
            tx.routes.set_invitation(each.id, InvitationStatus.ANSWERED)
            settle(tx, each.person, question, ASKS)
        else:
            let_go(tx, question, each, by)
    route = tx.routes.find(question.id)
    if route is not None and by is not None and route.outcome == "no":
        tx.routes.set_outcome(route.id, None)  # that was said of the answers before this one
    if route is not None and route.stage is not Stage.CLOSED:
        tx.routes.set_stage(route.id, Stage.CLOSED, tx.now, None)


def let_go(tx: Transaction, question: Question, invitation: Invitation, by: str | None) -> None:
    """This person need not answer; they are told when they had heard of it."""
    tx.routes.set_invitation(invitation.id, InvitationStatus.RELEASED)
    heard = tx.notices.find(invitation.person, f"invited {invitation.id}")
    settle(tx, invitation.person, question, ASKS)
    if heard is not None and (heard.read is not None or heard.mail not in (None, NEVER)):
        facts = {"by": by, "invitation": invitation.id}
        tell(tx, invitation.person, NoticeKind.RELEASED, question, facts, key=f"released {invitation.id}")


def reopen(tx: Transaction, question: Question) -> None:
    """Go on asking: the question has no answer any more, or the one it has does not solve it."""
    route = tx.routes.find(question.id)
    if route is not None and route.stage in ENDED and not settled(route, question):
        tx.routes.set_stage(route.id, Stage.FIRST, tx.now, tx.now)
        advance(tx, tx.routes.get(route.id))


def standings(tx: Transaction, question: Question, people: Sequence[str]) -> dict[str, Standing]:
    """What decides whether each of `people` is asked about `question` now."""
    calendars, busy = tx.availability.calendars(people), tx.routes.busy(people)
    starts, uses = tx.routes.starts(people, tx.now - timedelta(days=8)), tx.subjects.choices(people)
    outcomes, limits = tx.routes.outcomes(people, tx.now - REMEMBERED), numbers(tx)
    since = tx.now - timedelta(weeks=limits.best_weeks)
    chances = tx.routes.chances(set(people), since, question.id, LATEST) if limits.best_weeks else {}
    shared = {tag: _used_up(tx, question, tag, limits) for tag in question.tags} if limits.fair else {}
    return {
        each.id: Standing(
            calendars[each.id],
            each.id != question.author and can(each, Action.ANSWER, question),
            tuple(starts.get(each.id, ())),
            busy.get(each.id),
            _refused(uses.get(each.id, {})),
            outcomes.get(each.id, (0, 0)),
            worth(chances.get(each.id, ()), caps(calendars[each.id].preferences, limits)[1], limits),
            frozenset(tag for tag, had in shared.items() if each.id in had),
        )
        for each in tx.people.list(people)
    }


def _refused(uses: Mapping[str, SubjectUse]) -> frozenset[str]:
    return frozenset(name for name, use in uses.items() if use is not SubjectUse.ROUTED)


def _used_up(tx: Transaction, question: Question, tag: str, limits: Numbers) -> frozenset[str]:
    """Who had their share of requests about a subject in the question's space. Those who left, or do not want it, take
    no share."""
    requests = tx.subjects.requests(question.space, tag, tx.now - SHARED)
    if max(requests.values(), default=0) < LEAST:
        return frozenset()  # as in most: nobody need read who answers there
    known = tx.subjects.known({question.space}, tx.now - SHARED, tag)
    answered = {person: count for _space, _tag, person, count, _solved in known}
    there = [each.id for each in tx.people.list(answered) if can(each, Action.ANSWER, question)]
    uses = tx.subjects.choices(there)
    sharing = {id: answered[id] for id in there if tag.casefold() not in _refused(uses.get(id, {}))}
    return used_up(requests, sharing, limits)


def keepers(tx: Transaction, question: Question) -> list[Candidate]:
    """The animators of the space: asked when nobody else is left."""
    found = tx.spaces.members(question.space)
    reason = (Reason("animator", of="space", subject=question.space),)
    return [Candidate(each.person, 0.0, 0.0, Circle.KEEPER, reason) for each in found if each.role is Role.ANIMATOR]


def involved(tx: Transaction, route: Route, question: Question, also: Sequence[Candidate]) -> set[str]:
    """All who may be asked about a question, or were, and its author; `also`: who is no candidate of its route. Whoever
    writes requests locks them in one go, so that two questions at once wait for each other in one order."""
    people = {each.person for each in (*route.candidates, *also)}
    people |= {each.person for each in tx.routes.invitations(question.id)}
    return people if question.author is None else people | {question.author}


def require_helper(tx: Transaction, asker: Person, person: str, question: Question, field: str) -> Person:
    """The person, when `asker` may know of them and they may answer; Invalid beside `field` if not."""
    found = tx.people.find(person)
    if found is None or not can(asker, Action.READ, found) or found.ended is not None:
        raise Invalid(field, "Nobody by that name is known here. Choose one of the names offered.")
    if found.id == question.author:
        raise Invalid(field, "%(name)s asks this: name somebody else.", name=found.name)
    if not can(found, Action.ANSWER, question):
        raise Invalid(field, "%(name)s does not read this space, and cannot be asked there.", name=found.name)
    return found


def size(stage: Stage, numbers: Numbers) -> int:
    return {Stage.FIRST: numbers.first, Stage.SECOND: numbers.second}.get(stage, 2)


def invite(
    tx: Transaction, route: Route, question: Question, stage: Stage, candidate: Candidate, starts: datetime,
    by: str | None = None,
) -> Invitation:  # fmt: skip
    """Ask somebody, in the caller's transaction; `by`: who recommended them."""
    made = Invitation(
        new_id(), route.id, question.id, candidate.person, ORDER.index(stage) + 1, InvitationStatus.WAITING,
        candidate.reasons, tx.now, starts, by=by,
    )  # fmt: skip
    tx.routes.add_invitations([made])
    facts = {"by": question.author, "invitation": made.id}
    tell(tx, made.person, NoticeKind.INVITED, question, facts, key=f"invited {made.id}")
    tx.changes.add("invite", "route", route.id)
    return made


def _is_newcomer(invitation: Invitation) -> bool:
    return any(each.kind == "newcomer" for each in invitation.reasons)


class _Course:
    """One `advance`: the route's stage, who is asked, what is written."""

    def __init__(self, tx: Transaction, route: Route, question: Question) -> None:
        self.tx, self.route, self.question = tx, route, question
        self.numbers = numbers(tx)
        self.stage, self.since, self.due = route.stage, route.since or tx.now, route.due
        self.invitations = list(tx.routes.invitations(question.id))
        self.animators = keepers(tx, question)
        self.newcomers = newcomers(tx, question, route.candidates, self.numbers.newcomers) if self._welcoming() else []
        self.people = sorted(involved(tx, route, question, [*self.animators, *self.newcomers]))
        tx.people.lock(self.people)  # two questions at once must not both find a cap open
        self.standings = standings(tx, question, self.people)

    def stand(self) -> bool:
        """Ask whom this stage has left to ask; False when it is over."""
        self.due = None
        if self.stage is Stage.GAP:
            self._give_up()
            return True
        held = self._held()
        if held is not None:
            self.due = held
            return True
        waiting = [each for each in self.invitations if each.status is InvitationStatus.WAITING and self._mine(each)]
        deadline = self._deadline(waiting)
        if deadline <= self.tx.now:
            return False
        choice = self._choice(size(self.stage, self.numbers) - len(waiting))
        made = [self._invite(candidate, starts) for candidate, starts in choice.asks]
        if self.stage is Stage.KEEPERS:
            self._tell_keepers()
        if made or waiting:
            self.due = self._deadline([*waiting, *made])
            return True
        if choice.later:
            tomorrow = self._calendar(self.question.author).next_day(self.tx.now)
            self.due = min(deadline, tomorrow or deadline)
            return True
        return False

    def next_stage(self) -> None:
        self.stage, self.since = ORDER[ORDER.index(self.stage) + 1], self.tx.now

    def _mine(self, invitation: Invitation) -> bool:
        return invitation.wave == ORDER.index(self.stage) + 1 and invitation.created >= self.since

    def _choice(self, want: int) -> Choice:
        if want <= 0:
            return Choice((), False)
        passed = {each.person for each in self.invitations} | set(self.route.struck)
        tags, candidates = self.question.tags, self.route.candidates
        left, wider = circles(candidates, self.stage, passed, self.standings, tags, self.animators)
        mine = [each for each in self.invitations if self._mine(each)]
        sparing = self.stage is Stage.SECOND or bool(mine)  # somebody was asked: nobody need be who is not worth it
        rules = (self.standings, tags, self.numbers, self.tx.now, want, () if sparing else wider, sparing)
        welcomes = self.stage in self._welcoming() and (mine or want > 1) and not any(map(_is_newcomer, mine))
        free = [each for each in self.newcomers if welcomes and each.person not in passed]
        others = [each for each in candidates if each.person not in passed]
        return told(beside_newcomer(left, free, *rules), others, self.standings, tags)

    def _welcoming(self) -> list[Stage]:
        """The waves whose last slot is a newcomer's."""
        stages, every = (Stage.FIRST, Stage.SECOND), self.numbers.newcomers
        return [each for each in stages if has_turn(self.route.text, each, size(each, self.numbers), every)]

    def _invite(self, candidate: Candidate, starts: datetime) -> Invitation:
        made = invite(self.tx, self.route, self.question, self.stage, candidate, starts)
        self.invitations.append(made)
        return made

    def _tell_keepers(self) -> None:
        """Keepers who cannot be asked now hear of it with their other news."""
        asked = {each.person for each in self.invitations} | {self.question.author}
        for each in in_circle(self.route.candidates, Stage.KEEPERS, self.animators):
            if each.person not in asked:
                facts = {"by": self.question.author}
                key = f"escalated {self.route.id}"
                tell(self.tx, each.person, NoticeKind.ESCALATED, self.question, facts, key=key)

    def _held(self) -> datetime | None:
        """When somebody said that they will answer: when to look again. One reminder, then others are asked."""
        for each in self.invitations:
            if each.status is not InvitationStatus.ACCEPTED or each.closed is None:
                continue
            calendar, patience = self._calendar(each.person), self.numbers.patience_accepted
            remind, lapse = (calendar.after(each.closed, times * patience) for times in (1, 2))
            if remind is not None and self.tx.now < remind:
                return remind
            if lapse is not None and self.tx.now < lapse:
                facts = {"by": self.question.author, "invitation": each.id}
                tell(self.tx, each.person, NoticeKind.REMINDED, self.question, facts, key=f"reminded {each.id}")
                return lapse
            self._lapse(each)
            self.since = self.tx.now
        return None

    def _give_up(self) -> None:
        """Nobody is left: the question joins the gaps, where anybody may answer it."""
        for each in self.invitations:
            if each.status is InvitationStatus.WAITING:
                self._lapse(each)
        key = f"unanswered {self.route.id} {self.tx.now.isoformat()}"
        tell(self.tx, self.question.author, NoticeKind.UNANSWERED, self.question, {}, key=key)
        self.tx.changes.add("give up", "route", self.route.id)

    def _lapse(self, invitation: Invitation) -> None:
        self.tx.routes.set_invitation(invitation.id, InvitationStatus.LAPSED)
        settle(self.tx, invitation.person, self.question, ASKS)
        place = self.invitations.index(invitation)
        self.invitations[place] = replace(invitation, status=InvitationStatus.LAPSED)

    def _deadline(self, waiting: Sequence[Invitation]) -> datetime:
        """When the patience with those asked ends, in their working time; with nobody asked, in the asker's."""
        patience = self.numbers.patience(self.stage)
        if not waiting:
            return self._calendar(self.question.author).after(self.since, patience) or self.tx.now
        ends = [self._calendar(each.person).after(each.starts, patience) for each in waiting]
        return max((each for each in ends if each is not None), default=self.tx.now)

    def _calendar(self, person: str | None) -> Calendar:
        if person in self.standings:
            return self.standings[str(person)].calendar
        return next(iter(self.standings.values())).calendar
