"""Who still has to acknowledge a procedure, by when, and why (not): rules that need no database.

An acknowledgement is of one text. It counts until a *major* text in the same language comes into force (a minor one
asks nobody again), and, where the campaign renews, for so many months. Nothing is kept but what people said: the rest
follows from the texts' history on the day one looks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from kb.lifecycle import SHOWN, SOON, next_review
from kb.model import Person, Procedure, ProcedureStatus, Revision, RevisionStatus
from kb.official import Acknowledgement, Audience, Campaign
from kb.permissions import visible_spaces
from kb.roles import concerns

_WERE = SHOWN | {RevisionStatus.RELEASED}
NEAR, PAUSE = timedelta(days=7), 30  # a reminder a week before and after the day, then one every 30 days


class Standing(StrEnum):
    """How far a person is. `RENEW`: what they said counts, and is to be said again soon."""

    ACKNOWLEDGED = "acknowledged"
    RENEW = "to renew"
    ASKED = "asked"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Owed:
    """`due`: the day by which they are asked (None: they are not). `given` is the last they said, `since` the major
    text that came after it."""

    standing: Standing
    due: date | None = None
    given: Acknowledgement | None = None
    since: Revision | None = None

    @property
    def asked(self) -> bool:
        return self.standing is not Standing.ACKNOWLEDGED

    @property
    def done(self) -> bool:
        """Whether what they said counts today."""
        return self.standing in (Standing.ACKNOWLEDGED, Standing.RENEW)


def concerned(campaign: Campaign, procedure: Procedure, person: Person) -> bool:
    """Whether a campaign asks this person: only who has not left and may read the procedure is asked."""
    if person.ended is not None or procedure.space not in visible_spaces(person):
        return False
    if person.id in campaign.people:
        return True
    if campaign.audience == Audience() and not campaign.spaces:
        return False
    in_space = not campaign.spaces or not visible_spaces(person).isdisjoint(campaign.spaces)
    return in_space and concerns(campaign.audience, person)


def owed(
    campaign: Campaign, procedure: Procedure, person: Person, given: Sequence[Acknowledgement],
    history: Sequence[Revision], today: date,
) -> Owed:  # fmt: skip
    """How far a person is whom the campaign concerns; `given` is what they said of the procedure, newest first."""
    latest = given[0] if given else None
    if campaign.ended is not None or procedure.status is not ProcedureStatus.PUBLISHED:
        return Owed(Standing.ACKNOWLEDGED, None, latest)
    counted = next((each for each in given if _major_after(each, history) is None), None)
    if counted is None:
        since = _major_after(latest, history) if latest else None
        start = _arrived(since) if since else person.created.date() if person.created else campaign.deadline
        due = max(campaign.deadline, start + timedelta(days=campaign.days if since or person.created else 0))
        return Owed(Standing.LATE if due < today else Standing.ASKED, due, latest, since)
    if campaign.renew_months is None:
        return Owed(Standing.ACKNOWLEDGED, None, counted)
    expires = next_review(counted.at.date(), campaign.renew_months)
    if today < expires - SOON:
        return Owed(Standing.ACKNOWLEDGED, None, counted)
    return Owed(Standing.LATE if expires < today else Standing.RENEW, expires, counted)


def spared(given: Acknowledgement, history: Sequence[Revision]) -> tuple[Revision, ...]:
    """The texts after the one acknowledged that ask nobody again, newest first: minor ones, with what they changed."""
    return tuple(each for each in _after(given, history) if not each.major)


def stage(due: date, today: date) -> int:
    """Which word is due by `today`: asked, reminded a week before, a week after, then again and again."""
    if today < due - NEAR:
        return 0
    return 1 if today < due + NEAR else 2 + (today - due - NEAR).days // PAUSE


def by_unit(people: Collection[Person]) -> dict[str, list[Person]]:
    """People by unit, in the order of their names."""
    units: defaultdict[str, list[Person]] = defaultdict(list)
    for each in sorted(people, key=lambda each: (each.name, each.id)):
        units[each.unit].append(each)
    return dict(sorted(units.items()))


def _after(given: Acknowledgement, history: Sequence[Revision]) -> Sequence[Revision]:
    read = next((each for each in history if each.id == given.revision), None)
    if read is None:
        return ()
    later = [each for each in history if each.language == read.language and each.number > read.number]
    return sorted((each for each in later if each.status in _WERE), key=lambda each: each.number, reverse=True)


def _major_after(given: Acknowledgement, history: Sequence[Revision]) -> Revision | None:
    """The first major text in the same language after the one acknowledged."""
    return next((each for each in reversed(_after(given, history)) if each.major), None)


def _arrived(revision: Revision) -> date:
    """The day from which one could read it here."""
    days = [revision.since, revision.created.date() if revision.created else None]
    return max(filter(None, days))
