"""How each duty was used in twelve months: found and opened, linked from what people write, read, acknowledged; so that
what nobody uses is proposed for removal. Counts alone are kept, by month: never who read what."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date

from kb import drafting
from kb.errors import Conflict, Invalid
from kb.lifecycle import next_review
from kb.model import Duty, Person, ProcedureStatus, Revision, RevisionStatus
from kb.permissions import Action, require, visible_spaces
from kb.storage import Store

MONTHS = 12
Reading = tuple[str, str]  # a procedure's key and one of its steps ("": the procedure itself)


@dataclass(frozen=True, slots=True)
class DutyUse:
    """`found`: how often it was opened from a search or a link to it; `linked`: from how many posts and practices that
    the reader may read."""

    duty: Duty
    found: int
    linked: int

    @property
    def unused(self) -> bool:
        return not self.found and not self.linked


@dataclass(frozen=True, slots=True)
class Use:
    """`read`: how often the procedure was opened; `acknowledged`: by how many people; both in twelve months. `told`:
    whether its text has been in force that long, so that nothing means nothing."""

    text: Revision
    duties: tuple[DutyUse, ...]
    read: int
    acknowledged: int
    since: date
    told: bool

    @property
    def unused(self) -> tuple[DutyUse, ...]:
        """The duties to be proposed for removal."""
        return tuple(each for each in self.duties if each.unused) if self.told and self.read else ()


def note(store: Store, readings: Mapping[Reading, int]) -> None:
    """Count what was opened; what no longer exists is left out."""
    with store.write() as tx:
        known = {each.key for each in tx.procedures.list({key for key, _step in readings})}
        month = tx.now.date().replace(day=1)
        for (key, step), count in sorted(readings.items()):
            if key in known:
                tx.procedures.add_reading(key, step, month, count)


def of_procedure(store: Store, keeper: Person, key: str, language: str) -> Use:
    """The use of the text in force in `language` (else another), for those who keep it. Conflict without one."""
    with store.read() as tx:
        procedure = tx.procedures.get(key)
        require(keeper, Action.EDIT, procedure)
        if procedure.status is not ProcedureStatus.PUBLISHED:
            raise Conflict("Only a procedure in force has a use to look at.")
        text, today = procedure.revision(language), tx.now.date()
        since = _a_year_before(today)
        readings = tx.procedures.readings(key, since)
        posts = tx.procedures.linking(key, visible_spaces(keeper))
        links = Counter(step for each in posts for step in _steps(key, each))
        for practice in tx.practices.list(spaces=visible_spaces(keeper)):
            if practice.ended is None:
                links.update({each.step for each in practice.helps if each.procedure == key and each.step})
        people = {each.person for each in tx.acknowledgements.list(key) if each.at.date() >= since}
    began = text.since or (text.created.date() if text.created else today)
    duties = tuple(DutyUse(each, readings.get(each.step, 0), links[each.step]) for each in text.duties)
    return Use(text, duties, readings.get("", 0), len(people), since, began <= since)


def begin_without(store: Store, keeper: Person, key: str, language: str, steps: Collection[str]) -> Revision:
    """A draft of the next text without these duties; it goes the usual way to its approvers."""
    if not steps:
        raise Invalid("steps", "Choose at least one duty.")
    draft = drafting.begin(store, keeper, key, language)
    if draft.status is not RevisionStatus.DRAFT:
        raise Conflict("This text is with its approvers. Take it back before you change it.")
    kept = tuple(each for each in draft.duties if each.step not in steps)
    return drafting.save(store, keeper, key, language, replace(drafting.text_of(draft), duties=kept), draft.saves)


def _a_year_before(today: date) -> date:
    """The first day of the month twelve months before: readings are kept by month."""
    return next_review(today.replace(day=1), -MONTHS)


def _steps(key: str, body: str) -> set[str]:
    """The steps of a procedure that a text links to."""
    pattern = rf"/procedures/{re.escape(key)}(?:\?[^\s)#\"'<>]*)?#step-([\w.-]*\w)"
    return set(re.findall(pattern, body))
