"""The tables of a proof: what was in force, who decided on it, who was asked to read it and who said so, which reviews
were due and what became of them. Pure: everything is handed in as it was on the day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from urllib.parse import quote

from kb.acknowledging import concerned, owed
from kb.lifecycle import digest, next_review
from kb.model import Person, Procedure, Revision
from kb.official import Acknowledgement, Approval, Campaign, Decision, Review
from kb.records import AuditEntry

Row = tuple[object, ...]


class Sheet(NamedTuple):
    """A table of the proof: its name, its columns, its rows."""

    name: str
    columns: tuple[str, ...]
    rows: Sequence[Row]


class Kept(NamedTuple):
    """A procedure that was in force on the day, with its texts of that day and all it had been by then."""

    procedure: Procedure
    texts: tuple[Revision, ...]
    history: tuple[Revision, ...]


def after(day: date) -> datetime:
    """The moment at which the day is over, in UTC."""
    return datetime.combine(day, time.min, UTC) + timedelta(days=1)


def start(revision: Revision) -> date | None:
    """From when on a text held."""
    return revision.since or (revision.created.date() if revision.created else None)


def _name(people: Mapping[str, Person], id: str | None) -> str:
    return people[id].name if id and id in people else str(id or "")


def procedures_sheet(
    kept: Sequence[Kept], approvals: Mapping[str, Sequence[Approval]], people: Mapping[str, Person]
) -> Sheet:
    columns = ("procedure", "revision", "title", "space", "since", "owner", "deputy", "satisfies", "approvals",
               "sha256", "file")  # fmt: skip
    rows = [
        (
            each.procedure.key, text.name, text.title, each.procedure.space, start(text),
            _name(people, each.procedure.owner), _name(people, each.procedure.deputy),
            "; ".join(each.procedure.satisfies), len(_counting(text, approvals)), digest(text),
            file_of(each.procedure.key, text.name),
        )
        for each in kept
        for text in each.texts
    ]  # fmt: skip
    return Sheet("procedures", columns, rows)


def _counting(text: Revision, approvals: Mapping[str, Sequence[Approval]]) -> list[Approval]:
    signed = digest(text)
    since = text.submitted
    return [
        each for each in approvals[text.id]
        if each.decision is Decision.APPROVED and each.sha256 == signed and since is not None and each.at >= since
    ]  # fmt: skip


def approvals_sheet(
    kept: Sequence[Kept], approvals: Mapping[str, Sequence[Approval]], people: Mapping[str, Person], day: date
) -> Sheet:
    columns = ("procedure", "revision", "decision", "person", "name", "for", "stage", "at", "reason",
               "sha256", "counts")  # fmt: skip
    rows = [
        (
            each.procedure.key, text.name, given.decision.value, given.person, _name(people, given.person), given.body,
            given.stage, moment(given.at), given.reason, given.sha256, given in _counting(text, approvals),
        )
        for each in kept
        for text in each.texts
        for given in approvals[text.id]
        if given.at < after(day)
    ]  # fmt: skip
    return Sheet("approvals", columns, rows)


def coverage_sheet(
    campaigns: Sequence[tuple[Kept, Campaign]], said: Mapping[str, Sequence[Acknowledgement]],
    people: Mapping[str, Person], day: date,
) -> Sheet:  # fmt: skip
    """Who was asked by which campaign, and how far they were: one row a person."""
    columns = ("procedure", "campaign", "started", "deadline", "person", "name", "unit", "site", "standing", "due",
               "acknowledged", "revision")  # fmt: skip
    rows: list[Row] = []
    for kept, campaign in campaigns:
        given: defaultdict[str, list[Acknowledgement]] = defaultdict(list)
        for each in said[kept.procedure.key]:
            given[each.person].append(each)
        for person in sorted(people.values(), key=lambda each: each.id):
            there = replace(person, ended=None) if person.ended and person.ended >= after(day) else person
            came = person.created is None or person.created < after(day)
            if not came or not concerned(campaign, kept.procedure, there):
                continue
            state = owed(campaign, kept.procedure, there, given[person.id], kept.history, day)
            latest = state.given if state.done else None
            rows.append(
                (
                    kept.procedure.key, campaign.id, moment(campaign.created), campaign.deadline, person.id,
                    person.name, person.unit, person.site, state.standing.value, state.due,
                    moment(latest.at) if latest else "", latest.revision.partition("@")[2] if latest else "",
                )
            )  # fmt: skip
    return Sheet("coverage", columns, rows)


def acknowledgements_sheet(
    kept: Sequence[Kept], said: Mapping[str, Sequence[Acknowledgement]], people: Mapping[str, Person]
) -> Sheet:
    columns = ("procedure", "revision", "person", "name", "at", "by_mail", "sha256")
    rows = [
        (
            given.procedure, given.revision.partition("@")[2], given.person, _name(people, given.person),
            moment(given.at), given.by_mail, given.sha256,
        )
        for each in kept
        for given in sorted(said[each.procedure.key], key=lambda given: (given.at, given.id))
    ]  # fmt: skip
    return Sheet("acknowledgements", columns, rows)


def reviews_sheet(
    kept: Sequence[Kept], reviews: Mapping[str, Sequence[Review]], people: Mapping[str, Person],
    entries: Sequence[AuditEntry], day: date,
) -> Sheet:  # fmt: skip
    """Every review that was due by the day: what became of it and when, or that nothing had; who was reminded when."""
    columns = ("procedure", "due", "handled", "how", "by", "note", "days_late", "reminded")
    reminded: defaultdict[tuple[str, object], list[str]] = defaultdict(list)
    for entry in entries:
        if entry.action == "remind" and entry.kind == "procedure":
            reminded[entry.id, entry.detail.get("due")].append(entry.at.date().isoformat())
    rows: list[Row] = []
    for each in kept:
        months = each.procedure.review_months
        if not months:
            continue
        looks = [(began, "new text", text.author, text.change) for text in each.history if (began := start(text))]
        found = [each for each in reviews[each.procedure.key] if each.at < after(day)]
        looks += [(review.at.date(), "still valid", review.person, review.note) for review in found]
        looks.sort(key=lambda look: look[0])
        for place, (looked, *_rest) in enumerate(looks):
            due = next_review(looked, months)
            then = looks[place + 1] if place + 1 < len(looks) else None
            told = " ".join(reminded[each.procedure.key, due.isoformat()])
            if then is not None and then[0] > due:
                handled = (then[0], then[1], _name(people, then[2]), then[3], (then[0] - due).days)
                rows.append((each.procedure.key, due, *handled, told))
            elif then is None and due < day:
                rows.append((each.procedure.key, due, "", "open", "", "", (day - due).days, told))
    return Sheet("overdue-reviews", columns, rows)


def file_of(key: str, name: str) -> str:
    """Where a text stands in the pack."""
    return f"procedures/{quote(key, safe='')}/{name}.json"


def moment(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if at else ""
