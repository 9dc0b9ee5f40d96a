"""Who still has to acknowledge a procedure, by when, and why (not): rules that need no database.

An acknowledgement is of one text. It counts until a *major* text in the same language comes into force, or one in
another language that changes what the duties say (a minor one asks nobody again), and, where the campaign renews, for
so many months. Nothing is kept but what people said: the rest follows from the texts' history on the day one looks.
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
    """`due`: the day by which they are asked (None: they are not). `given` is the last they said, `since` the text that
    came after it and asks again."""

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
    counted = next((each for each in given if _asking_after(each, history) is None), None)
    if counted is None:
        since = _asking_after(latest, history) if latest else None
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
    """The texts after the one acknowledged that ask nobody again, newest first: minor ones, and major ones in another
    language whose duties say what they said; with what they changed."""
    read = _read(given, history)
    if read is None:
        return ()
    minor = [each for each in _later(read, history) if not each.major]
    worded = [each for each in _elsewhere_later(read, history) if not _changes_duties(each, history)]
    return tuple(sorted((*minor, *worded), key=_arrived, reverse=True))


def outrun(text: Revision, history: Sequence[Revision]) -> Revision | None:
    """The first text that asks again whoever has acknowledged `text`: a later major one in its language, or a major one
    that came into force in another language afterwards and changes what the duties say. None: it says what counts."""
    same = (each for each in _later(text, history) if each.major)
    other = (each for each in _elsewhere_later(text, history) if _changes_duties(each, history))
    return min((*same, *other), key=lambda each: (_arrived(each), each.number), default=None)


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


def _asking_after(given: Acknowledgement, history: Sequence[Revision]) -> Revision | None:
    read = _read(given, history)
    return None if read is None else outrun(read, history)


def _read(given: Acknowledgement, history: Sequence[Revision]) -> Revision | None:
    return next((each for each in history if each.id == given.revision), None)


def _later(text: Revision, history: Sequence[Revision]) -> list[Revision]:
    """The texts after it in its own language that were in force."""
    return [
        each
        for each in history
        if each.language == text.language and each.number > text.number and each.status in _WERE
    ]


def _elsewhere_later(text: Revision, history: Sequence[Revision]) -> list[Revision]:
    """The major texts in other languages that came into force after it. The first text of a language changes nothing:
    it says the same in other words."""
    return [
        each
        for each in history
        if each.language != text.language and each.major and each.status in _WERE
        and _arrived(each) > _arrived(text) and _before(each, history) is not None
    ]  # fmt: skip


def _before(text: Revision, history: Sequence[Revision]) -> Revision | None:
    """The text that it took the place of."""
    earlier = [each for each in history if each.language == text.language and each.number < text.number]
    return max((each for each in earlier if each.status in _WERE), key=lambda each: each.number, default=None)


def _changes_duties(text: Revision, history: Sequence[Revision]) -> bool:
    """Whether who does what is not what it was; taken for changed where the words were released."""
    before = _before(text, history)
    if before is None or RevisionStatus.RELEASED in (before.status, text.status):
        return before is not None
    return {(each.role, each.what) for each in before.duties} != {(each.role, each.what) for each in text.duties}


def _arrived(revision: Revision) -> date:
    """The day from which one could read it here."""
    days = [revision.since, revision.created.date() if revision.created else None]
    return max(filter(None, days), default=date.min)
