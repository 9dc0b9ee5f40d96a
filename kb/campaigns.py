"""Asking people to read a procedure and to say so; saying so; seeing who has not yet.

A campaign is started by those who keep the procedure and holds until they end it: whoever joins its audience later is
asked too, and so is everybody when a major text comes into force. The worker tells and reminds (`remind`), each on a
day they work.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from kb import audit
from kb.acknowledging import Owed, concerned, outrun, owed, spared, stage
from kb.errors import Conflict, Forbidden, Invalid
from kb.lifecycle import digest
from kb.model import NoticeKind, Person, Procedure, ProcedureStatus, Revision, new_id
from kb.notices import settle, tell
from kb.official import Acknowledgement, Audience, Campaign
from kb.permissions import Action, audited_spaces, can, require, visible_spaces
from kb.rules import COMMENT_LIMIT, TITLE_LIMIT, clean
from kb.storage import Store, Transaction

KINDS = (NoticeKind.TO_ACKNOWLEDGE, NoticeKind.STILL_TO_ACKNOWLEDGE)
LONGEST, MONTHS, LINES, PEOPLE = timedelta(days=730), 120, 50, 2_000
_AT_ONCE = 200  # people told in one transaction


@dataclass(frozen=True, slots=True)
class Wish:
    """What whoever starts a campaign chooses."""

    deadline: date
    audience: Audience = Audience()
    spaces: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    renew_months: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A procedure that somebody is asked to acknowledge."""

    procedure: Procedure
    campaign: Campaign
    owed: Owed


@dataclass(frozen=True, slots=True)
class Own:
    """What a procedure's page tells its reader: what they are asked (None: nothing), what they said last, and the texts
    after it that ask nobody again. `outrun`: by name, the texts in force that do not say (yet) what another language's
    says, each with that one: to have read them is not enough."""

    asked: Asked | None
    given: Acknowledgement | None
    spared: tuple[Revision, ...]
    outrun: Mapping[str, Revision] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Coverage:
    """A campaign with everybody it concerns, how far each is, and how long those away will be (the last day)."""

    campaign: Campaign
    procedure: Procedure
    people: tuple[Person, ...]
    owed: Mapping[str, Owed]
    away: Mapping[str, date]

    @property
    def done(self) -> int:
        return sum(each.done for each in self.owed.values())

    @property
    def missing(self) -> tuple[Person, ...]:
        return tuple(each for each in self.people if not self.owed[each.id].done)


def require_keeper(person: Person, procedure: Procedure) -> None:
    """Raise Forbidden, saying who may, unless `person` may ask others to acknowledge a procedure."""
    require(person, Action.READ, procedure)
    if not can(person, Action.EDIT, procedure):
        raise Forbidden(
            "ask", "procedure", procedure.key,
            "Its owner, its deputy and the compliance owners of its space ask others to acknowledge it.",
        )  # fmt: skip


def foresee(store: Store, keeper: Person, key: str, wish: Wish) -> tuple[Person, ...]:
    """Whom a campaign would ask, by name. Invalid with the field when it could not be started so."""
    with store.read() as tx:
        return _prepare(tx, keeper, tx.procedures.get(key), wish)[1]


def start(store: Store, keeper: Person, key: str, wish: Wish) -> Campaign:
    """Ask an audience to acknowledge the texts in force."""
    with store.write() as tx:
        procedure = tx.procedures.get(key, lock=True)
        campaign, people = _prepare(tx, keeper, procedure, wish)
        tx.campaigns.add(campaign)
        tx.jobs.add("acknowledge", {"procedure": key})
        tx.changes.add("start campaign", "procedure", key, keeper.id)
        whom = campaign.audience
        detail = {
            "campaign": campaign.id, "texts": list(campaign.texts), "due": campaign.deadline.isoformat(),
            "months": campaign.renew_months, "count": len(people), "roles": list(whom.roles),
            "units": list(whom.units), "sites": list(whom.sites), "spaces": list(campaign.spaces),
            "people": list(campaign.people),
        }  # fmt: skip
        audit.record(tx, keeper.id, "start campaign", ("procedure", key), detail, procedure.space)
        return campaign


def _prepare(tx: Transaction, keeper: Person, procedure: Procedure, wish: Wish) -> tuple[Campaign, tuple[Person, ...]]:
    require_keeper(keeper, procedure)
    if procedure.status is not ProcedureStatus.PUBLISHED:
        raise Conflict("Only a procedure in force can be acknowledged.")
    today = tx.now.date()
    if not today <= wish.deadline <= today + LONGEST:
        raise Invalid("deadline", "Choose a day from today on, within two years.")
    if wish.renew_months is not None and not 1 <= wish.renew_months <= MONTHS:
        raise Invalid("renew_months", "Write a number of months from 1 to %(most)d.", most=MONTHS)
    whom = wish.audience
    audience = Audience(*(_lines(name, getattr(whom, name)) for name in ("roles", "units", "sites")))
    spaces = tuple(dict.fromkeys(wish.spaces))
    if not set(spaces) <= visible_spaces(keeper):
        raise Invalid("spaces", "Choose one of your spaces.")
    named = tuple(dict.fromkeys(wish.people))
    if len(named) > PEOPLE:
        raise Invalid("people", "At most %(limit)d names. Choose units or a space instead.", limit=PEOPLE)
    for each in tx.people.list(named):
        if each.ended is not None or procedure.space not in visible_spaces(each):
            raise Invalid("people", "%(name)s does not read this space.", name=each.name)
    if audience == Audience() and not spaces and not named:
        raise Invalid("audience", "Say whom: a space, a unit, a site, a role, or names.")
    campaign = Campaign(
        new_id(), procedure.key, wish.deadline, max(1, (wish.deadline - today).days), audience, spaces, named,
        wish.renew_months, tuple(each.name for each in procedure.revisions), clean("note", wish.note, COMMENT_LIMIT),
        keeper.id, tx.now,
    )  # fmt: skip
    people = _audience(tx, campaign, procedure)
    if not people:
        raise Invalid("audience", "Nobody who may read this procedure fits all of this.")
    return campaign, people


def _lines(field: str, given: Sequence[str]) -> tuple[str, ...]:
    kept = tuple(dict.fromkeys(filter(None, (clean(field, " ".join(each.split()), TITLE_LIMIT) for each in given))))
    if len(kept) > LINES:
        raise Invalid(field, "At most %(limit)d lines here.", limit=LINES)
    return kept


def end(store: Store, keeper: Person, id: str) -> Campaign:
    """Ask nobody any more. What was said stays."""
    with store.write() as tx:
        campaign = tx.campaigns.get(id)
        procedure = tx.procedures.get(campaign.procedure, lock=True)
        require_keeper(keeper, procedure)
        if campaign.ended is None:
            end_all(tx, procedure, keeper.id, [campaign])
        return tx.campaigns.get(id)


def end_all(tx: Transaction, procedure: Procedure, actor: str, campaigns: Sequence[Campaign] | None = None) -> None:
    """End these campaigns of a procedure (all that run), inside the transaction of what ends them."""
    ending = tx.campaigns.running(procedure.key) if campaigns is None else campaigns
    if not ending:
        return
    tx.campaigns.end([each.id for each in ending])
    if not tx.campaigns.running(procedure.key):
        tx.notices.settle_all("procedure", procedure.key, KINDS)
    tx.changes.add("end campaign", "procedure", procedure.key, actor)
    for each in ending:
        audit.record(tx, actor, "end campaign", ("procedure", procedure.key), {"campaign": each.id}, procedure.space)


# -- acknowledging


def asked_of(store: Store, person: Person) -> tuple[Asked, ...]:
    """What this person is asked to acknowledge, the most urgent first."""
    with store.read() as tx:
        running = tx.campaigns.running()
        procedures = {each.key: each for each in tx.procedures.list({each.procedure for each in running})}
        found = [_asked(tx, person, procedures[key], running) for key in procedures]
    return tuple(sorted((each for each in found if each is not None), key=_urgency))


def own(store: Store, person: Person, key: str) -> Own:
    """What a procedure's page tells this person. NotFound when they may not know of it."""
    with store.read() as tx:
        procedure = tx.procedures.get(key)
        require(person, Action.READ, procedure)
        given = tx.acknowledgements.list(key, person.id)
        asked = _asked(tx, person, procedure, tx.campaigns.running(key))
        last = given[0] if given else None
        history = tx.procedures.history(key)
        behind = {each.name: newer for each in procedure.revisions if (newer := outrun(each, history)) is not None}
        if last is None or (asked is not None and not asked.owed.done):
            return Own(asked, last, (), behind)
        return Own(asked, last, spared(last, history), behind)


def _asked(tx: Transaction, person: Person, procedure: Procedure, running: Sequence[Campaign]) -> Asked | None:
    """The most urgent of what the running campaigns of a procedure ask this person."""
    mine = [each for each in running if each.procedure == procedure.key and concerned(each, procedure, person)]
    if not mine:
        return None
    given, history = tx.acknowledgements.list(procedure.key, person.id), tx.procedures.history(procedure.key)
    today = tx.now.date()
    found = [Asked(procedure, each, owed(each, procedure, person, given, history, today)) for each in mine]
    return min((each for each in found if each.owed.asked), key=_urgency, default=None)


def _urgency(asked: Asked) -> tuple[bool, str, str]:
    return asked.owed.done, str(asked.owed.due), asked.procedure.key


def acknowledge(store: Store, person: Person, key: str, name: str, by_mail: bool = False) -> Acknowledgement:
    """Say that one has read the text called `name` ("fr.3"). Said twice, it counts once.

    Raises Conflict when another text is in force by now, Forbidden when one is not asked."""
    with store.write() as tx:
        procedure = tx.procedures.get(key, lock=True)
        require(person, Action.READ, procedure)
        text = next((each for each in procedure.revisions if each.name == name), None)
        if text is None or procedure.status is not ProcedureStatus.PUBLISHED:
            raise Conflict("Another text came into force after you opened this one. Read that one, then say so.")
        given = tx.acknowledgements.list(key, person.id)
        if _asked(tx, person, procedure, tx.campaigns.running(key)) is None:
            if given:
                return given[0]
            raise Forbidden("acknowledge", "procedure", key, "You are not asked to acknowledge this procedure.")
        if outrun(text, tx.procedures.history(key)) is not None:
            raise Conflict("The duties have changed in the text of another language. Read that one, then say so.")
        made = Acknowledgement(new_id(), key, text.id, person.id, digest(text), by_mail, tx.now)
        tx.acknowledgements.add(made)
        settle(tx, person.id, procedure, KINDS)
        tx.changes.add("acknowledge", "procedure", key, person.id)
        detail = {"revision": name, "sha256": made.sha256, "by_mail": by_mail}
        audit.record(tx, person.id, "acknowledge", ("procedure", key), detail, procedure.space)
        return made


# -- who has not yet


def coverage(store: Store, reader: Person, id: str) -> Coverage:
    """A campaign with how far everybody is, for those who keep the procedure or oversee its space."""
    with store.read() as tx:
        campaign = tx.campaigns.get(id)
        procedure = tx.procedures.get(campaign.procedure)
        _require_overview(reader, procedure)
        return covered(tx, campaign, procedure)


def of_procedure(store: Store, reader: Person, key: str) -> tuple[Coverage, ...]:
    """Every campaign of a procedure, the newest first; none for whoever may not see who has not yet."""
    with store.read() as tx:
        procedure = tx.procedures.get(key)
        if not _sees(reader, procedure):
            return ()
        return tuple(covered(tx, each, procedure) for each in tx.campaigns.list(key))


def kept_by(store: Store, reader: Person) -> tuple[Coverage, ...]:
    """The running campaigns that this person sees, by deadline."""
    with store.read() as tx:
        running = tx.campaigns.running()
        procedures = {each.key: each for each in tx.procedures.list({each.procedure for each in running})}
        mine = [each for each in running if _sees(reader, procedures[each.procedure])]
        return tuple(covered(tx, each, procedures[each.procedure]) for each in mine)


def covered(tx: Transaction, campaign: Campaign, procedure: Procedure) -> Coverage:
    people = _audience(tx, campaign, procedure)
    today = tx.now.date()
    calendars = tx.availability.calendars([each.id for each in people])
    away = {
        id: each.last
        for id, calendar in calendars.items()
        for each in calendar.absences
        if each.first <= calendar.day(tx.now) <= each.last
    }
    return Coverage(campaign, procedure, people, _owed(tx, campaign, procedure, people, today), away)


def _owed(
    tx: Transaction, campaign: Campaign, procedure: Procedure, people: Sequence[Person], today: date
) -> dict[str, Owed]:
    given: defaultdict[str, list[Acknowledgement]] = defaultdict(list)
    for each in tx.acknowledgements.list(procedure.key):
        given[each.person].append(each)
    history = tx.procedures.history(procedure.key)
    return {each.id: owed(campaign, procedure, each, given[each.id], history, today) for each in people}


def _audience(tx: Transaction, campaign: Campaign, procedure: Procedure) -> tuple[Person, ...]:
    return tuple(each for each in tx.people.list() if concerned(campaign, procedure, each))


def _sees(reader: Person, procedure: Procedure) -> bool:
    return can(reader, Action.EDIT, procedure) or procedure.space in audited_spaces(reader)


def _require_overview(reader: Person, procedure: Procedure) -> None:
    if procedure.space not in audited_spaces(reader):
        require_keeper(reader, procedure)


# -- telling and reminding


def remind(store: Store, procedure: str | None = None) -> int:
    """Tell whoever is newly asked, remind whoever still is (of one procedure, or all); how many were told. Nobody is
    told on a day they do not work: their turn comes when they are back. For the worker."""
    with store.read() as tx:
        waiting = [(each, people) for each in tx.campaigns.running(procedure) if (people := _untold(tx, each))]
    told = 0
    for campaign, people in waiting:
        for start in range(0, len(people), _AT_ONCE):
            with store.write() as tx:
                told += _tell(tx, campaign, people[start : start + _AT_ONCE])
    return told


def _untold(tx: Transaction, campaign: Campaign) -> list[str]:
    procedure, today = tx.procedures.get(campaign.procedure), tx.now.date()
    people = _audience(tx, campaign, procedure)
    told = tx.notices.keys("procedure", procedure.key, KINDS)
    owing = _owed(tx, campaign, procedure, people, today)
    asked = ((id, each.due) for id, each in owing.items() if each.due is not None)
    return [id for id, due in asked if (id, _key(campaign, due, stage(due, today))) not in told]


def _tell(tx: Transaction, campaign: Campaign, ids: Sequence[str]) -> int:
    procedure, today = tx.procedures.get(campaign.procedure, lock=True), tx.now.date()
    if tx.campaigns.get(campaign.id).ended is not None:
        return 0
    calendars = tx.availability.calendars(ids)
    people = [each for each in tx.people.list(ids) if calendars[each.id].works_on(calendars[each.id].day(tx.now))]
    owing = _owed(tx, campaign, procedure, people, today)
    before = tx.notices.keys("procedure", procedure.key, KINDS)
    told = []
    for each in people:
        due = owing[each.id].due
        if due is None or (each.id, _key(campaign, due, stage(due, today))) in before:
            continue
        again = any((each.id, _key(campaign, due, earlier)) in before for earlier in range(stage(due, today)))
        if again:
            settle(tx, each.id, procedure, KINDS)
        kind = NoticeKind.STILL_TO_ACKNOWLEDGE if again else NoticeKind.TO_ACKNOWLEDGE
        facts = {"by": campaign.started_by, "day": due.isoformat()}
        if tell(tx, each.id, kind, procedure, facts, key=_key(campaign, due, stage(due, today))):
            told.append(each.id)
    if told:
        detail = {"campaign": campaign.id, "people": sorted(told)}
        audit.record(tx, None, "ask to acknowledge", ("procedure", procedure.key), detail, procedure.space)
    return len(told)


def _key(campaign: Campaign, due: date, stage: int) -> str:
    return f"acknowledge {campaign.id} {due} {stage}"
