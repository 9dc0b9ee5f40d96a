"""What the procedures of a space leave unanswered: once a week, for its compliance owners.

Three kinds of holes: what people asked or searched in reach of a procedure that none of its duties answers, in heaps
that mean the same; procedures that nobody opens; duties whose role nobody holds. Each becomes a task of the procedure's
owner with one click. Searches are kept without whoever searched.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from kb.advice import Miss, TaskKind
from kb.errors import Conflict, Forbidden, Invalid
from kb.model import Duty, NoticeKind, Person, Procedure, ProcedureStatus, Question, Role, Space
from kb.notices import tell
from kb.permissions import Action, audited_spaces, can, require
from kb.roles import holds, is_appointed
from kb.storage import Store, Transaction
from kb.tasks import open_task

JOB = "gap report"
WINDOW, OPENED = timedelta(days=365), timedelta(days=365)
HOUR = 5  # of Monday, in UTC
LONGEST, ENOUGH = 200, 2  # characters of a search that are kept; questions and searches that make a cluster
Nearest = Callable[[Person, Question], str | None]
Alike = Callable[[Sequence[str], Sequence[str]], Sequence[Sequence[int]]]  # questions (ids), words; places in heaps
_WORDS = "?"  # begins what was searched, among the ids of questions


class Hole(StrEnum):
    """What a task of this report asks for."""

    UNANSWERED = "unanswered"
    UNOPENED = "unopened"
    UNHELD = "unheld"


_KINDS = {Hole.UNANSWERED: TaskKind.WRITE, Hole.UNOPENED: TaskKind.UNOPENED, Hole.UNHELD: TaskKind.UNHELD}


@dataclass(frozen=True, slots=True)
class Cluster:
    """One thing that people want to know in reach of a procedure, and that none of its duties answers: how they asked
    and searched for it."""

    procedure: Procedure
    questions: tuple[Question, ...]
    misses: tuple[Miss, ...]

    @property
    def name(self) -> str:
        """By which it is known: a question's id, or the words searched behind a question mark."""
        return self.questions[0].id if self.questions else f"{_WORDS}{self.misses[0].text}"

    @property
    def weight(self) -> int:
        return len(self.questions) + sum(each.count for each in self.misses)


@dataclass(frozen=True, slots=True)
class Report:
    """`at`: when the questions were last gone through; None: never yet. `once`: what was asked once; a
    single search is not told, for its words may tell whose it was."""

    space: Space
    at: datetime | None
    clusters: tuple[Cluster, ...]
    once: tuple[Cluster, ...]
    unopened: tuple[Procedure, ...]
    unheld: tuple[tuple[Procedure, Duty], ...]


def miss(store: Store, reader: Person, key: str, text: str) -> None:
    """Keep that `text` was looked for near a procedure and not answered; not by whom."""
    text = " ".join(text.casefold().split())[:LONGEST]
    with store.write() as tx:
        procedure = tx.procedures.find(key)
        if text and procedure is not None and can(reader, Action.READ, procedure):
            tx.coverage.add_miss(key, text)


def enqueue(store: Store) -> int:
    """Have the reports written before the next week begins, each once: for the worker, which may call it any time. It
    takes finding a while, so it is done when nobody waits."""
    with store.read() as tx:
        spaces = [space for space, owners in _owners(tx).items() if owners]
        monday = (tx.now - timedelta(days=tx.now.weekday() - 7)).replace(hour=HOUR, minute=0, second=0, microsecond=0)
        week = monday.date().isoformat()
        wanted = [each for each in spaces if not tx.jobs.is_known(f"{JOB} {each} {week}")]
    for each in wanted:
        with store.write() as tx:
            tx.jobs.add(JOB, {"space": each, "week": week}, monday, once=f"{JOB} {each} {week}")
    return len(wanted)


def go_through(store: Store, reader: Person, id: str) -> None:
    """Have the questions of a space gone through now, for whoever asks; nobody is told."""
    with store.write() as tx:
        _require_owner(reader, tx.spaces.get(id))
        tx.jobs.add(JOB, {"space": id, "week": ""})


def write(store: Store, space: str, week: str, nearest: Nearest, alike: Alike) -> None:
    """Go through the questions of a space, put each to the procedure in whose reach it lies (`nearest`: its key, when
    none of its duties answers), heap up there what was asked and searched (`alike`), and tell the compliance owners of
    the `week` ("": nobody)."""
    with store.read() as tx:
        owners = tx.people.list(_owners(tx).get(space, ()))
        reader = next((each for each in owners if each.ended is None), None)
        since = tx.now - WINDOW
        asked = [each for each in tx.questions.list(spaces={space}) if each.created and each.created >= since]
    if reader is None:
        return
    found: defaultdict[str, list[str]] = defaultdict(list)
    for question in asked:
        if (key := nearest(reader, question)) is not None:
            found[key].append(question.id)
    with store.read() as tx:
        procedures = tx.procedures.list(spaces={space})
        searched: defaultdict[str, list[str]] = defaultdict(list)
        for miss in tx.coverage.misses([each.key for each in procedures], since.date()):
            searched[miss.procedure].append(miss.text)
    heaped = {key: _heaps(found[key], searched[key], alike) for key in sorted({*found, *searched})}
    with store.write() as tx:
        tx.coverage.put_report(space, heaped)
        about = tx.spaces.get(space)
        for each in owners if week else ():
            tell(tx, each.id, NoticeKind.GAPS, about, {}, key=f"{JOB} {space} {week}")


def _heaps(questions: Sequence[str], words: Sequence[str], alike: Alike) -> list[list[str]]:
    names = [*questions, *(f"{_WORDS}{each}" for each in words)]
    return [[names[place] for place in heap] for heap in alike(questions, words)]


def report(store: Store, reader: Person, id: str) -> Report:
    """The holes of a space now; for its compliance owners, and administrators who read it."""
    with store.read() as tx:
        space = tx.spaces.get(id)
        _require_owner(reader, space)
        procedures = [each for each in tx.procedures.list(spaces={id}) if each.status is ProcedureStatus.PUBLISHED]
        kept = tx.coverage.find_report(id)
        found = _clusters(tx, reader, procedures, kept[1] if kept else {})
        return Report(
            space, kept[0] if kept else None, tuple(each for each in found if each.weight >= ENOUGH),
            tuple(each for each in found if each.weight < ENOUGH and each.questions),
            tuple(each for each in procedures if not _was_opened(tx, each)), _unheld(tx, procedures),
        )  # fmt: skip


def give(store: Store, reader: Person, id: str, hole: str, key: str, step: str = "") -> str:
    """Make a hole a task of the procedure's owner (without one, of the reader); their id. Given twice it is one.
    `step`: the duty that nobody holds, or the name of what is not answered."""
    if hole not in set(Hole):
        raise Invalid("hole", "Choose one of the tasks offered.")
    with store.write() as tx:
        space, procedure = tx.spaces.get(id), tx.procedures.get(key)
        _require_owner(reader, space)
        if procedure.space != id:
            raise Conflict("This procedure stands in another space.")
        owner = tx.people.find(procedure.owner) if procedure.owner else None
        there = owner is not None and owner.ended is None and can(owner, Action.READ, procedure)
        person = owner.id if owner is not None and there else reader.id
        open_task(tx, person, _KINDS[Hole(hole)], procedure, _facts(tx, space, Hole(hole), key, step), reader.id)
        tx.changes.add("give task", "procedure", key, reader.id)
        return person


def _facts(tx: Transaction, space: Space, hole: Hole, key: str, name: str) -> dict[str, object]:
    """What a task says of the hole: the duty's step; the question, or the words that were searched."""
    if hole is not Hole.UNANSWERED:
        return {"step": name}
    if name.startswith(_WORDS):
        return {"step": name, "words": name.removeprefix(_WORDS)[:LONGEST]}
    asked = tx.questions.find(name)
    if asked is None or asked.space != space.id:
        raise Conflict("This is on the list no longer. Open it again.")
    return {"step": name, "question": name}


def given(store: Store, reader: Person, id: str) -> frozenset[tuple[str, str, str]]:
    """The holes of the space that are tasks already: kind of task, key, step."""
    with store.read() as tx:
        _require_owner(reader, tx.spaces.get(id))
        kinds = set(_KINDS.values())
        return frozenset(
            (hole.value, each.subject, str(each.params.get("step", "")))
            for each in tx.tasks.open(of="procedure") if each.kind in kinds
            for hole, kind in _KINDS.items() if kind is each.kind
        )  # fmt: skip


def _require_owner(reader: Person, space: Space) -> None:
    require(reader, Action.READ, space)
    if space.id not in audited_spaces(reader):
        raise Forbidden(
            "open", "space", space.id,
            "The compliance owners of a space read what its procedures leave open. Ask one of them.",
        )  # fmt: skip


def _owners(tx: Transaction) -> Mapping[str, Sequence[str]]:
    owners: defaultdict[str, list[str]] = defaultdict(list)
    for member in tx.spaces.members():
        if member.role is Role.COMPLIANCE_OWNER:
            owners[member.space].append(member.person)
    return owners


def _clusters(
    tx: Transaction, reader: Person, procedures: Sequence[Procedure], near: Mapping[str, Sequence[Sequence[str]]]
) -> list[Cluster]:
    """What the report heaped up, as far as it still stands, and what was searched since, each alone; procedure by
    procedure, most wanted first."""
    ids = {name for heaps in near.values() for heap in heaps for name in heap}
    questions = {each.id: each for each in tx.questions.list(ids) if can(reader, Action.READ, each)}
    missed: defaultdict[str, dict[str, Miss]] = defaultdict(dict)
    for each in tx.coverage.misses([each.key for each in procedures], (tx.now - WINDOW).date()):
        missed[each.procedure][f"{_WORDS}{each.text}"] = each
    found: list[Cluster] = []
    for procedure in procedures:
        heaps, misses = near.get(procedure.key, ()), missed[procedure.key]
        heaped = {name for heap in heaps for name in heap}
        for heap in (*heaps, *([name] for name in misses if name not in heaped)):
            asked = tuple(questions[name] for name in heap if name in questions)
            searched = tuple(misses[name] for name in heap if name in misses)
            if asked or searched:
                found.append(Cluster(procedure, asked, searched))
    wanted = Counter[str]()
    for cluster in found:
        wanted[cluster.procedure.key] += cluster.weight
    return sorted(found, key=lambda each: (-wanted[each.procedure.key], each.procedure.key, -each.weight))


def _was_opened(tx: Transaction, procedure: Procedure) -> bool:
    since: date = (tx.now - OPENED).date().replace(day=1)
    young = max((each.since for each in procedure.revisions if each.since), default=None)
    fresh = young is not None and young > (tx.now - timedelta(days=30)).date()
    return fresh or bool(tx.procedures.readings(procedure.key, since))


def _unheld(tx: Transaction, procedures: Sequence[Procedure]) -> tuple[tuple[Procedure, Duty], ...]:
    """The duties whose role, in none of the languages of their text, is anybody's."""
    people = [each for each in tx.people.list() if each.ended is None]
    found: list[tuple[Procedure, Duty]] = []
    for procedure in procedures:
        steps: dict[str, list[Duty]] = {}
        for duty in (duty for text in procedure.revisions for duty in text.duties):
            steps.setdefault(duty.step, []).append(duty)
        for duties in steps.values():
            names = [each.role for each in duties]
            if all(map(is_appointed, names)) and not any(holds(each, names) for each in people):
                found.append((procedure, duties[0]))
    return tuple(found)
