"""Routes with their candidates, and the invitations that came of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, case, exists, func, insert, select, update

from kb.errors import NotFound
from kb.model import Band, QuestionStatus
from kb.routing import ENDED, HELPED, PASSED, Candidate, Circle, Invitation, InvitationStatus, Reason, Route, Stage
from kb.storage import tables
from kb.storage.aggregate import Aggregate, record


class Routes(Aggregate):
    def add(self, route: Route) -> None:
        values = {
            "id": route.id, "asker": route.asker, "question": route.question, "text": route.text,
            "band": route.band.value, "probability": route.probability, "scorer": route.scorer,
            "candidates": [_candidate_row(each) for each in route.candidates], "outcome": route.outcome,
            "created": route.created, "stage": route.stage.value, "since": route.since, "due": route.due,
            "struck": list(route.struck) or None,
        }  # fmt: skip
        self.connection.execute(insert(tables.route).values(**values))

    def find(self, question: str) -> Route | None:
        """The latest route of a question."""
        route = tables.route
        row = self.connection.execute(
            select(route).where(route.c.question == question).order_by(route.c.created.desc()).limit(1)
        ).first()
        return None if row is None else _route(row)

    def get(self, id: str) -> Route:
        row = self.connection.execute(select(tables.route).where(tables.route.c.id == id)).first()
        if row is None:
            raise NotFound("route", id)
        return _route(row)

    def at_stage(self, stages: Collection[Stage], spaces: Collection[str], limit: int) -> Sequence[Route]:
        """Routes of open questions in `spaces` at one of these stages, the longest there first."""
        route, question = tables.route, tables.question
        waits = exists().where(
            question.c.id == route.c.question, question.c.space.in_(sorted(spaces)),
            question.c.status == QuestionStatus.OPEN.value,
        )  # fmt: skip
        chosen = (
            select(route)
            .where(route.c.stage.in_(sorted(stages)), waits)
            .order_by(route.c.since, route.c.id)
            .limit(limit)
        )
        return [_route(row) for row in self.connection.execute(chosen)]

    def answered(self, outcome: str) -> Sequence[str]:
        """Those whose search ended so, each once."""
        route = tables.route
        chosen = select(route.c.asker).where(route.c.outcome == outcome, route.c.asker.is_not(None)).distinct()
        return [row.asker for row in self.connection.execute(chosen)]

    def set_outcome(self, id: str, outcome: str | None) -> None:
        self._set(id, outcome=outcome)

    def count_outcome(self, outcome: str) -> int:
        route = tables.route
        counted = select(func.count()).select_from(route).where(route.c.outcome == outcome)
        return int(self.connection.execute(counted).scalar_one())

    def set_stage(self, id: str, stage: Stage, since: datetime | None, due: datetime | None) -> None:
        self._set(id, stage=stage.value, since=since, due=None if stage in ENDED else due)

    def set_candidates(self, id: str, candidates: Sequence[Candidate]) -> None:
        self._set(id, candidates=[_candidate_row(each) for each in candidates])

    def add_invitations(self, invitations: Sequence[Invitation]) -> None:
        rows = [
            {"id": each.id, "route": each.route, "question": each.question, "person": each.person, "wave": each.wave,
             "status": each.status.value, "reasons": [_reason_row(reason) for reason in each.reasons],
             "created": each.created, "starts": each.starts, "closed": each.closed, "until": each.until,
             "detail": each.detail, "by": each.by}
            for each in invitations
        ]  # fmt: skip
        if rows:
            self.connection.execute(insert(tables.invitation), rows)

    def invitations(
        self, question: str | None = None, person: str | None = None,
        statuses: Collection[InvitationStatus] | None = None,
    ) -> Sequence[Invitation]:  # fmt: skip
        """Invitations that fit every condition given, the latest first."""
        invitation = tables.invitation
        statement = select(invitation).order_by(invitation.c.created.desc(), invitation.c.id)
        if question is not None:
            statement = statement.where(invitation.c.question == question)
        if person is not None:
            statement = statement.where(invitation.c.person == person)
        if statuses is not None:
            statement = statement.where(invitation.c.status.in_(sorted(statuses)))
        return [_invitation(row) for row in self.connection.execute(statement)]

    def count_recommended(self, by: str, since: datetime) -> int:
        """How many requests came of a recommendation of `by` after `since`."""
        invitation = tables.invitation
        counted = select(func.count()).where(invitation.c.by == by, invitation.c.created > since)
        return int(self.connection.execute(counted.select_from(invitation)).scalar_one())

    def find_invitation(self, id: str) -> Invitation | None:
        row = self.connection.execute(select(tables.invitation).where(tables.invitation.c.id == id)).first()
        return None if row is None else _invitation(row)

    def set_invitation(
        self, id: str, status: InvitationStatus, until: date | None = None, detail: str | None = None
    ) -> None:
        invitation = tables.invitation
        values = {"status": status.value, "closed": self.now, "until": until, "detail": detail}
        self.connection.execute(update(invitation).where(invitation.c.id == id).values(**values))

    def since(self, moment: datetime, spaces: Collection[str]) -> tuple[Sequence[Route], Sequence[Invitation]]:
        """The routes of questions of `spaces` made from then on, and the requests that came of them."""
        route, question, invitation = tables.route, tables.question, tables.invitation
        inside = select(question.c.id).where(question.c.space.in_(sorted(spaces)))
        routed = select(route).where(route.c.created >= moment, route.c.question.in_(inside)).order_by(route.c.created)
        asked = select(invitation).where(invitation.c.created >= moment, invitation.c.question.in_(inside))
        routes = [_route(row) for row in self.connection.execute(routed)]
        return routes, [_invitation(row) for row in self.connection.execute(asked.order_by(invitation.c.id))]

    def ended_typing(self, moment: datetime) -> Sequence[str]:
        """What answered each search since then that ended with the words that something found answers it: ids of
        questions, keys of procedures."""
        route = tables.route
        chosen = select(route.c.outcome).where(route.c.created >= moment, route.c.outcome.like("answered by %"))
        return [row.outcome.removeprefix("answered by ") for row in self.connection.execute(chosen)]

    def told(self, scorer: str, since: datetime) -> Sequence[tuple[float, bool]]:
        """Of every search after `since` that was shown something under this version of the scorer, in the order of
        their time: how probable it was thought that it answers, and whether the searcher said so (else they posted it).
        """
        route = tables.route
        found = route.c.outcome.like("answered by %")
        chosen = select(route.c.probability, case((found, 1), else_=0).label("held"))
        chosen = chosen.where(route.c.scorer == scorer, route.c.created > since, route.c.probability > 0)
        chosen = chosen.where(found | route.c.question.is_not(None)).order_by(route.c.created, route.c.id)
        return [(float(row.probability), bool(row.held)) for row in self.connection.execute(chosen)]

    def starts(self, people: Collection[str], since: datetime) -> Mapping[str, Sequence[datetime]]:
        """When the requests to each of `people` start that start after `since`."""
        invitation = tables.invitation
        found: defaultdict[str, list[datetime]] = defaultdict(list)
        start = func.coalesce(invitation.c.starts, invitation.c.created).label("start")
        chosen = select(invitation.c.person, start).where(invitation.c.person.in_(sorted(people)), start > since)
        for row in self.connection.execute(chosen):
            found[row.person].append(row.start)
        return found

    def outcomes(self, people: Collection[str], since: datetime) -> Mapping[str, tuple[int, int]]:
        """For each of `people`, of requests since then: how many came to an end with them, how many were helped."""
        invitation = tables.invitation
        helped = func.sum(case((invitation.c.status.in_([each.value for each in HELPED]), 1), else_=0)).label("helped")
        chosen = (
            select(invitation.c.person, func.count().label("asked"), helped)
            .where(
                invitation.c.person.in_(sorted(people)), invitation.c.created > since,
                invitation.c.status.in_([each.value for each in HELPED | PASSED]),
            )
            .group_by(invitation.c.person)
        )  # fmt: skip
        return {row.person: (row.asked, int(row.helped)) for row in self.connection.execute(chosen)}

    def chances(
        self, people: Collection[str], since: datetime, but: str, limit: int
    ) -> Mapping[str, Sequence[float]]:
        """For each of `people`, how likely they were to answer each question (`but` one) that finding named them for
        since then, of the latest `limit`."""
        route = tables.route
        chosen = select(route.c.candidates).where(route.c.created > since, route.c.question != but)
        found: defaultdict[str, list[float]] = defaultdict(list)
        for row in self.connection.execute(chosen.order_by(route.c.created.desc()).limit(limit)):
            for person, _score, probability, *_more in row.candidates:
                if person in people and probability > 0:
                    found[person].append(probability)
        return found

    def busy(self, people: Collection[str]) -> Mapping[str, date]:
        """The last day on which each of `people` said they are busy (those who said nothing are left out)."""
        invitation = tables.invitation
        chosen = (
            select(invitation.c.person, func.max(invitation.c.until).label("until"))
            .where(invitation.c.person.in_(sorted(people)), invitation.c.until.is_not(None))
            .group_by(invitation.c.person)
        )
        return {row.person: row.until for row in self.connection.execute(chosen)}

    def not_busy(self, person: str) -> None:
        """Take back that the person is busy."""
        invitation = tables.invitation
        self.connection.execute(update(invitation).where(invitation.c.person == person).values(until=None))

    def _set(self, id: str, **values: Any) -> None:
        self.connection.execute(update(tables.route).where(tables.route.c.id == id).values(**values))


def _route(row: Row[Any]) -> Route:
    candidates = tuple(_candidate(each) for each in row.candidates)
    return record(
        Route, row, band=Band(row.band), candidates=candidates, stage=Stage(row.stage), struck=tuple(row.struck or ())
    )


def _invitation(row: Row[Any]) -> Invitation:
    reasons = tuple(_reason(each) for each in row.reasons)
    starts = row.starts or row.created
    return record(Invitation, row, status=InvitationStatus(row.status), reasons=reasons, starts=starts)


def _candidate_row(candidate: Candidate) -> list[Any]:
    reasons = [_reason_row(each) for each in candidate.reasons]
    return [candidate.person, candidate.score, candidate.probability, candidate.circle.value, reasons]


def _candidate(row: list[Any]) -> Candidate:
    """Rows of the first schema are person, score and probability alone."""
    person, score, probability, *more = row
    circle, reasons = more or (Circle.NEAR, [])
    return Candidate(person, score, probability, Circle(circle), tuple(_reason(each) for each in reasons))


def _reason_row(reason: Reason) -> dict[str, Any]:
    row = {"kind": reason.kind, "title": reason.title, "of": reason.of, "subject": reason.subject,
           "at": reason.at.isoformat() if reason.at else None, "count": reason.count}  # fmt: skip
    return {name: value for name, value in row.items() if value not in (None, "")}


def _reason(row: dict[str, Any] | str) -> Reason:
    """Reasons of the first schema are sentences, as they were said then."""
    if isinstance(row, str):
        return Reason("said", row)
    at = datetime.fromisoformat(row["at"]) if "at" in row else None
    return Reason(**{**row, "at": at})
